"""What an error advises can be written: each piece of advice is taken, and the pack is then accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules.errors import PackError, Problem
from borough import compiled


def _problems(folder: Path, pack: str) -> tuple[Problem, ...]:
    with pytest.raises(PackError) as error:
        compiled(folder, pack)
    return error.value.problems


@pytest.mark.parametrize(
    ("unit", "written", "hint"),
    [
        ("CNY/person/month", "1030元", "Write 1030 alone: it is measured in CNY/person/month"),
        ("CNY/person/month", "1030 CNY", "Write 1030 alone: it is measured in CNY/person/month"),
        ("CNY/person/month", "7260元/年", "Write 7260 CNY/person/year"),
        ("CNY/person/month", '"1,030"', "Write 1030"),
        ("CNY/person/month", '"12,345,678.50"', "Write 12345678.50"),
        ("working_day", "20个工作日", "Write 20 working_day"),
        ('"1"', "20元", None),
        ("CNY", "1,030", "Write 1030, without a comma in it"),
        ("CNY", "1,030.50", "Write 1030.50, without a comma in it"),
    ],
)
def test_a_figure_is_advised_as_the_parameter_takes_it(
    tmp_path: Path, unit: str, written: str, hint: str | None
) -> None:
    parameter = "parameters: {{line: {{unit: {unit}, values: [{{is: {written}}}]}}}}"
    (problem,) = _problems(tmp_path, parameter.format(unit=unit, written=written))
    assert problem.hint == hint
    if hint is not None:
        advised = hint.removeprefix("Write ").partition(" alone")[0].partition(", without")[0]
        compiled(tmp_path, parameter.format(unit=unit, written=advised))


OPTIONS = """
inputs: {{member: {{state: {{type: [none, ill, old, mad]}}, late: {{type: bool}}}}}}
programmes: {{aid: {{rules: {{care: {{kind: entitlement, each: member, when: {when}}}}}}}}}
"""


@pytest.mark.parametrize(
    ("when", "advised"),
    [
        ("member.state == ill or old", "member.state in [ill, old]"),
        ("member.state != ill and old", "member.state not in [ill, old]"),
        ("member.state == ill or member.late or mad", "member.state in [ill, mad]"),
    ],
)
def test_an_option_that_stands_alone_behind_a_comparison(tmp_path: Path, when: str, advised: str) -> None:
    (problem,) = _problems(tmp_path, OPTIONS.format(when=when))
    assert problem.hint == f"Write {advised}" and problem.found.startswith("nothing is called ")
    compiled(tmp_path, OPTIONS.format(when=f'"{advised}"'))


NEAR = """
inputs: {{member: {{pay: {{unit: CNY/month, max: 9000}}}}}}
definitions:
  monthly_income: {{each: member, value: member.pay}}
  {total}
programmes: {{aid: {{rules: {{means: {{kind: eligibility, when: {name} < 5 * CNY / month}}}}}}}}
"""


def test_a_near_name_that_is_said_of_members_is_told_with_how_to_write_it(tmp_path: Path) -> None:
    (problem,) = _problems(tmp_path, NEAR.format(name="monthly_incom", total=""))
    each = "m.monthly_income for m in members"
    said = f"Did you mean monthly_income? It is said of each member: write sum({each}) or any({each})."
    assert problem.hint == said
    compiled(tmp_path, NEAR.format(name=f"sum({each})", total=""))


def test_a_near_name_that_fits_goes_before_one_that_does_not(tmp_path: Path) -> None:
    total = "monthly_incomes: {value: sum(m.pay for m in members)}"
    (problem,) = _problems(tmp_path, NEAR.format(name="monthly_incom", total=total))
    assert problem.hint == "Did you mean monthly_incomes?"
