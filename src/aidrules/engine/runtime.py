"""What generated code calls: dates as ordinals, products of intervals, runs and distinct values with unknowns.

Every function is total: dates stop at the calendar's ends, and the date `none` (0) stays `none`. What asks the calendar
is remembered for a while, since cases of one day ask the same again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import count
from typing import Any

from aidrules import calendar
from aidrules.language.core import NO_DATE

_LAST = date.max.toordinal()
_MOST_DAYS = 40_000
"""More working days than a hundred years have are not counted one by one."""


_REMEMBERED = 4096


def _moved(move: Callable[[date, int], date]) -> Callable[[int, int], int]:
    @lru_cache(_REMEMBERED)
    def shift(day: int, n: int) -> int:
        if day == NO_DATE:
            return NO_DATE
        if n > _MOST_DAYS:
            return _LAST
        try:
            return move(date.fromordinal(day), n).toordinal()
        except (OverflowError, ValueError):
            return _LAST if n > 0 else 1

    return shift


def _measured(measure: Callable[[date, date], int]) -> Callable[[int, int], int]:
    @lru_cache(_REMEMBERED)
    def between(start: int, end: int) -> int:
        if NO_DATE in (start, end):
            return 0
        return measure(date.fromordinal(start), date.fromordinal(end))

    return between


def _of_day(part: Callable[[date], int]) -> Callable[[int], int]:
    @lru_cache(_REMEMBERED)
    def of_day(day: int) -> int:
        return part(date.fromordinal(day)) if day != NO_DATE else NO_DATE

    return of_day


def days_between(start: int, end: int) -> int:
    """The days from one ordinal to another."""
    return 0 if NO_DATE in (start, end) else end - start


def add_days(day: int, n: int) -> int:
    """An ordinal some days later."""
    return day if day == NO_DATE else min(max(day + n, 1), _LAST)


@lru_cache(_REMEMBERED)
def born_by(day: int, years: int) -> int:
    """The last birthday with which one has reached an age on a day; 0 where nobody has."""
    try:
        return calendar.born_by(date.fromordinal(day), years).toordinal()
    except (OverflowError, ValueError):
        return NO_DATE


def product(a: int, b: int, c: int, d: int) -> tuple[int, int]:
    """The interval of x times y for x in [a, b] and y in [c, d]."""
    corners = (a * c, a * d, b * c, b * d)
    return min(corners), max(corners)


def longest_run(items: Iterable[tuple[bool | None, bool | None]]) -> tuple[int, int]:
    """The longest run of true marks, at least and at most; an item outside the list neither counts nor breaks it."""
    low = high = run_low = run_high = 0
    for inside, mark in items:
        if inside is False:
            continue
        if mark is True:
            run_low, run_high = run_low + (inside is True), run_high + 1
        else:
            run_low = 0
            run_high = run_high + 1 if mark is None else run_high if inside is None else 0
        low, high = max(low, run_low), max(high, run_high)
    return low, high


def count_distinct(items: Iterable[tuple[bool | None, Any]]) -> tuple[int, int]:
    """How many different values: at least, and at most if every unknown one differed and were in."""
    certain: set[Any] = set()
    possible: set[Any] = set()
    unknown = certain_unknown = 0
    for inside, value in items:
        if inside is False:
            continue
        if value is None:
            unknown += 1
            certain_unknown += inside is True
            continue
        possible.add(value)
        if inside is True:
            certain.add(value)
    return max(len(certain), min(certain_unknown, 1)), len(possible) + unknown


NAMESPACE: Mapping[str, object] = {
    "_add_days": add_days,
    "_add_months": _moved(calendar.add_months),
    "_add_working_days": _moved(calendar.add_working_days),
    "_age": _measured(calendar.age),
    "_count": count,
    "_count_distinct": count_distinct,
    "_day_of": _of_day(lambda day: day.day),
    "_days_between": days_between,
    "_first_of_month": _of_day(lambda day: calendar.first_of_month(day).toordinal()),
    "_last_of_month": _of_day(lambda day: calendar.last_of_month(day).toordinal()),
    "_longest_run": longest_run,
    "_month_of": _of_day(lambda day: day.month),
    "_months_between": _measured(calendar.months_between),
    "_product": product,
    "_born_by": born_by,
    "_year_of": _of_day(lambda day: day.year),
}
"""All that generated code can see beside Python's own int, len, min, max, zip and None."""
