"""Amounts greater than any that can be paid: refused where they are known, without bounds where they are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from points import differing

from aidrules import DecisionError
from aidrules.columns import simulate
from aidrules.decision import decide
from aidrules.frames import from_households
from aidrules.language.pack import Pack
from borough import pack_of

PACK = """
inputs:
  household:
    rate: {type: number, unit: CNY/month, max: 10000000, zh: 每月数, en: rate}
    times: {type: number, max: 1000000, zh: 倍数, en: times}
    again: {type: number, max: 1000000, zh: 再倍数, en: again}
programmes:
  aid:
    payment: {every: month}
    rules:
      sum: {kind: amount, amount: household.rate * household.times * household.again, zh: 数额, en: sum}
"""
ON = date(2025, 1, 1)


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return pack_of(tmp_path, PACK)


def household(pack: Pack, rate: str | None, times: int | None, again: int | None) -> Any:
    facts = {"members": [{"id": "a"}], "rate": rate, "times": times, "again": again}
    return pack.Household.model_validate(facts)


@pytest.mark.parametrize(
    ("given", "bounds"),
    [
        (("2", 3, None), (0, 6_000_000)),
        (("92233.72", None, 1_000_000), (0, 92_233_720_000_000_000)),
        (("92233.73", 1_000_000, None), None),
        ((None, None, None), None),
    ],
)
def test_bounds_are_told_as_long_as_a_column_holds_them(pack: Pack, given: Any, bounds: Any) -> None:
    facts = household(pack, *given)
    outcome = decide(facts, pack, on=ON, chain="exact").outcomes["aid"]
    found = outcome.monthly_bounds
    assert outcome.monthly is None
    assert (found and (found.low, found.high)) == bounds
    assert differing(pack, [facts], ON) == []


def test_a_known_one_is_refused_by_both(pack: Pack) -> None:
    facts = household(pack, "92233.73", 1_000_000, 1_000_000)
    with pytest.raises(DecisionError, match=r"more than can be told of an amount[.] Give the rule a cap"):
        decide(facts, pack, on=ON, chain="exact").outcomes["aid"]
    with pytest.raises(DecisionError, match=r"more than can be told of an amount[.] Give the rule that pays it a cap"):
        simulate(from_households([facts], pack), pack, on=ON)


def test_the_greatest_is_paid(pack: Pack) -> None:
    facts = household(pack, "92233.72", 1_000_000, 1_000_000)
    assert decide(facts, pack, on=ON, chain="exact").outcomes["aid"].monthly == 92_233_720_000_000_000
    assert differing(pack, [facts], ON) == []
