"""Unknown facts: three-valued logic, bounds, and what they settle all the same."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from aidrules.engine import NONE, Bounds, Compiled
from borough import compiled, run

INPUTS = """
inputs:
  household:
    a: {type: bool}
    b: {type: bool}
    rent: {unit: CNY/month, max: 100}
    fee: {unit: CNY/month, max: 40}
    shift: {unit: "1", min: -5, max: 5}
    day: {type: date}
    end: {type: date, optional: true}
    sort: {type: [x, y]}
  member:
    eats: {type: bool}
    walks: {type: bool}
    wage: {unit: CNY/month, max: 50}
    jobs: {list: job, ordered_by: begun, max_items: 4, fields: {pay: {unit: CNY/month, max: 10}, begun: {type: date}}}
"""


def rules_of(folder: Path, **values: str) -> Compiled:
    lines = "".join(f'  {name}: {{value: "{value}"}}\n' for name, value in values.items())
    return compiled(folder, f"{INPUTS}\ndefinitions:\n{lines}")


def between(low: object, high: object) -> Bounds:
    return Bounds(Fraction(str(low)), Fraction(str(high)))


def kleene_and(a: bool | None, b: bool | None) -> bool | None:
    return False if False in (a, b) else None if None in (a, b) else True


def test_and_or_not_are_three_valued(tmp_path: Path) -> None:
    rules = rules_of(
        tmp_path,
        both="household.a and household.b",
        either="household.a or household.b",
        neither="not (household.a or household.b)",
        chosen="household.a if household.b else not household.a",
    )
    for a, b in product((True, False, None), repeat=2):
        found = run(rules, a=a, b=b)
        opposite = {True: False, False: True, None: None}
        either = opposite[kleene_and(opposite[a], opposite[b])]
        assert found.value("both") is kleene_and(a, b)
        assert found.value("either") is either
        assert found.value("neither") is opposite[either]
        assert found.value("chosen") is (None if None in (a, b) else a is b)


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        ("household.rent <= 100 * CNY / month", {}, True),  # no rent is higher
        ("household.rent > 100 * CNY / month", {}, False),
        ("household.rent < 100 * CNY / month", {}, None),
        ("household.rent >= 0", {}, True),
        ("household.rent == 101 * CNY / month", {}, False),
        ("household.rent != 101 * CNY / month", {}, True),
        ("household.rent < household.fee", {"rent": 40}, False),
        ("household.rent < household.fee", {"rent": 39}, None),
        ("household.rent - household.fee > 0", {"rent": 41}, True),
        ("household.rent * household.shift == 0", {"rent": 0}, True),  # nothing times anything is nothing
        ("household.rent * household.shift <= 500 * CNY / month", {}, True),
        ("household.shift * household.shift <= 25", {}, True),
        ("max(household.rent, 50 * CNY / month) >= 50 * CNY / month", {}, True),
        ("min(household.rent, household.fee) <= 40 * CNY / month", {}, True),
        ("round(household.rent / 3, 10, down) <= 30 * CNY / month", {}, True),
        ("household.sort in [x, y]", {}, None),
        ("household.sort == x", {"sort": "y"}, False),
        ("household.day < on", {}, None),
        ("household.end is none", {}, None),
        ("household.end is none", {"end": "none"}, True),
        ("household.end < on", {"end": "none"}, False),
        ("household.end is not none and household.day < on", {"end": "none"}, False),
        ("age(household.day, on) >= 0", {}, None),
        ("household.day.month <= 12", {}, True),
        ("household.day.month == 13", {}, False),
    ],
)
def test_bounds_settle_what_they_can(
    tmp_path: Path, condition: str, facts: dict[str, Any], expected: bool | None
) -> None:
    assert run(rules_of(tmp_path, c=condition), **facts).value("c") is expected


@pytest.mark.parametrize(
    ("number", "facts", "expected"),
    [
        ("household.rent", {}, between(0, 100)),
        ("household.rent + household.fee", {"fee": 3}, between(3, 103)),
        ("household.fee - household.rent", {"fee": 3}, between(-97, 3)),
        ("-household.rent", {}, between(-100, 0)),
        ("household.shift * household.rent", {"rent": 10}, between(-50, 50)),
        ("household.rent / 3", {}, between(0, "100/3")),
        ("household.rent / count(members) * count(members)", {"rent": 7}, Fraction(7)),
        ("round(household.rent / 3, 1, up)", {}, between(0, 34)),
        ("household.rent if household.a else household.fee", {"rent": 9, "fee": 9}, Fraction(9)),
        ("household.rent if household.a else household.fee", {"rent": 9}, between(0, 40)),
        ("household.rent if household.a else household.fee", {"a": True, "fee": 9}, between(0, 100)),
        ("max(household.rent, household.fee)", {"fee": 30}, between(30, 100)),
        ("min(household.rent, household.fee)", {"fee": 30}, between(0, 30)),
        ("household.day.year", {}, between(1, 9999)),
    ],
)
def test_an_unknown_number_lies_between_bounds(
    tmp_path: Path, number: str, facts: dict[str, Any], expected: object
) -> None:
    assert run(rules_of(tmp_path, n=number), **facts).value("n") == expected


def test_four_of_six_abilities_lost_and_two_unknown_is_full_loss(tmp_path: Path) -> None:
    six = "household.a, household.b, household.rent > 0, household.fee > 0, household.shift > 0, household.sort == x"
    rules = rules_of(tmp_path, kept=f"count([{six}])", full_loss=f"count([{six}]) <= 2", partial=f"count([{six}]) <= 3")
    lost: dict[str, Any] = {"a": False, "b": False, "rent": 0, "fee": 0}
    found = run(rules, **lost)
    assert [found.value(name) for name in ("kept", "full_loss", "partial")] == [between(0, 2), True, True]
    found = run(rules, **{**lost, "fee": 1})
    assert [found.value(name) for name in ("kept", "full_loss", "partial")] == [between(1, 3), None, True]


def wages(*known: object) -> list[dict[str, object]]:
    return [{} if wage is None else {"wage": wage} for wage in known]


@pytest.mark.parametrize(
    ("number", "members", "expected"),
    [
        ("sum(m.wage for m in members)", wages(10, None), between(10, 60)),
        ("sum(m.wage for m in members if m.wage > 5 * CNY / month)", wages(10, None), between(10, 60)),
        ("count(m for m in members if m.wage > 5 * CNY / month)", wages(10, None, 1), between(1, 2)),
        ("max(m.wage for m in members)", wages(10, None), between(10, 50)),
        ("max(m.wage for m in members)", wages(50, None), 50),
        ("min(m.wage for m in members)", wages(10, None), between(0, 10)),
        ("max((m.wage for m in members if m.walks), default=7 * CNY / month)", wages(9), between(7, 9)),
        ("max((m.wage for m in members if m.walks), default=9 * CNY / month)", wages(9), 9),
        ("min((m.wage for m in members if m.walks), default=7 * CNY / month)", wages(9), between(7, 9)),
        ("any(m.wage > 20 * CNY / month for m in members)", wages(30, None), True),
        ("any(m.wage > 20 * CNY / month for m in members)", wages(3, None), None),
        ("any(m.wage > 50 * CNY / month for m in members)", wages(3, None), False),
        ("all(m.wage > 20 * CNY / month for m in members)", wages(3, None), False),
        ("all(m.wage > 20 * CNY / month for m in members)", wages(30, None), None),
        ("all(m.wage >= 0 for m in members if m.walks)", wages(30, None), True),
    ],
)
def test_unknown_items_leave_a_list_open_as_far_as_needed(
    tmp_path: Path, number: str, members: list[dict[str, object]], expected: object
) -> None:
    assert run(rules_of(tmp_path, n=number), members=members).value("n") == expected


@pytest.mark.parametrize(
    ("jobs", "expected"),
    [
        (None, [between(0, 40), between(0, 4), None, None, between(0, 10), None]),
        ([], [0, 0, False, True, 0, NONE]),
        ([{"pay": 3, "begun": "2025-01-01"}], [3, 1, True, True, 3, date(2025, 1, 1)]),
        ([{"begun": "2025-01-01"}], [between(0, 10), 1, None, None, between(0, 10), date(2025, 1, 1)]),
        ([{"pay": 3}], [3, 1, True, True, 3, None]),
    ],
)
def test_an_unknown_list_is_not_an_empty_one(tmp_path: Path, jobs: Any, expected: list[object]) -> None:
    texts = (
        "sum(j.pay for j in member.jobs)",
        "count(member.jobs)",
        "any(j.pay > 2 * CNY / month for j in member.jobs)",
        "all(j.pay > 2 * CNY / month for j in member.jobs)",
        "max((j.pay for j in member.jobs), default=0)",
        "latest(member.jobs).begun",
    )
    lines = "".join(f'  v{place}: {{each: member, value: "{text}"}}\n' for place, text in enumerate(texts))
    found = run(compiled(tmp_path, f"{INPUTS}\ndefinitions:\n{lines}"), members=[{"jobs": jobs}])
    assert [found.value(f"v{place}", 0) for place in range(len(texts))] == expected


@pytest.mark.parametrize(
    ("jobs", "latest", "first"),
    [
        ([(5, 10), (None, 9)], 10, None),
        ([(None, 10), (5, 9)], None, 9),
        ([(None, 9), (5, 10), (5, 8)], 10, 8),
        ([(None, 10), (5, 10)], 10, 10),
        ([(None, None), (5, 10)], None, None),
        ([(0, None), (5, 10)], 10, 10),
        ([(None, "none"), (5, 10)], 10, 10),
        ([(None, "none")], NONE, NONE),
        ([(None, 10)], None, None),
    ],
)
def test_what_may_be_in_a_list_leaves_the_last_day_open_only_if_it_is_later(
    tmp_path: Path, jobs: list[tuple[int | None, Any]], latest: Any, first: Any
) -> None:
    """Of jobs paid (unknown, 5 or nothing) and left on a day of June, the last day on which a paid one was left."""
    fields = "{pay: {unit: CNY/month, max: 10}, left: {type: date, optional: true}}"
    text = f"""
