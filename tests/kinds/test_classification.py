"""Classification and risk elimination: one case, the first, or all that hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aidrules.engine import Compiled
from aidrules.errors import PackError
from borough import compiled, problems_of, run

HEAD = """
inputs: {household: {income: {unit: CNY/month}, ill: {type: bool}, fled: {type: bool}}}
"""


def sorting(tmp_path: Path, fields: str, kind: str = "classification") -> Compiled:
    return compiled(tmp_path, f"{HEAD}\nprogrammes: {{aid: {{rules: {{sort: {{kind: {kind}, {fields}}}}}}}}}\n")


BANDS = """cases: {
  a: {when: household.income < 100 * CNY / month},
  b: {when: 100 * CNY / month <= household.income < 200 * CNY / month},
  c: {when: household.ill}}"""


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"income": 99, "ill": False}, "a"),
        ({"income": 100, "ill": False}, "b"),
        ({"income": 200, "ill": True}, "c"),
        ({"income": 200, "ill": False}, "none"),
        ({"income": 50, "ill": True}, "ambiguous"),
        ({"income": 50}, None),
        ({"ill": False}, None),
    ],
)
def test_one_case_holds_none_or_it_is_ambiguous(tmp_path: Path, facts: dict[str, Any], expected: object) -> None:
    assert run(sorting(tmp_path, BANDS), **facts).value("aid.sort") == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"income": 50, "ill": True}, "a"),
        ({"income": 50}, "a"),
        ({"income": 500, "ill": True}, "c"),
        ({"ill": True}, None),
    ],
)
def test_the_first_that_holds_is_the_answer(tmp_path: Path, facts: dict[str, Any], expected: object) -> None:
    assert run(sorting(tmp_path, f"select: first, {BANDS}"), **facts).value("aid.sort") == expected


def test_all_that_hold_are_codes(tmp_path: Path) -> None:
    found = run(sorting(tmp_path, f"select: all, {BANDS}"), income=50, ill=True)
    assert [found.value(f"aid.sort.{case}") for case in "abc"] == [True, False, True]
    assert found.value("aid.sort")


def test_otherwise_is_what_no_other_case_is(tmp_path: Path) -> None:
    rules = sorting(tmp_path, BANDS.replace("c: {when: household.ill}", "c: {otherwise: 'true'}"))
    assert [run(rules, income=income).value("aid.sort") for income in (0, 150, 200)] == ["a", "b", "c"]
    assert run(rules).value("aid.sort") is None


def test_a_remainder_has_its_own_condition_too(tmp_path: Path) -> None:
    rules = sorting(tmp_path, BANDS.replace("c: {when", "c: {remainder: 'true', when"))
    assert run(rules, income=50, ill=True).value("aid.sort") == "a"
    assert run(rules, income=500, ill=True).value("aid.sort") == "c"
    assert run(rules, income=500, ill=False).value("aid.sort") == "none"


def test_a_case_may_have_exceptions_of_which_all_or_any_must_hold(tmp_path: Path) -> None:
    case = "a: {{when: household.income > 0, unless: {{{how}: {{ill: household.ill, fled: household.fled}}}}}}"
    for how, ill_alone in (("all_of", "a"), ("any_of", "none")):
        rules = sorting(tmp_path / how, f"select: first, cases: {{{case.format(how=how)}}}")
        assert run(rules, income=1, ill=True, fled=False).value("aid.sort") == ill_alone
        assert run(rules, income=1, ill=True, fled=True).value("aid.sort") == "none"
        assert run(rules, income=1, ill=False, fled=False).value("aid.sort") == "a"


def test_no_case_holds_where_the_whole_does_not_apply(tmp_path: Path) -> None:
    rules = sorting(tmp_path, f"when: household.fled, {BANDS}")
    assert run(rules, income=50, ill=False, fled=False).value("aid.sort") == "none"


def test_other_rules_ask_for_the_case(tmp_path: Path) -> None:
    text = f"""{HEAD}
programmes:
  aid:
    rules:
      sort: {{kind: classification, {BANDS}}}
      poorest: {{kind: eligibility, when: aid.sort == a}}
      known: {{kind: eligibility, when: "aid.sort not in [none, ambiguous]"}}
"""
    rules = compiled(tmp_path, text)
    assert run(rules, income=50, ill=False).value("aid.eligible")
    assert not run(rules, income=150, ill=False).value("aid.eligible")
    with pytest.raises(PackError) as error:
        compiled(tmp_path / "b", text.replace("aid.sort == a", "aid.sort == d"))
    assert "a, b, c, none, ambiguous" in problems_of(error)


def test_the_end_of_a_risk_is_the_first_of_its_ordered_outcomes(tmp_path: Path) -> None:
    fields = """cases: {
      barred: {when: household.fled},
      holds: {when: household.ill},
      may_end: {when: household.income > 100 * CNY / month},
      too_early: {otherwise: 'true'}}"""
    rules = sorting(tmp_path, fields, "risk_elimination")
    assert run(rules, fled=True).value("aid.sort") == "barred"
    assert run(rules, fled=False, ill=True, income=500).value("aid.sort") == "holds"
    assert run(rules, fled=False, ill=False, income=500).value("aid.sort") == "may_end"
    assert run(rules, fled=False, ill=False, income=100).value("aid.sort") == "too_early"


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("select: one", "cases"),
        ("cases: {}", "cases"),
        ("cases: {a: {when: household.income}}", "yes or no"),
        ("cases: {a: {when: household.ill}}, select: any", "first"),
        ("cases: {A: {when: household.ill}}", "'A' cannot be a name"),
        ("cases: {none: {when: household.ill}}", "none"),
        ("cases: {a: {when: aid.sort == a}}", "is a circle"),
    ],
)
def test_a_classification_that_cannot_be_is_refused(tmp_path: Path, fields: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        sorting(tmp_path, fields)
    assert message in problems_of(error)
    assert "aid.sort" in problems_of(error)
