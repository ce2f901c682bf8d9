"""The values of one fact in a frame: how the kernel has them, and which of them cannot be right."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from aidrules.errors import FactsError, Problem
from aidrules.facts.fact import FIRST_DAY, IDENTITY_NUMBER, ISO_DAY, LAST_DAY, OPAQUE_ID, TEXT_LIMIT
from aidrules.frames.days import number_of, numbers
from aidrules.frames.declared import Value
from aidrules.frames.given import words
from aidrules.frames.heads import LETTERS, heads, lengths

ORDINAL_OF_1970 = 719_163
"""Polars counts days from 1970; the exact engine from the year 1, with 0 for "none"."""

_GREATEST = 2**63 - 1
_IDENTITY_DIGITS = 15  # of the shorter form
_FEW = 8
"""So many options are told apart faster by comparing each than by looking texts up."""
_LETTERS_OF_IDS = OPAQUE_ID.replace("{1,64}", "*")
_NONE = pl.lit(-ORDINAL_OF_1970, dtype=pl.Int32).cast(pl.Date)


@dataclass(frozen=True, slots=True)
class Read:
    """Values of a fact as they are read.

    Attributes:
        kernel: the values as the kernel has them.
        wrong: where they cannot be right; null counts as no.
    """

    kernel: pl.Expr
    wrong: pl.Expr | None = None


def kernel_type(value: Value) -> Any:
    """The Polars type of a fact in the kernel's frame."""
    match value.shape.type:
        case "money" | "number":
            return pl.Int64
        case "date":
            return pl.Date
        case "enum" if words(value):
            return pl.Enum(list(value.shape.options))
        case "text":
            return pl.String
        case _:
            return pl.Boolean


def unsaid(value: Value) -> pl.Expr:
    """What a fact is in a column that was not given."""
    if value.shape.type == "date" and value.unsaid == "none":
        return _NONE
    return pl.lit(value.unsaid).cast(kernel_type(value))


def read(value: Value, column: pl.Expr, dtype: Any, on: date, place: str) -> Read:
    """Read the values of a fact.

    Args:
        value: the fact.
        column: its column.
        dtype: the type of the column, one that fits.
        on: the day of the facts; nothing that has happened is after it.
        place: the name of the column with what it is in.

    Raises:
        FactsError: a range that 64 bits do not hold.
    """
    if dtype == pl.Null:
        return Read(pl.lit(None, dtype=kernel_type(value)))
    match value.shape.type:
        case "money" | "number":
            return _number(value, column, dtype, place)
        case "date":
            return _day(value, column, dtype, on)
        case "enum" if dtype == kernel_type(value):
            return Read(column)
        case "enum" if words(value):
            kernel = _among(value, column.cast(pl.String))
            return Read(kernel, column.is_not_null() & kernel.is_null())
        case "enum":
            return Read(column, ~column)
        case "text" if value.fact.pattern == OPAQUE_ID and dtype == pl.String:
            return Read(column, column.map_batches(not_ids, return_dtype=pl.Boolean))
        case "text":
            text = column.cast(pl.String)
            return Read(text, _misfit(text, value.fact.pattern))
        case "bool":
            return Read(column)


def _among(value: Value, text: pl.Expr) -> pl.Expr:
    """Texts as options of an enum; null where one is none of them."""
    options = value.shape.options
    if len(options) > _FEW:
        return text.cast(kernel_type(value), strict=False)
    place: pl.Expr = pl.lit(None, dtype=pl.UInt8)
    for number, option in enumerate(options):
        place = pl.when(text == option).then(pl.lit(number, dtype=pl.UInt8)).otherwise(place)
    return place.cat.to(kernel_type(value))


def _misfit(text: pl.Expr, pattern: str) -> pl.Expr:
    """Where a text does not have its pattern, is too long, or holds an identity number."""
    fits = text.str.contains(pattern) & (text.str.len_chars() <= TEXT_LIMIT)
    # Most texts are ids, too short for it; this search is the dearest of all.
    long = pl.when(text.str.len_bytes() >= _IDENTITY_DIGITS).then(text)
    return ~fits | long.str.contains(IDENTITY_NUMBER.pattern)


def not_ids(texts: pl.Series) -> pl.Series:
    """Where a text cannot be an id; where all are short, one look at their letters put together is mostly enough."""
    if len(texts) and not texts.null_count():
        found = heads(texts)
        shortest, longest = lengths(found).min(), lengths(found).max()
        if shortest >= 1 and longest < _IDENTITY_DIGITS:
            some = texts if longest > LETTERS else texts[pl.Series(found).arg_unique()]
            if some.str.join().str.contains(_LETTERS_OF_IDS).all():
                return pl.Series([False]).new_from_index(0, len(texts))
    return pl.select(_misfit(pl.lit(texts), OPAQUE_ID)).to_series()


def _number(value: Value, column: pl.Expr, dtype: Any, place: str) -> Read:
    """Numbers in their smallest decimal.

    What is counted is compared with the range before it is multiplied, so that nothing wraps.
    """
    scale = value.scale
    low, high = (math.ceil(value.fact.low * 10**scale), math.floor(value.fact.limit * 10**scale))
    if max(abs(low), abs(high)) > _GREATEST:
        found = f"the range {value.fact.low} to {value.fact.limit} with {scale} decimals"
        hint = "Declare a narrower one with min: and max:."
        raise FactsError(Problem(found, place, expected="a range that 64 bits hold", hint=hint))
    exact: pl.Expr | None = None
    if dtype == pl.String:
        written = column.str.replace(r"^(-?)0+([0-9])", "${1}${2}").str.to_decimal(scale=scale)
        counted, given = written.to_physical(), scale
        exact = column.str.contains(value.fact.amount_pattern)
    elif isinstance(dtype, pl.Decimal):
        counted, given = column.to_physical(), dtype.scale
        if given > scale:
            unit = pl.lit(10 ** (given - scale), dtype=pl.Int128)
            exact, counted, given = counted % unit == 0, counted // unit, scale
    else:
        counted, given = column, 0
    counted = counted.cast(pl.Int64, strict=False)
    part = 10 ** (scale - given)
    within = counted.is_between(-(-low // part), high // part)
    fits = (within if exact is None else within & exact).fill_null(False)
    return Read(counted * part if part > 1 else counted, column.is_not_null() & ~fits)


def _day(value: Value, column: pl.Expr, dtype: Any, on: date) -> Read:
    last = min(LAST_DAY, on) if value.fact.past else LAST_DAY
    if dtype != pl.String:
        number, rest = numbers(column, dtype)
        fits = number.is_between(number_of(FIRST_DAY), number_of(last))
        day = pl.when(fits).then(number).cast(pl.Int32).cast(pl.Date)
        return Read(day, ~fits if rest is None else ~fits | (rest != 0))
    day = column.str.to_date("%Y-%m-%d", strict=False)
    fits = (column.str.contains(ISO_DAY) & day.is_between(FIRST_DAY, last)).fill_null(False)
    if value.shape.optional:
        none = column == "none"
        return Read(pl.when(none).then(_NONE).otherwise(day), column.is_not_null() & ~(fits | none))
    return Read(day, column.is_not_null() & ~fits)
