"""A file four times as large takes hardly more memory."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from filed import ON, PACKS, ROOT, households

_RUN = """
import resource, sys
from datetime import date
import aidrules
pack = aidrules.load("vale/county", path={packs!r})
done = aidrules.simulate_file({source!r}, {out!r}, pack, on=date.fromisoformat({on!r}), outcomes=["allowance", "care"])
print(done.decided, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def peak(source: Path, out: Path) -> tuple[int, int]:
    """How many households were decided, and the megabytes that were resident at most."""
    code = _RUN.format(packs=str(PACKS), source=str(source), out=str(out), on=str(ON))
    path = {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=path, capture_output=True, encoding="utf-8", check=True)
    decided, megabytes = done.stdout.split()
    return int(decided), int(megabytes)


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss has another unit elsewhere")
def test_a_file_four_times_as_large_takes_hardly_more_memory(tmp_path: Path) -> None:
    # One row group each, so that it is not the file that keeps pieces small; 650,000 households in memory at once
    # would take some hundred megabytes more.
    block = households(2_000)
    peaks = []
    for name, times in (("small", 82), ("large", 328)):
        source = tmp_path / f"{name}.parquet"
        with pq.ParquetWriter(source, block.to_arrow(compat_level=pl.CompatLevel.oldest()).schema) as file:
            file.write_table(pl.concat([block] * times).to_arrow(compat_level=pl.CompatLevel.oldest()))
        decided, megabytes = peak(source, tmp_path / f"{name}.out.parquet")
        assert decided == 2_000 * times
        peaks.append(megabytes)
    assert peaks[1] < peaks[0] + 200, peaks
