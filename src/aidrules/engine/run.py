"""One run of a compiled pack: every value that was computed, read back exactly, by name and item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from aidrules.engine.layout import item_vars
from aidrules.facts.schema import Path
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.engine.code import Slot
    from aidrules.engine.conclusions import Chained
    from aidrules.engine.program import Compiled


@dataclass(frozen=True, slots=True)
class Bounds:
    """A number of which only this much is known: it lies between two others, both possible as far as is known."""

    low: Fraction
    high: Fraction


NOTHING = Fraction(0)
NONE = "none"
"""The date that is known not to exist."""

Result = bool | Fraction | date | str | Bounds | None
"""A value: None is unknown, `Bounds` a number known only between bounds, "none" a date that does not exist."""


class Run:
    """The values of one household on one date.

    Attributes:
        compiled: the pack that was run.
        household: the facts.
        on: the date of the facts.
        three_valued: whether something was unknown, so that the twin was run.
        ahead: whether a day of the past lies after the date of the facts.
        values: what the generated function gave: the household's row, then a list per stage; read it with `value`.
    """

    __slots__ = ("_row", "_slots", "ahead", "compiled", "household", "on", "three_valued", "values")

    def __init__(
        self,
        compiled: Compiled,
        household: Any,
        on: date,
        three_valued: bool,
        row: Any,
        values: tuple[Any, ...],
        slots: Mapping[str, Slot],
        *,
        ahead: bool = False,
    ) -> None:
        self.compiled, self.household, self.on, self.three_valued = compiled, household, on, three_valued
        self.ahead = ahead
        self._row, self.values, self._slots = row, values, slots

    def value(self, name: str, *item: int) -> Result:
        """The value of a definition, for an item by its positions along the owner's lists.

        Raises:
            KeyError: no definition has that name.
            IndexError: there is no such item.
        """
        low, high = self.raw(name, item)
        kind = self.compiled.definitions[name].type.name
        if kind == "number":
            if low == 0 == high:
                return NOTHING
            divisor = self._divisor(name, item)
            if low == high and divisor[0] == divisor[1]:
                return Fraction(low) / divisor[0]
            return _quotient(low, high, divisor)
        if low is None:
            return None
        if kind == "date":
            return NONE if low == core.NO_DATE else date.fromordinal(low)
        result: bool | str = low
        return result

    def raw(self, name: str, item: tuple[int, ...]) -> tuple[Any, Any]:
        """What the generated function kept of a definition: a number's bounds before they are divided; else it, twice.

        A date is its ordinal; what is unknown is None.

        Raises:
            KeyError: no definition has that name.
            IndexError: there is no such item.
        """
        slot = self._slots[name]
        row: Any = self.values[slot.stage + 1] if item else self.values[0]
        for index in item:
            row = row[index]
        low = row[slot.place]
        return low, low if slot.high is None else row[slot.high]

    def chain(self, engine: Literal["durable", "exact"] | None = None) -> Chained:
        """Reach the conclusions a second time, from the settled conditions.

        Args:
            engine: durable-rules unless "exact" is asked for; where it cannot be loaded, the result says so.
        """
        return self.compiled.chain(self, engine or "durable")

    def items(self, owner: Path) -> Iterator[tuple[int, ...]]:
        """The positions of all items of an owner list; none where the list is unknown."""
        if not owner:
            yield ()
            return
        for outer in self.items(owner[:-1]):
            listed = self._list(outer, owner)
            for index in range(len(listed or ())):
                yield (*outer, index)

    def item_id(self, owner: Path, item: tuple[int, ...]) -> str:
        """What an item is called: a member's id, else its position from 1."""
        names = []
        here = self.household
        for name, index in zip(owner, item, strict=True):
            here = getattr(here, name)[index]
            names.append(str(getattr(here, "id", None) or index + 1))
        return "/".join(names)

    def fact(self, owner: Path, item: tuple[int, ...], path: str) -> Result:
        """A fact as the definitions saw it."""
        row: Any = self._row
        for depth, index in enumerate(item):
            row = row[self.compiled.rows[owner[:depth]].slot(owner[depth])][index]
        definition = self.compiled.rows[owner]
        value = row[definition.slot(path)]
        fact = definition.fields[path]
        if value is None:
            return Bounds(fact.low, fact.high) if fact.type.name == "number" else None
        if fact.type.name == "number":
            return Fraction(value, 10**fact.scale)
        if fact.type.name == "date":
            return NONE if value == core.NO_DATE else date.fromordinal(value)
        result: Result = value
        return result

    def _list(self, outer: tuple[int, ...], owner: Path) -> Any:
        row: Any = self._row
        for depth, index in enumerate(outer):
            row = row[self.compiled.rows[owner[:depth]].slot(owner[depth])][index]
        if owner[:-1] not in self.compiled.rows or owner[-1] not in self.compiled.rows[owner[:-1]].lists:
            return ()
        return row[self.compiled.rows[owner[:-1]].slot(owner[-1])]

    def _divisor(self, name: str, item: tuple[int, ...]) -> tuple[int, int]:
        denominator = self._slots[name].denominator
        low = high = denominator.const
        if denominator.factors:
            own = item_vars(self.compiled.schema, self.compiled.definitions[name].owner)
            for factor in denominator.factors:
                # What divides is positive wherever the quotient counts; bounds of an unknown one may reach below.
                raw_low, raw_high = self._factor(factor, own, item)
                low, high = low * max(raw_low, 1), high * max(raw_high, 1)
        return low, high

    def _factor(self, factor: Expr, own: Mapping[str, Path], item: tuple[int, ...]) -> tuple[int, int]:
        assert isinstance(factor, core.Ref | core.Fact)
        owner = own[factor.var]
        where = item[: len(owner)]
        if isinstance(factor, core.Ref):
            return self.raw(factor.name, where)
        value = self.fact(owner, where, factor.path)
        scale = 10**factor.scale
        if isinstance(value, Bounds):
            return int(value.low * scale), int(value.high * scale)
        assert isinstance(value, Fraction)
        return int(value * scale), int(value * scale)


def _quotient(low: int, high: int, divisor: tuple[int, int]) -> Fraction | Bounds:
    smallest, largest = divisor
    bottom = Fraction(low, largest if low >= 0 else smallest)
    top = Fraction(high, smallest if high >= 0 else largest)
    return bottom if bottom == top else Bounds(bottom, top)
