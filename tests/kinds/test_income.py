"""Incomes: imputations and deductions in order, each claimed, shared, capped and limited in time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from aidrules.engine import Bounds, Compiled
from aidrules.errors import PackError
from borough import compiled, problems_of, run

HEAD = """
inputs:
  household: {rent: {unit: CNY/month}, elderly: {type: bool}}
  member: {wage: {unit: CNY/month}, able: {type: bool}, hired: {type: date, optional: true}, costs: {unit: CNY/month}}
parameters:
  line: {unit: CNY/person/month, values: [{is: 700}]}
"""


def income(tmp_path: Path, rules: str, body: str = "less: [cut]", more: str = "") -> Compiled:
    text = f"""{HEAD}
definitions:
  counted: {{unit: CNY/household/month, start: sum(m.wage for m in members), {body}, floor: 0}}
{more}
programmes: {{aid: {{rules: {{{rules}}}}}}}
"""
    return compiled(tmp_path, text)


def test_each_step_stands_by_itself(tmp_path: Path) -> None:
    rules = """
      first: {kind: deduction, claimed: household.rent, share: 50%, cap: 300 * CNY / month},
      second: {kind: deduction, each: member, claimed: member.costs, cap: 40 * CNY / month}"""
    found = run(
        income(tmp_path, rules, "less: [first, second]"),
        rent=500,
        members=[{"wage": 1000, "costs": 30}, {"wage": 0, "costs": 90}],
    )
    assert [found.value(f"aid.first{part}") for part in (".claimed", "")] == [500, 250]
    assert [found.value("aid.second", index) for index in (0, 1)] == [30, 40]
    assert found.value("aid.second.total") == 70
    steps = ["counted.start", "counted.after_first", "counted.after_second", "counted"]
    assert [found.value(step) for step in steps] == [1000, 750, 680, 680]


def test_income_is_never_below_its_floor(tmp_path: Path) -> None:
    found = run(income(tmp_path, "cut: {kind: deduction, claimed: household.rent}"), rent=500, members=[{"wage": 100}])
    assert (found.value("counted.after_cut"), found.value("counted")) == (-400, 0)


def test_what_remains_is_what_the_steps_before_have_left(tmp_path: Path) -> None:
    rules = """
      costs: {kind: deduction, claimed: 20% * remaining},
      shelter: {kind: deduction, claimed: "max(0, household.rent - 50% * remaining)",
                cap: {at: 250 * CNY / month, unless: household.elderly}}"""
    made = income(tmp_path, rules, "less: [costs, shelter]")
    facts: dict[str, Any] = {"rent": 900, "members": [{"wage": 1000}]}
    assert run(made, elderly=False, **facts).value("counted") == 1000 - 200 - 250
    assert run(made, elderly=True, **facts).value("counted") == 1000 - 200 - 500  # 900 less half of 800


@pytest.mark.parametrize(
    ("hired", "taken"),
    [
        ("2025-01-01", 100),
        ("2024-06-15", 0),  # twelve months to the day are over
        ("2024-06-16", 100),
        ("2025-06-15", 100),
        ("2025-06-16", 0),  # not begun
        ("none", 0),
        (None, Bounds(Fraction(0), Fraction(100))),
    ],
)
def test_a_disregard_ends(tmp_path: Path, hired: object, taken: object) -> None:
    rule = (
        "cut: {kind: deduction, each: member, lasts: {from: member.hired, for: 12 month}, claimed: 100 * CNY / month}"
    )
    found = run(income(tmp_path, rule), members=[{"wage": 500, "hired": hired}])
    assert found.value("aid.cut", 0) == taken


@pytest.mark.parametrize(("span", "taken"), [("166 day", 100), ("165 day", 0), ("1 year", 100)])
def test_a_disregard_lasts_so_many_days_or_years(tmp_path: Path, span: str, taken: int) -> None:
    lasts = f"lasts: {{from: member.hired, for: {span}}}"
    rule = f"cut: {{kind: deduction, each: member, {lasts}, claimed: 100 * CNY / month}}"
    found = run(income(tmp_path, rule), members=[{"wage": 500, "hired": "2025-01-01"}])
    assert found.value("aid.cut", 0) == taken


def test_nothing_is_taken_off_without_ground_and_nothing_negative(tmp_path: Path) -> None:
    rule = "cut: {kind: deduction, each: member, when: member.able, claimed: member.costs - 50 * CNY / month}"
    found = run(
        income(tmp_path, rule), members=[{"able": True, "costs": 20}, {"able": False, "costs": 90}, {"costs": 60}]
    )
    assert [found.value("aid.cut", index) for index in range(3)] == [0, 0, Bounds(Fraction(0), Fraction(10))]


def test_an_expense_is_allowed_up_to_what_is_verified(tmp_path: Path) -> None:
    rule = """
      cut: {kind: deduction, each: household.expenses, when: "expense.kind in [disability, serious_illness]",
            claimed: expense.claimed - expense.reimbursed, cap: expense.verified}"""
    expenses = [
        {"kind": "disability", "claimed": 300, "reimbursed": 50, "verified": 200},
        {"kind": "serious_illness", "claimed": 100, "reimbursed": 0, "verified": 400},
        {"kind": "housing", "claimed": 100, "reimbursed": 0, "verified": 100},
    ]
    found = run(income(tmp_path, rule), members=[{"wage": 1000}], expenses=expenses)
    assert [found.value("aid.cut", index) for index in range(3)] == [200, 100, 0]
    assert found.value("counted") == 700


def test_an_amount_per_household_may_be_capped_per_household_over_all_members(tmp_path: Path) -> None:
    rule = "cut: {kind: deduction, each: member, claimed: member.costs, cap: {at: 100 * CNY / month, per: household}}"
    found = run(income(tmp_path, rule), members=[{"wage": 900, "costs": 70}, {"wage": 0, "costs": 70}])
    assert [found.value("aid.cut", index) for index in (0, 1)] == [70, 30]
    assert found.value("counted") == 800


def test_a_definition_about_members_takes_off_what_is_theirs(tmp_path: Path) -> None:
    text = f"""{HEAD}
