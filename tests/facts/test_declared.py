"""How a pack declares an input: what goes together and what does not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from aidrules.facts.inputs import FindingInput, Input


def test_scalars_may_be_text() -> None:
    given = Input.model_validate({"unit": "CNY/month", "max": "100000", "decimals": "2", "confidential": "true"})
    assert (given.max, given.decimals, given.confidential) == (Decimal(100000), 2, True)


def test_a_number_has_a_default_range_by_its_unit() -> None:
    assert Input(unit="CNY/month").range == (0, 10_000_000)
    assert Input(unit="CNY").range == (0, 1_000_000_000)
    assert Input(unit="month").range == (0, 1_000_000)
    assert Input(type="number", min="-1", max="1", decimals=3).range == (-1, 1)


def test_money_has_two_decimals_and_other_numbers_none() -> None:
    assert Input(unit="CNY").scale == 2
    assert Input(unit="CNY", decimals=0).scale == 0
    assert Input(unit="year").scale == 0


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({}, "a type: is needed, or a unit: for a number"),
        ({"type": "float"}, "one of bool, date, text, number, money or a list of values"),
        ({"type": []}, "one of bool, date, text, number, money or a list of values"),
        ({"type": ["a", "a"]}, "listed once each"),
        ({"type": "bool", "unit": "CNY"}, "unit: belongs to a number"),
        ({"type": "date", "max": "3"}, "max: belongs to a number"),
        ({"type": "bool", "optional": True}, "optional: belongs to a date"),
        ({"type": "money", "unit": "month"}, "counts a currency"),
        ({"unit": "month", "min": "5", "max": "4"}, "min 5 is above max 4"),
        ({"type": ["a", "b"], "options_zh": ["甲"]}, "options_zh: has one label for each value"),
        ({"type": ["a", "b"], "options_zh": ["甲", "甲 "]}, "options_zh: has labels that are empty or the same"),
        ({"type": ["a", "b"], "options_en": ["a", " "]}, "options_en: has labels that are empty or the same"),
        ({"type": "bool", "options_en": ["a"]}, "options_en: has one label for each value"),
        ({"list": "offer"}, "a list has fields:"),
        ({"fields": {"x": {"type": "bool"}}}, "fields: belongs to a list"),
        ({"list": "offer", "type": "bool", "fields": {"x": {"type": "bool"}}}, "type: belongs to a value"),
        ({"list": "offer", "ordered_by": "y", "fields": {"x": {"type": "date"}}}, "ordered_by: names y"),
        (
            {"list": "offer", "fields": {"x": {"list": "y", "fields": {"z": {"type": "bool"}}}}},
            "x is a list inside a list",
        ),
        ({"type": "bool", "label": "x"}, "Extra inputs are not permitted"),
        ({"list": "Offer", "fields": {"x": {"type": "bool"}}}, "should match pattern"),
    ],
)
def test_what_does_not_go_together_is_said(declared: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Input.model_validate(declared)


def test_a_finding_is_about_something() -> None:
    finding = FindingInput(type="bool", about="member", needs=("reason", "quorum"))
    assert (finding.about, finding.needs) == ("member", ("reason", "quorum"))
    with pytest.raises(ValidationError, match="'household', 'member' or 'case'"):
        FindingInput(type="bool", about="village")
