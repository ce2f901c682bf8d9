"""Eligibility and exclusion: how the conditions of a programme make its outcome."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aidrules.engine import Compiled, Run
from aidrules.errors import PackError
from borough import compiled, problems_of, run

INPUTS = """
inputs:
  household: {rent: {unit: CNY/month}, coastal: {type: bool}, boats: {unit: "1"}}
  member: {wage: {unit: CNY/month}, idle: {type: bool}, ill: {type: bool}}
findings:
  exception: {about: household, type: bool, if_absent: "false"}
"""


def whole(rules: str, programme: str = "") -> str:
    """The pack with one programme."""
    return f"{INPUTS}\nprogrammes: {{aid: {{{programme} rules: {{{rules}}}}}}}\n"


def aid(tmp_path: Path, rules: str, programme: str = "") -> Compiled:
    return compiled(tmp_path, whole(rules, programme))


def outcome(found: Run, *item: int) -> Any:
    return found.value("aid.outcome", *item)


POOR = "poor: {kind: eligibility, when: household.rent < 100 * CNY / month}"


@pytest.mark.parametrize(("rent", "expected"), [("99.99", "eligible"), (100, "ineligible"), (None, None)])
def test_a_condition_that_fails_refuses_and_one_that_is_open_leaves_it_open(
    tmp_path: Path, rent: object, expected: object
) -> None:
    assert outcome(run(aid(tmp_path, POOR), rent=rent)) == expected


def test_all_conditions_hold_or_it_refuses(tmp_path: Path) -> None:
    rules = aid(tmp_path, f"{POOR}, by_the_sea: {{kind: eligibility, when: household.coastal}}")
    assert outcome(run(rules, rent=50, coastal=True)) == "eligible"
    assert outcome(run(rules, rent=50, coastal=False)) == "ineligible"
    assert outcome(run(rules, coastal=False)) == "ineligible"  # whatever the rent is
    assert outcome(run(rules, coastal=True)) is None


def test_one_of_several_named_ways_is_enough_and_each_stands_by_itself(tmp_path: Path) -> None:
    ways = "any_of: {sea: household.coastal, boats: {when: [household.boats > 1, household.boats < 9]}}"
    found = run(aid(tmp_path, f"way: {{kind: eligibility, {ways}}}"), coastal=False, boats=2)
    assert found.value("aid.way")
    assert (found.value("aid.way.sea"), found.value("aid.way.boats")) == (False, True)
    assert [part.id for part in found.compiled.rules["aid.way"].parts] == ["sea", "boats"]


def test_all_of_several_named_conditions_must_hold(tmp_path: Path) -> None:
    both = "all_of: {sea: household.coastal, boats: household.boats > 1}, when: household.rent > 0"
    rules = aid(tmp_path, f"way: {{kind: eligibility, {both}}}")
    assert run(rules, coastal=True, boats=2, rent=1).value("aid.way")
    assert run(rules, coastal=True, boats=1).value("aid.way") is False
    assert run(rules, coastal=True, boats=2, rent=0).value("aid.way") is False


def test_a_condition_can_be_waived(tmp_path: Path) -> None:
    rules = aid(tmp_path, POOR.replace("}", ", waived_when: household.coastal}"))
    assert outcome(run(rules, rent=500, coastal=True)) == "eligible"
    assert outcome(run(rules, coastal=True)) == "eligible"
    assert outcome(run(rules, rent=500, coastal=False)) == "ineligible"


def test_a_route_that_is_not_open_is_no_refusal(tmp_path: Path) -> None:
    listed = "listed: {kind: eligibility, when: household.coastal, otherwise: not_opened}"
    rules = aid(tmp_path, f"{POOR}, {listed}")
    assert outcome(run(rules, rent=500, coastal=False)) == "not_opened"
    assert outcome(run(rules, rent=500, coastal=True)) == "ineligible"


def test_a_condition_for_each_member_holds_for_all_of_them(tmp_path: Path) -> None:
    rules = aid(tmp_path, "none_idle: {kind: eligibility, each: member, when: not member.idle}")
    found = run(rules, members=[{"idle": False}, {"idle": True}])
    assert outcome(found) == "ineligible"
    assert [found.value("aid.none_idle.each", index) for index in (0, 1)] == [True, False]
    assert outcome(run(rules, members=[{"idle": False}, {}])) is None


def test_what_is_not_computed_but_a_matter_of_discretion(tmp_path: Path) -> None:
    rules = aid(tmp_path, POOR.replace("}", ", force: may}"))
    assert outcome(run(rules, rent=50)) == "at_discretion"
    assert outcome(run(rules, rent=500)) == "ineligible"
    whole = aid(tmp_path / "b", POOR, "force: encouraged,")
    assert outcome(run(whole, rent=50)) == "at_discretion"


def test_a_condition_in_principle_leaves_room_for_an_exception(tmp_path: Path) -> None:
    rules = aid(tmp_path, POOR.replace("}", ", force: in_principle, waived_when: finding.exception}"))
    assert outcome(run(rules, rent=500)) == "exception_possible"
    assert outcome(run(rules, rent=500, findings={"exception": {"value": True}})) == "eligible"


def test_a_condition_that_must_hold_outweighs_one_in_principle(tmp_path: Path) -> None:
    rules = aid(
        tmp_path, POOR.replace("}", ", force: in_principle}") + ", sea: {kind: eligibility, when: household.coastal}"
    )
    assert outcome(run(rules, rent=500, coastal=False)) == "ineligible"
    assert outcome(run(rules, rent=500, coastal=True)) == "exception_possible"


# Exclusions.

LIST = """barred: {kind: exclusion, items: {
  boats: {when: household.boats > 1, unless: household.coastal},
  idle: {each: member, when: member.idle, unless: member.ill}}}"""


def test_an_item_of_a_list_excludes_unless_its_exception_holds(tmp_path: Path) -> None:
    rules = aid(tmp_path, LIST)
    facts: dict[str, Any] = {"coastal": False, "members": [{"idle": False, "ill": False}]}
    assert outcome(run(rules, boats=2, **facts)) == "ineligible"
    assert outcome(run(rules, boats=1, **facts)) == "eligible"
    assert outcome(run(rules, boats=2, **{**facts, "coastal": True})) == "eligible"
    found = run(rules, boats=2, **facts)
    assert [(part.id, found.value(part.definition)) for part in rules.rules["aid.barred"].parts] == [
        ("boats", True),
        ("idle", False),
    ]


def test_an_item_about_members_excludes_for_any_of_them(tmp_path: Path) -> None:
    rules = aid(tmp_path, LIST)
    idle, ill = {"idle": True, "ill": False}, {"idle": True, "ill": True}
    assert outcome(run(rules, boats=0, members=[{"idle": False}, idle])) == "ineligible"
    assert outcome(run(rules, boats=0, members=[{"idle": False}, ill])) == "eligible"
    assert outcome(run(rules, boats=0, members=[{"idle": True}])) is None
    assert outcome(run(rules, boats=2, coastal=False, members=[{}])) == "ineligible"


def test_an_exception_may_hold_for_the_whole_list(tmp_path: Path) -> None:
    rules = aid(tmp_path, LIST.replace("items:", "unless: finding.exception, items:"))
    facts: dict[str, Any] = {"boats": 2, "coastal": False, "members": [{"idle": True, "ill": False}]}
    assert outcome(run(rules, **facts)) == "ineligible"
    assert outcome(run(rules, **facts, findings={"exception": {"value": True}})) == "eligible"


def test_a_list_may_hold_only_in_some_cases(tmp_path: Path) -> None:
    rules = aid(tmp_path, LIST.replace("items:", "when: household.rent > 0, items:"))
    facts: dict[str, Any] = {"boats": 2, "coastal": False, "members": [{"idle": False}]}
    assert outcome(run(rules, rent=1, **facts)) == "ineligible"
    assert outcome(run(rules, rent=0, **facts)) == "eligible"


@pytest.mark.parametrize(
    ("force", "expected"),
    [
        ("must", "ineligible"),
        ("in_principle", "exception_possible"),
        ("may", "at_discretion"),
        ("encouraged", "at_discretion"),
    ],
)
def test_a_soft_exclusion_is_no_plain_refusal(tmp_path: Path, force: str, expected: str) -> None:
    rules = aid(tmp_path, f"barred: {{kind: exclusion, when: household.coastal, force: {force}}}")
    assert outcome(run(rules, coastal=True)) == expected
    assert outcome(run(rules, coastal=False)) == "eligible"


def test_who_is_excluded_is_paid_nothing(tmp_path: Path) -> None:
    for force in ("must", "in_principle", "may"):
        barred = f"barred: {{kind: exclusion, when: household.coastal, force: {force}}}"
        rules = aid(tmp_path / force, f"{barred}, grant: {{kind: amount, amount: 5 * CNY / month}}")
        assert run(rules, coastal=True).value("aid.amount") == 0
        assert run(rules, coastal=False).value("aid.amount") == 5


# Whose programme.


def test_a_persons_programme_is_decided_for_each_person(tmp_path: Path) -> None:
    rules = aid(tmp_path, "ill: {kind: eligibility, when: member.ill}", "subject: member,")
    found = run(rules, members=[{"ill": True}, {"ill": False}, {}])
    assert [outcome(found, index) for index in range(3)] == ["eligible", "ineligible", None]


def test_a_person_is_paid_in_a_household_that_is_not(tmp_path: Path) -> None:
    text = (
        INPUTS
        + """
