"""Dates and spans of time in expressions: moving a date, making one, counting by the month or year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from aidrules.language import build, core
from aidrules.language.build import ExpressionError
from aidrules.language.core import DATE, NUMBER, Expr, Type
from aidrules.language.units import Unit


def shift_date(day: Expr, span: Expr) -> Expr:
    """A date moved by days, working days, months or years.

    Raises:
        ExpressionError: the span is measured in something else.
    """
    unit = str(span.type.unit)
    kind = replace(DATE, optional=day.type.optional)
    if unit == "year":
        return core.Call("add_months", (day, per_time(span, Fraction(12), "month")), kind)
    functions = {"month": "add_months", "day": "add_days", "working_day": "add_working_days"}
    if unit not in functions:
        raise ExpressionError(
            f"a date is moved by {span.type}",
            expected="days, working days, months or years",
            hint="Write 3 * month.",
        )
    if unit == "working_day" and (
        isinstance(span, core.Neg)
        or (isinstance(span, core.Const) and isinstance(span.value, Fraction) and span.value < 0)
    ):
        raise ExpressionError(
            "working days are counted forward only", hint="Move the date by days, or count from the earlier date."
        )
    return core.Call(functions[unit], (day, span), kind)


def per_time(span: Expr, factor: Fraction, unit: str) -> Expr:
    """A span of time counted in another unit."""
    kind = Type("number", Unit.parse(unit))
    if isinstance(span, core.Const) and isinstance(span.value, Fraction):
        return core.Const(span.value * factor, kind)
    return core.Mul((build.number(factor), span), kind)


def per(amount: Expr, unit: str) -> Expr:
    """A monthly amount by the year, or the other way round."""
    other = "year" if unit == "month" else "month"
    power = amount.type.unit.power(other)
    if power == 0:
        raise ExpressionError(f"per_{unit}() of {amount.type}", expected=f"something measured per {other}")
    factor = Fraction(1, 12) if unit == "month" else Fraction(12)
    target = amount.type.unit.without(other) * Unit(((unit, power),))
    return core.Mul((build.number(factor), amount), replace(amount.type, unit=target))


def part_of_date(part: str, day: Expr) -> Expr:
    """The year, month or day of a date."""
    build.expect(day, "date", f"what .{part} is asked of")
    return core.Call(f"{part}_of", (day,), replace(NUMBER, literal=True))


def date_of(parts: list[Expr]) -> Expr:
    """The date of a year, which may be computed, with a fixed month and day."""
    if len(parts) != 3:
        given = f"{len(parts)} argument{'' if len(parts) == 1 else 's'}"
        raise ExpressionError(f"date() with {given}", expected="date(year, month, day)")
    for part in parts:
        build.expect(part, "number", "a part of date()")
    year, month, day = parts
    if not isinstance(month, core.Const) or not isinstance(day, core.Const):
        raise ExpressionError("month and day of date() are not fixed", expected="date(on.year - 1, 5, 1)")
    assert isinstance(month.value, Fraction) and isinstance(day.value, Fraction)
    if isinstance(year, core.Const) and isinstance(year.value, Fraction):
        try:
            return core.Const(date(int(year.value), int(month.value), int(day.value)).toordinal(), DATE)
        except (ValueError, OverflowError) as error:
            raise ExpressionError(f"there is no such date: {error}") from None
    try:
        date(2000, int(month.value), int(day.value))
    except ValueError as error:
        raise ExpressionError(f"there is no such date: {error}") from None
    if (int(month.value), int(day.value)) == (2, 29):
        raise ExpressionError("29 February of a computed year", hint="Take the last day of February instead.")
    months = build.add(
        build.multiply(build.subtract(year, build.number(1)), build.number(12)),
        build.number(int(month.value) - 1),
    )
    first = core.Call(
        "add_months",
        (core.Const(1, DATE), build.retype(months, Type("number", Unit.parse("month")))),
        DATE,
    )
    days = build.number(int(day.value) - 1, Unit.parse("day"))
    return first if day.value == 1 else core.Call("add_days", (first, days), DATE)


@dataclass(frozen=True, slots=True)
class DayOfYear:
    """A fixed month and day of a year that is computed."""

    year: Expr
    month: int
    day: int


def day_of_year(expr: Expr) -> DayOfYear | None:
    """What `date_of` made of a computed year, taken apart again; None for any other expression."""
    day = 1
    match expr:
        case core.Call("add_days", (core.Call() as first, core.Const(Fraction() as days))):
            expr, day = first, int(days) + 1
    match expr:
        case core.Call("add_months", (core.Const(1), core.Add((core.Mul(factors), core.Const(Fraction() as months))))):
            match factors:
                case (core.Add((year, core.Neg(core.Const(1)))), core.Const(12)):
                    return DayOfYear(year, int(months) + 1, day)
    return None
