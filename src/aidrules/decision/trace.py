"""The trace: every rule with its state, inputs, formula, formula with values, result, clause, force and reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidrules.decision import conventions
from aidrules.decision.forms import Alternative, ConventionUse, ReadingUse, State
from aidrules.decision.names import Bindings, Item
from aidrules.decision.shown import Interval
from aidrules.decision.states import States, truth
from aidrules.decision.steps import result_text
from aidrules.decision.traced import RuleForm, ValueForm, conventions_text, conventions_told, forms_of
from aidrules.decision.wording import wording_of
from aidrules.decision.written import written
from aidrules.language.core import Expr
from aidrules.language.readings import Reading

if TYPE_CHECKING:
    from aidrules.engine.compiled import Rule


@dataclass(frozen=True)
class Tracer(States):
    """Derives the trace of one run; each part is worked out when it is asked for."""

    def text(self) -> str:
        """The whole trace as JSON: every rule, the values that they build on, and the parameters."""
        return "".join(self._pieces())  # once, since every step further would copy all that is told

    def _pieces(self) -> Iterator[str]:
        forms = forms_of(self.view.compiled)
        yield '{"rules": ['
        for place, rule in enumerate(forms.rules):
            yield from self._rule(rule, place > 0)
        yield '], "values": ['
        for place, value in enumerate(forms.values):
            yield from self._value(value, place > 0)
        yield f'], "parameters": {forms.parameters}}}'

    def _rule(self, form: RuleForm, further: bool) -> Iterator[str]:
        rule, items, states = form.rule, self.items_of(form.rule), self.states_of(form.rule)
        yield ", " if further else ""
        yield form.head
        yield f'"{_overall(states)}", "steps": ['
        for place, (item, state) in enumerate(zip(items, states, strict=True)):
            yield f'{", " if place else ""}{{"about": {self._about(item)}, "state": "{state}", '
            if state == "not_reached":
                yield form.untold
            else:
                yield from self._step(form, item)
        yield "], "
        yield form.tail
        yield f', "conventions": {conventions_text(self._conventions_of(rule))}}}'

    def _step(self, form: RuleForm, item: Item) -> Iterator[str]:
        """What a rule says of an item that it reached, behind its state."""
        view, definition = self.view, form.definition
        bound = view.names.bindings(Item(definition.owner, item.index[: len(definition.owner)]))
        result = "null" if form.withheld else result_text(view.definition(form.result, item), form.kind)
        yield f'"result": {result}, "unit": {form.unit}, '
        yield from form.step.told(view, bound)
        yield ', "parts": ['
        for head, name, tail in form.parts:
            value = view.definition(name, item)
            yield f'{head}"{truth(value if isinstance(value, bool) else None)}", '
            yield tail
        yield "]}"

    def _about(self, item: Item) -> str:
        return written(self.view.key(item) or None) if item.owner else "null"

    def _value(self, form: ValueForm, further: bool) -> Iterator[str]:
        """One named value, for the household or for each item."""
        items = list(self.view.items(form.definition.owner) or ())
        yield ", " if further else ""
        yield form.head
        for place, item in enumerate(items):
            value = self.view.definition(form.name, item)
            state: State = "undetermined" if value is None or isinstance(value, Interval) else "applied"
            if value is False:
                state = "not_applied"
            yield f'{", " if place else ""}{{"about": {self._about(item)}, "state": "{state}", '
            yield f'"result": {result_text(value, form.definition.type)}, "unit": {form.unit}, '
            yield from form.step.told(self.view, self.view.names.bindings(item))
            yield ', "parts": []}'
        yield "], "
        yield form.tail
        told = conventions_text(used for item in items for used in conventions.of_value(self.view, form.name, item))
        yield f', "conventions": {told}}}'

    # Conventions

    def conventions_of(self, rule: Rule) -> tuple[ConventionUse, ...]:
        """What the library did for a rule where it and its text are silent."""
        return conventions_told(self._conventions_of(rule))

    def _conventions_of(self, rule: Rule) -> list[str]:
        """The conventions on which a rule relied; some may come twice."""
        if any(map(self.view.names.is_private_value, conventions.definitions_of(rule))):
            return []
        used: list[str] = []
        items = self.items_of(rule)
        for item, state in zip(items, self.states_of(rule), strict=True):
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
        return used

    # What is read

    def leaves(self, expr: Expr, bound: Bindings) -> Iterator[tuple[Expr, Bindings]]:
        """The facts, parameters and named values that an expression reads, each with what its variables stand for."""
        for leaf, scope, _ in wording_of(self.view.compiled, "zh").leaves(expr, bound):
            yield leaf, scope

    # Readings

    def readings(self) -> tuple[ReadingUse, ...]:
        """The readings on which rules that were reached rely, and those of the values behind them."""
        users: dict[str, tuple[Reading, list[str]]] = {}
        for name, rule in self.view.compiled.rules.items():
            if set(self.states_of(rule)) - {"not_reached"}:
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


def _note(users: dict[str, tuple[Reading, list[str]]], readings: tuple[Reading, ...], user: str) -> None:
    for reading in readings:
        users.setdefault(reading.name, (reading, []))[1].append(user)


def _overall(states: Sequence[State]) -> State:
    """The state of a rule over all its items: what is furthest along."""
    order: tuple[State, ...] = ("applied", "undetermined", "not_applied")
    return next((state for state in order if state in states), "not_reached")
