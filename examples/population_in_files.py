"""Decide a population that lies in files, as many households as there may be, and add up what it costs.

    python examples/population_in_files.py --rows 100000

The households are those of `population.py`, written to a Parquet file and decided by `aidrules.simulate_file`, which
holds a few parts of them in memory at a time. Stop it while it decides, by Ctrl-C or `kill -9`, and start it again: it
goes on where it was. On the command line the same is

    aidrules simulate population.parquet --out decided.parquet --outcomes dibao --pack cn/guizhou/zunyi/bozhou \\
        --on 2025-06-01 --overlay cn/guizhou/zunyi/overlays/2025 --overlay examples/office.yaml

The values of `office.yaml` are invented, and so are all figures that this prints.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import polars as pl
from population import ON, population
from simulate_population import assumed, shares

import aidrules

HERE = Path(__file__).parent


def main() -> None:
    """Read the arguments, make the file of households unless it is there, decide it, and print what it comes to."""
    parser = argparse.ArgumentParser(description="Decide an invented population in files.")
    parser.add_argument("--rows", type=int, default=1000, help="households to make (1,000)")
    parser.add_argument("--folder", type=Path, default=Path(), help="where the files go (here)")
    asked = parser.parse_args()

    pack = aidrules.load("cn/guizhou/zunyi/bozhou", overlays=["cn/guizhou/zunyi/overlays/2025", HERE / "office.yaml"])
    source, out = asked.folder / "population.parquet", asked.folder / "decided.parquet"
    if not source.exists():
        assumed(population(asked.rows, pack)).write_parquet(source)
    try:
        done = aidrules.simulate_file(source, out, pack, on=ON, outcomes=["dibao"])
    except aidrules.FilesError as error:
        sys.exit(str(error))
    print(f"{done.decided:,} of {done.households:,} households were decided: {done.out}")

    # Only what is added up is read, and in pieces; the file need not fit into memory either.
    amounts = pl.scan_parquet(done.out).select("dibao.status", "dibao.monthly_low", "dibao.monthly_high")
    with pl.Config(tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True):
        print("\nOutcomes, and yuan a month", shares(amounts).collect(engine="streaming"), sep="\n")


if __name__ == "__main__":
    main()
