"""What a decision opens beside money: classes, services, referrals, steps, dates, checks."""

from __future__ import annotations

from datetime import date

import pytest
from vale import IN_PAYMENT, decided, wages

OLD = {"birth_date": "1950-01-01"}


@pytest.mark.parametrize(
    ("income", "cases"),
    [("699.98", ["deep"]), (700, ["mild"]), ("1399.98", ["mild"]), (1400, [])],
)
def test_a_classification_gives_the_case_that_holds(income: int | str, cases: list[str]) -> None:
    (found,) = decided([wages(income), {}]).classifications
    assert [case.name for case in found.cases] == cases
    assert found.state == ("settled" if cases else "none")


def test_a_classification_is_open_while_its_conditions_are() -> None:
    (found,) = decided([{"incomes": None}]).classifications
    assert (found.state, found.cases) == ("undetermined", ())


def test_an_entitlement_follows_from_the_status() -> None:
    assert decided().entitlements == ()
    (fuel,) = decided([{}], residence="rural").entitlements
    assert (fuel.rule, fuel.state, fuel.member, [to.name for to in fuel.to]) == (
        "allowance.fuel",
        "applied",
        None,
        ["fuel"],
    )
    (open_fuel,) = decided([{"incomes": None}], residence="rural").entitlements
    assert open_fuel.state == "undetermined"


def test_a_referral_names_its_receivers_its_task_and_its_date() -> None:
    (visit,) = decided([OLD]).referrals
    assert (visit.about, [to.name for to in visit.to], visit.due) == ("m1", ["council"], date(2025, 6, 20))
    assert visit.opens is not None and visit.opens.name == "visit"
    (ill,) = decided([{**OLD, "illness": {"serious": True}}]).referrals
    assert [to.label.en for to in ill.to] == ["council", "nurse"]


@pytest.mark.parametrize(("disputed", "state"), [(True, "needed"), (False, "waived"), (None, "undetermined")])
def test_a_gate_is_needed_waived_or_open(disputed: bool | None, state: str) -> None:
    gates = {gate.rule: gate.state for gate in decided(case={"disputed": disputed}).gates}
    assert gates["allowance.hearing"] == state


@pytest.mark.parametrize(
    ("case", "state", "due", "extended"),
    [
        ({}, "running", date(2025, 6, 21), False),
        ({"disputed": True}, "running", date(2025, 7, 1), True),
        ({"applied_on": "2025-05-25"}, "overdue", date(2025, 6, 14), False),
        ({"applied_on": "2025-05-26"}, "running", date(2025, 6, 15), False),
        ({"applied_on": "2025-05-20", "decided_on": "2025-06-09"}, "met", date(2025, 6, 9), False),
        ({"applied_on": "2025-05-20", "decided_on": "2025-06-10"}, "late", date(2025, 6, 9), False),
        ({"applied_on": None}, "undetermined", None, False),
        ({"disputed": None}, "undetermined", None, None),
        ({"disputed": None, "applied_on": "2025-05-20", "decided_on": "2025-06-09"}, "met", None, None),
    ],
)
def test_a_deadline(case: dict[str, object], state: str, due: date | None, extended: bool | None) -> None:
    (answer,) = decided(case=case).deadlines
    assert (answer.state, answer.due, answer.extended) == (state, due, extended)


def test_a_deadline_that_has_not_begun_is_not_listed() -> None:
    assert decided(case={"applied_on": "none"}).deadlines == ()


@pytest.mark.parametrize(
    ("last", "next_date", "state"),
    [
        ("none", date(2024, 1, 10), "overdue"),
        ("2024-06-14", date(2025, 6, 14), "overdue"),
        ("2024-06-15", date(2025, 6, 15), "scheduled"),
    ],
)
def test_a_cadence(last: str, next_date: date, state: str) -> None:
    (review,) = decided(benefits=IN_PAYMENT, case={"last_review_on": last}).cadences
    assert (review.next, review.state) == (next_date, state)


@pytest.mark.parametrize(("complete", "state"), [(True, "kept"), (False, "not_kept"), (None, "undetermined")])
def test_a_check(complete: bool | None, state: str) -> None:
    (check,) = decided(case={"documents_complete": complete}).checks
    assert (check.rule, check.state) == ("allowance.complete", state)
