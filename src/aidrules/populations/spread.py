"""Flat tables, in any order, as a source of parts: spread over as many piles by the key of the household, so that all
rows of a household come into one, and each pile put together to nested households.

That is done once and kept, before anything is decided: so tables that do not hang together are refused at the start.
The order of the input comes back when parts are joined.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from shutil import rmtree

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from aidrules.errors import FactsError, FilesError, Problem
from aidrules.populations import durable
from aidrules.populations.flat import HOUSEHOLDS, Tables
from aidrules.populations.part import HOUSEHOLDS as PER_PART
from aidrules.populations.part import KEY, ROW, Part

MOST_KEYS = 500
"""Each is a file that is open while parts are joined. Of more than 25 million households, parts are larger."""

MOST_BYTES = 2**30
"""Of one table in one pile."""

_AT_ONCE = 2**25
"""Bytes that are gathered before they are spread, so that piles get few pieces."""

_AS_OTHERS_READ = pl.CompatLevel.oldest()


class Laid:
    """Households put together from flat tables, in a folder.

    Args:
        folder: where `lay_out` put them.
        none: a part of no households, with all columns.
    """

    def __init__(self, folder: Path, none: Part) -> None:
        self.none = none
        self._files = sorted(folder.glob("*.parquet"))
        self.households: int = sum(pq.read_metadata(file).num_rows for file in self._files)

    @property
    def numbers(self) -> range:
        """The numbers of all parts."""
        return range(len(self._files))

    def parts(self, but: Collection[int]) -> Iterator[Part]:
        """The parts in order."""
        for number, file in enumerate(self._files):
            if number not in but:
                frame = pl.read_parquet(file)
                faults = pl.read_ipc(_faults_beside(file))
                kept = tuple(frame[_kept(place)].alias(each.name) for place, each in enumerate(self.none.kept))
                facts = frame.drop(ROW, *(_kept(place) for place in range(len(kept))))
                yield Part(number, facts, frame[ROW], kept, faults)


def nobody(tables: Tables) -> Part:
    """A part of no households, with all columns of flat tables."""
    kept = tuple(tables.tables[HOUSEHOLDS].none[name] for name in tables.carried)
    return Part(0, tables.none.frame, pl.Series([], dtype=pl.Int64), kept)


def lay_out(tables: Tables, folder: Path, progress: Callable[[int, int | None], None]) -> None:
    """Put all households of flat tables into a folder, part by part.

    Args:
        tables: the tables.
        folder: an empty folder.
        progress: is told how many parts are put together, of how many.

    Raises:
        FactsError: rows that do not hang together, as of `aidrules.frames.nest`.
        FilesError: a file that cannot be read, or rows of which very many have one key.
    """
    count = max(1, min(MOST_KEYS, -(-tables.tables[HOUSEHOLDS].rows // PER_PART)))
    piles = folder / "piles"
    piles.mkdir()
    progress(0, None)
    for name in tables.tables:
        _spread(tables, name, count, piles)
    for number in range(count):
        rows = {name: _gathered(piles / f"{number:06}.{name}", tables, name) for name in tables.tables}
        try:
            _put_together(tables, rows, folder / f"{number:06}.parquet")
        except FactsError as error:
            if count == 1:
                raise
            more = Problem(
                f"these were counted, and rows numbered, in one of {count} parts of the tables; others may have more"
            )
            raise FactsError([*error.problems, more]) from None
        progress(number + 1, count)
    rmtree(piles)


def _spread(tables: Tables, name: str, count: int, piles: Path) -> None:
    """Spread the rows of a table over piles by the key of their household; those of households get their places."""
    held: list[pl.DataFrame] = []
    size, first = 0.0, 0
    for frame in tables.tables[name].frames():
        if name == HOUSEHOLDS:
            frame = frame.with_columns(pl.int_range(first, first + pl.len(), dtype=pl.Int64).alias(ROW))
            first += frame.height
        held.append(frame)
        size += frame.estimated_size()
        if size > _AT_ONCE:
            _append(pl.concat(held), tables.key_of(name), name, count, piles)
            held, size = [], 0.0
    if held:
        _append(pl.concat(held), tables.key_of(name), name, count, piles)


def _append(frame: pl.DataFrame, key: str, name: str, count: int, piles: Path) -> None:
    pile = (pl.col(key).cast(pl.String).hash() % count).alias(KEY)
    by_pile = frame.with_columns(pile).partition_by(KEY, as_dict=True, include_key=False, maintain_order=True)
    for (number,), rows in by_pile.items():
        table = rows.to_arrow(compat_level=_AS_OTHERS_READ)
        with (piles / f"{number:06}.{name}").open("ab") as stream, pa.ipc.new_stream(stream, table.schema) as written:
            written.write_table(table)


def _gathered(file: Path, tables: Tables, name: str) -> pl.DataFrame:
    """The rows of a table in a pile, in their order."""
    none = tables.tables[name].none
    if name == HOUSEHOLDS:
        none = none.with_columns(pl.lit(None, dtype=pl.Int64).alias(ROW))
    if not file.exists():
        return none
    if (size := file.stat().st_size) > MOST_BYTES:
        found = f"{size:,} bytes of rows whose keys come together, so that very many rows have one key"
        expected = f"at most {MOST_BYTES:,}"
        hint = "See which key stands most often: it is the key of no household."
        raise FilesError(Problem(found, str(tables.tables[name].path), expected=expected, hint=hint))
    pieces = [none]
    with file.open("rb") as stream:
        while stream.peek(1):
            piece = pl.from_arrow(pa.ipc.open_stream(stream).read_all())
            assert isinstance(piece, pl.DataFrame)
            pieces.append(piece.cast(none.schema))
    file.unlink()
    return pl.concat(pieces)


def _put_together(tables: Tables, rows: Mapping[str, pl.DataFrame], file: Path) -> None:
    heads = rows[HOUSEHOLDS]
    nested = tables.nested({**rows, HOUSEHOLDS: heads.drop(ROW)})
    beside = [heads[ROW], *(heads[name].alias(_kept(place)) for place, name in enumerate(tables.carried))]
    ids = heads.select(pl.col(tables.key_of(HOUSEHOLDS)).cast(pl.String).alias("household"), pl.col(ROW).alias("row"))
    faults = nested.faults.join(ids, on="household", how="left", maintain_order="left").drop("household")
    with file.open("xb") as stream:
        nested.frame.with_columns(beside).write_parquet(stream)
        durable.settle(stream)
    with _faults_beside(file).open("xb") as stream:
        faults.write_ipc(stream)
        durable.settle(stream)


def _kept(place: int) -> str:
    """What a column that is carried through is called beside facts, whatever it is called in the input."""
    return f" {place}"


def _faults_beside(file: Path) -> Path:
    return file.with_suffix(".faults")
