"""Every block of Python and every command in the documents runs, and gives what the page shows."""

from __future__ import annotations

import doctest
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from pages import PAGES, ROOT, blocks, write, write_rules

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with the examples, and the commands `aidrules` and `pytest` with its plugin."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    commands = tmp_path / ".bin"
    commands.mkdir()
    for name, module in (("aidrules", "aidrules"), ("pytest", "pytest -p no:aidrules -p aidrules.testing.plugin")):
        command = commands / name
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m {module} "$@"\n')
        command.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(commands), prepend=os.pathsep)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    return tmp_path


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "python")])
def test_python_of_the_documents_gives_what_it_shows(page: str, desk: Path) -> None:
    if page == "docs/spark.md" and (find_spec("pyspark") is None or shutil.which("java") is None):
        pytest.skip("no Spark here")
    write_rules(page, desk)
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    names: dict[str, object] = {}
    complaints: list[str] = []
    for block in blocks(page, "python"):
        test = doctest.DocTestParser().get_doctest(block.text, names, page, page, block.line)
        assert test.examples, f"{page}:{block.line}: a block of Python shows what it gives, after >>>"
        runner.run(test, out=complaints.append, clear_globs=False)
        names = test.globs
    assert not complaints, "".join(complaints)


def sessions(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the output that is shown below it."""
    command: list[str] = []
    output: list[str] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            if command:
                yield "\n".join(command), "\n".join(output)
            command, output = [line[2:]], []
        elif command and command[-1].endswith("\\"):
            command.append(line)
        else:
            output.append(line)
    if command:
        yield "\n".join(command), "\n".join(output)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "console")])
def test_commands_of_the_documents_give_what_they_show(page: str, desk: Path) -> None:
    checker = doctest.OutputChecker()
    for block in blocks(page):
        write(block, desk)
        for command, shown in sessions(block.text) if block.language == "console" else ():
            done = subprocess.run(
                ["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False
            )
            given = "\n".join(line.rstrip() for line in done.stdout.rstrip().splitlines())
            same = checker.check_output(f"{shown.rstrip()}\n", f"{given}\n", doctest.ELLIPSIS)
            assert same, f"{page}:{block.line}: $ {command}\n{given}"


@pytest.mark.parametrize("page", PAGES)
def test_every_block_is_of_a_language_that_is_run(page: str) -> None:
    kept = {"yaml", "diff", "python", "console", "text", "json", "sh"}
    assert {block.language for block in blocks(page)} <= kept
