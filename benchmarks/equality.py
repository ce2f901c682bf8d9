"""Hold columns against decisions on very many households near the lines of every shipped pack.

    python benchmarks/equality.py --households 10000000 --workers 2 --progress equality.json

Of each household every status, reason, amount, phase-out and missing input is compared. With `--progress` a run that
was stopped goes on where it was. It ends with 0 where nothing differs, else with 1 and the first differences.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "columns")]

import aidrules  # noqa: E402

BLOCK = 2_000
_SHOWN = 20
Block = tuple[str, str, int, int]
"""The pack, the kind of facts, the number of the block and how many households it has."""


def blocks(households: int, names: list[str]) -> Iterator[Block]:
    """All blocks, pack by pack in turn; four of six complete, so that each kernel is met."""
    kinds = ("complete", "complete", "incomplete", "complete", "complete", "without parameters")
    left, number = households, 0
    while left > 0:
        for name in names:
            size = min(BLOCK, left)
            if size <= 0:
                return
            yield name, kinds[number % len(kinds)], number, size
            left -= size
        number += 1


def compared(block: Block) -> list[tuple[str, Any, Any]]:
    """The differences on one block."""
    from at_scale import differences

    name, facts, number, size = block
    where = f"{name}, {facts}, block {number}"
    return [(f"{where}: {point}", *both) for point, *both in differences(name, facts, number, size)]


def main() -> int:
    """Compare as many as the command line asks for."""
    parser = argparse.ArgumentParser(description="Hold aidrules.simulate against aidrules.decide.")
    parser.add_argument("--households", type=int, default=100_000, help="how many, over all packs")
    parser.add_argument("--packs", nargs="*", help="which; all that are shipped unless given")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--progress", type=Path, help="where it is kept how far the run has come")
    asked = parser.parse_args()
    from at_scale import RULES, packs

    names = asked.packs or packs()
    rules = {name: aidrules.load(name, path=RULES).digest for name in names}
    run = {"version": aidrules.__version__, "households": asked.households, "rules": rules}
    done = _done(asked.progress, run)
    waiting = islice(blocks(asked.households, names), done, None)
    finished = sum(size for *_, size in islice(blocks(asked.households, names), done))
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    start, before, wrong = time.monotonic(), finished, 0
    with ProcessPoolExecutor(asked.workers, get_context("spawn")) as pool:
        # A few blocks ahead of the one that is waited for, and no more: ten million are five thousand of them.
        ahead = [(block, pool.submit(compared, block)) for block in islice(waiting, 2 * asked.workers)]
        while ahead:
            (*_, size), found = ahead.pop(0)
            for point, columns, decision in found.result():
                wrong += 1
                if wrong <= _SHOWN:
                    print(f"{point}: columns {columns!r}, decision {decision!r}")
            ahead += [(block, pool.submit(compared, block)) for block in islice(waiting, 1)]
            done, finished = done + 1, finished + size
            if asked.progress and not wrong:
                asked.progress.write_text(json.dumps({"run": run, "done": done}))
            rate = (finished - before) / (time.monotonic() - start)
            left = (asked.households - finished) / rate / 60
            print(f"{finished:,} of {asked.households:,}, {rate:.0f} a second, {left:.0f} min left", file=sys.stderr)
    print(f"{finished:,} households of {', '.join(names)}: {wrong} points differ")
    return 1 if wrong else 0


def _done(progress: Path | None, run: dict[str, Any]) -> int:
    """How many blocks an earlier run has finished; the same rules, version and number of households."""
    if progress is None or not progress.exists():
        return 0
    kept = json.loads(progress.read_text())
    if kept["run"] != run:
        raise SystemExit(f"{progress} is of other rules or another number of households; name another file")
    done: int = kept["done"]
    return done


if __name__ == "__main__":
    sys.exit(main())
