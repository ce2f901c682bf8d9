"""Timing several ways of doing the same, side by side: in blocks that take turns, so that a busy minute meets all."""

from __future__ import annotations

import gc
import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Literal

Clock = Literal["wall", "cpu"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a report.

    Attributes:
        about: what was measured.
        value: the median, or None where it could not be measured.
        unit: of the value.
        ratio: how many times the yardstick it takes.
        yardstick: what it is compared with.
        most: the ratio, or without a yardstick the value, that is aimed at; less is better.
        least: the value that is aimed at, where more is better.
        note: what a reader must know.
    """

    about: str
    value: float | None = None
    unit: str = ""
    ratio: float | None = None
    yardstick: str = ""
    most: float | None = None
    least: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether what is aimed at was reached; None where nothing is, or nothing was measured."""
        found = self.value if not self.yardstick else self.ratio
        if self.least is not None and self.value is not None:
            return self.value >= self.least
        return None if self.most is None or found is None else found <= self.most


@dataclass
class Report:
    """The figures of one run, by section, and the clock that they were taken by."""

    clock: Clock = "wall"
    sections: dict[str, list[Figure]] = field(default_factory=dict)

    def add(self, section: str, figures: Iterable[Figure]) -> None:
        """Enter the figures of a section."""
        self.sections.setdefault(section, []).extend(figures)

    def to_json(self) -> str:
        """For programs."""
        told = {
            name: [{**asdict(figure), "met": figure.met} for figure in figures]
            for name, figures in self.sections.items()
        }
        return json.dumps({"machine": machine(), "clock": self.clock, "sections": told}, indent=1, ensure_ascii=False)

    def to_text(self) -> str:
        """For people."""
        lines = ["; ".join(f"{name}: {said}" for name, said in {**machine(), "clock": self.clock}.items())]
        for name, figures in self.sections.items():
            lines += ["", name]
            lines += [f"  {_line(figure)}".rstrip() for figure in figures]
        return "\n".join(lines)


def _line(figure: Figure) -> str:
    value = "-" if figure.value is None else f"{_rounded(figure.value)} {figure.unit}"
    ratio = "" if figure.ratio is None else f"{_rounded(figure.ratio)} x {figure.yardstick}"
    met = {None: "", True: "met", False: "NOT MET"}[figure.met]
    aim = ""
    if figure.most is not None:
        aim = f"at most {_rounded(figure.most)}{' x' if figure.yardstick else f' {figure.unit}'}: {met}".rstrip(": ")
    elif figure.least is not None:
        aim = f"at least {_rounded(figure.least)} {figure.unit}: {met}".rstrip(": ")
    return f"{figure.about:<58} {value:>16}  {ratio:<30} {aim:<26} {figure.note}"


def _rounded(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def machine() -> dict[str, str]:
    """Where and when."""
    processor = platform.processor() or platform.machine()
    cpus = Path("/proc/cpuinfo")
    if cpus.exists():
        names = [line.partition(":")[2].strip() for line in cpus.read_text().splitlines() if "model name" in line]
        processor = f"{len(names)} x {names[0]}" if names else processor
    load = Path("/proc/loadavg")
    busy = load.read_text().split()[0] if load.exists() else "unknown"
    at = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    return {"at": at, "processor": processor, "python": platform.python_version(), "load": busy}


@dataclass(frozen=True, slots=True)
class Way:
    """One way of doing something: a run, and how many it does at a time."""

    run: Callable[[], object]
    of: int = 1


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds for one, by way and block."""

    seconds: Mapping[str, list[float]]

    def median(self, name: str) -> float:
        """The median of all blocks."""
        return median(self.seconds[name])

    def ratio(self, name: str, yardstick: str) -> float:
        """How many times as long one takes as another: the median over blocks, each against its neighbour."""
        return median(one / other for one, other in zip(self.seconds[name], self.seconds[yardstick], strict=True))


@dataclass(frozen=True, slots=True)
class Turns:
    """How often all ways take turns, and by which clock they are timed.

    Attributes:
        blocks: in each of them every way is run once.
        clock: the clock on the wall; or the processor time of all threads, which a busy machine disturbs less.
    """

    blocks: int
    clock: Clock = "wall"

    def times(self, ways: Mapping[str, Way]) -> Times:
        """Time each way once in each block, after one block that does not count; nothing is collected meanwhile."""
        now = time.perf_counter if self.clock == "wall" else time.process_time
        found: dict[str, list[float]] = {name: [] for name in ways}
        for way in ways.values():
            way.run()
        # What lies about already is not looked through again and again: much of it takes longer than the runs.
        gc.freeze()
        for _ in range(self.blocks):
            for name, way in ways.items():
                gc.collect()
                gc.disable()
                start = now()
                way.run()
                found[name].append((now() - start) / way.of)
                gc.enable()
        gc.unfreeze()
        return Times(found)


def in_a_process(code: str, *arguments: str) -> Any:
    """Run Python code in a process of its own; it prints what it found as JSON on its last line."""
    command = [sys.executable, "-c", code, *arguments]
    ended = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(ended.stdout.splitlines()[-1])
