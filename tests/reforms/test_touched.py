"""What is open of programmes that a reform does not touch leaves nobody's gain open."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from aidrules.decision.forms import WAYS
from aidrules.reforms import compare
from aidrules.reforms.touched import touched
from borough import ON, pack_of

TOWN = """
inputs:
  household: {pot: {unit: CNY/month, max: 10000}, cold: {type: bool}}
parameters:
  line: {unit: CNY/household/month, values: [{is: 40}]}
  sum: {unit: CNY/household/month, values: [{is: 10}]}
  fuel: {unit: CNY/household/month, values: [{is: 5}]}
  parcel: {unit: CNY/household, values: [{is: 30}]}
programmes:
  relief:
    rules:
      below: {kind: eligibility, when: household.pot < line}
      sum: {kind: amount, amount: sum, payment: {every: month}}
  heating:
    rules:
      cold: {kind: eligibility, when: household.cold}
      fuel: {kind: amount, amount: fuel, payment: {every: month}}
  parcels:
    rules:
      poor: {kind: eligibility, when: relief.eligible and household.cold}
      parcel: {kind: amount, amount: parcel}
"""
OPEN = pl.DataFrame([{"id": "h", "members": [{"id": "a"}], "pot": 40, "cold": None}])


@pytest.mark.parametrize(
    ("given", "monthly", "once"),
    [
        ({}, (), ()),
        ({"sum": 11}, ("relief",), ()),
        ({"line": 41}, ("relief",), ("parcels",)),
        ({"fuel": 6}, ("heating",), ()),
        ({"parcel": 31}, (), ("parcels",)),
    ],
)
def test_a_programme_is_touched_where_anything_that_its_payments_follow_from_is_other(
    tmp_path: Path, given: dict[str, int], monthly: tuple[str, ...], once: tuple[str, ...]
) -> None:
    before = pack_of(tmp_path, TOWN)
    old, new = before.on(ON), before.with_parameters(given).on(ON)
    found = {way: touched(old, new, ("relief", "heating", "parcels"), way) for way in WAYS}
    assert found == {"monthly": monthly, "termly": (), "yearly": (), "one_off": once}
    assert found == {way: touched(new, old, ("relief", "heating", "parcels"), way) for way in WAYS}


def test_another_way_of_paying_touches_both(tmp_path: Path) -> None:
    before = pack_of(tmp_path, TOWN)
    yearly = {"every": "year"}
    rule = {"parcel": {"payment": yearly, "cite": "1"}}
    after = before.with_overlay(
        {
            "overlay": "parcels by the year",
            "source": "proposal",
            "sources": {"proposal": {"zh": "设想", "en": "A proposal", "issuer": "nobody", "date": "undated"}},
            "overrides": {"programmes": {"parcels": {"rules": rule}}},
        }
    )
    found = {way: touched(before.on(ON), after.on(ON), ("relief", "heating", "parcels"), way) for way in WAYS}
    assert found == {"monthly": (), "termly": (), "yearly": ("parcels",), "one_off": ("parcels",)}


def test_a_programme_of_one_side_alone_is_touched(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    one = pack_of(tmp_path, TOWN).on(ON)
    other = pack_of(tmp_path / "other", TOWN.replace("heating:", "warming:")).on(ON)
    names = ("relief", "heating", "warming")
    assert touched(one, other, names, "monthly") == touched(other, one, names, "monthly") == ("heating", "warming")


def test_who_certainly_gains_does_so_beside_programmes_that_are_open_and_stay_as_they_are(tmp_path: Path) -> None:
    before = pack_of(tmp_path, TOWN)
    found = compare(OPEN, before, before.with_parameters({"line": 41}), on=ON)
    # Relief was refused, at 40 of 40, and is 10 from a line of 41; fuel for 5 is open on both sides, and stays so.
    (told,) = found.households.iter_rows(named=True)
    assert [told[name] for name in ("before_low", "before_high", "after_low", "after_high")] == [0, 500, 1000, 1500]
    assert (told["change"], told["result"]) == (1000, "gains")
    # A parcel is for those on relief: whether this household gets one is open from now on.
    assert (told["one_off_change"], told["one_off_result"]) == (None, "open")


def test_a_reform_that_changes_nothing_leaves_nothing_open(tmp_path: Path) -> None:
    before = pack_of(tmp_path, TOWN)
    found = compare(OPEN, before, before, on=ON)
    assert found.winners.select("pays", "result", "change_open").rows() == [
        ("monthly", "same", 0),
        ("one_off", "same", 0),
    ]
