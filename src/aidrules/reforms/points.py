"""What one household comes to at each value of an input: decided when it is asked for, and once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.decision.decide import InForce, decide
from aidrules.decision.figures import money
from aidrules.decision.forms import WAYS
from aidrules.errors import DecisionError, Problem
from aidrules.reforms.measures import measure
from aidrules.reforms.swept import Swept

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from aidrules.decision import Decision
    from aidrules.decision.forms import Outcome, Status, Way


@dataclass(frozen=True, slots=True)
class Point:
    """What the household comes to at one value.

    Attributes:
        statuses: by programme, and of persons by programme and member, as `tekun[grandfather]`.
        paid: what each programme pays in each way, in the order wanted; None while open.
        total: what is paid a month in all; None while open.
        income: what the household has a month before aid; None where it is unknown or not asked for.
        held: how every condition of the programmes stands.
    """

    statuses: dict[str, Status]
    paid: dict[Way, tuple[Decimal | None, ...]]
    total: Decimal | None
    income: Decimal | None
    held: tuple[object, ...]


class Points:
    """The points of one household along one input.

    Args:
        along: the household and its input.
        rules: what it is decided by.
        known: values of parameters that were announced after this day are left out.
        programmes: which are wanted.
        income: the definition that is the income a month before aid; the input itself, where it is money, if None.
    """

    def __init__(
        self, along: Swept, rules: InForce, known: date | None, programmes: tuple[str, ...], income: str | None
    ) -> None:
        self.along, self.rules, self.programmes = along, rules, programmes
        self._known = known
        self._income = None if income is None else measure(rules, "income", income, f"{self.currency}/month")
        self._found: dict[int, Point] = {}
        compiled = rules.compiled
        self._conditions = [
            rule.roles["condition"]
            for rule in compiled.rules.values()
            if rule.programme in programmes and "condition" in rule.roles
        ]

    @property
    def currency(self) -> str:
        """The currency of the pack."""
        return self.rules.pack.currency or "CNY"

    def __getitem__(self, steps: int) -> Point:
        """The point where the input has so many of its smallest units."""
        if steps not in self._found:
            self._found[steps] = self._point(steps)
        return self._found[steps]

    def decision(self, steps: int) -> Decision:
        """The household decided with that value."""
        household = self.along.household(steps)
        rules = self.rules
        return decide(household, rules.pack, on=rules.on, law=rules.law, known=self._known, chain="exact")

    def _point(self, steps: int) -> Point:
        decision = self.decision(steps)
        outcomes = [decision.outcomes[name] for name in self.programmes]
        paid = {way: tuple(getattr(outcome, way) for outcome in outcomes) for way in WAYS}
        return Point(
            dict(_statuses(outcomes)),
            paid,
            self._total(paid["monthly"]),
            self._income_at(steps, decision),
            tuple(value for name in self._conditions for value in _values(decision, name)),
        )

    def _total(self, amounts: tuple[Decimal | None, ...]) -> Decimal | None:
        known = [Fraction(amount) for amount in amounts if amount is not None]
        return money(sum(known, Fraction(0)), self.currency) if len(known) == len(amounts) else None

    def _income_at(self, steps: int, decision: Decision) -> Decimal | None:
        if self._income is None:
            return self.along.value(steps) if self.along.is_money else None
        income = decision.run.value(self._income)
        if not isinstance(income, Fraction):
            return None
        amount = money(income, self.currency)
        if amount is None:
            found = f"it comes to {income} where {self.along.path} is {self.along.value(steps)}"
            hint = "Take a step with which it comes to whole amounts, such as 12 for an income that covers 12 months."
            raise DecisionError(Problem(found, "income", self._income, "whole minor units of the currency", hint))
        return amount


def _statuses(outcomes: list[Outcome]) -> Iterator[tuple[str, Status]]:
    for outcome in outcomes:
        yield outcome.programme, outcome.status
        for member, person in outcome.persons.items():
            yield f"{outcome.programme}[{member}]", person.status


def _values(decision: Decision, name: str) -> Iterator[object]:
    run = decision.run
    for item in run.items(run.compiled.definitions[name].owner):
        yield run.value(name, *item)
