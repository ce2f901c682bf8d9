"""Many households: `aidrules.simulate` beside a NumPy kernel and the other engines, on the benchmark job."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dibao_numpy
import dibao_plain
import numpy as np
from dibao_job import ON, Result, must_agree, pack, population
from peers import Peers
from timing import Figure, Turns, Way, in_a_process

import aidrules

OURS, NUMPY = "aidrules.simulate", "NumPy, tuned by hand"
_SLOW = 20_000
"""So many households are enough for what takes each of them one by one."""


def of_simulation(frame: Any) -> dict[str, Any]:
    """What `simulate` tells of the outputs; a programme's amounts are added up."""
    return {
        "eligible": (frame["dibao.status"] == "eligible").to_numpy(),
        "paid": frame["dibao.monthly"].to_numpy(),
        "paid alone": frame["dibao_individual.monthly"].to_numpy(),
    }


def differing(frame: Any, expected: Result, rows: Any = slice(None)) -> list[str]:
    """Where `simulate` differs from the outputs of a kernel, in some rows."""
    known = {
        "eligible": expected.eligible,
        "paid": expected.top_up + expected.supplement,
        "paid alone": expected.top_up_alone + expected.supplement_alone,
    }
    return [name for name, found in of_simulation(frame).items() if not np.array_equal(found[rows], known[name][rows])]


def beside_others(peers: Peers, households: int, turns: Turns) -> Iterator[Figure]:
    """All engines on the same households, after their results have been compared."""
    people = population(households)
    expected = dibao_numpy.decided(people)
    few = people.plain(range(min(households, _SLOW)))
    plain = Result.of_rows(dibao_plain.decided(household) for household in few)
    must_agree(NUMPY, plain.differing(expected.head(len(few))))
    rules, frame = pack(), people.frame()
    must_agree(OURS, differing(aidrules.simulate(frame, rules, on=ON).frame, expected))
    ways = {
        NUMPY: Way(lambda: dibao_numpy.decided(people), households),
        OURS: Way(lambda: aidrules.simulate(frame, rules, on=ON), households),
        "plain Python": Way(lambda: [dibao_plain.decided(household) for household in few], len(few)),
    }
    for name in ("PolicyEngine-core", "OpenFisca-core"):
        if name in peers:
            must_agree(name, peers[name].decided(people).differing(expected))
            ways[name] = Way(lambda engine=peers[name]: engine.decided(people), households)
    if "ZEN" in peers:
        zen = peers["ZEN"]
        found = Result.of_rows(zen.row(each["data"]["result"]) for each in zen.batch(few))
        must_agree("ZEN", found.differing(plain))
        ways["ZEN, its batch"] = Way(lambda: zen.batch(few), len(few))
    times = turns.times(ways)
    for name in ways:
        most = 1.25 if name == OURS else None
        seconds = times.median(name)
        yield Figure(
            f"{name}, {households:,} households" if ways[name].of == households else name,
            seconds * 1e9,
            "ns/household",
            times.ratio(name, NUMPY),
            "NumPy",
            most,
            note=f"{1 / seconds / 1e6:.3g} million/s",
        )


def incomplete(households: int, turns: Turns) -> Iterator[Figure]:
    """Households of which something is unknown: one of each chunk, and a fifth of all."""
    from aidrules.columns.simulation import CHUNK

    people, rules = population(households), pack()
    expected = dibao_numpy.decided(people)
    frames = {"all known": people.frame()}
    unknown = {
        "one in a chunk unknown": np.arange(0, households, CHUNK),
        "a fifth unknown": np.arange(0, households, 5),
    }
    for name, rows in unknown.items():
        frames[name] = people.frame(rows)
        known = np.ones(households, dtype=bool)
        known[rows] = False
        must_agree(name, differing(aidrules.simulate(frames[name], rules, on=ON).frame, expected, known))
    ways = {
        name: Way(lambda frame=frame: aidrules.simulate(frame, rules, on=ON), households)
        for name, frame in frames.items()
    }
    times = turns.times(ways)
    for name, most in (("one in a chunk unknown", 1.2), ("a fifth unknown", 5)):
        yield Figure(name, times.median(name) * 1e9, "ns/household", times.ratio(name, "all known"), "all known", most)


def sizes(counts: list[int], turns: Turns) -> Iterator[Figure]:
    """The fixed cost, and whether time grows with the number of households and no faster."""
    rules = pack()
    frames = {count: population(count).frame() for count in (1, *counts)}
    ways = {
        str(count): Way(lambda frame=frame: aidrules.simulate(frame, rules, on=ON), count)
        for count, frame in frames.items()
    }
    times = turns.times(ways)
    yield Figure("one household, the plan being known", times.median("1") * 1e3, "ms", most=25)
    for count in counts:
        first = str(counts[0])
        apart = times.ratio(str(count), first) if count != counts[0] else None
        yield Figure(
            f"{count:,} households",
            times.median(str(count)) * 1e9,
            "ns/household",
            apart,
            f"{counts[0]:,}" if apart else "",
            1.2 if apart else None,
        )


_MEMORY = """
import gc, json, re, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import aidrules
from dibao_job import ON, pack, population
def held(name):
    return int(re.search(rf"{name}:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
rules = pack()
aidrules.simulate(population(1000).frame(), rules, on=ON)
frame = population(int(sys.argv[2])).frame()
gc.collect()
Path("/proc/self/clear_refs").write_text("5")
before = held("VmRSS")
result = aidrules.simulate(frame, rules, on=ON)
print(json.dumps({"input": frame.estimated_size() / 2**20, "more": held("VmHWM") - before}))
"""


def memory(households: int) -> Iterator[Figure]:
    """What is needed beside the input, the output included."""
    name = f"{households:,} households, beside the input"
    if not Path("/proc/self/clear_refs").exists():
        yield Figure(name, note="left out: the system does not tell the greatest use of memory")
        return
    found = in_a_process(_MEMORY, str(Path(__file__).parent), str(households))
    note = f"the input is {found['input']:.0f} MB"
    yield Figure(name, found["more"], "MB", found["more"] / found["input"], "the input", 2, note=note)
