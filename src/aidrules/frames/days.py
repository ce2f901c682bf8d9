"""Days of a table by their number, whatever number that is: Polars holds days that neither it nor Python can tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

_OF_1970 = date(1970, 1, 1).toordinal()
_DAY_HAS = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_NANOSECONDS_TOLD = 1000
"""Python tells moments by the microsecond."""


def number_of(day: date) -> int:
    """A day as Polars counts it, from 1970."""
    return day.toordinal() - _OF_1970


def numbers(column: pl.Expr, dtype: Any) -> tuple[pl.Expr, pl.Expr | None]:
    """The numbers of days, and what moments have beyond the beginning of their day; nothing is converted."""
    if not isinstance(dtype, pl.Datetime):
        return column.to_physical(), None
    counted, per_day = column.to_physical(), _DAY_HAS[dtype.time_unit]
    return counted // per_day, counted % per_day


def readable(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with those columns as text, however deep, that hold a day or moment which no Python value is."""
    schema = frame.schema
    flags = {name: _within(pl.col(name), dtype, _unreadable, any_of=True) for name, dtype in schema.items()}
    asked = [flag.any().alias(name) for name, flag in flags.items() if flag is not None]
    told = frame.select(asked).row(0, named=True) if asked else {}
    made = {name: _within(pl.col(name), schema[name], _text) for name, unreadable in told.items() if unreadable}
    return frame.with_columns(expr.alias(name) for name, expr in made.items() if expr is not None)


def _within(
    column: pl.Expr, dtype: Any, of_day: Callable[[pl.Expr, Any], pl.Expr], *, any_of: bool = False
) -> pl.Expr | None:
    """A column with something made of its days, or whether that holds of any in a row; None where it has none."""
    if isinstance(dtype, pl.Date | pl.Datetime):
        return of_day(column, dtype)
    if isinstance(dtype, pl.List):
        inner = _within(pl.element(), dtype.inner, of_day, any_of=any_of)
        made = None if inner is None else column.list.eval(inner)
        return made.list.any() if made is not None and any_of else made
    if not isinstance(dtype, pl.Struct):
        return None
    fields = {each.name: column.struct.field(each.name) for each in dtype.fields}
    parts = {each.name: _within(fields[each.name], each.dtype, of_day, any_of=any_of) for each in dtype.fields}
    found = [part for part in parts.values() if part is not None]
    if not found:
        return None
    if any_of:
        return pl.any_horizontal(found)
    whole = pl.struct((part if part is not None else fields[name]).alias(name) for name, part in parts.items())
    return pl.when(column.is_not_null()).then(whole)


def _reached(number: pl.Expr) -> pl.Expr:
    return number.is_between(number_of(date.min), number_of(date.max))


def _unreadable(column: pl.Expr, dtype: Any) -> pl.Expr:
    number, rest = numbers(column, dtype)
    finer = isinstance(dtype, pl.Datetime) and dtype.time_unit == "ns"
    beyond = ~_reached(number)
    return beyond | (rest % _NANOSECONDS_TOLD != 0) if finer and rest is not None else beyond


def _text(column: pl.Expr, dtype: Any) -> pl.Expr:
    number, rest = numbers(column, dtype)
    reached = pl.when(_reached(number)).then(column)
    text = reached.dt.to_string("%Y-%m-%d")
    if rest is not None:
        text = pl.when(rest == 0).then(text).otherwise(reached.dt.to_string("%Y-%m-%dT%H:%M:%S%.f"))
    beyond = (
        pl.when(number < number_of(date.min)).then(pl.lit(f"before {date.min}")).otherwise(pl.lit(f"after {date.max}"))
    )
    return pl.when(number.is_not_null()).then(pl.coalesce(text, beyond))
