"""Working days against the yearly arrangements of the State Council, read from its notices."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aidrules.calendar import (
    add_working_days,
    announced_years,
    is_working_day,
    unannounced_years,
    working_days_between,
)

DAYS = st.dates(date(2001, 1, 1), date(2030, 12, 31))
ONE = timedelta(days=1)

# Year: (weekdays off, weekend days worked), as "month-day" or "month-first..last".
NOTICES = {
    2024: ("1-1 2-12..16 4-4..5 5-1..3 6-10 9-16..17 10-1..4 10-7", "2-4 2-18 4-7 4-28 5-11 9-14 9-29 10-12"),
    2025: ("1-1 1-28..31 2-3..4 4-4 5-1..2 5-5 6-2 10-1..3 10-6..8", "1-26 2-8 4-27 9-28 10-11"),
    2026: ("1-1..2 2-16..20 2-23 4-6 5-1 5-4..5 6-19 9-25 10-1..2 10-5..7", "1-4 2-14 2-28 5-9 9-20 10-10"),
}


def days(year: int, text: str) -> set[date]:
    found = set()
    for part in text.split():
        month, span = part.split("-")
        first, _, last = span.partition("..")
        found |= {date(year, int(month), day) for day in range(int(first), int(last or first) + 1)}
    return found


@pytest.mark.parametrize("year", NOTICES)
def test_a_year_as_announced(year: int) -> None:
    off, worked = (days(year, text) for text in NOTICES[year])
    day = date(year, 1, 1)
    while day.year == year:
        expected = day in worked or (day.weekday() < 5 and day not in off)
        assert is_working_day(day) == expected, day
        day += ONE


def test_december_days_that_the_next_years_arrangement_moves() -> None:
    assert is_working_day(date(2011, 12, 31)), "a Saturday worked for Tuesday 3 January 2012"
    assert not is_working_day(date(2012, 1, 3))


def test_the_starting_day_is_not_counted() -> None:
    monday = date(2025, 6, 9)
    assert add_working_days(monday, 1) == date(2025, 6, 10)
    assert add_working_days(monday, 0) == monday
    assert add_working_days(date(2025, 6, 14), 1) == date(2025, 6, 16), "from a Saturday"


def test_thirty_working_days_across_the_october_holiday() -> None:
    assert add_working_days(date(2025, 9, 15), 30) == date(2025, 10, 31)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 working days were found; expected none or more"):
        add_working_days(date(2025, 6, 9), -1)


@settings(max_examples=200, deadline=None)
@given(DAYS, st.integers(1, 120))
def test_working_days_added_are_working_days_counted(day: date, count: int) -> None:
    end = add_working_days(day, count)
    assert is_working_day(end)
    assert working_days_between(day, end) == count
    assert working_days_between(day, end - ONE) == count - 1
    assert working_days_between(end, day) == -count


@settings(max_examples=200, deadline=None)
@given(DAYS, st.integers(0, 60))
def test_a_later_start_is_never_due_earlier(day: date, count: int) -> None:
    assert add_working_days(day, count) <= add_working_days(day + ONE, count)


def test_years_announced() -> None:
    years = announced_years()
    assert years[0] == 2001
    assert {2024, 2025, 2026} <= set(years)


def test_an_unannounced_year_counts_weekends_and_statutory_holidays() -> None:
    year = announced_years()[-1] + 25
    assert not is_working_day(date(year, 10, 1))
    assert all(not is_working_day(date(year, 6, day)) for day in range(1, 31) if date(year, 6, day).weekday() > 4)
    assert sum(is_working_day(date(year, 3, day)) for day in range(1, 32)) >= 20


def test_spans_that_rest_on_an_estimate_are_named() -> None:
    last = announced_years()[-1]
    assert unannounced_years(date(last, 1, 1), date(last, 12, 24)) == ()
    assert unannounced_years(date(last, 1, 1), date(last, 12, 25)) == (last + 1,)
    assert unannounced_years(date(last, 12, 1), date(last + 2, 1, 5)) == (last + 1, last + 2)
    assert unannounced_years(date(2000, 6, 1), date(2000, 7, 1)) == (2000,)
    assert unannounced_years(date(9999, 12, 31), date(9999, 12, 31)) == (9999,)


def test_importing_the_calendar_does_not_load_the_holidays() -> None:
    code = "import sys, aidrules.calendar; assert 'holidays' not in sys.modules"
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
