"""What is worth trying for a fact: the lines that a pack draws and what lies beside them, simplest first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property, lru_cache

from dateutil.relativedelta import relativedelta

from aidrules.engine import Compiled
from aidrules.facts.fact import FIRST_DAY, LAST_DAY
from aidrules.facts.schema import Field
from aidrules.language import core
from aidrules.language.core import Definition
from aidrules.language.units import decimal_text

Value = bool | int | str
"""A fact as JSON has it: amounts and days are text."""

_AGES = (0, 1, 3, 6, 16, 18, 22, 35, 60, 70, 80, 90)
_PAST = (0, 1, 7, 28, 29, 30, 31, 59, 60, 61, 90, 180, 181, 364, 365, 366, 730, 731)
_AHEAD = (1, 7, 31, 365)
_TIMES = (Fraction(1), Fraction(2), Fraction(3), Fraction(4), Fraction(1, 2))
"""A line drawn per person, for households of so many."""
_ROUND = (*range(10), *range(100, 3100, 300))


class Candidates:
    """The values worth trying for the facts that a pack reads on a day."""

    def __init__(self, compiled: Compiled, on: date) -> None:
        self.compiled, self.on = compiled, on
        self._found: dict[Field, tuple[Value, ...]] = {}

    def of(self, field: Field) -> tuple[Value, ...]:
        """The candidates of a fact, simplest first; for what names a member there are none."""
        if field not in self._found:
            self._found[field] = self._of(field)
        return self._found[field]

    def _of(self, field: Field) -> tuple[Value, ...]:
        match field.type:
            case "bool":
                return True, False
            case "enum":
                return field.options
            case "date":
                return self._days(field)
            case "text":
                fits = re.compile(field.pattern or "")
                return () if field.refers_to else tuple(text for text in self._texts if fits.search(text))
        return self._amounts(field)

    def plain(self, field: Field) -> Value:
        """What a fact is in a household about which nothing is special: no, none, nothing, today, a grown-up."""
        match field.type:
            case "bool":
                return False
            case "enum":
                return "none" if "none" in field.options else field.options[0]
            case "date":
                day = _years_before(self.on, 40) if _is_birthday(field) else self.on
                return "none" if field.optional else day.isoformat()
            case "text":
                return "other"
        low, high = Fraction(field.low or 0), Fraction(field.high or 0)
        return written(field, min(max(Fraction(0), low), high))

    def _amounts(self, field: Field) -> tuple[Value, ...]:
        low, high, step = Fraction(field.low or 0), Fraction(field.high or 0), Fraction(1, 10**field.scale)
        lines = (number * times for number in self._numbers for times in _TIMES)
        near = (line // step * step + offset for line in lines for offset in (-step, Fraction(0), step))
        whole = (Fraction(number) + cents for number in _ROUND for cents in (Fraction(0), 7 * step))
        found = {min(max(low, number), high) // step * step for number in (*near, *whole, low + step, high)}
        return tuple(written(field, number) for number in sorted(found, key=lambda number: (abs(number), number)))

    def _days(self, field: Field) -> tuple[Value, ...]:
        if _is_birthday(field):
            birthdays = [_years_before(self.on, years) for years in self._ages]
            days = [day + timedelta(days=off) for day in birthdays for off in (0, 1, -1, -200)]
            days += [date(day.year // 4 * 4, 2, 29) for day in birthdays[::4] if day.year // 4 * 4 != 1900]
            return tuple(_iso(day for day in days if day <= self.on))
        days = [self.on - timedelta(days=span) for span in _PAST]
        days += [day + timedelta(days=off) for day in self._windows for off in (0, 1, -1)]
        days += [self.on + timedelta(days=span) for span in _AHEAD]
        possible = _iso(day for day in days if day <= self.on or not field.past)
        return (*(("none",) if field.optional else ()), *possible)

    @cached_property
    def _constants(self) -> tuple[core.Const, ...]:
        parts = (part for definition in self._definitions for part in core.walk(definition.expr))
        return tuple(part for part in parts if isinstance(part, core.Const))

    @property
    def _definitions(self) -> Iterable[Definition]:
        return self.compiled.definitions.values()

    @cached_property
    def _numbers(self) -> tuple[Fraction, ...]:
        """Every number that a rule names, and every value of a parameter that one reads."""
        return tuple(sorted({abs(each.value) for each in self._constants if isinstance(each.value, Fraction)}))

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        named = {each.value for each in self._constants if each.type.name == "text" and isinstance(each.value, str)}
        return ("other", *sorted(named - {"other"}))

    @cached_property
    def _windows(self) -> tuple[date, ...]:
        """Days that rules name and a fact can be: a computed year is counted from the first day of all."""
        days = {int(each.value) for each in self._constants if each.type.name == "date" and each.value != core.NO_DATE}
        named = (date.fromordinal(day) for day in sorted(days))
        return tuple(day for day in named if FIRST_DAY <= day <= LAST_DAY)

    @cached_property
    def _ages(self) -> tuple[int, ...]:
        """Ages that rules compare with, and some that they may."""
        aging = {each.name for each in self._definitions if each.type.name == "number" and _any(each.expr, _is_age)}
        of_age: Callable[[core.Expr], bool] = lambda part: (  # noqa: E731
            _is_age(part) or (isinstance(part, core.Ref) and part.name in aging)
        )
        found = {
            int(part.value)
            for definition in self._definitions
            for line in core.walk(definition.expr)
            if isinstance(line, core.Compare | core.In) and _any(line, of_age)
            for part in core.walk(line)
            if isinstance(part, core.Const) and isinstance(part.value, Fraction) and 0 <= part.value <= 120
        }
        return tuple(sorted(found | set(_AGES)))


@lru_cache(maxsize=16)
def candidates(compiled: Compiled, on: date) -> Candidates:
    """The candidates of a compiled pack on a day."""
    return Candidates(compiled, on)


def _any(expr: core.Expr, which: Callable[[core.Expr], bool]) -> bool:
    return any(which(part) for part in core.walk(expr))


def _is_age(part: core.Expr) -> bool:
    return isinstance(part, core.Call) and part.function == "age"


def _is_birthday(field: Field) -> bool:
    return field.name.rpartition(".")[2] == "birth_date"


def _years_before(day: date, years: int) -> date:
    return day - relativedelta(years=years)


def _iso(days: Iterable[date]) -> Iterator[str]:
    return (day.isoformat() for day in dict.fromkeys(days) if FIRST_DAY <= day <= LAST_DAY)


def written(field: Field, number: Fraction) -> Value:
    """A number as a household has it."""
    return int(number) if field.scale == 0 and field.type != "money" else decimal_text(number)
