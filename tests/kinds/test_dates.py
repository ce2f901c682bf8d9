"""Deadline, cadence and check: by when, how often, and which lines an agency must keep."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aidrules.engine import NONE, Bounds, Compiled, Run
from aidrules.errors import PackError
from borough import compiled, problems_of, run

HEAD = """
inputs:
  household:
    asked: {type: date}
    answered: {type: date, optional: true}
    visited: {type: date, optional: true}
    hard: {type: bool}
    ill: {type: bool}
    staff: {unit: "1"}
    reserve: {unit: CNY}
parameters:
  days: {unit: working_day, values: [{is: 30}]}
"""


def dated(tmp_path: Path, rule: str) -> Compiled:
    return compiled(tmp_path, f"{HEAD}\nprogrammes: {{aid: {{rules: {{thing: {{{rule}}}}}}}}}\n")


def state(found: Run, *roles: str) -> list[Any]:
    return [found.value(f"aid.thing{role}") for role in roles]


@pytest.mark.parametrize(
    ("within", "due"),
    [
        ("30 working_day", date(2025, 6, 16)),  # from Tuesday 29 April: 1 to 5 May and 31 May to 2 June off
        ("days", date(2025, 6, 16)),
        ("45 day", date(2025, 6, 13)),
        ("1 month", date(2025, 5, 29)),
        ("1 year", date(2026, 4, 29)),
        ("10 * day + 5 * day", date(2025, 5, 14)),
    ],
)
def test_a_deadline_does_not_count_its_first_day(tmp_path: Path, within: str, due: date) -> None:
    rules = dated(tmp_path, f"kind: deadline, from: household.asked, within: {within}")
    assert run(rules, asked="2025-04-29").value("aid.thing.due") == due


@pytest.mark.parametrize(
    ("on", "answered", "overdue"),
    [
        (date(2025, 1, 31), "none", False),  # on the last day
        (date(2025, 2, 1), "none", True),
        (date(2025, 2, 1), "2025-01-31", False),
        (date(2025, 1, 20), "2025-02-01", True),
        (date(2025, 2, 1), None, None),
    ],
)
def test_what_was_done_in_time_is_not_overdue(tmp_path: Path, on: date, answered: Any, overdue: Any) -> None:
    rules = dated(tmp_path, "kind: deadline, from: household.asked, within: 30 day, until: household.answered")
    assert run(rules, on, asked="2025-01-01", answered=answered).value("aid.thing.overdue") is overdue


@pytest.mark.parametrize(("hard", "due"), [(False, date(2025, 1, 31)), (True, date(2025, 2, 15)), (None, None)])
def test_a_deadline_may_be_extended(tmp_path: Path, hard: bool | None, due: date | None) -> None:
    extended = "extend_to: 45 day, extended_when: household.hard"
    rules = dated(tmp_path, f"kind: deadline, from: household.asked, within: 30 day, {extended}")
    assert run(rules, asked="2025-01-01", hard=hard).value("aid.thing.due") == due


@pytest.mark.parametrize(
    ("hard", "answered", "overdue"),
    [
        (None, "2025-01-31", False),  # on the last day without an extension
        (None, "2025-02-01", None),
        (None, "2025-02-15", None),
        (None, "2025-02-16", True),  # late even with one
        (False, "2025-02-01", True),
        (True, "2025-02-15", False),
        (True, "2025-02-16", True),
    ],
)
def test_what_was_done_before_the_first_end_needs_no_extension(
    tmp_path: Path, hard: bool | None, answered: str, overdue: bool | None
) -> None:
    said = "until: household.answered, extend_to: 45 day, extended_when: household.hard"
    rules = dated(tmp_path, f"kind: deadline, from: household.asked, within: 30 day, {said}")
    assert run(rules, asked="2025-01-01", hard=hard, answered=answered).value("aid.thing.overdue") is overdue


def test_a_deadline_runs_only_from_a_day_that_exists(tmp_path: Path) -> None:
    rules = dated(tmp_path, "kind: deadline, when: household.ill, from: household.visited, within: 30 day")
    assert state(run(rules, ill=True, visited="none"), "", ".due", ".overdue") == [False, NONE, False]
    assert state(run(rules, ill=True, visited="2025-01-01"), "", ".overdue") == [True, True]
    assert state(run(rules, ill=False, visited="2025-01-01"), "", ".overdue") == [False, False]
    assert state(run(rules, ill=True), "", ".overdue") == [None, None]


@pytest.mark.parametrize(
    ("visited", "due", "overdue"),
    [
        ("2024-12-15", date(2025, 6, 15), False),
        ("2024-12-14", date(2025, 6, 14), True),
        ("2024-08-31", date(2025, 2, 28), True),
        ("none", date(2025, 9, 1), False),  # never: from the day it begins to count
        (None, None, None),
    ],
)
def test_what_recurs_is_due_so_long_after_it_was_done_last(
    tmp_path: Path, visited: Any, due: Any, overdue: Any
) -> None:
    rules = dated(tmp_path, "kind: cadence, last: household.visited, every: 6 month, starts: household.asked")
    assert state(run(rules, visited=visited, asked="2025-03-01"), ".due", ".overdue") == [due, overdue]


def test_another_interval_holds_in_some_cases(tmp_path: Path) -> None:
    cases = "cases: {often: {when: household.ill, every: 1 month}, seldom: {when: household.hard, every: 1 year}}"
    rules = dated(tmp_path, f"kind: cadence, last: household.visited, every: 6 month, {cases}")
    facts: dict[str, Any] = {"visited": "2025-01-01"}
    assert run(rules, ill=True, hard=True, **facts).value("aid.thing.due") == date(2025, 2, 1)
    assert run(rules, ill=False, hard=True, **facts).value("aid.thing.due") == date(2026, 1, 1)
    assert run(rules, ill=False, hard=False, **facts).value("aid.thing.due") == date(2025, 7, 1)


def test_without_an_interval_for_all_it_applies_in_the_cases_only(tmp_path: Path) -> None:
    rules = dated(
        tmp_path, "kind: cadence, last: household.visited, cases: {often: {when: household.ill, every: 1 month}}"
    )
    assert state(run(rules, ill=False, visited="2025-01-01"), "", ".overdue") == [False, False]
    assert state(run(rules, ill=True, visited="2025-01-01"), "", ".overdue") == [True, True]


# Lines.


def test_a_line_is_kept_or_falls_short(tmp_path: Path) -> None:
    fields = "kind: check, must: household.reserve >= 500 * CNY, shortfall: 500 * CNY - household.reserve"
    rules = dated(tmp_path, fields)
    assert state(run(rules, reserve=499), "", ".shortfall") == [False, 1]
    assert state(run(rules, reserve=500), "", ".shortfall") == [True, 0]
    assert state(run(rules, reserve=900), "", ".shortfall") == [True, 0]
    assert state(run(rules), "", ".shortfall") == [None, Bounds(0, 500)]  # type: ignore[arg-type]


def test_several_lines_stand_by_name(tmp_path: Path) -> None:
    rules = dated(tmp_path, "kind: check, must: {staff: household.staff >= 2, reserve: household.reserve > 0}")
    found = run(rules, staff=1, reserve=5)
    assert state(found, "", ".staff", ".reserve") == [False, False, True]


def test_a_line_that_does_not_apply_is_kept_and_never_stops_a_payment(tmp_path: Path) -> None:
    text = f"""{HEAD}
