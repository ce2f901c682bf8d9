"""Between which numbers an expression must lie, from the declared ranges of the facts that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from aidrules.language import core
from aidrules.language.core import Expr

Interval = tuple[Fraction, Fraction]
_Number = int | Fraction

SMALLEST = Fraction(1, 10**12)
"""Stands for "more than zero" where a guard says so: no stored number has finer steps."""

_CALL_BOUNDS: Mapping[str, tuple[int, int]] = {
    "age": (-9999, 9999),
    "day_of": (1, 31),
    "days_between": (-3_652_059, 3_652_059),
    "month_of": (1, 12),
    "months_between": (-119_988, 119_988),
    "year_of": (1, 9999),
}


GREATEST = Fraction(10**36)
"""No number of a decision may be able to grow beyond this; it keeps every computation small."""


class TooLargeError(ValueError):
    """A number that may grow beyond what any amount needs."""


class DivisorError(ValueError):
    """A divisor that may be zero or negative.

    Attributes:
        divisor: the expression that divides.
        interval: the range that it may lie in.
    """

    def __init__(self, divisor: Expr, interval: Interval) -> None:
        super().__init__("a divisor may be zero or negative")
        self.divisor, self.interval = divisor, interval


def is_whole(expr: Expr) -> bool:
    """Whether a number can only be a whole one (by its form)."""
    match expr:
        case core.Const(value=Fraction() as value):
            return value.denominator == 1
        case core.Fact(scale=scale):
            return scale == 0
        case core.Agg(function=function, body=body):
            return function in ("count", "count_distinct", "longest_run") or (body is not None and is_whole(body))
        case core.Round(to=to):
            return to.denominator == 1
        case core.Call() | core.Position():
            return True
        case core.Div() | core.Unknown() | core.Ref():
            return False
        case core.Param(inner=inner) | core.Neg(inner=inner):
            return is_whole(inner)
        case core.If(then=then, other=other):
            return is_whole(then) and is_whole(other)
    return all(is_whole(child) for child in core.children(expr))


def bounds(expr: Expr, known: Mapping[str, Interval], assumed: Mapping[Expr, Interval] | None = None) -> Interval:
    """The interval of a number.

    Args:
        expr: a number.
        known: the intervals of definitions.
        assumed: narrower intervals that hold where the expression stands (behind an `if`).

    Raises:
        DivisorError: something is divided by a number that is not certainly positive.
    """
    low, high = _bounds(expr, known, assumed or {})
    if low < -GREATEST or high > GREATEST:
        raise TooLargeError(f"a number that may grow beyond 10^36 (to about 10^{len(str(int(max(-low, high)))) - 1})")
    if assumed and expr in assumed:
        low, high = max(low, assumed[expr][0]), min(high, assumed[expr][1])
        return (low, high) if low <= high else (low, low)
    return low, high


def _bounds(expr: Expr, known: Mapping[str, Interval], assumed: Mapping[Expr, Interval]) -> Interval:
    def of(inner: Expr) -> Interval:
        return bounds(inner, known, assumed)

    match expr:
        case core.Const(value=Fraction() as value):
            return value, value
        case core.Unknown(low=low, high=high) | core.Fact(low=low, high=high):
            return low, high
        case core.Ref(name=name):
            return known[name]
        case core.Position(high=top):
            return Fraction(0), Fraction(top)
        case core.Param(inner=inner):
            return of(inner)
        case core.Neg(inner=inner):
            low, high = of(inner)
            return -high, -low
        case core.Add(terms=terms):
            parts = [of(term) for term in terms]
            return sum((p[0] for p in parts), Fraction(0)), sum((p[1] for p in parts), Fraction(0))
        case core.Mul(factors=factors):
            result = of(factors[0])
            for factor in factors[1:]:
                result = _product(result, of(factor))
            return result
        case core.Div(above=above, below=below):
            low, high = of(below)
            if low <= 0:
                raise DivisorError(below, (low, high))
            return _product(of(above), (1 / high, 1 / low))
        case core.Extreme(which=which, args=args):
            parts = [of(arg) for arg in args]
            pick = min if which == "min" else max
            return pick(p[0] for p in parts), pick(p[1] for p in parts)
        case core.Round(inner=inner, to=to, mode=mode):
            low, high = of(inner)
            return rounded(low, to, mode), rounded(high, to, mode)
        case core.If(condition=condition, then=then, other=other):
            a = bounds(then, known, narrowed(condition, True, known, assumed))
            b = bounds(other, known, narrowed(condition, False, known, assumed))
            return min(a[0], b[0]), max(a[1], b[1])
        case core.Call(function=function):
            bottom, top = _CALL_BOUNDS[function]
            return Fraction(bottom), Fraction(top)
        case core.Agg():
            return _aggregate(expr, known, assumed)
    raise TypeError(f"not a number: {type(expr).__name__}")


def rounded(number: Fraction, to: Fraction, mode: core.Rounding) -> Fraction:
    """A number brought to a multiple of `to`; see `core.Round`."""
    if mode == "up":
        return -(-number // to) * to
    return (number if mode == "down" else number + to / 2) // to * to


def _product(a: Interval, b: Interval) -> Interval:
    corners = [x * y for x in a for y in b]
    return min(corners), max(corners)


def _aggregate(expr: core.Agg, known: Mapping[str, Interval], assumed: Mapping[Expr, Interval]) -> Interval:
    most = expr.source.max_items
    least = expr.source.min_items if expr.where is None else 0
    if expr.function in ("count", "count_distinct", "longest_run"):
        return Fraction(least if expr.function == "count" else 0), Fraction(most)
    assert expr.body is not None
    where = expr.where if expr.where is not None else core.TRUE
    low, high = bounds(expr.body, known, narrowed(where, True, known, assumed))
    if expr.function == "sum":
        return min(least * low, most * low), max(least * high, most * high)
    if expr.default is not None:
        other = bounds(expr.default, known, assumed)
        return min(low, other[0]), max(high, other[1])
    return low, high


def narrowed(
    condition: Expr, holds: bool, known: Mapping[str, Interval], assumed: Mapping[Expr, Interval]
) -> dict[Expr, Interval]:
    """What is known about numbers where a condition holds (or does not)."""
    result = dict(assumed)
    if isinstance(condition, core.Not):
        return narrowed(condition.inner, not holds, known, assumed)
    joined = core.And if holds else core.Or
    parts = condition.items if isinstance(condition, joined) else (condition,)
    for part in parts:
        if part is not condition:
            result = narrowed(part, holds, known, result)
        elif isinstance(part, core.Compare) and part.left.type.name == "number":
            _narrow(part, holds, known, result)
    return result


_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _narrow(part: core.Compare, holds: bool, known: Mapping[str, Interval], result: dict[Expr, Interval]) -> None:
    op = part.op if holds else _OPPOSITE[part.op]
    for item, sign, other in ((part.left, op, part.right), (part.right, _MIRROR[op], part.left)):
        item = item.inner if isinstance(item, core.Param) else item
        # Choices on either side say too little for what they cost: each would be looked into again at every level.
        if isinstance(item, core.Const) or any(
            isinstance(part, core.If) for part in core.walk(core.And((item, other)))
        ):
            continue
        try:
            low, high = bounds(item, known, result)
            bottom, top = bounds(other, known, result)
        except DivisorError:
            continue
        if sign in (">", ">=", "=="):
            step = Fraction(1) if is_whole(item) else SMALLEST
            low = max(low, bottom + step if sign == ">" and bottom >= 0 and bottom == int(bottom) else bottom)
        if sign in ("<", "<=", "=="):
            high = min(high, top)
        if sign == "!=" and bottom == top == 0 and low == 0:
            low = Fraction(1) if is_whole(item) else SMALLEST
        result[item] = (low, max(low, high))


def settled(op: str, a: tuple[_Number, _Number], b: tuple[_Number, _Number]) -> bool | None:
    """What a comparison comes to for all numbers between two pairs of bounds; None where that differs."""
    less, not_more = a[1] < b[0], a[1] <= b[0]
    more, not_less = a[0] > b[1], a[0] >= b[1]
    return {
        "<": True if less else False if not_less else None,
        "<=": True if not_more else False if more else None,
        ">": True if more else False if not_more else None,
        ">=": True if not_less else False if less else None,
        "==": False if less or more else None,
        "!=": True if less or more else None,
    }[op]
