"""Values as they are displayed, and how they compare where only bounds of them are known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from operator import ge, gt, le, lt
from typing import Any

from aidrules.engine.bounds import settled
from aidrules.engine.runtime import NAMESPACE
from aidrules.language import core

_ORDER = {"<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True, slots=True)
class Interval:
    """A number known only to lie between two bounds."""

    low: Fraction
    high: Fraction


Known = bool | Fraction | int | str
Shown = Known | Interval | None
"""A value as displayed: a date is its ordinal, 0 the date `none`; None is unknown."""


def is_open(value: Shown) -> bool:
    """Whether a value, or where between bounds it lies, is unknown."""
    return value is None or isinstance(value, Interval)


def as_shown(value: object, kind: core.Type) -> Shown:
    """A value of the engine as it is displayed."""
    if value is None or isinstance(value, bool):
        return value
    if kind.name == "date":
        return value.toordinal() if isinstance(value, date) else core.NO_DATE
    if kind.name == "number":
        if isinstance(value, Fraction):
            return value
        if isinstance(value, int | Decimal):
            return Fraction(value)
        low, high = getattr(value, "low", None), getattr(value, "high", None)
        return None if low is None or high is None else Interval(Fraction(low), Fraction(high))
    return str(value)


def called(expr: core.Call, args: list[Shown]) -> Shown:
    """A function of dates, as the engine computes it."""
    plain = [int(arg) if isinstance(arg, Fraction) else arg for arg in args]
    function: Any = NAMESPACE[f"_{expr.function}"]
    found: int = function(*plain)
    return found if expr.type.name == "date" else Fraction(found)


def compare(op: str, left: Shown, right: Shown) -> bool | None:
    """Whether a comparison holds; None where that is not known."""
    if isinstance(left, Interval) or isinstance(right, Interval):
        return _compared_intervals(op, left, right)
    if left is None or right is None:
        return None
    if op == "==":
        return left == right
    if op == "!=":
        return left != right
    if not (isinstance(left, Fraction | int) and isinstance(right, Fraction | int)):
        raise TypeError(f"{left!r} and {right!r} have no order")
    # As whole numbers, which is what fractions do at length.
    holds: bool = _ORDER[op](left.numerator * right.denominator, right.numerator * left.denominator)
    return holds


def _compared_intervals(op: str, left: Shown, right: Shown) -> bool | None:
    a, b = _interval(left), _interval(right)
    if a is None or b is None:
        return None
    return settled(op, (a.low, a.high), (b.low, b.high))


def _interval(value: Shown) -> Interval | None:
    if isinstance(value, Interval):
        return value
    return Interval(value, value) if isinstance(value, Fraction) else None


def longest_run(values: list[Shown]) -> int:
    """How many values in a row are true, at most."""
    longest = current = 0
    for value in values:
        current = current + 1 if value is True else 0
        longest = max(longest, current)
    return longest
