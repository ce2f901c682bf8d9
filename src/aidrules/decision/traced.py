"""What the trace of a compiled pack says of each rule, value and parameter whatever the household: JSON with slots."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aidrules.conventions import CONVENTIONS
from aidrules.decision.figures import exact_text
from aidrules.decision.forms import ConventionUse, InForce, Overridden, ParameterTrace
from aidrules.decision.names import STAGES, Names, names_of
from aidrules.decision.states import main_of, result_of
from aidrules.decision.steps import Step, steps_of, unit_of
from aidrules.decision.written import fields_text, written
from aidrules.language.core import Definition, Type

if TYPE_CHECKING:
    from aidrules.engine import Compiled
    from aidrules.engine.compiled import ParameterUse, Rule

_known: WeakKeyDictionary[Compiled, Forms] = WeakKeyDictionary()


def forms_of(compiled: Compiled) -> Forms:
    """The trace of a compiled pack before it is filled, worked out once."""
    found = _known.get(compiled)
    return _known.setdefault(compiled, Forms(compiled)) if found is None else found


@dataclass(frozen=True)
class RuleForm:
    """A rule.

    Attributes:
        definition: what the rule computes for one of its items.
        step: what that tells of itself.
        result: the definition of what the rule comes to.
        kind: what that is measured in.
        unit: the unit of its result, as JSON.
        withheld: whether its result is not told.
        parts: the named parts that are told: what comes before their state, the definition, and what comes after.
            Where there are several, a comma comes before all but the first.
        head: what comes before the state.
        tail: what comes between the steps and the conventions.
    """

    rule: Rule
    definition: Definition
    step: Step
    result: str
    kind: Type
    unit: str
    withheld: bool
    parts: tuple[tuple[str, str, str], ...]
    head: str
    tail: str

    @cached_property
    def untold(self) -> str:
        """What a step says behind its state where it was not reached."""
        parts = "".join([f'{head}"not_reached", {tail}' for head, _, tail in self.parts])
        return f'"result": null, "unit": {self.unit}, {self.step.untold}, "parts": [{parts}]}}'


@dataclass(frozen=True)
class ValueForm:
    """A named value; the attributes are as those of a rule."""

    name: str
    definition: Definition
    step: Step
    unit: str
    head: str
    tail: str


class Forms:
    """The trace of one compiled pack before it is filled, in the order in which it is told.

    Attributes:
        parameters: every parameter as it stands, as JSON: that is the same for every household.
    """

    def __init__(self, compiled: Compiled) -> None:
        names, steps = names_of(compiled), steps_of(compiled)
        self.rules = [_rule(compiled, rule, names) for rule in compiled.rules.values()]
        self.values = [
            _value(compiled, definition, steps.of(name))
            for name, definition in compiled.definitions.items()
            if is_named_value(compiled, names, name)
        ]
        self.parameters = written([_parameter(use) for use in compiled.parameters.values()])


def is_named_value(compiled: Compiled, names: Names, name: str) -> bool:
    """Whether a definition is one that the pack names, and not a confidential one."""
    definition = compiled.definitions[name]
    named = name in compiled.stated and not definition.hidden and not definition.membership
    return named and not names.is_private_value(name)


def _rule(compiled: Compiled, rule: Rule, names: Names) -> RuleForm:
    definition, cited = compiled.definitions[main_of(rule)], compiled.pack.citations
    head = fields_text(rule=rule.id, kind=rule.kind, programme=rule.programme or None, label=rule.label)
    result, told = result_of(rule), [part for part in rule.parts if not names.is_private_value(part.definition)]
    kind = compiled.definitions[result].type
    tail = fields_text(
        clauses=rule.cite,
        force=rule.force,
        in_force=InForce(rule.in_force.start, rule.in_force.until),
        pack=rule.origin.pack,
        readings=tuple(reading.name for reading in rule.readings),
        overrode=tuple(
            Overridden(wider.pack, wider.by.pack, wider.changed, cited(wider.cite)) for wider in rule.overrode
        ),
    )
    return RuleForm(
        rule,
        definition,
        steps_of(compiled).of(definition.name),
        result,
        kind,
        unit_of(kind),
        rule.kind in STAGES and names.is_private_value(rule.roles["amount"]),
        tuple(
            (
                f'{", " if place else ""}{{{fields_text(id=part.id, label=part.label)}, "state": ',
                part.definition,
                fields_text(clauses=cited(part.cite)) + "}",
            )
            for place, part in enumerate(told)
        ),
        f'{{{head}, "state": ',
        tail,
    )


def _value(compiled: Compiled, definition: Definition, step: Step) -> ValueForm:
    head = fields_text(name=definition.name, label=definition.label)
    tail = fields_text(clauses=compiled.stated[definition.name].cite)
    return ValueForm(definition.name, definition, step, unit_of(definition.type), f'{{{head}, "steps": [', tail)


def _parameter(use: ParameterUse) -> ParameterTrace:
    return ParameterTrace(
        name=use.name,
        label=use.label,
        unit=use.unit or None,
        in_force=InForce(use.start, use.until),
        given=use.argument,
        missing=use.missing,
        clauses=use.cite,
        announced=use.announced,
        formula_gives=exact_text(use.computed) if use.differs and use.computed is not None else None,
    )


def conventions_told(used: Iterable[str]) -> tuple[ConventionUse, ...]:
    """Each convention once, in the order in which they are published."""
    found = set(used)
    return tuple(ConventionUse(one.id, one.label) for one in CONVENTIONS.values() if one.id in found)


def conventions_text(used: Iterable[str]) -> str:
    """Likewise, as JSON."""
    return _conventions_text(frozenset(used))


@lru_cache(maxsize=1024)
def _conventions_text(used: frozenset[str]) -> str:
    return written(conventions_told(used))
