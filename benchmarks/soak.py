"""Decide very many times from several threads in one process, and report what grew, what was wrong, how fast.

    python benchmarks/soak.py --decisions 500000 --threads 4

Each decision is compared with the same decision made beforehand by other means. The exit code is 1
when one was wrong, fell back to the other engine, or when memory grew by more than `--growth` MB.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import threading
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from aidrules import load
from aidrules.engine import Compiled
from aidrules.engine.chain import Chain, ChainRule, Condition
from aidrules.engine.conclusions import SecondEntry
from aidrules.testing.cases import find_cases, read_cases


@dataclass(frozen=True)
class Work:
    """What is decided: `decide(i)` gives something comparable, and `expected[i]` is what it has to be."""

    name: str
    decide: Callable[[int], Hashable]
    expected: Sequence[Hashable]


@dataclass
class Count:
    """What one thread saw."""

    decisions: int = 0
    wrong: int = 0
    examples: list[str] = field(default_factory=list)


def chain_rules(rules: int, conditions: int, draw: random.Random) -> list[ChainRule]:
    """A random chain of three stages."""
    made: list[ChainRule] = []
    atoms = [f"condition_{number}" for number in range(conditions)]
    for stage in range(3):
        for number in range(rules // 3):
            alternatives = tuple(
                tuple(Condition(draw.choice(atoms), draw.random() < 0.8) for _ in range(draw.randint(1, 3)))
                for _ in range(draw.randint(1, 2))
            )
            made.append(ChainRule(f"stage_{stage}_{number}", alternatives))
        atoms += [rule.conclusion for rule in made[-(rules // 3) :]]
    return made


def chains(rules: int = 60, conditions: int = 40, patterns: int = 20_000) -> Work:
    """A random chain of three stages: durable-rules without memory against the exact engine."""
    draw = random.Random(20250601)
    made = chain_rules(rules, conditions, draw)
    second = Chain(made, "soak", "durable", remember=0)
    exact = Chain(made, "soak", "exact", remember=0)
    width = len(exact.conditions)
    given = [
        tuple(None if unknown and draw.random() < 0.1 else draw.random() < 0.5 for _ in range(width))
        for unknown in (number % 4 == 0 for number in range(patterns))
    ]

    def decide(item: int) -> Hashable:
        result = second.run(given[item])
        return result.engine, result.difference, result.certain, result.possible, result.fired

    expected = [("durable", None, result.certain, result.possible, result.fired) for result in map(exact.run, given)]
    return Work(f"chains of {rules} rules by durable-rules, nothing remembered", decide, expected)


def decisions() -> Work:
    """Whole decisions: the households of all cases beside the packs, chained by durable-rules without memory."""
    rules = Path(__file__).parent.parent / "rules"
    made: list[tuple[Compiled, Any, date, SecondEntry]] = []
    entries: dict[int, SecondEntry] = {}
    for pack_name, file in find_cases(rules):
        for case in read_cases(file):
            if "refused" in case.expect:
                continue
            pack = load(
                pack_name, path=rules, overlays=case.overlays, parameters=case.parameters, readings=case.readings
            )
            compiled = pack.on(case.on)
            entry = entries.setdefault(
                id(compiled), SecondEntry(compiled.definitions, compiled.conclusions, pack.digest, remember=0)
            )
            made.append((compiled, pack.Subject.from_text(case.given), case.on, entry))
    known = [compiled.run(household, on).values for compiled, household, on, _ in made]

    def decide(item: int) -> Hashable:
        compiled, household, on, entry = made[item]
        run = compiled.run(household, on)
        chained = entry.run(run, compiled.function(not run.three_valued), "durable")
        return chained.engine, chained.differing, run.values == known[item]

    # A pack that only says what is to be done concludes nothing, and has nothing to chain.
    engines = ["durable" if compiled.conclusions else "exact" for compiled, *_ in made]
    return Work(f"decisions on the {len(made)} cases of the packs", decide, [(each, (), True) for each in engines])


WORKS: dict[str, Callable[[], Work]] = {"decisions": decisions, "chains": chains}


def resident() -> float | None:
    """Memory held by this process, in MB, where the system tells."""
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return None


def soak(work: Work, decisions: int, threads: int) -> tuple[list[Count], float]:
    """Let the threads decide item after item, each in an order of its own; returns counts and seconds."""
    counts = [Count() for _ in range(threads)]

    def decide(count: Count, seed: int, share: int) -> None:
        draw = random.Random(seed)
        for _ in range(share):
            item = draw.randrange(len(work.expected))
            found: Hashable
            try:
                found = work.decide(item)
            except Exception as error:
                found = f"{type(error).__name__}: {error}"
            if found != work.expected[item]:
                count.wrong += 1
                if len(count.examples) < 3:
                    count.examples.append(f"item {item}: {found}")
            count.decisions += 1

    shares = [decisions // threads + (number < decisions % threads) for number in range(threads)]
    workers = [
        threading.Thread(target=decide, args=(count, seed, share))
        for seed, (count, share) in enumerate(zip(counts, shares, strict=True))
    ]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return counts, time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decisions", type=int, default=500_000)
    parser.add_argument("--threads", type=int, default=4)
    parser.add_argument("--work", choices=sorted(WORKS), default="decisions")
    parser.add_argument("--growth", type=float, default=20.0, help="most MB that memory may grow")
    chosen = parser.parse_args()
    work = WORKS[chosen.work]()
    print(f"{work.name}; {chosen.threads} threads")
    soak(work, min(chosen.decisions // 10, 20_000), chosen.threads)
    gc.collect()
    before = resident()
    counts, seconds = soak(work, chosen.decisions, chosen.threads)
    gc.collect()
    after = resident()
    done = sum(count.decisions for count in counts)
    wrong = sum(count.wrong for count in counts)
    print(f"{done:,} decisions in {seconds:.1f} s: {done / seconds:,.0f} per second")
    print(f"wrong or failed: {wrong}")
    for text in [example for count in counts for example in count.examples][:5]:
        print(f"  {text}")
    grown = None
    if before is not None and after is not None:
        grown = after - before
        print(f"memory: {before:.1f} MB after warming up, {after:.1f} MB at the end, {grown:+.1f} MB")
    bad = wrong or done != chosen.decisions or (grown is not None and grown > chosen.growth)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
