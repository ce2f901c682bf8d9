"""Dates in columns: what generated code calls of the calendar, over ordinals, as `engine.runtime` has it for one day.

Every function is total, as there: dates stop at the calendar's ends, and the date `none` (0) stays `none`. A month is
told by its number, counted from January of the year 0, and found by tables over the whole calendar. What needs a
calendar of working days is asked once for each pair of arguments that occurs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from aidrules.columns.column import Column
from aidrules.engine.runtime import NAMESPACE
from aidrules.language.core import NO_DATE

EPOCH = date(1970, 1, 1).toordinal()
LAST = date.max.toordinal()
_FIRST_MONTH, _END = 1 * 12, 10_000 * 12
_MOST_DAYS = 40_000
"""More working days are not counted one by one; see `engine.runtime`."""

_MEASURES = {"_age": (-9999, 9999), "_months_between": (-119_988, 119_988), "_days_between": (-LAST, LAST)}
_PARTS = {"_day_of": (0, 31), "_month_of": (0, 12), "_year_of": (0, 9999)}


@cache
def _first_days() -> Any:
    """The ordinal of the first day of each month, and of the one after the last; there is none in the year 0."""
    months = np.arange(_FIRST_MONTH, _END + 1) - 1970 * 12
    days = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + EPOCH
    return np.concatenate([np.ones(_FIRST_MONTH, dtype=np.int64), days])


@cache
def _places() -> Any:
    """The month and the day in it of each ordinal, as one number: the month, and the day in its last five bits."""
    first = _first_days()[_FIRST_MONTH:].astype(np.int32)
    lengths = np.diff(first)
    months = np.repeat(np.arange(_FIRST_MONTH, _END, dtype=np.int32), lengths)
    days = np.arange(1, LAST + 1, dtype=np.int32) - np.repeat(first[:-1], lengths) + 1
    return np.concatenate([np.zeros(1, dtype=np.int32), (months << 5) + days])


def _place(day: Any) -> Any:
    return _places()[day].astype(np.int64)


def _parts(day: Any) -> tuple[Any, Any]:
    place = _place(day)
    return place >> 5, place & 31


def _last_of(month: Any) -> Any:
    return _first_days()[month + 1] - 1


def _months(start: Any, end: Any) -> Any:
    """The largest n for which start plus n months is not after end."""
    (month, day), (last_month, last_day) = _parts(start), _parts(end)
    # A day that the month of `end` does not have is reached on its last day.
    reached = (last_day >= day) | (end == _last_of(last_month))
    return last_month - month - ~reached


def _age(born: Any, day: Any) -> Any:
    """Full years; born on 29 February, on 1 March of a common year."""
    return (_place(day) - _place(born)) // (12 << 5)


def _add_months(day: Any, n: Any) -> Any:
    month, inside = _parts(day)
    month = month + np.clip(n, -_END, _END)
    target = np.clip(month, _FIRST_MONTH, _END - 1)
    moved = np.minimum(_first_days()[target] + inside - 1, _last_of(target))
    moved[month < _FIRST_MONTH] = 1
    moved[(month >= _END) | (n > _MOST_DAYS)] = LAST
    return moved


def _add_days(day: Any, n: Any) -> Any:
    return np.clip(day + np.clip(n, -LAST, LAST), 1, LAST)


_working_days: Any = NAMESPACE["_add_working_days"]


def _add_working_days(day: Any, n: Any) -> Any:
    """The function of one day, asked once for each pair of arguments that occurs."""
    pairs = pl.DataFrame({"day": day, "n": n})
    distinct = pairs.unique()
    values = [_working_days(day, n) for day, n in distinct.iter_rows()]
    known = distinct.with_columns(pl.Series("value", values, dtype=pl.Int64))
    return pairs.join(known, on=["day", "n"], how="left", maintain_order="left")["value"].to_numpy()


_SHIFTS: dict[str, Callable[[Any, Any], Any]] = {
    "_add_days": _add_days,
    "_add_months": _add_months,
    "_add_working_days": _add_working_days,
}
_BETWEEN: dict[str, Callable[[Any, Any], Any]] = {
    "_age": _age,
    "_months_between": _months,
    "_days_between": lambda start, end: end - start,
}
_OF_DAY: dict[str, Callable[[Any], Any]] = {
    "_day_of": lambda day: _parts(day)[1],
    "_month_of": lambda day: _parts(day)[0] % 12 + 1,
    "_year_of": lambda day: _parts(day)[0] // 12,
    "_first_of_month": lambda day: day - _parts(day)[1] + 1,
    "_last_of_month": lambda day: _last_of(_parts(day)[0]),
}


def _over(function: Callable[..., Any], dates: int, args: list[pl.Expr]) -> pl.Expr:
    """A function over columns, the first of them dates: 0 where one is `none`, anything where something is null."""

    def found(columns: Any) -> pl.Series:
        known = (column.fill_null(0) if column.null_count() else column for column in columns)
        arrays = np.broadcast_arrays(*(column.to_numpy() for column in known))
        value = np.array(function(*arrays), dtype=np.int64)
        for day in arrays[:dates]:
            value *= day != NO_DATE
        return pl.Series(value)

    return pl.map_batches(args, found, return_dtype=pl.Int64)


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
        value = _over(_OF_DAY[function], 1, codes)
    elif function in _BETWEEN:
        low, high = _MEASURES[function]
        value = _over(_BETWEEN[function], 2, codes)
    else:
        low, high = 0, LAST
        value = _over(_SHIFTS[function], 1, codes)
    if nullable:
        open_ = pl.any_horizontal([code.is_null() for code, arg in zip(codes, args, strict=True) if arg.nullable])
        value = pl.when(open_).then(None).otherwise(value)
    return Column("int", value, nullable=nullable, low=low, high=high)
