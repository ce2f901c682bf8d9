"""Kernel frames of households for the tests of the columnar engine, straight from the typed households."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from aidrules.frames.declared import Listed, Record, Value, declared

NONE = -date(1970, 1, 1).toordinal()


def kernel_frame(households: Sequence[Any]) -> pl.DataFrame:
    """The households, one row each."""
    record = declared(type(households[0]))
    rows = [_row(record, household) for household in households]
    return pl.DataFrame(rows, schema={name: _dtype(part) for name, part in record.parts.items()}).with_columns(
        _dated(pl.col(name), part).alias(name) for name, part in record.parts.items()
    )


def _row(record: Record, item: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, part in record.parts.items():
        value = getattr(item, name)
        if value is None:
            found[name] = None
        elif isinstance(part, Record):
            found[name] = _row(part, value)
        elif isinstance(part, Listed):
            found[name] = [_row(part.each, one) for one in value]
        elif part.shape.type == "date":
            found[name] = NONE if value == "none" else value.toordinal() + NONE
        elif part.counted:
            found[name] = int(Decimal(value) * 10**part.scale)
        else:
            found[name] = value
    return found


def _dtype(part: Any) -> Any:
    """Types before dates become dates: the date `none` is none of Python's."""
    if isinstance(part, Record):
        return pl.Struct({name: _dtype(inner) for name, inner in part.parts.items()})
    if isinstance(part, Listed):
        return pl.List(_dtype(part.each))
    assert isinstance(part, Value)
    if part.shape.type == "date":
        return pl.Int32
    if part.shape.type == "enum" and all(isinstance(option, str) for option in part.shape.options):
        return pl.Enum(list(part.shape.options))
    return {"bool": pl.Boolean, "enum": pl.Boolean, "text": pl.String}.get(part.shape.type, pl.Int64)


def _dated(expr: pl.Expr, part: Any) -> pl.Expr:
    return expr.cast(_final(part))


def _final(part: Any) -> Any:
    if isinstance(part, Record):
        return pl.Struct({name: _final(inner) for name, inner in part.parts.items()})
    if isinstance(part, Listed):
        return pl.List(_final(part.each))
    return pl.Date if part.shape.type == "date" else _dtype(part)
