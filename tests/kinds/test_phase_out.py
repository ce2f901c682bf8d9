"""Phase-out: who it opens for, from when to when, and what it pays month by month."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aidrules.engine import Compiled, Run
from aidrules.errors import PackError
from borough import compiled, problems_of, run

HEAD = """
inputs:
  household: {income: {unit: CNY/month}, fled: {type: bool}, class: {type: [first, second]}}
parameters:
  months: {unit: month, by: household.class, values: [{is: {first: 3, second: 6}}]}
programmes:
  aid:
    rules:
      means: {kind: eligibility, when: household.income < 100 * CNY / month}
      here: {kind: eligibility, when: not household.fled}
      rich: {kind: exclusion, when: household.income > 900 * CNY / month}
      gap: {kind: amount, amount: 100 * CNY / month - household.income, floor: 0}
      ending:
        kind: phase_out
        when: household.income >= 100 * CNY / month
        apart_from: means
"""
FIELDS = "starts: next_month\nmonths: months\npays: frozen\n"


def phasing(tmp_path: Path, fields: str = FIELDS, head: str = HEAD.replace("class", "group")) -> Compiled:
    return compiled(tmp_path, head + "".join(f"        {line}\n" for line in fields.splitlines()))


def in_payment(**terms: Any) -> dict[str, Any]:
    paid = {"programme": "aid", "since": "2024-01-01", "last_amount": 80, "top_up": 60, "supplement": 20}
    return {"benefits": [{**paid, **terms}], "fled": False, "group": "first"}


def ending(found: Run) -> list[Any]:
    return [found.value(f"aid.ending{role}") for role in ("", ".start", ".months", ".end", ".amount")]


def test_a_benefit_in_payment_goes_on_for_some_months_after_its_condition_ended(tmp_path: Path) -> None:
    found = run(phasing(tmp_path), income=150, **in_payment())
    assert ending(found) == [True, date(2025, 7, 1), 3, date(2025, 9, 30), 80]
    assert (found.value("aid.outcome"), found.value("aid.amount")) == ("phasing_out", 80)
    assert found.value("aid.active") and not found.value("aid.eligible")


def test_a_new_case_is_refused_and_one_that_still_qualifies_is_paid(tmp_path: Path) -> None:
    rules = phasing(tmp_path)
    found = run(rules, income=150, **{**in_payment(), "benefits": []})
    assert (found.value("aid.outcome"), found.value("aid.amount")) == ("ineligible", 0)
    found = run(rules, income=70, **in_payment())
    assert (found.value("aid.outcome"), found.value("aid.amount")) == ("eligible", 30)


def test_another_ground_ends_it_at_once(tmp_path: Path) -> None:
    rules = phasing(tmp_path)
    assert run(rules, income=150, **{**in_payment(), "fled": True}).value("aid.outcome") == "ineligible"
    assert run(rules, income=901, **in_payment()).value("aid.outcome") == "ineligible"


def test_it_may_start_with_the_month_of_the_decision(tmp_path: Path) -> None:
    found = run(phasing(tmp_path, FIELDS.replace("next_month", "this_month")), income=150, **in_payment())
    assert ending(found)[1:4] == [date(2025, 6, 1), 3, date(2025, 8, 31)]


def test_a_table_says_how_many_months(tmp_path: Path) -> None:
    found = run(phasing(tmp_path), income=150, **{**in_payment(), "group": "second"})
    assert ending(found)[2:4] == [6, date(2025, 12, 31)]


@pytest.mark.parametrize(
    ("on", "runs"), [(date(2025, 3, 1), True), (date(2025, 5, 31), True), (date(2025, 6, 1), False)]
)
def test_what_was_granted_runs_to_its_own_end_and_is_not_opened_again(tmp_path: Path, on: date, runs: bool) -> None:
    granted = in_payment(phase_out_since="2025-03-01", phase_out_months=3)
    found = run(phasing(tmp_path), on, income=150, **{**granted, "group": "second"})
    assert ending(found) == [runs, date(2025, 3, 1), 3, date(2025, 5, 31), 80 if runs else 0]


def test_it_is_cancelled_where_its_condition_says_so(tmp_path: Path) -> None:
    rules = phasing(tmp_path, FIELDS + "cancelled_when: household.income > 500 * CNY / month\n")
    assert run(rules, income=500, **in_payment()).value("aid.outcome") == "phasing_out"
    assert run(rules, income=501, **in_payment()).value("aid.outcome") == "ineligible"


SCHEDULE = FIELDS.replace("pays: frozen", "pays: [100%, 80%, 50%]\nround: {to: 1, mode: down}").replace(
    "months: months", "months: 5 * month"
)


@pytest.mark.parametrize(
    ("on", "paid"),
    [
        (date(2025, 3, 1), 79),
        (date(2025, 3, 31), 79),
        (date(2025, 4, 1), 63),  # 80 % of 79 is 63.2
        (date(2025, 5, 15), 39),
        (date(2025, 7, 31), 39),  # the last share holds to the end
        (date(2025, 8, 1), 0),
    ],
)
def test_a_schedule_runs_down_month_by_month(tmp_path: Path, on: date, paid: int) -> None:
    granted = in_payment(phase_out_since="2025-03-01", phase_out_months=5, last_amount=79)
    found = run(phasing(tmp_path, SCHEDULE), on, income=150, **granted)
    assert found.value("aid.ending.amount") == paid


def test_a_schedule_that_starts_next_month_pays_its_first_share_until_then(tmp_path: Path) -> None:
    found = run(phasing(tmp_path, SCHEDULE), income=150, **in_payment())
    assert ending(found)[1] == date(2025, 7, 1)
    assert found.value("aid.ending.amount") == 80


def test_parts_may_be_frozen_or_counted_anew(tmp_path: Path) -> None:
    extra = """
      extra:
        kind: supplement
        each: member
        base: 100 * CNY / month
        grades: {student: {when: member.education.stage == primary, rate: 15%}}
        stacking: sum
