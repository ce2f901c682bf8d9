"""A chunk of households as flat columns: the facts of each list one after another, and which rows lie under which."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl

from aidrules.columns import folds
from aidrules.columns.dates import EPOCH
from aidrules.columns.folds import Fold
from aidrules.columns.rows import Rows
from aidrules.columns.writer import Load
from aidrules.facts.schema import Path, Subject, subject_at
from aidrules.language import core


class Chunk:
    """Some rows of a kernel frame (see `aidrules.frames`).

    Args:
        frame: the rows.
        schema: of the households.
    """

    def __init__(self, frame: pl.DataFrame, schema: Subject) -> None:
        frame = frame.rechunk()
        self.height = frame.height
        self._schema = schema
        self._held: dict[Path, dict[str, pl.Series]] = {(): {column.name: column for column in frame}}
        self._count: dict[Path, int] = {(): frame.height}
        self._unlisted: dict[Path, pl.Series] = {}
        self._offsets: dict[Rows | Path, Any] = {}
        self._under: dict[tuple[int, int], pl.Series] = {}
        self._items: dict[int, Any] = {}
        self._facts: dict[object, pl.Series] = {}

    # Lists

    def _open(self, path: Path) -> None:
        """Lay out the items of a list, without a copy where none is unknown and none is left out."""
        if path in self._held:
            return
        self._open(path[:-1])
        outer = self._held[path[:-1]].get(path[-1])
        if outer is None:
            count = self._count[path[:-1]]
            self._held[path], self._count[path] = {}, 0
            self._unlisted[path] = same(True, count, pl.Boolean)
            self._offsets[path] = np.zeros(count + 1, dtype=np.int64)
            return
        self._unlisted[path] = outer.is_null() if outer.null_count() else same(False, len(outer), pl.Boolean)
        counts = outer.list.len()
        lengths = (counts.fill_null(0) if outer.null_count() else counts).to_numpy()
        offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        items = outer.explode(keep_nulls=False, empty_as_null=False)
        self._offsets[path] = offsets
        self._count[path] = len(items)
        self._held[path] = _fields(items)

    def count(self, rows: Rows) -> int:
        """How many rows there are."""
        return self._count[rows.path] if self._is_own(rows) else int(self.offsets(rows)[-1])

    def _is_own(self, rows: Rows) -> bool:
        if rows.own:
            self._open(rows.path)
        return rows.own

    def offsets(self, rows: Rows) -> Any:
        """Where the rows under each outer row begin, and where the last ones end."""
        if self._is_own(rows):
            return self._offsets[rows.path]
        if rows not in self._offsets:
            assert rows.outer is not None and rows.via is not None
            self._open(rows.path)
            starts = self._offsets[rows.path]
            holder = self._item(rows.via)
            if rows.outer is not rows.via:
                across = self.under(rows.outer, rows.via).to_numpy()
                holder = across if holder is None else holder[across]
            if holder is None:
                holder = np.arange(len(starts) - 1)
            lengths = starts[holder + 1] - starts[holder]
            offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
            np.cumsum(lengths, out=offsets[1:])
            self._offsets[rows] = offsets
            within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
            self._items[id(rows)] = np.repeat(starts[holder], lengths) + within
        return self._offsets[rows]

    def _item(self, rows: Rows) -> Any:
        """Which item of its list each row has; None where every item has its own."""
        if rows.own:
            return None
        self.offsets(rows)
        return self._items[id(rows)]

    def under(self, rows: Rows, outer: Rows) -> pl.Series:
        """The place of the outer row that each row lies under."""
        key = id(rows), id(outer)
        if key not in self._under:
            assert rows.outer is not None
            offsets = self.offsets(rows)
            place: Any = np.repeat(np.arange(len(offsets) - 1, dtype=np.uint32), np.diff(offsets))
            if rows.outer is not outer:
                place = self.under(rows.outer, outer).to_numpy()[place]
            self._under[key] = pl.Series(place, dtype=pl.UInt32)
        return self._under[key]

    # Columns

    def gathered(self, column: pl.Series, rows: Rows, outer: Rows) -> pl.Series:
        """A column of outer rows for the rows under them."""
        return column[self.under(rows, outer)]

    def picked(self, column: pl.Series, rows: Rows) -> pl.Series:
        """A column of items for the rows that have these items."""
        return column[pl.Series(self._item(rows), dtype=pl.UInt32)]

    def loaded(self, load: Load) -> pl.Series:
        """A column of the frame."""
        path = load.rows.path
        self._open(path)
        if load.what == "unlisted":
            return self.unlisted((*path, load.field))
        if load.what == "position":
            offsets = self._offsets[path]
            return pl.Series(np.arange(offsets[-1]) - np.repeat(offsets[:-1], np.diff(offsets)))
        if load.what == "recorded":
            return self._recorded(path, load.field)
        assert load.fact is not None
        return self.fact(path, load.fact)

    def item_ids(self, path: Path) -> pl.Series:
        """The ids of the items of a list."""
        self._open(path)
        return self._held[path].get("id", pl.Series([], dtype=pl.String))

    def fact(self, path: Path, fact: core.Fact) -> pl.Series:
        """A fact of all items, as plain integers, yes or no, or texts."""
        key = path, fact.path, fact.absent
        if key not in self._facts:
            self._facts[key] = self._read(path, fact)
        return self._facts[key]

    def fill(self, path: Path, fact: core.Fact) -> None:
        """Put a value that a fact may have where it is unknown."""
        key = path, fact.path, fact.absent
        self._facts[key] = self.fact(path, fact).fill_null(_possible(fact))

    def is_empty(self, path: Path) -> bool:
        """Whether a list has no item in any row."""
        self._open(path)
        return bool(path) and not self._count[path]

    def _column(self, path: Path, fact: core.Fact) -> tuple[pl.Series | None, pl.Series | None]:
        """The column of a fact, and that of the group or finding which holds it; None for what nobody has."""
        self._open(path)
        first, *inner = attributes(self._schema, path, fact.path)
        column, holder = self._held[path].get(first), None
        for name in inner:
            holder = column
            if holder is not None:
                column = _fields(holder).get(name)
        return column, holder

    def _read(self, path: Path, fact: core.Fact) -> pl.Series:
        column, holder = self._column(path, fact)
        count = self._count[path]
        found = same(None, count, _dtype(fact)) if column is None else _converted(column, fact)
        if fact.absent is None:
            return found
        absent = int(fact.absent * 10**fact.scale) if isinstance(fact.absent, Fraction) else fact.absent
        if fact.type.name == "enum":
            absent = fact.type.options.index(str(absent))
        counted = same(absent, count, _dtype(fact))
        return counted if holder is None else found.zip_with(~holder.is_null(), counted)

    def _recorded(self, path: Path, name: str) -> pl.Series:
        first, *inner = name.split(".")
        found = self._held[path].get(first)
        for part in inner:
            if found is not None:
                found = _fields(found).get(part)
        if found is None or not found.null_count():
            return same(found is not None, self._count[path], pl.Boolean)
        return found.is_not_null()

    def unlisted(self, path: Path) -> pl.Series:
        """Whether a list is unknown, for each item that it may hang on."""
        self._open(path)
        return self._unlisted[path]

    def least_items(self, path: Path) -> int:
        """How many items a list has at the least."""
        return subject_at(self._schema, path[:-1]).lists[path[-1]].min_items

    def households(self, path: Path, items: Any) -> Any:
        """The households of some items, by their places."""
        while path:
            items = np.searchsorted(self._offsets[path], items, side="right") - 1
            path = path[:-1]
        return items

    def list_is_open(self, path: Path) -> bool:
        """Whether a list is unknown for some row."""
        return bool(self.unlisted(path).any())

    def reduced(self, fold: Fold, inner: Rows, columns: list[pl.Series], *, wide: bool) -> pl.Series:
        """What columns come to for each outer row; `wide` if that may need more than 64 bits."""
        if fold == "bits":
            assert inner.outer is not None
            owners = self.under(inner, inner.outer).to_numpy()
            return pl.Series(folds.of_few(owners, self.count(inner.outer), columns[0].to_numpy(), np.bitwise_or, 0))
        return folds.folded(fold, self.offsets(inner), columns, wide=wide)

    def counted(self, inner: Rows, each: int) -> pl.Series:
        """The sum of a number that is the same for all items, for each outer row."""
        return pl.Series(np.diff(self.offsets(inner)) * each)


def attributes(schema: Subject, path: Path, name: str) -> list[str]:
    """The names of the groups that a fact is in, and its own."""
    found = name.split(".")
    return [*found, "value"] if subject_at(schema, path).fields[name].finding is not None else found


def same(value: bool | int | str | None, count: int, dtype: Any) -> pl.Series:
    """One value for all rows; no query is run for it."""
    return pl.Series([value], dtype=dtype).new_from_index(0, count)


def _fields(groups: pl.Series) -> dict[str, pl.Series]:
    """What is in a group, by name; null where the group is."""
    return {column.name: column for column in groups.struct.unnest()}


def _dtype(fact: core.Fact) -> Any:
    kinds: dict[str, Any] = {"number": pl.Int64, "date": pl.Int64, "bool": pl.Boolean, "enum": pl.UInt8}
    return kinds.get(fact.type.name, pl.String)


def _possible(fact: core.Fact) -> int | bool | str:
    """A value that a fact may have."""
    if fact.type.name == "number":
        low, high = (int(end * 10**fact.scale) for end in (fact.low, fact.high))
        return min(max(low, 0), high)
    return {"date": 0, "bool": False, "enum": 0}.get(fact.type.name, "")


def _converted(column: pl.Series, fact: core.Fact) -> pl.Series:
    if fact.type.name == "date":
        return column.to_physical().cast(pl.Int64) + EPOCH
    if fact.type.name == "enum":
        return column.to_physical().cast(pl.UInt8)
    return column
