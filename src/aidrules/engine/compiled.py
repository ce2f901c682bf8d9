"""A pack compiled for a stretch of time: its rules, definitions and generated functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from aidrules.facts.schema import Path
from aidrules.kinds.base import Part, RuleModel
from aidrules.language.core import Definition
from aidrules.language.fields import Label
from aidrules.language.layers import Overridden
from aidrules.language.models import InForce, Payment
from aidrules.language.readings import Reading
from aidrules.language.sources import Citation
from aidrules.language.statements import Origin

Options = Mapping[tuple[str, str, str], Mapping[str, Definition]]
"""What a rule or definition would be: by its id, the reading, and the option that is not taken."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it was compiled.

    Attributes:
        owner: the list for whose items it holds; () is the household.
        roles: the definitions by what they are for: condition, value, amount, total, start, end, due ...
        parts: its named parts: items of a list, grades, cases, alternatives.
        pays: month, year, term or once, if it pays.
        payment: the terms of what it pays, completed by those of the programme.
        details: fixed facts about it that sentences use.
        stage_of: the definition that lists a deduction or imputation.
    """

    id: str
    kind: str
    programme: str
    owner: Path
    model: RuleModel
    label: Label
    cite: tuple[Citation, ...]
    readings: tuple[Reading, ...]
    in_force: InForce
    overrode: tuple[Overridden, ...]
    origin: Origin
    roles: dict[str, str]
    parts: tuple[Part, ...]
    pays: str | None
    details: dict[str, object]
    stage_of: str | None = None
    payment: Payment | None = None

    @property
    def force(self) -> str:
        """must, may, in_principle or encouraged."""
        return self.model.force

    @property
    def opens_route(self) -> bool:
        """Whether its programme is not in question for whom it does not hold."""
        return getattr(self.model, "otherwise", None) == "not_opened"


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme as it was compiled.

    Attributes:
        owner: () for the household, ("members",) for persons.
        tested: whether it has conditions of its own; others only open services.
    """

    id: str
    label: Label
    cite: tuple[Citation, ...]
    owner: Path
    rules: tuple[str, ...]
    payment: Payment | None
    force: str
    readings: tuple[Reading, ...]
    tested: bool


@dataclass(frozen=True, slots=True)
class ParameterUse:
    """A parameter as it stands: where its value comes from.

    Attributes:
        start: in force from.
        until: in force until.
        missing: nobody has given a value, or none is in force.
        argument: it was given by argument.
        announced: the day on which the value became known.
        formula: the expression that it follows from.
        computed: what the formula comes to, where it is the same for everybody.
        published: the figure that was published beside the formula; it is what holds.
        lapsed_on: the first day on which the last value was no longer in force, where none is.
    """

    name: str
    label: Label
    unit: str
    cite: tuple[Citation, ...]
    start: date | None
    until: date | None
    missing: bool
    argument: bool
    required: bool
    announced: date | None = None
    formula: str | None = None
    computed: Fraction | None = None
    published: Fraction | None = None
    lapsed_on: date | None = None

    @property
    def differs(self) -> bool:
        """Whether the figure that was published is not what the formula comes to."""
        return None not in (self.computed, self.published) and self.computed != self.published


@dataclass(frozen=True, slots=True)
class LoweredFinding:
    """A finding of which rules read more than the value: its bounds are computed, or it lapses.

    Attributes:
        owner: () for one about the household or case, ("members",) for one about persons.
        bounds: the definitions of its lower and its upper bound, where they are computed.
        up_to: the definition of how far an exception may go.
        needs: what must be recorded where it goes beyond the upper bound.
        unit: what it is measured in, for readers.
        last_day: the definition of the last day on which it counts.
    """

    name: str
    label: Label
    owner: Path
    bounds: tuple[str, str] | None
    up_to: str | None
    needs: tuple[str, ...]
    unit: str
    last_day: str | None


@dataclass(frozen=True, slots=True)
class Stated:
    """What a definition of the pack is called and where it comes from, for the trace."""

    label: Label
    cite: tuple[Citation, ...]
    readings: tuple[Reading, ...]
    overrode: tuple[Overridden, ...]
    in_force: InForce
    origin: Origin
