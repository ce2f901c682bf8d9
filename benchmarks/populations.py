"""How time and memory grow with a population: `aidrules simulate` on files of rising size, each in its own process.

    python benchmarks/populations.py --rows 100000 1000000 10000000 --workers 2 --folder /var/tmp/populations

Households are those of `examples/population.py` with the assumptions of `examples/simulate_population.py`; files that
are there already are used again. For each size: seconds, microseconds a household and what that is of the first size,
and the most memory that was resident.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "examples")]

from population import population  # noqa: E402
from simulate_population import assumed  # noqa: E402

import aidrules  # noqa: E402

_BLOCK = 100_000
_PACK = ("--pack", "cn/guizhou/zunyi/bozhou", "--overlay", "cn/guizhou/zunyi/overlays/2025")
_RUN = """
import json, resource, sys
from aidrules.cli import main
code = main(sys.argv[1:], standalone_mode=False)
print(json.dumps([code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]), file=sys.stderr)
"""


def made(folder: Path, rows: int) -> Path:
    """A file of so many households, each hundred thousand the same but for their ids."""
    file = folder / f"{rows}.parquet"
    if file.exists():
        return file
    block = assumed(population(min(_BLOCK, rows), aidrules.load(_PACK[1])))
    partial, place = file.with_suffix(".partial"), pl.int_range(pl.len())
    with pq.ParquetWriter(partial, block.to_arrow(compat_level=pl.CompatLevel.oldest()).schema) as written:
        for first in range(0, rows, _BLOCK):
            some = block.head(rows - first).with_columns(pl.format("h{}", place + first).alias("id"))
            written.write_table(some.to_arrow(compat_level=pl.CompatLevel.oldest()))
    return partial.rename(file)


def measured(source: Path, workers: int, more: list[str]) -> tuple[float, int]:
    """The seconds and the megabytes that deciding a file takes."""
    out = source.with_suffix(".out.parquet")
    for left in (out, source.with_suffix(".out.bad.parquet")):
        left.unlink(missing_ok=True)
    office = ("--overlay", str(ROOT / "examples" / "office.yaml"))
    given = [str(source), "--out", str(out), "--on", "2025-06-01", "--workers", str(workers), *_PACK, *office, *more]
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _RUN, "simulate", *given],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        check=False,
    )
    seconds = time.perf_counter() - start
    try:
        code, kilobytes = json.loads(done.stderr.splitlines()[-1])
    except (ValueError, IndexError):
        raise SystemExit(done.stderr) from None
    if code:
        raise SystemExit(f"{source}: exit code {code}")
    return seconds, kilobytes // 1024


def main() -> None:
    """Measure every size that the command line asks for."""
    parser = argparse.ArgumentParser(description="Time and memory of aidrules simulate on files of rising size.")
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--outcomes", nargs="*", default=["dibao"], help="the programmes; all if none is named")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, default=Path("populations"), help="where the files go")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    more = [part for name in asked.outcomes for part in ("--outcomes", name)]
    first = None
    for rows in asked.rows:
        seconds, megabytes = measured(made(asked.folder, rows), asked.workers, more)
        each = seconds / rows * 1e6
        first = first or each
        print(f"{rows:>12,} households: {seconds:8.1f} s, {each:6.2f} µs each, {each / first:4.2f} x, {megabytes:,} MB")


if __name__ == "__main__":
    main()
