"""When something is due: by a deadline, every so often, or on a day of the month or year."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, TypeAlias, assert_never

from aidrules.calendar.months import add_months, first_of_month, last_of_month
from aidrules.calendar.spans import calendar_months
from aidrules.calendar.workdays import add_working_days

TimeUnit: TypeAlias = Literal["day", "working_day", "month", "year"]


def due(start: date, count: int, unit: TimeUnit) -> date:
    """The last day of a deadline; the starting day is not counted.

    Raises:
        ValueError: `count` is negative, or the result lies outside the calendar.

    Examples:
        >>> due(date(2025, 9, 25), 5, "working_day")  # Sunday 28 September is worked, 1 to 8 October off
        datetime.date(2025, 10, 9)
        >>> due(date(2024, 8, 31), 6, "month")
        datetime.date(2025, 2, 28)
    """
    if count < 0:
        raise ValueError(f"a deadline of {count} {unit} was found; expected none or more")
    try:
        match unit:
            case "day":
                return start + timedelta(days=count)
            case "working_day":
                return add_working_days(start, count)
            case "month":
                return add_months(start, count)
            case "year":
                return add_months(start, 12 * count)
            case _:
                assert_never(unit)
    except OverflowError:
        raise ValueError(
            f"{start} and {count} {unit} is outside the calendar; expected a year from 1 to 9999"
        ) from None


def next_due(
    every: int,
    unit: TimeUnit = "month",
    *,
    last: date | None,
    starts: date | None = None,
    measured: Literal["rolling", "calendar"] = "rolling",
) -> date:
    """The day by which something that recurs is due next.

    Rolling, it is due so long after it was last done, or after it starts if never done. By the
    calendar it is done once in each calendar month, quarter, half-year or year: by the end of the
    one after that in which it was last done, or of the one in which it starts.

    Args:
        every: the length of the interval.
        unit: its unit; by the calendar a month or a year.
        last: when it was last done; `None` for never.
        starts: when the duty began; needed where it was never done.
        measured: which of the two.

    Raises:
        ValueError: neither `last` nor `starts` is given, or the interval cannot be measured so.

    Examples:
        >>> next_due(6, last=date(2025, 1, 15))
        datetime.date(2025, 7, 15)
        >>> next_due(12, last=date(2024, 3, 2), measured="calendar")
        datetime.date(2025, 12, 31)
        >>> next_due(1, last=None, starts=date(2025, 2, 10), measured="calendar")
        datetime.date(2025, 2, 28)
    """
    since = last or starts
    if since is None:
        raise ValueError("neither the last time nor a start was found; expected one of them")
    if measured == "rolling":
        return due(since, every, unit)
    if unit not in ("month", "year"):
        raise ValueError(f"an interval by the calendar of {every} {unit} was found; expected month or year")
    months = every * 12 if unit == "year" else every
    period = calendar_months(since, months)
    return period.last if last is None else last_of_month(period.last, months)


def next_on(on: date, day: int, month: int | None = None) -> date:
    """The first date, not before `on`, with that day of the month, or of that month of the year.

    In a month that is too short, its last day.

    Raises:
        ValueError: no month has that day, or no year that month.

    Examples:
        >>> next_on(date(2025, 2, 26), 25)
        datetime.date(2025, 3, 25)
        >>> next_on(date(2025, 2, 1), 30)
        datetime.date(2025, 2, 28)
        >>> next_on(date(2025, 5, 26), 25, month=5)
        datetime.date(2026, 5, 25)
    """
    if not 1 <= day <= 31 or (month is not None and not 1 <= month <= 12):
        raise ValueError(f"day {day} of month {month or 'any'} was found; expected days 1 to 31, months 1 to 12")
    first = first_of_month(on) if month is None else date(on.year, month, 1)
    candidate = _day_of(first, day)
    return candidate if candidate >= on else _day_of(add_months(first, 1 if month is None else 12), day)


def _day_of(first: date, day: int) -> date:
    return first.replace(day=min(day, last_of_month(first).day))
