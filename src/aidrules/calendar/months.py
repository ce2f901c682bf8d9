"""Months and years of age between dates, whole ones only."""

from __future__ import annotations

import functools
from datetime import date

from dateutil.relativedelta import relativedelta


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later or, if negative, earlier.

    Where that month has no such day, its last day.

    Raises:
        ValueError: the result lies outside the years 1 to 9999.

    Examples:
        >>> add_months(date(2024, 1, 31), 1)
        datetime.date(2024, 2, 29)
        >>> add_months(date(2024, 3, 31), -4)
        datetime.date(2023, 11, 30)
    """
    try:
        return day + _months(months)
    except (ValueError, OverflowError):
        raise ValueError(f"{day} and {months} months is outside the calendar; expected a year from 1 to 9999") from None


def months_between(start: date, end: date) -> int:
    """The largest whole number of months that can be added to `start` without passing `end`.

    Negative when `end` lies before `start`.

    Examples:
        >>> months_between(date(2024, 1, 31), date(2024, 2, 29))
        1
        >>> months_between(date(2024, 1, 15), date(2024, 2, 14))
        0
        >>> months_between(date(2024, 2, 15), date(2024, 2, 14))
        -1
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    if end.day < start.day and end != last_of_month(end):
        months -= 1
    return months


def days_between(start: date, end: date) -> int:
    """The number of days from one date to the other, the starting day not counted.

    Examples:
        >>> days_between(date(2025, 2, 28), date(2025, 3, 1))
        1
    """
    return (end - start).days


def age(birth: date, on: date) -> int:
    """Full years reached on the birthday; who was born on 29 February reaches them on 1 March.

    (In a leap year on 29 February.) Negative before birth.

    Examples:
        >>> age(date(2004, 2, 29), date(2022, 2, 28))
        17
        >>> age(date(2004, 2, 29), date(2022, 3, 1))
        18
    """
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def born_by(on: date, years: int) -> date:
    """The last date of birth with which a person is at least so many years old on that day.

    `age(birth, on) >= years` is the same as `birth <= born_by(on, years)`.

    Raises:
        ValueError: the result lies outside the years 1 to 9999.

    Examples:
        >>> born_by(date(2022, 2, 28), 18)
        datetime.date(2004, 2, 28)
    """
    return add_months(on, -12 * years)


def first_of_month(day: date, months: int = 0) -> date:
    """The first day of the month, or of the one so many months later.

    Examples:
        >>> first_of_month(date(2025, 1, 31), 1)
        datetime.date(2025, 2, 1)
    """
    first = day.replace(day=1)
    return add_months(first, months) if months else first


def last_of_month(day: date, months: int = 0) -> date:
    """The last day of the month, or of the one so many months later.

    Examples:
        >>> last_of_month(date(2024, 1, 31), 1)
        datetime.date(2024, 2, 29)
    """
    return (add_months(first_of_month(day), months) if months else day) + _LAST


@functools.lru_cache(maxsize=1024)
def _months(months: int) -> relativedelta:
    return relativedelta(months=months)


_LAST = relativedelta(day=31)
