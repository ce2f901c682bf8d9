"""Findings: bounds from a table, exceptions beyond them, what must be recorded, what absence counts as."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aidrules import decide
from aidrules.engine import Bounds
from aidrules.errors import DecisionError, FactsError, PackError
from borough import ON, compiled, pack_of, problems_of, run

HELP = """
inputs:
  case: {severity: {type: [mild, grave]}}
parameters:
  standard: {unit: CNY/person/month, values: [{is: 700}]}
  months_by_grade:
    type: range
    unit: month
    by: case.severity
    values: [{is: {mild: [1, 2], grave: [2, 4]}}]
  share: {required: true, must: 10% <= value <= 50%}
findings:
  months_granted:
    about: case
    unit: month
    within: months_by_grade
    beyond: {up_to: 12 * month, needs: [reason, notice]}
    zh: 核定月数
    en: months granted
  topped:
    about: member
    unit: CNY/month
    within: [0, share * standard]
    if_absent: lower
    zh: 增发
    en: topped
  grant: {about: household, unit: CNY, within: [2000, 3000], if_absent: lower, zh: 奖励, en: grant}
  gift:
    about: household
    unit: CNY
    min: 10
    max: 3000
    within: [standard * month * count(members), 1000]
    if_absent: lower
definitions:
  granted: {value: finding.months_granted}
  given: {value: finding.grant}
  gift: {value: finding.gift}
  extra: {each: member, value: finding.topped}
programmes:
  aid:
    rules:
      asked: {kind: eligibility, when: case.urgent}
      sum: {kind: amount, amount: standard * count(members) * finding.months_granted}
"""


def facts(**findings: Any) -> dict[str, Any]:
    return {"findings": {name: {"value": value} for name, value in findings.items()}}


@pytest.mark.parametrize(
    ("severity", "granted", "expected"),
    [
        ("mild", 2, 2),
        ("grave", 4, 4),
        ("mild", None, Bounds(1, 12)),  # an exception may still be made
        (None, None, Bounds(1, 12)),
        (None, 3, 3),
    ],
)
def test_a_finding_lies_within_its_table(
    tmp_path: Path, severity: str | None, granted: int | None, expected: object
) -> None:
    found = run(
        compiled(tmp_path, HELP), case={"severity": severity}, **facts(months_granted=granted) if granted else {}
    )
    assert found.value("granted") == expected


def test_an_amount_that_awaits_a_finding_is_shown_with_its_bounds(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, HELP.replace("beyond: {up_to: 12 * month, needs: [reason, notice]}", ""))
    household = pack.Household.model_validate(
        {"members": [{"id": "a"}, {"id": "b"}], "case": {"severity": "grave", "urgent": True}}
    )
    decision = decide(household, pack, on=ON, parameters={"share": "20%"})
    (line,) = decision.outcomes["aid"].lines
    assert line.state == "pending"
    assert line.bounds is not None and (line.bounds.low, line.bounds.high) == (2800, 5600)


def decided(tmp_path: Path, severity: str, share: str = "20%", member: Any = None, **record: Any) -> object:
    pack = pack_of(tmp_path, HELP, parameters={"share": share})
    given: dict[str, Any] = {
        "members": [{"id": "a", "findings": member}],
        "case": {"severity": severity, "urgent": True},
        "findings": {"months_granted": record} if record else None,
    }
    household = pack.Household.model_validate(given)
    return decide(household, pack, on=ON).outcomes["aid"].one_off


def test_beyond_the_bounds_only_with_what_it_needs(tmp_path: Path) -> None:
    assert decided(tmp_path, "mild", value=2) == 1400
    assert decided(tmp_path, "mild", value=12, reason="three fires", notice=True) == 8400
    with pytest.raises(DecisionError) as error:
        decided(tmp_path, "mild", value=3, reason="three fires")
    assert problems_of(error) == (
        "findings.months_granted: months granted: 3 month, more than 2 month; expected notice beside the value"
    )


@pytest.mark.parametrize(("severity", "value"), [("grave", 1), ("mild", 13), ("grave", 0)])
def test_outside_what_the_text_allows_it_is_refused(tmp_path: Path, severity: str, value: int) -> None:
    with pytest.raises((DecisionError, FactsError)) as error:
        decided(tmp_path, severity, value=value, reason="x", notice=True)
    low = 2 if severity == "grave" else 1
    assert f"expected at least {low} month and at most 12 month" in problems_of(error)


def test_bounds_for_each_person(tmp_path: Path) -> None:
    assert decided(tmp_path, "mild", member={"topped": {"value": "140.00"}}, value=1) == 700
    with pytest.raises(DecisionError) as error:
        decided(tmp_path, "mild", member={"topped": {"value": "140.01"}}, value=1)
    assert "members[0].findings.topped: topped: 140.01 CNY/month; expected at least 0 CNY/month" in problems_of(error)


def test_a_bound_that_is_not_known_refuses_only_what_is_impossible(tmp_path: Path) -> None:
    rules = compiled(tmp_path, HELP)
    assert rules.parameters["share"].missing
    found = run(rules, members=[{"findings": {"topped": {"value": 340}}}])
    assert found.value("extra", 0) == Bounds(70, 340)


def test_where_nobody_recorded_it_the_lower_bound_counts(tmp_path: Path) -> None:
    found = run(compiled(tmp_path, HELP))
    assert [found.value("given"), found.value("gift"), found.value("extra", 0)] == [2000, 700, 0]
    assert run(compiled(tmp_path, HELP), **facts(grant=2500, gift=900)).value("given") == 2500


def test_plain_bounds_are_held_where_facts_are_built(tmp_path: Path) -> None:
    with pytest.raises(FactsError) as error:
        run(compiled(tmp_path, HELP), **facts(grant=1999))
    assert "2000" in problems_of(error)


NEEDS = """
findings:
  waived: {about: household, type: bool, needs: [reason, quorum], if_absent: "false", zh: 免除, en: waived}
