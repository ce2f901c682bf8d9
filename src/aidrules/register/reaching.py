"""Which parts of rules a case reaches, and whether its pack can be used: its household is decided to see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from aidrules.errors import PackError, Problem
from aidrules.register.citing import CitingCase
from aidrules.testing.cases import Case, read_cases
from aidrules.testing.reached import reached_by
from aidrules.testing.trial import tried


def reaching(path: str | Path | None = None) -> Callable[[CitingCase], frozenset[str]]:
    """What tells the parts that a case reaches, by the names of `aidrules test --coverage`.

    A case that cannot be decided reaches nothing.

    Args:
        path: the folder of packs, where it is not one that is searched anyway.
    """

    @cache
    def read(file: Path) -> dict[str, Case]:
        return {case.name: case for case in read_cases(file)}

    @cache
    def reached(case: CitingCase) -> frozenset[str]:
        trial = tried(read(case.at)[case.name], case.pack, path=Path(path) if path is not None else None)
        return reached_by(trial.decision) if trial.decision is not None else frozenset()

    return reached


def check_packs(cases: Iterable[CitingCase], path: str | Path | None = None) -> None:
    """See that the packs of these cases can be used, by the first case of each.

    Args:
        cases: the cases.
        path: the folder of packs, where it is not one that is searched anyway.

    Raises:
        PackError: every problem of the packs that cannot.
    """
    folder = None if path is None else Path(path)
    problems: list[Problem] = []
    for case in {case.pack: case for case in reversed([*cases])}.values():
        trial = tried(next(each for each in read_cases(case.at) if each.name == case.name), case.pack, path=folder)
        problems.extend(trial.problems if trial.of_pack else ())
    if problems:
        raise PackError([*dict.fromkeys(problems)])
