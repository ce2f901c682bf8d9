"""Dates in columns: what generated code calls of the calendar, over ordinals, as `engine.runtime` has it for one day.

Every function is total, as there: dates stop at the calendar's ends, and the date `none` (0) stays `none`. What needs
a calendar of working days is asked once for each pair of arguments that occurs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from aidrules.columns.column import Column
from aidrules.engine.runtime import NAMESPACE
from aidrules.language.core import NO_DATE

EPOCH = date(1970, 1, 1).toordinal()
LAST = date.max.toordinal()
_MOST_DAYS = 40_000
"""More working days are not counted one by one; see `engine.runtime`."""

_MEASURES = {"_age": (-9999, 9999), "_months_between": (-119_988, 119_988), "_days_between": (-LAST, LAST)}
_PARTS = {"_day_of": (0, 31), "_month_of": (0, 12), "_year_of": (0, 9999)}


def _day(ordinal: pl.Expr) -> pl.Expr:
    return (ordinal - EPOCH).cast(pl.Int32).cast(pl.Date)


def _ordinal(day: pl.Expr) -> pl.Expr:
    return day.to_physical().cast(pl.Int64) + EPOCH


def _parts(ordinal: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    day = _day(ordinal).dt
    return day.year().cast(pl.Int64), day.month().cast(pl.Int64), day.day().cast(pl.Int64)


def _unless_none(days: tuple[pl.Expr, ...], value: pl.Expr) -> pl.Expr:
    """0 where one of the days is `none`; null where one is unknown."""
    none = pl.any_horizontal([day == NO_DATE for day in days])
    return pl.when(none).then(pl.lit(0, dtype=pl.Int64)).otherwise(value)


def _months(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """The largest n for which start plus n months is not after end."""
    (y1, m1, d1), (y2, m2, d2) = _parts(start), _parts(end)
    last = _day(end).dt.month_end().dt.day().cast(pl.Int64)
    # A day that the month of `end` does not have is reached on its last day.
    return (y2 * 12 + m2) - (y1 * 12 + m1) - (d2 < pl.min_horizontal(d1, last)).cast(pl.Int64)


def _age(born: pl.Expr, day: pl.Expr) -> pl.Expr:
    """Full years; born on 29 February, on 1 March of a common year."""
    (y1, m1, d1), (y2, m2, d2) = _parts(born), _parts(day)
    return y2 - y1 - (m2 * 100 + d2 < m1 * 100 + d1).cast(pl.Int64)


def _add_months(day: pl.Expr, n: pl.Expr) -> pl.Expr:
    year, month, inside = _parts(day)
    total = year * 12 + month - 1 + n
    target = total.clip(12, 9999 * 12 + 11)
    first = pl.date((target // 12).cast(pl.Int32), (target % 12 + 1).cast(pl.Int8), 1)
    length = first.dt.month_end().dt.day().cast(pl.Int64)
    moved = _ordinal(first) + pl.min_horizontal(inside, length) - 1
    beyond = pl.when(total > 9999 * 12 + 11).then(pl.lit(LAST, dtype=pl.Int64))
    moved = beyond.when(total < 12).then(pl.lit(1, dtype=pl.Int64)).otherwise(moved)
    return pl.when(n > _MOST_DAYS).then(pl.lit(LAST, dtype=pl.Int64)).otherwise(moved)


def _add_days(day: pl.Expr, n: pl.Expr) -> pl.Expr:
    return (day + n).clip(1, LAST)


def _by_arguments(function: Callable[[int, int], int]) -> Callable[[pl.Expr, pl.Expr], pl.Expr]:
    """The function of one day, asked once for each pair of arguments that occurs."""

    def found(columns: Any) -> pl.Series:
        height = max(map(len, columns))
        day, n = (one if len(one) == height else one.new_from_index(0, height) for one in columns)
        pairs = pl.DataFrame({"day": day, "n": n})
        distinct = pairs.unique().drop_nulls()
        values = [function(day, n) for day, n in distinct.iter_rows()]
        known = distinct.with_columns(pl.Series("value", values, dtype=pl.Int64))
        return pairs.join(known, on=["day", "n"], how="left", maintain_order="left")["value"]

    return lambda day, n: pl.map_batches([day, n], found, return_dtype=pl.Int64)


_working_days: Any = NAMESPACE["_add_working_days"]
_SHIFTS: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "_add_days": _add_days,
    "_add_months": _add_months,
    "_add_working_days": _by_arguments(_working_days),
}
_BETWEEN: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "_age": _age,
    "_months_between": _months,
    "_days_between": lambda start, end: end - start,
}
_OF_DAY: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "_day_of": lambda day: _parts(day)[2],
    "_month_of": lambda day: _parts(day)[1],
    "_year_of": lambda day: _parts(day)[0],
    "_first_of_month": lambda day: _ordinal(_day(day).dt.month_start()),
    "_last_of_month": lambda day: _ordinal(_day(day).dt.month_end()),
}


def called(function: str, args: list[Column]) -> Column:
    """A function of the calendar over columns."""
    if all(arg.fixed for arg in args):
        plain: Any = NAMESPACE[function]
        value = None if any(arg.const is None for arg in args) else plain(*(arg.const for arg in args))
        return Column("int", const=value, nullable=value is None, low=value or 0, high=value or 0)
    nullable = any(arg.nullable for arg in args)
    if any(arg.fixed and arg.const is None for arg in args):
        return Column("int", const=None, nullable=True)
    codes = [arg.at(pl.Int64) for arg in args]
    if function in _OF_DAY:
        low, high = _PARTS.get(function, (0, LAST))
        value = _unless_none((codes[0],), _OF_DAY[function](codes[0]))
    elif function in _BETWEEN:
        low, high = _MEASURES[function]
        value = _unless_none((codes[0], codes[1]), _BETWEEN[function](*codes))
    else:
        low, high = 0, LAST
        value = _unless_none((codes[0],), _SHIFTS[function](*codes))
    if nullable:
        open_ = pl.any_horizontal([code.is_null() for code, arg in zip(codes, args, strict=True) if arg.nullable])
        value = pl.when(open_).then(None).otherwise(value)
    return Column("int", value, nullable=nullable, low=low, high=high)
