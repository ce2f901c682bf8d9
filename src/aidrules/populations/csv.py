"""CSV files read in pieces, every value as text: what it stands for is for the facts to say."""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
from pyarrow import csv

from aidrules.errors import FilesError, Problem
from aidrules.facts.problems import printable
from aidrules.frames.foreign import RENAME, is_pattern
from aidrules.populations.parquet import MOST_COLUMNS

BLOCK = 2**24
"""Bytes that are read at once; no row is longer."""

_AS_UTF_8 = "Save it from there as “CSV UTF-8”."
_NO_TEXT = {
    b"PAR1": ("this is a Parquet file", "Name it .parquet."),
    b"\x1f\x8b": ("this is compressed by gzip", "Unpack it: gzip -d < FILE > OTHER.csv."),
    b"PK\x03\x04": ("this is an archive, such as a workbook of Excel", _AS_UTF_8),
    BOM_UTF16_LE: ("this is text in UTF-16", _AS_UTF_8),
    BOM_UTF16_BE: ("this is text in UTF-16", _AS_UTF_8),
}
"""How files begin that are not text in UTF-8, what they are, and what to do about it."""
_FIRST_ROW = 2**16
_SEPARATORS = {b";": "semicolons", b"\t": "tabs"}

_UNEVEN = re.compile(r"^CSV parse error: (Row #(?P<line>\d+): )?Expected \d+ columns, got (?P<values>\d+)", re.ASCII)
"""How Arrow begins to tell of a row with too few values, or too many; then it repeats what is in it."""


class Csv:
    """A CSV file: UTF-8, commas, names in the first row; a value without anything is unknown.

    Args:
        path: where it is.

    Raises:
        FilesError: it cannot be read so.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as stream:
            first = stream.readline(_FIRST_ROW)
        for begins, (found, hint) in _NO_TEXT.items():
            if first.startswith(begins):
                raise FilesError(Problem(found, str(path), expected="text in UTF-8", hint=hint))
        if b"\0" in first:
            raise FilesError(Problem("its first row has zero bytes, as text in UTF-16 has", str(path), hint=_AS_UTF_8))
        self._refuse_separators(first)
        with self._readable(), self._opened([]) as reader:
            names = reader.schema.names
        if not all(map(str.strip, names)):
            hint = "A comma at the end of the first row makes one; take it out, and those of the other rows."
            raise FilesError(Problem("a column has no name", str(path), expected="a name for each", hint=hint))
        if alike := [printable(name) for name in names if is_pattern(name)]:
            raise FilesError(Problem(f"a column is called like a pattern of names: {alike[0]}", str(path), hint=RENAME))
        several = [name for name, number in Counter(names).items() if number > 1]
        if several:
            found = f"several columns are called {printable(several[0])}"
            raise FilesError(Problem(found, str(path), expected="one of each name in the first row"))
        if len(names) > MOST_COLUMNS:
            raise FilesError(Problem(f"{len(names):,} columns", str(path), expected=f"at most {MOST_COLUMNS:,}"))
        self._names = names
        self.none = pl.DataFrame(schema=dict.fromkeys(names, pl.String))

    def _refuse_separators(self, first: bytes) -> None:
        """Fail if something else than commas stands between names."""
        for sign, called in _SEPARATORS.items():
            if sign in first and b"," not in first:
                written = f"pl.read_csv(..., separator={sign.decode()!r}, infer_schema=False).write_csv(...)"
                expected, hint = "commas between values", f"Write it with commas: {written}."
                raise FilesError(Problem(f"{called} stand between names", str(self.path), expected=expected, hint=hint))

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows in order."""
        first = 0
        with self._readable(), self._opened(self._names) as reader:
            for batch in reader:
                made = pl.from_arrow(batch)
                assert isinstance(made, pl.DataFrame)
                self._refuse_lines(made, first)
                first += made.height
                yield made

    def _opened(self, names: list[str]) -> csv.CSVStreamingReader:
        texts = csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.large_string()),
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
        )
        read = csv.ReadOptions(block_size=BLOCK, use_threads=False)
        # No handler of invalid rows: a thread of Arrow would call it while Python ends, which aborts the process.
        return csv.open_csv(self.path, read, csv.ParseOptions(), texts)

    def _refuse_lines(self, frame: pl.DataFrame, first: int) -> None:
        """Fail at a value of several lines: no fact has any, and where a quote is not closed, rows would be lost."""
        broken = frame.select(pl.any_horizontal(pl.all().str.contains("[\r\n]"))).to_series().arg_true()
        if len(broken):
            found = f"a value in line {first + broken[0] + 2} has a line break in it"
            hint = "A double quote that is not closed makes one value of all that follows."
            raise FilesError(Problem(found, str(self.path), expected="values of one line", hint=hint))

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Say why the file cannot be read, without anything that is in it."""
        try:
            yield
        except (pa.ArrowInvalid, UnicodeDecodeError) as error:
            raise FilesError(self._problem(str(error))) from None

    def _problem(self, told: str) -> Problem:
        where = str(self.path)
        if uneven := _UNEVEN.search(told):
            hint = "A value with a comma in it stands in double quotes."
            found = (
                f"line {uneven['line']} has {int(uneven['values']):,} values" if uneven["line"] else "a line has others"
            )
            return Problem(found, where, expected="as many values as the first row has names", hint=hint)
        if "utf-8" in told.lower() or "UTF8" in told:
            hint = "Excel writes it as “CSV UTF-8”; else convert it: iconv -f GB18030 -t UTF-8."
            return Problem("a text is not written in UTF-8", where, expected="UTF-8", hint=hint)
        if "Empty CSV" in told:
            hint = "The names are written even where no row follows."
            return Problem("the file is empty", where, expected="names in the first row, and a line break", hint=hint)
        if "straddling" in told:
            hint = "A double quote that is not closed makes one row of many."
            return Problem(f"a row is longer than {BLOCK:,} bytes", where, expected="one row for a record", hint=hint)
        expected = "commas between values, names in the first row"
        return Problem("the file cannot be read as CSV", where, expected=expected, hint="Write it anew, or as Parquet.")
