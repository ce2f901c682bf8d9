"""Folds: what the items of lists come to, list by list, from the columns of all items one after another.

Sums are differences of running sums: these may wrap, but the sums that are asked for fit, and so do not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import polars as pl

Fold = Literal["sum", "min", "max", "bits", "longest_run", "most_in_a_row", "distinct", "most_distinct"]
_LIMB = 2**40


def folded(fold: Fold, offsets: Any, columns: list[pl.Series], *, wide: bool) -> pl.Series:
    """What columns come to for each list.

    Args:
        fold: how.
        offsets: where the items of each list begin, and those of the last one end.
        columns: of the items; two where the first says which items count.
        wide: whether that may need more than 64 bits.
    """
    first = columns[0]
    if fold == "sum":
        return _long_sum(first, offsets) if wide else pl.Series(_sums(_whole(first), offsets))
    if fold in ("min", "max"):
        return _by_place(first, offsets, fold) if first.dtype == pl.Int128 else _extreme(first, offsets, fold)
    return pl.Series(_MARKED[fold](offsets, first, columns[1]))


def along(offsets: Any, values: Any, fold: Any, empty: int) -> Any:
    """What the values of items come to by a function of NumPy, for each list."""
    found = np.full(len(offsets) - 1, empty, dtype=values.dtype)
    some = np.diff(offsets) > 0
    if some.all() and len(values):
        return fold.reduceat(values, offsets[:-1])
    if some.any():
        found[some] = fold.reduceat(values, offsets[:-1][some])
    return found


def of_few(owners: Any, count: int, values: Any, fold: Any, empty: int) -> Any:
    """What the values of items come to by a function of NumPy; only those are gone through that are not `empty`.

    Args:
        owners: the list of each item.
        count: how many lists there are.
        values: of the items.
        fold: how; what is `empty` changes nothing.
        empty: what a list comes to that has no other values.
    """
    found = np.full(count, empty, dtype=values.dtype)
    some = np.flatnonzero(values != empty)
    if len(some):
        lists = owners[some]
        first = np.flatnonzero(np.concatenate([[True], lists[1:] != lists[:-1]]))
        found[lists[first]] = fold.reduceat(values[some], first)
    return found


def _whole(column: pl.Series) -> Any:
    """Whole numbers or marks as whole numbers; what is null adds nothing."""
    values = column.fill_null(False if column.dtype == pl.Boolean else 0) if column.null_count() else column
    return values.to_numpy()


def _sums(values: Any, offsets: Any) -> Any:
    running = np.empty(len(values) + 1, dtype=np.int64)
    running[0] = 0
    np.cumsum(values, dtype=np.int64, out=running[1:])
    return np.diff(np.take(running, offsets))


def _extreme(column: pl.Series, offsets: Any, fold: Fold) -> pl.Series:
    """The least or greatest item that is known; null where there is none."""
    sign = -1 if fold == "min" else 1
    # The least number of 64 bits is never a value: the greatest of those that are is found beside it.
    nothing = -(2**63)
    open_ = column.null_count()
    known = (column.fill_null(0) if open_ else column).to_numpy().astype(np.int64, copy=False) * sign
    if open_:
        known[column.is_null().to_numpy()] = nothing
    found = along(offsets, known, np.maximum, nothing)
    some = found != nothing
    return pl.Series(found * sign) if some.all() else pl.Series(found * sign).set(pl.Series(~some), None)


def _long_sum(column: pl.Series, offsets: Any) -> pl.Series:
    """A sum of more than 64 bits: forty bits at a time, which Arrow can hold."""
    limb, rest = pl.lit(_LIMB, dtype=pl.Int128), pl.col("rest").cast(pl.Int128)
    weights = [pl.lit(_LIMB**place, dtype=pl.Int128) for place in range(4)]
    limbs = [(rest // weight) % limb for weight in weights[:3]] + [rest // weights[3]]
    parts = column.alias("rest").to_frame().select(part.cast(pl.Int64).alias(f"{n}") for n, part in enumerate(limbs))
    sums = pl.DataFrame([pl.Series(part.name, _sums(_whole(part), offsets)) for part in parts])
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


def _marks(column: pl.Series, what: bool | None) -> Any:
    """Where a column of marks is true, false or null."""
    if what is None:
        return column.is_null().to_numpy()
    return (column if what else ~column).fill_null(False).to_numpy()


def _longest(offsets: Any, adds: Any, ends: Any) -> Any:
    """The longest run: `adds` items count, `ends` items end a run, all others neither."""
    total = np.concatenate([[0], np.cumsum(adds)])
    begun = np.zeros(len(adds), dtype=np.int64)
    first = offsets[:-1][np.diff(offsets) > 0]
    begun[first] = first
    begun[ends] = np.flatnonzero(ends) + 1
    run = total[1:] - total[np.maximum.accumulate(begun)]
    return along(offsets, run, np.maximum, 0)


def _longest_run(offsets: Any, inside: pl.Series, mark: pl.Series) -> Any:
    out, true = _marks(inside, False), _marks(mark, True)
    return _longest(offsets, true & _marks(inside, True), ~true & ~out)


def _most_in_a_row(offsets: Any, inside: pl.Series, mark: pl.Series) -> Any:
    out, false = _marks(inside, False), _marks(mark, False)
    return _longest(offsets, ~false & ~out, false & _marks(inside, True))


def _distinct(offsets: Any, inside: pl.Series, value: pl.Series) -> Any:
    """At least: the different values certainly in; one if there is none but an unknown one is certainly in."""
    certain, unknown = _marks(inside, True), _marks(value, None)
    known = _different(offsets, certain & ~unknown, value)
    return np.maximum(known, _sums(certain & unknown, offsets) > 0)


def _most_distinct(offsets: Any, inside: pl.Series, value: pl.Series) -> Any:
    possible, unknown = ~_marks(inside, False), _marks(value, None)
    return _different(offsets, possible & ~unknown, value) + _sums(possible & unknown, offsets)


def _different(offsets: Any, which: Any, value: pl.Series) -> Any:
    place = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    pairs = pl.DataFrame({"place": place, "value": value}).filter(pl.Series(which)).unique()
    return np.bincount(pairs["place"].to_numpy(), minlength=len(offsets) - 1)


_MARKED: dict[Fold, Callable[[Any, pl.Series, pl.Series], Any]] = {
    "longest_run": _longest_run,
    "most_in_a_row": _most_in_a_row,
    "distinct": _distinct,
    "most_distinct": _most_distinct,
}
