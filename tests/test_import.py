"""What importing the library loads, and how long it takes: the rest comes when it is asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import aidrules

LATER = {"polars", "pyarrow", "numpy", "pandas", "yaml", "pydantic", "durable_rules_engine", "durable", "rich", "click"}


def told(code: str) -> object:
    """What code prints as JSON in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(Path(aidrules.__file__).parents[1])}
    ended = subprocess.run([sys.executable, "-c", code], check=True, env=environment, capture_output=True, text=True)
    return json.loads(ended.stdout)


def test_importing_loads_nothing_that_is_heavy() -> None:
    loaded = told("import sys, json, aidrules; print(json.dumps(sorted(sys.modules)))")
    assert isinstance(loaded, list)
    assert not LATER & set(loaded)


def test_a_decision_loads_no_tables_and_the_exact_chain_no_durable_rules() -> None:
    code = (
        "import sys, json, datetime, aidrules\n"
        "pack = aidrules.load('cn/national')\n"
        "household = pack.Household.model_validate({'members': [{'id': 'a'}]})\n"
        "aidrules.decide(household, pack, on=datetime.date(2025, 6, 1), chain='exact').outcomes\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    loaded = told(code)
    assert isinstance(loaded, list)
    assert not {"polars", "pyarrow", "numpy", "pandas", "durable_rules_engine", "durable", "click"} & set(loaded)


def test_importing_takes_less_than_150_milliseconds() -> None:
    """Of processor time, the least of five, since other work of the machine only adds."""
    code = "import time; start = time.process_time(); import aidrules; print(time.process_time() - start)"
    taken = [told(code) for _ in range(5)]
    assert min(float(str(seconds)) for seconds in taken) < 0.15
