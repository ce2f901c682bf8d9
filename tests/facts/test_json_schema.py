"""The JSON Schema of a household refuses nothing that is right; what it lets pass beyond is listed for developers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import aidrules

NATIONAL = aidrules.load("cn/national")
SCHEMA = Draft202012Validator(NATIONAL.household_schema())


def given(member: dict[str, Any] | None = None, **facts: Any) -> dict[str, Any]:
    return {"members": [{"id": "a", **(member or {})}], **facts}


@pytest.mark.parametrize(
    "facts",
    [
        given({"incomes": [{"months": 1.0}]}),
        given({"incomes": [{"amount": 12.345}]}),
        given({"birth_date": "1985-02-30"}),
        given({"birth_date": "1700-02-20"}),
        given({"id": "520303198502101234"}),
        given({"birth_date": "1991-01-01", "died_on": "1990-01-01"}),
        given({"disability": {"kind": "none", "grade": 2}}),
        given(benefits=[{"programme": "dibao"}, {"programme": "dibao"}]),
        given(expenses=[{"member": "b"}]),
        {"members": [{"id": "a"}, {"id": "a"}]},
    ],
)
def test_what_no_schema_can_say_the_household_says(facts: dict[str, Any]) -> None:
    assert SCHEMA.is_valid(facts)
    with pytest.raises(aidrules.FactsError):
        NATIONAL.Household.model_validate_json(json.dumps(facts))


@pytest.mark.parametrize(
    "facts",
    [
        given({"incomes": [{"amount": "12.345"}]}),
        given({"incomes": [{"amount": -1}]}),
        given({"birth_date": "1985-2-3"}),
        given({"sex": "f"}),
        given({"name": "x"}),
        given(payments=[{"rule": "x" * 201}]),
        given(payments=[{"rule": "two\nlines"}]),
        {"members": []},
    ],
)
def test_what_a_schema_can_say_it_says(facts: dict[str, Any]) -> None:
    assert not SCHEMA.is_valid(facts)


@pytest.mark.parametrize(("text", "right"), [("办", True), ("", False), (" ", False), ("x" * 201, False)])
def test_who_found_is_no_blank_text_by_the_schema_either(text: str, right: bool) -> None:
    pack = aidrules.load("cn/guizhou/zunyi/bozhou")
    facts = given(findings={"property_within_dibao_rules": {"value": True, "by": text, "on": "2025-05-20"}})
    assert Draft202012Validator(pack.household_schema()).is_valid(facts) is right
