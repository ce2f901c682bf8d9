"""Nodes become models, and what does not fit is named with its place."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from pydantic import BaseModel

from aidrules.errors import PackError, Place, Problem
from aidrules.language.fields import Label, near
from aidrules.language.models import (
    DefinitionModel,
    FindingModel,
    InForce,
    Payment,
    ProgrammeModel,
    ReadingModel,
    Rounding,
)
from aidrules.language.parse import parse
from aidrules.language.sources import SourceModel
from aidrules.language.yaml import read_yaml


def refused(model: type[BaseModel], text: str) -> tuple[Problem, ...]:
    with pytest.raises(PackError) as caught:
        parse(model, read_yaml(text, "f.yaml"), "rule_id")
    return caught.value.problems


def test_a_definition() -> None:
    text = """
    each: member
    value: max(0, member.wage)
    cap: {at: bread_line, per: [member, on.year]}
    floor: 10 CNY
    round: {to: 0.01, mode: half_up}
    says: {"true": {zh: 是, en: it is}}
    zh: 工资
    """
    model = parse(DefinitionModel, read_yaml(text))
    assert model.cap is not None and model.floor is not None and model.round is not None
    assert (model.cap.at, model.cap.per) == ("bread_line", ("member", "on.year"))
    assert model.floor.at == "10 CNY"
    assert (model.round.to, model.round.mode) == (Decimal("0.01"), "half_up")
    assert model.says is not None and model.says.yes is not None
    assert model.says.yes.label("x") == Label("是", "it is")
    assert model.label("wage") == Label("工资", "wage")


def test_named_conditions_may_be_texts() -> None:
    model = parse(DefinitionModel, read_yaml("any_of: {old: a > 1, ill: {when: [b, c], zh: 病}}"))
    assert model.any_of is not None
    assert model.any_of["old"].when == ("a > 1",)
    assert model.any_of["ill"].when == ("b", "c")


def test_dates_in_force() -> None:
    dates = parse(InForce, read_yaml("from: 2024-01-01\nuntil: 2024-12-31"))
    assert dates.covers(date(2024, 1, 1)) and dates.covers(date(2024, 12, 31))
    assert not dates.covers(date(2023, 12, 31)) and not dates.covers(date(2025, 1, 1))
    assert parse(ProgrammeModel, read_yaml("payment: {every: term}")).payment == Payment(every="term")


@pytest.mark.parametrize(
    ("model", "text", "expected"),
    [
        (
            DefinitionModel,
            "value: a\ncaps: b\n",
            "f.yaml:2:1: rule_id: unknown key 'caps'; expected one of zh, en, cite, each, unit, value, any_of, "
            "all_of, cases, start, plus, less, floor, cap, round, if_undefined, says, "
            "reading, in_force, versions. Did you mean cap?",
        ),
        (
            DefinitionModel,
            "value: a\nround: {to: 0.01, mod: up}\n",
            "f.yaml:2:8: rule_id: the key 'mode' is missing; expected one of up, down, half_up\n"
            "f.yaml:2:19: rule_id: unknown key 'mod'; expected one of to, mode. Did you mean mode?",
        ),
        (
            DefinitionModel,
            "value: [m for m in members]\n",
            "f.yaml:1:8: rule_id: value: a list of 1; expected a text. "
            "An expression that begins with [ needs quotes around it",
        ),
        (
            DefinitionModel,
            "any_of: {old: {when: {a: b}}}\n",
            "f.yaml:1:22: rule_id: any_of.old.when: a mapping with a; expected a text",
        ),
        (
            DefinitionModel,
            "zh: 收入\n",
            "f.yaml:1:1: rule_id: it says no value; expected exactly one of value, any_of, all_of, cases, start",
        ),
        (
            DefinitionModel,
            "value: a\nstart: b\n",
            "f.yaml:1:1: rule_id: it has value and start; expected exactly one of value, any_of, all_of, cases, start",
        ),
        (
            Rounding,
            "to: 0.01\nmode: halfup\n",
            "f.yaml:2:7: rule_id: mode: the text 'halfup'; expected one of up, down, half_up. Did you mean half_up?",
        ),
        (
            Rounding,
            "to: 1/3\nmode: up\n",
            "f.yaml:1:5: rule_id: to: '1/3' is not a number; expected digits with at most 12 decimals",
        ),
        (
            InForce,
            "from: 2024-02-30\n",
            "f.yaml:1:7: rule_id: from: 2024-02-30 is not a day of the calendar; expected a date such as 2025-04-01",
        ),
        (
            InForce,
            "from: 1.4.2024\n",
            "f.yaml:1:7: rule_id: from: '1.4.2024' is not a date; expected a date such as 2025-04-01",
        ),
        (
            InForce,
            "from: 2024-02-01\nuntil: 2024-01-31\n",
            "f.yaml:1:1: rule_id: until 2024-01-31 is before from 2024-02-01; expected until on or after from",
        ),
        (
            FindingModel,
            "about: household\ntype: bools\n",
            "f.yaml:2:7: rule_id: type: this is not a type; "
            "expected bool, date, text or a list of options such as [low, high]",
        ),
        (
            FindingModel,
            "about: household\n",
            "f.yaml:1:1: rule_id: neither type: nor unit:; "
            "expected type: bool, date, text or a list of options, or unit:",
        ),
        (
            ReadingModel,
            "default: on\noptions: [one, each]\n",
            "f.yaml:1:1: rule_id: the default 'on' is not an option; expected one of one, each. Did you mean one?",
        ),
        (
            SourceModel,
            "zh: 法\nissuer: x\ndate: yesterday\n",
            "f.yaml:1:1: rule_id: the key 'en' is missing. "
            "Keys here are zh, en, issuer, number, date, kind, trust\n"
            "f.yaml:3:7: rule_id: date: 'yesterday' is not a date; expected a date such as 2025-04-01",
        ),
    ],
)
def test_says_what_is_wrong(model: type[BaseModel], text: str, expected: str) -> None:
    assert "\n".join(str(problem) for problem in refused(model, text)) == expected


def test_a_place_for_each_problem() -> None:
    problems = refused(DefinitionModel, "any_of:\n  old: {when: a, cites: x}\n  Bad: {when: b}\nvalues: 1\n")
    assert {problem.where for problem in problems} == {
        Place("f.yaml", 2, 18),
        Place("f.yaml", 3, 8),
        Place("f.yaml", 4, 1),
    }


def test_near_names() -> None:
    assert near("bread_lin", ["bread_line", "boat"]) == "Did you mean bread_line?"
    assert near("zzz", ["bread_line"]) is None
