"""Working days in China: weekends, holidays, and the yearly arrangement that moves days off and on.

Each autumn the State Council announces which weekdays of the next year are days off and which weekend
days are worked instead. The `holidays` package carries these arrangements year by year. For a year
that it does not know yet, working days are those that are neither at a weekend nor a statutory
holiday, and so may be off by a few days once the arrangement is out: `unannounced_years` says where.
"""

from __future__ import annotations

import functools
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    """Whether offices work on that day.

    Examples:
        >>> is_working_day(date(2025, 1, 26)), is_working_day(date(2025, 1, 28))  # Sunday worked, holiday
        (True, False)
    """
    return day not in _days_off(day.year)


def add_working_days(day: date, count: int) -> date:
    """The last of so many working days, of which the first is the first one after `day`.

    Raises:
        ValueError: `count` is negative.

    Examples:
        >>> add_working_days(date(2025, 1, 24), 3)  # Friday: Sunday 26, Monday 27, Wednesday 5 February
        datetime.date(2025, 2, 5)
    """
    if count < 0:
        raise ValueError(f"{count} working days were found; expected none or more")
    while count:
        day += _DAY
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """The number of working days after `start` up to and including `end`; negative the other way.

    Examples:
        >>> working_days_between(date(2025, 1, 24), date(2025, 2, 5))
        3
    """
    if end < start:
        return -working_days_between(end, start)
    return sum(is_working_day(start + _DAY * number) for number in range(1, (end - start).days + 1))


def announced_years() -> range:
    """The years whose arrangement the installed `holidays` package knows.

    Examples:
        >>> 2025 in announced_years()
        True
    """
    last = 2001
    while _announced(last + 1):
        last += 1
    return range(2001, last + 1)


def unannounced_years(first: date, last: date) -> tuple[int, ...]:
    """The years between two dates for which working days are only estimated.

    The arrangement of a year may reach into the last week of the year before.

    Examples:
        >>> unannounced_years(date(2024, 12, 1), date(2025, 11, 30))
        ()
    """
    reached = last.year + (last.month == 12 and last.day > 24)
    known = announced_years()
    return tuple(year for year in range(first.year, min(reached, date.max.year) + 1) if year not in known)


@functools.lru_cache(maxsize=256)
def _days_off(year: int) -> frozenset[date]:
    china = _china(year)
    first = date(year, 1, 1)
    days = [first + _DAY * number for number in range((date(year, 12, 31) - first).days + 1)]
    return frozenset(day for day in days if not china.is_working_day(day))


@functools.cache
def _announced(year: int) -> bool:
    # Every arrangement since the first, that for 2001, has had weekend days worked.
    return any(day.year == year for day in _china(year).weekend_workdays)


def _china(year: int) -> HolidayBase:
    import holidays

    return holidays.country_holidays("CN", years=year, expand=False)
