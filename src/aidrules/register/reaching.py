"""Which parts of rules a case reaches: its household is decided to see."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

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
