"""Stretches of time: between which days a pack says the same, by its law and by what had been announced."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from aidrules.errors import DecisionError, Problem

_ONE_DAY = timedelta(days=1)


def segment(boundaries: Sequence[date], day: date) -> tuple[date | None, date | None]:
    """First and last day of the stretch around a day; None where it has no end.

    Args:
        boundaries: the days on which a stretch begins, in order.
        day: any day.

    Raises:
        DecisionError: not a date.
    """
    index = bisect_right(boundaries, _day(day, "on"))
    start = boundaries[index - 1] if index else None
    return start, boundaries[index] - _ONE_DAY if index < len(boundaries) else None


def told(announcements: Sequence[date], known: date) -> date | None:
    """The day that stands for all on which as much had been announced; None where all had been.

    Args:
        announcements: the days of announcements, in order.
        known: any day.

    Raises:
        DecisionError: not a date.
    """
    count = bisect_right(announcements, _day(known, "known"))
    if count == len(announcements):
        return None
    return announcements[count - 1] if count else date.min


def _day(day: object, name: str) -> date:
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    raise DecisionError(
        Problem(f"{day!r} is a {type(day).__name__}", name, expected="a datetime.date", hint="Give a day")
    )
