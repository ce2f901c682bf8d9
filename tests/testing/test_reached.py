"""What of a pack cases can reach, and what a case reaches of it: each rule both ways, and each named part."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules import load
from aidrules.testing.cases import read_cases
from aidrules.testing.reached import coverage, reached_by
from aidrules.testing.targets import targets_of
from aidrules.testing.trial import tried
from borough import pack_of

PACK = """
inputs:
  household:
    children: {unit: person, max: 9}
    income: {unit: CNY/month, max: 999}
    fled: {type: bool}
    sold: {type: bool}
  member: {ill: {type: bool}, old: {type: bool}}
findings:
  poor: {about: household, type: bool, if_absent: "false"}
  idle: {about: household, type: bool}
parameters:
  rent:
    unit: CNY/household/month
    by: household.children
    values: [{is: [{up_to: 2, value: 10}, {over: 2, up_to: 5, value: 18}, {over: 5, value: 24}]}]
definitions:
  size: {cases: {small: {when: household.children <= 2}, large: {otherwise: "true"}}}
programmes:
  aid:
    rules:
      both: {kind: eligibility, all_of: {low: {when: household.income < 100 * CNY / month}, poor: {when: finding.poor}}}
      either: {kind: eligibility, any_of: {ill: {when: any(m.ill for m in members)}, fled: {when: household.fled}}}
      sale: {kind: exclusion, items: {sold: {when: household.sold, unless: household.fled}}}
      sold: {kind: exclusion, when: household.sold, unless: household.fled}
      rent: {kind: amount, amount: rent, cap: {at: 15 * CNY / month, unless: household.fled}}
      more:
        kind: supplement
        each: member
        stacking: highest_per_person
        grades: {ill: {when: member.ill, amount: 5 * CNY / month}, old: {when: member.old, amount: 2 * CNY / month}}
      always: {kind: entitlement}
      line: {kind: check, must: {children: household.children < 9, income: household.income < 900 * CNY / month}}
      report: {kind: deadline, from: on, within: 3 day, extend_to: 9 day, extended_when: household.fled}
"""
TARGETS = {
    *("aid.both applied", "aid.both not applied", "aid.both.low fails", "aid.both.poor fails"),
    *("aid.either applied", "aid.either not applied", "aid.either.ill", "aid.either.fled"),
    *("aid.sale applied", "aid.sale not applied", "aid.sale.sold", "aid.sale sold_excepted"),
    *("aid.sold applied", "aid.sold not applied", "aid.sold excepted"),
    *("aid.rent applied", "aid.rent not applied", "aid.rent lifted"),
    *("aid.more applied", "aid.more not applied", "aid.more.ill", "aid.more.old"),
    *("aid.always applied", "aid.always not applied"),
    *("aid.line kept", "aid.line not kept", "aid.line.children fails", "aid.line.income fails"),
    *("aid.report applied", "aid.report extended"),
    *("rent[*]", "rent[> 2]", "rent[> 5]", "size.small", "size.large"),
    "finding.poor recorded",
}
GIVEN = {
    "plain": 'children: 2, income: 50, fled: "false", sold: "false", findings: {poor: {value: "true"}}, ill: "true"',
    "outside": 'children: 6, income: 950, fled: "false", sold: "true", findings: {poor: {value: "false"}}, old: "true"',
    "fled": 'children: 3, income: 50, fled: "true", sold: "true", findings: {poor: {value: "true"}}, old: "true"',
    "crowded": 'children: 9, income: 50, fled: "false", sold: "false", ill: "false"',
}
CLOSED = {"aid.both not applied", "aid.rent not applied", "aid.more not applied", "aid.always not applied"}
OPEN = {"aid.both applied", "aid.either applied", "aid.rent applied", "aid.more applied", "aid.always applied"}
NO_SALE = {"aid.sale not applied", "aid.sold not applied"}
REACHED = {
    "plain": OPEN | NO_SALE | {"aid.either.ill", "aid.more.ill", "aid.line kept", "rent[*]", "size.small"},
    "outside": CLOSED
    | {"aid.both.low fails", "aid.both.poor fails", "aid.either not applied", "aid.more.old", "rent[> 5]", "size.large"}
    | {"aid.sale applied", "aid.sale.sold", "aid.sold applied", "aid.line not kept", "aid.line.income fails"},
    "fled": OPEN
    | NO_SALE
    | {"aid.sale sold_excepted", "aid.sold excepted", "aid.rent lifted", "aid.report extended", "aid.either.fled"}
    | {"aid.more.old", "aid.line kept", "rent[> 2]", "size.large"},
    "crowded": CLOSED
    | NO_SALE
    | {"aid.both.poor fails", "aid.either not applied", "aid.line not kept", "aid.line.children fails"}
    | {"rent[> 5]", "size.large"},
}


def cases(folder: Path) -> Path:
    pack_of(folder, PACK)
    lines = ["on: 2025-06-15", "items: {members: {ill: 'false', old: 'false'}}", "cases:"]
    for name, given in GIVEN.items():
        household, _, member = given.rpartition(", ")
        facts = f"{{{household}, members: [{{id: a, {member}}}]}}"
        lines.append(f"  - {{name: {name}, given: {facts}, expect: {{values: {{aid.report: 'true'}}}}}}")
    file = folder / "rules" / "borough" / "cases" / "all.yaml"
    file.parent.mkdir()
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_what_can_be_reached(tmp_path: Path) -> None:
    targets = targets_of(pack_of(tmp_path, PACK))
    assert targets.keys() == TARGETS
    file = (tmp_path / "rules" / "borough" / "pack.yaml").read_text(encoding="utf-8").splitlines()
    assert "all_of: {low:" in file[targets["aid.both.low fails"].line - 1]
    assert file[targets["rent[> 5]"].line - 1].strip().startswith("values:")


@pytest.mark.parametrize("name", GIVEN)
def test_what_a_case_reaches(tmp_path: Path, name: str) -> None:
    (case,) = (case for case in read_cases(cases(tmp_path)) if case.name == name)
    rules = tmp_path / "rules"
    trial = tried(case, "borough", path=rules)
    assert trial.state == "passed" and trial.decision is not None
    found = coverage(load("borough", path=rules), [(name, reached_by(trial.decision))], {})
    always = {"aid.report applied"} | ({"finding.poor recorded"} if name != "crowded" else set())
    assert found.reached.keys() == REACHED[name] | always


def test_together_they_reach_everything(tmp_path: Path) -> None:
    rules, file = tmp_path / "rules", cases(tmp_path)
    decisions = {case.name: tried(case, "borough", path=rules).decision for case in read_cases(file)}
    reached = [(name, reached_by(made)) for name, made in decisions.items() if made is not None]
    found = coverage(load("borough", path=rules), reached, {})
    assert found.unreached == {}


def test_what_is_taken_over_is_for_the_wider_pack(tmp_path: Path) -> None:
    pack_of(tmp_path, PACK)
    ward = tmp_path / "rules" / "borough" / "ward"
    ward.mkdir()
    overrides = """pack: borough/ward
source: byelaw
overrides:
  programmes:
    aid:
      rules:
        always: {zh: 总有}
        sold: {when: household.sold and household.children > 1, cite: art 2}
        either: {any_of.idle: {when: finding.idle}, cite: art 3}
"""
    (ward / "pack.yaml").write_text(overrides, encoding="utf-8")
    assert targets_of(load("borough/ward", path=tmp_path / "rules")).keys() == {
        *("aid.sold applied", "aid.sold not applied", "aid.sold excepted"),
        *("aid.either applied", "aid.either not applied", "aid.either.idle"),
    }
