"""How a decision was reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from aidrules.language.fields import Label
from aidrules.language.sources import Citation

State = Literal["applied", "not_applied", "undetermined", "not_reached"]


@dataclass(frozen=True, slots=True)
class Input:
    """A value that a step read.

    Attributes:
        kind: a recorded fact, a parameter of the pack, or a value worked out elsewhere in the trace.
        value: numbers as exact text (`500`, `1000/3`, `2000..3000`), dates as ISO text; None is unknown or withheld.
        confidential: the value, and what it is, are withheld.
        lapsed_on: the first day on which a finding that is on record no longer counted.
    """

    name: str
    kind: Literal["fact", "parameter", "value"]
    label: Label
    value: str | bool | None
    unit: str | None
    confidential: bool = False
    lapsed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a rule: an item of an exclusion list, a grade, a case, an alternative."""

    id: str
    label: Label
    state: State
    clauses: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A rule, or a worked-out value, for the household or for one item of a list.

    Attributes:
        about: the member or item (`m1`, `m1.episodes[0]`); None for the household.
        result: yes or no, an amount as exact text, a date, the case that holds; None while open.
        formula: the rule's formula by names.
        with_values: the same with the values put in.
        statement: why a condition holds, does not hold or is open, as a sentence without its full stop.
    """

    about: str | None
    state: State
    result: str | bool | None
    unit: str | None
    inputs: tuple[Input, ...]
    formula: Label | None
    with_values: Label | None
    statement: Label | None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Overridden:
    """What a narrower pack changed of a wider one: which fields, and the wider clauses."""

    pack: str
    by: str
    changed: tuple[str, ...]
    clauses: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """Between which days something is in force; None is without limit, both None is undated."""

    start: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class ConventionUse:
    """What the library did where rule and text are silent: its id (`top_up.not_negative`), and a sentence."""

    id: str
    label: Label


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """A rule and what it came to, for the household or for each item that it is about."""

    rule: str
    kind: str
    programme: str | None
    label: Label
    state: State
    steps: tuple[Step, ...]
    clauses: tuple[Citation, ...]
    force: str
    in_force: InForce
    pack: str
    readings: tuple[str, ...]
    overrode: tuple[Overridden, ...]
    conventions: tuple[ConventionUse, ...]


@dataclass(frozen=True, slots=True)
class ValueTrace:
    """A value that rules build on, worked out for the household or for each item."""

    name: str
    label: Label
    steps: tuple[Step, ...]
    clauses: tuple[Citation, ...]
    conventions: tuple[ConventionUse, ...]


@dataclass(frozen=True, slots=True)
class ParameterTrace:
    """A parameter as it stood: since when in force, given by argument, or without a value.

    Attributes:
        announced: the day on which its value became known, where the file says it.
        formula_gives: what its formula comes to, where another figure was published and holds.
    """

    name: str
    label: Label
    unit: str | None
    in_force: InForce
    given: bool
    missing: bool
    clauses: tuple[Citation, ...]
    announced: date | None = None
    formula_gives: str | None = None


@dataclass(frozen=True, slots=True)
class ChainTrace:
    """The conclusions in the order in which they were reached, and whether the second engine agrees.

    Attributes:
        engine: which engine chained; `exact` with the reason, where durable-rules was left out.
        order: the conclusions, in order.
        differences: conclusions on which durable-rules differed; the exact result stands.
    """

    engine: str
    order: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether no conclusion differed."""
        return not self.differences
