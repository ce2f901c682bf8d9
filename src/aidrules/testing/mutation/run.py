"""All mutants of a pack judged, in several processes, with the reasons that are stated for those alive."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from aidrules.errors import PackError, Place, Problem
from aidrules.language.fields import Label, near
from aidrules.language.loading import load
from aidrules.testing.cases import read_unnoticed
from aidrules.testing.mutation.judge import Judge, Verdict
from aidrules.testing.mutation.mutants import Mutant, mutants_of
from aidrules.testing.places import case_files


@dataclass(frozen=True, slots=True)
class Asked:
    """Which mutants are judged, and how.

    Attributes:
        pack: the name of the pack.
        root: the folder of packs that it lies in.
        about: only mutants of this rule, definition, parameter or programme.
        sample: so many of them, drawn by `seed`; all unless given.
        jobs: so many processes.
        limit: seconds for each mutant; a case that is at work is not interrupted.
    """

    pack: str
    root: Path
    about: str | None = None
    sample: int | None = None
    seed: int = 0
    jobs: int = 1
    limit: float = 60

    @property
    def files(self) -> list[Path]:
        """The files of cases."""
        return case_files(self.root / self.pack / "cases")


@dataclass(frozen=True)
class Checked:
    """What became of the mutants of a pack.

    Attributes:
        verdicts: in the order of files and lines.
        skipped: how many changes no case can judge, by what they are about.
        stated: the reasons for mutants that are alive, by name.
        problems: reasons for mutants that are not there, or are noticed.
    """

    verdicts: tuple[Verdict, ...]
    skipped: Mapping[Label, int]
    stated: Mapping[str, str]
    problems: tuple[Problem, ...]

    @cached_property
    def alive(self) -> tuple[Verdict, ...]:
        """Those that nothing notices and no reason is stated for."""
        return tuple(
            verdict
            for verdict in self.verdicts
            if verdict.state in ("alive", "undecided") and verdict.mutant.name not in self.stated
        )

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many ended in each way; those alive with a reason apart."""
        return Counter(
            "stated" if verdict.state == "alive" and verdict.mutant.name in self.stated else verdict.state
            for verdict in self.verdicts
        )


def checked(asked: Asked) -> Checked:
    """Judge the mutants of a pack.

    Raises:
        PackError: a pack or case that cannot be used, or a name that nothing in the pack has.
    """
    pack = load(asked.pack, path=asked.root)
    found = mutants_of(pack)
    chosen: Sequence[Mutant] = found.made
    if asked.about is not None:
        chosen = [each for each in chosen if asked.about in (each.about, each.about.partition(".")[0])]
        if not chosen:
            hint = near(asked.about, {each.about for each in found.made})
            raise PackError(Problem(f"{pack.id} itself says nothing of {asked.about} that can be changed", hint=hint))
    if asked.sample is not None and asked.sample < len(chosen):
        picked = set(random.Random(asked.seed).sample(range(len(chosen)), asked.sample))
        chosen = [each for place, each in enumerate(chosen) if place in picked]
    reasons: dict[str, tuple[str, Place]] = {}
    for file in asked.files:
        reasons |= read_unnoticed(file)
    verdicts = tuple(_judged(asked, chosen))
    problems = tuple(_unfounded(reasons, {each.name for each in found.made}, verdicts))
    return Checked(verdicts, found.skipped, {name: because for name, (because, _) in reasons.items()}, problems)


def _unfounded(
    reasons: Mapping[str, tuple[str, Place]], names: set[str], verdicts: Sequence[Verdict]
) -> Iterator[Problem]:
    """Reasons that no mutant needs."""
    noticed = {verdict.mutant.name: verdict for verdict in verdicts if verdict.state not in ("alive", "undecided")}
    unknown = 0
    for name, (_, place) in reasons.items():
        if name not in names:
            unknown += 1  # what a name is like takes its time
            hint = near(name, names) if unknown <= _HINTS else None
            yield Problem("there is no such mutant", place, f"unnoticed: {name}", hint=hint)
        elif name in noticed:
            verdict = noticed[name]
            ended = f"it is {verdict.state}" + (f" by {verdict.by}" if verdict.by else "")
            yield Problem(ended, place, f"unnoticed: {name}", hint="Take the reason out")


_HINTS = 20
"""So many unknown names are told with those that they are like."""

_judge: Judge | None = None
"""The judge of a process of its own."""


def _judged(asked: Asked, mutants: Sequence[Mutant]) -> Iterator[Verdict]:
    jobs = min(asked.jobs, len(mutants) // 8 + 1)
    if jobs < 2:
        judge = Judge(asked.pack, asked.root, asked.files, asked.limit)
        yield from map(judge.judged, mutants)
        return
    with ProcessPoolExecutor(jobs, initializer=_begin, initargs=(asked,)) as pool:
        yield from pool.map(_judged_there, mutants, chunksize=4)


def _begin(asked: Asked) -> None:
    global _judge
    _judge = Judge(asked.pack, asked.root, asked.files, asked.limit)


def _judged_there(mutant: Mutant) -> Verdict:
    assert _judge is not None
    return _judge.judged(mutant)
