"""Columns come to what decisions come to on many households near the lines of every shipped pack.

More, or fewer: EQUAL_HOUSEHOLDS=2000 pytest tests/columns/test_equality.py; very many by benchmarks/equality.py.
"""

from __future__ import annotations

import os

import pytest
from at_scale import FACTS, ON, Facts, differences, packs, varied_of

HOUSEHOLDS = int(os.environ.get("EQUAL_HOUSEHOLDS", "20000"))
SHARES: dict[Facts, int] = {"complete": 85, "incomplete": 10, "without parameters": 5}
"""Of a hundred: where nothing is open, telling what is missing takes no time."""


@pytest.mark.parametrize("facts", FACTS)
@pytest.mark.parametrize("name", packs())
def test_every_point_of_many_households(name: str, facts: Facts) -> None:
    assert sum(SHARES.values()) == 100
    assert differences(name, facts, 0, HOUSEHOLDS * SHARES[facts] // 100) == []


@pytest.mark.parametrize("name", packs())
def test_what_the_households_are_like(name: str) -> None:
    pack, varied = varied_of(name, "incomplete")
    some = varied.some(3000)
    sizes = [len(household.members) for household in some]
    assert {1, 2, 12} <= set(sizes) and max(sizes) == 12
    lists = [member.incomes for household in some for member in household.members]
    assert None in lists and any(items is not None and not items for items in lists)
    assert any(len(items) == 60 for items in lists if items)
    greatest = max(income.amount for items in lists for income in items or () if income.amount is not None)
    assert greatest == 100_000_000
    assert all(pack.on(ON).run(household, ON).three_valued for household in some[:20])
