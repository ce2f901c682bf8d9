"""Whose status turns under other rules, and whose phase-out lasts until another month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from aidrules.columns.simulation import Simulation
from aidrules.decision.forms.outcomes import STATUSES
from aidrules.reforms.paid import SIDES

ABOUT = ("household", "person")
_STATUS = pl.Enum(STATUSES)
_TOLD: dict[str, Any] = {"status": _STATUS, "phase_out_months": pl.Int64, "phase_out_end": pl.Date}
_LAST = {"phase_out_end": "last_month"}


def turned(sides: Sequence[Simulation], programmes: Sequence[str], rows: pl.DataFrame) -> pl.DataFrame:
    """What programmes say of each household, and of each person where they are about persons, under both rules.

    Args:
        sides: the two simulations.
        programmes: of one or both.
        rows: `row`, `id` and `group` of the households that both decide.
    """
    each = [_of(sides, programme, person, rows) for programme in programmes for person in _about(sides, programme)]
    return pl.concat(each)


def _about(sides: Sequence[Simulation], programme: str) -> tuple[bool, ...]:
    """Whether a programme speaks of persons, beside its households."""
    return (False, True) if any(f"{programme}.persons" in side.frame.columns for side in sides) else (False,)


def _of(sides: Sequence[Simulation], programme: str, person: bool, rows: pl.DataFrame) -> pl.DataFrame:
    keys = ["row", "person"]
    found = [_side(side, name, programme, person) for name, side in zip(SIDES, sides, strict=True)]
    both = found[0].join(found[1], on=keys, how="full", coalesce=True, nulls_equal=True)
    about = pl.lit(ABOUT[person], dtype=pl.Enum(ABOUT)).alias("about")
    made = rows.join(both, on="row", how="inner", maintain_order="left_right")
    told = [f"{side}_{_LAST.get(name, name.removeprefix('phase_out_'))}" for side in SIDES for name in _TOLD]
    return made.select("row", "id", "group", pl.lit(programme).alias("programme"), about, "person", *told)


def _side(side: Simulation, name: str, programme: str, person: bool) -> pl.DataFrame:
    """What one set of rules says; all null where it does not have the programme."""
    head, frame = f"{programme}.", side.frame
    if person and f"{programme}.persons" in frame.columns:
        column = f"{programme}.persons"
        listed = frame.select("row", column).filter(pl.col(column).list.len() > 0).explode(column)
        frame, head = listed.select("row", pl.col(column).struct.unnest()).rename({"id": "person"}), ""
    elif person:
        frame = frame.select("row", pl.lit(None, dtype=pl.String).alias("person")).clear()
    else:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("person"))
    return frame.select("row", "person", *_told(frame, head, name))


def _told(frame: pl.DataFrame, head: str, side: str) -> Iterator[pl.Expr]:
    for name, dtype in _TOLD.items():
        there = f"{head}{name}" in frame.columns
        column = pl.col(f"{head}{name}") if there else pl.lit(None, dtype=dtype)
        if name == "phase_out_end":
            column = column.dt.month_start()
        yield column.alias(f"{side}_{_LAST.get(name, name.removeprefix('phase_out_'))}")


def statuses(every: pl.DataFrame) -> pl.DataFrame:
    """How many have which status before and which after, by group and programme."""
    keys = ["group", "programme", "about", "before_status", "after_status"]
    counted = every.group_by(keys, maintain_order=True).agg(pl.len().cast(pl.Int64).alias("count"))
    place = pl.col("programme").rle_id().alias("place")
    order = every.select("programme").unique(maintain_order=True).with_columns(place)
    sorted_ = counted.join(order, on="programme").sort("group", "place", "about", "before_status", "after_status")
    return sorted_.drop("place").rename({"before_status": "before", "after_status": "after"})


def phase_outs(every: pl.DataFrame) -> pl.DataFrame:
    """All who are in a phase-out before or after, with its months, its last month, and by how many months it moves."""
    runs = [(pl.col(f"{side}_status") == "phasing_out") | pl.col(f"{side}_last_month").is_not_null() for side in SIDES]
    months = [pl.col(f"{side}_last_month").dt.year() * 12 + pl.col(f"{side}_last_month").dt.month() for side in SIDES]
    later = (months[1] - months[0]).cast(pl.Int64).alias("months_later")
    # The phase-outs of a programme about persons are theirs, not the household's.
    of_persons = every.filter(pl.col("about") == "person")["programme"].unique()
    own = (pl.col("about") == "person") | ~pl.col("programme").is_in(of_persons.implode())
    found = every.filter(pl.any_horizontal(runs) & own).sort("row", maintain_order=True)
    return found.drop("about").with_columns(later)