"""
    head = HEAD.replace("class", "group").replace("\n      ending:", f"{extra}      ending:")
    rules = phasing(tmp_path, FIELDS.replace("pays: frozen", "pays: {top_up: frozen, extra: recomputed}"), head)
    pupils = [{"education": {"stage": "primary"}}] * 2
    assert run(rules, income=150, members=pupils, **in_payment()).value("aid.amount") == 60 + 30
    assert run(rules, income=150, **in_payment(top_up=None), members=pupils).value("aid.outcome") == "phasing_out"


def test_nothing_phases_out_that_never_was_in_payment(tmp_path: Path) -> None:
    found = run(phasing(tmp_path), income=150, benefits=[{"programme": "other", "last_amount": 5}], fled=False)
    assert found.value("aid.ending.start") == date(2025, 7, 1)
    assert found.value("aid.outcome") == "ineligible"


def test_unknown_terms_leave_open_whether_it_runs(tmp_path: Path) -> None:
    found = run(phasing(tmp_path), income=150, fled=False, group="first")
    assert found.value("aid.outcome") is None
    found = run(phasing(tmp_path), income=150, **in_payment(last_amount=None))
    assert found.value("aid.outcome") == "phasing_out"
    assert found.value("aid.ending.amount").low == 0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (FIELDS.replace("starts: next_month", "starts: at_once"), "next_month"),
        (FIELDS.replace("months: months", "months: 3"), "plain number"),
        (FIELDS.replace("months: months", "months: months / 2"), "may have a fraction; round it first"),
        (FIELDS.replace("pays: frozen", "pays: {base: frozen}"), "base is not kept apart"),
        (FIELDS.replace("pays: frozen", "pays: {gone: recomputed}"), "gone"),
        (FIELDS.replace("pays: frozen", "pays: [100%, household.income]"), "fixed percentage"),
        (FIELDS.replace("pays: frozen", "pays: []"), "pays"),
        (FIELDS.replace("starts: next_month\n", ""), "starts"),
        (FIELDS.replace("pays: frozen", "pays: [80%]\nagain: always"), "after_a_new_award"),
        (FIELDS + "cancelled_when: household.income\n", "yes or no"),
    ],
)
def test_a_phase_out_that_cannot_be_is_refused_when_the_pack_compiles(
    tmp_path: Path, fields: str, message: str
) -> None:
    with pytest.raises(PackError) as error:
        phasing(tmp_path, fields)
    assert message in problems_of(error)
    assert "aid.ending" in problems_of(error)


def test_a_ground_that_may_fail_is_one_of_the_programmes_conditions(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        phasing(tmp_path, head=HEAD.replace("class", "group").replace("apart_from: means", "apart_from: rich"))
    assert "rich is not an eligibility rule of aid" in problems_of(error)
