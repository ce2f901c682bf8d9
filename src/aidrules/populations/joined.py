"""Parts joined in the order of the input, and written as one file: Parquet, or CSV."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from aidrules.populations import durable
from aidrules.populations.flat import kind_of

PIECE = 8_192
"""Rows of a part that are read at once: where parts came of flat tables, all of them are read side by side."""

WINDOW = 50_000
"""Places in the input whose rows are written together."""

_AS_OTHERS_READ = pl.CompatLevel.oldest()


Frames = Iterator[pl.DataFrame]


def rows_of(file: Path) -> int:
    """How many rows a file of a part has."""
    rows: int = pl.scan_ipc(file).select(pl.len()).collect().item()
    return rows


def in_order(files: Iterable[Path], columns: Sequence[str], households: int, done: Callable[[int], None]) -> Frames:
    """The rows of all parts, by their places in the input.

    Args:
        files: of the parts, each with its rows in order; `row` is their place.
        columns: what is wanted of them, with `row`.
        households: how many places there are.
        done: is told how many places were passed.
    """
    texts = pl.Categories.random()
    waiting = sorted(
        (one for file in files if (one := _Rows(file, columns)).first is not None), key=_first, reverse=True
    )
    open_: list[_Rows] = []
    for start in range(0, households, WINDOW):
        while waiting and _first(waiting[-1]) < start + WINDOW:
            open_.append(waiting.pop())
        found = [_alike(frame, texts) for one in open_ for frame in one.until(start + WINDOW)]
        open_ = [one for one in open_ if not one.ended]
        if found:
            yield pl.concat(found).sort("row", maintain_order=True)
        done(min(start + WINDOW, households))


def _alike(frame: pl.DataFrame, texts: pl.Categories) -> pl.DataFrame:
    """The same with the same types in all parts: each part has enums of the texts that occur in it."""
    return frame.select(pl.col(name).cast(_with_texts(dtype, texts)) for name, dtype in frame.schema.items())


def _with_texts(dtype: Any, texts: pl.Categories) -> Any:
    match dtype:
        case pl.Enum() | pl.Categorical():
            return pl.Categorical(texts)
        case pl.List():
            return pl.List(_with_texts(dtype.inner, texts))
        case pl.Struct():
            return pl.Struct({field.name: _with_texts(field.dtype, texts) for field in dtype.fields})
        case _:
            return dtype


class _Rows:
    """The rows of one part, read as they are wanted."""

    def __init__(self, file: Path, columns: Sequence[str]) -> None:
        self._file, self._read = pl.scan_ipc(file).select(columns), 0
        first = self._file.select("row").head(1).collect()["row"]
        self.first: int | None = first.first()  # type: ignore[assignment]
        self._held = pl.DataFrame()
        self.ended = False

    def until(self, end: int) -> Iterator[pl.DataFrame]:
        """The rows up to a place that were not given yet."""
        while not self.ended:
            if not self._held.height:
                self._held = self._file.slice(self._read, PIECE).collect()
                self._read += self._held.height
                self.ended = not self._held.height
                if self.ended:
                    return
            count = int(self._held["row"].search_sorted(end, side="left"))
            yield self._held.head(count)
            self._held = self._held.slice(count)
            if self._held.height:
                return


def _first(rows: _Rows) -> int:
    assert rows.first is not None
    return rows.first


def write(file: Path, frames: Iterable[pl.DataFrame], none: pl.DataFrame, mark: str) -> None:
    """Write a file, which is there whole or not at all.

    Args:
        file: a name that ends in `.parquet` or `.csv`.
        frames: the rows.
        none: no rows, with all columns.
        mark: as of `durable.whole`.
    """
    with durable.whole(file, mark) as stream:
        (_as_csv if kind_of(file) == "csv" else _as_parquet)(stream, frames, none)


def _as_parquet(stream: BinaryIO, frames: Iterable[pl.DataFrame], none: pl.DataFrame) -> None:
    schema = _alike(none, pl.Categories.random()).to_arrow(compat_level=_AS_OTHERS_READ).schema.remove_metadata()
    # Without the schema of Arrow, which says how texts are held, every reader takes them as texts.
    with pq.ParquetWriter(stream, schema, compression="zstd", store_schema=False) as written:
        for frame in frames:
            table = frame.to_arrow(compat_level=_AS_OTHERS_READ)
            written.write_table(pa.Table.from_arrays(table.columns, schema=schema))


def _as_csv(stream: BinaryIO, frames: Iterable[pl.DataFrame], none: pl.DataFrame) -> None:
    _spelled(none).write_csv(stream)
    for frame in frames:
        _spelled(frame).write_csv(stream, include_header=False)


def _spelled(frame: pl.DataFrame) -> pl.DataFrame:
    """The same with a column for each part of a fraction: `income.numerator` and `income.denominator`."""
    return frame.unnest([name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Struct)], separator=".")
