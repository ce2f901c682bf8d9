"""Plain pytest runs the cases beside an agency's packs, as soon as aidrules is installed."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from agency import CASES, REST, WRONG, agency

ROOT = Path(__file__).parents[2]


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """What an installation writes for pytest to find: the entry points of pyproject.toml."""
    points = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]["pytest11"]
    folder = tmp_path / "installed"
    made = folder / "aidrules-0.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: aidrules\nVersion: 0\n", encoding="utf-8")
    lines = [f"{name} = {module}" for name, module in points.items()]
    (made / "entry_points.txt").write_text("\n".join(["[pytest11]", *lines, ""]), encoding="utf-8")
    return folder


def run(folder: Path, installed: Path, *arguments: str) -> tuple[int, str]:
    """Run pytest in a folder as an agency does."""
    path = os.pathsep.join([str(installed), str(ROOT / "src")])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


def project(tmp_path: Path, cases: str, settings: str = "") -> Path:
    folder = tmp_path / "project"
    agency(folder, cases)
    (folder / "pytest.ini").write_text(f"[pytest]\n{settings}", encoding="utf-8")
    return folder


def test_every_case_is_a_test(tmp_path: Path, installed: Path) -> None:
    code, text = run(project(tmp_path, CASES + REST), installed, "-v")
    assert code == 0 and "4 passed" in text
    assert "rules/town/aid/cases/aid.yaml::at_the_line PASSED" in text


def test_a_failure_is_a_difference_and_no_traceback(tmp_path: Path, installed: Path) -> None:
    code, text = run(project(tmp_path, CASES + WRONG), installed)
    assert code == 1 and "1 failed, 2 passed" in text
    assert "outcomes: aid" in text and "expected eligible" in text and "found ineligible" in text
    assert "assumed: residence: urban" in text and "Traceback" not in text and "trial.py" not in text


def test_a_file_that_cannot_be_read_is_an_error(tmp_path: Path, installed: Path) -> None:
    code, text = run(project(tmp_path, CASES.replace("expect", "expcet", 1)), installed)
    assert code == 2 and "unknown key 'expcet'" in text and "Did you mean expect?" in text


def test_a_setting_leaves_them_out(tmp_path: Path, installed: Path) -> None:
    code, text = run(project(tmp_path, CASES, "aidrules_cases = false\n"), installed)
    assert code == 5 and "no tests ran" in text


def test_other_yaml_is_left_alone(tmp_path: Path, installed: Path) -> None:
    folder = project(tmp_path, CASES)
    (folder / "cases").mkdir()
    (folder / "cases" / "other.yaml").write_text("a: 1\n", encoding="utf-8")
    (folder / "rules" / "town" / "other.yaml").write_text("pack: village\n", encoding="utf-8")
    assert "2 passed" in run(folder, installed)[1]


def test_workers_share_them(tmp_path: Path, installed: Path) -> None:
    code, text = run(project(tmp_path, CASES + REST), installed, "-n", "2")
    assert code == 0 and "4 passed" in text


def test_nothing_heavy_is_loaded_before_a_file_of_cases_is_found(tmp_path: Path, installed: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    script = "import sys\ndef test_it(pytestconfig):\n    assert pytestconfig.pluginmanager.has_plugin('aidrules')\n"
    heavy = ["pydantic", "yaml", "click", "rich.console", "aidrules.engine", "aidrules.testing.cases"]
    script += f"    assert not set(sys.modules) & set({heavy})\n"
    (folder / "test_it.py").write_text(script, encoding="utf-8")
    code, text = run(folder, installed, "-p", "no:hypothesispytest", "-p", "no:xdist")
    assert code == 0, text
