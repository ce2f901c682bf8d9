"""Spans of time with both ends in: windows before a date, calendar years, whole months of payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from aidrules.calendar.months import add_months, first_of_month, last_of_month


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first` to `last`, both included.

    Raises:
        ValueError: the last day lies before the first.

    Examples:
        >>> window = Period(date(2025, 1, 1), date(2025, 3, 31))
        >>> date(2025, 3, 31) in window, window.days
        (True, 90)
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period from {self.first} to {self.last} was found; expected an end not before")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        """The number of days, both ends counted."""
        return (self.last - self.first).days + 1

    def overlap(self, other: Period) -> Period | None:
        """The days that lie in both, if there are any."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else None


def months_to(day: date, months: int) -> Period:
    """The months up to and including a day: the window "in the six months before".

    Raises:
        ValueError: less than one month is asked for.

    Examples:
        >>> months_to(date(2025, 3, 15), 6)
        Period(first=datetime.date(2024, 9, 16), last=datetime.date(2025, 3, 15))
    """
    _at_least_one(months)
    return Period(add_months(day, -months) + timedelta(days=1), day)


def calendar_year(day: date) -> Period:
    """The calendar year of a day.

    Examples:
        >>> calendar_year(date(2025, 6, 1)).last
        datetime.date(2025, 12, 31)
    """
    return calendar_months(day, 12)


def calendar_months(day: date, months: int) -> Period:
    """The calendar month, quarter, half-year or year that a day lies in.

    Raises:
        ValueError: a year does not divide into spans of so many months.

    Examples:
        >>> calendar_months(date(2025, 5, 20), 3)
        Period(first=datetime.date(2025, 4, 1), last=datetime.date(2025, 6, 30))
    """
    if months < 1 or 12 % months:
        raise ValueError(f"{months} months do not divide a calendar year; expected 1, 2, 3, 4, 6 or 12")
    return whole_months(day.replace(month=(day.month - 1) // months * months + 1, day=1), months)


def whole_months(start: date, months: int) -> Period:
    """Whole months, of which the first is the one that `start` lies in: months of payment.

    Raises:
        ValueError: less than one month is asked for.

    Examples:
        >>> whole_months(date(2024, 7, 10), 3)
        Period(first=datetime.date(2024, 7, 1), last=datetime.date(2024, 9, 30))
    """
    _at_least_one(months)
    return Period(first_of_month(start), last_of_month(start, months - 1))


def _at_least_one(months: int) -> None:
    if months < 1:
        raise ValueError(f"a span of {months} months was found; expected at least one month")
