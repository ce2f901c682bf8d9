"""When a pack is in force: on the days on which all of its layers are."""

from __future__ import annotations

from datetime import date

import pytest

import aidrules
from aidrules import DecisionError


def test_a_narrower_pack_begins_no_earlier_than_the_wider_one() -> None:
    bozhou, national = aidrules.load("cn/guizhou/zunyi/bozhou"), aidrules.load("cn/national")
    assert national.in_force.start == date(2021, 7, 1)
    assert bozhou.in_force.start == national.in_force.start


def test_a_day_before_the_wider_pack_is_refused_as_a_date() -> None:
    pack = aidrules.load("cn/guizhou/zunyi/bozhou")
    household = aidrules.Household.model_validate({"members": [{"id": "a"}]})
    with pytest.raises(DecisionError, match="not in force on 2021-06-30; expected a date from 2021-07-01"):
        aidrules.decide(household, pack, on=date(2021, 6, 30))
