"""A Parquet file of nested households as a source of parts, each of the same number of rows in their order."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import polars as pl
import pyarrow as pa

from aidrules.errors import FilesError, Problem
from aidrules.facts.problems import printable
from aidrules.frames.given import polars_frame
from aidrules.language.fields import near
from aidrules.populations.parquet import Parquet
from aidrules.populations.part import HOUSEHOLDS, Part

MOST_BYTES = 2**29
"""Of one part in memory; households of the shipped packs have some hundred bytes each."""


class Nested:
    """A file of nested households.

    Args:
        file: the Parquet file.
        carried: the columns that are carried through, each with the argument that names it.
        facts: the names of facts; other columns are only carried.

    Raises:
        FilesError: it is no Parquet file, or has no such column.
    """

    def __init__(self, file: Path, carried: Mapping[str, str], facts: Collection[str]) -> None:
        self._file, self._facts = Parquet(file), facts
        self.carried = {name: option for name, option in carried.items() if name != "id"}
        refuse_absent(file, self._file.schema.names, carried)
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
        kept = tuple(frame[name] for name in self.carried)
        # What the key is called says nothing of what it is; a column that is kept may be a fact.
        beside = [name for name, option in self.carried.items() if option == "key" or name not in self._facts]
        return Part(number, frame.drop(beside), rows, kept)


def refuse_absent(file: Path, columns: Sequence[str], carried: Mapping[str, str]) -> None:
    """Fail if columns that are to be carried through are not there.

    Raises:
        FilesError: with the argument that names each.
    """
    problems = [
        Problem(
            "the file has no such column",
            str(file),
            expected=f"a column {printable(str(name))}, as --{option} says",
            hint=near(str(name)[:60], columns),
        )
        for name, option in carried.items()
        if name not in columns
    ]
    if problems:
        raise FilesError(problems)
