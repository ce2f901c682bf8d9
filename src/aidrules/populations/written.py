"""Facts as a CSV file has them, in words: numbers and yes or no made of texts, and what cannot be one of them."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from aidrules.facts.problems import shown_id, shown_written
from aidrules.frames.declared import Record, Value
from aidrules.frames.flat import fact_of
from aidrules.frames.given import words
from aidrules.frames.nesting import OF_MEMBER

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
    hidden = set()
    for name in frame.columns:
        part = fact_of(record, name)
        if isinstance(part, Value) and part.fact.confidential:
            hidden.add(name)
        if isinstance(part, Value) and part.shape.type == "number":
            whole = pl.col(name).str.extract(r"^(-?[0-9]+)(?:\.0+)?$")  # pandas writes 2.0 where the column has gaps
            made[name] = whole.str.to_integer(strict=False)
            expected[name] = "a whole number"
        elif isinstance(part, Value) and (part.shape.type == "bool" or (part.shape.type == "enum" and not words(part))):
            made[name] = pl.col(name).str.to_lowercase().replace_strict(TRUTHS, default=None, return_dtype=pl.Boolean)
            expected[name] = f"one of {', '.join(TRUTHS)}"
    if household in made:  # by it tables hang together; `nest` takes whole numbers and texts alike
        del made[household], expected[household]
    typed = frame.with_columns(**made)
    place = _Place(table, household, fact_of(record, "member") is None and "member" in frame.columns)
    faults = [_faults(place, name, frame, typed, said, name in hidden) for name, said in expected.items()]
    return Read(typed, pl.concat([NONE, *faults]))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the rows of a table belong.

    Attributes:
        table: its name.
        household: the column that names the household.
        of_members: whether the rows are items of a list of a member, whom the column `member` names.
    """

    table: str
    household: str
    of_members: bool

    def fields(self, frame: pl.DataFrame, name: str) -> pl.Series:
        """The fact of each row, with the member by id and the item by its place in the list, as the models count."""
        if self.table == "households":
            return pl.repeat(name, frame.height, dtype=pl.String, eager=True)
        if self.table == "members":
            return frame.select(pl.format("members[{}].{}", self._member("id"), pl.lit(name))).to_series()
        keys = [self.household, "member"] if self.of_members else [self.household]
        number = pl.int_range(pl.len()).over(keys)
        if not self.of_members:
            return frame.select(pl.format("{}[{}].{}", pl.lit(self.table), number, pl.lit(name))).to_series()
        items = pl.lit(self.table.removeprefix(OF_MEMBER))
        form = pl.format("members[{}].{}[{}].{}", self._member("member"), items, number, pl.lit(name))
        return frame.select(form).to_series()

    @staticmethod
    def _member(column: str) -> pl.Expr:
        return pl.col(column).fill_null("").map_elements(shown_id, return_dtype=pl.String)


def _faults(
    place: _Place, name: str, frame: pl.DataFrame, typed: pl.DataFrame, expected: str, hidden: bool
) -> pl.DataFrame:
    """What of a column could not be read."""
    lost = frame[name].is_not_null() & typed[name].is_null()
    if not lost.any():
        return NONE
    shown = [f"{shown_written(text, confidential=hidden)} cannot be read" for text in frame[name].filter(lost)]
    told = pl.DataFrame(
        {
            "household": frame[place.household].filter(lost),
            "field": place.fields(frame, name).filter(lost),
            "found": shown,
        }
    )
    hint = "Leave it empty where it is not known."
    return told.with_columns(expected=pl.lit(expected), hint=pl.lit(hint)).cast(pl.String)
