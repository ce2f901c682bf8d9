"""The largest shipped pack: one household and many; and what importing and loading cost."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from timing import Figure, Turns, Way, in_a_process

import aidrules

ROOT = Path(__file__).parents[1]
PACK = "cn/guizhou/zunyi/bozhou"
ON = date(2025, 6, 1)
_HEAVY = ("polars", "pyarrow", "numpy", "durable", "yaml", "holidays", "rich", "hypothesis", "pandas")


def _loaded() -> aidrules.Pack:
    office = ROOT / "examples" / "office.yaml"
    return aidrules.load(PACK, overlays=["cn/guizhou/zunyi/overlays/2025", office])


def one(turns: Turns) -> Iterator[Figure]:
    """A family of three, of which what counts is known."""
    rules = _loaded()
    definitions = len(rules.on(ON).definitions)
    told = {"known": "household", "with gaps": "undetermined"}
    families = {
        name: rules.Household.model_validate_json((ROOT / "examples" / f"{file}.json").read_bytes())
        for name, file in told.items()
    }
    ways = {
        name: Way(lambda family=family: [aidrules.decide(family, rules, on=ON) for _ in range(100)], 100)
        for name, family in families.items()
    }
    ways["outcomes"] = Way(
        lambda: [dict(aidrules.decide(families["known"], rules, on=ON).outcomes) for _ in range(10)], 10
    )
    times = turns.times(ways)
    for name, most in (("known", 60), ("with gaps", None)):
        seconds = times.median(name)
        note = f"{definitions} definitions, {seconds * 1e6:.0f} us"
        yield Figure(
            f"decide, family {name}, trace kept", seconds * 1e9 / definitions, "ns/definition", most=most, note=note
        )
    yield Figure("decide, and the outcomes of all programmes", times.median("outcomes") * 1e3, "ms")


def many(households: int, turns: Turns) -> Iterator[Figure]:
    """An invented population under all programmes."""
    sys.path.insert(0, str(ROOT / "examples"))
    from population import population
    from simulate_population import assumed

    rules = _loaded()
    frame = assumed(population(households, rules))
    definitions = len(rules.on(ON).definitions)
    times = turns.times({"all": Way(lambda: aidrules.simulate(frame, rules, on=ON), households)})
    seconds = times.median("all")
    note = f"{definitions} definitions, {seconds * households:.2f} s"
    about = f"simulate, {households:,} households, all programmes"
    yield Figure(about, definitions / seconds / 1e6, "million rows/s", least=250, note=note)


def start(turns: Turns) -> Iterator[Figure]:
    """Importing the library in a new process, what comes with it, and reading the pack."""
    now = {"wall": "perf_counter", "cpu": "process_time"}[turns.clock]
    code = (
        f"from time import {now} as now; import sys, json; before = set(sys.modules); start = now(); import aidrules; "
        "seconds = now() - start; "
        "print(json.dumps({'s': seconds, 'loaded': sorted({m.partition('.')[0] for m in sys.modules} - before)}))"
    )
    found = sorted((in_a_process(code) for _ in range(turns.blocks)), key=lambda one: one["s"])
    heavy = ", ".join(name for name in _HEAVY if name in found[0]["loaded"]) or "none of the heavy libraries"
    yield Figure("import aidrules", found[len(found) // 2]["s"] * 1e3, "ms", most=150, note=f"loads {heavy}")
    code = (
        f"from time import {now} as now; import json, datetime, aidrules; start = now(); "
        f"aidrules.load({PACK!r}).on(datetime.date(2025, 6, 1)); "
        "print(json.dumps({'s': now() - start}))"
    )
    seconds = sorted(in_a_process(code)["s"] for _ in range(turns.blocks))
    yield Figure(f"load and compile {PACK}", seconds[len(seconds) // 2], "s", note="in a new process")
