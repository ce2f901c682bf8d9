"""Comparisons in words: what stands on each side, how the sides really stand, and how far apart amounts lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from aidrules.decision.figures import number_text, quantity_text, telling_decimals
from aidrules.decision.names import Bindings
from aidrules.decision.wording import Fill, Text, Wording, at, filled, put
from aidrules.decision.words import Measure, Words
from aidrules.language import core
from aidrules.language.core import Expr
from aidrules.language.expressions.dates import day_of_year

if TYPE_CHECKING:
    from aidrules.decision.view import View

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Comparisons:
    """Says the comparisons of a compiled pack in one language."""

    wording: Wording

    @property
    def words(self) -> Words:
        """The language's phrases."""
        return self.wording.words

    def said(self, expr: core.Compare, bound: Bindings, truth: bool | None) -> Text:
        """That a comparison holds, does not, or is open; what is reckoned from a date that is none, by that."""
        usual = self._compared(expr, bound, truth)
        calls = [part for part in core.walk(expr) if isinstance(part, core.Call)]
        days = [arg for call in calls for arg in call.args if isinstance(arg, core.Fact | core.Ref)]
        absent = [(self.wording.reads.of(day), self.is_none(day, bound, True)) for day in days if day.type.optional]
        if not absent:
            return usual

        def fill(view: View, bound: Bindings) -> str:
            there_is_none = (text for value, text in absent if value(view, bound) == core.NO_DATE)
            return filled(next(there_is_none, usual), view, bound)

        return fill

    def _compared(self, expr: core.Compare, bound: Bindings, truth: bool | None) -> Text:
        left, right, op = expr.left, expr.right, str(expr.op)
        if isinstance(left, core.Const) and not isinstance(right, core.Const):
            left, right, op = right, left, _TURNED.get(op, op)
        op = _OPPOSITE[op] if truth is False else op
        if left.type.name in ("enum", "text", "bool"):
            return self._same(left, right, bound, truth, op == "==")
        kind: Measure = "date" if left.type.name == "date" else "money" if left.type.unit.currency else "count"
        years = isinstance(left, core.Call) and left.function == "age"
        if years:
            kind = "age" if isinstance(right, core.Const) else "age_line"
        if truth is None:
            subjects = (self._as_subject(side, bound) for side in (left, right))
            return put(lambda left, right: self.words.unsettled(left, op, right, kind), *subjects)
        if kind == "money":
            return self._amounts(left, op, right, bound)
        sides = (self._described(side, bound, years=years) for side in (left, right))
        return put(lambda left, right: self.words.compared(left, op, right, kind, None), *sides)

    def _amounts(self, left: Expr, op: str, right: Expr, bound: Bindings) -> Fill:
        """How two amounts really stand, and how far apart they lie (not against 0), as exactly as that shows."""
        low, high = (self.wording.reads.of(side) for side in (left, right))
        names, lang, words = self.wording.names, self.wording.lang, self.words
        unit = names.shown_unit(left.type)
        shown = cache(lambda cut: [self._described(side, bound, cut=cut) for side in (left, right)])

        def fill(view: View, bound: Bindings) -> str:
            a, b, sign, apart, cut = low(view, bound), high(view, bound), op, None, 2
            if isinstance(a, Fraction) and isinstance(b, Fraction):
                sign = "==" if a == b else "<" if a < b else ">"
                if a != b:
                    cut = telling_decimals(a - b)
                    apart = quantity_text(abs(a - b), unit, lang, cut=cut, own=names.measures) if a and b else None
            left, right = (filled(side, view, bound) for side in shown(cut))
            return words.compared(left, sign, right, "money", apart)

        return fill

    def _described(self, expr: Expr, bound: Bindings, *, years: bool = False, cut: int = 2) -> Text:
        """An operand of a comparison: its name or formula, and its value where that says more."""
        expr, bound, rebind = self.wording.reached(expr, bound)
        quantity = self._value(expr, years=years, cut=cut)
        if isinstance(expr, core.Const):
            return quantity
        if self.wording.names.is_private(expr):
            return self.words.confidential
        if isinstance(expr, core.Today):
            return self.wording.name(expr, bound)
        return at(put(self.words.with_value, self._as_subject(expr, bound), quantity), rebind)

    def _as_subject(self, expr: Expr, bound: Bindings) -> Text:
        """An operand by its name or formula, as it stands in a sentence."""
        expr, bound, rebind = self.wording.reached(expr, bound)
        text = self.wording.formula(expr, bound)
        named = isinstance(expr, core.Fact | core.Ref | core.Param | core.Call) and day_of_year(expr) is None
        return at(put(self.words.the, text) if named else text, rebind)

    def _value(self, expr: Expr, *, years: bool = False, cut: int = 2) -> Text:
        """The value of an expression with its unit; an age in years."""
        wording, kind = self.wording, expr.type
        if isinstance(expr, core.Const) and not years:
            return wording.quantity(expr.value, kind, cut=cut)
        value_of = wording.reads.of(expr)

        def fill(view: View, bound: Bindings) -> str:
            value = value_of(view, bound)
            if years and isinstance(value, Fraction):
                return self.words.years_of_age(number_text(value, wording.lang))
            return wording.quantity(value, kind, cut=cut)

        return fill

    def _same(self, left: Expr, right: Expr, bound: Bindings, truth: bool | None, same: bool) -> Text:
        """An enum, text or yes-or-no value against another: what it is says whether it is the same."""
        wanted = self._value(right) if isinstance(right, core.Const) else self._described(right, bound)
        return self._one_of(left, bound, [wanted], None if truth is None else same)

    def _one_of(self, item: Expr, bound: Bindings, options: Sequence[Text], truth: bool | None) -> Text:
        value_of, kind, wording = self.wording.reads.of(item), item.type, self.wording
        bare = wording.number if kind.name == "number" else wording.quantity

        def told(name: str, value: str, *options: str) -> str:
            return self.words.one_of(name, value, options, truth)

        value: Fill = lambda view, bound: bare(value_of(view, bound), kind)  # noqa: E731
        return put(told, wording.formula(item, bound), value, *options)

    def among(self, expr: core.In, bound: Bindings, truth: bool | None) -> Text:
        """That a value is one of several, is none of them, or is open."""
        if expr.item.type.name == "number":
            options = [self.wording.number(option.value, option.type) for option in expr.options]
        else:
            options = [self.wording.option(str(option.value), expr.item.type) for option in expr.options]
        return self._one_of(expr.item, bound, options, truth)

    def is_none(self, day: Expr, bound: Bindings, truth: bool | None) -> Text:
        """That there is no such date, that there is one, or that this is open."""
        named = self.wording.formula(day, bound)
        return put(lambda named, day: self.words.is_none(named, day, truth), named, self._value(day))