definitions:
  own: {{each: member, unit: CNY/person/month, start: member.wage, less: [cut], floor: 0}}
programmes: {{aid: {{rules: {{cut: {{kind: deduction, each: member, claimed: member.costs}}}}}}}}
"""
    found = run(compiled(tmp_path, text), members=[{"wage": 90, "costs": 70}, {"wage": 50, "costs": 70}])
    assert [found.value("own", index) for index in (0, 1)] == [20, 0]


# Imputed incomes.


def test_the_idle_count_at_a_share_of_the_standard(tmp_path: Path) -> None:
    rule = "idle: {kind: imputation, each: member, when: member.able and member.wage == 0, amount: 50% * line}"
    found = run(
        income(tmp_path, rule, "plus: [idle]"), members=[{"able": True, "wage": 0}, {"able": False, "wage": 10}]
    )
    assert [found.value("aid.idle", index) for index in (0, 1)] == [350, 0]
    assert found.value("counted") == 360


def test_support_from_obligors_goes_by_a_formula(tmp_path: Path) -> None:
    """What an obligor's household has above the line a head, half of it, by the persons whom the obligor supports."""
    rule = """
      due: {kind: imputation, each: household.obligors, when: obligor.relation == child and not obligor.on_dibao,
            amount: "50% * max(0, obligor.household_income - line * 1 * obligor.household_persons)
                     / max(1, obligor.supported_persons)", round: {to: 0.01, mode: half_up}}"""
    child = {"relation": "child", "on_dibao": False, "household_income": 3000, "household_persons": 3}
    obligors = [
        {**child, "supported_persons": 2},
        {**child, "supported_persons": 1, "household_income": 2000},
        {**child, "supported_persons": 1, "on_dibao": True},
        {**child, "supported_persons": 7, "relation": "sibling"},
    ]
    found = run(income(tmp_path, rule, "plus: [due]"), members=[{"wage": 100}], obligors=obligors)
    assert [found.value("aid.due", index) for index in range(4)] == [225, 0, 0, 0]
    assert found.value("counted") == 325


def test_what_is_added_comes_before_what_is_taken_off(tmp_path: Path) -> None:
    rules = """
      due: {kind: imputation, amount: 100 * CNY / month},
      cut: {kind: deduction, claimed: 10% * remaining}"""
    found = run(income(tmp_path, rules, "less: [cut], plus: [due]"), members=[{"wage": 900}])
    assert found.value("counted") == 900


@pytest.mark.parametrize(
    ("rules", "body", "message"),
    [
        ("cut: {kind: deduction}", "less: [cut]", "a deduction without claimed:"),
        ("due: {kind: imputation}", "plus: [due]", "an imputation without amount:"),
        ("cut: {kind: deduction, claimed: 5 * month}", "less: [cut]", "is measured in month"),
        ("cut: {kind: deduction, claimed: line}", "less: [cut]", "expected CNY/household/month"),
        ("cut: {kind: deduction, claimed: household.rent, share: line}", "less: [cut]", "what is allowed"),
        ("cut: {kind: deduction, claimed: household.rent}", "less: [cuts]", "there is no deduction or imputation cuts"),
        ("cut: {kind: deduction, claimed: household.rent}", "less: []", "no income takes this deduction into account"),
        ("cut: {kind: deduction, claimed: 5 * CNY}", "less: [cut]", "the difference puts"),
        ("cut: {kind: deduction, claimed: counted}", "less: [cut]", "is a circle"),
        (
            "cut: {kind: deduction, claimed: household.rent, lasts: {from: household.rent, for: 3 month}}",
            "less: [cut]",
            "a date",
        ),
        (
            "cut: {kind: deduction, each: member, claimed: member.costs, lasts: {from: member.hired, for: 3}}",
            "less: [cut]",
            "3 without a unit; expected a length of time",
        ),
    ],
)
def test_steps_that_cannot_be_are_refused_when_the_pack_compiles(
    tmp_path: Path, rules: str, body: str, message: str
) -> None:
    with pytest.raises(PackError) as error:
        income(tmp_path, rules, body)
    assert message in problems_of(error)
