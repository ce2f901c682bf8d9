"""Core expressions in words: as a formula, with the values put in, and as true sentences about a condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from aidrules.decision.figures import Lang, date_text, number_text, quantity_text
from aidrules.decision.view import Bindings, Interval, Item, Shown, View, list_of
from aidrules.decision.words import Measure, Words, words
from aidrules.language import core
from aidrules.language.core import Expr, Type
from aidrules.language.units import PLAIN

_SUM, _PRODUCT, _ATOM = 1, 2, 3
_LISTED = 8
"""Sums over more items than this show their total instead of every term."""


@dataclass(frozen=True)
class Phrases:
    """Puts expressions of one run into one language."""

    view: View
    lang: Lang

    @cached_property
    def words(self) -> Words:
        return words(self.lang)

    # Values

    def quantity(self, value: Shown, kind: Type, fewest: int = 0) -> str:
        """A value with its unit; `fewest` decimals at least."""
        if value is None:
            return self.words.unknown
        if isinstance(value, bool):
            return self.words.yes if value else self.words.no
        if isinstance(value, Interval):
            low, high = (self.quantity(end, kind, fewest) for end in (value.low, value.high))
            return self.words.between(low, high)
        if kind.name == "date" and isinstance(value, int):
            return self.words.no_date if value == core.NO_DATE else date_text(date.fromordinal(value), self.lang)
        if isinstance(value, Fraction):
            return quantity_text(value, kind.unit, self.lang, fewest)
        return self.option(str(value), kind)

    def option(self, value: str, kind: Type) -> str:
        """An enum value for readers."""
        label = self.view.option_label(kind.options, value)
        return value.replace("_", " ") if label is None else label.text(self.lang)

    def number(self, value: Shown, kind: Type) -> str:
        """A value inside a formula: the bare number."""
        if isinstance(value, Fraction):
            return number_text(value, self.lang)
        return self.quantity(value, kind)

    # Formulas

    def formula(self, expr: Expr, bound: Bindings, *, values: bool = False) -> str:
        """The expression as a formula of names, or with the values put in."""
        return _Formula(self, values).text(expr, bound, 0)

    def name(self, expr: Expr, bound: Bindings) -> str:
        """The label of a fact, parameter or definition."""
        if isinstance(expr, core.Fact):
            field = self.view.field(expr, bound)
            if field.confidential:
                return self.words.confidential
            return field.label_zh if self.lang == "zh" else field.label_en
        if isinstance(expr, core.Param):
            return self.view.parameter_label(expr.name).text(self.lang)
        if isinstance(expr, core.Ref):
            definition = self.view.compiled.definitions[expr.name]
            if definition.parameter:
                return self.view.parameter_label(definition.parameter).text(self.lang)
            return definition.label.text(self.lang)
        if isinstance(expr, core.Today):
            return self.words.today if expr.name == "on" else self.words.this_month
        raise TypeError(f"{type(expr).__name__} has no name")

    def described(self, expr: Expr, bound: Bindings) -> str:
        """An operand of a comparison: its name or formula, and its value where that says more."""
        expr = self.opened(expr)
        value = self.view.value(expr, bound)
        quantity = self.quantity(value, expr.type)
        if isinstance(expr, core.Const):
            return quantity
        if self.view.is_private(expr, bound):
            return self.words.confidential
        return self.words.with_value(self.formula(expr, bound), quantity)

    def opened(self, expr: Expr) -> Expr:
        """The expression behind a name that readers need not see."""
        while isinstance(expr, core.Ref):
            definition = self.view.compiled.definitions[expr.name]
            if not definition.hidden or definition.parameter or definition.owner:
                return expr
            expr = definition.expr
        return expr

    # Conditions

    def statement(self, expr: Expr, bound: Bindings, depth: int = 2) -> str:
        """One true sentence (without its full stop) that says why the condition holds, does not, or is open."""
        if self.view.is_private(expr, bound):
            return self.words.confidential_decides
        value = self.view.value(expr, bound)
        truth = value if isinstance(value, bool) else None
        return self._said(expr, bound, truth, depth)

    def _said(self, expr: Expr, bound: Bindings, truth: bool | None, depth: int) -> str:
        match expr:
            case core.And() | core.Or():
                return self._junction(expr, bound, truth, depth)
            case core.Not():
                return self._said(expr.inner, bound, None if truth is None else not truth, depth)
            case core.Param():
                return self._said(expr.inner, bound, truth, depth)
            case core.Compare():
                return self._comparison(expr, bound, truth)
            case core.In():
                options = [self.option(str(option.value), expr.item.type) for option in expr.options]
                return self.words.one_of(self.described(expr.item, bound), options, truth)
            case core.IsNone():
                return self.words.is_none(self.described(expr.inner, bound), truth)
            case core.If():
                condition = self.view.value(expr.condition, bound)
                if condition is None:
                    return self._said(expr.condition, bound, None, depth)
                return self._said(expr.then if condition else expr.other, bound, truth, depth)
            case core.Agg():
                return self._over_items(expr, bound, truth, depth)
            case core.Ref():
                return self._reference(expr, bound, truth, depth)
            case core.Fact():
                return self.words.recorded(self.name(expr, bound), truth)
            case core.Const():
                return self.words.always if expr.value else self.words.never
            case _:
                return self.words.holds(self.formula(expr, bound), truth)

    def _junction(self, expr: core.And | core.Or, bound: Bindings, truth: bool | None, depth: int) -> str:
        """Only the parts that decide: what fails of an `and`, what holds of an `or`, what is open."""
        if truth is None:
            shown = [item for item in expr.items if self.view.value(item, bound) is None]
        elif truth is isinstance(expr, core.Or):
            shown = [item for item in expr.items if self.view.value(item, bound) is truth]
        elif isinstance(expr, core.And) and not truth:
            shown = [item for item in expr.items if self.view.value(item, bound) is False]
        else:
            shown = list(expr.items)
        parts = [self.statement(item, bound, depth) for item in shown]
        return self.words.joined(list(dict.fromkeys(parts)))

    def _comparison(self, expr: core.Compare, bound: Bindings, truth: bool | None) -> str:
        left, right = self.opened(expr.left), self.opened(expr.right)
        if isinstance(left, core.Const) and not isinstance(right, core.Const):
            left, right = right, left
            op = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(expr.op, expr.op)
        else:
            op = expr.op
        if truth is False:
            op = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}[op]
        kind: Measure = "date" if left.type.name == "date" else "money" if left.type.unit.currency else "count"
        if isinstance(left, core.Call) and left.function == "age" and isinstance(right, core.Const):
            kind = "age"
        if left.type.name in ("enum", "text", "bool"):
            kind = "enum"
        if truth is None:
            return self.words.unsettled(self.formula(left, bound), op, self.formula(right, bound), kind)
        apart = None
        if kind == "money":
            op, apart = self._exactly(left, op, right, bound)
        return self.words.compared(self.described(left, bound), op, self.described(right, bound), kind, apart)

    def _exactly(self, left: Expr, op: str, right: Expr, bound: Bindings) -> tuple[str, str | None]:
        """How two amounts really stand, and how far apart they lie; against 0 that says nothing."""
        a, b = self.view.value(left, bound), self.view.value(right, bound)
        if not (isinstance(a, Fraction) and isinstance(b, Fraction)) or op == "!=":
            return op, None
        if a == b:
            return "==", None
        apart = None if 0 in (a, b) else quantity_text(abs(a - b), left.type.unit, self.lang)
        return ("<" if a < b else ">"), apart

    def _over_items(self, expr: core.Agg, bound: Bindings, truth: bool | None, depth: int) -> str:
        items = self.view.items(list_of(expr), bound[expr.source.var])
        label = self.list_name(list_of(expr))
        if items is None:
            return self.words.list_unknown(label)
        some = expr.function == "any"
        decisive: list[str] = []
        count = 0
        for item in items:
            inner = {**bound, expr.var: item}
            test = core.conjunction(*(part for part in (expr.where, expr.body) if part is not None))
            if not some and expr.where is not None and expr.body is not None:
                test = core.disjunction(core.negation(expr.where), expr.body)
            holds = self.view.value(test, inner)
            count += 1
            if holds is truth and (truth is None or truth is some):
                said = self.statement(expr.body if holds is False and expr.body else test, inner, depth - 1)
                decisive.append(self.words.about(self.item_name(item), said))
        if decisive:
            return self.words.joined(decisive)
        body = expr.body if expr.body is not None else expr.where
        said = "" if body is None else self.condition_name(body, bound, expr)
        return self.words.none_of(label, said, count) if some else self.words.each_of(label, said, count)

    def condition_name(self, body: Expr, bound: Bindings, agg: core.Agg) -> str:
        """What a condition on the items of a list asks, without values."""
        inner = {**bound, agg.var: Item(list_of(agg))}
        return self.formula(body, inner)

    def _reference(self, expr: core.Ref, bound: Bindings, truth: bool | None, depth: int) -> str:
        definition = self.view.compiled.definitions[expr.name]
        inner = self.view.bindings(bound[expr.var])
        if truth is not None and definition.says is not None:
            return definition.says[0 if truth else 1].text(self.lang)
        if definition.hidden or definition.parameter:
            return self._said(definition.expr, inner, truth, depth)
        said = self.words.holds(definition.label.text(self.lang), truth)
        simple = isinstance(definition.expr, core.Compare | core.In | core.Fact | core.Agg)
        if depth > 0 and (simple or truth is None) and not self.view.is_private(expr, bound):
            why = self._said(definition.expr, inner, truth, depth - 1)
            return self.words.with_reason(said, why)
        return said

    # Names of lists and items

    def list_name(self, owner: tuple[str, ...]) -> str:
        """A list for readers."""
        field = self.view.list_field(owner)
        return field.label_zh if self.lang == "zh" else field.label_en

    def item_name(self, item: Item) -> str:
        """An item for readers: member m1, the second of the medical episodes of member m1."""
        member = self.view.member_id(item)
        if item.owner == ("members",):
            return self.words.member(member or "")
        label = self.list_name(item.owner)
        return self.words.item(label, item.index[-1] + 1, None if member is None else self.words.member(member))


@dataclass(frozen=True)
class _Formula:
    """Writes one expression as a formula."""

    phrases: Phrases
    values: bool

    @property
    def _words(self) -> Words:
        return self.phrases.words

    @property
    def _view(self) -> View:
        return self.phrases.view

    def text(self, expr: Expr, bound: Bindings, outer: int) -> str:
        """The expression, in brackets where it binds less tightly than what stands around it."""
        written, strength = self._written(expr, bound)
        return f"({written})" if strength < outer else written

    def _written(self, expr: Expr, bound: Bindings) -> tuple[str, int]:
        expr = self.phrases.opened(expr)
        match expr:
            case core.Const():
                return self._constant(expr), _ATOM
            case core.Fact() | core.Ref() | core.Today():
                return self._named(expr, bound), _ATOM
            case core.Param():
                return self._parameter(expr, bound), _ATOM
            case core.Unknown():
                return self._view.parameter_label(expr.name).text(self.phrases.lang), _ATOM
            case core.Position():
                return self._words.position, _ATOM
            case core.Add():
                return self._sum(expr.terms, bound), _SUM
            case core.Neg():
                return f"−{self.text(expr.inner, bound, _PRODUCT)}", _SUM
            case core.Mul():
                return " × ".join(self.text(factor, bound, _PRODUCT) for factor in expr.factors), _PRODUCT
            case core.Div():
                above, below = self.text(expr.above, bound, _PRODUCT), self.text(expr.below, bound, _ATOM)
                return f"{above} ÷ {below}", _PRODUCT
            case core.Extreme():
                return self._extreme(expr, bound)
            case core.Round():
                return self._words.rounded(
                    self.text(expr.inner, bound, _SUM), number_text(expr.to, self.phrases.lang), expr.mode
                ), _SUM
            case core.If():
                return self._if(expr, bound)
            case core.Call():
                return self._words.call(expr.function, [self.text(arg, bound, 0) for arg in expr.args]), _ATOM
            case core.Agg():
                return self._aggregate(expr, bound)
            case _:
                return self._condition(expr, bound)

    def _constant(self, expr: core.Const) -> str:
        if expr.text.endswith("%"):
            return expr.text
        if expr.type.name == "number" and expr.type.unit != PLAIN and not self.values:
            return self.phrases.quantity(expr.value, expr.type)
        return self.phrases.number(expr.value, expr.type)

    def _named(self, expr: core.Fact | core.Ref | core.Today, bound: Bindings) -> str:
        if self._view.is_private(expr, bound):
            return self._words.confidential
        if not self.values:
            return self.phrases.name(expr, bound)
        value = self._view.value(expr, bound)
        return self.phrases.name(expr, bound) if value is None else self.phrases.number(value, expr.type)

    def _parameter(self, expr: core.Param, bound: Bindings) -> str:
        value = self._view.value(expr.inner, bound) if self.values else None
        return self.phrases.name(expr, bound) if value is None else self.phrases.number(value, expr.type)

    def _sum(self, terms: Sequence[Expr], bound: Bindings) -> str:
        parts: list[str] = []
        for term in terms:
            sign, inner = ("−", term.inner) if isinstance(term, core.Neg) else ("+", term)
            shown = self.text(inner, bound, _PRODUCT if sign == "−" else _SUM)
            parts.append(shown if not parts and sign == "+" else f"{sign} {shown}" if parts else f"{sign}{shown}")
        return " ".join(parts)

    def _extreme(self, expr: core.Extreme, bound: Bindings) -> tuple[str, int]:
        rest = [arg for arg in expr.args if arg != core.ZERO]
        if expr.which == "max" and len(rest) == 1 and len(expr.args) == 2:
            return self._words.not_below_zero(self.text(rest[0], bound, 0)), _ATOM
        return self._words.extreme(expr.which, [self.text(arg, bound, 0) for arg in expr.args]), _ATOM

    def _if(self, expr: core.If, bound: Bindings) -> tuple[str, int]:
        if self.values:
            condition = self._view.value(expr.condition, bound)
            if isinstance(condition, bool):
                return self._written(expr.then if condition else expr.other, bound)
        condition = self.text(expr.condition, bound, 0)
        return self._words.if_else(condition, self.text(expr.then, bound, 0), self.text(expr.other, bound, 0)), 0

    def _aggregate(self, expr: core.Agg, bound: Bindings) -> tuple[str, int]:
        if self.values and expr.function == "sum" and expr.body is not None:
            chosen = self._view.chosen(expr, bound)
            if chosen is not None and len(chosen) <= _LISTED:
                body = expr.body
                terms = [self.text(body, inner, _SUM) for inner in chosen]
                return (" + ".join(terms), _SUM) if len(terms) > 1 else (terms[0] if terms else "0", _ATOM)
        if self.values:
            value = self._view.value(expr, bound)
            if value is not None:
                return self.phrases.number(value, expr.type), _ATOM
        inner = {**bound, expr.var: Item(list_of(expr))}
        labels = _Formula(self.phrases, False)
        where = "" if expr.where is None else labels.text(expr.where, inner, 0)
        body_text = "" if expr.body is None else labels.text(expr.body, inner, _ATOM)
        return self._words.aggregate(expr.function, self.phrases.list_name(list_of(expr)), body_text, where), _ATOM

    def _condition(self, expr: Expr, bound: Bindings) -> tuple[str, int]:
        """A condition inside a formula: by names, with its signs."""
        match expr:
            case core.And() | core.Or():
                parts = [self.text(item, bound, 1 if isinstance(expr, core.And) else 0) for item in expr.items]
                return (self._words.both if isinstance(expr, core.And) else self._words.either).join(parts), 0
            case core.Not():
                return self._words.negated(self.text(expr.inner, bound, 1)), 1
            case core.Compare():
                sign = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}.get(expr.op, expr.op)
                return f"{self.text(expr.left, bound, _SUM)} {sign} {self.text(expr.right, bound, _SUM)}", 1
            case core.In():
                options = [self.phrases.option(str(option.value), expr.item.type) for option in expr.options]
                return self._words.among(self.text(expr.item, bound, _SUM), options), 1
            case core.IsNone():
                return self._words.absent(self.text(expr.inner, bound, _SUM)), 1
        raise TypeError(f"{type(expr).__name__} has no words")
