"""Conditions in words: true sentences that say why one holds, does not hold, or is open; with slots for values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from aidrules.decision.comparisons import Comparisons
from aidrules.decision.figures import date_text
from aidrules.decision.names import Bindings, Item, list_of
from aidrules.decision.wording import Fill, Text, Wording, at, filled, put
from aidrules.decision.words import Words
from aidrules.engine.results import RESULTS
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.decision.view import View

_MOST_KEPT = 1_000

Several = Callable[["View", Bindings], list[str]]
"""Sentences, or names, for one household."""


@dataclass(frozen=True)
class Conditions:
    """Says the conditions of a compiled pack in one language."""

    wording: Wording

    @property
    def words(self) -> Words:
        """The language's phrases."""
        return self.wording.words

    def statement(self, expr: Expr, bound: Bindings, depth: int = 2) -> Fill:
        """One true sentence (without its full stop) that says why the condition holds, does not, or is open."""
        value_of = self.wording.reads.of(expr)
        by_truth = {truth: cache(partial(self.said, expr, bound, truth, depth)) for truth in (True, False, None)}

        def fill(view: View, bound: Bindings) -> str:
            value = value_of(view, bound)
            return filled(by_truth[value if isinstance(value, bool) else None](), view, bound)

        return fill

    def said(self, expr: Expr, bound: Bindings, truth: bool | None, depth: int) -> Text:
        """That a condition holds (True), does not (False) or is open (None), whatever its own value is.

        Where it reads something confidential, nothing of it is told: a rule's result may be told and its condition not.
        """
        if self.wording.names.is_private(expr):
            return self.words.confidential_open if truth is None else self.words.confidential_decides
        match expr:
            case core.And() | core.Or():
                return self._junction(expr, bound, truth, depth)
            case core.Not():
                return self.said(expr.inner, bound, None if truth is None else not truth, depth)
            case core.Param():
                return self.said(expr.inner, bound, truth, depth)
            case core.Compare():
                return Comparisons(self.wording).said(expr, bound, truth)
            case core.In():
                return Comparisons(self.wording).among(expr, bound, truth)
            case core.IsNone():
                return Comparisons(self.wording).is_none(expr.inner, bound, truth)
            case core.If():
                return self._if(expr, bound, truth, depth)
            case core.Agg():
                return self._over_items(expr, bound, truth, depth)
            case core.Ref():
                inner = self.wording.within(expr, bound)
                definition = self.wording.definitions[expr.name]
                return at(self._defined(definition, inner, truth, depth), self.wording.rebinding(expr))
            case core.Fact():
                return self._fact(expr, bound, truth)
            case core.Const():
                return self.words.always if expr.value else self.words.never
            case _:
                return put(lambda named: self.words.holds(named, truth), self.wording.formula(expr, bound))

    # Facts

    def _fact(self, fact: core.Fact, bound: Bindings, truth: bool | None) -> Text:
        """A yes-or-no fact as recorded; a finding as somebody made it, or nobody did."""
        name = self.wording.name(fact, bound)
        if not self.wording.field(fact, bound).finding:
            return self.words.recorded(name, truth)
        made, assumed = (self.words.found(name, truth, made=made) for made in (True, False))
        return lambda view, bound: assumed if view.fact_as_given(fact, bound) is None else made

    def _finding(self, finding: str, name: str, bound: Bindings, truth: bool | None) -> Fill:
        """A finding that counts for a time: as made, lapsed, without its day, or not made."""
        owner = self.wording.findings[finding].owner
        var = next(var for var, item in bound.items() if item.owner == owner)
        made, assumed = (self.words.found(name, truth, made=made) for made in (True, False))
        if truth is None:
            day = self.wording.name(core.Fact(var, f"findings.{finding}.on", core.DATE), bound)
            made = self.words.recorded(day, None)

        def fill(view: View, bound: Bindings) -> str:
            lapsed = view.lapsed_on(f"finding.{finding}", bound[var])
            if lapsed is not None:
                return self.words.lapsed(name, date_text(lapsed, self.wording.lang), truth)
            return made if view.is_made(finding, bound[var]) else assumed

        return fill

    # Several conditions

    def _junction(self, expr: core.And | core.Or, bound: Bindings, truth: bool | None, depth: int) -> Fill:
        """Only the parts that decide: what fails of an `and`, what holds of an `or`, what is open."""
        parts, words = self._parts(expr, bound, truth, depth), self.words
        return lambda view, bound: words.joined(list(dict.fromkeys(filter(None, parts(view, bound)))))

    def _parts(self, expr: core.And | core.Or, scope: Bindings, truth: bool | None, depth: int) -> Several:
        values = list(enumerate(self.wording.reads.of(item) for item in expr.items))
        made: dict[tuple[int, ...], list[Text | Several]] = {}

        def fill(view: View, bound: Bindings) -> list[str]:
            deciding = tuple([place for place, value in values if value(view, bound) is truth])
            if deciding not in made:
                if len(made) >= _MOST_KEPT:
                    made.clear()
                items = [expr.items[place] for place in deciding]
                made[deciding] = self._deciding(expr, items, scope, truth, depth)
            found: list[str] = []
            for part in made[deciding]:
                if isinstance(part, str):
                    found.append(part)
                else:
                    told = part(view, bound)
                    found += [told] if isinstance(told, str) else told
            return found

        return fill

    def _deciding(
        self, expr: core.And | core.Or, items: Sequence[Expr], bound: Bindings, truth: bool | None, depth: int
    ) -> list[Text | Several]:
        """What is told of several conditions by those that decide."""
        if truth is False and isinstance(expr, core.Or) and len(items) > 2 and all(map(self._is_plain_name, items)):
            named = [self._with_comparison(item, bound) for item in items]
            return [put(lambda *names: self.words.none_of_these(names), *named)]
        telling = [item for item in items if not (self._is_membership(item) or self._is_constant(item))]
        return [self._part(item, bound, truth, depth) for item in telling or items]

    def _part(self, item: Expr, bound: Bindings, truth: bool | None, depth: int) -> Text | Several:
        """What one of several conditions comes to: a sentence, or those of the conditions behind it."""
        inner, scope, rebind = self.wording.reached(item, bound)
        if isinstance(inner, core.And | core.Or) and not self.wording.names.is_private(inner):
            parts = self._parts(inner, scope, truth, depth)
            return parts if rebind is None else lambda view, bound: parts(view, rebind(bound))
        return self.said(item, bound, truth, depth)

    def _with_comparison(self, expr: Expr, bound: Bindings) -> Text:
        """The name of a condition that does not hold, with the amounts that stand against it."""
        name = self.wording.name(expr, bound)
        inner, scope, rebind = self.wording.inside(expr, bound)
        parts = inner.items if isinstance(inner, core.And) else (inner,)
        short = [part for part in parts if isinstance(part, core.Compare) and part.left.type.unit.currency]
        told = [
            (self.wording.reads.of(part), self.said(part, scope, False, 0))
            for part in short
            if not self.wording.names.is_private(part)
        ]
        if not told:
            return name

        def fill(view: View, bound: Bindings) -> str:
            said = [filled(text, view, bound) for value, text in told if value(view, bound) is False]
            return self.words.with_reason(name, self.words.joined(said)) if said else name

        return at(fill, rebind)

    def _is_plain_name(self, expr: Expr) -> bool:
        if not isinstance(expr, core.Ref) or self.wording.names.is_private(expr):
            return False
        definition = self.wording.definitions[expr.name]
        return not definition.hidden and definition.says is None

    def _is_membership(self, expr: Expr) -> bool:
        return isinstance(expr, core.Ref) and self.wording.definitions[expr.name].membership

    def _is_constant(self, expr: Expr) -> bool:
        """Whether it always comes to the same, such as that a rule without a condition applies."""
        while True:
            match expr:
                case core.Not():
                    expr = expr.inner
                case core.Ref() if self.wording.is_opened(expr):
                    expr = self.wording.definitions[expr.name].expr
                case _:
                    return isinstance(expr, core.Const)

    def _if(self, expr: core.If, bound: Bindings, truth: bool | None, depth: int) -> Fill:
        condition = self.wording.reads.of(expr.condition)
        then, other = (cache(partial(self.said, part, bound, truth, depth)) for part in (expr.then, expr.other))
        open_ = cache(partial(self.said, expr.condition, bound, None, depth))

        def fill(view: View, bound: Bindings) -> str:
            holds = condition(view, bound)
            return filled((open_ if holds is None else then if holds else other)(), view, bound)

        return fill

    # Lists

    def _over_items(self, expr: core.Agg, bound: Bindings, truth: bool | None, depth: int) -> Fill:
        path, source, var, some = list_of(expr), expr.source.var, expr.var, expr.function == "any"
        inner = {**bound, var: Item(path)}
        named = self.wording.list_name(path)
        where, body = expr.where or core.TRUE, expr.body or core.TRUE
        test = core.conjunction(where, body) if some else core.disjunction(core.negation(where), body)
        holds = self.wording.reads.of(test)
        said = self.statement(test if some or truth is None else body, inner, depth - 1)
        asked = self.wording.formula(expr.body or expr.where or core.TRUE, inner)

        def fill(view: View, bound: Bindings) -> str:
            items = view.items(path, bound[source])
            if items is None:
                return self.words.list_unknown(named)
            deciding: list[str] = []
            count = 0
            for item in items:
                inner = {**bound, var: item}
                count += 1
                if (truth is None or truth is some) and holds(view, inner) is truth:
                    deciding.append(self.words.about(self.wording.item_name(item, view), said(view, inner)))
            if deciding:
                return self.words.joined(deciding)
            none = self.words.none_of if some else self.words.each_of
            return none(named, filled(asked, view, bound), count)

        return fill

    def _items_that_hold(self, expr: Expr, bound: Bindings) -> Several | None:
        """The items on which "there is one" rests, by name; members are named elsewhere."""
        if self.wording.names.is_private(expr):
            return None
        found: Several | None = None
        if isinstance(expr, core.Ref):
            found = self._items_behind(expr, bound)
        elif isinstance(expr, core.Or | core.And):
            parts = [part for item in expr.items if (part := self._items_that_hold(item, bound)) is not None]
            if parts:
                found = lambda view, bound: list(  # noqa: E731
                    dict.fromkeys(name for part in parts for name in part(view, bound))
                )
        elif isinstance(expr, core.Agg) and expr.function == "any" and list_of(expr) != ("members",):
            found = self._items_of_list(expr)
        if found is None:
            return None
        value_of, those = self.wording.reads.of(expr), found
        return lambda view, bound: those(view, bound) if value_of(view, bound) is True else []

    def _items_behind(self, expr: core.Ref, bound: Bindings) -> Several | None:
        definition, rebind = self.wording.definitions[expr.name], self.wording.rebinding(expr)
        behind = self._items_that_hold(definition.expr, self.wording.within(expr, bound))
        return None if behind is None else lambda view, bound: behind(view, rebind(bound))

    def _items_of_list(self, expr: core.Agg) -> Several:
        path, source, var = list_of(expr), expr.source.var, expr.var
        holds = self.wording.reads.of(core.conjunction(expr.where or core.TRUE, expr.body or core.TRUE))

        def fill(view: View, bound: Bindings) -> list[str]:
            items = view.items(path, bound[source]) or ()
            return [self.wording.item_name(item, view) for item in items if holds(view, {**bound, var: item}) is True]

        return fill

    # Named conditions

    def _defined(self, definition: core.Definition, bound: Bindings, truth: bool | None, depth: int) -> Text:
        """What a definition says, the same wherever it is read."""
        key = definition.name, truth, depth
        return self.wording.kept(key, definition, lambda: self._definition(definition, bound, truth, depth))

    def _definition(self, definition: core.Definition, bound: Bindings, truth: bool | None, depth: int) -> Text:
        if truth is not None and definition.says is not None:
            return self._own_sentence(definition, bound, truth)
        if definition.hidden or definition.parameter or definition.name in self.wording.names.steps:
            return self.said(definition.expr, bound, truth, depth)  # a step of a rule has the name of the rule
        if self._is_result(definition.name):
            programme, _, result = definition.name.rpartition(".")
            label = self.wording.programmes[programme].label.text(self.wording.lang)
            said = self.words.result_said(label, result, truth)
            if said is not None:
                return said
        return self._named_condition(definition, bound, truth, depth)

    def _own_sentence(self, definition: core.Definition, bound: Bindings, truth: bool) -> Text:
        """What the rules say where a definition holds, or does not; with the items on which that rests."""
        assert definition.says is not None
        sentence = definition.says[0 if truth else 1].text(self.wording.lang)
        names_of = self._items_that_hold(definition.expr, bound) if truth else None
        if names_of is None:
            return sentence

        def fill(view: View, bound: Bindings) -> str:
            names = names_of(view, bound)
            return self.words.with_reason(sentence, self.words.joined(names)) if names else sentence

        return fill

    def _named_condition(self, definition: core.Definition, bound: Bindings, truth: bool | None, depth: int) -> Text:
        """A named condition, with what it rests on where that is short."""
        name, words = definition.label.text(self.wording.lang), self.words
        if isinstance(definition.expr, core.Fact):
            fact = self.said(definition.expr, bound, truth, depth)
            if truth is None or name == self.wording.name(definition.expr, bound):
                return fact
            return put(words.with_reason, words.holds(name, truth), fact)
        if definition.name.startswith("finding."):
            return self._finding(definition.name.removeprefix("finding."), name, bound, truth)
        inner, scope, rebind = self.wording.inside(definition.expr, bound)
        if truth is None and isinstance(inner, core.Fact) and not self.wording.names.is_private(definition.expr):
            return at(self._fact(inner, scope, None), rebind)  # what is to be recorded says more than what awaits it
        if definition.membership:
            said = words.belongs(name, truth, person=definition.owner == ("members",))
        elif truth is not None and definition.name in self.wording.names.required:
            said = words.required(name, truth)
        else:
            said = words.holds(name, truth)
        if depth <= 0 or self.wording.names.is_private_value(definition.name):
            return said
        why = self._reason(definition.expr, bound, truth, depth - 1)
        return said if why is None else put(lambda why: said if why == said else words.with_reason(said, why), why)

    def _reason(self, expr: Expr, bound: Bindings, truth: bool | None, depth: int) -> Text | None:
        """What a named condition rests on, where that is short and may be told; another name for it is passed over."""
        if self.wording.names.is_private(expr):
            return None
        if isinstance(expr, core.Ref) and not self._is_result(expr.name):
            definition, inner = self.wording.definitions[expr.name], self.wording.within(expr, bound)
            if truth is not None and definition.says is not None:
                why: Text | None = self._own_sentence(definition, inner, truth)
            else:
                why = self._reason(definition.expr, inner, truth, depth)
            return None if why is None else at(why, self.wording.rebinding(expr))
        compared = isinstance(expr, core.And) and all(isinstance(item, core.Compare) for item in expr.items)
        short = compared or isinstance(expr, core.Compare | core.In | core.Agg | core.Ref | core.Fact)
        return self.said(expr, bound, truth, depth) if short or truth is None else None

    def _is_result(self, name: str) -> bool:
        programme, _, result = name.rpartition(".")
        return programme in self.wording.programmes and result in RESULTS
