"""Decide an invented population in columns: who would get dibao, what it would cost, and what is not known of whom.

    python examples/simulate_population.py --rows 100000

The population is that of `population.py`, whose survey asks less than the rules: so each assumption of `assumed` stands
for facts that nobody gave. Take one away, and what it is about shows up as missing. The values of `office.yaml` are
invented too, and so are all figures that this prints.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import polars as pl
from population import ON, population

import aidrules

HERE = Path(__file__).parent


def assumed(frame: pl.DataFrame) -> pl.DataFrame:
    """The households with what the survey did not ask: no benefits or expenses, nobody away, property as allowed."""
    nothing = pl.lit([], dtype=pl.List(pl.Struct({"kind": pl.String})))
    benefits = pl.lit([], dtype=pl.List(pl.Struct({"programme": pl.String}))).alias("benefits")
    here = pl.struct(kind=pl.lit("none")).alias("absence")
    return frame.with_columns(
        benefits,
        nothing.alias("expenses"),
        pl.lit(False).alias("single_parent"),
        pl.struct(pl.struct(value=pl.lit(True)).alias("property_within_dibao_rules")).alias("findings"),
        pl.col("members").list.eval(pl.element().struct.with_fields(here, benefits)),
    )


def shares(frame: pl.LazyFrame) -> pl.LazyFrame:
    """How many households have which outcome, and what they are paid a month, in yuan, at least and at most."""
    low, high = (pl.col(f"dibao.monthly_{end}").sum().cast(pl.Decimal(38, 2)) / 100 for end in ("low", "high"))
    return (
        frame.group_by(pl.col("dibao.status").alias("status"))
        .agg(pl.len().alias("households"), low.alias("at least"), high.alias("at most"))
        .sort("households", "status", descending=True)
    )


def told_most(texts: pl.Series, count: int = 5) -> pl.DataFrame:
    """The names that stand in most of some texts: rules, or missing inputs."""
    each = texts.cast(pl.String).str.split(" ").explode()
    return each.filter(each != "").value_counts(name="households").sort("households", descending=True).head(count)


def main() -> None:
    """Read the arguments, decide, and print the tables."""
    parser = argparse.ArgumentParser(description="Decide an invented population in columns.")
    parser.add_argument("--rows", type=int, default=1000, help="households to make (1,000)")
    rows = parser.parse_args().rows

    pack = aidrules.load("cn/guizhou/zunyi/bozhou", overlays=["cn/guizhou/zunyi/overlays/2025", HERE / "office.yaml"])
    households = assumed(population(rows, pack))
    start = time.perf_counter()
    simulation = aidrules.simulate(households, pack, on=ON, outcomes=["dibao"])
    print(f"{rows:,} households in {time.perf_counter() - start:.1f} s, {simulation.bad.height} of them refused")
    found = simulation.frame
    with pl.Config(tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True, fmt_str_lengths=60):
        print("\nOutcomes, and yuan a month", shares(found.lazy()).collect(), sep="\n")
        against = found.filter(pl.col("dibao.status") == "ineligible")["dibao.reasons"]
        print("\nWhat stands against it most often", told_most(against), sep="\n")
        print("\nWhat is missing most often", told_most(found["dibao.missing"]), sep="\n")
    paid = found.filter(pl.col("dibao.monthly") > 0)
    if paid.height:
        print(
            "\nThe first household that it is paid to", simulation.explain(paid["row"][0]).why("dibao", "en"), sep="\n"
        )


if __name__ == "__main__":
    main()
