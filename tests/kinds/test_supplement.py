"""Supplement: by grades, as a share, a fixed sum or in place of the gap; highest, first or all; once in a household."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from aidrules.engine import Bounds, Compiled
from aidrules.errors import PackError, Place
from borough import compiled, problems_of, run

HEAD = """
inputs:
  member: {blind: {type: bool}, old: {type: bool}, studies: {type: bool}, wage: {unit: CNY/month}}
parameters:
  line: {unit: CNY/person/month, values: [{is: 700}]}
  rates: {keys: [blind, old, studies], values: [{is: {blind: 30%, old: 10%, studies: 15%}}]}
  sums: {unit: CNY/person/month, keys: [blind, old], values: [{is: {blind: 210, old: 88.5}}]}
"""
GRADES = "grades: {blind: {when: member.blind}, old: {when: member.old}, studies: {when: member.studies}}"


def supplement(tmp_path: Path, fields: str, more: str = "") -> Compiled:
    text = f"{HEAD}\nprogrammes: {{aid: {{rules: {{extra: {{kind: supplement, each: member, {fields}}}{more}}}}}}}\n"
    return compiled(tmp_path, text)


BOTH = [{"blind": True, "old": True, "studies": False}, {"blind": False, "old": True, "studies": True}]


@pytest.mark.parametrize(
    ("stacking", "first", "second"),
    [("highest_per_person", 210, 105), ("once_per_person", 210, 70), ("sum", 280, 175)],
)
def test_who_is_in_several_grades(tmp_path: Path, stacking: str, first: int, second: int) -> None:
    rules = supplement(tmp_path, f"base: line, rates: rates, {GRADES}, stacking: {stacking}")
    found = run(rules, members=BOTH)
    assert [found.value("aid.extra", index) for index in (0, 1)] == [first, second]
    assert found.value("aid.extra.total") == found.value("aid.amount") == first + second


def test_the_first_listed_counts_and_not_the_highest(tmp_path: Path) -> None:
    grades = "grades: {old: {when: member.old}, blind: {when: member.blind}}"
    rules = supplement(tmp_path, f"base: line, rates: rates, {grades}, stacking: once_per_person")
    assert run(rules, members=BOTH).value("aid.extra", 0) == 70


def test_grades_are_paid_by_a_table_of_sums_or_their_own(tmp_path: Path) -> None:
    grades = GRADES.replace("when: member.studies", "when: member.studies, amount: 50 * CNY / month")
    rules = supplement(tmp_path, f"amounts: sums, {grades}, stacking: sum")
    found = run(rules, members=BOTH)
    assert [found.value("aid.extra", index) for index in (0, 1)] == [Fraction("298.5"), Fraction("138.5")]


def test_a_grade_may_have_its_own_rate(tmp_path: Path) -> None:
    grades = "grades: {blind: {when: member.blind, rate: 33.33%}, old: {when: member.old}}"
    rounded = "round: {to: 1, mode: half_up}"
    rules = supplement(tmp_path, f"base: line, rates: rates, {grades}, stacking: highest_per_person, {rounded}")
    found = run(rules, members=BOTH)
    assert [found.value("aid.extra", index) for index in (0, 1)] == [233, 70]  # 33.33 % of 700 is 233.31


@pytest.mark.parametrize(("wage", "extra"), [(0, 140), (300, 440), (700, 840), (900, 840)])
def test_a_person_gets_a_multiple_of_the_standard_instead_of_the_gap(tmp_path: Path, wage: int, extra: int) -> None:
    """120 % of 700 is 840 whatever the gap; the supplement is what is missing to it beside the gap."""
    grades = "grades: {blind: {when: member.blind, instead: 120% * line}}"
    fields = f"instead_of: 'max(0, line - member.wage)', {grades}"
    rules = supplement(tmp_path, f"{fields}, stacking: highest_per_person")
    members = [{"blind": True, "wage": wage}, {"blind": False, "wage": 0}]
    found = run(rules, members=members)
    assert [found.value("aid.extra", index) for index in (0, 1)] == [extra, 0]


def test_a_grade_paid_once_in_the_household_goes_to_the_first_in_it(tmp_path: Path) -> None:
    grades = "grades: {studies: {when: member.studies, once_per: household}, old: {when: member.old}}"
    rules = supplement(tmp_path, f"base: line, rates: rates, {grades}, stacking: highest_per_person")
    pupils = [{"studies": studies, "old": False} for studies in (False, True, True)]
    found = run(rules, members=pupils)
    assert [found.value("aid.extra", index) for index in range(3)] == [0, 105, 0]
    unsure = [{"old": False}, {"studies": True, "old": False}]
    found = run(rules, members=unsure)
    assert [found.value("aid.extra", index) for index in (0, 1)] == [Bounds(Fraction(0), Fraction(105))] * 2


def test_a_met_highest_grade_settles_the_amount_whatever_is_unknown_below(tmp_path: Path) -> None:
    rules = supplement(tmp_path, f"base: line, rates: rates, {GRADES}, stacking: highest_per_person")
    found = run(rules, members=[{"blind": True}, {"old": True, "blind": False}])
    assert found.value("aid.extra", 0) == 210
    assert found.value("aid.extra", 1) == Bounds(Fraction(70), Fraction(105))


def test_a_supplement_has_its_condition_cap_and_rounding(tmp_path: Path) -> None:
    fields = f"base: line, rates: rates, {GRADES}, stacking: sum, when: member.wage < 500 * CNY / month"
    rules = supplement(tmp_path, f"{fields}, cap: 250 * CNY / month")
    found = run(rules, members=[{**BOTH[0], "wage": 499}, {**BOTH[1], "wage": 500}])
    assert [found.value("aid.extra", index) for index in (0, 1)] == [250, 0]


def test_nobody_is_paid_where_the_programme_refuses(tmp_path: Path) -> None:
    more = ", means: {kind: eligibility, when: household.single_parent}"
    rules = supplement(tmp_path, f"base: line, rates: rates, {GRADES}, stacking: sum", more)
    found = run(rules, members=BOTH, single_parent=False)
    assert (found.value("aid.extra", 0), found.value("aid.extra.value", 0), found.value("aid.amount")) == (0, 280, 0)


def test_rates_are_held_against_the_range_of_the_text(tmp_path: Path) -> None:
    text = HEAD.replace("rates: {keys:", "rates: {must: 10% <= value <= 25%, keys:")
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text)
    assert "30% is outside what the text allows; expected 10% <= value <= 25%" in problems_of(error)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("grades: {blind: {when: member.blind}}, stacking: sum", "the grade blind has no rate:, amount: or instead:"),
        ("rates: rates, grades: {blind: {when: member.blind}}, stacking: sum", "rates without base:"),
        (
            "grades: {blind: {when: member.blind, instead: 120% * line}}, stacking: sum",
            "the grade blind is paid instead of something",
        ),
        (f"base: line, rates: rates, {GRADES}", "stacking"),
        (f"base: line, rates: rates, {GRADES}, stacking: highest", "highest_per_person"),
        ("base: line, rates: rates, grades: {}, stacking: sum", "grades"),
        ("base: line, rates: rates, grades: {blind: {}}, stacking: sum", "when"),
        ("base: line, rates: rates, grades: {deaf: {when: member.blind}}, stacking: sum", "deaf"),
        (
            "base: line, rates: rates, grades: {blind: {when: member.blind, once_per: person}}, stacking: sum",
            "household",
        ),
        (f"base: line, rates: nothing, {GRADES}, stacking: sum", "nothing is called nothing"),
    ],
)
def test_a_supplement_that_cannot_be_is_refused_when_the_pack_compiles(
    tmp_path: Path, fields: str, message: str
) -> None:
    with pytest.raises(PackError) as error:
        supplement(tmp_path, fields)
    assert message in problems_of(error)
    assert "aid.extra" in problems_of(error)


@pytest.mark.parametrize(
    ("worth", "found"),
    [
        ("amount: 60", "`60` has no unit; expected a sum with its unit, such as 60 * CNY / month"),
        ("rate: 30% * line", "`30% * line` is measured in CNY/person/month; expected a plain share, such as 30%"),
    ],
)
def test_a_grade_in_the_wrong_unit_is_told_where_it_stands(tmp_path: Path, worth: str, found: str) -> None:
    grades = f"grades: {{blind: {{when: member.blind, {worth}}}, old: {{when: member.old, rate: 10%}}}}"
    with pytest.raises(PackError) as caught:
        supplement(tmp_path, f"base: line, {grades}, stacking: highest_per_person")
    (problem,) = caught.value.problems
    assert found in str(problem)
    place = problem.where
    assert isinstance(place, Place)
    line = (tmp_path / place.file).read_text(encoding="utf-8").splitlines()[place.line - 1]
    assert line[place.column - 1 :].startswith(worth.partition(": ")[2])
