"""Expenses that a family claims and of which nothing is deducted: what was claimed, and why nothing is allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.decision.letter import Line
from aidrules.decision.names import Item, list_of
from aidrules.language import core

if TYPE_CHECKING:
    from aidrules.decision.behind import Behind
    from aidrules.engine.compiled import Rule

CLAIMED = "claimed"
"""The field of an expense that says what the family claims."""


@dataclass(frozen=True)
class Claims:
    """Tells of the expenses of one run that no deduction of a programme takes into account."""

    behind: Behind

    def nothing_allowed(self, rule: Rule, item: Item) -> Iterator[Line]:
        """A claim of which nothing is allowed by this rule nor by another of its programme; nothing for others."""
        view = self.behind.view
        claimed = self._claimed(rule, item)
        if claimed is None:
            return
        siblings = [r for r in view.compiled.rules.values() if r.kind == "deduction" and r.programme == rule.programme]
        each = [one for one in siblings if one.owner == item.owner]
        if any(view.definition(one.roles["amount"], item) != 0 for one in each):
            return
        reasons = [self._reckoned(one, item) for one in each if self.behind.tracer.held(one, item) is True]
        for one in siblings:
            if one.owner != item.owner and (part := self._summed(one, item)) is not None:
                if view.value(part, self._scope(part, item)) != 0 and view.definition(one.roles["amount"], Item()) != 0:
                    return
                reasons.append(self._share_of(one, part, item))
        said = reasons or self._outside(each, item)
        text = self.behind.words.nothing_allowed(self.behind.phrases.item_name(item), claimed, said)
        yield Line(text, self.behind.clauses(rule.cite), "bad")

    def _claimed(self, rule: Rule, item: Item) -> str | None:
        """What is claimed for an item, if anything is, and if it may be told."""
        view = self.behind.view
        expr = view.compiled.definitions[rule.roles["claimed"]].expr
        facts = (part for part in core.walk(expr) if isinstance(part, core.Fact) and part.path == CLAIMED)
        fact = next(facts, None)
        if fact is None or view.names.is_private(expr) or not item.owner:
            return None
        value = view.fact_as_given(fact, view.names.bindings(item))
        return self.behind.phrases.quantity(value, fact.type) if isinstance(value, Fraction) and value > 0 else None

    def _summed(self, rule: Rule, item: Item) -> core.Expr | None:
        """What a deduction that adds up items counts of this one; None where it does not count it."""
        view = self.behind.view
        for part in core.walk(view.compiled.definitions[rule.roles["claimed"]].expr):
            if isinstance(part, core.Agg) and part.body is not None and list_of(part) == item.owner:
                chosen = view.chosen(part, view.names.bindings(Item())) if not part.source.owner else None
                if any(inner[part.var] == item for inner in chosen or ()):
                    return part.body
        return None

    def _scope(self, part: core.Expr, item: Item) -> dict[str, Item]:
        """What the variables of a part of a sum stand for."""
        return {inner.var: item for inner in core.walk(part) if isinstance(inner, core.Fact | core.Ref)}

    def _reckoned(self, rule: Rule, item: Item) -> str:
        label = rule.label.text(self.behind.lang)
        return self.behind.words.reckoning(label, self.behind.reckoning(rule.roles["amount"], item), "")

    def _share_of(self, rule: Rule, part: core.Expr, item: Item) -> str:
        if isinstance(part, core.Ref) and self.behind.view.definition(part.name, item) == 0:
            label = self.behind.phrases.definition(part.name)
            return self.behind.words.reckoning(label, self.behind.reckoning(part.name, item), "")
        return self._reckoned(rule, Item())

    def _outside(self, rules: list[Rule], item: Item) -> list[str]:
        """Why no deduction is about an expense: what fails of those for its kind, or else of all that come near."""
        view = self.behind.view
        bound = view.names.bindings(item)
        failing: list[tuple[bool, int, str]] = []
        for rule in rules:
            expr, scope = self.behind.phrases.opened(view.compiled.definitions[rule.roles["condition"]].expr, bound)
            parts = expr.items if isinstance(expr, core.And) else (expr,)
            values = [view.value(part, scope) for part in parts]
            other_kind = not any(_asks_a_kind(part) and value for part, value in zip(parts, values, strict=True))
            label = rule.label.text(self.behind.lang)
            said = self.behind.phrases.words.about(label, self.behind.phrases.statement(expr, scope))
            failing.append((other_kind, values.count(False), said))
        nearest = min((key[:2] for key in failing), default=())
        return [said for *key, said in failing if tuple(key) == nearest]


def _asks_a_kind(expr: core.Expr) -> bool:
    """Whether a condition asks of what kind something is."""
    if isinstance(expr, core.In):
        return expr.item.type.name == "enum"
    return isinstance(expr, core.Compare) and expr.op == "==" and expr.left.type.name == "enum"
