"""Flat tables of a population: their files, read in pieces, whatever kind they are of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pyarrow as pa

from aidrules.errors import FilesError, Problem
from aidrules.frames.declared import Record
from aidrules.frames.flat import fact_of
from aidrules.frames.given import polars_frame
from aidrules.frames.nesting import nest, records
from aidrules.populations import written
from aidrules.populations.csv import Csv
from aidrules.populations.nested import refuse_absent
from aidrules.populations.parquet import Parquet

if TYPE_CHECKING:
    from aidrules.language.pack import Pack

HOUSEHOLDS, MEMBERS = "households", "members"


class Table:
    """One flat table.

    Args:
        path: its file.

    Raises:
        FilesError: it is none that can be read.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        kind = kind_of(path)
        self._file = Csv(path) if kind == "csv" else Parquet(path)

    @property
    def written(self) -> bool:
        """Whether all its values are texts."""
        return isinstance(self._file, Csv)

    @property
    def none(self) -> pl.DataFrame:
        """A table of no rows, with all columns."""
        if isinstance(self._file, Csv):
            return self._file.none
        return self._frame([])

    @property
    def rows(self) -> int:
        """About how many rows there are, no fewer."""
        if isinstance(self._file, Parquet):
            return self._file.rows
        with self.path.open("rb") as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(2**20), b"")) + 1

    def frames(self) -> Iterator[pl.DataFrame]:
        """The rows in order, in pieces."""
        if isinstance(self._file, Csv):
            yield from self._file.frames()
        else:
            for _, batch in self._file.batches():
                yield self._frame([batch])

    def _frame(self, batches: list[pa.RecordBatch]) -> pl.DataFrame:
        assert isinstance(self._file, Parquet)
        return polars_frame(pa.Table.from_batches(batches, self._file.schema), str(self.path))


def kind_of(path: Path) -> str:
    """Which kind of file one is, by its name.

    Raises:
        FilesError: it is of neither.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("parquet", "csv"):
        found = "the name does not say what kind of file this is"
        raise FilesError(Problem(found, str(path), expected="a name that ends in .parquet or .csv"))
    return kind


@dataclass(frozen=True, slots=True)
class Nested:
    """Households that flat tables were put together to.

    Attributes:
        frame: as `aidrules.frames.nest` makes it.
        faults: what of their texts could not be read, by household.
    """

    frame: pl.DataFrame
    faults: pl.DataFrame


class Tables:
    """The flat tables of a population.

    Args:
        pack: the rules, which say what a household holds.
        paths: the files by the names that `aidrules.frames.nest` has for the tables.
        key: the column by which all tables name the household.
        incomplete: tables that do not hold everything.
        keep: columns of households that are carried through; they need not be facts.

    Attributes:
        carried: the columns of households that are carried through beside their id, each with the argument that names
            it.

    Raises:
        FilesError: a file that cannot be read, or a column that is not there.
        FactsError: a table or column of which no fact is known, or of a wrong type.
    """

    def __init__(
        self, pack: Pack, paths: Mapping[str, Path], key: str, incomplete: tuple[str, ...], keep: Sequence[str]
    ) -> None:
        self._pack, self._key, self._incomplete = pack, key, incomplete
        self._records: dict[str, Record] = records(pack, [name for name in paths if name not in (HOUSEHOLDS, MEMBERS)])
        self.tables = {name: Table(path) for name, path in paths.items()}
        asked = {name: "keep" for name in keep if name != "id"}
        refuse_absent(paths[HOUSEHOLDS], self.tables[HOUSEHOLDS].none.columns, asked)
        self.carried = asked if self.key_of(HOUSEHOLDS) == "id" else {key: "key"} | asked
        self.none = self.nested({name: table.none for name, table in self.tables.items()})

    def key_of(self, table: str) -> str:
        """The column of a table that names the household."""
        return "id" if table == HOUSEHOLDS and self._key not in self.tables[table].none.columns else self._key

    def nested(self, frames: Mapping[str, pl.DataFrame]) -> Nested:
        """Put rows of all tables together.

        Args:
            frames: some rows of each table, by name: all that have the same households.

        Raises:
            FactsError: as of `aidrules.frames.nest`.
        """
        known = self._records[HOUSEHOLDS]
        only_kept = [name for name in self.carried if name != self._key and fact_of(known, name) is None]
        frames = {**frames, HOUSEHOLDS: frames[HOUSEHOLDS].drop(only_kept)}
        read = {
            name: written.read(name, frame, self._records[name], self.key_of(name))
            for name, frame in frames.items()
            if self.tables[name].written and self.key_of(name) in frame.columns
        }
        typed = {name: read[name].frame if name in read else frame for name, frame in frames.items()}
        made = nest(self._pack, key=self._key, incomplete=self._incomplete, **typed)
        return Nested(made, pl.concat([written.NONE, *(one.faults for one in read.values())]))
