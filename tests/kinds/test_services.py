"""Entitlement, referral and gate: what an active programme opens, passes on, and which steps it needs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aidrules.engine import Compiled
from aidrules.errors import PackError
from borough import compiled, problems_of, run

HEAD = """
inputs:
  household: {poor: {type: bool}, disputed: {type: bool}, noticed: {type: date}}
  member: {pupil: {type: bool}, ill: {type: bool}}
"""
POOR = "means: {kind: eligibility, when: household.poor}"


def opening(tmp_path: Path, rule: str, programme: str = "") -> Compiled:
    return compiled(tmp_path, f"{HEAD}\nprogrammes: {{aid: {{{programme} rules: {{{POOR}, thing: {{{rule}}}}}}}}}\n")


def test_a_service_is_open_while_the_programme_is_active(tmp_path: Path) -> None:
    rules = opening(tmp_path, "kind: entitlement, to: [fee_waiver, meals], when: household.disputed")
    assert run(rules, poor=True, disputed=True).value("aid.thing")
    assert run(rules, poor=True, disputed=False).value("aid.thing") is False
    assert run(rules, poor=False, disputed=True).value("aid.thing") is False
    assert run(rules, poor=True).value("aid.thing") is None
    assert rules.rules["aid.thing"].details["to"] == ("fee_waiver", "meals")


def test_a_service_for_persons_is_said_of_each_and_of_any(tmp_path: Path) -> None:
    rules = opening(tmp_path, "kind: entitlement, each: member, when: member.pupil, to: meals")
    found = run(rules, poor=True, members=[{"pupil": False}, {"pupil": True}])
    assert [found.value("aid.thing", index) for index in (0, 1)] == [False, True]
    assert found.value("aid.thing.any")


def test_a_status_opens_services_in_other_programmes(tmp_path: Path) -> None:
    text = f"""{HEAD}
programmes:
  aid: {{rules: {{{POOR}}}}}
  insurance:
    rules:
      subsidised: {{kind: eligibility, when: aid.active, otherwise: not_opened}}
      premium: {{kind: entitlement, to: premium_paid}}
  school:
    subject: member
    rules:
      of_the_insured: {{kind: eligibility, when: insurance.eligible and member.pupil, otherwise: not_opened}}
      fees: {{kind: entitlement, to: fees_waived}}
"""
    rules = compiled(tmp_path, text)
    found = run(rules, poor=True, members=[{"pupil": True}, {"pupil": False}])
    assert (found.value("insurance.premium"), found.value("school.fees", 0), found.value("school.fees", 1)) == (
        True,
        True,
        False,
    )
    found = run(rules, poor=False, members=[{"pupil": True}])
    assert (found.value("insurance.premium"), found.value("school.fees", 0)) == (False, False)


def test_a_referral_says_to_whom_and_by_when(tmp_path: Path) -> None:
    rules = opening(
        tmp_path,
        "kind: referral, when: household.disputed, within: 5 working_day, "
        "to: {court: {when: household.poor}, union: {when: any(m.ill for m in members)}}",
    )
    found = run(rules, poor=True, disputed=True, members=[{"ill": False}])
    assert [found.value(f"aid.thing{name}") for name in ("", ".court", ".union")] == [True, True, False]
    assert found.value("aid.thing.due") == date(2025, 6, 20)  # Sunday 15 June: Monday to Friday
    found = run(rules, poor=True, disputed=False, members=[{"ill": True}])
    assert [found.value(f"aid.thing{name}") for name in ("", ".court", ".union")] == [False, False, False]


def test_a_referral_that_nobody_would_receive_is_not_made(tmp_path: Path) -> None:
    rules = opening(
        tmp_path, "kind: referral, to: {court: {when: household.disputed}, poor_law: {when: household.poor}}"
    )
    assert run(rules, poor=True, disputed=False).value("aid.thing")
    assert run(rules, poor=False, disputed=True).value("aid.thing") is False
    rules = opening(tmp_path, "kind: referral, to: {court: {when: household.disputed}}")
    said = [run(rules, poor=True, disputed=disputed).value("aid.thing") for disputed in (True, False)]
    assert (said, run(rules, poor=True).value("aid.thing")) == ([True, False], None)
    rules = opening(tmp_path, "kind: referral, to: {court: {when: household.disputed}, office: {}}")
    assert run(rules, poor=True).value("aid.thing")


def test_a_referral_may_count_from_another_day(tmp_path: Path) -> None:
    rules = opening(tmp_path, "kind: referral, to: court, within: 1 month, from: household.noticed")
    assert run(rules, poor=True, noticed="2025-01-31").value("aid.thing.due") == date(2025, 2, 28)


def test_a_referral_opens_a_task(tmp_path: Path) -> None:
    rules = opening(tmp_path, "kind: referral, to: court, opens: {task: visit, within: 3 day, en: a visit}")
    found = run(rules, poor=True)
    assert found.value("aid.thing.due") == date(2025, 6, 18)
    assert rules.rules["aid.thing"].details["task"] == "visit"


@pytest.mark.parametrize(
    ("poor", "disputed", "needed"),
    [(True, True, False), (True, False, True), (False, False, False), (None, True, False), (None, False, None)],
)
def test_a_step_is_needed_unless_it_is_waived(
    tmp_path: Path, poor: bool | None, disputed: bool, needed: bool | None
) -> None:
    rules = opening(tmp_path, "kind: gate, needed_when: household.poor, waived_when: household.disputed")
    assert run(rules, poor=poor, disputed=disputed).value("aid.thing") is needed


def test_a_step_says_what_holds_as_long_as_it_is_open(tmp_path: Path) -> None:
    rules = opening(tmp_path, "kind: gate, needed_when: household.disputed, if_undetermined: needed")
    assert run(rules).value("aid.thing") is None
    assert rules.rules["aid.thing"].details["if_undetermined"] == "needed"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("kind: entitlement, when: household.noticed", "yes or no"),
        ("kind: entitlement, each: child", "nothing is called child"),
        ("kind: referral, within: 5 day", "to"),
        ("kind: referral, to: court, within: 5 CNY", "a date is moved by CNY"),
        ("kind: referral, to: court, within: 5", "5 without a unit; expected a length of time"),
        ("kind: referral, to: {court: {when: household.noticed}}", "yes or no"),
        ("kind: gate, needed_when: household.disputed, if_undetermined: maybe", "not_needed"),
        ("kind: gate, needed: household.disputed", "needed_when"),
    ],
)
def test_services_that_cannot_be_are_refused(tmp_path: Path, rule: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        opening(tmp_path, rule)
    assert message in problems_of(error)
    assert "aid.thing" in problems_of(error)
