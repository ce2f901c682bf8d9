"""Which missing inputs are asked for first: what is urgent, and who counts at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aidrules.decision.names import Bindings, Item
from aidrules.decision.shown import is_open
from aidrules.engine.results import RESULTS
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.decision.view import View

_URGENT = "case.urgent"


def urgent_programmes(view: View) -> frozenset[str]:
    """The programmes of which a rule asks whether the case is urgent, where it is; otherwise none."""
    case = getattr(view.run.household, "case", None)
    if case is None or case.urgent is not True:
        return frozenset()
    found: set[str] = set()
    for name, definition in view.compiled.definitions.items():
        rule = view.compiled.rules.get(".".join(name.split(".")[:2]))
        parts = core.walk(definition.expr) if rule is not None else ()
        if rule is not None and any(isinstance(part, core.Fact) and part.path == _URGENT for part in parts):
            found.add(rule.programme)
    return frozenset(found)


def deciding_who_counts(view: View) -> frozenset[str]:
    """The missing inputs by which persons are on a list of the pack or not, whatever programmes come to for them."""
    found: set[str] = set()
    for name, definition in view.compiled.definitions.items():
        if name.endswith(".counts") and definition.owner == ("members",):
            for item in view.items(definition.owner) or ():
                found |= _deciding(view, definition.expr, view.names.bindings(item))
    return frozenset(found)


def _deciding(view: View, expr: Expr, bound: Bindings) -> set[str]:
    if not is_open(view.value(expr, bound)):
        return set()
    if isinstance(expr, core.Ref):
        programme, _, result = expr.name.rpartition(".")
        if programme in view.compiled.programmes and result in RESULTS:
            return set()
        definition = view.compiled.definitions[expr.name]
        here = Item(definition.owner, bound[expr.var].index[: len(definition.owner)])
        return _deciding(view, definition.expr, view.names.bindings(here))
    if isinstance(expr, core.And | core.Or | core.Not):
        return {key for part in core.children(expr) for key in _deciding(view, part, bound)}
    return {*view.gaps_under(expr, bound)}
