"""The example decides every household on the workers and tells what is wrong with the one that is wrong."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_example_counts_all_households() -> None:
    pytest.importorskip("pyspark")
    if shutil.which("java") is None:
        pytest.skip("no Java here")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, str(ROOT / "examples" / "spark_population.py"), "--rows", "300"]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    outcomes = re.findall(r"\|(\w+) *\|(\w+) *\|(\d+) *\|(\d+) *\|(\d+) *\|", done.stdout)
    assert sum(int(count) for _, _, count, _, _ in outcomes) == 299
    assert {"eligible", "ineligible"} <= {status for _, status, *_ in outcomes}
    assert re.search(r'\|h8 *\|residence *\|"city" is not one of its values *\|', done.stdout)
