"""Columns come to what decisions come to on many households near the lines of every shipped pack.

More, or fewer: EQUAL_HOUSEHOLDS=2000 pytest tests/columns/test_equality.py; very many by benchmarks/equality.py.
"""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
from at_scale import FACTS, LARGE, ON, Facts, count_of, differences, packs, varied_of

from aidrules import simulate
from aidrules.columns.reads import Reads
from aidrules.frames import from_households

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
    if not pack.subject.is_household:
        assert any(pack.on(ON).run(each, ON).three_valued for each in some[:20])
        for name in (path[0] for path in pack.on(ON).rows if len(path) == 1):
            held = [getattr(each, name) for each in some]
            assert None in held and any(items is not None and not items for items in held)
        return
    sizes = [len(household.members) for household in some]
    assert {1, 2, 12} <= set(sizes) and max(sizes) == 12
    three_valued = [pack.on(ON).run(household, ON).three_valued for household in some[:20]]
    assert all(three_valued) if name in LARGE else any(three_valued)
    lists = [member.incomes for household in some for member in household.members]
    if all(items is None for items in lists):
        assert ("members", "incomes") not in pack.on(ON).rows, "rules read incomes, and nobody has any"
        return
    assert None in lists and any(items is not None and not items for items in lists)
    assert any(len(items) == 60 for items in lists if items)
    greatest = max(income.amount for items in lists for income in items or () if income.amount is not None)
    assert greatest == 100_000_000


@pytest.mark.parametrize("name", packs())
def test_few_incomplete_households_are_told_as_among_themselves(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where few rows are incomplete, these are decided apart; then all is told as where they are not."""
    pack, varied = varied_of(name, "complete")
    few = varied_of(name, "incomplete")[1].some(max(count_of(name, 60), 24))
    households = [*varied.some(max(count_of(name, 200), 80)), *few]
    random.Random(1).shuffle(households)
    frame = from_households([each.model_copy(update={"id": f"h{n}"}) for n, each in enumerate(households)], pack)
    together = simulate(frame, pack, on=ON, entitlements=True).frame
    taken_apart: list[bool] = []
    fill = Reads.fill

    def filled(*given: Any) -> bool:
        taken_apart.append(fill(*given))
        return taken_apart[-1]

    monkeypatch.setattr(Reads, "fill", filled)
    monkeypatch.setattr("aidrules.columns.population._MANY", 1)
    apart = simulate(frame, pack, on=ON, entitlements=True).frame
    duties_alone = not any("." in column for column in together.columns)
    assert any(taken_apart) or duties_alone
    assert apart.schema == together.schema
    assert apart.equals(together)
