"""Facts as a CSV file has them, in words: numbers and yes or no made of texts, and what cannot be one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from aidrules.frames.declared import Record, Value
from aidrules.frames.flat import fact_of
from aidrules.frames.given import words

TRUTHS = {"true": True, "false": False, "1": True, "0": False, "是": True, "否": False}
"""How yes or no may be written, in small letters or capitals."""

NONE = pl.DataFrame(schema=dict.fromkeys(["household", "field", "found", "expected", "hint"], pl.String))
"""Nothing that could not be read."""


@dataclass(frozen=True, slots=True)
class Read:
    """A table whose texts were read.

    Attributes:
        frame: the table; what could not be read is null.
        faults: what that was, by the household that it is about.
    """

    frame: pl.DataFrame
    faults: pl.DataFrame


def read(table: str, frame: pl.DataFrame, record: Record, household: str) -> Read:
    """Read the texts of a flat table.

    Args:
        table: its name.
        frame: the table, of which all columns are texts.
        record: what a row holds.
        household: the column that names the household.
    """
    made: dict[str, pl.Expr] = {}
    expected: dict[str, str] = {}
    for name in frame.columns:
        part = fact_of(record, name)
        if isinstance(part, Value) and part.shape.type == "number":
            whole = pl.col(name).str.contains(r"^-?[0-9]+$")
            made[name] = pl.when(whole).then(name).str.to_integer(strict=False)
            expected[name] = "a whole number"
        elif isinstance(part, Value) and (part.shape.type == "bool" or (part.shape.type == "enum" and not words(part))):
            made[name] = pl.col(name).str.to_lowercase().replace_strict(TRUTHS, default=None, return_dtype=pl.Boolean)
            expected[name] = f"one of {', '.join(TRUTHS)}"
    if household in made:  # by it tables hang together; `nest` takes whole numbers and texts alike
        del made[household], expected[household]
    typed = frame.with_columns(**made)
    faults = [_faults(table, name, frame, typed, household, said) for name, said in expected.items()]
    return Read(typed, pl.concat([NONE, *faults]))


def _faults(
    table: str, name: str, frame: pl.DataFrame, typed: pl.DataFrame, household: str, expected: str
) -> pl.DataFrame:
    """What of a column could not be read; what it says is not repeated, which may be what must not be told."""
    lost = frame[name].is_not_null() & typed[name].is_null()
    said: Mapping[str, str] = {
        "field": name if table == "households" else f"{table}.{name}",
        "found": "the text cannot be read",
        "expected": expected,
        "hint": "Leave it empty where it is not known.",
    }
    found = frame.filter(lost).select(pl.col(household).alias("household"))
    return found.with_columns(**{column: pl.lit(text) for column, text in said.items()})
