"""Conditions in words: true sentences that say why one holds, does not hold, or is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from aidrules.decision.figures import date_text, quantity_text, telling_decimals
from aidrules.decision.names import Bindings, Item, list_of
from aidrules.decision.phrases import Phrases
from aidrules.decision.shown import Shown
from aidrules.decision.view import View
from aidrules.decision.words import Measure, Words
from aidrules.engine.results import RESULTS
from aidrules.language import core
from aidrules.language.core import Expr, Type

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True)
class Conditions:
    """Says conditions of one run in one language."""

    phrases: Phrases

    @property
    def view(self) -> View:
        """The run that is read."""
        return self.phrases.view

    @property
    def words(self) -> Words:
        """The language's phrases."""
        return self.phrases.words

    def _of(self, definition: core.Definition, expr: core.Ref, bound: Bindings) -> Bindings:
        """What the variables of a definition stand for where an expression reads it."""
        return self.view.names.bindings(Item(definition.owner, bound[expr.var].index[: len(definition.owner)]))

    def statement(self, expr: Expr, bound: Bindings, depth: int = 2) -> str:
        """One true sentence (without its full stop) that says why the condition holds, does not, or is open."""
        value = self.view.value(expr, bound)
        return self._said(expr, bound, value if isinstance(value, bool) else None, depth)

    def case(self, expr: Expr, bound: Bindings) -> str | None:
        """Why a choice of cases comes to its case: the condition that holds, or for the last one those that do not."""
        tests: list[Expr] = []
        while isinstance(expr, core.If):
            condition = self.view.value(expr.condition, bound)
            if not isinstance(condition, bool) or self.view.names.is_private(expr.condition):
                return None
            tests = [expr.condition] if condition else [*tests, expr.condition]
            expr = expr.then if condition else expr.other
        if not tests:
            return None
        counted = self._counted(tests[-1], bound)
        return counted or self._said(*self._inside(tests[-1], bound), bool(self.view.value(tests[-1], bound)), 1)

    def _inside(self, expr: Expr, bound: Bindings) -> tuple[Expr, Bindings]:
        """What stands behind the names of conditions."""
        while isinstance(expr, core.Ref):
            definition = self.view.compiled.definitions[expr.name]
            bound = self._of(definition, expr, bound)
            expr = definition.expr
        return expr, bound

    def _counted(self, expr: Expr, bound: Bindings) -> str | None:
        """What a comparison counts, where it counts conditions: which of how many hold."""
        inner, scope = self._inside(expr, bound)
        if not isinstance(inner, core.Compare):
            return None
        total, within = self._inside(inner.left, scope)
        terms = total.terms if isinstance(total, core.Add) else ()
        tests = [term.condition for term in terms if isinstance(term, core.If) and _is_one(term.then)]
        if not tests or len(tests) != len(terms) or any(map(self.view.names.is_private, (inner, total))):
            return None
        held = [self._said(test, within, True, 0) for test in tests if self.view.value(test, within) is True]
        return self.words.counted(self.phrases.formula(inner.left, scope), len(held), len(tests), held)

    def comparisons(self, name: str, item: Item, truth: bool = True) -> list[str]:
        """The comparisons of amounts and dates on which a condition that holds rests, or one that does not."""
        definition = self.view.compiled.definitions[name]
        bound = self.view.names.bindings(Item(definition.owner, item.index[: len(definition.owner)]))
        expr, around = self.phrases.opened(definition.expr, bound)
        parts = expr.items if isinstance(expr, core.And) else (expr,)
        found: list[str] = []
        for part in parts:
            inner, scope = self.phrases.opened(part, around)
            if not isinstance(inner, core.Compare) or self.view.names.is_private(inner):
                continue
            if self.view.value(inner, scope) is not truth:
                continue
            if inner.left.type.name == "date" or inner.left.type.unit.currency:
                found.append(self._said(inner, scope, truth, 1))
        return found

    def _said(self, expr: Expr, bound: Bindings, truth: bool | None, depth: int) -> str:
        """The one way of a condition into words: what it rests on is told only where none of it is confidential.

        Whatever stands behind a name is asked anew here, as a rule's result may be told and its condition not.
        """
        if self.view.names.is_private(expr):
            return self.words.confidential_open if truth is None else self.words.confidential_decides
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
                options = [self.phrases.option(str(option.value), expr.item.type) for option in expr.options]
                if expr.item.type.name == "number":
                    options = [self.phrases.number(option.value, option.type) for option in expr.options]
                return self._one_of(expr.item, bound, options, truth)
            case core.IsNone():
                named, value = self.phrases.formula(expr.inner, bound), self.view.value(expr.inner, bound)
                return self.words.is_none(named, self.phrases.quantity(value, expr.inner.type), truth)
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
                return self.words.holds(self.phrases.formula(expr, bound), truth)

    def _fact(self, fact: core.Fact, bound: Bindings, truth: bool | None) -> str:
        """A yes-or-no fact as recorded; a finding as somebody made it, or nobody did."""
        field = self.view.field(fact, bound)
        name = self.phrases.name(fact, bound)
        if not field.finding:
            return self.words.recorded(name, truth)
        made = self.view.fact_as_given(fact, bound) is not None
        return self.words.found(name, truth, made=made)

    def _finding(self, finding: str, name: str, bound: Bindings, truth: bool | None) -> str:
        """A finding that counts for a time: as made, lapsed, without its day, or not made."""
        lowered = self.view.compiled.findings[finding]
        var, item = next((var, item) for var, item in bound.items() if item.owner == lowered.owner)
        lapsed = self.view.lapsed_on(f"finding.{finding}", item)
        if lapsed is not None:
            return self.words.lapsed(name, date_text(lapsed, self.phrases.lang), truth)
        made = self.view.is_made(finding, item)
        if truth is None and made:
            return self.words.recorded(
                self.phrases.name(core.Fact(var, f"findings.{finding}.on", core.DATE), bound), None
            )
        return self.words.found(name, truth, made=made)

    def _junction(self, expr: core.And | core.Or, bound: Bindings, truth: bool | None, depth: int) -> str:
        """Only the parts that decide: what fails of an `and`, what holds of an `or`, what is open."""
        return self.words.joined(list(dict.fromkeys(filter(None, self._parts(expr, bound, truth, depth)))))

    def _parts(self, expr: core.And | core.Or, bound: Bindings, truth: bool | None, depth: int) -> Iterator[str]:
        deciding = [item for item in expr.items if self.view.value(item, bound) is truth]
        if truth is False and isinstance(expr, core.Or) and all(map(self._is_plain_name, deciding)):
            names = [self._with_comparison(item, bound) for item in deciding]
            if len(names) > 2:
                yield self.words.none_of_these(names)
                return
        telling = [item for item in deciding if not self._is_membership(item)]
        for item in telling or deciding:
            inner, scope = self.phrases.opened(item, bound)
            if isinstance(inner, core.And | core.Or) and not self.view.names.is_private(inner):
                yield from self._parts(inner, scope, truth, depth)
            else:
                yield self.statement(item, bound, depth)

    def _with_comparison(self, expr: Expr, bound: Bindings) -> str:
        """The name of a condition that does not hold, with the amounts that stand against it."""
        name = self.phrases.name(expr, bound)
        inner, scope = self._inside(expr, bound)
        parts = inner.items if isinstance(inner, core.And) else (inner,)
        short = [part for part in parts if isinstance(part, core.Compare) and part.left.type.unit.currency]
        told = [part for part in short if not self.view.names.is_private(part)]
        said = [self._said(part, scope, False, 0) for part in told if self.view.value(part, scope) is False]
        return self.words.with_reason(name, self.words.joined(said)) if said else name

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
            said = self.phrases.as_subject(left, bound), op, self.phrases.as_subject(right, bound)
            return self.words.unsettled(*said, kind)
        apart, cut = None, 2
        if kind == "money":
            op, apart, cut = self._exactly(left, op, right, bound)
        said = (
            self.phrases.described(left, bound, years=years, cut=cut),
            op,
            self.phrases.described(right, bound, years=years, cut=cut),
        )
        return self.words.compared(*said, kind, apart)

    def _exactly(self, left: Expr, op: str, right: Expr, bound: Bindings) -> tuple[str, str | None, int]:
        """How two amounts really stand, how far apart they lie (not against 0), and the decimals that show it."""
        a, b = self.view.value(left, bound), self.view.value(right, bound)
        if not (isinstance(a, Fraction) and isinstance(b, Fraction)):
            return op, None, 2
        if a == b:
            return "==", None, 2
        cut, unit = telling_decimals(a - b), self.view.names.shown_unit(left.type)
        apart = None if 0 in (a, b) else quantity_text(abs(a - b), unit, self.phrases.lang, cut=cut)
        return ("<" if a < b else ">"), apart, cut

    def _same(self, left: Expr, right: Expr, bound: Bindings, truth: bool | None, same: bool) -> str:
        """An enum, text or yes-or-no value against another: what it is says whether it is the same."""
        wanted = self.phrases.quantity(self.view.value(right, bound), right.type)
        if not isinstance(right, core.Const):
            wanted = self.phrases.described(right, bound)
        return self._one_of(left, bound, [wanted], None if truth is None else same)

    def _one_of(self, item: Expr, bound: Bindings, options: list[str], truth: bool | None) -> str:
        value = self.view.value(item, bound)
        return self.words.one_of(self.phrases.formula(item, bound), self._bare(value, item.type), options, truth)

    def _bare(self, value: Shown, kind: Type) -> str:
        return self.phrases.number(value, kind) if kind.name == "number" else self.phrases.quantity(value, kind)

    def _over_items(self, expr: core.Agg, bound: Bindings, truth: bool | None, depth: int) -> str:
        items = self.view.items(list_of(expr), bound[expr.source.var])
        named = self.phrases.list_name(list_of(expr))
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
                deciding.append(self.words.about(self.phrases.item_name(item), self.statement(shown, inner, depth - 1)))
        if deciding:
            return self.words.joined(deciding)
        asked = self.phrases.formula(expr.body or expr.where or core.TRUE, {**bound, expr.var: Item(list_of(expr))})
        return self.words.none_of(named, asked, count) if some else self.words.each_of(named, asked, count)

    def _reference(self, expr: core.Ref, bound: Bindings, truth: bool | None, depth: int) -> str:
        definition = self.view.compiled.definitions[expr.name]
        inner = self._of(definition, expr, bound)
        if truth is not None and definition.says is not None:
            return self._own_sentence(definition, inner, truth)
        if definition.hidden or definition.parameter:
            return self._said(definition.expr, inner, truth, depth)
        if self._is_result(expr.name):
            programme, _, result = expr.name.rpartition(".")
            label = self.view.compiled.programmes[programme].label.text(self.phrases.lang)
            said = self.words.result_said(label, result, truth)
            if said is not None:
                return said
        return self._named_condition(definition, inner, truth, depth)

    def _own_sentence(self, definition: core.Definition, bound: Bindings, truth: bool) -> str:
        """What the rules say where a definition holds, or does not; with the items on which that rests."""
        assert definition.says is not None
        sentence = definition.says[0 if truth else 1].text(self.phrases.lang)
        items = self._items_that_hold(definition.expr, bound) if truth else []
        return self.words.with_reason(sentence, self.words.joined(items)) if items else sentence

    def _items_that_hold(self, expr: Expr, bound: Bindings) -> list[str]:
        """The items on which "there is one" rests, by name; members are named elsewhere."""
        if self.view.value(expr, bound) is not True or self.view.names.is_private(expr):
            return []
        if isinstance(expr, core.Ref):
            definition = self.view.compiled.definitions[expr.name]
            return self._items_that_hold(definition.expr, self._of(definition, expr, bound))
        if isinstance(expr, core.Or | core.And):
            return list(dict.fromkeys(name for part in expr.items for name in self._items_that_hold(part, bound)))
        if not isinstance(expr, core.Agg) or expr.function != "any" or list_of(expr) == ("members",):
            return []
        found: list[str] = []
        for item in self.view.items(list_of(expr), bound[expr.source.var]) or ():
            inner = {**bound, expr.var: item}
            if self.view.value(core.conjunction(expr.where or core.TRUE, expr.body or core.TRUE), inner) is True:
                found.append(self.phrases.item_name(item))
        return found

    def _named_condition(self, definition: core.Definition, bound: Bindings, truth: bool | None, depth: int) -> str:
        """A named condition, with what it rests on where that is short."""
        name = definition.label.text(self.phrases.lang)
        if isinstance(definition.expr, core.Fact):
            fact = self._said(definition.expr, bound, truth, depth)
            return (
                fact
                if truth is None or name == self.phrases.name(definition.expr, bound)
                else self.words.with_reason(self.words.holds(name, truth), fact)
            )
        if definition.name.startswith("finding."):
            return self._finding(definition.name.removeprefix("finding."), name, bound, truth)
        inner, scope = self._inside(definition.expr, bound)
        if truth is None and isinstance(inner, core.Fact) and not self.view.names.is_private(definition.expr):
            return self._fact(inner, scope, None)  # what is to be recorded says more than a condition that awaits it
        said = self.words.holds(name, truth)
        if depth <= 0 or self.view.names.is_private_value(definition.name):
            return said
        why = self._reason(definition.expr, bound, truth, depth - 1)
        return said if why in (None, said) else self.words.with_reason(said, str(why))

    def _reason(self, expr: Expr, bound: Bindings, truth: bool | None, depth: int) -> str | None:
        """What a named condition rests on, where that is short and may be told; another name for it is passed over."""
        if self.view.names.is_private(expr):
            return None
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


def _is_one(expr: Expr) -> bool:
    return isinstance(expr, core.Const) and expr.value == 1
