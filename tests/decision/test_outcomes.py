"""Outcomes: every status, amounts with their bounds, payment lines, phase-outs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from vale import IN_PAYMENT, decided, pack, wages

from aidrules.decision.forms import Bounds, Status

FIRE = [{"kind": "fire"}]
GRAVE = {"grave": {"value": True, "reason": "the house is gone"}}


@pytest.mark.parametrize(
    ("programme", "changes", "status"),
    [
        ("allowance", {}, "eligible"),
        ("allowance", {"assets": {"vehicles": 1}}, "ineligible"),
        ("allowance", {"assets": {"vehicles": None}}, "undetermined"),
        ("relief", {}, "not_opened"),
        ("relief", {"events": FIRE}, "ineligible"),
        ("relief", {"events": FIRE, "findings": GRAVE}, "eligible"),
        ("relief", {"events": FIRE, "findings": {"grave": None}}, "pending"),
        ("relief", {"events": None}, "ineligible"),
        ("relief", {"events": None, "findings": GRAVE}, "undetermined"),
        ("seed_grant", {}, "exception_possible"),
        ("seed_grant", {"contracted_land": True}, "eligible"),
        ("seed_grant", {"contracted_land": None}, "undetermined"),
    ],
)
def test_status_of_a_household(programme: str, changes: dict[str, object], status: Status) -> None:
    assert decided(**changes).outcomes[programme].status == status  # type: ignore[arg-type]


def test_a_case_in_payment_above_the_line_is_phased_out() -> None:
    above = [wages("1400.01"), {}]
    assert decided(above).outcomes["allowance"].status == "ineligible"
    outcome = decided(above, benefits=IN_PAYMENT).outcomes["allowance"]
    assert (outcome.status, outcome.monthly) == ("phasing_out", Decimal("600.00"))
    assert outcome.reasons == ("allowance.means", "allowance.phase_out")


def test_exactly_on_the_line_is_neither_paid_nor_phased_out() -> None:
    assert decided([wages(1400), {}], benefits=IN_PAYMENT).outcomes["allowance"].status == "ineligible"


def test_persons_have_outcomes_of_their_own_and_the_best_stands_for_the_programme() -> None:
    outcome = decided([{}, {"birth_date": "1950-01-01"}, {"birth_date": None}]).outcomes["care"]
    assert {member: person.status for member, person in outcome.persons.items()} == {
        "m1": "ineligible",
        "m2": "eligible",
        "m3": "undetermined",
    }
    assert (outcome.status, outcome.monthly, outcome.monthly_bounds) == (
        "eligible",
        None,
        Bounds(Decimal("360.00"), Decimal("720.00")),
    )
    assert outcome.persons["m2"].monthly == Decimal("360.00")
    assert outcome.is_open


def test_a_programme_that_may_be_granted_is_at_discretion() -> None:
    outcome = decided([{"trade": "none"}, {"trade": "smith"}]).outcomes["training"]
    assert outcome.status == "at_discretion"
    assert (outcome.persons["m1"].status, outcome.persons["m2"].status) == ("at_discretion", "ineligible")


def test_a_programme_without_conditions_or_pay_has_no_outcome() -> None:
    outcomes = decided().outcomes
    assert "hardship" not in outcomes and "allowance" in outcomes
    assert list(outcomes) == ["allowance", "care", "relief", "training", "seed_grant"]
    assert len(outcomes) == 5
    with pytest.raises(KeyError):
        outcomes["hardship"]


def test_reasons_name_the_rules_that_decide() -> None:
    assert decided().outcomes["allowance"].reasons == ("allowance.resident", "allowance.means")
    assert decided(assets={"vehicles": 1}).outcomes["allowance"].reasons == ("allowance.riches",)
    assert decided([wages(9000)]).outcomes["allowance"].reasons == ("allowance.means",)
    assert decided(assets={"vehicles": None}).outcomes["allowance"].reasons == ("allowance.riches",)
    assert decided().outcomes["relief"].reasons == ("relief.fire",)


def test_payment_lines_say_who_gets_what_for_whom_and_from_when() -> None:
    decision = decided([{}, {"birth_date": "1950-01-01", "illness": {"serious": True}}])
    assert [
        (line.rule, line.payee, line.member, line.every, str(line.amount), line.starts) for line in decision.payments
    ] == [
        ("allowance.top_up", "household", None, "month", "1400.00", date(2025, 7, 1)),
        ("allowance.supplement", "household", "m2", "month", "140.00", date(2025, 7, 1)),
        ("care.grant", "carer", "m2", "month", "360.00", date(2025, 6, 1)),
    ]
    assert decision.outcomes["allowance"].monthly == Decimal("1540.00")


def test_nothing_paid_is_zero_and_unknown_is_none() -> None:
    refused = decided([wages(9000)]).outcomes["allowance"]
    assert (refused.monthly, refused.lines, refused.is_open) == (Decimal("0.00"), (), False)
    unknown = decided([{"incomes": None}]).outcomes["allowance"]
    assert (unknown.status, unknown.monthly) == ("undetermined", None)
    assert unknown.monthly_bounds == Bounds(Decimal("0.00"), Decimal("700.00"))


def test_an_amount_that_awaits_a_finding_has_bounds() -> None:
    outcome = decided(events=FIRE, findings={**GRAVE, "months_granted": None}).outcomes["relief"]
    assert (outcome.status, outcome.one_off) == ("eligible", None)
    assert outcome.one_off_bounds == Bounds(Decimal("1400.00"), Decimal("8400.00"))
    assert [(line.state, line.amount) for line in outcome.lines] == [("pending", None)]


def test_a_one_off_payment_is_not_monthly() -> None:
    outcome = decided(events=FIRE, findings=GRAVE).outcomes["relief"]
    assert (outcome.monthly, outcome.one_off) == (Decimal("0.00"), Decimal("1400.00"))
    assert outcome.lines[0].every == "occasion"


def test_a_phase_out_runs_from_the_next_month_for_its_months() -> None:
    phase_out = decided([wages(1402), {}], benefits=IN_PAYMENT).outcomes["allowance"].phase_out
    assert phase_out is not None
    assert (phase_out.start, phase_out.months, phase_out.end) == (date(2025, 7, 1), 6, date(2025, 12, 31))
    assert [(m.month, str(m.amount)) for m in phase_out.schedule] == [
        (date(2025, month, 1), "600.00") for month in range(7, 13)
    ]


def test_a_declining_phase_out_has_an_amount_for_each_month() -> None:
    rules = pack().with_readings({"allowance.phase_out.pays": "declining"})
    outcome = decided([wages(1402), {}], rules=rules, benefits=IN_PAYMENT).outcomes["allowance"]
    assert outcome.phase_out is not None
    assert [str(month.amount) for month in outcome.phase_out.schedule] == ["600.00", "480.00", *["360.00"] * 4]


def test_a_phase_out_that_runs_keeps_its_terms() -> None:
    granted = [{**IN_PAYMENT[0], "phase_out_since": "2025-04-01", "phase_out_months": 4}]
    rules = pack().with_readings({"allowance.phase_out.pays": "declining"})
    outcome = decided([wages(1402), {}], rules=rules, benefits=granted).outcomes["allowance"]
    assert outcome.phase_out is not None
    assert (outcome.phase_out.start, outcome.phase_out.months, outcome.phase_out.end) == (
        date(2025, 4, 1),
        4,
        date(2025, 7, 31),
    )
    assert outcome.monthly == Decimal("360.00")
    assert [str(month.amount) for month in outcome.phase_out.schedule] == ["600.00", "480.00", "360.00", "360.00"]
