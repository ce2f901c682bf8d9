"""Cases expect payments term by term, and parameters by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from aidrules.authoring.schemas import file_schema
from aidrules.cli import main
from aidrules.errors import PackError
from aidrules.testing.cases import read_cases
from aidrules.testing.trial import Trial, tried
from borough import pack_of

AID = """
inputs: {household: {income: {unit: CNY/month, max: 5000}}, member: {ill: {type: bool}}}
parameters:
  line: {unit: CNY/household/month, by: household.residence, values: [{is: {urban: 100, rural: 80}}]}
  care: {unit: CNY/person/month, keys: [half, full], values: [{is: {half: 5, full: 9}}]}
  most: {unit: month, values: [{from: 2025-01-01, is: 6}]}
  begun: {type: date, values: [{is: 2024-07-01}]}
  later: {unit: month, values: [{from: 2026-01-01, is: 6}]}
  twice: {unit: CNY/household/month, values: [{formula: 2 * line}]}
programmes:
  aid:
    payment: {every: month, starts: next_month}
    rules:
      means: {kind: eligibility, when: household.income < line and most > 1 * month and begun < on}
      gap: {kind: top_up, up_to: line, income: household.income, persons: "1"}
      extra: {kind: amount, each: member, when: member.ill, amount: "care[half]", payment: {payee: carer}}
      kit: {kind: amount, amount: 3 * CNY, payment: {every: occasion, as: kind}}
      help: {kind: entitlement}
"""
HEAD = """on: 2025-06-15
default: {residence: urban, income: 50, members: [{id: a, ill: "true"}, {id: b, ill: "false"}]}
cases:
  - name: one
"""


def case_file(folder: Path, expect: str) -> Path:
    pack_of(folder, AID)
    file = folder / "rules" / "borough" / "cases" / "aid.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"{HEAD}    expect: {{{expect}}}\n", encoding="utf-8")
    return file


def trial(folder: Path, expect: str) -> Trial:
    (read,) = read_cases(case_file(folder, expect))
    return tried(read, "borough", path=folder / "rules")


@pytest.mark.parametrize(
    "expect",
    [
        "payments: {aid.gap: {amount: 50, payee: household, every: month, as: cash, from: 2025-07, until: none}}",
        "payments: {aid.gap: {amount: 50.00, from: 2025-07-01}, 'aid.extra[a]': {payee: carer, amount: 5}}",
        "payments: {'aid.extra[b]': none, aid.kit: {every: occasion, as: kind, amount: 3}}",
        "values: {line: 100, 'line[rural]': 80, 'care[full]': 9 CNY/person/month}",
        "values: {most: 6, begun: 2024-07-01, later: unknown}",
    ],
)
def test_a_case_that_passes(tmp_path: Path, expect: str) -> None:
    assert trial(tmp_path, expect).sentences() == []


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("payments: {aid.gap: {amount: 51}}", "5:35: one: aid.gap amount: expected 51, found 50"),
        ("payments: {aid.gap: {payee: carer}}", "one: aid.gap payee: expected carer, found household"),
        ("payments: {aid.gap: {from: 2025-06}}", "one: aid.gap from: expected 2025-06, found 2025-07"),
        ("payments: {aid.gap: {every: term}}", "one: aid.gap every: expected term, found month"),
        ("payments: {aid.kit: {as: cash}}", "one: aid.kit as: expected cash, found kind"),
        ("payments: {aid.gap: none}", "one: aid.gap: expected none, found a payment"),
        ("payments: {'aid.extra[b]': {amount: 5}}", "one: aid.extra[b] amount: expected 5, found none"),
        ("values: {line: 80}", "one: line: expected 80, found 100"),
        ("values: {'care[full]': 8}", "one: care[full]: expected 8, found 9"),
        ("values: {later: 6}", "one: later: expected 6, found unknown"),
    ],
)
def test_what_differs(tmp_path: Path, expect: str, message: str) -> None:
    found = trial(tmp_path, expect)
    (text,) = found.sentences()
    assert found.state == "failed" and message in text


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        (
            "payments: {aid.gab: none}",
            "payments: there is no rule aid.gab; expected a rule that pays. Did you mean aid",
        ),
        ("payments: {aid.help: none}", "aid.help is of kind entitlement and pays nothing; expected a rule that pays"),
        ("payments: {aid.extra: none}", "expected the item in brackets, such as aid.extra[a]"),
        ("payments: {'aid.extra[z]': none}", "payments: there is no item z; expected one of a, b"),
        ("payments: {aid.gap: {every: monthly}}", "every is never 'monthly'; expected one of month, term, year, occas"),
        (
            "payments: {aid.gap: {from: July}}",
            "from: 'July' is not a month; expected a month such as 2025-07, a day or",
        ),
        ("payments: {aid.gap: {amount: much}}", "'much' is not a number"),
        ("values: {line: 101}", "line.value is never 101; expected 80 to 100"),
        ("values: {lime: 5}", "values: nothing is called lime. Did you mean line?"),
        ("values: {care: 5}", "care has a value for each key; expected one of care[half], care[full]"),
        ("values: {'care[none]': 5}", "care has no value for none; expected one of care[half], care[full]"),
        ("values: {most: many}", "most: 'many' is not a number; expected digits, 1000/3 or unknown"),
    ],
)
def test_what_no_rule_can_produce_is_an_error(tmp_path: Path, expect: str, message: str) -> None:
    found = trial(tmp_path, expect)
    (text,) = found.sentences()
    assert found.state == "error" and message in text and "cases/aid.yaml:5:" in text


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("payments: [aid.gap]", "one: payments: a list of 1; expected the terms of payments by rule"),
        ("payments: {aid.gap: 50}", "payments: aid.gap: the text '50'; expected none, or a mapping with amount, payee"),
        ("payments: {aid.gap: {}}", "payments: aid.gap: an empty mapping; expected none, or a mapping with amount"),
        (
            "payments: {aid.gap: {paye: b}}",
            "unknown key 'paye'; expected one of amount, as, every, from, payee, until.",
        ),
        ("payments: {aid.gap: {payee: [b]}}", "one: payee: a list of 1; expected a text"),
    ],
)
def test_what_no_case_has_is_refused(tmp_path: Path, expect: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        read_cases(case_file(tmp_path, expect))
    assert message in str(error.value) and "cases/aid.yaml:5:" in str(error.value)


def test_editors_know_the_terms() -> None:
    case = {"name": "a", "expect": {"payments": {"aid.gap": {"amount": "5", "every": "month"}, "aid.kit": "none"}}}
    schema = Draft202012Validator(file_schema("case"))
    assert schema.is_valid({"cases": [case]})
    for wrong in ({}, {"paye": "b"}, {"every": "monthly"}, "some"):
        case["expect"] = {"payments": {"aid.gap": wrong}}
        assert not schema.is_valid({"cases": [case]}), wrong


def test_a_mistake_in_a_parameter_or_an_amount_is_noticed(tmp_path: Path) -> None:
    case_file(tmp_path, "values: {most: 6}, payments: {aid.kit: {amount: 3}}")
    path = ["--path", str(tmp_path / "rules"), "-v", "--lang", "en"]
    for name, noticed in (
        ("most", "noticed (one): most values.0.is: 6 -> 7"),
        ("aid.kit", "noticed (one): aid.kit amount: 3 -> 3.01"),
    ):
        text = CliRunner().invoke(main, ["mutate", "borough", name, *path]).output
        assert noticed in text, text
