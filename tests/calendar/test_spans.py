"""Spans with both ends in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aidrules.calendar import Period, calendar_months, calendar_year, months_to, whole_months

DAYS = st.dates(date(1950, 1, 1), date(2100, 12, 31))
ONE = timedelta(days=1)


def test_both_ends_are_in_and_the_days_beside_them_are_not() -> None:
    period = Period(date(2025, 1, 31), date(2025, 2, 1))
    assert [day in period for day in (date(2025, 1, 30), period.first, period.last, date(2025, 2, 2))] == [
        False,
        True,
        True,
        False,
    ]
    assert period.days == 2


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="a period from 2025-02-01 to 2025-01-31 was found"):
        Period(date(2025, 2, 1), date(2025, 1, 31))


@given(DAYS, DAYS, DAYS, DAYS)
def test_an_overlap_holds_the_days_of_both(a: date, b: date, c: date, d: date) -> None:
    one, other = Period(min(a, b), max(a, b)), Period(min(c, d), max(c, d))
    shared = one.overlap(other)
    assert shared == other.overlap(one)
    for day in (a, b, c, d):
        assert (shared is not None and day in shared) == (day in one and day in other)


def test_six_months_before() -> None:
    assert months_to(date(2025, 8, 31), 6) == Period(date(2025, 3, 1), date(2025, 8, 31))
    assert months_to(date(2025, 3, 15), 12) == Period(date(2024, 3, 16), date(2025, 3, 15))


@given(DAYS, st.integers(1, 60))
def test_a_window_begins_the_day_after_the_same_day_of_the_month_before(day: date, months: int) -> None:
    window = months_to(day, months)
    before = window.first - ONE
    assert window.last == day
    assert (day.year - before.year) * 12 + day.month - before.month == months
    assert before.day == day.day or (before.day < day.day and window.first.day == 1)


@given(DAYS, st.sampled_from([1, 2, 3, 4, 6, 12]))
def test_calendar_spans_tile_the_year(day: date, months: int) -> None:
    span = calendar_months(day, months)
    assert day in span
    assert calendar_months(span.last, months) == span
    assert calendar_months(span.last + ONE, months).first == span.last + ONE
    assert (span.first.month - 1) % months == 0


@pytest.mark.parametrize("months", [0, 5, 7, 24, -1])
def test_months_that_do_not_divide_a_year_are_refused(months: int) -> None:
    with pytest.raises(ValueError, match="do not divide a calendar year; expected 1, 2, 3, 4, 6 or 12"):
        calendar_months(date(2025, 1, 1), months)


def test_the_calendar_year() -> None:
    assert calendar_year(date(2024, 2, 29)) == Period(date(2024, 1, 1), date(2024, 12, 31))


def test_months_of_payment_are_whole() -> None:
    assert whole_months(date(2024, 11, 30), 4) == Period(date(2024, 11, 1), date(2025, 2, 28))
    assert whole_months(date(2025, 6, 1), 1) == Period(date(2025, 6, 1), date(2025, 6, 30))


@pytest.mark.parametrize("span", [months_to, whole_months])
def test_a_span_without_a_month_is_refused(span: object) -> None:
    with pytest.raises(ValueError, match="a span of 0 months was found; expected at least one month"):
        span(date(2025, 1, 1), 0)  # type: ignore[operator]
