"""Amount: a sum, a share, a multiple of a standard with its own rounding; caps of every reach."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from aidrules.engine import Bounds, Compiled
from aidrules.errors import PackError
from borough import compiled, problems_of, run

CLAIMS = """
inputs:
  member:
    need: {unit: CNY}
    group: {type: [a, b]}
    claims:
      list: claim
      ordered_by: settled_on
      fields: {cost: {unit: CNY}, settled_on: {type: date, optional: true}, kind: {type: [ward, drug]}}
"""


def paying(tmp_path: Path, fields: str, subject: str = "household", more: str = "") -> Compiled:
    text = (
        f"{CLAIMS}{more}\nprogrammes: {{aid: {{subject: {subject}, rules: {{grant: {{kind: amount, {fields}}}}}}}}}\n"
    )
    return compiled(tmp_path, text)


def claim(cost: int, day: str = "2025-02-01", kind: str = "ward") -> dict[str, Any]:
    return {"cost": cost, "settled_on": day, "kind": kind}


@pytest.mark.parametrize(
    ("rounding", "standard"),
    [
        ("{to: 0.01, mode: up}", "950.49"),
        ("{to: 0.01, mode: down}", "950.48"),
        ("{to: 0.01, mode: half_up}", "950.48"),
        ("{to: 1, mode: up}", "951"),
        ("{to: 1, mode: down}", "950"),
        ("{to: 1, mode: half_up}", "950"),
        ("{to: 5, mode: up}", "955"),
        ("{to: 5, mode: down}", "950"),
        ("{to: 5, mode: half_up}", "950"),
        ("{to: 10, mode: up}", "960"),
        ("{to: 10, mode: half_up}", "950"),
        ("{to: 12, mode: up}", "960"),
        ("{to: 12, mode: down}", "948"),
        ("{to: 12, mode: half_up}", "948"),
    ],
)
def test_a_standard_is_a_multiple_of_another_with_its_own_rounding(
    tmp_path: Path, rounding: str, standard: str
) -> None:
    more = f"""
parameters:
  line: {{unit: CNY/person/month, values: [{{is: 731.142}}]}}
  support: {{unit: CNY/person/month, values: [{{formula: 130% * line, round: {rounding}}}]}}
"""  # 130 % of 731.142 is 950.4846
    rules = paying(tmp_path, "amount: support", "member", more)
    assert run(rules).value("aid.grant", 0) == Fraction(standard)


def test_the_published_figure_is_paid_where_it_differs_from_its_formula(tmp_path: Path) -> None:
    more = """
parameters:
  line: {unit: CNY/person/month, values: [{is: 735}]}
  support:
    unit: CNY/person/month
    values: [{formula: 130% * line, round: {to: 1, mode: half_up}, published: 955}]
