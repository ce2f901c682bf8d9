"""The README: its two commands stand on one line each, the first prints what it shows, its table has every pack."""

from __future__ import annotations

import doctest
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from pages import ROOT, blocks, sections

from aidrules import packs

PAGE = "README.md"
# Lines are wrapped to fit the page, and left out where it shows dots.
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
SET_UP = "python3 -m venv .venv && .venv/bin/pip install -q "


def commands() -> list[str]:
    return [block.text.strip() for block in blocks(PAGE, "sh")]


def test_two_commands_of_one_line_set_up_and_test() -> None:
    first, second = commands()
    assert first.startswith(f"{SET_UP}. && .venv/bin/aidrules decide examples/household.json ")
    assert second == f"{SET_UP}'.[test]' && .venv/bin/python -m pytest"
    assert "\n" not in first


def test_the_first_command_prints_what_the_readme_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    program, *arguments = shlex.split(commands()[0].rpartition(" && ")[2])
    assert Path(program).name == "aidrules"
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "aidrules", *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    (shown,) = blocks(PAGE, "text")
    assert doctest.OutputChecker().check_output(shown.text, done.stdout, FLAGS), done.stdout


def test_the_table_has_every_pack_that_is_shipped() -> None:
    listed = re.findall(r"^\| `([^`]+)` \|", sections(PAGE, 2)["Packs"], re.MULTILINE)
    assert listed == [name for name, _ in sorted(packs(), key=lambda pack: (not pack[0].endswith("national"), pack[0]))]
