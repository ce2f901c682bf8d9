"""What a household comes to: the rules that read a comparison, and the programmes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from aidrules.decision.names import names_of
from aidrules.decision.shown import Shown
from aidrules.engine import NONE, Result
from aidrules.engine.results import paid_by
from aidrules.language import core
from aidrules.testing.boundaries.boundary import Paid, Side
from aidrules.testing.boundaries.search import Tried
from aidrules.testing.boundaries.sites import Site
from aidrules.testing.targets import main

if TYPE_CHECKING:
    from aidrules.engine import Compiled, Run

_TOLD = ("amount", "due", "end", "overdue")
"""What a rule comes to, beside whether it holds."""


class Effects:
    """What households on the sides of a boundary come to."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._decided = names_of(compiled).decided

    def side(self, site: Site, tried: Tried) -> Side:
        """One household with what it comes to."""
        run = tried.run
        rules, programmes = self.come_to(run, site.rules)
        given: Any = len(tried.value) if isinstance(tried.value, list) else _exact(tried.value)
        return Side(
            tried.position,
            tried.where.path,
            given,
            _result(tried.left),
            _result(tried.right),
            tried.holds,
            tried.home,
            run.household,
            tried.on,
            rules,
            programmes,
        )

    def come_to(self, run: Run, rules: Sequence[str]) -> tuple[dict[str, Result], dict[str, Paid]]:
        """What some rules, and all programmes, come to."""
        there = (name for name in rules if name in self.compiled.rules)
        return {key: value for name in there for key, value in self._rule(run, name)}, dict(self._programmes(run))

    def _rule(self, run: Run, name: str) -> Iterator[tuple[str, Result]]:
        rule = self.compiled.rules[name]
        told = [main(rule), *(rule.roles[role] for role in _TOLD if role in rule.roles)]
        for name in dict.fromkeys(told):
            yield from _values(run, name)

    def _programmes(self, run: Run) -> Iterator[tuple[str, Paid]]:
        for name in self._decided:
            owner = self.compiled.definitions[f"{name}.outcome"].owner
            for place in run.items(owner):
                outcome = run.value(f"{name}.outcome", *place)
                status = outcome if isinstance(outcome, str) else "undetermined"
                ways = paid_by(run.compiled, name).items()
                amounts = {way: run.value(f"{name}.{result}", *place) for way, result in ways}
                yield _keyed(run, name, owner, place), Paid(status, amounts)


def _values(run: Run, name: str) -> Iterator[tuple[str, Result]]:
    owner = run.compiled.definitions[name].owner
    for place in run.items(owner):
        yield _keyed(run, name, owner, place), run.value(name, *place)


def _keyed(run: Run, name: str, owner: tuple[str, ...], place: tuple[int, ...]) -> str:
    return f"{name}[{run.item_id(owner, place)}]" if owner else name


def _result(value: Shown) -> Result:
    """A value of a side; dates are dates."""
    if type(value) is int:
        return NONE if value == core.NO_DATE else date.fromordinal(value)
    return value if isinstance(value, bool | Fraction | str) else None


def _exact(value: Any) -> Result:
    if isinstance(value, bool | str | date) or value is None:
        return value
    return Fraction(value)
