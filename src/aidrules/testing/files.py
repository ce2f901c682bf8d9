"""Files of cases tested, several at a time in processes of their own, since compiling rules takes its time."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidrules.errors import PackError, Problem
from aidrules.testing.cases import read_cases
from aidrules.testing.places import Home
from aidrules.testing.reached import reached_by
from aidrules.testing.report import as_json, assumptions_of, told
from aidrules.testing.trial import State, tried

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang


@dataclass(frozen=True, slots=True)
class Asked:
    """A file of cases, and how it is to be tested.

    Attributes:
        root: the folder of packs that is searched first.
        wanted: only the cases with this text in their name, or all where the file has it in its own.
        lang: the language of what is told.
        verbose: whether cases that pass are told too.
        formed: whether programs are to be told.
        covered: whether what each case reaches is to be told.
    """

    file: Path
    home: Home
    root: Path
    wanted: str | None
    lang: Lang
    verbose: bool
    formed: bool = False
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Tested:
    """What came of a file of cases.

    Attributes:
        states: how each case ended.
        lines: what there is to tell.
        forms: each case for programs.
        reached: what each case reaches of the pack.
        problems: why the file cannot be used.
        of_pack: why its pack cannot be used for some of the cases, each reason once.
    """

    asked: Asked
    states: tuple[State, ...] = ()
    lines: tuple[str, ...] = ()
    forms: tuple[dict[str, Any], ...] = ()
    reached: tuple[tuple[str, frozenset[str]], ...] = ()
    problems: tuple[Problem, ...] = ()
    of_pack: tuple[Problem, ...] = ()


def tested(asked: Asked) -> Tested:
    """Test one file."""
    try:
        cases = read_cases(asked.file)
    except PackError as error:
        return Tested(asked, lines=tuple(map(str, error.problems)), problems=error.problems)
    states, lines, forms, reached = [], [], [], []
    of_pack: dict[Problem, None] = {}
    for case in cases:
        if asked.wanted is not None and asked.wanted not in case.name and asked.wanted not in asked.file.name:
            continue
        trial = tried(case, asked.home.pack, path=asked.root)
        states.append(trial.state)
        if asked.formed:
            forms.append(as_json(trial))
        if trial.of_pack:
            of_pack.update(dict.fromkeys(trial.problems))
        elif trial.state != "passed":
            lines += told(trial, asked.lang).splitlines()
        elif asked.verbose:
            lines += [case.name, *(f"  {line}" for line in assumptions_of(trial, asked.lang))]
        if asked.covered and trial.decision is not None:
            reached.append((case.name, reached_by(trial.decision)))
    return Tested(asked, tuple(states), tuple(lines), tuple(forms), tuple(reached), of_pack=tuple(of_pack))


def all_tested(asked: Sequence[Asked]) -> Iterator[Tested]:
    """Test files, in their order, on all processors."""
    processes = min(os.cpu_count() or 1, len(asked))
    if processes < 2:
        yield from map(tested, asked)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(tested, asked)