inputs: {{household: {{jobs: {{list: job, ordered_by: left, max_items: 4, fields: {fields}}}}}}}
definitions:
  latest: {{value: "latest(j for j in household.jobs if j.pay > 0 * CNY / month).left"}}
  first: {{value: "first(j for j in household.jobs if j.pay > 0 * CNY / month).left"}}
"""
    given = [{"pay": pay, "left": f"2025-06-{day:02}" if isinstance(day, int) else day} for pay, day in jobs]
    found = run(compiled(tmp_path, text), jobs=given)
    wanted = [date(2025, 6, day) if isinstance(day, int) else day for day in (latest, first)]
    assert [found.value("latest"), found.value("first")] == wanted


def test_a_group_of_facts_that_is_unknown_leaves_all_of_them_unknown(tmp_path: Path) -> None:
    rules = compiled(tmp_path, "definitions: {a: {each: member, value: member.disability.grade <= 2}}\n")
    members = [{"disability": None}, {"disability": {"grade": None}}, {"disability": {"grade": 2}}]
    found = run(rules, members=members)
    assert [found.value("a", index) for index in range(3)] == [None, None, True]


def test_a_finding_that_nobody_recorded_counts_as_its_author_says(tmp_path: Path) -> None:
    text = """
findings:
  refused: {about: household, type: bool, if_absent: "false"}
  judged: {about: household, type: bool}
  grant: {about: household, unit: CNY, min: 2000, max: 3000, if_absent: lower}
  severity: {about: member, type: [light, grave], if_absent: light}
