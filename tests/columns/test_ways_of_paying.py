"""What is paid by the year and by the term has sums of its own, wherever sums are told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from points import differing

from aidrules import decide, simulate
from aidrules.decision import Decision
from aidrules.decision.overview import overview
from aidrules.frames import from_households
from aidrules.language.pack import Pack
from aidrules.testing.boundaries import boundaries
from aidrules.testing.boundaries.plain import as_json
from aidrules.testing.boundaries.told import lines
from borough import ON, pack_of

SCHOOL = """
inputs:
  member:
    meals: {type: bool, zh: 在校就餐, en: eats at school}
    fee: {unit: CNY, max: 20000, zh: 学费, en: fee}
parameters:
  meal: {unit: CNY/person, values: [{is: 400}]}
definitions:
  fee_counted:
    each: household.members
    value: min(member.fee, 4000 * CNY)
    zh: 计入的学费
    en: the fee that counts
    reading:
      default: in_full
      zh: 学费的范围
      en: what of the fee counts
      options:
        in_full: {zh: 全额, en: all of it}
        by_half: {value: "min(member.fee, 4000 * CNY) * 50%", zh: 减半, en: half of it}
programmes:
  school:
    subject: member
    zh: 就学资助
    en: help with school
    rules:
      food: {kind: amount, when: member.meals, amount: meal, payment: {every: term}}
      tuition:
        kind: amount
        amount: fee_counted
        round: {to: 0.01, mode: down}
        payment: {every: year}
      loan: {kind: amount, amount: 8000 * CNY, payment: {every: year, as: loan}}
      start: {kind: amount, amount: 100 * CNY, payment: {every: life}}
"""
KNOWN = [{"id": "a", "meals": True, "fee": 5000}, {"id": "b", "meals": False, "fee": "1000.50"}]

CASES = """
cases:
  - name: eats_there
    cite: 一
    on: 2025-06-15
    given: {members: [{id: a, meals: true, fee: 4000}]}
    expect: {payments: {"school.food[a]": {amount: 400}}}
"""


def decided(pack: Pack, members: list[dict[str, Any]]) -> Decision:
    return decide(pack.Household.model_validate({"members": members}), pack, on=ON)


def test_each_way_has_a_sum_for_all_and_for_each_and_loans_are_in_none(tmp_path: Path) -> None:
    outcome = decided(pack_of(tmp_path, SCHOOL), KNOWN).outcomes["school"]
    assert (outcome.termly, outcome.yearly) == (Decimal("400.00"), Decimal("5000.50"))
    assert (outcome.monthly, outcome.one_off) == (Decimal("0.00"), Decimal("200.00"))
    each = [(person.termly, person.yearly, person.one_off) for person in outcome.persons.values()]
    assert each == [(400, 4000, 100), (0, Decimal("1000.50"), 100)]


def test_what_is_open_has_bounds_by_the_year_and_by_the_term(tmp_path: Path) -> None:
    outcome = decided(pack_of(tmp_path, SCHOOL), [{"id": "a"}]).outcomes["school"]
    assert outcome.termly is outcome.yearly is None and outcome.one_off == 100
    assert outcome.termly_bounds is not None and outcome.yearly_bounds is not None
    assert (outcome.termly_bounds.low, outcome.termly_bounds.high) == (0, 400)
    assert (outcome.yearly_bounds.low, outcome.yearly_bounds.high) == (0, 4000)


def test_the_table_has_a_column_where_something_is_paid_so(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, SCHOOL)
    heads, rows = overview(decided(pack, KNOWN), "en", None)
    assert heads == ("Programme", "About", "Outcome", "Monthly", "Each term", "Yearly", "One-off")
    assert [row[3:] for row in rows] == [
        ("", "400.00 yuan", "4000.00 yuan", "100.00 yuan"),
        ("", "", "1000.50 yuan", "100.00 yuan"),
    ]
    heads, rows = overview(decided(pack, [{"id": "a", "meals": False}]), "zh", None)
    assert heads == ("项目", "对象", "结果", "每月", "每年", "一次性")
    assert [row[2:] for row in rows] == [("符合条件、每年金额尚不能确定", "", "0.00–4000.00", "100.00元")]


def test_columns_have_the_same(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, SCHOOL)
    families = [
        pack.Household.model_validate({"members": members})
        for members in (KNOWN[:1], [{"id": "a"}], [{"id": "a", "meals": False, "fee": 0}])
    ]
    assert differing(pack, families, ON) == []
    frame = simulate(from_households(families, pack), pack, on=ON).frame
    assert frame["school.yearly"].to_list() == [400000, None, 0]
    assert frame["school.termly_high"].to_list() == [40000, 40000, 0]


def test_another_reading_of_a_yearly_amount_is_told(tmp_path: Path) -> None:
    decision = decided(pack_of(tmp_path, SCHOOL), KNOWN)
    assert "all of it" in decision.explain("en")


def test_boundaries_tell_what_is_paid_by_the_year(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, SCHOOL)
    cases = tmp_path / "rules" / "borough" / "cases"
    cases.mkdir()
    cases.joinpath("school.yaml").write_text(CASES, encoding="utf-8")
    found = boundaries(pack, path=tmp_path / "rules")
    assert "above members[0].fee = 4000.01" in lines(found)
    assert "school[a] eligible 400 a term 4000 a year 100 once" in lines(found)
    sides = [side["programmes"]["school[a]"] for each in as_json(found)["boundaries"] for side in each["sides"]]
    assert {"status": "eligible", "monthly": "0", "termly": "400", "yearly": "3999.99", "one_off": "100"} in sides