definitions: {waived: {value: finding.waived}}
"""


def test_what_a_finding_needs_is_recorded_and_was_held(tmp_path: Path) -> None:
    rules = compiled(tmp_path, NEEDS)
    assert run(rules).value("waived") is False
    held = {"value": True, "reason": "flood", "quorum": True}
    assert run(rules, findings={"waived": held}).value("waived") is True
    for wrong in ({"value": True, "reason": "flood"}, {**held, "quorum": False}, {**held, "reason": None}):
        with pytest.raises(FactsError) as error:
            run(rules, findings={"waived": wrong})
        assert "findings.waived." in problems_of(error)


REFUSED = """
findings:
  refused_on: {about: household, type: date, if_absent: none, zh: 不予确认日期, en: refused on}
  moved_on: {about: household, type: date, if_absent: 2024-01-01, zh: 迁入日期, en: moved on}
definitions:
  refused: {value: finding.refused_on is not none}
  lately: {value: "finding.refused_on >= date(2024, 3, 1)"}
  moved: {value: "finding.moved_on >= date(2024, 1, 1)"}
"""


def test_a_day_of_what_may_not_have_happened_counts_as_none_unless_recorded(tmp_path: Path) -> None:
    rules = compiled(tmp_path, REFUSED)
    for given in ({}, {"refused_on": {"value": "none"}}):
        found = run(rules, findings=given)
        assert [found.value(name) for name in ("refused", "lately", "moved")] == [False, False, True]
    found = run(rules, findings={"refused_on": {"value": "2024-03-01"}})
    assert [found.value(name) for name in ("refused", "lately")] == [True, True]
    with pytest.raises(FactsError) as error:
        run(rules, findings={"moved_on": {"value": "none"}})
    assert "findings.moved_on" in problems_of(error)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("type: bool, if_absent: lower", "if_absent: lower"),
        ("type: [a, b], if_absent: c", "if_absent: c"),
        ("type: date, if_absent: never", "if_absent: never"),
        ("type: bool, if_absent: none", "if_absent: none"),
        ("unit: CNY, if_absent: 3 CNY", "if_absent: 3 CNY"),
        ("unit: CNY, max: standard", "max: 'standard' is not a number"),
        ("unit: CNY, beyond: {up_to: 3, needs: reason}", "beyond: without within:"),
        ("type: bool, within: [0, 1]", "a type: beside"),
        ("unit: CNY, within: [0, standard]", "`standard` is measured in CNY/person/month"),
        ("unit: CNY, within: standard", "standard is not a range"),
        ("unit: CNY, within: [1, 2, 3]", "within:"),
    ],
)
def test_findings_that_cannot_be(tmp_path: Path, fields: str, found: str) -> None:
    text = f"""
    parameters: {{standard: {{unit: CNY/person/month, values: [{{is: 700}}]}}}}
    findings: {{x: {{about: household, {fields}}}}}
    """
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text)
    assert found in problems_of(error)
