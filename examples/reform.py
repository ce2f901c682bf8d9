"""A subsistence standard one tenth higher: who gains, what it costs, how poor is who, on an invented population.

    python examples/reform.py --rows 100000

The population is that of `population.py`, the rates are those of `office.yaml`; both are invented. What the
population does not say is assumed in `assumed`.
"""

from __future__ import annotations

import argparse
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
from population import population

import aidrules

HERE = Path(__file__).parent


def assumed(households: pl.DataFrame) -> pl.DataFrame:
    """The households with what nobody drew: nobody away, paid already or with expenses; property within the rules."""
    absence = pl.struct(pl.lit("none").alias("kind"), pl.lit("none").alias("since"))
    none = pl.lit([], dtype=pl.List(pl.Struct({"programme": pl.String})))
    property_within = pl.struct(pl.lit(True).alias("value"))
    person = pl.element().struct.with_fields(absence.alias("absence"), none.alias("benefits"))
    return households.with_columns(
        pl.col("members").list.eval(person),
        pl.lit(False).alias("single_parent"),
        pl.lit([], dtype=pl.List(pl.Struct({"kind": pl.String}))).alias("expenses"),
        pl.lit([], dtype=pl.List(pl.Struct({"member": pl.String}))).alias("obligors"),
        none.alias("benefits"),
        pl.struct(property_within.alias("property_within_dibao_rules")).alias("findings"),
    )


def main() -> None:
    """Print the comparison."""
    parser = argparse.ArgumentParser(description="Compare today's standard with one a tenth higher.")
    parser.add_argument("--rows", type=int, default=1000, help="how many households")
    rows = parser.parse_args().rows
    pack = aidrules.load("cn/guizhou/zunyi/bozhou", overlays=["cn/guizhou/zunyi/overlays/2025", HERE / "office.yaml"])
    reform = pack.with_parameters({"dibao_standard": {"urban": "915.20", "rural": "665.50"}})
    households = assumed(population(rows, pack))
    found = aidrules.compare(households, pack, reform, on=date(2025, 6, 1), outcomes=["dibao"], by="residence")
    print("residence  result  households  change a month, fen")
    for row in found.winners.iter_rows(named=True):
        change = "" if row["change"] is None else row["change"]
        print(f"{row['group']:<10} {row['result']:<7} {row['households']:>10}  {change:>19}  {row['change_open']} open")
    print("residence  programme  fen a month before     after (at least to at most)")
    for row in found.cost.iter_rows(named=True):
        before, after = (f"{row[f'{side}_low']} to {row[f'{side}_high']}" for side in ("before", "after"))
        print(f"{row['group']:<10} {row['programme']:<10} {before}     {after}")
    print("residence  status before  after  households")
    for row in found.statuses.filter(pl.col("before") != pl.col("after")).iter_rows(named=True):
        print(f"{row['group']:<10} {row['before']} -> {row['after']} {row['count']:>6}")
    print("residence  aid     persons below the new standard  fen lacking a month  of all that is needed  left out")
    poverty = found.poverty(income="counted_income", persons="persons_counted", line="dibao_standard", rules="after")
    for row in poverty.groups.iter_rows(named=True):
        poor, lacking = (f"{float(Fraction(row[name] or 0)):.2%}" for name in ("headcount", "gap_index"))
        told = f"{row['poor']:>7} {poor:>8} {row['gap']:>12} {lacking:>8}  {row['left_out']}"
        print(f"{row['group']:<10} {row['aid']:<7} {told}")
    print(f"{found.bad.height} rows could not be decided")


if __name__ == "__main__":
    main()
