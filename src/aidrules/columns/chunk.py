"""A chunk of households as flat columns: the facts of each list one after another, and which rows lie under which."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from aidrules.columns.dates import EPOCH
from aidrules.columns.rows import Rows
from aidrules.columns.writer import Fold, Load
from aidrules.facts.schema import Path, Subject, subject_at
from aidrules.language import core

_NEWEST = pl.CompatLevel.newest()


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
            self._unlisted[path] = pl.repeat(True, count, dtype=pl.Boolean, eager=True)
            self._offsets[path] = np.zeros(count + 1, dtype=np.int64)
            return
        self._unlisted[path] = outer.is_null()
        lengths = outer.list.len().fill_null(0).to_numpy()
        offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        items = outer.explode(keep_nulls=False, empty_as_null=False)
        self._offsets[path] = offsets
        self._count[path] = len(items)
        self._held[path] = {name: items.struct.field(name) for name in items.struct.fields}

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
        return column.gather(self.under(rows, outer))

    def picked(self, column: pl.Series, rows: Rows) -> pl.Series:
        """A column of items for the rows that have these items."""
        return column.gather(pl.Series(self._item(rows), dtype=pl.UInt32))

    def loaded(self, load: Load) -> pl.Series:
        """A column of the frame."""
        path = load.rows.path
        self._open(path)
        if load.what == "unlisted":
            self._open((*path, load.field))
            return self._unlisted[*path, load.field]
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
        self._open(path)
        attributes = fact.path.split(".")
        if subject_at(self._schema, path).fields[fact.path].finding is not None:
            attributes.append("value")
        column = self._held[path].get(attributes[0])
        holder = None
        for name in attributes[1:]:
            if column is None:
                holder = None  # nobody has what would hold the fact
                break
            holder = column
            column = column.struct.field(name) if name in column.struct.fields else None
        count = self._count[path]
        recorded = ~holder.is_null() if holder is not None else None
        nothing = pl.repeat(None, count, dtype=_dtype(fact), eager=True)
        found = nothing if column is None else _converted(column, fact)
        if fact.absent is None:
            return found
        absent = int(fact.absent * 10**fact.scale) if isinstance(fact.absent, Fraction) else fact.absent
        if fact.type.name == "enum":
            absent = fact.type.options.index(str(absent))
        counted = pl.repeat(absent, count, dtype=_dtype(fact), eager=True)
        return counted if recorded is None else found.zip_with(recorded, counted)

    def _recorded(self, path: Path, name: str) -> pl.Series:
        first, *inner = name.split(".")
        found = self._held[path].get(first)
        for part in inner:
            if found is not None:
                found = found.struct.field(part) if part in found.struct.fields else None
        if found is None:
            return pl.repeat(False, self._count[path], dtype=pl.Boolean, eager=True)
        return ~found.is_null()

    def list_is_open(self, path: Path) -> bool:
        """Whether a list is unknown for some row."""
        self._open(path)
        return bool(self._unlisted[path].any())

    def reduced(self, fold: Fold, inner: Rows, columns: list[pl.Series], *, wide: bool) -> pl.Series:
        """What columns come to for each outer row; `wide` if that may need more than 64 bits."""
        offsets = self.offsets(inner)
        if fold == "sum":
            return _long_sum(columns[0], offsets) if wide else _sum(columns[0], offsets)
        if fold == "bits":
            return _bits(columns[0], offsets)
        if fold in _SIMPLE:
            if columns[0].dtype == pl.Int128:
                return _by_place(columns[0], offsets, fold)
            return _SIMPLE[fold](_listed(columns[0], offsets))
        return _FOLDED[fold](offsets, columns[0], columns[1])


def _listed(column: pl.Series, offsets: Any) -> pl.Series:
    values = column.rechunk().to_arrow(compat_level=_NEWEST)
    made = pl.from_arrow(pa.LargeListArray.from_arrays(pa.array(offsets), values))
    assert isinstance(made, pl.Series)
    return made


def _sum(column: pl.Series, offsets: Any) -> pl.Series:
    return _listed(column, offsets).list.sum().cast(pl.Int64)


def _bits(column: pl.Series, offsets: Any) -> pl.Series:
    """The bits of whole numbers together."""
    found = np.zeros(len(offsets) - 1, dtype=np.int64)
    some = np.diff(offsets) > 0
    if some.any():
        found[some] = np.bitwise_or.reduceat(column.to_numpy(), offsets[:-1][some])
    return pl.Series(found)


_LIMB = 2**40


def _long_sum(column: pl.Series, offsets: Any) -> pl.Series:
    """A sum of more than 64 bits: forty bits at a time, which Arrow can hold."""
    limb, rest = pl.lit(_LIMB, dtype=pl.Int128), pl.col("rest").cast(pl.Int128)
    weights = [pl.lit(_LIMB**place, dtype=pl.Int128) for place in range(4)]
    limbs = [(rest // weight) % limb for weight in weights[:3]] + [rest // weights[3]]
    parts = column.alias("rest").to_frame().select(part.cast(pl.Int64).alias(f"{n}") for n, part in enumerate(limbs))
    sums = pl.DataFrame([_sum(part, offsets).alias(part.name) for part in parts])
    total = sum(
        (pl.col(f"{place}").cast(pl.Int128) * weights[place] for place in range(1, 4)),
        pl.col("0").cast(pl.Int128),
    )
    return sums.select(total).to_series()


def _by_place(column: pl.Series, offsets: Any, fold: str) -> pl.Series:
    """The least or greatest of numbers that Arrow cannot hold."""
    place = pl.Series("place", np.repeat(np.arange(len(offsets) - 1), np.diff(offsets)), dtype=pl.Int64)
    value = pl.col("value").min() if fold == "min" else pl.col("value").max()
    found = pl.DataFrame([place, column.alias("value")]).group_by("place").agg(value)
    every = pl.DataFrame({"place": pl.int_range(len(offsets) - 1, eager=True, dtype=pl.Int64)})
    return every.join(found, on="place", how="left", maintain_order="left")["value"]


_SIMPLE: dict[str, Callable[[pl.Series], pl.Series]] = {
    "min": lambda listed: listed.list.min(),
    "max": lambda listed: listed.list.max(),
}


def _dtype(fact: core.Fact) -> Any:
    kinds: dict[str, Any] = {"number": pl.Int64, "date": pl.Int64, "bool": pl.Boolean, "enum": pl.UInt8}
    return kinds.get(fact.type.name, pl.String)


def _converted(column: pl.Series, fact: core.Fact) -> pl.Series:
    if fact.type.name == "date":
        return column.to_physical().cast(pl.Int64) + EPOCH
    if fact.type.name == "enum":
        return column.to_physical().cast(pl.UInt8)
    return column


def _marks(column: pl.Series, what: bool | None) -> Any:
    """Where a column of marks is true, false or null."""
    if what is None:
        return column.is_null().to_numpy()
    return (column if what else ~column).fill_null(False).to_numpy()


def _longest(offsets: Any, adds: Any, ends: Any) -> pl.Series:
    """The longest run: `adds` items count, `ends` items end a run, all others neither."""
    total = np.concatenate([[0], np.cumsum(adds)])
    begun = np.zeros(len(adds), dtype=np.int64)
    first = offsets[:-1][np.diff(offsets) > 0]
    begun[first] = first
    begun[ends] = np.flatnonzero(ends) + 1
    run = total[1:] - total[np.maximum.accumulate(begun)]
    listed = _listed(pl.Series(run, dtype=pl.Int64), offsets).list.max()
    return listed.fill_null(0)


def _longest_run(offsets: Any, inside: pl.Series, mark: pl.Series) -> pl.Series:
    out, true = _marks(inside, False), _marks(mark, True)
    return _longest(offsets, true & _marks(inside, True), ~true & ~out)


def _most_in_a_row(offsets: Any, inside: pl.Series, mark: pl.Series) -> pl.Series:
    out, false = _marks(inside, False), _marks(mark, False)
    return _longest(offsets, ~false & ~out, false & _marks(inside, True))


def _distinct(offsets: Any, inside: pl.Series, value: pl.Series) -> pl.Series:
    """At least: the different values certainly in; one if there is none but an unknown one is certainly in."""
    certain = _marks(inside, True)
    known = _different(offsets, certain & ~_marks(value, None), value)
    unknown = _listed(pl.Series(certain & _marks(value, None)), offsets).list.sum().cast(pl.Int64)
    return pl.select(pl.max_horizontal(known, unknown.clip(upper_bound=1))).to_series()


def _most_distinct(offsets: Any, inside: pl.Series, value: pl.Series) -> pl.Series:
    possible = ~_marks(inside, False)
    known = _different(offsets, possible & ~_marks(value, None), value)
    return known + _listed(pl.Series(possible & _marks(value, None)), offsets).list.sum().cast(pl.Int64)


def _different(offsets: Any, which: Any, value: pl.Series) -> pl.Series:
    place = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    pairs = pl.DataFrame({"place": place, "value": value}).filter(pl.Series(which)).unique()
    counted = np.bincount(pairs["place"].to_numpy(), minlength=len(offsets) - 1)
    return pl.Series(counted, dtype=pl.Int64)


_FOLDED: dict[str, Callable[[Any, pl.Series, pl.Series], pl.Series]] = {
    "longest_run": _longest_run,
    "most_in_a_row": _most_in_a_row,
    "distinct": _distinct,
    "most_distinct": _most_distinct,
}
