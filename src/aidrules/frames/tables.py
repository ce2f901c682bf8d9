"""Nested households as flat tables, one for each list, and nested again.

Checks run on flat columns, whatever the length of a list; a table knows how many of its rows belong to each row of the
table that holds the list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from aidrules.frames.declared import Listed, Record, Value
from aidrules.frames.values import read, unsaid

_AS_THEY_ARE = pl.CompatLevel.newest()
_ONCE = pl.QueryOptFlags.none().update(comm_subexpr_elim=True)
NOWHERE = pl.Series([], dtype=pl.UInt32)
"""No row."""
_WRONG = " wrong"
"""A column beside those of a table; no fact has such a name."""


@dataclass(frozen=True)
class Table:
    """Rows of one kind: the households, or the items of one list of all of them.

    Attributes:
        frame: facts and groups.
        lists: the lists that hang on the rows.
        wrong: the rows that cannot be right as far as this table shows, each once or more.
    """

    frame: pl.DataFrame
    lists: Mapping[str, ListTable]
    wrong: pl.Series

    def column(self, path: tuple[str, ...]) -> pl.Series | None:
        """A fact by the names of its groups and its own; None where it was not given."""
        found = self.frame[path[0]] if path[0] in self.frame.columns else None
        for name in path[1:]:
            inside = found is not None and isinstance(found.dtype, pl.Struct) and name in found.struct.fields
            found = found.struct.field(name) if inside and found is not None else None
        return found

    def nested(self) -> pl.DataFrame:
        """The table with its lists in it."""
        lists = [listed.nested().alias(name) for name, listed in self.lists.items()]
        return pl.DataFrame([*self.frame.get_columns(), *lists])


@dataclass(frozen=True)
class ListTable:
    """The items of a list.

    Attributes:
        lengths: how many belong to each row that has the list; null where the list is unknown.
        items: the items.
    """

    lengths: pl.Series
    items: Table

    @cached_property
    def ends(self) -> pl.Series:
        """How many items there are up to and with each outer row."""
        return self.lengths.fill_null(0).cast(pl.Int64).cum_sum()

    def outer(self, places: pl.Series) -> pl.Series:
        """The outer rows of some items."""
        if not len(places):
            return NOWHERE
        return pl.Series(self.ends.search_sorted(places, side="right"), dtype=pl.UInt32)

    @cached_property
    def owners(self) -> pl.Series:
        """The outer row of each item."""
        rows = np.arange(self.lengths.len(), dtype=np.uint32)
        return pl.Series(np.repeat(rows, self.lengths.fill_null(0).to_numpy()), dtype=pl.UInt32)

    def nested(self) -> pl.Series:
        """The lists, one for each outer row."""
        import pyarrow as pa

        # Through Arrow, which makes lists of items that lie in order without moving them.
        offsets = pl.concat([pl.Series([0], dtype=pl.Int64), self.ends]).to_arrow()
        items = self.items.nested().to_struct("").to_arrow(compat_level=_AS_THEY_ARE)
        made = pl.from_arrow(pa.LargeListArray.from_arrays(offsets, items, mask=self.lengths.is_null().to_arrow()))
        assert isinstance(made, pl.Series)
        return made


def table_of(frame: pl.DataFrame, record: Record, on: date, place: str = "") -> Table:
    """The flat tables of a frame whose columns fit, with its values as the kernel has them.

    Args:
        frame: one row per household, or per item of a list.
        record: what a row holds.
        on: the day of the facts.
        place: the name of the list, empty for households.
    """
    columns, wrong = _parts(record, _types(frame), pl.col, pl.lit(True), on, place)
    if not columns:  # a struct has at least one field
        first, fact = next((name, part) for name, part in record.parts.items() if isinstance(part, Value))
        columns[first] = read(fact, pl.col(first), pl.Null, on, place).kernel
    somewhere = pl.any_horizontal(wrong) if wrong else pl.lit(False)
    # One query, so that values are read once for both. Not selected: a literal among no columns would be one row long.
    made = (
        frame.lazy()
        .with_columns(*_named(columns), somewhere.alias(_WRONG))
        .collect(engine="in-memory", optimizations=_ONCE)
    )
    found = [places(made[_WRONG])]
    lists = {}
    for name, part in record.parts.items():
        if isinstance(part, Listed) and name in frame.columns:
            if frame[name].dtype == pl.Null or not (part.required or frame[name].count()):
                found += [places(frame[name].is_null())] if part.required else []
                continue
            lists[name], rows = _list(frame[name], part, on, f"{place}{name}.")
            found.append(rows)
    return Table(made[list(columns)], lists, pl.concat(found))


def _types(frame: pl.DataFrame) -> dict[str, Any]:
    """The types of columns, those of a struct by its fields; Null where nothing is known, whatever the type."""
    return {
        column.name: pl.Null
        if not column.count()
        else _types(column.struct.unnest())
        if isinstance(column.dtype, pl.Struct)
        else column.dtype
        for column in frame.get_columns()
    }


def _parts(
    record: Record, given: Mapping[str, Any], column_of: Callable[[str], pl.Expr], holder: pl.Expr, on: date, place: str
) -> tuple[dict[str, pl.Expr], list[pl.Expr]]:
    """How the kernel has the facts and groups of a row, and where they cannot be right.

    Args:
        record: what is declared.
        given: the types of the columns, or of the fields of a struct; what nobody says is not looked at.
        column_of: finds a column by its name.
        holder: where there is what holds them: always, or where the group is known.
        on: the day of the facts.
        place: what comes before their names.
    """
    kernel: dict[str, pl.Expr] = {}
    wrong: list[pl.Expr] = []
    for name, part in record.parts.items():
        if name not in given:
            if isinstance(part, Value) and part.unsaid is not None:
                kernel[name] = unsaid(part)
            continue
        column, dtype = column_of(name), given[name]
        if isinstance(part, Value):
            wrong += [holder & column.is_null()] if part.required else []
            if dtype == pl.Null and part.unsaid is None:
                continue
            values = read(part, column, dtype, on, f"{place}{name}")
            kernel[name] = values.kernel
            wrong += [] if values.wrong is None else [values.wrong]
        elif isinstance(part, Record) and dtype != pl.Null:
            known = column.is_not_null()
            inner, within = _parts(part, dtype, column.struct.field, known, on, f"{place}{name}.")
            wrong += within
            if inner:
                kernel[name] = pl.when(known).then(pl.struct(_named(inner)))
    return kernel, wrong


def _named(columns: Mapping[str, pl.Expr]) -> list[pl.Expr]:
    return [column.alias(name) for name, column in columns.items()]


def _list(column: pl.Series, part: Listed, on: date, place: str) -> tuple[ListTable, pl.Series]:
    """The table of a list, and the rows whose list cannot be right."""
    assert isinstance(column.dtype, pl.List)
    inner = column.dtype.inner
    if not (isinstance(inner, pl.Struct) and inner.fields):
        column = column.cast(pl.List(pl.Struct({next(iter(part.each.parts)): pl.Null})), strict=False)
    outside = ~column.list.len().is_between(part.items.at_least, part.items.at_most)
    if outside.any():  # no more of a list than can be right, so that the work does not grow with what cannot
        column = column.list.head(part.items.at_most)
    lengths = column.list.len()
    items = column.explode(keep_nulls=False, empty_as_null=False)
    table = ListTable(lengths, table_of(items.struct.unnest(), part.each, on, place))
    wrong = [places(outside), table.outer(places(items.is_null())), table.outer(table.items.wrong)]
    if part.required:
        wrong.append(places(column.is_null()))
    return table, pl.concat(wrong)


def places(where: pl.Series) -> pl.Series:
    """The rows at which something is true, which is seldom any: that costs no query."""
    return where.arg_true().cast(pl.UInt32) if where.any() else NOWHERE