"""
    assert run(paying(tmp_path, "amount: support", "member", more)).value("aid.grant", 0) == 955


def test_a_literal_is_per_whom_the_rule_is_about(tmp_path: Path) -> None:
    found = run(paying(tmp_path, "each: member, amount: 200 * CNY / month"), members=3)
    assert found.value("aid.grant", 2) == 200
    assert found.value("aid.grant.total") == found.value("aid.amount") == 600
    assert run(paying(tmp_path, "amount: 200 * CNY / month"), members=3).value("aid.grant") == 200


def test_a_sum_paid_once_is_no_part_of_the_month(tmp_path: Path) -> None:
    found = run(paying(tmp_path, "amount: 3000 * CNY"))
    assert (found.value("aid.amount"), found.value("aid.one_off")) == (0, 3000)
    assert found.compiled.rules["aid.grant"].pays == "once"


def test_an_amount_is_paid_only_where_its_condition_holds(tmp_path: Path) -> None:
    rules = paying(tmp_path, "each: member, when: member.group == a, amount: 100 * CNY")
    found = run(rules, members=[{"group": "a"}, {"group": "b"}, {}])
    assert [found.value("aid.grant", index) for index in range(3)] == [100, 0, Bounds(Fraction(0), Fraction(100))]
    assert found.value("aid.one_off") == Bounds(Fraction(100), Fraction(200))


def test_two_levels_of_items_add_up(tmp_path: Path) -> None:
    rules = paying(tmp_path, "each: member.claims, amount: 50% * claim.cost, round: {to: 1, mode: down}")
    found = run(rules, members=[{"claims": [claim(101), claim(33)]}, {"claims": []}, {"claims": [claim(7)]}])
    assert [found.value("aid.grant", *item) for item in ((0, 0), (0, 1), (2, 0))] == [50, 16, 3]
    assert found.value("aid.grant.total") == 69


# Caps.


def test_a_cap_per_occasion_is_on_each_item(tmp_path: Path) -> None:
    rules = paying(tmp_path, "each: member.claims, amount: claim.cost, cap: 100 * CNY")
    found = run(rules, members=[{"claims": [claim(150), claim(60), claim(100)]}])
    assert [found.value("aid.grant", 0, index) for index in range(3)] == [100, 60, 100]


def test_a_cap_per_person_is_shared_by_the_persons_items_in_order_of_their_dates(tmp_path: Path) -> None:
    rules = paying(tmp_path, "each: member.claims, amount: claim.cost, cap: {at: 200 * CNY, per: member}")
    claims = [claim(150, "2025-03-01"), claim(100, "2025-01-01"), claim(70, "2025-02-01")]
    found = run(rules, members=[{"claims": claims}, {"claims": [claim(150)]}])
    assert [found.value("aid.grant", 0, index) for index in range(3)] == [30, 100, 70]
    assert found.value("aid.grant", 1, 0) == 150
    assert found.value("aid.grant.total") == 350


def test_items_of_one_day_and_undated_ones_come_as_they_are_listed(tmp_path: Path) -> None:
    rules = paying(tmp_path, "each: member.claims, amount: claim.cost, cap: {at: 200 * CNY, per: member}")
    found = run(rules, members=[{"claims": [claim(90), claim(90), claim(90)]}])
    assert [found.value("aid.grant", 0, index) for index in range(3)] == [90, 90, 20]
    undated = [claim(90, "2020-01-01"), claim(90, "none"), claim(90, "none")]
    found = run(rules, members=[{"claims": undated}])
    assert [found.value("aid.grant", 0, index) for index in range(3)] == [20, 90, 90]


def test_a_cap_per_year_and_person_is_shared_within_each_year(tmp_path: Path) -> None:
    cap = "cap: {at: 100 * CNY, per: [member, claim.settled_on.year]}"
    rules = paying(tmp_path, f"each: member.claims, amount: claim.cost, {cap}")
    claims = [claim(80, "2024-12-31"), claim(80, "2025-01-01"), claim(80, "2025-12-31")]
    found = run(rules, members=[{"claims": claims}])
    assert [found.value("aid.grant", 0, index) for index in range(3)] == [80, 80, 20]


def test_a_cap_per_household_is_shared_by_all_its_members(tmp_path: Path) -> None:
    rules = paying(tmp_path, "each: member, amount: member.need, cap: {at: 500 * CNY, per: household}")
    found = run(rules, members=[{"need": 300}] * 3, payments=[])
    assert [found.value("aid.grant", index) for index in range(3)] == [300, 200, 0]
    assert found.value("aid.one_off") == 500


def test_a_cap_per_household_is_shared_by_the_items_of_all_its_members(tmp_path: Path) -> None:
    rules = paying(tmp_path, "each: member.claims, amount: claim.cost, cap: {at: 250 * CNY, per: household}")
    first = {"claims": [claim(100, "2025-03-01"), claim(100, "2025-01-01")]}
    found = run(rules, members=[first, {"claims": [claim(100, "2025-02-01")]}], payments=[])
    assert [found.value("aid.grant", *item) for item in ((0, 0), (0, 1), (1, 0))] == [50, 100, 100]


def test_a_cap_may_be_shared_by_those_with_one_key(tmp_path: Path) -> None:
    rules = paying(tmp_path, "each: member, amount: member.need, cap: {at: 100 * CNY, per: [household, member.group]}")
    found = run(rules, members=[{"need": 90, "group": group} for group in "aba"])
    assert [found.value("aid.grant", index) for index in range(3)] == [90, 90, 10]


def test_who_is_not_counted_uses_up_nothing_of_a_cap(tmp_path: Path) -> None:
    text = (
        CLAIMS
        + """
definitions: {counted: {value: "[m for m in household.members if m.group == a]"}}
programmes:
  aid:
    members: counted
    rules:
      grant: {kind: amount, each: member, amount: member.need, cap: {at: 100 * CNY, per: household}}
