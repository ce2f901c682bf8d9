"""compare: a population under two sets of rules, who gains and who loses, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from aidrules.callers import check_list, check_pack
from aidrules.columns.simulation import Simulation, simulate, wanted
from aidrules.decision.decide import in_force
from aidrules.decision.names import names_of
from aidrules.errors import FactsError, Problem
from aidrules.frames.given import polars_frame
from aidrules.language.fields import near, one_of
from aidrules.language.pack import Pack

RESULTS = ("gains", "same", "loses", "open")
_SIDES = ("before", "after")
_ENDS = ("low", "high")


@dataclass(frozen=True)
class Comparison:
    """What a reform does to a population; amounts are whole minor units of the currency (fen) a month.

    Attributes:
        households: one row per household that both sets of rules can decide: `row` in the frame that was given, `id`,
            `group` if groups were asked for; what the programmes pay in all, `before_low`, `before_high`, `after_low`
            and `after_high`, the same at both ends where it is known; `change`, null where it is open; and `result`:
            `gains` or `loses` where that is certain, `same`, else `open`.
        winners: by group and result how many `households`, their `share` of the group as an exact fraction in text,
            the sum of `change` where it is known, and of how many it is not, `change_open`.
        cost: by group and programme the sums that are paid before and after, at their ends, and to how many households
            something is certainly paid, `paid_before` and `paid_after`.
        bad: the rows that one of the two cannot decide, as they were given; they are in none of the above.
        faults: what is wrong with them, as of `aidrules.frames.check`, and in `rules` for which: `before` or `after`.
        before: the simulation under the first rules.
        after: the simulation under the second.
    """

    households: pl.DataFrame
    winners: pl.DataFrame
    cost: pl.DataFrame
    bad: pl.DataFrame
    faults: pl.DataFrame
    before: Simulation
    after: Simulation


def compare(
    frame: Any,
    before: Pack,
    after: Pack | str | Path | Mapping[str, object],
    *,
    on: date,
    law: date | None = None,
    known: date | None = None,
    outcomes: Sequence[str] | None = None,
    by: Any = None,
    workers: int = 2,
) -> Comparison:
    """Decide a population by two sets of rules and tell what differs in what is paid a month.

    Args:
        frame: the households, as for `aidrules.simulate`.
        before: the rules of today.
        after: other rules: a pack, or an overlay that is laid over `before`, see `Pack.with_overlay`.
        on: the date of the facts.
        law: the date of the law applied; that of the facts unless given.
        known: values of parameters that were announced after this day are left out.
        outcomes: the programmes that are wanted; all that have an outcome, unless given. One that only one set of
            rules has pays nothing under the other.
        by: groups: the name of a column of the frame, or a table of `id` and one more column. A household that is not
            in the table is in the group null.
        workers: chunks that are computed at the same time.

    Raises:
        DecisionError: a date outside a pack's, an unknown programme.
        PackError: an overlay that does not fit; a rule that cannot be computed in columns exactly.
        FactsError: a column that no fact has, groups that are no column or no such table.
    """
    given = polars_frame(frame)
    packs = check_pack(before), after if isinstance(after, Pack) else check_pack(before).with_overlay(after)
    groups = _groups(by, given)
    names = _programmes(packs, on, law, known, outcomes)
    sides = [
        simulate(given, pack, on=on, law=law, known=known, outcomes=each, workers=workers)
        for pack, each in zip(packs, names, strict=True)
    ]
    programmes = tuple(dict.fromkeys(name for each in names for name in each))
    paid = _paid(sides, programmes).join(groups, on="row", how="left", maintain_order="left")
    households = paid.select("row", "id", "group", *_in_all(programmes)).with_columns(_change(), _result())
    no_groups = ["group"] if by is None else []
    winners, cost = _winners(households).drop(no_groups), _cost(paid, programmes).drop(no_groups)
    bad = given.with_row_index("row").join(households, on="row", how="anti", maintain_order="left").drop("row")
    faults = pl.concat(
        side.faults.select(pl.lit(name).alias("rules"), pl.all()) for name, side in zip(_SIDES, sides, strict=True)
    )
    return Comparison(households.drop(no_groups), winners, cost, bad, faults, *sides)


def _programmes(
    packs: tuple[Pack, Pack], on: date, law: date | None, known: date | None, outcomes: Sequence[str] | None
) -> list[tuple[str, ...]]:
    """The programmes that are wanted of each of two packs."""
    rules = [in_force(pack, on, law, known, None, None, ()) for pack in packs]
    if outcomes is None:
        return [wanted(each, None) for each in rules]
    check_list(outcomes, "outcomes", ordered=True)
    decided = [names_of(each.compiled).decided for each in rules]
    wanted(rules[1], [name for name in outcomes if name not in decided[0]])
    return [tuple(name for name in outcomes if name in each) for each in decided]


def _groups(by: Any, given: pl.DataFrame) -> pl.DataFrame:
    """The group of every row."""
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


def _paid(sides: Sequence[Simulation], programmes: Sequence[str]) -> pl.DataFrame:
    """What each programme pays each household that both can decide, at both ends, as `before.dibao.low` and so on."""
    frames = []
    for name, side in zip(_SIDES, sides, strict=True):
        columns = [
            (pl.col(source) if source in side.frame.columns else pl.lit(0, dtype=pl.Int64)).alias(
                f"{name}.{programme}.{end}"
            )
            for programme in programmes
            for end in _ENDS
            for source in [f"{programme}.monthly_{end}"]
        ]
        frames.append(side.frame.select("row", *(["id"] if name == "before" else []), *columns))
    return frames[0].join(frames[1], on="row", how="inner", maintain_order="left")


def _in_all(programmes: Sequence[str]) -> Iterator[pl.Expr]:
    for side in _SIDES:
        for end in _ENDS:
            amounts = [pl.col(f"{side}.{programme}.{end}").cast(pl.Int128) for programme in programmes]
            yield sum(amounts, pl.lit(0, dtype=pl.Int128)).cast(pl.Int64).alias(f"{side}_{end}")


def _change() -> pl.Expr:
    settled = (pl.col("before_low") == pl.col("before_high")) & (pl.col("after_low") == pl.col("after_high"))
    return pl.when(settled).then(pl.col("after_low") - pl.col("before_low")).alias("change")


def _result() -> pl.Expr:
    gains, loses = pl.col("after_low") > pl.col("before_high"), pl.col("after_high") < pl.col("before_low")
    found = pl.when(gains).then(pl.lit("gains")).when(loses).then(pl.lit("loses"))
    every = found.when(_change() == 0).then(pl.lit("same")).otherwise(pl.lit("open"))
    return every.cast(pl.Enum(RESULTS)).alias("result")


def _winners(households: pl.DataFrame) -> pl.DataFrame:
    """How many gain and lose, by group."""
    total = pl.when(pl.col("change").count() > 0).then(_sum("change")).alias("change")
    unknown = pl.col("change").null_count().cast(pl.Int64).alias("change_open")
    counted = households.group_by("group", "result").agg(pl.len().cast(pl.Int64).alias("households"), total, unknown)
    counted = counted.with_columns(pl.col("households").sum().over("group").alias("all")).sort("group", "result")
    shares = [str(Fraction(some, every)) for some, every in counted.select("households", "all").iter_rows()]
    share = pl.Series("share", shares, pl.String)
    return counted.with_columns(share).select("group", "result", "households", "share", "change", "change_open")


def _sum(name: str) -> pl.Expr:
    """A sum that is refused where 64 bits do not hold it; Polars by itself would wrap around."""
    return pl.col(name).cast(pl.Int128).sum().cast(pl.Int64)


def _cost(paid: pl.DataFrame, programmes: Sequence[str]) -> pl.DataFrame:
    """What is paid, by group and programme."""
    found = []
    for programme in programmes:
        sums = [_sum(f"{side}.{programme}.{end}").alias(f"{side}_{end}") for side in _SIDES for end in _ENDS]
        counts = [(pl.col(f"{side}.{programme}.low") > 0).sum().cast(pl.Int64).alias(f"paid_{side}") for side in _SIDES]
        each = paid.group_by("group").agg(*sums, *counts).sort("group")
        found.append(each.select("group", pl.lit(programme).alias("programme"), pl.exclude("group")))
    return pl.concat(found).filter(pl.sum_horizontal("before_high", "after_high") > 0)
