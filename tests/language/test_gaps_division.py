"""Division by what may be zero: guarded, unknown."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from borough import compiled, run

from aidrules.engine import Bounds

NOW_AND_BEFORE = """
inputs:
  household:
    now: {unit: CNY/month, max: 1000}
    before: {unit: CNY/month, max: 1000}
"""


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"now": 10, "before": 4}, Fraction(5, 2)),
        ({"now": 10, "before": 0}, Fraction(0)),
        ({"now": 10}, Bounds(Fraction(0), Fraction(1000))),  # where it divides, it is at least a hundredth
        ({"before": 4}, Bounds(Fraction(0), Fraction(250))),
        ({"before": 0}, Fraction(0)),
    ],
)
def test_a_guarded_divisor_may_be_unknown(tmp_path: Path, facts: dict[str, int], expected: object) -> None:
    rules = compiled(
        tmp_path,
        NOW_AND_BEFORE
        + "definitions: {growth: {value: household.now / household.before if household.before > 0 else 0}}",
    )
    assert run(rules, **facts).value("growth") == expected
