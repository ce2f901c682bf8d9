"""Cases in words: by which conditions one run came to its case, and on which comparisons a condition rests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidrules.decision.conditions import Conditions
from aidrules.decision.names import Bindings, Item
from aidrules.decision.pieces import is_const
from aidrules.decision.view import View
from aidrules.decision.wording import filled
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.decision.phrases import Phrases


@dataclass(frozen=True)
class Cases:
    """Says in one language why one run came to its cases."""

    phrases: Phrases

    @property
    def view(self) -> View:
        """The run that is read."""
        return self.phrases.view

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
        expr, bound, _ = self.phrases.wording.inside(expr, bound)
        return expr, bound

    def _said(self, expr: Expr, bound: Bindings, truth: bool, depth: int) -> str:
        text = Conditions(self.phrases.wording).said(expr, bound, truth, depth)
        return filled(text, self.view, bound)

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
        return self.phrases.words.counted(self.phrases.formula(inner.left, scope), len(held), len(tests), held)

    def comparisons(self, name: str, item: Item, truth: bool = True) -> Iterator[tuple[str, Expr, Bindings]]:
        """The comparisons of amounts and dates on which a condition that holds rests, or one that does not."""
        definition = self.view.compiled.definitions[name]
        bound = self.view.names.bindings(Item(definition.owner, item.index[: len(definition.owner)]))
        return self._compared(definition.expr, bound, truth)

    def _compared(self, expr: Expr, bound: Bindings, truth: bool) -> Iterator[tuple[str, Expr, Bindings]]:
        """The comparisons among conditions that come to the same; all alternatives, where none of them holds.

        That something is nothing is left out: it only lets another comparison be made.
        """
        expr, bound = self._inside(expr, bound)
        if self.view.names.is_private(expr) or self.view.value(expr, bound) is not truth:
            return
        if isinstance(expr, core.And | core.Or):
            for part in expr.items:
                yield from self._compared(part, bound, truth)
        elif isinstance(expr, core.Compare) and not is_const(expr.right, 0) and _is_of_amounts_or_days(expr):
            yield self._said(expr, bound, truth, 1), expr, bound
        elif isinstance(expr, core.Compare) and expr.left.type.name == "enum":
            yield from self._by_cases(*self._inside(expr.left, bound))

    def _by_cases(self, expr: Expr, bound: Bindings) -> Iterator[tuple[str, Expr, Bindings]]:
        """The comparisons by which a choice of cases came to its case, and not to those before it."""
        while isinstance(expr, core.If):
            held = self.view.value(expr.condition, bound)
            if not isinstance(held, bool):
                return
            yield from self._compared(expr.condition, bound, held)
            expr = expr.then if held else expr.other


def _is_of_amounts_or_days(expr: core.Compare) -> bool:
    return expr.left.type.name == "date" or expr.left.type.unit.currency is not None


def _is_one(expr: Expr) -> bool:
    return isinstance(expr, core.Const) and expr.value == 1
