"""The group of every household of a frame: a column of the frame, or a table by id."""

from __future__ import annotations

from typing import Any

import polars as pl

from aidrules.errors import FactsError, Problem
from aidrules.facts.problems import is_opaque, printable
from aidrules.frames.given import polars_frame
from aidrules.language.fields import near, one_of


def groups(by: Any, given: pl.DataFrame) -> pl.DataFrame:
    """The `group` of every `row`; null where there are none.

    Args:
        by: the name of a column, or a table of `id` and one more column; None for no groups.
        given: the households.

    Raises:
        FactsError: no such column, or no such table.
    """
    if "row" in given.columns:
        raise FactsError(
            Problem("the frame has a column of this name", "row", hint="Drop or rename it: here it numbers the rows.")
        )
    rows = given.with_row_index("row")
    if by is None:
        return rows.select("row", pl.lit(None).alias("group"))
    if isinstance(by, str):
        if by not in given.columns:
            found, known = f"the frame has no column '{printable(by)}'", [*map(printable, given.columns)]
            raise FactsError(Problem(found, "by", None, one_of(known), near(by[:60], known)))
        _single(given.schema[by], by)
        return rows.select("row", _group(given.schema[by], by))
    table = polars_frame(by, "by")
    if table.width != 2 or "id" not in table.columns:
        found = f"the table has the columns {', '.join(map(printable, table.columns[:9]))}"
        raise FactsError(Problem(found, "by", None, "a column id and one more, the group"))
    (other,) = (name for name in table.columns if name != "id")
    for name in table.columns:
        _single(table.schema[name], name)
    table = table.select(pl.col("id").cast(pl.String), _group(table.schema[other], other))
    if table["id"].is_duplicated().any():
        twice = table.filter(table["id"].is_duplicated())["id"][0]
        told = f"the id {twice!r}" if twice is not None and is_opaque(twice) else "an id that is not shown"
        raise FactsError(Problem(f"{told} stands twice", "by", expected="one group for each household"))
    if "id" not in rows.columns:
        raise FactsError(Problem("the households have no id", "by", hint="Give the frame a column id."))
    _single(rows.schema["id"], "id")
    ids = rows.select("row", pl.col("id").cast(pl.String))
    return ids.join(table, on="id", how="left", maintain_order="left").select("row", "group")


def _single(dtype: Any, name: str) -> None:
    """Refuse a column by which nothing can be grouped or joined."""
    if dtype.is_nested() or dtype in (pl.Object, pl.Binary):
        raise FactsError(
            Problem(
                f"{printable(name)} holds several values, or none that can be told apart",
                "by",
                expected="a column of single values",
            )
        )


def _group(dtype: Any, name: str) -> pl.Expr:
    """A column as the group; what is no number is in none."""
    group = pl.col(name)
    return (group.fill_nan(None) if dtype.is_float() else group).alias("group")
