"""Deadlines, recurring duties and fixed days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidrules.calendar import calendar_months, due, next_due, next_on

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("count", "unit", "end"),
    [
        (0, "day", date(2025, 1, 24)),
        (15, "day", date(2025, 2, 8)),
        (3, "working_day", date(2025, 2, 5)),
        (1, "month", date(2025, 2, 24)),
        (2, "year", date(2027, 1, 24)),
    ],
)
def test_a_deadline_in_each_unit(count: int, unit: str, end: date) -> None:
    assert due(date(2025, 1, 24), count, unit) == end  # type: ignore[arg-type]


def test_a_deadline_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="a deadline of -3 day was found; expected none or more"):
        due(date(2025, 1, 1), -3, "day")
    for unit in ("day", "working_day"):
        with pytest.raises(ValueError, match="is outside the calendar; expected a year from 1 to 9999"):
            due(date(9999, 12, 1), 60, unit)  # type: ignore[arg-type]


def test_a_rolling_interval_runs_from_the_last_time_or_the_start() -> None:
    assert next_due(6, last=date(2025, 8, 31)) == date(2026, 2, 28)
    assert next_due(6, last=None, starts=date(2025, 1, 10)) == date(2025, 7, 10)
    assert next_due(30, "day", last=date(2025, 1, 1), starts=date(2024, 1, 1)) == date(2025, 1, 31)
    assert next_due(1, "year", last=date(2024, 2, 29)) == date(2025, 2, 28)


def test_by_the_calendar_once_in_each_month_quarter_or_year() -> None:
    assert next_due(1, last=date(2025, 1, 31), measured="calendar") == date(2025, 2, 28)
    assert next_due(3, last=date(2025, 1, 1), measured="calendar") == date(2025, 6, 30)
    assert next_due(1, "year", last=date(2025, 12, 31), measured="calendar") == date(2026, 12, 31)
    assert next_due(12, last=None, starts=date(2025, 5, 5), measured="calendar") == date(2025, 12, 31)


@given(DAYS, st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_by_the_calendar_the_next_time_lies_in_the_next_span(last: date, months: int) -> None:
    following = calendar_months(calendar_months(last, months).last + timedelta(days=1), months)
    assert next_due(months, last=last, measured="calendar") == following.last


def test_an_interval_that_cannot_be_measured_is_refused() -> None:
    with pytest.raises(ValueError, match="neither the last time nor a start was found"):
        next_due(6, last=None)
    with pytest.raises(ValueError, match="by the calendar of 30 day was found; expected month or year"):
        next_due(30, "day", last=date(2025, 1, 1), measured="calendar")
    with pytest.raises(ValueError, match="24 months do not divide a calendar year"):
        next_due(2, "year", last=date(2025, 1, 1), measured="calendar")


@given(DAYS, st.integers(1, 31))
def test_a_day_of_the_month_is_the_first_that_fits(on: date, day: int) -> None:
    found = next_on(on, day)
    assert found >= on
    assert found.day == day or (found + timedelta(days=1)).day == 1
    earlier = [on + timedelta(days=number) for number in range((found - on).days)]
    assert all(candidate.day != day for candidate in earlier)


def test_a_day_of_the_year() -> None:
    assert next_on(date(2025, 5, 25), 25, month=5) == date(2025, 5, 25)
    assert next_on(date(2025, 5, 26), 25, month=5) == date(2026, 5, 25)
    assert next_on(date(2023, 3, 1), 29, month=2) == date(2024, 2, 29)
    assert next_on(date(2024, 3, 1), 29, month=2) == date(2025, 2, 28)


@pytest.mark.parametrize(("day", "month"), [(0, None), (32, None), (1, 0), (1, 13)])
def test_a_day_that_no_month_has_is_refused(day: int, month: int | None) -> None:
    with pytest.raises(ValueError, match="expected days 1 to 31, months 1 to 12"):
        next_on(date(2025, 1, 1), day, month)
