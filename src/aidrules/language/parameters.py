"""Parameters: dated values in one unit, single or by keys, by brackets of a number, by year or by month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise, zip_longest
from typing import Literal

from aidrules.errors import Place
from aidrules.language.fields import Cite
from aidrules.language.models import Rounding
from aidrules.language.units import Quantity, Unit

ANY = "*"
YEAR = "year"
KeyKind = Literal["expression", "option", "year", "month", "tier"]
"""How one key of a parameter is given: by its own expression, or in brackets where it is read."""
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Range:
    """A lowest and a highest number, both included."""

    low: Quantity
    high: Quantity


@dataclass(frozen=True, slots=True)
class Bracket:
    """A stretch of numbers and what holds on it."""

    low: Fraction | None
    low_included: bool
    high: Fraction | None
    high_included: bool
    value: Table
    place: Place = field(compare=False)

    def holds(self, number: Fraction) -> bool:
        """Whether a number lies on the stretch."""
        above = self.low is None or number > self.low or (self.low_included and number == self.low)
        below = self.high is None or number < self.high or (self.high_included and number == self.high)
        return above and below


@dataclass(frozen=True, slots=True)
class Cell:
    """One value; None where the text names none.

    Attributes:
        value: in the parameter's unit.
        written: as the file or the argument says it.
        argument: whether it was given as an argument.
    """

    value: Quantity | Range | bool | date | str | None
    written: str
    place: Place = field(compare=False)
    argument: bool = False


@dataclass(frozen=True, slots=True)
class Keyed:
    """Values by the options of one key."""

    rows: dict[str, Table]


@dataclass(frozen=True, slots=True)
class Brackets:
    """Values by stretches of a number, from the lowest."""

    rows: tuple[Bracket, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        """The points and stretches between brackets that no bracket covers, in words."""
        found = []
        for left, right in pairwise(self.rows):
            assert left.high is not None and right.low is not None
            if right.low > left.high:
                found.append(f"between {left.high} and {right.low}")
            elif not left.high_included and not right.low_included:
                found.append(f"exactly {left.high}")
        return tuple(found)


Table = Cell | Keyed | Brackets


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """What a parameter is between two days, both included; None is without limit.

    Attributes:
        table: a cell, or cells by keys and brackets; None where only a formula or published figure stands.
        announced: the day on which the value became known; None where nobody says, and then it always was.
        formula: an expression that the value follows from; `round` applies to it.
        published: the figure that was published beside a formula; it is what holds.
        each_more: what each one more adds beyond the last row of a table by count, by the keys before the count.
        cite: its own clauses, or else the parameter's.
        argument: whether any of it was given as an argument.
        until_next: whether `until` is only the day before the next value begins.
    """

    start: date | None
    until: date | None
    table: Table | None
    announced: date | None = None
    formula: str | None = None
    round: Rounding | None = None
    published: Cell | None = None
    each_more: Table | None = None
    cite: tuple[Cite, ...] = ()
    argument: bool = False
    place: Place | None = field(default=None, compare=False)
    until_next: bool = False

    def covers(self, day: date) -> bool:
        """Whether the value is in force on a day."""
        return (self.start is None or self.start <= day) and (self.until is None or day <= self.until)

    def cells(self) -> Iterator[tuple[tuple[str, ...], Cell]]:
        """Every cell with its keys; a bracket stands as its lower limit in words."""
        if self.table is not None:
            yield from _cells(self.table, ())
        elif self.published is not None:
            yield (), self.published


@dataclass(frozen=True)
class Parameter:
    """A parameter with its values from the earliest.

    Attributes:
        type: number, range, bool, date, text, or the options of an enumeration.
        by: the expressions that choose the cell where none is named; the word `year` stands for a year that is
            always named.
        keys: the options of each key where they are fixed; () for a key with free options.
        series: the rows are months, named by a date.
        ordered: the rows are the tiers 1, 2, 3 and so on.
        marginal: each bracket's rate applies to the part of the number that lies in it.
        must: a condition on every `value`.
        gaps: stretches of time between values in which none holds.
    """

    name: str
    unit: Unit
    type: str | tuple[str, ...]
    by: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    required: bool
    must: str | None
    values: tuple[ParameterValue, ...]
    cite: tuple[Cite, ...] = ()
    series: Literal["month"] | None = None
    ordered: bool = False
    marginal: bool = False

    @property
    def key_kinds(self) -> tuple[KeyKind, ...]:
        """How each key is given; () for a single value."""
        if self.by:
            return tuple("year" if text == YEAR else "expression" for text in self.by)
        if self.keys:
            return tuple("option" for _ in self.keys)
        return ("month",) if self.series else ("tier",) if self.ordered else ()

    @property
    def named(self) -> bool:
        """Whether keys must be named where it is read."""
        return any(kind != "expression" for kind in self.key_kinds)

    def on(self, day: date) -> ParameterValue | None:
        """The value in force on a day."""
        return next((value for value in self.values if value.covers(day)), None)

    def next_start(self, day: date) -> date | None:
        """The first day after a day on which a value begins."""
        return min((value.start for value in self.values if value.start and value.start > day), default=None)

    def lapsed_on(self, day: date) -> date | None:
        """The first day on which the last value that ended before a day was no longer in force."""
        ended = [value.until for value in self.values if value.until and value.until < day]
        return max(ended) + _ONE_DAY if ended else None

    def as_known(self, day: date) -> Parameter:
        """The parameter without what was announced after a day: earlier values go on as they were in force then."""
        known = [value for value in self.values if value.announced is None or value.announced <= day]
        return replace(self, values=one_after_another(known))

    @property
    def gaps(self) -> tuple[tuple[date, date], ...]:
        """First and last day of each stretch between two values in which none is in force."""
        found = []
        for left, right in pairwise(self.values):
            if left.until and right.start and right.start - left.until > _ONE_DAY:
                found.append((left.until + _ONE_DAY, right.start - _ONE_DAY))
        return tuple(found)

    @property
    def boundaries(self) -> tuple[date, ...]:
        """The days on which the parameter changes."""
        return tuple(
            sorted(
                {value.start for value in self.values if value.start}
                | {value.until + _ONE_DAY for value in self.values if value.until}
            )
        )


def one_after_another(values: Sequence[ParameterValue]) -> tuple[ParameterValue, ...]:
    """Values in the order of time, those without an end of their own until the next begins."""
    done = []
    for value, following in zip_longest(values, values[1:]):
        if value.until is None or value.until_next:
            start = None if following is None else following.start
            value = replace(value, until=start and start - _ONE_DAY, until_next=start is not None)
        done.append(value)
    return tuple(done)


def _cells(table: Table, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Cell]]:
    if isinstance(table, Cell):
        yield keys, table
    elif isinstance(table, Keyed):
        for key, row in table.rows.items():
            yield from _cells(row, (*keys, key))
    else:
        for row_ in table.rows:
            sign = ">=" if row_.low_included else ">"
            yield from _cells(row_.value, (*keys, ANY if row_.low is None else f"{sign} {row_.low}"))
