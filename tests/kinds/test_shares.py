"""Shares: what is above the whole needs the sign %, wherever a rule takes a share of something."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules.errors import PackError
from borough import ON, compiled, pack_of, problems_of, run

PHASING = """
inputs: {{household: {{income: {{unit: CNY/month}}}}}}
programmes:
  aid:
    rules:
      means: {{kind: eligibility, when: household.income < 100 * CNY / month}}
      gap: {{kind: amount, amount: 100 * CNY / month - household.income, floor: 0}}
      ending:
        kind: phase_out
        when: household.income >= 100 * CNY / month
        apart_from: means
        starts: this_month
        months: 3 * month
        pays: [{pays}]
        round: {{to: 0.01, mode: half_up}}
"""
GRADED = """
inputs: {{member: {{blind: {{type: bool}}}}}}
parameters:
  line: {{unit: CNY/person/month, values: [{{is: 700}}]}}
  rates: {{keys: [blind], {rates}}}
programmes:
  aid:
    rules:
      extra:
        kind: supplement
        each: member
        base: line
        {grade}
        stacking: sum
        round: {{to: 0.01, mode: half_up}}
"""
BY_TABLE = "rates: rates\n        grades: {blind: {when: member.blind}}"
VALUES = "values: [{is: {blind: 30%}}]"


def place(error: object) -> str:
    return str(error.value.problems[0].where).partition("pack.yaml:")[2]  # type: ignore[attr-defined]


@pytest.mark.parametrize("pays", ["100%, 100, 80%", "100%, 2.5, 80%", "100%, 1.01, 1"])
def test_a_month_of_a_schedule_above_the_whole(tmp_path: Path, pays: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, PHASING.format(pays=pays))
    assert "is a share of" in problems_of(error) and "Write " in problems_of(error)
    assert place(error).endswith(":22")  # the second share


@pytest.mark.parametrize("pays", ["100%, 0.8, 1", "120%, 100%, 50%"])
def test_shares_that_are_meant(tmp_path: Path, pays: str) -> None:
    benefit = {"programme": "aid", "since": "2024-01-01", "last_amount": 50}
    found = run(compiled(tmp_path, PHASING.format(pays=pays)), income=150, benefits=[benefit])
    assert found.value("aid.ending.amount") == (60 if pays.startswith("120") else 50)


def test_a_grade_with_its_own_rate(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, GRADED.format(rates=VALUES, grade="grades: {blind: {when: member.blind, rate: 30}}"))
    assert "30 is a share of 3000%" in problems_of(error) and "Write 30%" in problems_of(error)


def test_a_table_of_rates(tmp_path: Path) -> None:
    text = GRADED.format(rates="values: [{is: {blind: 30%}}, {from: 2024-01-01, is: {blind: 30}}]", grade=BY_TABLE)
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text.replace("[{is: {blind: 30%}}, ", "["))
    assert "rates: 30 is a share of 3000%" in problems_of(error)
    assert place(error).startswith("9:")  # at the value itself


def test_a_rate_given_as_an_argument(tmp_path: Path) -> None:
    text = GRADED.format(rates="required: true", grade=BY_TABLE)
    with pytest.raises(PackError) as error:
        pack_of(tmp_path, text, parameters={"rates[blind]": 30}).on(ON)
    assert "rates: 30 is a share of 3000%" in problems_of(error)
    rules = pack_of(tmp_path, text, parameters={"rates[blind]": "130%"}).on(ON)
    assert run(rules, members=[{"blind": True}]).value("aid.extra.total") == 910


def test_the_share_of_a_deduction(tmp_path: Path) -> None:
    text = """
    inputs: {household: {costs: {unit: CNY/month}, income: {unit: CNY/month}}}
    definitions: {counted: {start: household.income, less: [off]}}
    programmes: {aid: {rules: {off: {kind: deduction, claimed: household.costs, share: 50}}}}
    """
    with pytest.raises(PackError) as error:
        compiled(tmp_path, text)
    assert "50 is a share of 5000%" in problems_of(error)
