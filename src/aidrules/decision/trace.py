"""The trace: every rule with its state, inputs, formula, formula with values, result, clause, force and reading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from aidrules.conventions import CONVENTIONS
from aidrules.decision import conventions
from aidrules.decision.figures import exact_text
from aidrules.decision.forms import (
    Alternative,
    ConventionUse,
    InForce,
    Input,
    Overridden,
    ParameterTrace,
    Part,
    ReadingUse,
    RuleTrace,
    State,
    Step,
    ValueTrace,
)
from aidrules.decision.names import STAGES, Bindings, Item
from aidrules.decision.phrases import Phrases
from aidrules.decision.shown import Interval, Shown
from aidrules.decision.states import States, truth
from aidrules.language import core
from aidrules.language.core import Expr, Type
from aidrules.language.fields import Label
from aidrules.language.readings import Reading

if TYPE_CHECKING:
    from aidrules.engine.compiled import Rule
    from aidrules.kinds.base import Part as CompiledPart

CONFIDENTIAL = Label("一项保密情况", "a confidential circumstance")


@dataclass(frozen=True)
class Tracer(States):
    """Derives the trace of one run; each part is worked out when it is asked for."""

    @cached_property
    def _phrases(self) -> tuple[Phrases, Phrases]:
        return Phrases(self.view, "zh"), Phrases(self.view, "en")

    # Rules

    def rules(self) -> Iterator[RuleTrace]:
        """Every rule, in the order of the pack."""
        for name in self.view.compiled.rules:
            yield self.rule(name)

    def rule(self, name: str) -> RuleTrace:
        """One rule."""
        rule = self.view.compiled.rules[name]
        pack = self.view.compiled.pack
        steps = tuple(self.step(rule, item) for item in self.items_of(rule))
        return RuleTrace(
            rule=name,
            kind=rule.kind,
            programme=rule.programme or None,
            label=rule.label,
            state=_overall([step.state for step in steps]),
            steps=steps,
            clauses=rule.cite,
            force=rule.force,
            in_force=InForce(rule.in_force.start, rule.in_force.until),
            pack=rule.origin.pack,
            readings=tuple(reading.name for reading in rule.readings),
            overrode=tuple(
                Overridden(wider.pack, wider.by.pack, wider.changed, pack.citations(wider.cite))
                for wider in rule.overrode
            ),
            conventions=self.conventions_of(rule),
        )

    def conventions_of(self, rule: Rule) -> tuple[ConventionUse, ...]:
        """What the library did for a rule where it and its text are silent."""
        if any(map(self.view.names.is_private_value, conventions.definitions_of(rule))):
            return ()
        used: list[str] = []
        items = self.items_of(rule)
        for item in items:
            state = self.state(rule, item)
            if state != "not_reached":
                held = None if state == "undetermined" else state == "applied"
                used += conventions.of_rule(self.view, rule, item, held)
        if (
            rule.kind == "eligibility"
            and "each" in rule.roles
            and self.view.items(rule.owner) is not None
            and not items
        ):
            used.append("eligibility.each_of_none")
        return _told(used)

    def step(self, rule: Rule, item: Item) -> Step:
        """A rule for one item."""
        definition = self.view.compiled.definitions[self.main(rule)]
        bound = self.view.names.bindings(Item(definition.owner, item.index[: len(definition.owner)]))
        private = self.view.names.is_private_value(definition.name)
        result, kind = self.result(rule, item)
        condition = definition.type.name == "bool"
        state = self.state(rule, item)
        reached = state != "not_reached"
        withheld = rule.kind in STAGES and self.view.names.is_private_value(rule.roles["amount"])
        return Step(
            about=self.view.key(item) or None,
            state=state,
            result=plain(result, kind) if reached and not withheld else None,
            unit=_unit(kind),
            inputs=self.inputs(definition.expr, bound) if reached else (),
            formula=CONFIDENTIAL if private else self.formula_of(definition.name),
            with_values=self.formula(definition.expr, bound, values=True)
            if reached and not (private or condition)
            else None,
            statement=self.statement(definition.expr, bound) if reached and condition else None,
            parts=tuple(
                self._part(rule, part, item)
                for part in rule.parts
                if not self.view.names.is_private_value(part.definition)
            ),
        )

    def _part(self, rule: Rule, part: CompiledPart, item: Item) -> Part:
        definition = self.view.compiled.definitions[part.definition]
        value = self.view.definition(part.definition, Item(definition.owner, item.index[: len(definition.owner)]))
        reached = self.reached(rule, item)
        return Part(
            part.id,
            part.label,
            truth(value if isinstance(value, bool) else None) if reached else "not_reached",
            self.view.compiled.pack.citations(part.cite),
        )

    # Values and parameters

    def values(self) -> Iterator[ValueTrace]:
        """The values that the pack defines by name, in the order in which they were worked out."""
        for name in self.view.compiled.definitions:
            if self.is_named_value(name):
                yield self.value(name)

    def is_named_value(self, name: str) -> bool:
        """Whether a definition is one that the pack names, and not a confidential one."""
        definition = self.view.compiled.definitions[name]
        named = name in self.view.compiled.stated and not definition.hidden and not definition.membership
        return named and not self.view.names.is_private_value(name)

    def value(self, name: str) -> ValueTrace:
        """One named value, for the household or for each item."""
        definition = self.view.compiled.definitions[name]
        items = list(self.view.items(definition.owner) or ())
        stated = self.view.compiled.stated.get(name)
        return ValueTrace(
            name=name,
            label=definition.label,
            steps=tuple(self.value_step(name, item) for item in items),
            clauses=stated.cite if stated else (),
            conventions=_told(used for item in items for used in conventions.of_value(self.view, name, item)),
        )

    def value_step(self, name: str, item: Item) -> Step:
        """A named value for one item."""
        definition = self.view.compiled.definitions[name]
        bound = self.view.names.bindings(item)
        value = self.view.definition(name, item)
        state: State = "undetermined" if value is None or isinstance(value, Interval) else "applied"
        if value is False:
            state = "not_applied"
        condition = definition.type.name == "bool"
        return Step(
            about=self.view.key(item) or None,
            state=state,
            result=plain(value, definition.type),
            unit=_unit(definition.type),
            inputs=self.inputs(definition.expr, bound),
            formula=self.formula_of(name),
            with_values=None if condition else self.formula(definition.expr, bound, values=True),
            statement=self.statement(definition.expr, bound) if condition else None,
        )

    def parameters(self) -> Iterator[ParameterTrace]:
        """Every parameter as it stands."""
        for use in self.view.compiled.parameters.values():
            yield ParameterTrace(
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

    # Inputs and words

    def inputs(self, expr: Expr, bound: Bindings) -> tuple[Input, ...]:
        """What an expression reads directly, each once."""
        found: dict[str, Input] = {}
        for leaf, scope in self.leaves(expr, bound):
            entry = self._input(leaf, scope)
            found.setdefault(entry.name, entry)
        return tuple(found.values())

    def leaves(self, expr: Expr, bound: Bindings) -> Iterator[tuple[Expr, Bindings]]:
        """The facts, parameters and named values that an expression reads, each with what its variables stand for."""
        expr, bound = self._phrases[0].opened(expr, bound)
        if isinstance(expr, core.Fact | core.Ref | core.Param | core.Unknown | core.Agg | core.Today):
            yield expr, bound
            return
        for child in core.children(expr):
            yield from self.leaves(child, bound)

    def _input(self, leaf: Expr, bound: Bindings) -> Input:
        private = self.view.names.is_private(leaf)
        value = None if private else plain(self.view.value(leaf, bound), leaf.type)
        name, kind, label = self._named(leaf, bound)
        return Input(
            name="confidential" if private else name,
            kind=kind,
            label=CONFIDENTIAL if private else label,
            value=value,
            unit=None if private else _unit(leaf.type),
            confidential=private,
            lapsed_on=self.view.lapsed_on(leaf.name, bound[leaf.var])
            if isinstance(leaf, core.Ref) and not private
            else None,
        )

    def _named(self, leaf: Expr, bound: Bindings) -> tuple[str, Literal["fact", "parameter", "value"], Label]:
        zh, en = self._phrases
        match leaf:
            case core.Fact():
                return (
                    self.view.path(bound[leaf.var], leaf.path),
                    "fact",
                    Label(zh.name(leaf, bound), en.name(leaf, bound)),
                )
            case core.Param() | core.Unknown():
                return leaf.name, "parameter", self.view.names.parameter(leaf.name)
            case core.Ref():
                definition = self.view.compiled.definitions[leaf.name]
                if definition.parameter:
                    return definition.parameter, "parameter", self.view.names.parameter(definition.parameter)
                key = self.view.key(Item(definition.owner, bound[leaf.var].index[: len(definition.owner)]))
                return f"{leaf.name}[{key}]" if key else leaf.name, "value", self.view.names.definition(leaf.name)
            case core.Today():
                return leaf.name, "fact", Label(zh.name(leaf, bound), en.name(leaf, bound))
        text = self.formula(leaf, bound)
        return text.en, "value", text

    def formula_of(self, name: str) -> Label:
        """The formula of a definition by names, in both languages."""
        zh, en = self._phrases
        return Label(zh.formula_of(name), en.formula_of(name))

    def formula(self, expr: Expr, bound: Bindings, *, values: bool = False) -> Label:
        """A formula in both languages."""
        zh, en = self._phrases
        return Label(zh.formula(expr, bound, values=values), en.formula(expr, bound, values=values))

    def statement(self, expr: Expr, bound: Bindings) -> Label:
        """Why a condition holds, does not, or is open, in both languages."""
        zh, en = self._phrases
        return Label(zh.statement(expr, bound), en.statement(expr, bound))

    # Readings

    def readings(self) -> tuple[ReadingUse, ...]:
        """The readings on which rules that were reached rely, and those of the values behind them."""
        users: dict[str, tuple[Reading, list[str]]] = {}
        for name, rule in self.view.compiled.rules.items():
            states = {self.state(rule, item) for item in self.items_of(rule)}
            if states - {"not_reached"}:
                _note(users, rule.readings, name)
        for name, programme in self.view.compiled.programmes.items():
            _note(users, programme.readings, name)
        for name, stated in self.view.compiled.stated.items():
            _note(users, stated.readings, name)
        return tuple(
            ReadingUse(
                name=reading.name,
                label=reading.label,
                option=reading.option,
                option_label=reading.option_label,
                alternatives=tuple(Alternative(option, label) for option, label in reading.alternatives),
                default=reading.default,
                rules=tuple(rules),
            )
            for reading, rules in users.values()
        )


def _told(used: Iterable[str]) -> tuple[ConventionUse, ...]:
    """Each convention once, in the order in which they are published."""
    found = set(used)
    return tuple(ConventionUse(one.id, one.label) for one in CONVENTIONS.values() if one.id in found)


def _note(users: dict[str, tuple[Reading, list[str]]], readings: tuple[Reading, ...], user: str) -> None:
    for reading in readings:
        users.setdefault(reading.name, (reading, []))[1].append(user)


def _overall(states: list[State]) -> State:
    """The state of a rule over all its items: what is furthest along."""
    order: tuple[State, ...] = ("applied", "undetermined", "not_applied")
    return next((state for state in order if state in states), "not_reached")


def _unit(kind: Type) -> str | None:
    return str(kind.unit) if kind.name == "number" and kind.unit.powers else None


def plain(value: Shown, kind: Type) -> str | bool | None:
    """A value for machines: exact text for numbers, ISO text for dates, `none` for the date none."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Interval):
        return f"{exact_text(value.low)}..{exact_text(value.high)}"
    if kind.name == "date" and isinstance(value, int):
        return "none" if value == core.NO_DATE else date.fromordinal(value).isoformat()
    return exact_text(value) if isinstance(value, Fraction) else str(value)
