"""What is left of an expression where the facts are known as far as they are: two alike come to the same for a case."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from aidrules.decision.names import Bindings, Item
from aidrules.decision.shown import is_open
from aidrules.decision.view import View
from aidrules.language import core
from aidrules.language.core import Definition, Expr


@dataclass(frozen=True)
class Residues:
    """Residues of expressions in one run; `made` holds the definitions that some reading makes otherwise.

    Attributes:
        view: reads values, by the one reading or the other.
        opened: the definitions that are looked into, because the readings differ in them.
        made: the other form of some of them; empty for the reading that was taken.
    """

    view: View
    opened: frozenset[str]
    made: Mapping[str, Definition]

    def of(self, expr: Expr, bound: Bindings) -> Hashable:
        """What is left: a value, or the open parts and how they are put together."""
        value = self.view.value(expr, bound)
        if not is_open(value):
            return "value", value
        match expr:
            case core.And() | core.Or():
                left = [self.of(item, bound) for item in expr.items if is_open(self.view.value(item, bound))]
                return left[0] if len(left) == 1 else (type(expr).__name__, tuple(left))
            case core.If():
                condition = self.view.value(expr.condition, bound)
                if isinstance(condition, bool):
                    return self.of(expr.then if condition else expr.other, bound)
                return "if", *(self.of(part, bound) for part in (expr.condition, expr.then, expr.other))
            case core.Ref():
                return self._reference(expr, bound)
            case core.Fact():
                return "fact", bound[expr.var], expr.path
            case core.Agg() | core.Unknown() | core.Param():
                # What is made otherwise inside a list cannot be told apart here: then the two are not alike.
                differs = any(isinstance(part, core.Ref) and part.name in self.opened for part in core.walk(expr))
                return "whole", expr, tuple(bound.items()), differs and bool(self.made)
        parts = tuple(self.of(child, bound) for child in core.children(expr))
        return type(expr).__name__, *_how(expr), parts

    def _reference(self, expr: core.Ref, bound: Bindings) -> Hashable:
        definition = self.made.get(expr.name) or self.view.compiled.definitions.get(expr.name)
        if definition is None:  # what only the other reading reads was not worked out
            return "named", expr.name
        here = Item(definition.owner, bound[expr.var].index[: len(definition.owner)])
        if expr.name in self.opened:
            return self.of(definition.expr, self.view.names.bindings(here))
        return "named", expr.name, here


def _how(expr: Expr) -> tuple[Hashable, ...]:
    """How a node puts its parts together."""
    names = ("op", "function", "which", "to", "mode", "options")
    return tuple(getattr(expr, name) for name in names if hasattr(expr, name))
