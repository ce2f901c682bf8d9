"""Terms of payment: a rule's own over its programme's, how often, from which month, to whom."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aidrules import decide
from aidrules.decision.decision import Decision
from aidrules.errors import PackError
from borough import compiled, pack_of, problems_of

TERMS = """
programmes:
  care:
    payment: {every: month, starts: next_month, ends: next_month, payee: household, cite: "12"}
    rules:
      basic: {kind: amount, amount: 100 * CNY / month}
      nurse: {kind: amount, amount: 50 * CNY / month, payee: carer}
      now: {kind: amount, amount: 30 * CNY / month, payment: {starts: this_month, changes: this_month}}
      stove: {kind: amount, amount: 400 * CNY}
      school: {kind: amount, amount: 250 * CNY / term, payment: {payee: school}}
      nutrition: {kind: amount, amount: 90 * CNY, payment: {every: term}}
      award: {kind: amount, amount: 700 * CNY, payment: {every: year}}
      start: {kind: amount, amount: 5000 * CNY, payment: {every: life}}
      loan: {kind: amount, amount: 9000 * CNY, payment: {every: occasion, as: loan}}
  help:
    subject: member
    payment: {every: year}
    rules:
      coal: {kind: amount, amount: 60 * CNY}
      coat: {kind: amount, amount: 70 * CNY, payment: {every: occasion}}
      milk: {kind: amount, amount: 5 * CNY / month}
"""


def decided(tmp_path: Path, text: str = TERMS, on: date = date(2025, 12, 15)) -> Decision:
    pack = pack_of(tmp_path, text)
    household: Any = pack.Household.model_validate({"members": [{"id": "a"}]})
    return decide(household, pack, on=on)


def test_lines_say_how_often_from_when_to_whom_and_in_which_form(tmp_path: Path) -> None:
    lines = {line.rule: line for line in decided(tmp_path).payments}
    assert {name: (line.every, line.payee, line.form, line.starts) for name, line in lines.items()} == {
        "care.basic": ("month", "household", "cash", date(2026, 1, 1)),
        "care.nurse": ("month", "carer", "cash", date(2026, 1, 1)),
        "care.now": ("month", "household", "cash", date(2025, 12, 1)),
        "care.stove": ("occasion", "household", "cash", None),
        "care.school": ("term", "school", "cash", None),
        "care.nutrition": ("term", "household", "cash", None),
        "care.award": ("year", "household", "cash", None),
        "care.start": ("life", "household", "cash", None),
        "care.loan": ("occasion", "household", "loan", None),
        "help.coal": ("year", "member", "cash", None),
        "help.coat": ("occasion", "member", "cash", None),
        "help.milk": ("month", "member", "cash", None),
    }


def test_what_is_paid_by_term_or_year_is_no_part_of_a_month_or_an_occasion(tmp_path: Path) -> None:
    outcomes = decided(tmp_path).outcomes
    assert (outcomes["care"].monthly, outcomes["care"].one_off) == (180, 5400)  # a loan is paid back
    assert (outcomes["help"].monthly, outcomes["help"].one_off) == (5, 70)


def test_a_rule_has_its_own_terms_and_those_of_its_programme(tmp_path: Path) -> None:
    rules = compiled(tmp_path, TERMS).rules
    now = rules["care.now"].payment
    assert now is not None
    assert (now.every, now.starts, now.changes, now.ends, now.payee) == (
        "month",
        "this_month",
        "this_month",
        "next_month",
        "household",
    )
    assert [cite.clause for cite in now.cite] == ["12"]


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("amount: 9 * CNY, payment: {every: month}", "it is paid every month, and its amount is a sum"),
        ("amount: 9 * CNY / month, payment: {every: year}", "it is paid every year, and its amount is per month"),
        ("amount: 9 * CNY / month, payment: {starts: same_month}", "payment.starts"),
    ],
)
def test_terms_that_do_not_fit(tmp_path: Path, fields: str, found: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, f"programmes: {{x: {{rules: {{r: {{kind: amount, {fields}}}}}}}}}")
    assert found in problems_of(error)


@pytest.mark.parametrize(
    ("every", "amount", "found"),
    [
        ("month", "9 * CNY", "it says every: month, and what x.r pays is a sum. Write an amount per month"),
        ("year", "9 * CNY / month", "it says every: year, and what x.r pays is per month. Leave every: out"),
        ("occasion", "9 * CNY / term", "it says every: occasion, and what x.r pays is per term. Leave every: out"),
        ("month", "9 * CNY, payment: {every: month}", "x.r: it is paid every month, and its amount is a sum"),
    ],
)
def test_terms_of_a_programme_of_which_no_rule_can_be_paid_so(
    tmp_path: Path, every: str, amount: str, found: str
) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, programme_paid(every, amount))
    assert found in problems_of(error)
    # Told once: a second reader of the rule that went wrong adds no message of its own.
    assert len(error.value.problems) == 1


@pytest.mark.parametrize(
    ("every", "amount"),
    [
        ("month", "9 * CNY, payment: {every: occasion}"),
        ("life", "9 * CNY"),
        ("term", "9 * CNY"),
        ("year", "0"),
        ("month", "9 * CNY}, s: {kind: amount, amount: 8 * CNY / month"),
    ],
)
def test_terms_of_a_programme_that_a_rule_is_paid_by_or_that_none_is_left_to(
    tmp_path: Path, every: str, amount: str
) -> None:
    assert compiled(tmp_path, programme_paid(every, amount)).rules["x.r"].payment


def programme_paid(every: str, amount: str) -> str:
    return f"programmes: {{x: {{payment: {{every: {every}}}, rules: {{r: {{kind: amount, amount: {amount}}}}}}}}}"


PAYEES = """
definitions:
  {name}: {{each: {each}, cases: {{school: {{when: "true"}}, home: {{otherwise: "true"}}}}}}
programmes:
  care:
    {programme}
    rules:
      milk: {{kind: amount, amount: 5 * CNY / month{rule}}}
"""


@pytest.mark.parametrize(
    ("programme", "rule", "place"),
    [
        ("payment: {every: month}", ", payee: goes_to", "12:60"),
        ("payment: {every: month}", ", payment: {payee: goes_to}", "12:70"),
        ("payment: {payee: goes_to}", "", "12:13"),
    ],
)
def test_a_payee_is_no_definition_of_somebody_else(tmp_path: Path, programme: str, rule: str, place: str) -> None:
    text = PAYEES.format(name="goes_to", each="member", programme=programme, rule=rule)
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text)
    assert (
        "care.milk: the payee goes_to is said of each member, and what is paid is of each household. "
        "Name a definition for the household, or an office or person by a word that is no definition"
    ) in problems_of(error)
    assert f":{place}: " in problems_of(error)
    compiled(tmp_path, PAYEES.format(name="sent_to", each="member", programme=programme, rule=rule))


@pytest.mark.parametrize("kind", ["deduction", "imputation"])
def test_what_is_only_counted_has_no_terms_of_payment(tmp_path: Path, kind: str) -> None:
    listed = "less" if kind == "deduction" else "plus"
    with pytest.raises(PackError) as error:
        compiled(
            tmp_path,
            f"""
            definitions: {{income: {{start: 10 * CNY / month, {listed}: [part]}}}}
            programmes: {{x: {{rules: {{part: {{kind: {kind}, amount: 5 * CNY / month, payee: carer}}}}}}}}
            """,
        )
    assert "unknown key 'payee'" in problems_of(error)
