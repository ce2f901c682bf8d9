"""Cases that fail say where, which case, what was expected and what nobody gave."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules.errors import PackError
from aidrules.testing.cases import differences, read_cases
from borough import pack_of

AID = """
inputs: {household: {income: {unit: CNY/month}}, member: {ill: {type: bool}}}
parameters: {line: {unit: CNY/household/month, required: true}}
programmes:
  aid:
    rules:
      means: {kind: eligibility, when: household.income < line}
      care: {kind: entitlement, each: member, when: member.ill}
"""
HEAD = """on: 2025-06-15
default: {income: 50, members: [{id: a, ill: "true"}]}
parameters: {line: 100 CNY/household/month}
cases:
  - name: one
"""


def case_file(folder: Path, case: str) -> Path:
    pack_of(folder, AID)
    file = folder / "rules" / "borough" / "cases" / "aid.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(HEAD + "".join(f"    {line}\n" for line in case.splitlines()), encoding="utf-8")
    return file


def found(folder: Path, case: str) -> str:
    (read,) = read_cases(case_file(folder, case))
    return "\n".join(differences(read, "borough", path=folder / "rules"))


def test_a_case_that_passes(tmp_path: Path) -> None:
    assert found(tmp_path, 'expect: {outcomes: {aid: eligible}, entitlements: ["aid.care[a]", aid.care]}') == ""


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("outcomes: {aid: ineligible}", "aid: expected ineligible, found eligible"),
        ("outcomes: {ade: eligible}", "ade: there is no programme ade; expected one of aid. Did you mean aid?"),
        ("values: {aid.meens: 'true'}", "aid.meens: nothing of that name comes out. Did you mean aid.means?"),
        ("not: [aid.meens]", "nothing is called aid.meens. Did you mean aid.means?"),
        ("entitlements: [aid.carre]", "nothing is called aid.carre. Did you mean aid.care?"),
        ('entitlements: ["aid.care[z]"]', "aid.care[z]: there is no item z; expected one of a"),
        ('values: {"aid.means[a]": "true"}', "aid.means is said of the household"),
    ],
)
def test_every_difference_names_file_line_and_case(tmp_path: Path, expect: str, message: str) -> None:
    text = found(tmp_path, f"expect:\n  {expect}")
    assert message in text
    assert "cases/aid.yaml:7:" in text and ": one: " in text


@pytest.mark.parametrize(
    ("given", "expect", "missing"),
    [
        ("{income: unknown}", "outcomes: {aid: eligible}", "found undetermined; nobody gives income"),
        ("{income: unknown}", "values: {aid.means: 'true'}", "found unknown; nobody gives income"),
        ("{members: [{id: a}]}", 'not: ["aid.care[a]"]', "found unknown; nobody gives members[0].ill"),
    ],
)
def test_what_is_open_names_what_nobody_gives(tmp_path: Path, given: str, expect: str, missing: str) -> None:
    assert missing in found(tmp_path, f"given: {given}\nexpect: {{{expect}}}")


def test_a_parameter_that_nobody_gives(tmp_path: Path) -> None:
    text = found(tmp_path, "parameters: {line: unknown}\nexpect: {outcomes: {aid: eligible}}")
    assert "found undetermined; nobody gives line" in text


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("expects: {}", "one: unknown key 'expects'; expected one of cite,"),
        ("expect: {outcome: {aid: eligible}}", "one: unknown key 'outcome'; expected one of amounts,"),
        ("expect: {outcomes: {aid: eligable}}", "one: aid: there is no outcome 'eligable'"),
        ("expect: {outcomes: {aid: eligable}}", "Did you mean eligible?"),
        ("expect: {}\nsince: 2020-01-01", "one: unknown key 'since'"),
    ],
)
def test_what_no_case_has_is_refused(tmp_path: Path, case: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        read_cases(case_file(tmp_path, case))
    assert message in str(error.value) and "cases/aid.yaml:" in str(error.value)


def test_two_cases_of_one_name(tmp_path: Path) -> None:
    file = case_file(tmp_path, "expect: {outcomes: {aid: eligible}}")
    file.write_text(file.read_text() + "  - {name: one, expect: {}}\n", encoding="utf-8")
    with pytest.raises(PackError, match=r"aid\.yaml:7:5: one: two cases of this name.*first stands in line 5"):
        read_cases(file)
