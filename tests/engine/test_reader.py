"""Reading facts: rows of plain values, whether any is unknown, and the latest day of the past."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import localcontext
from pathlib import Path

import pytest

from aidrules import load
from aidrules.facts.days import not_yet
from borough import compiled
from reference.households import Households

ON = date(2025, 6, 1)
DAY = timedelta(days=1)

INPUTS = """
inputs:
  household:
    rent: {unit: CNY/month, max: 1000}
    moved_on: {type: date, past: true, optional: true}
    ends_on: {type: date}
  member:
    fell_ill_on: {type: date, past: true}
findings:
  agreed: {zh: 同意, en: agreed, type: bool, about: household, cite: "1"}
definitions:
  double: {zh: 两倍, en: double, value: household.rent * 2, cite: "1"}
"""


@pytest.mark.parametrize("name", ["cn/national", "cn/guizhou/zunyi/bozhou"])
def test_the_latest_day_is_the_one_after_which_nothing_lies(name: str) -> None:
    """Of random households: on the latest day nothing lies ahead, on the day before something does."""
    rules = load(name).on(ON)
    households, draw = Households(rules, ON), random.Random(5)
    dated = 0
    for _ in range(150):
        household = households.built(households.flat(draw, 0.1))
        _, latest, _ = rules.reader(household)
        if not latest:
            assert not list(not_yet(household, date(1900, 1, 1)))
            continue
        dated += 1
        day = date.fromordinal(latest)
        assert not list(not_yet(household, day))
        assert list(not_yet(household, day - DAY))
    assert dated > 100


@pytest.mark.parametrize(
    ("facts", "latest"),
    [
        ({}, 0),
        ({"moved_on": "2025-03-01"}, date(2025, 3, 1).toordinal()),
        ({"moved_on": "none"}, 0),
        ({"ends_on": "2030-01-01"}, 0),
        ({"members": [{"id": "m1", "fell_ill_on": "2024-02-29"}]}, date(2024, 2, 29).toordinal()),
        (
            {"findings": {"agreed": {"value": True, "by": "office", "on": "2025-04-02", "reason": "heard"}}},
            date(2025, 4, 2).toordinal(),
        ),
    ],
)
def test_days_count_that_no_rule_reads(tmp_path: Path, facts: dict[str, object], latest: int) -> None:
    rules = compiled(tmp_path, INPUTS)
    household = rules.pack.Household.model_validate({"members": [{"id": "m1"}], **facts})
    assert rules.reader(household)[1] == latest


def test_a_row_holds_whole_numbers_and_none(tmp_path: Path) -> None:
    rules = compiled(tmp_path, INPUTS)
    of = rules.pack.Household.model_validate
    with localcontext(prec=2):
        assert rules.reader(of({"members": [{"id": "m1"}], "rent": "123.45"})) == (False, 0, (12345,))
    assert rules.reader(of({"members": [{"id": "m1"}]})) == (True, 0, (None,))
