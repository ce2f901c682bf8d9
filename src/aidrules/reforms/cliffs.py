"""Cliffs: between which two neighbouring values of an input the aid falls or a status changes, and by which rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from aidrules.reforms.points import Point, Points

if TYPE_CHECKING:
    from aidrules.decision.forms import Status
    from aidrules.decision.forms.trace import RuleTrace, State
    from aidrules.language.fields import Label
    from aidrules.language.sources import Citation


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that stands otherwise on the two sides of a cliff.

    Attributes:
        before: what became of it just below.
        after: what became of it just above.
    """

    rule: str
    label: Label
    clauses: tuple[Citation, ...]
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Cliff:
    """Two neighbouring values of an input between which aid falls by more than the input rises, or a status changes.

    Attributes:
        below: the last value before, in the unit of the input.
        above: the next value that the input can have.
        before: what is paid a month in all at `below`; None while that is open.
        after: the same at `above`.
        statuses: those that change, as (before, after), by programme, and by person as `tekun[grandfather]`.
        rules: the rules of the programmes looked at that apply on one side alone, or are open there.
    """

    below: Decimal
    above: Decimal
    before: Decimal | None
    after: Decimal | None
    statuses: Mapping[str, tuple[Status, Status]]
    rules: tuple[RuleChange, ...]

    @property
    def change(self) -> Decimal | None:
        """By how much what is paid a month changes; None while that is open."""
        return None if self.before is None or self.after is None else self.after - self.before


_APPLIES_NOT = {"not_applied", "not_reached"}


def cliffs(points: Points, grid: range) -> tuple[Cliff, ...]:
    """All cliffs between the values of a grid, each located to the smallest unit of the input.

    Between two values of the grid at which every condition stands alike, and aid falls by no more than the input rises,
    nothing is looked for.
    """
    found = (pair for low, high in pairwise(grid) for pair in _between(points, low, high))
    return tuple(_cliff(points, low, high) for low, high in found if _is_cliff(points, low, high))


def _between(points: Points, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The neighbouring values between which something happens."""
    if _alike(points[low], points[high]):
        yield from _steepest(points, low, high)
    elif high - low == 1:
        yield low, high
    else:
        middle = (low + high) // 2
        yield from _between(points, low, middle)
        yield from _between(points, middle, high)


def _alike(one: Point, other: Point) -> bool:
    return one.statuses == other.statuses and one.held == other.held


def _steepest(points: Points, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Falls where all conditions stand alike, such as between two rows of a table; not a slope, however steep."""
    whole = _excess(points, low, high)
    if whole <= 0:
        return
    left, right = low, high
    while right - left > 1:
        middle = (left + right) // 2
        if _excess(points, left, middle) >= _excess(points, middle, right):
            right = middle
        else:
            left = middle
    if 2 * _excess(points, left, right) >= whole:
        yield from _steepest(points, low, left)
        yield left, right
        yield from _steepest(points, right, high)


def _excess(points: Points, low: int, high: int) -> Fraction:
    """By how much aid falls beyond what the input rises by; for an input that is no money, by how much it falls."""
    before, after, along = points[low].total, points[high].total, points.along
    if before is None or after is None:
        return Fraction(0)
    risen = Fraction(along.value(high)) - Fraction(along.value(low)) if along.is_money else Fraction(0)
    return Fraction(before) - Fraction(after) - risen


def _is_cliff(points: Points, low: int, high: int) -> bool:
    return points[low].statuses != points[high].statuses or _excess(points, low, high) > 0


def _cliff(points: Points, low: int, high: int) -> Cliff:
    before, after = points[low], points[high]
    statuses = {
        name: (status, after.statuses[name])
        for name, status in before.statuses.items()
        if status != after.statuses[name]
    }
    value = points.along.value
    rules = tuple(_turned(points, low, high))
    return Cliff(value(low), value(high), before.total, after.total, statuses, rules)


def _turned(points: Points, low: int, high: int) -> Iterator[RuleChange]:
    then, now = _rules(points, low), _rules(points, high)
    for name, rule in now.items():
        # That a rule which does not apply is no longer asked for changes nothing.
        states = {then[name].state, rule.state}
        if len(states) > 1 and states != _APPLIES_NOT:
            yield RuleChange(name, rule.label, rule.clauses, then[name].state, rule.state)


def _rules(points: Points, steps: int) -> dict[str, RuleTrace]:
    rules = points.decision(steps).trace.rules
    return {rule.rule: rule for rule in rules if rule.programme is None or rule.programme in points.programmes}
