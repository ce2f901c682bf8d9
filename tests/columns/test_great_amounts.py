"""Amounts and fractions greater than columns hold: refused where they are known, without bounds where they are not."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from points import differing

from aidrules import DecisionError, PackError
from aidrules.columns import population, simulate
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
PER_PERSON = """
inputs:
  member:
    rate: {type: number, unit: CNY/month, max: 10000000, zh: 每月数, en: rate}
programmes:
  aid:
    payment: {every: month}
    rules:
      sum:
        kind: amount
        each: member
        payee: member
        amount: member.rate * 1000000 * 1000000
        zh: 数额
        en: sum
"""
FRACTIONS = """
inputs:
  member:
    much: {type: number, max: 1000000000000000, zh: 数, en: much}
    by: {type: number, min: 1, max: 1000000000000000, zh: 份数, en: by}
definitions:
  share: {each: member, value: member.much * 200000000000000 / member.by}
  finest: {each: member, value: member.share / member.by / member.by}
programmes: {}
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
        (("2", 3, None), (0, 600_000_000)),
        (("92233.72", None, 1_000_000), (0, 9_223_372_000_000_000_000)),
        (("92233.73", 1_000_000, None), (None, None)),
        ((None, None, None), (None, None)),
    ],
)
def test_columns_tell_bounds_as_long_as_they_hold_them_and_a_decision_no_wide_ones(
    pack: Pack, given: Any, bounds: Any
) -> None:
    facts = household(pack, *given)
    found = simulate(from_households([facts], pack), pack, on=ON).frame
    assert found.select("aid.monthly", "aid.monthly_low", "aid.monthly_high").rows() == [(None, *bounds)]
    outcome = decide(facts, pack, on=ON, chain="exact").outcomes["aid"]
    assert (outcome.monthly, outcome.monthly_bounds) == (None, None)
    assert differing(pack, [facts], ON) == []


def test_a_known_one_is_refused_by_both_and_the_others_are_decided(pack: Pack) -> None:
    facts = household(pack, "92233.73", 1_000_000, 1_000_000)
    with pytest.raises(DecisionError, match=r"more than can be told of an amount[.] Give the rule a cap"):
        decide(facts, pack, on=ON, chain="exact").outcomes["aid"]
    others = [household(pack, "2", 3, each) for each in (4, None)]
    found = simulate(from_households([others[0], facts, others[1]], pack), pack, on=ON)
    assert found.frame.select("row", "aid.monthly", "aid.monthly_high").rows() == [
        (0, 2400, 2400),
        (2, None, 6 * 10**8),
    ]
    said = "it comes to 92233730000000000, more than can be told of an amount"
    assert found.faults.select("row", "field", "found", "hint").rows() == [
        (1, "aid.sum", said, "Give the rule a cap:.")
    ]
    assert found.bad.height == 1


def test_a_person_who_is_paid_too_much_is_refused_with_the_household(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, PER_PERSON)
    rates = [("1", "2"), ("3", "92233.73"), (None, "4")]
    households = [
        {"members": [{"id": name, "rate": rate} for name, rate in zip("ab", each, strict=True)]} for each in rates
    ]
    built = [pack.Household.model_validate(each) for each in households]
    found = simulate(from_households(built, pack), pack, on=ON)
    assert found.faults.select("row", "field").rows() == [(1, "aid.sum")]
    assert found.frame.select("row", "aid.monthly").rows() == [(0, 3 * 10**14), (2, None)]
    with pytest.raises(DecisionError, match="more than can be told of an amount"):
        found.explain(1).outcomes["aid"]


@pytest.mark.parametrize("again", [1, None])
def test_few_incomplete_ones_beside_many(pack: Pack, monkeypatch: pytest.MonkeyPatch, again: int | None) -> None:
    monkeypatch.setattr(population, "_MANY", 2)
    given = [("2", 3, 4), ("92233.73", 1_000_000, 1_000_000), ("5", 6, 7), ("92233.73", 1_000_000, again)]
    frame = from_households([household(pack, *each) for each in given], pack)
    found = simulate(frame, pack, on=ON)
    assert found.faults["row"].to_list() == [1]
    assert found.frame["row"].to_list() == [0, 2, 3]
    assert found.frame["aid.monthly"].to_list() == [2400, 21_000, 9_223_373_000_000 if again else None]


def test_a_fraction_of_more_than_64_bits_is_refused_where_it_is_in_lowest_terms(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, FRACTIONS)
    # The second is 2 * 10^29 sevenths; the third, as much, is a whole number when it is shortened.
    given = [(1, 7), (10**15, 7), (10**15, 10**15), (10**15, None)]
    built = [pack.Household.model_validate({"members": [{"id": "a", "much": much, "by": by}]}) for much, by in given]
    found = simulate(from_households(built, pack), pack, on=ON, values=["share"])
    assert found.frame["row"].to_list() == [0, 2, 3]
    assert found.frame["share"].to_list() == [
        [{"numerator": 2 * 10**14, "denominator": 7}],
        [{"numerator": 2 * 10**14, "denominator": 1}],
        [None],
    ]
    assert found.faults.select("row", "field", "found").rows() == [
        (1, "share[a]", "a fraction whose numerator or denominator needs more than 64 bits")
    ]
    assert found.explain(1).value("share[a]") == Fraction(2 * 10**29, 7)


def test_a_fraction_that_may_need_more_than_all_digits_is_refused_before(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, FRACTIONS)
    with pytest.raises(PackError, match="values: finest may need more than 38 digits"):
        simulate(from_households([], pack), pack, on=ON, outcomes=[], values=["finest"])


def test_the_greatest_is_paid(pack: Pack) -> None:
    facts = household(pack, "92233.72", 1_000_000, 1_000_000)
    assert decide(facts, pack, on=ON, chain="exact").outcomes["aid"].monthly == 92_233_720_000_000_000
    assert differing(pack, [facts], ON) == []
