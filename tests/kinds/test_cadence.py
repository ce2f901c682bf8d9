"""Cadence by the calendar, and of a list: so often in each month, quarter, half-year or year."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import aidrules
from aidrules.calendar import next_due
from aidrules.engine import NONE, Compiled
from aidrules.errors import PackError
from aidrules.frames import from_households
from borough import ON, compiled, pack_of, problems_of, run

HEAD = """
inputs:
  household:
    started: {type: date, optional: true}
    visited: {type: date, optional: true}
    weak: {type: bool}
    visits: {list: visit, ordered_by: made_on, fields: {made_on: {type: date}, signed: {type: bool}}}
    claims: {list: claim, fields: {paid: {type: bool}}}
"""
OF = '"[v for v in household.visits if v.signed]"'


def rules_of(fields: str) -> str:
    return f"{HEAD}\nprogrammes: {{watch: {{rules: {{visit: {{kind: cadence, {fields}}}}}}}}}\n"


def due(rules: Compiled, on: date = ON, **facts: Any) -> list[Any]:
    found = run(rules, on, **facts)
    return [found.value("watch.visit.due"), found.value("watch.visit.overdue")]


def visits(*days: str, signed: bool | None = True) -> list[dict[str, Any]]:
    return [{"made_on": day, "signed": signed} for day in days]


@pytest.mark.parametrize("months", [1, 2, 3, 4, 6, 12])
def test_by_the_calendar_it_is_due_by_the_end_of_the_next_period(tmp_path: Path, months: int) -> None:
    rules = compiled(tmp_path, rules_of(f"last: household.visited, every: {months} month, measured: calendar"))
    for day in (date(2024, 1, 1), date(2024, 2, 29), date(2024, 8, 31), date(2024, 12, 31), date(2025, 6, 15)):
        last = next_due(months, last=day, measured="calendar")
        assert due(rules, visited=day) == [last, last < ON]
    assert due(rules, visited="none") == [NONE, False]
    assert due(rules) == [None, None]


def test_what_was_never_done_is_due_by_the_end_of_the_period_in_which_it_starts(tmp_path: Path) -> None:
    fields = "last: household.visited, every: 1 year, measured: calendar, starts: household.started"
    rules = compiled(tmp_path, rules_of(fields))
    assert due(rules, visited="none", started="2024-02-10") == [date(2024, 12, 31), True]
    assert due(rules, visited="none", started="none") == [NONE, False]
    assert due(rules, visited="2025-01-01", started=None) == [date(2026, 12, 31), False]


@pytest.mark.parametrize(
    ("made", "next_day", "overdue"),
    [
        ((), date(2025, 3, 31), True),
        (("2025-04-01",), date(2025, 6, 30), False),
        (("2025-03-31", "2025-04-01"), date(2025, 6, 30), False),
        (("2025-04-01", "2025-06-15"), date(2025, 9, 30), False),
        (("2025-06-15", "2025-04-01", "2024-05-05"), date(2025, 9, 30), False),
        (("2025-03-31",), date(2025, 3, 31), True),
        (("2025-01-01", "2025-03-31"), date(2025, 6, 30), False),
        (("2024-12-31", "2024-10-01"), date(2025, 3, 31), True),
    ],
)
def test_twice_in_each_quarter(tmp_path: Path, made: tuple[str, ...], next_day: date, overdue: bool) -> None:
    fields = f"of: {OF}, every: 3 month, measured: calendar, at_least: 2, starts: household.started"
    rules = compiled(tmp_path, rules_of(fields))
    assert due(rules, visits=visits(*made), started="2025-02-10") == [next_day, overdue]
    others = [*visits(*made), *visits("2025-06-14", "2025-06-13", signed=False)]
    assert due(rules, visits=others, started="2025-02-10") == [next_day, overdue]


def test_the_last_of_a_list_counts_rolling_too(tmp_path: Path) -> None:
    rules = compiled(tmp_path, rules_of(f"of: {OF}, every: 6 month"))
    assert due(rules, visits=visits("2025-01-31", "2024-12-01")) == [date(2025, 7, 31), False]
    assert due(rules, visits=visits("2025-01-31", signed=None)) == [None, None]
    assert due(rules, visits=[]) == [NONE, False]


def test_cases_have_intervals_of_their_own(tmp_path: Path) -> None:
    cases = "{weak: {when: household.weak, every: 1 month, measured: calendar}}"
    rules = compiled(tmp_path, rules_of(f"last: household.visited, every: 6 month, cases: {cases}"))
    assert due(rules, visited="2025-04-10", weak=True) == [date(2025, 5, 31), True]
    assert due(rules, visited="2025-04-10", weak=False) == [date(2025, 10, 10), False]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("every: 1 month", ["a cadence without last:", "of:"]),
        (f"last: household.visited, of: {OF}, every: 1 month", ["a cadence with last: and of:"]),
        (
            "last: household.visited, every: 5 month, measured: calendar",
            ["every: 5 month", "1, 2, 3, 4, 6 or 12 month"],
        ),
        ("last: household.visited, every: 30 day, measured: calendar", ["every: 30 day", "rolling"]),
        ("last: household.visited, every: 1 month, at_least: 2, measured: calendar", ["at_least: without of:"]),
        (f"of: {OF}, every: 1 month, at_least: 2", ["measured: calendar", "every: 6 month"]),
        ("of: household.weak, every: 1 month", ["of: household.weak is not a list"]),
        ("of: household.claims, every: 1 month", ["claims is not ordered", "ordered_by:"]),
        ("last: household.visited, every: 1 month, measured: weekly", ["measured", "calendar"]),
    ],
)
def test_what_cannot_be_a_cadence_is_refused(tmp_path: Path, fields: str, said: list[str]) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, rules_of(fields))
    assert all(text in problems_of(error) for text in said), problems_of(error)


def test_columns_come_to_the_same_days(tmp_path: Path) -> None:
    cases = "{weak: {when: household.weak, every: 1 month}}"
    fields = f"of: {OF}, every: 6 month, measured: calendar, at_least: 2, starts: household.started, cases: {cases}"
    pack = pack_of(tmp_path, rules_of(fields))
    chance, days = random.Random(5), ("2024-06-30", "2024-07-01", "2024-12-31", "2025-01-01", "2025-06-15", None)
    households = [
        pack.Household.model_validate(
            {
                "members": [{"id": "a"}],
                "weak": chance.choice((True, False, None)),
                "started": chance.choice((*days, "none")),
                "visits": chance.choice(
                    (
                        None,
                        [{"made_on": chance.choice(days), "signed": chance.choice((True, None))} for _ in range(3)],
                        [],
                    )
                ),
            }
        )
        for _ in range(120)
    ]
    names = ["watch.visit", "watch.visit.due", "watch.visit.overdue"]
    frame = aidrules.simulate(from_households(households, pack), pack, on=ON, outcomes=[], values=names).frame
    for row in frame.iter_rows(named=True):
        found = aidrules.decide(households[row["row"]], pack, on=ON, chain="exact")
        told = [found.value(name) for name in names]
        assert [row[name] for name in names] == [None if value == "none" else value for value in told]


@pytest.mark.parametrize(("weak", "counted"), [(True, False), (False, True)])
def test_only_what_counts_days_from_the_last_time_leaves_that_day_out(
    tmp_path: Path, weak: bool, counted: bool
) -> None:
    cases = "{weak: {when: household.weak, every: 1 month, measured: calendar}}"
    pack = pack_of(tmp_path, rules_of(f"last: household.visited, every: 6 month, cases: {cases}"))
    facts = {"members": [{"id": "a"}], "visited": "2025-05-10", "weak": weak}
    (rule,) = aidrules.decide(pack.Household.model_validate(facts), pack, on=ON).trace.rules
    assert ("due.starting_day_not_counted" in {one.id for one in rule.conventions}) is counted
