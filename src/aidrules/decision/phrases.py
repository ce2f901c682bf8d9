"""Core expressions in words: values, names and formulas as readers see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from aidrules.decision.figures import Lang, date_text, number_text, quantity_text
from aidrules.decision.names import Bindings, Item
from aidrules.decision.shown import Interval, Shown
from aidrules.decision.view import View
from aidrules.decision.words import Words, letter_words, words
from aidrules.engine.results import OUTCOME, RESULTS
from aidrules.language import core
from aidrules.language.core import Expr, Type
from aidrules.language.expressions.dates import day_of_year

_WIDE = 1_000_000
"""Bounds further apart than this are those of the field, and say nothing about the case."""


@dataclass(frozen=True)
class Phrases:
    """Puts expressions of one run into one language."""

    view: View
    lang: Lang

    @cached_property
    def words(self) -> Words:
        """The language's phrases."""
        return words(self.lang)

    # Values and names

    def quantity(self, value: Shown, kind: Type, fewest: int = 0, cut: int = 2) -> str:
        """A value with its unit, with so many decimals at least; where they never end, cut at so many."""
        if value is None or (isinstance(value, Interval) and value.high - value.low > _WIDE):
            return self.words.unknown
        if isinstance(value, bool):
            return self.words.yes if value else self.words.no
        if isinstance(value, Interval):
            low, high = (self.quantity(end, kind, fewest) for end in (value.low, value.high))
            return self.words.between(low, high)
        if kind.name == "date" and isinstance(value, int):
            return self.words.no_date if value == core.NO_DATE else date_text(date.fromordinal(value), self.lang)
        if isinstance(value, Fraction):
            return quantity_text(value, self.view.names.shown_unit(kind), self.lang, fewest, cut)
        return self.option(str(value), kind)

    def option(self, value: str, kind: Type) -> str:
        """An enum value for readers."""
        if kind == OUTCOME:
            return {str(name): said for name, said in letter_words(self.lang).outcomes.items()}[value]
        label = self.view.names.option(kind.options, value) or self.view.names.named(value)
        return value.replace("_", " ") if label is None else label.text(self.lang)

    def number(self, value: Shown, kind: Type) -> str:
        """A value inside a formula: the bare number."""
        if isinstance(value, Fraction):
            return number_text(value, self.lang)
        return self.quantity(value, kind)

    def name(self, expr: Expr, bound: Bindings) -> str:
        """What a fact, parameter or definition is called."""
        if isinstance(expr, core.Fact):
            field = self.view.field(expr, bound)
            if field.confidential:
                return self.words.confidential
            return field.label_zh if self.lang == "zh" else field.label_en
        if isinstance(expr, core.Param | core.Unknown):
            return self.parameter(expr.name)
        if isinstance(expr, core.Ref):
            return self.definition(expr.name)
        if isinstance(expr, core.Today):
            return self.words.today if expr.name == "on" else self.words.this_month
        raise TypeError(f"{type(expr).__name__} has no name")

    def definition(self, name: str) -> str:
        """What a definition is called; a programme's result by what it says of the programme."""
        definition = self.view.compiled.definitions[name]
        if definition.parameter:
            return self.parameter(definition.parameter)
        programme, _, result = name.rpartition(".")
        if programme in self.view.compiled.programmes and result in RESULTS:
            label = self.view.compiled.programmes[programme].label.text(self.lang)
            return self.words.result(label, result) or definition.label.text(self.lang)
        return self.view.names.definition(name).text(self.lang)

    def parameter(self, name: str) -> str:
        """What a parameter is called."""
        return self.view.names.parameter(name).text(self.lang)

    def opened(self, expr: Expr, bound: Bindings) -> tuple[Expr, Bindings]:
        """The expression behind a name that readers need not see, with what its own variables stand for."""
        while isinstance(expr, core.Ref):
            definition = self.view.compiled.definitions[expr.name]
            if definition.parameter or not (definition.hidden or expr.name in self.view.names.steps):
                break
            owner = len(definition.owner)
            bound = self.view.names.bindings(Item(definition.owner, bound[expr.var].index[:owner]))
            expr = definition.expr
        return expr, bound

    def formula(self, expr: Expr, bound: Bindings, *, values: bool = False, settled: bool = False) -> str:
        """The expression as a formula of names, or with the values put in; `settled` tells what bears on the case."""
        from aidrules.decision.formulas import Formula

        return Formula(self, values, settled).text(expr, bound, 0)

    def keys(self, expr: Expr, bound: Bindings) -> list[Expr]:
        """By what a value was chosen among several, such as a keyed parameter: each value of an enum that was asked."""
        found: list[Expr] = []
        while isinstance(expr, core.If):
            test = expr.condition
            condition = self.view.value(test, bound)
            if (
                not isinstance(condition, bool)
                or not isinstance(test, core.Compare)
                or self.view.names.is_private(test)
            ):
                return found
            if test.left.type.name == "enum" and test.left not in found:
                found.append(test.left)
            expr = expr.then if condition else expr.other
        return found

    def branches(self, expr: Expr, bound: Bindings) -> list[str]:
        """The options by which a value was chosen among several, such as the keys of a parameter."""
        chosen = [(self.view.value(key, bound), key.type) for key in self.keys(expr, bound)]
        return [self.option(value, kind) for value, kind in chosen if isinstance(value, str)]

    def share(self, expr: Expr, bound: Bindings) -> str | None:
        """A parameter that the rules write as a percentage, as they write it; None for any other."""
        if isinstance(expr, core.Param):
            expr = expr.inner
        elif isinstance(expr, core.Ref) and self.view.compiled.definitions[expr.name].parameter:
            definition = self.view.compiled.definitions[expr.name]
            bound = self.view.names.bindings(Item(definition.owner, bound[expr.var].index[: len(definition.owner)]))
            expr = definition.expr
        while isinstance(expr, core.If):
            condition = self.view.value(expr.condition, bound)
            if not isinstance(condition, bool):
                return None
            expr = expr.then if condition else expr.other
        return expr.text if isinstance(expr, core.Const) and expr.text.endswith("%") else None

    def case(self, name: str, bound: Bindings) -> str | None:
        """Why a definition that tells cases apart comes to its case; what it counts is told one by one."""
        from aidrules.decision.conditions import Conditions

        return Conditions(self).case(self.view.compiled.definitions[name].expr, bound)

    def formula_of(self, name: str) -> str:
        """The formula of a definition by names, which is the same for every household."""
        known = self.view.names.formulas
        if (self.lang, name) not in known:
            definition = self.view.compiled.definitions[name]
            bound = self.view.names.bindings(Item(definition.owner))
            known[self.lang, name] = self.formula(definition.expr, bound)
        return known[self.lang, name]

    def described(self, expr: Expr, bound: Bindings, *, years: bool = False, cut: int = 2) -> str:
        """An operand of a comparison: its name or formula, and its value where that says more."""
        expr, bound = self.opened(expr, bound)
        value = self.view.value(expr, bound)
        quantity = self.quantity(value, expr.type, cut=cut)
        if years and isinstance(value, Fraction):
            quantity = self.words.years_of_age(number_text(value, self.lang))
        if isinstance(expr, core.Const):
            return quantity
        if self.view.names.is_private(expr):
            return self.words.confidential
        if isinstance(expr, core.Today):
            return self.name(expr, bound)
        return self.words.with_value(self.as_subject(expr, bound), quantity)

    def as_subject(self, expr: Expr, bound: Bindings) -> str:
        """An operand by its name or formula, as it stands in a sentence."""
        expr, bound = self.opened(expr, bound)
        text = self.formula(expr, bound)
        named = isinstance(expr, core.Fact | core.Ref | core.Param | core.Call) and day_of_year(expr) is None
        return self.words.the(text) if named else text

    def statement(self, expr: Expr, bound: Bindings) -> str:
        """One true sentence (without its full stop) that says why the condition holds, does not, or is open."""
        from aidrules.decision.conditions import Conditions

        return Conditions(self).statement(expr, bound)

    def comparisons(self, name: str, item: Item, truth: bool = True) -> list[str]:
        """The comparisons of amounts and dates on which a condition that holds rests, or one that does not."""
        from aidrules.decision.conditions import Conditions

        return Conditions(self).comparisons(name, item, truth)

    def list_name(self, owner: tuple[str, ...]) -> str:
        """A list for readers."""
        field = self.view.names.list_field(owner)
        return field.label_zh if self.lang == "zh" else field.label_en

    def item_name(self, item: Item) -> str:
        """An item for readers: member m1, the second of the medical episodes of member m1."""
        member = self.view.member_id(item)
        if item.owner == ("members",):
            return self.words.member(member or "")
        named = self.list_name(item.owner)
        whose = None if member is None else self.words.member(member)
        return self.words.item(named, item.index[-1] + 1, whose, self._kind(item))

    def _kind(self, item: Item) -> str | None:
        """What kind an item is of, where that is recorded and may be told: a fire among the events."""
        field = self.view.names.subject(item.owner).fields.get("kind")
        value = getattr(self.view.object_of(item), "kind", None)
        if field is None or field.type != "enum" or field.confidential or not isinstance(value, str):
            return None
        return self.option(value, Type("enum", options=field.options))
