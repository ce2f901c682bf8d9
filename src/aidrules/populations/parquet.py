"""Parquet files read in pieces that fit into memory, however large their row groups are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from aidrules.errors import FilesError, Problem
from aidrules.facts.problems import printable
from aidrules.frames.foreign import RENAME, is_pattern

BATCH = 8_192
"""Rows that are read at once, where they take no more than `BATCH_BYTES`."""

BATCH_BYTES = 2**26

LONGEST = 4_096
"""Bytes of a text in a dictionary, which stands there once for any number of rows; no fact is as long."""

MOST_BYTES = 2**29
"""Of one column in a row group, unpacked: a page of it is unpacked whole, whatever few rows of it are read."""

MOST_ROWS = 2**32
MOST_COLUMNS = 10_000
MOST_VALUES = 4_000
"""Values of one fact in a row, on average over a row group: of 30 members, each with 60 incomes, there are 1,800."""


class Parquet:
    """A Parquet file.

    Args:
        path: where it is.

    Raises:
        FilesError: it is no Parquet file, or one of absurd size.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _readable(path):
            # Neither mapped nor read ahead: of a row group only the pages are held that are just being read.
            self._file = pq.ParquetFile(path, memory_map=False, pre_buffer=False, buffer_size=2**20)
            self.schema: pa.Schema = self._file.schema_arrow
        told: Any = self._file.metadata
        self.rows: int = told.num_rows
        self._groups = [told.row_group(number) for number in range(told.num_row_groups)]
        _refuse_absurd(path, told, self._groups)
        texts = [place for place in range(told.num_columns) if _is_text(told.schema.column(place))]
        self._texts = {place: told.schema.column(place).path for place in texts}

    def batches(
        self, spans: Sequence[tuple[int, int]] | None = None, columns: Sequence[str] | None = None
    ) -> Iterator[tuple[int, pa.RecordBatch]]:
        """The rows in order, each batch with the place of its first row.

            Args:
                spans: first rows, and those behind the last ones, of what is wanted, in order; all, unless given. A
            batch lies within one of them.
        columns: what is wanted; all, unless given.
        """
        spans, end = [(0, self.rows)] if spans is None else spans, 0
        for number, group in enumerate(self._groups):
            start, end = end, end + group.num_rows
            here = [(max(first, start), min(last, end)) for first, last in spans if first < end and last > start]
            if here:
                yield from self._group(number, start, here, columns)

    def _group(
        self, number: int, start: int, spans: Sequence[tuple[int, int]], columns: Sequence[str] | None
    ) -> Iterator[tuple[int, pa.RecordBatch]]:
        with _readable(self.path):
            rows = self._rows_at_once(number)
            for batch in self._file.iter_batches(rows, [number], columns, use_threads=False):
                batch.validate(full=True)  # Arrow takes texts as they come; Polars relies on their being UTF-8
                end = start + batch.num_rows
                for first, last in spans:
                    if first < end and last > start:
                        at = max(first, start)
                        yield at, batch.slice(at - start, min(last, end) - at)
                start = end

    def _rows_at_once(self, number: int) -> int:
        """How many rows of a group are read at once, so that neither long texts nor repeated ones fill the memory."""
        group = self._groups[number]
        longest = self._longest(number)
        most: int = sum(
            max(group.column(place).total_uncompressed_size, longest.get(place, 0) * group.column(place).num_values)
            for place in self._texts
        )
        rows: int = BATCH_BYTES * group.num_rows // max(most, 1)
        return max(1, min(BATCH, rows))

    def _longest(self, number: int) -> dict[int, int]:
        """The bytes of the longest text in each dictionary of a group, by the place of the column."""
        kept = {
            place: path for place, path in self._texts.items() if self._groups[number].column(place).has_dictionary_page
        }
        # The first row brings the whole dictionary, and none of the texts that it stands for.
        with pq.ParquetFile(
            self.path, read_dictionary=[*kept.values()], memory_map=False, pre_buffer=False, buffer_size=2**20
        ) as file:
            first = next(file.iter_batches(1, [number], [*kept.values()], use_threads=False), None) if kept else None
        if first is None:
            return {}
        found = {
            place: pc.max(pc.binary_length(texts)).as_py() or 0
            for place, texts in zip(kept, _dictionaries(first.columns), strict=True)
        }
        for place, most in found.items():
            if most > LONGEST:
                hint = "Leave long texts out, or keep them in a table of their own."
                said = f"a text of {most:,} bytes in the column {printable(kept[place].partition('.')[0])}"
                raise FilesError(Problem(said, str(self.path), expected=f"at most {LONGEST:,}", hint=hint))
        return found

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


def _is_text(column: Any) -> bool:
    return bool(column.physical_type == "BYTE_ARRAY" and column.logical_type.type in ("STRING", "NONE"))


def _dictionaries(columns: Iterable[Any]) -> Iterator[Any]:
    """The dictionaries of columns, and of what is nested in them, in the order of the file."""
    for column in columns:
        if pa.types.is_struct(column.type):
            yield from _dictionaries(column.field(place) for place in range(column.type.num_fields))
        elif pa.types.is_map(column.type):
            yield from _dictionaries([column.keys, column.items])
        elif pa.types.is_nested(column.type):
            yield from _dictionaries([column.values])
        else:
            yield column.dictionary if pa.types.is_dictionary(column.type) else column


def _refuse_absurd(path: Path, told: Any, groups: Sequence[Any]) -> None:
    """Fail if a file says of itself that it is larger than any population."""
    problems = []
    names = Counter(told.schema.to_arrow_schema().names)
    if twice := [printable(name) for name, number in names.items() if number > 1]:
        problems.append(Problem(f"several columns are called {twice[0]}", str(path), expected="one of each name"))
    if not all(map(str.strip, names)):
        problems.append(Problem("a column has no name", str(path), expected="a name for each"))
    if alike := [printable(name) for name in names if is_pattern(name)]:
        problems.append(Problem(f"a column is called like a pattern of names: {alike[0]}", str(path), hint=RENAME))
    if told.num_rows > MOST_ROWS:
        problems.append(Problem(f"{told.num_rows:,} rows", str(path), expected=f"at most {MOST_ROWS:,}"))
    if told.num_columns > MOST_COLUMNS:
        problems.append(Problem(f"{told.num_columns:,} columns", str(path), expected=f"at most {MOST_COLUMNS:,}"))
    else:
        for number, group in enumerate(groups):
            chunks = [group.column(place) for place in range(group.num_columns)]
            most = max((chunk.num_values for chunk in chunks), default=0)
            size = max((chunk.total_uncompressed_size for chunk in chunks), default=0)
            if most > MOST_VALUES * max(group.num_rows, 1):
                found = f"{most:,} values of one column in the {group.num_rows:,} rows of row group {number}"
                expected = f"at most {MOST_VALUES:,} for each row"
                problems.append(Problem(found, str(path), expected=expected))
                break
            if size > MOST_BYTES:
                found = f"{size:,} bytes of one column in row group {number}, when they are unpacked"
                hint = "Write the file with row groups of fewer rows, such as row_group_size=250_000."
                problems.append(Problem(found, str(path), expected=f"at most {MOST_BYTES:,}", hint=hint))
                break
    if problems:
        raise FilesError(problems)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Say which file cannot be read."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        found = f"the file cannot be read as Parquet ({str(error).splitlines()[0][:200]})"
        hint = "If the name says another kind of file, rename it; else write it again."
        raise FilesError(Problem(found, str(path), expected="a whole Parquet file", hint=hint)) from None