"""
    )
    members = [{"need": 90, "group": group} for group in "baa"]
    found = run(compiled(tmp_path, text), members=members, payments=[])
    assert [found.value("aid.grant", index) for index in range(3)] == [0, 90, 10]


def paid(amount: int, day: str, rule: str = "aid.grant") -> dict[str, Any]:
    return {"rule": rule, "amount": amount, "paid_on": day}


@pytest.mark.parametrize(
    ("per", "left"),
    [
        ("calendar_year(on)", 70),
        ("[household, calendar_year(on)]", 70),
        ("household", 30),
        ("'months_to(on, 1 * month)'", 100),
    ],
)
def test_what_was_paid_before_counts(tmp_path: Path, per: str, left: int) -> None:
    rules = paying(tmp_path, f"amount: 100 * CNY, cap: {{at: 100 * CNY, per: {per}}}")
    before = [paid(40, "2024-12-31"), paid(20, "2025-01-01"), paid(10, "2025-03-01"), paid(99, "2025-03-01", "aid.x")]
    assert run(rules, payments=before).value("aid.grant") == left
    assert run(rules, payments=[]).value("aid.grant") == 100
    assert run(rules).value("aid.grant") == Bounds(Fraction(0), Fraction(100))
    assert run(rules, payments=[paid(500, "2025-06-15")]).value("aid.grant") == 0


def test_a_cap_per_person_and_year_counts_the_persons_own_payments(tmp_path: Path) -> None:
    rules = paying(tmp_path, "amount: member.need, cap: {at: 100 * CNY, per: [member, calendar_year(on)]}", "member")
    members = [{"need": 300, "payments": [paid(60, "2025-01-01")]}, {"need": 300, "payments": []}]
    found = run(rules, members=members)
    assert [found.value("aid.grant", index) for index in (0, 1)] == [40, 100]


def test_a_cap_may_not_hold(tmp_path: Path) -> None:
    cap = "cap: {at: 100 * CNY, unless: household.single_parent}"
    rules = paying(tmp_path, f"amount: 300 * CNY, floor: 350 * CNY, {cap}")
    assert run(rules, single_parent=False).value("aid.grant") == 100
    assert run(rules, single_parent=True).value("aid.grant") == 350
    shared = paying(tmp_path / "b", f"each: member, amount: 80 * CNY, {cap.replace('at:', 'per: household, at:')}")
    assert run(shared, members=2, single_parent=False, payments=[]).value("aid.one_off") == 100
    assert run(shared, members=2, single_parent=True, payments=[]).value("aid.one_off") == 160


def test_an_unknown_item_before_leaves_a_shared_cap_open(tmp_path: Path) -> None:
    rules = paying(tmp_path, "each: member, amount: member.need, cap: {at: 500 * CNY, per: household}")
    found = run(rules, members=[{"need": 100}, {}, {"need": 300}], payments=[])
    assert found.value("aid.grant", 0) == 100
    assert found.value("aid.grant", 1) == Bounds(Fraction(0), Fraction(400))
    assert found.value("aid.grant", 2) == Bounds(Fraction(0), Fraction(300))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("amount: 5 * month", "what the rule pays is measured in month"),
        ("amount: member.need", "member.need is said of each member"),
        ("amount: household.single_parent", "yes or no"),
        ("amount: sum(m.need for m in members) / 3", "what it pays may have a fraction of a fen"),
        ("amount: 5 * CNY - sum(m.need for m in members)", "what it pays may be below zero. Add floor: 0, or must: to"),
        ("", "amount"),
        ("amount: 5 * CNY, cap: 5 * CNY / month", "CNY/household"),
        ("amount: 5 * CNY, cap: {at: 5 * CNY, per: member}", "says more than what the rule is about"),
        ("amount: 5 * CNY, cap: {at: 5 * CNY, per: members}", "members is a list"),
        ("amount: 5 * CNY / month, cap: {at: 5 * CNY / month, per: calendar_year(on)}", "a sum paid once"),
        (
            "each: member, amount: 5 * CNY, cap: {at: 5 * CNY, per: [member, calendar_year(on)]}",
            "does not say to which",
        ),
        ("each: household, amount: 5 * CNY", "household"),
        ("each: member.wages, amount: 5 * CNY", "member has no wages"),
        ("amount: 5 * CNY, payment: {every: week}", "month"),
    ],
)
def test_an_amount_that_cannot_be_is_refused_when_the_pack_compiles(tmp_path: Path, fields: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        paying(tmp_path, fields)
    assert message in problems_of(error)
    assert "aid.grant" in problems_of(error)