programmes:
  aid:
    rules:
      thing: {{kind: check, when: household.hard, must: household.reserve > 0}}
      grant: {{kind: amount, amount: 5 * CNY / month}}
"""
    rules = compiled(tmp_path, text)
    assert run(rules, hard=False, reserve=0).value("aid.thing")
    found = run(rules, hard=True, reserve=0)
    assert (found.value("aid.thing"), found.value("aid.outcome"), found.value("aid.amount")) == (False, "eligible", 5)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("kind: deadline, within: 30 day", "from"),
        ("kind: deadline, from: household.asked", "within"),
        ("kind: deadline, from: household.staff, within: 30 day", "a date"),
        ("kind: deadline, from: household.asked, within: 30", "30 without a unit; expected a length of time"),
        ("kind: deadline, from: household.asked, within: 30 week", "unknown unit 'week'"),
        (
            "kind: deadline, from: household.asked, within: 30 day, extend_to: 5 CNY, extended_when: household.hard",
            "a date is moved by CNY",
        ),
        ("kind: deadline, from: household.asked, within: -5 working_day", "counted forward only"),
        (
            "kind: deadline, from: household.asked, within: 30 day, extend_to: 45 day",
            "extend_to: without extended_when:",
        ),
        (
            "kind: deadline, from: household.asked, within: 30 day, extended_when: household.hard",
            "extended_when: without extend_to:",
        ),
        (
            "kind: deadline, from: household.asked, within: 30 day, extend_to: 15 day, extended_when: household.hard",
            "15 day is no longer than within: 30 day",
        ),
        ("kind: cadence, last: household.visited", "a cadence without every:"),
        ("kind: cadence, every: 6 month", "last"),
        ("kind: cadence, last: household.hard, every: 6 month", "a date"),
        ("kind: check, when: household.hard", "must"),
        ("kind: check, must: household.reserve", "yes or no"),
        ("kind: check, must: household.hard, shortfall: household.hard", "a part of"),
    ],
)
def test_dates_and_lines_that_cannot_be_are_refused(tmp_path: Path, rule: str, message: str) -> None:
    with pytest.raises(PackError) as error:
        dated(tmp_path, rule)
    assert message in problems_of(error)
    assert "aid.thing" in problems_of(error)


@pytest.mark.parametrize(
    ("within", "longer", "accepted"),
    [
        ("20 working_day", "30 day", False),
        ("20 working_day", "45 day", True),
        ("20 day", "21 working_day", True),
        ("20 day", "20 working_day", False),
        ("1 month", "31 day", False),
        ("1 month", "45 day", True),
        ("30 day", "1 month", False),
        ("30 day", "2 month", True),
        ("12 month", "1 year", False),
        ("11 month", "1 year", True),
    ],
)
def test_an_extension_in_another_unit_is_longer_whatever_the_day(
    tmp_path: Path, within: str, longer: str, accepted: bool
) -> None:
    said = f"from: household.asked, within: {within}, extend_to: {longer}, extended_when: household.hard"
    rule = f"kind: deadline, {said}"
    if accepted:
        dated(tmp_path, rule)
        return
    with pytest.raises(PackError, match=f"{longer} may end no later than within: {within}.*Count both in"):
        dated(tmp_path, rule)


@pytest.mark.parametrize(
    ("due", "on", "answered", "day", "overdue"),
    [
        ("date(on.year, 5, 25)", date(2025, 5, 25), "none", date(2025, 5, 25), False),
        ("date(on.year, 5, 25)", date(2025, 5, 26), "none", date(2025, 5, 25), True),
        ("date(on.year, 5, 25)", date(2025, 5, 26), "2025-05-25", date(2025, 5, 25), False),
        ("first_of_month(on) + 24 * day", date(2025, 2, 25), "none", date(2025, 2, 25), False),
        ("household.visited", date(2025, 2, 25), "none", NONE, False),
    ],
)
def test_a_deadline_may_name_its_day(
    tmp_path: Path, due: str, on: date, answered: str, day: Any, overdue: bool
) -> None:
    rules = dated(tmp_path, f'kind: deadline, due: "{due}", until: household.answered')
    found = run(rules, on, answered=answered, visited="none")
    assert state(found, ".due", ".overdue") == [day, overdue]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("until: household.answered", "a deadline without from:"),
        ("from: household.asked", "a deadline without within:"),
        ("from: household.asked, due: household.asked", "a deadline with due: and from:"),
        ("within: 3 day, due: household.asked", "a deadline with due: and within:"),
        ("due: 3", "this is a plain number"),
        ("due: household.asked, extended_when: household.hard", "extended_when: without extend_to:"),
    ],
)
def test_a_day_is_named_or_counted_to(tmp_path: Path, fields: str, said: str) -> None:
    with pytest.raises(PackError) as error:
        dated(tmp_path, f"kind: deadline, {fields}")
    assert said in problems_of(error)
