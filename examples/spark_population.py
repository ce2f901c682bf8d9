"""Decide an invented population on a Spark cluster: outcomes by kind of residence, and what is wrong with which rows.

    python examples/spark_population.py --rows 100000
    python examples/spark_population.py --rows 100000 --master spark://host:7077

Without `--master` two processes of this machine do the work. It takes Java, `pip install 'aidrules[spark]'` here, and
the same version of that on every worker. The population is that of `population.py`, with the assumptions of
`simulate_population.py`; rates are those of `office.yaml`. All of it is invented.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import polars as pl
from population import ON, population
from pyspark.sql import SparkSession, functions
from simulate_population import assumed

import aidrules
import aidrules.spark

HERE = Path(__file__).parent


def main() -> None:
    """Read the arguments, decide, and print the tables."""
    parser = argparse.ArgumentParser(description="Decide an invented population on a Spark cluster.")
    parser.add_argument("--rows", type=int, default=1000, help="households to make (1,000)")
    parser.add_argument("--master", default="local[2]", help="the cluster (two processes of this machine)")
    given = parser.parse_args()

    if given.master.startswith("local"):  # or else the first python3 on the path, which need not have aidrules
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = SparkSession.builder.master(given.master).appName("aidrules").getOrCreate()
    pack = aidrules.load("cn/guizhou/zunyi/bozhou", overlays=["cn/guizhou/zunyi/overlays/2025", HERE / "office.yaml"])
    # Of a real population: spark.read.parquet(...). One household has a residence that is none.
    made = assumed(population(given.rows, pack))
    made = made.with_columns(residence=pl.when(pl.int_range(pl.len()) == 7).then(pl.lit("city")).otherwise("residence"))
    households = spark.createDataFrame(made.to_arrow(compat_level=pl.CompatLevel.oldest())).repartition(4)

    # Kept, since both tables below read it: each would have it computed anew.
    found = aidrules.spark.simulate(households, pack, on=ON, outcomes=["dibao"], keep=["residence"]).persist()
    decided = found.where("faults is null")
    outcomes = decided.groupBy("residence", functions.col("`dibao.status`").alias("dibao")).agg(
        functions.count("*").alias("households"),
        functions.sum("`dibao.monthly_low`").alias("at least, fen"),
        functions.sum("`dibao.monthly_high`").alias("at most, fen"),
    )
    outcomes.orderBy("residence", "dibao").show(truncate=False)
    found.select("id", functions.explode("faults").alias("fault")).select("id", "fault.*").show(truncate=False)
    spark.stop()


if __name__ == "__main__":
    main()
