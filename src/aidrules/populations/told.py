"""What files tell of households: the columns of `simulate` by place, and persons apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from aidrules.columns import Simulation
from aidrules.errors import FilesError, Problem
from aidrules.facts.problems import printable
from aidrules.populations.part import Part

HOUSEHOLD_ID, PROGRAMME, PERSON_ID = "household_id", "programme", "person_id"
_LIST = ".persons"
_OF_FAULTS = ["row", "key", "field", "found", "expected", "hint"]
RENAME = "Rename the column in the input."
_PLACES = r"\[[^\]]*\]"


def outcomes(part: Part, simulation: Simulation) -> pl.DataFrame:
    """What came of the households of a part.

    Args:
        part: the households.
        simulation: what came of them.
    """
    frame = simulation.frame
    places = frame["row"]
    beside = [part.rows.gather(places).alias("row"), *(column.gather(places) for column in part.kept)]
    made = pl.DataFrame([*beside, *frame.drop("row").get_columns()])
    return made if part.faults is None else made.join(part.faults, on="row", how="anti", maintain_order="left")


def faults(part: Part, simulation: Simulation) -> pl.DataFrame:
    """What is wrong with the households of a part that could not be decided, a line for each thing."""
    found = simulation.faults.with_columns(part.rows.gather(simulation.faults["row"]).alias("row"))
    if part.faults is None:
        return found.select(_OF_FAULTS)
    ids = pl.DataFrame({"row": part.rows, "key": part.frame["id"]})
    # What could not be read is unknown to the rest: that it is missing is not said besides.
    plain = pl.col("field").str.replace_all(_PLACES, "").alias("plain")
    unread = part.faults.select("row", plain)
    found = found.with_columns(plain).join(unread, on=["row", "plain"], how="anti", maintain_order="left")
    unread = part.faults.join(ids, on="row", how="left", maintain_order="left")
    opaque = pl.col("key").is_in(simulation.frame["id"].implode()) | pl.col("key").is_in(found["key"].implode())
    unread = unread.with_columns(pl.when(opaque).then("key").alias("key"))
    return pl.concat([unread.select(_OF_FAULTS), found.select(_OF_FAULTS)]).sort("row", maintain_order=True)


def persons(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """What came of the persons of households, as of `outcomes`: a row for each person and programme."""
    for frame in frames:
        found = [_persons(frame, name) for name in lists(frame)]
        yield pl.concat(found, how="diagonal").sort("row", maintain_order=True)


def no_persons(households: pl.DataFrame) -> pl.DataFrame:
    """A table of no persons, with all columns."""
    return pl.concat([_persons(households.head(0), name) for name in lists(households)], how="diagonal")


def lists(frame: pl.DataFrame) -> list[str]:
    """The columns that are about persons."""
    return [name for name, dtype in frame.schema.items() if name.endswith(_LIST) and "id" in _fields(dtype)]


def _fields(dtype: Any) -> list[str]:
    inner = dtype.inner if isinstance(dtype, pl.List) else None
    return [field.name for field in inner.fields] if isinstance(inner, pl.Struct) else []


def _persons(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    before = frame.columns[: frame.columns.index("id")]
    rows = frame.select(
        *before, pl.col("id").alias(HOUSEHOLD_ID), pl.lit(name.removesuffix(_LIST)).alias(PROGRAMME), name
    )
    each = rows.explode(name, empty_as_null=False, keep_nulls=False)
    return each.select(pl.exclude(name), pl.col(name).struct.unnest()).rename({"id": PERSON_ID})


def check_columns(
    nobody: Part, none: pl.DataFrame, carried: Mapping[str, str], values: Sequence[str], as_csv: bool
) -> None:
    """Fail if a column that is carried through, or a value, cannot stand in the output.

    Args:
        nobody: a part of no households.
        none: its outcomes, without those columns.
        carried: the argument that names each of them.
        values: the values that are wanted.
        as_csv: whether the output is CSV.

    Raises:
        FilesError: a column is called as one of the others is, or the output has no form for its values.
    """
    problems = []
    for column in nobody.kept:
        name, where, dtype = column.name, carried[column.name], column.dtype
        neither = dtype in (pl.Duration, pl.Object)
        if name in {*none.columns, HOUSEHOLD_ID, PROGRAMME, PERSON_ID}:
            problems.append(Problem(f"a column of the output is called {name} too", where, hint=RENAME))
        elif neither or (as_csv and (dtype.is_nested() or dtype == pl.Binary)):
            found = f"{'CSV' if as_csv else 'Parquet'} cannot hold the column {printable(name)}, which is {dtype}"
            hint = None if neither else "Or write Parquet."
            problems.append(Problem(found, where, expected="texts, numbers or days", hint=hint))
    for name in values:
        if as_csv and isinstance(none.schema[name], pl.List):
            found, hint = f"CSV has no lists, and {name} is one in each household", "Write Parquet, or leave it out."
            problems.append(Problem(found, "values", expected="values of the household", hint=hint))
    if problems:
        raise FilesError(problems)
