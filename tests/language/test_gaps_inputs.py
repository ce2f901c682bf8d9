"""Inputs that cannot apply to everybody: where they do not, they are neither asked nor needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aidrules.engine import Bounds
from aidrules.errors import FactsError, PackError
from borough import compiled, pack_of, problems_of, run, values

SCHOOL = """
inputs:
  household:
    tenant: {type: bool}
    rent: {unit: CNY/month, max: 900, applies_when: household.tenant, counts_as: 0}
    ended: {type: date, optional: true, applies_when: case.renewed, counts_as: none}
  case:
    renewed: {type: bool}
    renewed_on: {type: date, applies_when: case.renewed, counts_as: "date(2000, 1, 1)"}
  member:
    stage: {type: [none, school, college], applies_when: "age(member.birth_date, on) >= 6", counts_as: none}
    boards: {type: bool, applies_when: member.stage != none, counts_as: "false"}
    idle: {type: bool, applies_when: member.stage == none, counts_as: "true"}
    jobs:
      list: job
      fields:
        paid: {type: bool}
        wage: {unit: CNY/month, max: 500, applies_when: job.paid, counts_as: 0}
definitions:
  enrolled: {each: member, value: "member.stage in [school, college]"}
  boarder: {each: member, value: member.boards}
  not_at_work: {each: member, value: member.idle}
  wages: {each: member, value: sum(j.wage for j in member.jobs)}
  costs: {value: household.rent}
  has_ended: {value: household.ended is not none}
  year: {value: case.renewed_on.year}
"""


def of_member(tmp_path: Path, **facts: Any) -> list[object]:
    found = run(compiled(tmp_path, SCHOOL), members=[facts])
    return values(found, "enrolled", "boarder", "not_at_work", item=(0,))


def test_what_does_not_apply_is_not_needed(tmp_path: Path) -> None:
    assert of_member(tmp_path, birth_date="2022-01-01") == [False, False, None]
    assert of_member(tmp_path, birth_date="2022-01-01", idle=True) == [False, False, True]
    assert of_member(tmp_path, birth_date="2010-01-01") == [None, None, None]
    assert of_member(tmp_path, birth_date="2010-01-01", stage="college", boards=True) == [True, True, True]


def test_what_is_recorded_all_the_same_does_not_count(tmp_path: Path) -> None:
    assert of_member(tmp_path, birth_date="2022-01-01", stage="school", boards=True, idle=False) == [
        False,
        False,
        False,
    ]


def test_as_long_as_it_is_open_whether_it_applies_it_is_open(tmp_path: Path) -> None:
    assert of_member(tmp_path) == [None, None, None]
    assert of_member(tmp_path, stage="none") == [False, False, None]  # either way it is none


def test_numbers_and_dates(tmp_path: Path) -> None:
    rules = compiled(tmp_path, SCHOOL)
    assert run(rules, tenant=False).value("costs") == 0
    assert run(rules).value("costs") == Bounds(0, 900)
    assert run(rules, tenant=True, rent=300).value("costs") == 300
    assert values(run(rules, case={"renewed": False}), "has_ended", "year") == [False, 2000]
    assert values(run(rules, case={"renewed": True, "renewed_on": "2024-05-01"}), "has_ended", "year") == [None, 2024]


def test_fields_of_a_list(tmp_path: Path) -> None:
    rules = compiled(tmp_path, SCHOOL)
    jobs = [{"paid": True, "wage": 200}, {"paid": False}, {"paid": False, "wage": 100}]
    assert run(rules, members=[{"jobs": jobs}]).value("wages", 0) == 200


def test_the_schema_says_where_it_applies(tmp_path: Path) -> None:
    schema = pack_of(tmp_path, SCHOOL).Household.model_json_schema()
    rent = schema["properties"]["rent"]["description"]
    assert "where household.tenant; elsewhere 0" in rent


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("applies_when: household.tenant, counts_as: 0", "applies_when: household.tenant", "counts_as: go together"),
        ("applies_when: household.tenant", "applies_when: household.rent > 0", "rent applies depending on itself"),
        ("applies_when: household.tenant", "applies_when: any(m.boards for m in members)", "more than facts"),
        ("applies_when: household.tenant", "applies_when: household.tenants", "household has no tenants"),
        ("applies_when: member.stage != none", "applies_when: household.tenant", "nothing is called household.tenant"),
        ("applies_when: member.stage != none", "applies_when: member.enrolled", "more than facts"),
        ("counts_as: 0}", "counts_as: household.tenant}", "counts_as: it is not a fixed value"),
        ("counts_as: none}\n    boards", "counts_as: nursery}\n    boards", "counts_as: nothing is called nursery"),
        ('counts_as: "false"', "counts_as: 3", "the two sides of if/else"),
    ],
)
def test_conditions_that_do_not_fit(tmp_path: Path, old: str, new: str, found: str) -> None:
    assert old in SCHOOL
    with pytest.raises(PackError) as error:
        compiled(tmp_path, SCHOOL.replace(old, new, 1))
    assert found in problems_of(error)
    assert "borough/pack.yaml:" in problems_of(error)


def test_a_fact_that_does_not_apply_is_checked_all_the_same(tmp_path: Path) -> None:
    with pytest.raises(FactsError):
        run(compiled(tmp_path, SCHOOL), tenant=False, rent=901)


@pytest.mark.parametrize(
    ("section", "found"),
    [
        (
            "inputs:\n  household:\n    model_dump: {type: bool}\n",
            "borough/pack.yaml:7:5: inputs.household.model_dump: 'model_dump' cannot be the name of an input",
        ),
        ("inputs:\n  member:\n    on: {type: bool}\n", "inputs.member.on: 'on' cannot be the name of an input"),
        ("inputs:\n  household:\n    members: {type: bool}\n", "household.members is a shipped fact already"),
        (
            "inputs:\n  household:\n    boats: {list: boat, fields: {copy: {type: bool}}}\n",
            "inputs.household.boats.copy: 'copy' cannot be the name of a field",
        ),
        ("findings:\n  json: {about: household, type: bool}\n", "json: 'json' cannot be the name of a finding"),
    ],
)
def test_names_that_facts_cannot_have_are_refused_when_the_pack_is_loaded(
    tmp_path: Path, section: str, found: str
) -> None:
    with pytest.raises(PackError) as error:
        pack_of(tmp_path, section)
    assert found in problems_of(error)
    assert "borough/pack.yaml:" in problems_of(error)
