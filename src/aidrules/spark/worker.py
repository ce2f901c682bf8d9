"""What a worker does: decides the batches of a partition by a pack that its process unpacks once."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa

from aidrules.columns.simulation import Simulation, simulate
from aidrules.frames.given import polars_frame
from aidrules.language.pack import Pack
from aidrules.language.recent import Recent

CHUNK = 50_000
"""Households that are decided together, whatever the size of Spark's batches."""
_BATCH = 10_000
FAULTS = ("field", "found", "expected", "hint")

_packs: Recent[Pack] = Recent(8)


@dataclass(frozen=True, slots=True)
class Errand:
    """What a worker is sent, in plain values that say nothing before its version is known to be the right one.

    Attributes:
        digest: of the pack.
        pack: the pack, pickled.
        options: what else `aidrules.simulate` is given.
        kept: columns that come back as they are.
        carried: those of them that are no facts.
    """

    digest: str
    pack: bytes
    options: Mapping[str, Any]
    kept: Sequence[str]
    carried: Sequence[str]

    def unpacked(self) -> Pack:
        """The pack, the same one for all partitions that a process gets."""
        return _packs.get(self.digest, lambda: pickle.loads(self.pack))


def decided(errand: Errand, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The households of one partition, decided, in their order."""
    for table in _gathered(batches):
        yield from answered(errand, table).to_batches(max_chunksize=_BATCH)


def _gathered(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Small batches together: what each call costs is paid seldom, and memory stays bounded."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) >= CHUNK:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if any(batch.num_rows for batch in waiting):
        yield pa.Table.from_batches(waiting)


def answered(errand: Errand, table: pa.Table) -> pa.Table:
    """One row for each household of a table: what is kept of it, what came of it, and what is wrong with it."""
    facts = polars_frame(table.drop_columns(list(errand.carried)))
    found = _in_their_order(simulate(facts, errand.unpacked(), workers=1, **errand.options), facts.height)
    told = found.to_arrow(compat_level=pl.CompatLevel.oldest())
    told = told.cast(pa.schema([(name, _plain(dtype)) for name, dtype in found.schema.items()]))
    kept = {name: table.column(name) for name in errand.kept}
    if "id" not in kept:
        kept["id"] = pa.nulls(table.num_rows, pa.string())
    return pa.table({**kept, **{name: told.column(name) for name in told.column_names}})


def _in_their_order(simulation: Simulation, height: int) -> pl.DataFrame:
    rows = pl.DataFrame([pl.int_range(height, dtype=pl.UInt32, eager=True).alias("row")])
    wrong = simulation.faults.group_by("row").agg(pl.struct(FAULTS).alias("faults"))
    for part in (simulation.frame.drop("id"), wrong):
        rows = rows.join(part, on="row", how="left", maintain_order="left")
    return rows.drop("row")


def _plain(dtype: Any) -> pa.DataType:
    """The type that Spark has for a column of a simulation; texts of a dictionary are texts."""
    if isinstance(dtype, pl.List):
        return pa.list_(_plain(dtype.inner))
    if isinstance(dtype, pl.Struct):
        return pa.struct([(field.name, _plain(field.dtype)) for field in dtype.fields])
    if isinstance(dtype, pl.Decimal):
        return pa.decimal128(dtype.precision or 38, dtype.scale)
    if dtype == pl.Date:
        return pa.date32()
    if dtype == pl.Boolean:
        return pa.bool_()
    return pa.int64() if dtype.is_integer() else pa.string()
