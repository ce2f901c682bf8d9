"""Core expressions in words: true sentences about conditions, and the values and names that stand in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from aidrules.decision.figures import Lang, date_text, number_text, quantity_text, telling_decimals
from aidrules.decision.names import Bindings, Item, list_of
from aidrules.decision.shown import Interval, Shown
from aidrules.decision.view import View
from aidrules.decision.words import Measure, Words, letter_words, words
from aidrules.engine.results import OUTCOME, RESULTS
from aidrules.language import core
from aidrules.language.core import Expr, Type

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
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
            return str({**letter_words(self.lang).outcomes}[value])  # type: ignore[index]
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
        return definition.label.text(self.lang)

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

    def branches(self, expr: Expr, bound: Bindings) -> list[str]:
        """The options by which a value was chosen among several, such as the keys of a parameter."""
        found: list[str] = []
        while isinstance(expr, core.If):
            test = expr.condition
            condition = self.view.value(test, bound)
            if (
                not isinstance(condition, bool)
                or not isinstance(test, core.Compare)
                or self.view.names.is_private(test)
            ):
                return found
            last = not condition and not isinstance(expr.other, core.If)
            if condition or last:
                chosen = self.view.value(test.left, bound)
                if isinstance(chosen, str) and test.left.type.name == "enum":
                    found.append(self.option(chosen, test.left.type))
            expr = expr.then if condition else expr.other
        return found

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
        return self.words.with_value(self._as_subject(expr, bound), quantity)

    def _as_subject(self, expr: Expr, bound: Bindings) -> str:
        """An operand by its name or formula, as it stands in a sentence."""
        expr, bound = self.opened(expr, bound)
        text = self.formula(expr, bound)
        return self.words.the(text) if isinstance(expr, core.Fact | core.Ref | core.Param | core.Call) else text

    # Conditions

    def statement(self, expr: Expr, bound: Bindings, depth: int = 2) -> str:
        """One true sentence (without its full stop) that says why the condition holds, does not, or is open."""
        value = self.view.value(expr, bound)
        truth = value if isinstance(value, bool) else None
        if self.view.names.is_private(expr):
            return self.words.confidential_open if truth is None else self.words.confidential_decides
        return self._said(expr, bound, truth, depth)

    def comparisons(self, name: str, item: Item) -> list[str]:
        """The comparisons of amounts and dates on which a condition that holds rests."""
        definition = self.view.compiled.definitions[name]
        bound = self.view.names.bindings(Item(definition.owner, item.index[: len(definition.owner)]))
        expr, around = self.opened(definition.expr, bound)
        parts = expr.items if isinstance(expr, core.And) else (expr,)
        found: list[str] = []
        for part in parts:
            inner, scope = self.opened(part, around)
            if not isinstance(inner, core.Compare) or self.view.names.is_private(inner):
                continue
            if inner.left.type.name == "date" or inner.left.type.unit.currency:
                found.append(self._said(inner, scope, True, 1))
        return found

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
                if expr.item.type.name == "number":
                    options = [self.number(option.value, option.type) for option in expr.options]
                return self._one_of(expr.item, bound, options, truth)
            case core.IsNone():
                named, value = self.formula(expr.inner, bound), self.view.value(expr.inner, bound)
                return self.words.is_none(named, self.quantity(value, expr.inner.type), truth)
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
                return self._fact(expr, bound, truth)
            case core.Const():
                return self.words.always if expr.value else self.words.never
            case _:
                return self.words.holds(self.formula(expr, bound), truth)

    def _fact(self, fact: core.Fact, bound: Bindings, truth: bool | None) -> str:
        """A yes-or-no fact as recorded; a finding as somebody made it, or nobody did."""
        field = self.view.field(fact, bound)
        name = self.name(fact, bound)
        if not field.finding:
            return self.words.recorded(name, truth)
        made = self.view.fact_as_given(fact, bound) is not None
        return self.words.found(name, truth, made=made)

    def _junction(self, expr: core.And | core.Or, bound: Bindings, truth: bool | None, depth: int) -> str:
        """Only the parts that decide: what fails of an `and`, what holds of an `or`, what is open."""
        return self.words.joined(list(dict.fromkeys(filter(None, self._parts(expr, bound, truth, depth)))))

    def _parts(self, expr: core.And | core.Or, bound: Bindings, truth: bool | None, depth: int) -> Iterator[str]:
        deciding = [item for item in expr.items if self.view.value(item, bound) is truth]
        if truth is False and isinstance(expr, core.Or) and all(map(self._is_plain_name, deciding)):
            names = [self.name(item, bound) for item in deciding]
            if len(names) > 2:
                yield self.words.none_of_these(names)
                return
        telling = [item for item in deciding if not self._is_membership(item)]
        for item in telling or deciding:
            inner, scope = self.opened(item, bound)
            if isinstance(inner, core.And | core.Or) and not self.view.names.is_private(inner):
                yield from self._parts(inner, scope, truth, depth)
            else:
                yield self.statement(item, bound, depth)

    def _is_plain_name(self, expr: Expr) -> bool:
        if not isinstance(expr, core.Ref) or self.view.names.is_private(expr):
            return False
        definition = self.view.compiled.definitions[expr.name]
        return not definition.hidden and definition.says is None

    def _is_membership(self, expr: Expr) -> bool:
        return isinstance(expr, core.Ref) and self.view.compiled.definitions[expr.name].membership

    def _comparison(self, expr: core.Compare, bound: Bindings, truth: bool | None) -> str:
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
            said = self._as_subject(left, bound), op, self._as_subject(right, bound)
            return self.words.unsettled(*said, kind)
        apart, cut = None, 2
        if kind == "money":
            op, apart, cut = self._exactly(left, op, right, bound)
        said = self.described(left, bound, years=years, cut=cut), op, self.described(right, bound, years=years, cut=cut)
        return self.words.compared(*said, kind, apart)

    def _exactly(self, left: Expr, op: str, right: Expr, bound: Bindings) -> tuple[str, str | None, int]:
        """How two amounts really stand, how far apart they lie (not against 0), and the decimals that show it."""
        a, b = self.view.value(left, bound), self.view.value(right, bound)
        if not (isinstance(a, Fraction) and isinstance(b, Fraction)):
            return op, None, 2
        if a == b:
            return "==", None, 2
        cut, unit = telling_decimals(a - b), self.view.names.shown_unit(left.type)
        apart = None if 0 in (a, b) else quantity_text(abs(a - b), unit, self.lang, cut=cut)
        return ("<" if a < b else ">"), apart, cut

    def _same(self, left: Expr, right: Expr, bound: Bindings, truth: bool | None, same: bool) -> str:
        """An enum, text or yes-or-no value against another: what it is says whether it is the same."""
        wanted = self.quantity(self.view.value(right, bound), right.type)
        if not isinstance(right, core.Const):
            wanted = self.described(right, bound)
        return self._one_of(left, bound, [wanted], None if truth is None else same)

    def _one_of(self, item: Expr, bound: Bindings, options: list[str], truth: bool | None) -> str:
        value = self.view.value(item, bound)
        return self.words.one_of(self.formula(item, bound), self._bare(value, item.type), options, truth)

    def _bare(self, value: Shown, kind: Type) -> str:
        return self.number(value, kind) if kind.name == "number" else self.quantity(value, kind)

    def _over_items(self, expr: core.Agg, bound: Bindings, truth: bool | None, depth: int) -> str:
        items = self.view.items(list_of(expr), bound[expr.source.var])
        named = self.list_name(list_of(expr))
        if items is None:
            return self.words.list_unknown(named)
        some = expr.function == "any"
        deciding: list[str] = []
        count = 0
        for item in items:
            inner = {**bound, expr.var: item}
            where, body = expr.where or core.TRUE, expr.body or core.TRUE
            test = core.conjunction(where, body) if some else core.disjunction(core.negation(where), body)
            holds = self.view.value(test, inner)
            count += 1
            if holds is truth and (truth is None or truth is some):
                shown = test if some or truth is None else body
                deciding.append(self.words.about(self.item_name(item), self.statement(shown, inner, depth - 1)))
        if deciding:
            return self.words.joined(deciding)
        asked = self.formula(expr.body or expr.where or core.TRUE, {**bound, expr.var: Item(list_of(expr))})
        return self.words.none_of(named, asked, count) if some else self.words.each_of(named, asked, count)

    def _reference(self, expr: core.Ref, bound: Bindings, truth: bool | None, depth: int) -> str:
        definition = self.view.compiled.definitions[expr.name]
        inner = self.view.names.bindings(Item(definition.owner, bound[expr.var].index[: len(definition.owner)]))
        if truth is not None and definition.says is not None:
            return self._own_sentence(definition, inner, truth)
        if definition.hidden or definition.parameter:
            return self._said(definition.expr, inner, truth, depth)
        if self._is_result(expr.name):
            programme, _, result = expr.name.rpartition(".")
            label = self.view.compiled.programmes[programme].label.text(self.lang)
            said = self.words.result_said(label, result, truth)
            if said is not None:
                return said
        return self._named_condition(definition, inner, truth, depth)

    def _own_sentence(self, definition: core.Definition, bound: Bindings, truth: bool) -> str:
        """What the rules say where a definition holds, or does not; with the items on which that rests."""
        assert definition.says is not None
        sentence = definition.says[0 if truth else 1].text(self.lang)
        items = self._items_that_hold(definition.expr, bound) if truth else []
        return self.words.with_reason(sentence, self.words.joined(items)) if items else sentence

    def _items_that_hold(self, expr: Expr, bound: Bindings) -> list[str]:
        """The items on which "there is one" rests, by name; members are named elsewhere."""
        if self.view.value(expr, bound) is not True or self.view.names.is_private(expr):
            return []
        if isinstance(expr, core.Ref):
            definition = self.view.compiled.definitions[expr.name]
            owner = len(definition.owner)
            inner_bound = self.view.names.bindings(Item(definition.owner, bound[expr.var].index[:owner]))
            return self._items_that_hold(definition.expr, inner_bound)
        if isinstance(expr, core.Or | core.And):
            return list(dict.fromkeys(name for part in expr.items for name in self._items_that_hold(part, bound)))
        if not isinstance(expr, core.Agg) or expr.function != "any" or list_of(expr) == ("members",):
            return []
        found: list[str] = []
        for item in self.view.items(list_of(expr), bound[expr.source.var]) or ():
            inner = {**bound, expr.var: item}
            if self.view.value(core.conjunction(expr.where or core.TRUE, expr.body or core.TRUE), inner) is True:
                found.append(self.item_name(item))
        return found

    def _named_condition(self, definition: core.Definition, bound: Bindings, truth: bool | None, depth: int) -> str:
        """A named condition, with what it rests on where that is short."""
        name = definition.label.text(self.lang)
        if isinstance(definition.expr, core.Fact):
            fact = self._fact(definition.expr, bound, truth)
            return (
                fact
                if name == self.name(definition.expr, bound)
                else self.words.with_reason(self.words.holds(name, truth), fact)
            )
        said = self.words.holds(name, truth)
        if depth <= 0 or self.view.names.is_private_value(definition.name):
            return said
        why = self._reason(definition.expr, bound, truth, depth - 1)
        return said if why in (None, said) else self.words.with_reason(said, str(why))

    def _reason(self, expr: Expr, bound: Bindings, truth: bool | None, depth: int) -> str | None:
        """What a named condition rests on, where that is short; another name for it is passed over."""
        if isinstance(expr, core.Ref) and not self._is_result(expr.name):
            definition = self.view.compiled.definitions[expr.name]
            inner = self.view.names.bindings(Item(definition.owner, bound[expr.var].index[: len(definition.owner)]))
            if truth is not None and definition.says is not None:
                return self._own_sentence(definition, inner, truth)
            return self._reason(definition.expr, inner, truth, depth)
        compared = isinstance(expr, core.And) and all(isinstance(item, core.Compare) for item in expr.items)
        short = compared or isinstance(expr, core.Compare | core.In | core.Agg | core.Ref | core.Fact)
        return self._said(expr, bound, truth, depth) if short or truth is None else None

    def _is_result(self, name: str) -> bool:
        programme, _, result = name.rpartition(".")
        return programme in self.view.compiled.programmes and result in RESULTS

    # Names of lists and items

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