definitions:
  a: {value: finding.refused}
  b: {value: finding.judged}
  c: {value: finding.grant}
  d: {each: member, value: member.finding.severity == grave}
"""
    rules = compiled(tmp_path, text)
    found = run(rules)
    assert [found.value("a"), found.value("b"), found.value("c"), found.value("d", 0)] == [False, None, 2000, False]
    recorded = {"refused": {"value": True}, "judged": {"value": False}, "grant": {"value": 2500}}
    found = run(rules, findings=recorded, members=[{"findings": {"severity": {"value": "grave"}}}])
    assert [found.value("a"), found.value("b"), found.value("c"), found.value("d", 0)] == [True, False, 2500, True]


def test_a_quotient_by_an_unknown_is_rounded_within_what_its_divisor_may_be(tmp_path: Path) -> None:
    text = """
inputs: {household: {rent: {unit: CNY/month, max: 900}, n: {unit: "1", max: 4}}}
definitions:
  each: {value: household.rent / household.n, if_undefined: 0, round: {to: 1, mode: up}}
  some: {value: "round(household.rent / household.n, 1, up) if household.n > 1 else 0"}
"""
    rules = compiled(tmp_path, text)
    assert run(rules, rent=10).value("each") == between(0, 10)
    assert run(rules, rent=10).value("some") == between(0, 10)  # that n is above 1 is not carried into the quotient
    assert run(rules, rent=10, n=3).value("each") == 4
    assert run(rules, rent=10, n=0).value("each") == 0


@pytest.mark.parametrize(
    ("mode", "half", "quarter_to_half", "half_to_one"),
    [("down", 0, 0, between(0, 1)), ("up", 1, 1, 1), ("half_up", 1, between(0, 1), 1)],
)
def test_the_least_of_a_quotient_by_an_unknown_and_a_smaller_number_is_that_number(
    tmp_path: Path, mode: str, half: int, quarter_to_half: object, half_to_one: object
) -> None:
    text = f"""
