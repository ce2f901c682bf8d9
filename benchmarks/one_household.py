"""Times one decision with its trace kept: where the time goes, beside plain Python on the same household.

Run it as `python benchmarks/one_household.py`. Everything is timed in interleaved blocks of one process; the least of
many blocks counts, since what disturbs a machine only adds. The columns are microseconds, and how many times as long as
hand-written Python with a trace.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import dibao_job
import dibao_plain

import aidrules
from aidrules.decision.decision import Decision
from aidrules.engine import Compiled
from aidrules.engine.conclusions import SecondEntry

BOZHOU = "cn/guizhou/zunyi/bozhou"
BOZHOU_ON = date(2025, 6, 1)
BOZHOU_PARAMETERS = {
    "dibao_standard[urban]": "832",
    "dibao_standard[rural]": "605",
    "minimum_wage": "1890",
    "deduction_share": "100%",
}
EXAMPLE = Path(__file__).parents[1] / "examples" / "household.json"
HOUSEHOLDS = 16
"""So many different ones, since a processor learns one by heart; few, so that some blocks are left in peace."""


def main() -> None:
    """Print the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=500)
    parser.add_argument("--format", choices=["text", "json"], default="text")
    given = parser.parse_args()
    found = measured({**dibao(), **bozhou()}, given.blocks)
    yardstick = found["plain Python with trace"]
    if given.format == "json":
        print(json.dumps({name: {"us": us, "times_plain": us / yardstick} for name, us in found.items()}, indent=2))
        return
    for name, us in found.items():
        print(f"{name:58}{us:10.1f}{us / yardstick:10.1f}")


def measured(jobs: Mapping[str, Callable[[], int]], blocks: int) -> dict[str, float]:
    """The least time of each job over interleaved blocks, in microseconds per piece; a job tells how many it did."""
    least = dict.fromkeys(jobs, float("inf"))
    for _ in range(blocks):
        for name, job in jobs.items():
            start = time.perf_counter_ns()
            pieces = job()
            least[name] = min(least[name], (time.perf_counter_ns() - start) / pieces / 1e3)
    return least


def each(of: Callable[[Any], object], households: list[Any]) -> Callable[[], int]:
    """A job that does something to each of several households."""

    def job() -> int:
        for household in households:
            of(household)
        return len(households)

    return job


def dibao() -> dict[str, Callable[[], int]]:
    """The benchmark job: known, with one unknown input, and in its parts."""
    pack = dibao_job.pack()
    plain = dibao_job.population(HOUSEHOLDS).plain(range(HOUSEHOLDS))
    texts = [dibao_job.written(one) for one in plain]
    households = [pack.Household.model_validate_json(text) for text in texts]
    open_ = [_without(text, "savings") for text in texts]
    unknown = [pack.Household.model_validate_json(text) for text in open_]
    compiled = pack.on(dibao_job.ON)

    def decided(household: Any) -> Decision:
        return aidrules.decide(household, pack, on=dibao_job.ON)

    def told(text: str) -> str:
        return decided(pack.Household.model_validate_json(text)).to_json()

    return {
        "plain Python with trace": each(dibao_plain.traced, plain),
        "plain Python without trace": each(dibao_plain.decided, plain),
        "benchmark job: decide": each(decided, households),
        "benchmark job: decide, an input unknown": each(decided, unknown),
        **_parts("benchmark job", compiled, dibao_job.ON, households),
        "benchmark job: JSON to JSON with trace, both languages": each(told, texts[:8]),
    }


def bozhou() -> dict[str, Callable[[], int]]:
    """The whole pack of a street on a family of three."""
    pack = aidrules.load(BOZHOU, parameters=BOZHOU_PARAMETERS)
    text = EXAMPLE.read_text(encoding="utf-8")
    households = [pack.Household.model_validate_json(text)] * 8
    compiled = pack.on(BOZHOU_ON)
    definitions = len(compiled.definitions)

    def decided(given: Any) -> Decision:
        return aidrules.decide(given, pack, on=BOZHOU_ON)

    def told(given: str) -> str:
        return decided(pack.Household.model_validate_json(given)).to_json()

    def per_definition() -> int:
        return definitions * each(decided, households)()

    return {
        "Bozhou: decide": each(decided, households),
        "Bozhou: decide, per definition": per_definition,
        **_parts("Bozhou", compiled, BOZHOU_ON, households),
        "Bozhou: JSON to JSON with trace, both languages": each(told, [text]),
        "Bozhou: a letter": each(lambda given: decided(given).explain("zh"), households[:1]),
    }


def _parts(name: str, compiled: Compiled, on: date, households: list[Any]) -> dict[str, Callable[[], int]]:
    runs = [compiled.run(household, on) for household in households]
    new = SecondEntry(compiled.definitions, compiled.conclusions, "benchmark", remember=0)
    return {
        f"{name}: facts read": each(compiled.reader, households),
        f"{name}: facts read and everything computed": each(lambda household: compiled.run(household, on), households),
        f"{name}: chain, remembered": each(lambda run: run.chain("durable"), runs),
        f"{name}: chain, new": each(
            lambda run: new.run(run, compiled.function(not run.three_valued), "durable"), runs[:4]
        ),
    }


def _without(text: str, fact: str) -> str:
    facts = json.loads(text)
    del facts["assets"][fact]
    return json.dumps(facts)


if __name__ == "__main__":
    main()
