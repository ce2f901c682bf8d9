"""What a population is paid under two sets of rules: by household, who gains and who loses, what programmes cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import polars as pl

from aidrules.columns.simulation import Simulation
from aidrules.decision.forms import WAYS, Way

PAYS: tuple[Way, ...] = tuple(WAYS)
"""What is paid month by month, each term, year by year, and once; they are never added up."""
RESULTS = ("gains", "same", "loses", "open")
SIDES = ("before", "after")
_ENDS = ("low", "high")
_FEN = pl.Int64
_HEADS: Mapping[str, str] = {way: "" if way == "monthly" else f"{way}_" for way in PAYS}


def paid(sides: Sequence[Simulation], programmes: Sequence[str]) -> pl.DataFrame:
    """What each programme pays each household that both sets of rules decide, such as `before.dibao.monthly_low`."""
    frames = []
    for name, side in zip(SIDES, sides, strict=True):
        columns = [
            (pl.col(source) if source in side.frame.columns else pl.lit(0, dtype=_FEN)).alias(f"{name}.{source}")
            for programme in programmes
            for pays in PAYS
            for end in _ENDS
            for source in [f"{programme}.{pays}_{end}"]
        ]
        frames.append(side.frame.select("row", *(["id"] if name == "before" else []), *columns))
    return frames[0].join(frames[1], on="row", how="inner", maintain_order="left")


def ways(sides: Sequence[Simulation], programmes: Sequence[str]) -> tuple[Way, ...]:
    """In which ways any of the programmes ever pays; monthly also where none does."""
    columns = {name for side in sides for name in side.frame.columns}
    return tuple(
        way for way in PAYS if way == "monthly" or any(f"{programme}.{way}_low" in columns for programme in programmes)
    )


def by_household(every: pl.DataFrame, programmes: Sequence[str], touched: Mapping[Way, Sequence[str]]) -> pl.DataFrame:
    """What all programmes pay each household together, what changes, and with what result.

    Args:
        every: what each programme pays.
        programmes: those that are added up.
        touched: those of them that may pay something else afterwards, by way of paying: what is open of others changes
            nothing.
    """
    totals = [each for way in touched for each in _in_all(way, programmes, _HEADS[way])]
    of_touched = [each for way, some in touched.items() for each in _in_all(way, some, f"{_HEADS[way]}touched_")]
    found = every.select("row", "id", "group", *totals, *of_touched)
    return found.select("row", "id", "group", *(each for way in touched for each in _compared(_HEADS[way])))


def _in_all(pays: str, programmes: Sequence[str], head: str) -> Iterator[pl.Expr]:
    for side in SIDES:
        for end in _ENDS:
            amounts = [pl.col(f"{side}.{programme}.{pays}_{end}").cast(pl.Int128) for programme in programmes]
            total = sum(amounts, pl.lit(0, dtype=pl.Int128))
            yield total.cast(_FEN).alias(f"{head}{side}_{end}")


def _compared(head: str) -> Iterator[pl.Expr]:
    yield from (pl.col(f"{head}{side}_{end}") for side in SIDES for end in _ENDS)
    before, after = ([pl.col(f"{head}touched_{side}_{end}") for end in _ENDS] for side in SIDES)
    settled = (before[0] == before[1]) & (after[0] == after[1])
    change = pl.when(settled).then(after[0] - before[0])
    yield change.alias(f"{head}change")
    found = pl.when(after[0] > before[1]).then(pl.lit("gains")).when(after[1] < before[0]).then(pl.lit("loses"))
    result = found.when(change == 0).then(pl.lit("same")).otherwise(pl.lit("open"))
    yield result.cast(pl.Enum(RESULTS)).alias(f"{head}result")


def winners(households: pl.DataFrame, pays: Sequence[str]) -> pl.DataFrame:
    """How many gain and lose, by group and way of paying."""
    return pl.concat(_winners(households, way) for way in pays).sort("group", "pays", "result", maintain_order=True)


def _winners(households: pl.DataFrame, pays: str) -> pl.DataFrame:
    head = _HEADS[pays]
    each = households.select("group", pl.col(f"{head}result").alias("result"), pl.col(f"{head}change").alias("change"))
    total = pl.when(pl.col("change").count() > 0).then(_sum("change")).alias("change")
    unknown = pl.col("change").null_count().cast(pl.Int64).alias("change_open")
    counted = each.group_by("group", "result").agg(pl.len().cast(pl.Int64).alias("households"), total, unknown)
    counted = counted.with_columns(_way(pays), pl.col("households").sum().over("group").alias("all"))
    counted = counted.sort("group", "result")
    shares = [str(Fraction(some, every)) for some, every in counted.select("households", "all").iter_rows()]
    counted = counted.with_columns(pl.Series("share", shares, pl.String))
    return counted.select("group", "pays", "result", "households", "share", "change", "change_open")


def _way(pays: str) -> pl.Expr:
    return pl.lit(pays, dtype=pl.Enum(PAYS)).alias("pays")


def _sum(name: str) -> pl.Expr:
    """A sum that is refused where 64 bits do not hold it; Polars by itself would wrap around."""
    return pl.col(name).cast(pl.Int128).sum().cast(_FEN)


def cost(every: pl.DataFrame, programmes: Sequence[str], pays: Sequence[str]) -> pl.DataFrame:
    """What is paid, by group, programme and way of paying."""
    found = []
    for programme in programmes:
        for way in pays:
            ends = [(side, end, f"{side}.{programme}.{way}_{end}") for side in SIDES for end in _ENDS]
            sums = [_sum(column).alias(f"{side}_{end}") for side, end, column in ends]
            counts = [
                (pl.col(column) > 0).sum().cast(pl.Int64).alias(f"paid_{side}")
                for side, end, column in ends
                if end == "low"
            ]
            each = every.group_by("group").agg(*sums, *counts).sort("group")
            found.append(each.select("group", pl.lit(programme).alias("programme"), _way(way), pl.exclude("group")))
    return pl.concat(found).filter(pl.sum_horizontal("before_high", "after_high") > 0)
