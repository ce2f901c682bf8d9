"""Whole months and ages: at the ends of months, on 29 February, and by their definitions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidrules.calendar import add_months, age, born_by, days_between, first_of_month, last_of_month, months_between

DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
MONTHS = st.integers(-1200, 1200)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2025, 1, 15), 1, date(2025, 2, 15)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 1, 1), -1, date(2024, 12, 1)),
        (date(2025, 5, 31), 0, date(2025, 5, 31)),
    ],
)
def test_add_months(start: date, months: int, end: date) -> None:
    assert add_months(start, months) == end


@given(DAYS, MONTHS)
def test_added_months_land_in_the_right_month_on_the_same_day_or_its_last(day: date, months: int) -> None:
    found = add_months(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@pytest.mark.parametrize("months", [12 * 8000, -12 * 3000, 10**12])
def test_months_outside_the_calendar_are_refused(months: int) -> None:
    with pytest.raises(ValueError, match=r"2025-06-01 and .* months is outside the calendar; expected a year"):
        add_months(date(2025, 6, 1), months)


@given(DAYS, DAYS)
def test_months_between_is_the_largest_number_that_fits(start: date, end: date) -> None:
    months = months_between(start, end)
    assert add_months(start, months) <= end < add_months(start, months + 1)


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2025, 1, 31), date(2025, 2, 27), 0),
        (date(2025, 1, 31), date(2025, 2, 28), 1),
        (date(2025, 2, 28), date(2025, 3, 27), 0),
        (date(2025, 2, 28), date(2025, 3, 28), 1),
        (date(2025, 6, 15), date(2025, 6, 14), -1),
        (date(2025, 6, 15), date(2025, 6, 15), 0),
    ],
)
def test_months_between(start: date, end: date, months: int) -> None:
    assert months_between(start, end) == months


def birthday(birth: date, years: int) -> date:
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return date(birth.year + years, 3, 1)


@given(DAYS, st.integers(0, 120))
def test_an_age_is_reached_on_the_birthday_and_not_the_day_before(birth: date, years: int) -> None:
    reached = birthday(birth, years)
    assert age(birth, reached) == years
    assert age(birth, reached - timedelta(days=1)) == years - 1


@pytest.mark.parametrize(
    ("on", "years"),
    [(date(2022, 2, 28), 17), (date(2022, 3, 1), 18), (date(2024, 2, 28), 19), (date(2024, 2, 29), 20)],
)
def test_born_on_29_february(on: date, years: int) -> None:
    assert age(date(2004, 2, 29), on) == years


@given(DAYS, DAYS, st.integers(0, 120))
def test_an_age_limit_is_a_comparison_of_dates_of_birth(birth: date, on: date, years: int) -> None:
    assert (age(birth, on) >= years) == (birth <= born_by(on, years))


@given(st.dates(date(2004, 2, 27), date(2004, 3, 2)), st.dates(date(2022, 2, 27), date(2022, 3, 2)))
def test_an_age_limit_near_29_february(birth: date, on: date) -> None:
    assert (age(birth, on) >= 18) == (birth <= born_by(on, 18))


@given(DAYS, st.integers(-60, 60))
def test_first_and_last_of_a_month(day: date, months: int) -> None:
    first, last = first_of_month(day, months), last_of_month(day, months)
    assert first.day == 1
    assert (last + timedelta(days=1)).day == 1
    assert (first.year, first.month) == (last.year, last.month)
    assert months_between(first_of_month(day), first) == months


def test_days_between_leaves_the_starting_day_out() -> None:
    assert days_between(date(2024, 2, 28), date(2024, 3, 1)) == 2
    assert days_between(date(2024, 3, 1), date(2024, 2, 28)) == -2
