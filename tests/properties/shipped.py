"""The shipped packs with the standards of their cases, and random households for them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from aidrules.engine import Compiled, Run
from aidrules.language.pack import load
from aidrules.testing import find_cases, read_cases
from reference.households import Flat, Households

RULES = Path(__file__).parents[2] / "rules"
ON = date(2024, 3, 15)
NAMES = ("cn/national", "cn/guizhou/zunyi/bozhou")


@dataclass(frozen=True, repr=False, eq=False)
class Shipped:
    """A pack on a day, and what makes households for it."""

    rules: Compiled
    households: Households
    on: date

    def __repr__(self) -> str:
        return f"{self.rules.pack.id} on {self.on}"

    def facts(self, rng: random.Random) -> Flat:
        """A random household, or a neighbour of one of the cases, about which all that the rules read is known."""
        if rng.random() < 0.4:
            return self.households.flat(rng)
        near = self.households.flattened(rng.choice(cases(self.rules.pack.id)))
        share = rng.choice((0.0, 0.01, 0.03, 0.1))
        return self.households.completed(rng, self.households.masked(rng, near, share, lists=share))

    def household(self, seed: int) -> Any:
        """The typed household made from a seed."""
        return self.households.built(self.facts(random.Random(seed)))

    def run(self, household: Any) -> Run:
        return self.rules.run(household, self.on)


@cache
def standards(name: str) -> dict[str, Any]:
    """All the values that the cases beside a pack give to its parameters; where they differ, the first."""
    found: dict[str, Any] = {}
    for pack, file in find_cases(RULES):
        for case in read_cases(file) if pack == name else ():
            found = {**case.parameters, **found}
    return found


@cache
def cases(name: str) -> list[Any]:
    """The households of the cases beside a pack."""
    model, found = load(name).Household, []
    for pack, file in find_cases(RULES):
        found += [
            model.from_text(case.given) for case in read_cases(file) if pack == name and "refused" not in case.expect
        ]
    return found


@cache
def shipped(name: str, on: date = ON, given: bool = True) -> Shipped:
    """A shipped pack, with or without the standards that it leaves to others and that its cases give."""
    pack = load(name)
    if given:
        missing = {use.name for use in pack.on(on).parameters.values() if use.missing}
        pack = pack.with_parameters({k: v for k, v in standards(name).items() if k.partition("[")[0] in missing})
    rules = pack.on(on)
    return Shipped(rules, Households(rules, on), on)
