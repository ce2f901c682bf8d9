"""Top-up: the gap per person times the persons, or a tier; with a floor, a cap and rounding."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from aidrules.engine import Bounds
from aidrules.errors import PackError
from borough import compiled, problems_of, run

FACTS = """
inputs:
  household: {rent: {unit: CNY/month}}
  member: {wage: {unit: CNY/month}, away: {type: bool}}
parameters:
  line: {unit: CNY/person/month, by: household.residence, values: [{is: {urban: 700, rural: 450}}]}
definitions:
  income: {unit: CNY/person/month, value: sum(m.wage for m in members) / count(members)}
"""
GAP = (
    FACTS
    + """
programmes:
  relief:
    rules:
      means: {kind: eligibility, when: income < line}
      top_up: {kind: top_up, up_to: line, income: income, round: {to: 0.01, mode: half_up}}
"""
)


@pytest.mark.parametrize(
    ("wages", "paid"),
    [
        ([0, 0, 0], 2100),
        ([1500, 0, 0], 600),
        (["0.01", 0, 0], "2099.99"),
        (["2099.99", 0, 0], "0.01"),
        ([2100, 0, 0], 0),  # exactly on the line
        ([5000, 0, 0], 0),
    ],
)
def test_the_gap_is_paid_for_every_person(tmp_path: Path, wages: list[object], paid: object) -> None:
    found = run(compiled(tmp_path, GAP), members=[{"wage": wage} for wage in wages], residence="urban")
    assert found.value("relief.top_up") == Fraction(str(paid))
    assert found.value("relief.amount") == Fraction(str(paid))


def test_the_gap_of_a_third_is_rounded_once_for_the_household(tmp_path: Path) -> None:
    found = run(compiled(tmp_path, GAP), members=[{"wage": 0}, {"wage": "100"}, {"wage": 0}], residence="rural")
    assert found.value("relief.top_up") == 1250  # 3 × (450 - 33.33…), not 3 × 416.67


def test_an_unknown_income_leaves_the_gap_between_bounds(tmp_path: Path) -> None:
    found = run(compiled(tmp_path, GAP), members=[{"wage": 100}, {}], residence="urban")
    assert found.value("relief.means") is None
    assert found.value("relief.top_up.value") == Bounds(Fraction(0), Fraction(1300))


def test_a_missing_standard_leaves_it_open_and_never_fails(tmp_path: Path) -> None:
    text = GAP.replace("values: [{is: {urban: 700, rural: 450}}]", "keys: [urban, rural], required: true")
    rules = compiled(tmp_path, text)
    found = run(rules, members=[{"wage": 100}], residence="urban")
    assert found.value("relief.means") is None
    given = rules.pack.with_parameters({"line[urban]": 300}).on(rules.law)
    assert run(given, members=[{"wage": 100}], residence="urban").value("relief.top_up") == 200


@pytest.mark.parametrize(("wage", "paid"), [(0, 700), (600, 140), (560, 140), (559, 141), (699, 140), (700, 0)])
def test_a_floor_is_paid_to_who_is_eligible_only(tmp_path: Path, wage: int, paid: int) -> None:
    text = GAP.replace("round:", "floor: 20% * line * count(members), round:")
    found = run(compiled(tmp_path, text), members=[{"wage": wage}], residence="urban")
    assert found.value("relief.top_up") == paid


@pytest.mark.parametrize(("size", "paid"), [(1, 140), (2, 140), (3, 3)])
def test_a_floor_may_have_a_condition(tmp_path: Path, size: int, paid: int) -> None:
    floor = "floor: {at: 140 * CNY / month, when: count(members) <= 2}, round:"
    found = run(compiled(tmp_path, GAP.replace("round:", floor)), members=[{"wage": 699}] * size, residence="urban")
    assert found.value("relief.top_up") == paid


def test_a_cap_comes_after_the_floor_and_before_rounding(tmp_path: Path) -> None:
    text = GAP.replace(
        "round: {to: 0.01, mode: half_up}",
        "floor: 200 * CNY / month, cap: 99.999 * CNY / month, round: {to: 0.01, mode: half_up}",
    )
    found = run(compiled(tmp_path, text), members=[{"wage": 699}], residence="urban")
    assert found.value("relief.top_up") == 100


@pytest.mark.parametrize(
    ("size", "tier"), [(1, 300), (2, 200), (4, 200), (5, 100), (9, 100)], ids=lambda value: str(value)
)
def test_tiers_pay_a_fixed_amount(tmp_path: Path, size: int, tier: int) -> None:
    text = """
definitions:
  size_class: {cases: {a: {when: count(members) == 1}, b: {when: count(members) < 5}, c: {otherwise: "true"}}}
parameters:
  tier: {unit: CNY/household/month, by: size_class, values: [{is: {a: 300, b: 200, c: 100}}]}
programmes:
  relief: {rules: {top_up: {kind: top_up, mode: tiers, amount: tier, when: household.single_parent}}}
"""
    rules = compiled(tmp_path, text)
    assert run(rules, members=size, single_parent=True).value("relief.top_up") == tier
    assert run(rules, members=size, single_parent=False).value("relief.top_up") == 0


def test_persons_may_be_others_than_the_members(tmp_path: Path) -> None:
    text = GAP.replace("income: income,", "income: income, persons: count(m for m in members if not m.away),")
    members = [{"wage": 0, "away": False}, {"wage": 0, "away": True}]
    assert run(compiled(tmp_path, text), members=members, residence="urban").value("relief.top_up") == 700


def test_the_members_of_the_programme_count_where_it_names_them(tmp_path: Path) -> None:
    text = """
inputs: {member: {away: {type: bool}}}
definitions:
  at_home: {value: "[m for m in household.members if not m.away]"}
programmes:
  relief:
    members: at_home
    rules: {top_up: {kind: top_up, up_to: 450 * CNY / month, income: 0}}
"""
    members = [{"away": False}, {"away": True}, {"away": False}]
    assert run(compiled(tmp_path, text), members=members).value("relief.top_up") == 900


def test_a_persons_programme_tops_up_one_person(tmp_path: Path) -> None:
    text = (
        FACTS
        + """
programmes:
  care:
    subject: member
    rules:
      alone: {kind: eligibility, when: member.away}
      top_up: {kind: top_up, up_to: line, income: member.wage}
"""
    )
    members = [{"wage": 100, "away": True}, {"wage": 100, "away": False}]
    found = run(compiled(tmp_path, text), members=members, residence="urban")
    assert [found.value("care.top_up", index) for index in (0, 1)] == [600, 0]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("up_to: line", "a top-up without up_to: and income:"),
        ("mode: tiers", "mode: tiers without amount:"),
        ("mode: tier, amount: 5 * CNY / month", "gap"),
        ("up_to: line, income: household.rent", "CNY/person/month and CNY/household/month together"),
        ("up_to: line, income: income", "what it pays may have a fraction of a fen"),
        ("up_to: line, income: income, rounded: 1", "rounded"),
        ("up_to: line, income: income, round: {to: 0.01, mode: nearest}", "half_up"),
        ("up_to: line, income: income, round: {to: 0, mode: up}", "0"),
        ("up_to: line, income: income, persons: 2 * month", "what the rule pays is measured in"),
    ],
)
def test_a_top_up_that_cannot_be_is_refused_when_the_pack_compiles(tmp_path: Path, fields: str, message: str) -> None:
    text = FACTS + f"\nprogrammes: {{relief: {{rules: {{top_up: {{kind: top_up, {fields}}}}}}}}}\n"
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text)
    assert message in problems_of(error)
    assert "relief.top_up" in problems_of(error)
