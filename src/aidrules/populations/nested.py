"""A Parquet file of nested households as a source of parts, each of the same number of rows in their order."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from pathlib import Path

import polars as pl
import pyarrow as pa

from aidrules.errors import FilesError, Problem
from aidrules.frames.given import polars_frame
from aidrules.populations.parquet import Parquet
from aidrules.populations.part import HOUSEHOLDS, Part

MOST_BYTES = 2**29
"""Of one part in memory; households of the shipped packs have some hundred bytes each."""


class Nested:
    """A file of nested households.

    Args:
        file: the Parquet file.
        key: a column that is carried through and is no fact.

    Raises:
        FilesError: it is no Parquet file, or has no such column.
    """

    def __init__(self, file: Path, key: str | None) -> None:
        self._file = Parquet(file)
        self.carried = key if key != "id" else None
        names = self._file.schema.names
        if key is not None and names.count(key) != 1:
            found = "the file has no such column" if key not in names else "the file has several such columns"
            raise FilesError(Problem(found, str(file), expected=f"a column {key}, as --key says"))
        self.households = self._file.rows

    @property
    def numbers(self) -> range:
        """The numbers of all parts."""
        return range(-(-self.households // HOUSEHOLDS))

    @cached_property
    def none(self) -> Part:
        """A part of no households, with all columns."""
        return self._part(0, [])

    def parts(self, but: Collection[int]) -> Iterator[Part]:
        """The parts in order."""
        held: list[pa.RecordBatch] = []
        wanted = [number for number in self.numbers if number not in but]
        spans = [(number * HOUSEHOLDS, (number + 1) * HOUSEHOLDS) for number in wanted]
        for start, batch in self._file.batches(spans):
            held.append(batch)
            number, end = start // HOUSEHOLDS, start + batch.num_rows
            if sum(piece.nbytes for piece in held) > MOST_BYTES:
                rows = sum(piece.num_rows for piece in held)
                found = f"{rows:,} households from row {number * HOUSEHOLDS:,} on take more than {MOST_BYTES:,} bytes"
                expected = f"households of at most {MOST_BYTES // HOUSEHOLDS:,} bytes on average"
                raise FilesError(Problem(found, str(self._file.path), expected=expected))
            if end % HOUSEHOLDS == 0 or end == self.households:
                yield self._part(number, held)
                held = []

    def _part(self, number: int, batches: list[pa.RecordBatch]) -> Part:
        frame = polars_frame(pa.Table.from_batches(batches, self._file.schema), str(self._file.path))
        first = number * HOUSEHOLDS
        rows = pl.int_range(first, first + frame.height, dtype=pl.Int64, eager=True)
        if self.carried is None:
            return Part(number, frame, rows)
        return Part(number, frame.drop(self.carried), rows, frame[self.carried])
