"""The parts of a population decided, several at a time, and kept as each is finished."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import polars as pl

from aidrules.columns import simulate
from aidrules.decision.decide import InForce
from aidrules.populations import told
from aidrules.populations.part import Part, Source
from aidrules.populations.parts import Parts

OUTCOMES, FAULTS = "outcomes", "faults"
"""The tables of a finished part."""


class Done(Protocol):
    """Is told how many parts are finished, of how many."""

    def __call__(self, done: int, of: int, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Decider:
    """Decides parts.

    Attributes:
        rules: what households are decided by.
        known: values of parameters that were announced after this day are left out.
        programmes: which are wanted.
        entitlements: whether these are wanted.
        values: which values are wanted too.
    """

    rules: InForce
    known: date | None
    programmes: Sequence[str]
    entitlements: bool
    values: Sequence[str]

    def tables(self, part: Part) -> dict[str, pl.DataFrame]:
        """What came of a part: every household stands in exactly one of the tables."""
        rules = self.rules
        found = simulate(
            part.frame,
            rules.pack,
            on=rules.on,
            law=rules.law,
            known=self.known,
            outcomes=self.programmes,
            entitlements=self.entitlements,
            values=self.values,
            workers=1,
        )
        made = {OUTCOMES: told.outcomes(part, found), FAULTS: told.faults(part, found)}
        if made[OUTCOMES].height + made[FAULTS]["row"].n_unique() != part.rows.len():
            raise RuntimeError(f"households of part {part.number} were lost")
        return made


def decide_all(source: Source, decider: Decider, parts: Parts, workers: int, done: Done) -> None:
    """Decide the parts that are not finished yet.

    Args:
        source: what they come from.
        decider: decides them.
        parts: keeps them.
        workers: parts that are decided at the same time.
        done: is told of each that is finished.
    """

    def finish(part: Part) -> None:
        parts.keep(part.number, decider.tables(part))

    def wait_for(running: set[Future[None]]) -> set[Future[None]]:
        ended, left = wait(running, return_when=FIRST_COMPLETED)
        for one in ended:
            one.result()
        done(len(parts.finished), len(source.numbers))
        return left

    done(len(parts.finished), len(source.numbers))
    with ThreadPoolExecutor(workers) as pool:
        running: set[Future[None]] = set()
        try:
            for part in source.parts(frozenset(parts.finished)):
                running.add(pool.submit(finish, part))
                if len(running) > workers:  # one more than is worked on, so that nobody waits for it to be read
                    running = wait_for(running)
            while running:
                running = wait_for(running)
        finally:
            pool.shutdown(cancel_futures=True)
    if left := set(source.numbers) - parts.finished:
        raise RuntimeError(f"{len(left)} parts were never read")