inputs: {{household: {{rent: {{unit: CNY/month, max: 900}}, n: {{unit: "1", min: 1, max: 4}}}}}}
definitions:
  least: {{value: "round(min(household.rent / household.n, 0.5 * CNY / month), 1, {mode})"}}
  most: {{value: "round(max(household.rent / household.n, 0.5 * CNY / month), 1, {mode})"}}
"""
    rules = compiled(tmp_path, text)
    assert run(rules, rent=100).value("least") == half
    assert run(rules, rent="0.2").value("most") == half
    assert run(rules, rent=1).value("least") == quarter_to_half
    assert run(rules, rent=1).value("most") == half_to_one


@pytest.mark.parametrize(
    ("unit", "must", "least", "below"),
    [
        ('"1"', "0 < value <= 100%", 0, "0.3%"),
        ("CNY/person/month", "value > 0", 0, "0.01"),
        ("CNY/person/month", "value > 5 * CNY / month", 5, "5.01"),
        ("month", "value > 0 * month", 1, "1 month"),
    ],
)
def test_a_parameter_that_nobody_gave_may_be_whatever_is_above_its_strict_bound(
    tmp_path: Path, unit: str, must: str, least: int, below: str
) -> None:
    text = f"""
parameters: {{line: {{unit: {unit}, must: "{must}", required: true}}}}
definitions: {{twice: {{value: 2 * line}}}}
"""
    found = run(compiled(tmp_path, text)).value("twice")
    assert isinstance(found, Bounds)
    assert found.low == 2 * least
    given = run(compiled(tmp_path, text, parameters={"line": below})).value("twice")
    assert isinstance(given, Fraction)
    assert found.low <= given <= found.high


def test_a_choice_between_two_that_come_to_the_same_is_known(tmp_path: Path) -> None:
    """Also where both are settled before any fact is read, and only the condition is unknown."""
    rules = rules_of(
        tmp_path, never="floor(22) < 19 if household.a else floor(2) > 3", other="2 < 3 if household.a else 2 > 3"
    )
    found = run(rules)
    assert found.value("never") is False
    assert found.value("other") is None
