"""Dates by their plain meaning, as ordinals: the slow way, so that the quick way can be held against it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from aidrules.calendar import is_working_day

NO_DATE = 0
LAST = date.max.toordinal()


def _day(ordinal: int) -> date:
    return date.fromordinal(ordinal)


def length_of_month(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else date.max
    return (following - date(year, month, 1)).days + (following == date.max)


def add_months(ordinal: int, n: int) -> int:
    day = _day(ordinal)
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    if not 1 <= year <= 9999:
        return LAST if n > 0 else 1
    return date(year, month + 1, min(day.day, length_of_month(year, month + 1))).toordinal()


def add_working_days(ordinal: int, n: int) -> int:
    day = _day(ordinal)
    while n > 0:
        day += timedelta(days=1)
        n -= is_working_day(day)
    return day.toordinal()


def months_between(start: int, end: int) -> int:
    guess = (_day(end).year - _day(start).year) * 12 + _day(end).month - _day(start).month + 1
    while add_months(start, guess) > end:
        guess -= 1
    return guess


def age(born: int, on: int) -> int:
    """Full years; who was born on 29 February has a birthday on 1 March where the year has no such day."""
    birth, reached = _day(born), _day(on).year - _day(born).year
    try:
        birthday = birth.replace(year=_day(on).year)
    except ValueError:
        birthday = date(_day(on).year, 3, 1)
    return reached - (birthday > _day(on))


def first_of_month(ordinal: int) -> int:
    return _day(ordinal).replace(day=1).toordinal()


def last_of_month(ordinal: int) -> int:
    day = _day(ordinal)
    return day.replace(day=length_of_month(day.year, day.month)).toordinal()


MOVES: dict[str, Callable[[int, int], int]] = {
    "add_days": lambda day, n: min(max(day + n, 1), LAST),
    "add_months": add_months,
    "add_working_days": add_working_days,
}
MEASURES: dict[str, Callable[[int, int], int]] = {
    "age": age,
    "days_between": lambda start, end: end - start,
    "months_between": months_between,
}
PARTS: dict[str, Callable[[int], int]] = {
    "year_of": lambda day: _day(day).year,
    "month_of": lambda day: _day(day).month,
    "day_of": lambda day: _day(day).day,
}
ENDS: dict[str, Callable[[int], int]] = {"first_of_month": first_of_month, "last_of_month": last_of_month}
RANGES: dict[str, tuple[int, int]] = {
    "age": (-9999, 9999),
    "days_between": (1 - LAST, LAST - 1),
    "months_between": (-119_987, 119_987),
    "year_of": (1, 9999),
    "month_of": (1, 12),
    "day_of": (1, 31),
}