programmes:
  aid:
    rules:
      poor: {kind: eligibility, when: household.rent < 100 * CNY / month}
      grant: {kind: amount, amount: 9 * CNY / month}
  alone:
    subject: member
    rules:
      not_together: {kind: eligibility, when: not aid.active}
      ill: {kind: eligibility, when: member.ill}
      grant: {kind: amount, amount: 5 * CNY / month}
"""
    )
    rules = compiled(tmp_path, text)
    members = [{"ill": True}, {"ill": False}]
    found = run(rules, rent=500, members=members)
    assert (found.value("aid.amount"), [found.value("alone.amount", index) for index in (0, 1)]) == (0, [5, 0])
    found = run(rules, rent=50, members=members)
    assert (found.value("aid.amount"), [found.value("alone.amount", index) for index in (0, 1)]) == (9, [0, 0])


def test_who_is_not_among_the_members_of_a_persons_programme_is_not_opened(tmp_path: Path) -> None:
    text = (
        INPUTS
        + """
definitions: {at_work: {value: "[m for m in household.members if not m.idle]"}}
programmes: {aid: {subject: member, members: at_work, rules: {ill: {kind: eligibility, when: member.ill}}}}
"""
    )
    found = run(compiled(tmp_path, text), members=[{"idle": True, "ill": True}, {"idle": False, "ill": True}])
    assert [outcome(found, index) for index in (0, 1)] == ["not_opened", "eligible"]


# Versions and readings.

VERSIONS = """old: {kind: eligibility, chosen_by: case.applied_on, versions: [
  {until: 2024-12-31, when: household.rent < 100 * CNY / month},
  {from: 2025-01-01, when: household.rent < 50 * CNY / month}]}"""


@pytest.mark.parametrize(
    ("applied", "rent", "expected"),
    [
        ("2024-12-31", 99, "eligible"),
        ("2025-01-01", 99, "ineligible"),
        ("2025-01-01", 49, "eligible"),
        ("none", 99, "ineligible"),  # no such date: the law of the day
        ("none", 49, "eligible"),
        (None, 99, None),
        (None, 100, "ineligible"),  # neither does
    ],
)
def test_a_date_of_the_case_chooses_the_version(tmp_path: Path, applied: Any, rent: int, expected: Any) -> None:
    found = run(aid(tmp_path, VERSIONS), rent=rent, case={"applied_on": applied})
    assert outcome(found) == expected


def test_a_date_of_the_case_chooses_the_version_of_an_exclusion(tmp_path: Path) -> None:
    rules = aid(tmp_path, VERSIONS.replace("kind: eligibility", "kind: exclusion"))
    assert outcome(run(rules, rent=99, case={"applied_on": "2024-12-31"})) == "ineligible"
    assert outcome(run(rules, rent=99, case={"applied_on": "2025-01-01"})) == "eligible"


@pytest.mark.parametrize(
    "rule",
    [
        "kind: amount, versions: [{until: 2024-12-31, amount: 5 * CNY}, {from: 2025-01-01, amount: 6 * CNY}]",
        "kind: entitlement, versions: [{until: 2024-12-31, to: a}, {from: 2025-01-01, to: b}]",
    ],
)
def test_other_kinds_have_no_versions_by_a_date_of_the_case(tmp_path: Path, rule: str) -> None:
    with pytest.raises(PackError) as error:
        aid(tmp_path, f"a: {{chosen_by: case.applied_on, {rule}}}")
    assert "expected a rule of kind eligibility or exclusion" in problems_of(error)


@pytest.mark.parametrize(("on", "expected"), [(date(2024, 12, 31), "eligible"), (date(2025, 1, 1), "ineligible")])
def test_without_a_date_of_the_case_the_law_of_the_day_holds(tmp_path: Path, on: date, expected: str) -> None:
    text = whole(VERSIONS.replace("chosen_by: case.applied_on, ", ""))
    assert outcome(run(compiled(tmp_path, text, on), on, rent=99)) == expected


def test_a_rule_out_of_force_is_not_asked(tmp_path: Path) -> None:
    text = whole(POOR.replace("}", ", in_force: {from: 2025-01-01}}"))
    assert outcome(run(compiled(tmp_path, text, date(2024, 12, 31)), date(2024, 12, 31), rent=500)) == "eligible"
    assert outcome(run(compiled(tmp_path, text, date(2025, 1, 1)), date(2025, 1, 1), rent=500)) == "ineligible"


def test_a_reading_switches_what_is_asked(tmp_path: Path) -> None:
    reading = "reading: {at_the_line: {default: out, options: {out: {}, kept: {replace: [<, <=]}}}}"
    rules = aid(tmp_path, POOR.replace("}", f", {reading}}}"))
    assert outcome(run(rules, rent=100)) == "ineligible"
    kept = rules.pack.with_readings({"aid.poor.at_the_line": "kept"}).on(rules.law)
    assert outcome(run(kept, rent=100)) == "eligible"
    (used,) = kept.rules["aid.poor"].readings
    assert (used.option, [name for name, _ in used.alternatives]) == ("kept", ["out"])


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("a: {kind: eligibility, when: household.rent}", "CNY/household/month; expected yes or no"),
        ("a: {kind: eligibility, when: household.rnt > 0}", "Did you mean rent?"),
        ("a: {kind: eligibility, otherwise: refused}", "not_opened"),
        ("a: {kind: eligibility, unless: household.coastal}", "unless"),
        ("a: {kind: eligible, when: household.coastal}", "Did you mean eligibility?"),
        ("a: {kind: exclusion, items: {b: {unless: household.coastal}}}", "when"),
        ("a: {kind: exclusion, items: {b: {each: households, when: household.coastal}}}", "households"),
        ("a: {kind: eligibility, when: household.coastal, force: should}", "in_principle"),
        ("a: {kind: eligibility, when: aid.eligible}", "is a circle"),
        ("a: {kind: eligibility, when: a}", "is a circle"),
        ("a: {kind: eligibility, when: b}, b: {kind: eligibility, when: a}", "is a circle"),
    ],
)
def test_conditions_that_cannot_be_are_refused_when_the_pack_compiles(tmp_path: Path, rules: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        aid(tmp_path, rules)
    assert message in problems_of(error)
    assert "aid.a" in problems_of(error)
