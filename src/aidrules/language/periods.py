"""Months, quarters, half-years and years of the calendar in expressions: their ends, and what was made of them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from aidrules.language import build, core
from aidrules.language.core import DATE, NUMBER, Expr


@dataclass(frozen=True)
class PeriodEnd:
    """The last day of the calendar period of so many months in which a day lies, or of the one after it."""

    day: Expr
    months: int
    next: bool


def first_of_period(day: Expr, months: int) -> Expr:
    """The first day of the calendar period of so many months in which a day lies."""
    if months == 1:
        return core.Call("first_of_month", (day,), DATE)
    into = build.subtract(core.Call("month_of", (day,), NUMBER), build.number(1))
    if months < 12:
        whole = core.Round(core.Mul((build.number(Fraction(1, months)), into), NUMBER), Fraction(1), "down")
        into = core.Add((into, core.Mul((build.number(-months), whole), NUMBER)), NUMBER)
    return core.Call("first_of_month", (core.Call("add_months", (day, core.Neg(into)), DATE),), DATE)


def last_of_months(first: Expr, months: int) -> Expr:
    """The last day of so many months that begin with a day."""
    begun = first if months == 1 else core.Call("add_months", (first, build.number(months - 1)), DATE)
    return core.Call("last_of_month", (begun,), DATE)


def period_end(expr: Expr) -> PeriodEnd | None:
    """What the two made of a day and a longer period than a month, taken apart again; None for anything else."""
    match expr:
        case core.Call("last_of_month", (core.Call("add_months", (first, core.Const(Fraction() as ahead))),)):
            match first:
                case core.Call("first_of_month", (core.Call("add_months", (day, _)),)):
                    for months in (2, 3, 4, 6, 12):
                        if ahead + 1 in (months, 2 * months) and first == first_of_period(day, months):
                            return PeriodEnd(day, months, ahead + 1 > months)
    return None
