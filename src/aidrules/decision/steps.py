"""A step of the trace as JSON text with slots: what depends on the pack alone is written once for each definition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

from aidrules.decision.figures import exact_text
from aidrules.decision.names import Bindings, Item
from aidrules.decision.shown import Interval, Shown
from aidrules.decision.values import Read
from aidrules.decision.wording import Fill, Text, at, concat, merged, put, wording_of
from aidrules.decision.written import fields_text, written
from aidrules.language import core
from aidrules.language.core import Expr, Type
from aidrules.language.fields import Label

if TYPE_CHECKING:
    from aidrules.decision.view import View
    from aidrules.engine import Compiled

Kind = Literal["fact", "parameter", "value"]
CONFIDENTIAL = Label("一项保密情况", "a confidential circumstance")

_known: WeakKeyDictionary[Compiled, Steps] = WeakKeyDictionary()


def steps_of(compiled: Compiled) -> Steps:
    """The steps of a compiled pack."""
    found = _known.get(compiled)
    return _known.setdefault(compiled, Steps(compiled)) if found is None else found


class Step:
    """What a definition tells of itself as a step of the trace: inputs, formula and sentences, as JSON.

    Attributes:
        untold: what is told where the step was not reached.
    """

    def __init__(self, inputs: Sequence[Text], formula: str, with_values: Text, statement: Text) -> None:
        self.untold = f'"inputs": [], "formula": {formula}, "with_values": null, "statement": null'
        read = [part for text in inputs for part in (", ", text)][1:]
        sentences = '"with_values": ', with_values, ', "statement": ', statement
        self._pieces = merged('"inputs": [', *read, f'], "formula": {formula}, ', *sentences)

    def told(self, view: View, bound: Bindings) -> list[str]:
        """What is told where the step was reached, in pieces."""
        return [piece if isinstance(piece, str) else piece(view, bound) for piece in self._pieces]


class Steps:
    """The steps that the definitions of one compiled pack come to, each worked out where it is asked for first."""

    def __init__(self, compiled: Compiled) -> None:
        self._wordings = wording_of(compiled, "zh"), wording_of(compiled, "en")
        self._wording, self._names, self._definitions = self._wordings[0], self._wordings[0].names, compiled.definitions
        self._made: dict[str, Step] = {}

    def of(self, name: str) -> Step:
        """The step of a definition; of a confidential one neither formula nor values are told."""
        if name not in self._made:
            self._made[name] = self._step(self._definitions[name])
        return self._made[name]

    def _step(self, definition: core.Definition) -> Step:
        expr, bound = definition.expr, self._names.bindings(Item(definition.owner))
        private, condition = self._names.is_private_value(definition.name), definition.type.name == "bool"
        formula = written(CONFIDENTIAL) if private else self._label(*(w.formula(expr, bound) for w in self._wordings))
        values: Text = "null"
        if not (private or condition):
            values = self._label(*(w.formula(expr, bound, values=True) for w in self._wordings))
        said = self._label(*(w.statement(expr, bound) for w in self._wordings)) if condition else "null"
        assert isinstance(formula, str)
        return Step(self._inputs(expr, bound), formula, values, said)

    def _label(self, zh: Text, en: Text) -> Text:
        return concat('{"zh": ', put(written, zh), ', "en": ', put(written, en), "}")

    # Inputs

    def _inputs(self, expr: Expr, bound: Bindings) -> list[Text]:
        """What an expression reads directly, each once."""
        found: dict[object, Text] = {}
        for leaf, scope, rebind in self._wording.leaves(expr, bound):
            key, text = self._input(leaf, scope)
            found.setdefault(key, at(text, rebind))
        return list(found.values())

    def _input(self, leaf: Expr, bound: Bindings) -> tuple[object, Text]:
        """An input, and by what it is told from others: its name, or for items its name without their places."""
        key, kind, label, name = self._named(leaf, bound)
        if self._names.is_private(leaf):
            withheld = fields_text(value=None, unit=None, confidential=True, lapsed_on=None)
            told = fields_text(name="confidential", kind=kind, label=CONFIDENTIAL)
            return "confidential", f"{{{told}, {withheld}}}"
        value = value_text(self._wording.reads.of(leaf), leaf.type)
        called = f', {fields_text(kind=kind, label=label)}, "value": '
        unit = f', "unit": {unit_of(leaf.type)}, "confidential": false, "lapsed_on": '
        return key, concat('{"name": ', name, called, value, unit, self._lapsed(leaf), "}")

    def _named(self, leaf: Expr, bound: Bindings) -> tuple[object, Kind, Label, Text]:
        """By what an input is told from others, its kind, its label, and its name as JSON."""
        zh, en = self._wordings
        match leaf:
            case core.Fact(var=var, path=path):
                label, owner = Label(zh.name(leaf, bound), en.name(leaf, bound)), bound[var].owner
                if not owner:
                    return path, "fact", label, written(path)
                return (owner, path), "fact", label, lambda view, bound: written(view.path(bound[var], path))
            case core.Param(name=name, keys=keys) if keys:
                called = f"{name}[{', '.join(keys)}]"
                return called, "parameter", self._names.parameter(name, keys), written(called)
            case core.Param(name=name) | core.Unknown(name=name):
                return name, "parameter", self._names.parameter(name), written(name)
            case core.Ref(name=name, var=var):
                definition = self._definitions[name]
                if definition.parameter:
                    called = definition.parameter
                    return called, "parameter", self._names.parameter(called), written(called)
                label, owner = self._names.definition(name), definition.owner
                if not owner:
                    return name, "value", label, written(name)
                depth = len(owner)

                def item_of(view: View, bound: Bindings) -> str:
                    key = view.key(Item(owner, bound[var].index[:depth]))
                    return written(f"{name}[{key}]" if key else name)

                return (owner, name), "value", label, item_of
            case core.Today(name=name):
                return name, "fact", Label(zh.name(leaf, bound), en.name(leaf, bound)), written(name)
        text = Label(*(_by_names(w.formula(leaf, bound)) for w in self._wordings))
        return text.en, "value", text, written(text.en)

    def _lapsed(self, leaf: Expr) -> Text:
        """The first day on which a finding that is on record no longer counted."""
        if not isinstance(leaf, core.Ref) or leaf.name.removeprefix("finding.") not in self._wording.findings:
            return "null"
        name, var = leaf.name, leaf.var
        return lambda view, bound: written(view.lapsed_on(name, bound[var]))


def _by_names(text: Text) -> str:
    """A formula by names, which has no slots."""
    assert isinstance(text, str)
    return text


def unit_of(kind: Type) -> str:
    """The unit of a number that has one, as JSON."""
    return written(str(kind.unit)) if kind.name == "number" and kind.unit.powers else "null"


def value_text(value_of: Read, kind: Type) -> Fill:
    """The value of an expression, as JSON."""
    return lambda view, bound: result_text(value_of(view, bound), kind)


def result_text(value: Shown, kind: Type) -> str:
    """A value as JSON."""
    return f'"{exact_text(value)}"' if type(value) is Fraction else written(plain(value, kind))


def plain(value: Shown, kind: Type) -> str | bool | None:
    """A value for machines: exact text for numbers, ISO text for dates, `none` for the date none."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Interval):
        return f"{exact_text(value.low)}..{exact_text(value.high)}"
    if kind.name == "date" and isinstance(value, int):
        return "none" if value == core.NO_DATE else date.fromordinal(value).isoformat()
    return exact_text(value) if isinstance(value, Fraction) else str(value)
