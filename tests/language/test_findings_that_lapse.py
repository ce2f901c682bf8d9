"""Findings that count for a time: to the last day, and then as if nobody had recorded them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aidrules import Decision, decide
from aidrules.engine import Bounds
from aidrules.errors import DecisionError, PackError
from borough import compiled, pack_of, problems_of, run

CARE = """
parameters:
  standard: {unit: CNY/person/month, values: [{is: 700}]}
findings:
  needs_care:
    about: member
    type: bool
    valid: 12 month
    who: nurse
    if_absent: IF_ABSENT
    zh: 需要照料
    en: needs care
  hours:
    about: household
    unit: hour
    within: [2, 4 * hour]
    valid: 30 * day
    who: nurse
    if_absent: lower
    zh: 照料时数
    en: hours of care
definitions:
  hours_granted: {value: finding.hours}
programmes:
  care:
    subject: member
    rules:
      needed: {kind: eligibility, when: finding.needs_care, zh: 需要照料, en: care is needed}
      sum: {kind: amount, amount: 50 * CNY / month}
"""


def text(if_absent: str) -> str:
    return CARE.replace("IF_ABSENT", if_absent).replace("hour\n", "term\n").replace("4 * hour", "4 * term")


def decided(folder: Path, on: date, record: Any, if_absent: str = "unknown") -> Decision:
    pack = pack_of(folder, text(if_absent))
    member = {"id": "a", "findings": {"needs_care": record} if record else None}
    return decide(pack.Household.model_validate({"members": [member]}), pack, on=on)


@pytest.mark.parametrize(
    ("on", "status"),
    [(date(2025, 2, 27), "eligible"), (date(2025, 2, 28), "eligible"), (date(2025, 3, 1), "pending")],
)
def test_it_counts_to_its_last_day(tmp_path: Path, on: date, status: str) -> None:
    """Twelve months from 29 February 2024 end on 28 February 2025."""
    assert decided(tmp_path, on, {"value": True, "on": "2024-02-29"}).outcomes["care"].status == status


@pytest.mark.parametrize(
    ("recorded", "if_absent", "status"),
    [
        (True, "unknown", "pending"),
        (False, "unknown", "pending"),
        (True, '"false"', "ineligible"),
        (False, '"true"', "eligible"),
    ],
)
def test_once_lapsed_it_counts_as_not_recorded(tmp_path: Path, recorded: bool, if_absent: str, status: str) -> None:
    on, record = date(2025, 6, 1), {"value": recorded, "on": "2024-05-31"}
    assert decided(tmp_path, on, record, if_absent).outcomes["care"].status == status
    assert decided(tmp_path, on, None, if_absent).outcomes["care"].status == status


@pytest.mark.parametrize(
    ("recorded", "if_absent", "status"),
    [
        (True, "unknown", "undetermined"),
        (True, '"false"', "undetermined"),
        (False, '"false"', "ineligible"),  # lapsed or not, it counts as false
        (True, '"true"', "eligible"),
    ],
)
def test_without_its_day_it_may_have_lapsed_or_not(tmp_path: Path, recorded: bool, if_absent: str, status: str) -> None:
    decision = decided(tmp_path, date(2025, 6, 1), {"value": recorded}, if_absent)
    assert decision.outcomes["care"].status == status
    missing = [(one.input, one.kind) for one in decision.missing]
    assert missing == ([("members[0].findings.needs_care.on", "fact")] if status == "undetermined" else [])


def test_what_is_missing_says_when_it_lapsed(tmp_path: Path) -> None:
    decision = decided(tmp_path, date(2025, 6, 1), {"value": True, "on": "2024-05-31"})
    (missing,) = decision.missing
    assert (missing.input, missing.kind, missing.who) == ("members[0].findings.needs_care", "finding", ("nurse",))
    assert missing.lapsed_on == date(2025, 6, 1)
    said = " ".join(decision.explain(lang="en").split())
    assert "Nurse: the finding on “needs care” (member a) lapsed on 1 June 2025 and awaits a new one; with it" in said
    assert "nurse：“需要照料”（成员 a）的认定自2025年6月1日起失效，尚待重新认定；" in decision.explain(lang="zh")
    assert decided(tmp_path, date(2025, 6, 1), None).missing[0].lapsed_on is None


@pytest.mark.parametrize(
    ("record", "if_absent", "en", "zh"),
    [
        (
            {"value": True, "on": "2024-05-31"},
            "unknown",
            "the finding on “needs care” lapsed on 1 June 2025, and a new one is awaited",
            "“需要照料”的认定自2025年6月1日起失效，尚待重新认定",
        ),
        (
            {"value": True, "on": "2024-05-31"},
            '"false"',
            "the finding on “needs care” lapsed on 1 June 2025",
            "“需要照料”的认定自2025年6月1日起失效",
        ),
        ({"value": True, "on": "2024-06-01"}, '"false"', "it was found: needs care", "经认定：需要照料"),
        (None, '"false"', "no finding of “needs care” is on record", "没有“需要照料”的认定"),
        ({"value": True}, '"false"', "“day of the finding: needs care” is not recorded", "“需要照料的认定日期”未登记"),
    ],
)
def test_the_trace_says_what_became_of_it(tmp_path: Path, record: Any, if_absent: str, en: str, zh: str) -> None:
    decision = decided(tmp_path, date(2025, 6, 1), record, if_absent)
    (rule,) = (rule for rule in decision.trace.rules if rule.rule == "care.needed")
    (step,) = rule.steps
    assert step.statement is not None
    assert (step.statement.en, step.statement.zh) == (en, zh)
    lapsed = date(2025, 6, 1) if "lapsed" in en else None
    assert [(one.name, one.lapsed_on) for one in step.inputs] == [("finding.needs_care[a]", lapsed)]


@pytest.mark.parametrize(
    ("record", "hours"),
    [
        ({"value": 3, "on": "2025-05-16"}, 3),  # 30 days after 16 May is 15 June
        ({"value": 3, "on": "2025-05-15"}, 2),
        ({"value": 3}, Bounds(2, 3)),
        (None, 2),
    ],
)
def test_an_amount_that_lapsed_counts_as_the_least(tmp_path: Path, record: Any, hours: object) -> None:
    found = run(compiled(tmp_path, text("unknown")), findings={"hours": record} if record else None)
    assert found.value("hours_granted") == hours


def test_what_lapsed_is_not_held_against_the_bounds_of_today(tmp_path: Path) -> None:
    pack = pack_of(
        tmp_path,
        text("unknown")
        .replace("4 * term", "most")
        .replace("parameters:", "parameters:\n  most: {unit: term, values: [{is: 4}]}"),
    )
    facts = {"members": [{"id": "a"}], "findings": {"hours": {"value": 9, "on": "2025-05-15"}}}
    household = pack.Household.model_validate(facts)
    assert decide(household, pack, on=date(2025, 6, 15)).value("hours_granted") == 2
    with pytest.raises(DecisionError, match="at most 4 term"):
        decide(household, pack, on=date(2025, 6, 14))


@pytest.mark.parametrize(
    ("valid", "said"),
    [
        ("0 month", "valid: 0 month; expected a length of time above zero, such as 12 month"),
        ("12 * CNY", "a date is moved by CNY; expected days, working days, months or years"),
        ("12 months", "months"),
        ("whenever", "nothing is called whenever"),
    ],
)
def test_a_time_that_is_none_is_refused(tmp_path: Path, valid: str, said: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text("unknown").replace("12 month", valid))
    assert said in problems_of(error) and "pack.yaml:" in problems_of(error)
