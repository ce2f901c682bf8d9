"""The input of a household along which it is decided again and again, and the household with other values of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from aidrules.decision.figures import shifted
from aidrules.decision.names import Item
from aidrules.errors import DecisionError, Problem
from aidrules.facts.schema import Field, Subject
from aidrules.language.fields import near, one_of
from aidrules.language.tree import short
from aidrules.language.units import Quantity, Unit, UnitError
from aidrules.testing.boundaries.inputs import Facts, Input, changed

if TYPE_CHECKING:
    from aidrules.facts.decided import Decided
    from aidrules.language.pack import Pack

MOST_STEPS = 10_000
"""So many values of an input are decided at most."""
_ITEM = re.compile(r"([^\W\d]\w*)\[(\d{1,4})\]\.(.+)", re.DOTALL)

Value = int | Decimal | str
"""A value of an input as it is given; text may have its unit."""


@dataclass(frozen=True)
class Swept:
    """An input of a household that is a number.

    Attributes:
        path: as it was given, such as `members[0].incomes[0].amount`.
        facts: the household.
        where: where in it the input stands.
        field: what is declared of the input.
    """

    path: str
    facts: Facts
    where: Input
    field: Field
    pack: Pack
    on: date

    @property
    def is_money(self) -> bool:
        """Whether the input is an amount of the pack's currency."""
        return self.field.type == "money"

    def value(self, steps: int) -> Decimal:
        """The value that so many of its smallest units make."""
        return shifted(steps, self.field.scale)

    def household(self, steps: int) -> Decided:
        """The household with that value.

        Raises:
            FactsError: the value does not go with the rest of the household.
        """
        findings = {name: entry.model for name, entry in self.pack.findings.items()}
        value = self.value(steps) if self.field.scale else steps
        facts = changed(self.facts, self.where, value, findings, self.on)
        return self.pack.Subject.model_validate(facts)

    def grid(self, start: Value, stop: Value, step: Value) -> range:
        """The values from start up to stop, which is one of them if a step leads to it, in smallest units.

        Raises:
            DecisionError: a value that the input cannot have, no step, too many steps.
        """
        first, last, by = self._steps(start, "start"), self._steps(stop, "stop"), self._steps(step, "step", free=True)
        if by < 1:
            raise DecisionError(Problem(f"found {short(str(step))}", "step", expected="more than 0"))
        if last < first:
            found = f"{self.value(last)} is below start, {self.value(first)}"
            raise DecisionError(Problem(found, "stop", expected="start or more"))
        grid = range(first, last + 1, by)
        if len(grid) > MOST_STEPS + 1:
            least = self.value(-((first - last) // MOST_STEPS))
            found, hint = f"{len(grid) - 1:,} steps", f"Take a step of {least} or more, or a shorter stretch."
            raise DecisionError(Problem(found, "step", expected=f"at most {MOST_STEPS:,}", hint=hint))
        return grid

    def _steps(self, given: Value, name: str, *, free: bool = False) -> int:
        """A value as a count of smallest units; `free` of the bounds of the input."""
        number = self._number(given, name)
        scale, field = 10**self.field.scale, self.field
        if (number * scale).denominator != 1:
            expected = f"at most {field.scale} decimals" if field.scale else "a whole number"
            raise DecisionError(Problem(f"found {given}", name, self.path, expected))
        low, high = field.low, field.high
        if not free and (
            (low is not None and number < Fraction(low)) or (high is not None and number > Fraction(high))
        ):
            bounds = f"from {low} to {high}" if high is not None else f"{low} or more"
            raise DecisionError(Problem(f"found {given}", name, self.path, f"{bounds}, which is what it can be"))
        return int(number * scale)

    def _number(self, given: Value, name: str) -> Fraction:
        hint = f"Write it in digits as text, such as '2600.50', which is then {self.field.unit or 'a plain number'}."
        if isinstance(given, bool) or not isinstance(given, int | Decimal | str):
            found = f"{given!r} is a {type(given).__name__}"
            raise DecisionError(Problem(found, name, self.path, "a whole number, a Decimal or text", hint))
        if isinstance(given, Decimal) and not given.is_finite():
            raise DecisionError(Problem(f"found {given}", name, self.path, "a number", hint))
        if not isinstance(given, str):
            return Fraction(given)
        try:
            quantity = Quantity.parse(given, self.pack.units)
        except UnitError as error:
            raise DecisionError(Problem(str(error), name, self.path, "a number", error.hint or hint)) from None
        unit = Unit.parse(self.field.unit or "", self.pack.units)
        if quantity.unit.powers and quantity.unit != unit:
            raise DecisionError(Problem(f"found {quantity}", name, self.path, f"a number in {unit}"))
        return quantity.number


def swept(household: Decided, path: str, pack: Pack, on: date) -> Swept:
    """Find an input of a household by its path.

    Args:
        household: of the pack.
        path: such as `members[0].incomes[0].amount`; places count from 0.

    Raises:
        DecisionError: there is no such input or item, or it is no number.
    """
    if not isinstance(path, str):
        expected = "a path such as members[0].incomes[0].amount"
        raise DecisionError(Problem(f"found a {type(path).__name__}", "input", expected=expected))
    item, field = _located(household, pack.schema, path)
    if field.type not in ("money", "number"):
        expected = "an amount or a number, which has values in steps"
        raise DecisionError(Problem(f"{path} is of type {field.type}", "input", expected=expected))
    return Swept(path, household.model_dump(), Input(item, field), field, pack, on)


def _located(household: Decided, subject: Subject, path: str) -> tuple[Item, Field]:
    """The item and the fact that a path leads to."""
    here: Any = household
    owner: tuple[str, ...] = ()
    index: tuple[int, ...] = ()
    rest, before = path, ""
    while (match := _ITEM.fullmatch(rest)) is not None:
        name, place, rest = match[1], int(match[2]), match[3]
        listed = subject.lists.get(name)
        if listed is None:
            raise _unknown(path, f"{before}{name}", name, subject)
        items = getattr(here, name)
        if items is None or place >= len(items):
            has = "it is unknown" if items is None else f"it has {len(items)}, counted from 0"
            hint = "Add the item to the household, with the value that it has today."
            raise DecisionError(Problem(f"there is no {before}{name}[{place}]: {has}", "input", hint=hint))
        here, subject = items[place], listed.subject
        owner, index, before = (*owner, name), (*index, place), f"{before}{name}[{place}]."
    if rest not in subject.fields:
        raise _unknown(path, f"{before}{rest}", rest, subject)
    return Item(owner, index), subject.fields[rest]


def _unknown(path: str, place: str, name: str, subject: Subject) -> DecisionError:
    first = re.split(r"[.\[]", name, maxsplit=1)[0]
    if name in subject.lists or first in subject.lists:
        one = f"one item of it, such as {first}[0], and a fact of that"
        return DecisionError(Problem(f"{short(path)} names a list", "input", expected=one))
    hint = near(name, [*subject.fields, *subject.lists])
    expected = None if hint else one_of([*subject.fields, *(f"{name}[0]" for name in subject.lists)])
    return DecisionError(Problem(f"nothing is called {short(place)}", "input", expected=expected, hint=hint))
