"""The group of every household of a frame: a column of the frame, or a table by id."""

from __future__ import annotations

from typing import Any

import polars as pl

from aidrules.errors import FactsError, Problem
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
    rows = given.with_row_index("row")
    if by is None:
        return rows.select("row", pl.lit(None).alias("group"))
    if isinstance(by, str):
        if by not in given.columns:
            raise FactsError(
                Problem(f"the frame has no column {by!r}", "by", None, one_of(given.columns), near(by, given.columns))
            )
        if given.schema[by].is_nested():
            raise FactsError(Problem(f"{by} holds several values", "by", expected="a column of single values"))
        return rows.select("row", pl.col(by).alias("group"))
    table = polars_frame(by, "by")
    if table.width != 2 or "id" not in table.columns:
        expected = "a column id and one more, the group"
        raise FactsError(Problem(f"the table has the columns {', '.join(table.columns)}", "by", None, expected))
    table = table.rename({next(name for name in table.columns if name != "id"): "group"})
    table = table.with_columns(pl.col("id").cast(pl.String))
    if table["id"].is_duplicated().any():
        twice = table.filter(table["id"].is_duplicated())["id"][0]
        raise FactsError(Problem(f"the id {twice!r} stands twice", "by", expected="one group for each household"))
    if "id" not in rows.columns:
        raise FactsError(Problem("the households have no id", "by", hint="Give the frame a column id."))
    ids = rows.select("row", pl.col("id").cast(pl.String))
    return ids.join(table, on="id", how="left", maintain_order="left").select("row", "group")
