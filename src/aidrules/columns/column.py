"""Columns being computed: a Polars expression with what is known of its values, so that nothing wraps or guesses.

Every integer carries the range that it lies in. What fits 63 bits is Int64; what does not is computed in Int128; what
does not fit that either is refused when the plan is made. A choice of which the condition may be null is refused too.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from typing import Any, Literal

import polars as pl

from aidrules.decision.forms.outcomes import STATUSES
from aidrules.engine.bounds import settled

_INT64 = 2**63 - 1
_INT128 = 2**127 - 1
_OPEN = object()


class WideError(ValueError):
    """A number that may not fit 127 bits."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or one value for all rows.

    Attributes:
        kind: an integer (also a date's ordinal), yes or no, or a text.
        expr: what computes it; None for one value.
        const: the value, where it is the same for all rows; None is unknown.
        nullable: whether it can be null.
        low: no integer is less.
        high: none is greater.
        options: of a text that is held as places in this list.
        simple: whether `expr` is a column that is there already.
        linear: of which number it is a multiple, how many times, and what is added to that.
    """

    kind: Literal["int", "bool", "text"]
    expr: pl.Expr | None = None
    const: Any = _OPEN
    nullable: bool = False
    low: int = 0
    high: int = 0
    options: tuple[str, ...] = ()
    simple: bool = False
    linear: tuple[Column, int, int] | None = None

    @property
    def fixed(self) -> bool:
        """Whether it is one value for all rows."""
        return self.const is not _OPEN

    @property
    def wide(self) -> bool:
        """Whether it needs more than 64 bits."""
        return self.kind == "int" and (self.low < -_INT64 or self.high > _INT64)

    @property
    def dtype(self) -> Any:
        """The Polars type of it."""
        if self.kind == "int":
            return pl.Int128 if self.wide else pl.Int64
        if self.kind == "bool":
            return pl.Boolean
        return pl.UInt8 if self.options else pl.String

    def at(self, dtype: Any = None) -> pl.Expr:
        """The expression, of a given type."""
        dtype = dtype or self.dtype
        if self.fixed:
            value = self.const
            if self.options and value is not None:
                value = self.options.index(value)
            return pl.lit(value, dtype=dtype)
        assert self.expr is not None
        return self.expr if dtype == self.dtype else self.expr.cast(dtype)


UNKNOWN = Column("bool", const=None, nullable=True)


def constant(value: bool | int | str | None) -> Column:
    """One value for all rows."""
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return Column("bool", const=value)
    if isinstance(value, int):
        return Column("int", const=value, low=value, high=value)
    return Column("text", const=value)


def integer(make: Callable[[Any], pl.Expr], low: int, high: int, *parts: Column) -> Column:
    """An integer within a range, computed from others in a type that holds them all and the result."""
    most = max(abs(end) for end in (low, high, *(end for part in parts for end in (part.low, part.high))))
    if most > _INT128:
        raise WideError(f"a number that may grow to about 10^{len(str(most)) - 1}, more than 127 bits hold")
    result = Column("int", nullable=any(part.nullable for part in parts), low=low, high=high)
    dtype = pl.Int128 if result.wide or any(part.wide for part in parts) else pl.Int64
    expr = make(dtype)
    if dtype == pl.Int128 and not result.wide:
        expr = expr.cast(pl.Int64)
    return replace(result, expr=expr)


def _unknown(*parts: Column) -> bool:
    return any(part.fixed and part.const is None for part in parts)


def times(a: Column, b: Column) -> Column:
    """The product."""
    if a.fixed and b.fixed:
        return UNKNOWN if _unknown(a, b) else constant(a.const * b.const)
    if _unknown(a, b):
        return UNKNOWN
    if a.fixed or b.fixed:
        (of, factor, more), by = _linear(b if a.fixed else a), a.const if a.fixed else b.const
        return _made_linear(of, factor * by, more * by)
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return integer(lambda t: a.at(t) * b.at(t), min(corners), max(corners), a, b)


def plus(a: Column, b: Column) -> Column:
    """The sum."""
    if a.fixed and b.fixed:
        return UNKNOWN if _unknown(a, b) else constant(a.const + b.const)
    if _unknown(a, b):
        return UNKNOWN
    if a.fixed or b.fixed:
        (of, factor, more), by = _linear(b if a.fixed else a), a.const if a.fixed else b.const
        return _made_linear(of, factor, more + by)
    return integer(lambda t: a.at(t) + b.at(t), a.low + b.low, a.high + b.high, a, b)


def _linear(a: Column) -> tuple[Column, int, int]:
    return a.linear or (a, 1, 0)


def _made_linear(of: Column, factor: int, more: int) -> Column:
    """A multiple of a number and something added, by one product and one sum whatever it was written as."""
    made = of
    if factor != 1:
        low, high = sorted((of.low * factor, of.high * factor))
        made = integer(lambda t: of.at(t) * pl.lit(factor, dtype=t), low, high, of, constant(factor))
    if more:
        multiple = made
        low, high = multiple.low + more, multiple.high + more
        made = integer(lambda t: multiple.at(t) + pl.lit(more, dtype=t), low, high, multiple, constant(more))
    return made if made is of else replace(made, linear=(of, factor, more))


def negative(a: Column) -> Column:
    """The number with the other sign."""
    if a.fixed:
        return UNKNOWN if a.const is None else constant(-a.const)
    return integer(lambda t: pl.lit(0, dtype=t) - a.at(t), -a.high, -a.low, a)


def floor_divided(a: Column, b: Column) -> Column:
    """The quotient towards minus infinity, by a divisor that is at least 1."""
    if a.fixed and b.fixed:
        # It is 0 where nobody has what is counted in it; then no row reads the quotient.
        return UNKNOWN if _unknown(a, b) else constant(a.const // max(b.const, 1))
    if _unknown(a, b):
        return UNKNOWN
    if b.fixed and b.const > 1 and a.linear is not None:
        (of, factor, more), shared = a.linear, math.gcd(a.linear[1], b.const)
        if shared > 1:
            # Whole numbers as they are, a multiple of what divides can be divided before something is added.
            return floor_divided(_made_linear(of, factor // shared, more // shared), constant(b.const // shared))
    if b.const == 1:
        return a
    least, most = max(b.low, 1), max(b.high, 1)
    corners = [x // y for x in (a.low, a.high) for y in (least, most)]
    return integer(lambda t: a.at(t) // b.at(t), min(corners), max(corners), a, b)


def extreme(which: str, parts: list[Column]) -> Column:
    """The least or the greatest; unknown if one is."""
    if _unknown(*parts):
        return UNKNOWN
    least = which == "min"
    pick = min if least else max
    best = min(parts, key=lambda part: part.high) if least else max(parts, key=lambda part: part.low)
    kept = [part for part in parts if part is best or part.nullable or not _gives_way(part, best, least)]
    if len(kept) == 1:
        return best
    kept.sort(key=lambda part: part.fixed)

    def chosen(dtype: Any) -> pl.Expr:
        # All at once: two at a time, each written twice, would double the whole with each part.
        values = [part.at(dtype) for part in kept]
        x, y = values[0], values[-1]
        if len(kept) == 2 and kept[1].fixed and dtype == pl.Int64:
            return x.clip(upper_bound=y) if least else x.clip(lower_bound=y)
        if len(kept) == 2 and kept[0].simple and kept[1].simple:
            made = pl.when(x < y if least else x > y).then(x).otherwise(y)
        else:
            made = (pl.min_horizontal if least else pl.max_horizontal)(values)
        open_ = [value.is_null() for value, part in zip(values, kept, strict=True) if part.nullable]
        return pl.when(reduce(or_, open_)).then(None).otherwise(made) if open_ else made

    return integer(chosen, pick(part.low for part in kept), pick(part.high for part in kept), *kept)


def _gives_way(part: Column, best: Column, least: bool) -> bool:
    """Whether a part that is known is never the one that is chosen."""
    return part.low >= best.high if least else part.high <= best.low


def compared(a: Column, op: str, b: Column) -> Column:
    """A comparison; unknown where one side is."""
    if _unknown(a, b):
        return UNKNOWN
    if a.fixed and b.fixed:
        return constant(_COMPARE[op](a.const, b.const))
    if a.kind == "int":
        known = settled(op, (a.low, a.high), (b.low, b.high))
        if known is not None and not (a.nullable or b.nullable):
            return constant(known)
        dtype: Any = pl.Int128 if a.wide or b.wide else pl.Int64
        left, right = a.at(dtype), b.at(dtype)
    elif a.kind == "text":
        a, b = alike(a, b)
        if a.options and _outside(a, b):
            return _all_rows(op == "!=", a, b)
        left, right = a.at(), b.at()
    else:
        left, right = a.at(), b.at()
    return Column("bool", _COMPARE[op](left, right), nullable=a.nullable or b.nullable)


def _outside(a: Column, b: Column) -> bool:
    return any(part.fixed and part.const not in a.options for part in (a, b))


def _all_rows(value: bool, *parts: Column) -> Column:
    """One value, but null where a part is."""
    open_ = [part.at().is_null() for part in parts if part.nullable]
    if not open_:
        return constant(value)
    return Column("bool", pl.when(reduce(or_, open_)).then(None).otherwise(value), nullable=True)


_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def alike(a: Column, b: Column) -> tuple[Column, Column]:
    """Two texts to be compared, held in one way: as places in one list of options, or as texts."""
    if a.fixed or b.fixed:
        held = b if a.fixed else a
        return (replace(a, options=held.options), b) if a.fixed else (a, replace(b, options=held.options))
    return (a, b) if a.options == b.options else _one_list(a, b)


def _spelled(a: Column) -> Column:
    if a.fixed or not a.options:
        return replace(a, options=())
    texts = a.at().replace_strict(list(range(len(a.options))), list(a.options), return_dtype=pl.String)
    return replace(a, expr=texts, options=(), simple=False)


def both(parts: list[Column]) -> Column:
    """And, three-valued."""
    if any(part.const is False for part in parts):
        return constant(False)
    left = [part for part in parts if part.const is not True]
    return _joined(left, and_) if left else constant(True)


def either(parts: list[Column]) -> Column:
    """Or, three-valued."""
    if any(part.const is True for part in parts):
        return constant(True)
    left = [part for part in parts if part.const is not False]
    return _joined(left, or_) if left else constant(False)


def _joined(parts: list[Column], combine: Callable[[Any, Any], Any]) -> Column:
    if len(parts) == 1:
        return parts[0]
    if all(part.fixed for part in parts):
        return UNKNOWN
    return Column("bool", reduce(combine, [part.at() for part in parts]), nullable=any(part.nullable for part in parts))


def opposite(a: Column) -> Column:
    """Not, three-valued."""
    if a.fixed:
        return UNKNOWN if a.const is None else constant(not a.const)
    return Column("bool", ~a.at(), nullable=a.nullable)


def is_(a: Column, what: bool | None) -> Column:
    """Whether a value is null, is true or is false: never null itself."""
    if a.fixed:
        return constant(a.const is what)
    if what is None:
        return Column("bool", a.at().is_null()) if a.nullable else constant(False)
    if a.nullable:
        return Column("bool", a.at().fill_null(False) if what else ~a.at().fill_null(True))
    return a if what else opposite(a)


def chosen(test: Column, then: Column, other: Column) -> Column:
    """One or the other, by a condition that is never null."""
    if test.nullable:
        raise TypeError("a choice by a condition that may be null")
    if test.fixed:
        return then if test.const else other
    if then.fixed and other.fixed and then.const is other.const:
        return then
    if then.kind != other.kind:
        # The one value that fits every kind is null.
        then, other = (replace(part, kind=_kind(then, other)) if part.const is None else part for part in (then, other))
    if then.kind == "bool":
        return _chosen_bool(test, then, other)
    nullable = then.nullable or other.nullable
    if then.kind == "text":
        then, other = _one_list(then, other)
        expr = pl.when(test.at()).then(then.at()).otherwise(other.at())
        return Column("text", expr, nullable=nullable, options=then.options or other.options)
    known = [part for part in (then, other) if not (part.fixed and part.const is None)]
    low, high = min(part.low for part in known), max(part.high for part in known)
    made = integer(lambda t: pl.when(test.at()).then(then.at(t)).otherwise(other.at(t)), low, high, then, other)
    return replace(made, nullable=nullable)


def filled(value: Column, missing: Column) -> Column:
    """A value, and another one where it is null."""
    if value.fixed:
        return missing if value.const is None else value
    if not value.nullable or (missing.fixed and missing.const is None):
        return value
    if value.kind == "text":
        value, missing = _one_list(value, missing)
        expr = value.at().fill_null(missing.at())
        return Column("text", expr, nullable=missing.nullable, options=value.options)
    if value.kind == "bool":
        return Column("bool", value.at().fill_null(missing.at()), nullable=missing.nullable)
    low, high = min(value.low, missing.low), max(value.high, missing.high)
    made = integer(lambda t: value.at(t).fill_null(missing.at(t)), low, high, value, missing)
    return replace(made, nullable=missing.nullable)


def _kind(then: Column, other: Column) -> Literal["int", "bool", "text"]:
    return other.kind if then.const is None else then.kind


def _chosen_bool(test: Column, then: Column, other: Column) -> Column:
    if then.const is True:
        return either([test, other])
    if then.const is False:
        return both([opposite(test), other])
    if other.const is True:
        return either([opposite(test), then])
    if other.const is False:
        return both([test, then])
    expr = pl.when(test.at()).then(then.at()).otherwise(other.at())
    return Column("bool", expr, nullable=then.nullable or other.nullable)


def _one_list(then: Column, other: Column) -> tuple[Column, Column]:
    """Two texts for one column: both as places in one list of options, or both as texts."""
    if any(not part.fixed and not part.options for part in (then, other)):
        return _spelled(then), _spelled(other)
    written = [part.const for part in (then, other) if part.fixed and part.const is not None]
    listed: tuple[str, ...] = ()
    if not then.options and not other.options and all(text in STATUSES for text in written):
        listed = STATUSES
    for texts in (then.options, other.options, written):
        listed += tuple(dict.fromkeys(text for text in texts if text not in listed))
    return _placed(then, listed), _placed(other, listed)


def _placed(part: Column, options: tuple[str, ...]) -> Column:
    """A text as places in a longer list of options."""
    if part.fixed or part.options == options[: len(part.options)]:
        return replace(part, options=options)
    places = [options.index(text) for text in part.options]
    moved = part.at().replace_strict(list(range(len(places))), places, return_dtype=pl.UInt8)
    return replace(part, expr=moved, options=options, simple=False)
