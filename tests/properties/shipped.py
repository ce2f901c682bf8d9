"""The shipped packs with the standards of their cases, and random households for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from aidrules import Pack, load
from aidrules.engine import Compiled, Run
from aidrules.testing import find_cases, households, read_cases

RULES = Path(__file__).parents[2] / "rules"
ON = date(2024, 3, 15)
NAMES = ("cn/national", "cn/guizhou/zunyi/bozhou")


@dataclass(frozen=True, repr=False, eq=False)
class Shipped:
    """A pack on a day."""

    rules: Compiled
    on: date

    def __repr__(self) -> str:
        return f"{self.rules.pack.id} on {self.on}"

    @property
    def pack(self) -> Pack:
        return self.rules.pack

    def households(self, **options: Any) -> SearchStrategy[Any]:
        """Households for the pack; see `aidrules.testing.households`."""
        return households(self.pack, on=self.on, **options)

    def run(self, household: Any) -> Run:
        return self.rules.run(household, self.on)


@cache
def standards(name: str) -> dict[str, Any]:
    """All the values that the cases beside a pack give to its parameters; where they differ, the first."""
    found: dict[str, Any] = {}
    for pack, file in find_cases(RULES):
        for case in read_cases(file) if pack == name else ():
            found = found if case.refused else {**case.parameters, **found}
    return found


@cache
def shipped(name: str, on: date = ON, given: bool = True) -> Shipped:
    """A shipped pack, with or without the standards that it leaves to others and that its cases give."""
    pack = load(name)
    if given:
        missing = {use.name for use in pack.on(on).parameters.values() if use.missing}
        pack = pack.with_parameters({k: v for k, v in standards(name).items() if k.partition("[")[0] in missing})
    return Shipped(pack.on(on), on)


def each_with_households(*days: date, **options: Any) -> SearchStrategy[tuple[Shipped, Any]]:
    """A shipped pack on one of some days, and a household for it."""
    packs = [shipped(name, day) for name in NAMES for day in days or (ON,)]
    return st.one_of(st.tuples(st.just(pack), pack.households(**options)) for pack in packs)
