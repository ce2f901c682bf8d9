"""Time aidrules beside plain Python, NumPy, ZEN, OpenFisca-core and PolicyEngine-core, in one run.

    python benchmarks/speed.py
    python benchmarks/speed.py many one --households 200000 --format json

The engines do the same job (`packs/benchmark/dibao`) on the same households, and what each comes to is compared before
it is timed. Times are medians over blocks in which all take turns; ratios are medians of the ratios within a block. An
engine that is not installed is said to be left out: `pip install 'aidrules[peers]'` brings all three.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import get_args

import measure_many
import measure_one
import measure_pack
from peers import Peers
from timing import Clock, Figure, Report, Turns

SECTIONS = ("one", "chain", "json", "many", "unknown", "size", "memory", "pack", "start")


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="Time aidrules beside other engines.")
    parser.add_argument("sections", nargs="*", metavar="section", help=f"of {', '.join(SECTIONS)}; all unless named")
    parser.add_argument("--households", type=int, default=1_000_000, help="how many, where many are timed")
    parser.add_argument("--blocks", type=int, default=7, help="how often all take turns")
    parser.add_argument("--clock", choices=get_args(Clock), default="wall", help="cpu where the machine is busy")
    parser.add_argument("--large", action="store_true", help="time ten million too, which needs some 10 GB")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    if asked.households < 10 or asked.blocks < 1:
        parser.error("at least 10 households and 1 block")
    report = measured(asked.sections or SECTIONS, asked.households, Turns(asked.blocks, asked.clock), asked.large)
    print(report.to_json() if asked.format == "json" else report.to_text())
    return 0


def measured(sections: Iterable[str], households: int, turns: Turns, large: bool) -> Report:
    """The figures of some sections."""
    peers = Peers()
    counts = [max(1, households // 10), households, *([10 * households] if large else [])]
    measures: dict[str, tuple[str, Callable[[], Iterable[Figure]]]] = {
        "one": ("One household", lambda: measure_one.beside_others(peers, replace(turns, blocks=3 * turns.blocks))),
        "chain": ("The second entry", lambda: measure_one.chain(turns)),
        "json": ("JSON to JSON", lambda: measure_one.json_to_json(peers, turns)),
        "many": ("Many households", lambda: measure_many.beside_others(peers, households, turns)),
        "unknown": ("Many households, incomplete", lambda: measure_many.incomplete(households, turns)),
        "size": ("Few and many", lambda: measure_many.sizes(counts, turns)),
        "memory": ("Memory", lambda: measure_many.memory(households)),
        "pack": ("The largest shipped pack", lambda: _pack(households, turns)),
        "start": ("Starting", lambda: measure_pack.start(turns)),
    }
    report = Report()
    report.add("Other engines", peers.told)
    report.clock = turns.clock
    for name in sections:
        title, measure = measures[name]
        print(f"measuring: {title}", file=sys.stderr)
        report.add(title, measure())
    return report


def _pack(households: int, turns: Turns) -> Iterable[Figure]:
    yield from measure_pack.one(turns)
    yield from measure_pack.many(max(10, households // 10), replace(turns, blocks=min(turns.blocks, 3)))


if __name__ == "__main__":
    sys.exit(main())
