"""Which missing inputs wait for another: whether they are needed at all is for the answer to that one to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from aidrules.decision.names import Bindings, Index, Item, list_of
from aidrules.decision.shown import is_open
from aidrules.engine.results import RESULTS
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.decision.view import View

Uses = frozenset[frozenset[str]]
"""Where an input is read: for each place, the inputs of which one alone may make it needless there."""

Guards = Mapping[str, Uses]

_FREE: Uses = frozenset({frozenset[str]()})
_MOST = 32
"""More places than this are not told apart."""


class Waiting:
    """Reads guards off the open expressions of one run.

    In `a and b`, in `a or b`, and in `b if a else c`, an input that is all that is missing of one part guards what is
    missing of the others. The conditions of a programme guard nothing: they are looked into together.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._found: dict[tuple[str, Index], Guards] = {}

    def of(self, name: str, item: Item) -> Guards:
        """The guards of what leaves a definition open for an item."""
        definition = self._view.compiled.definitions[name]
        here = Item(definition.owner, item.index[: len(definition.owner)])
        if (name, here.index) not in self._found:
            self._found[name, here.index] = {}  # a definition that leads back to itself adds nothing
            if is_open(self._view.definition(name, here)):
                apart = name.rpartition(".")[2] in RESULTS
                found = self._under(definition.expr, self._view.names.bindings(here), apart=apart)
                self._found[name, here.index] = found
        return self._found[name, here.index]

    def _under(self, expr: Expr, bound: Bindings, *, apart: bool = False) -> Guards:
        """The guards of what leaves an expression open; between parts that stand apart there are none."""
        if isinstance(expr, core.Ref):
            return self.of(expr.name, bound[expr.var])
        if not is_open(self._view.value(expr, bound)):
            return {}
        if isinstance(expr, core.Agg):
            return self._of_items(expr, bound)
        if not core.children(expr):
            return dict.fromkeys(self._view.gaps_under(expr, bound), _FREE)
        if isinstance(expr, core.If):
            holds = self._view.value(expr.condition, bound)
            if isinstance(holds, bool):
                return self._under(expr.then if holds else expr.other, bound, apart=apart)
            condition, *branches = (self._under(part, bound) for part in core.children(expr))
            found = together(branches)
            return together([condition, found if apart else _behind(condition, found)])
        parts = [self._under(part, bound) for part in core.children(expr)]
        if apart or not isinstance(expr, core.And | core.Or):
            return together(parts)
        return together(_guarded(parts))

    def _of_items(self, expr: core.Agg, bound: Bindings) -> Guards:
        items = self._view.items(list_of(expr), bound[expr.source.var])
        if items is None:
            unlisted, *beside = self._view.gaps_under(expr, bound)
            return {unlisted: _FREE, **dict.fromkeys(beside, frozenset({frozenset({unlisted})}))}
        asked = self._view.gaps_under(expr, bound)
        found: list[Guards] = []
        for item in items:
            inner = {**bound, expr.var: item}
            parts = [self._under(part, inner) for part in (expr.where, expr.body) if part is not None]
            found.extend(_guarded(parts))
        return {key: guards for key, guards in together(found).items() if key in asked}


def together(found: Iterable[Guards]) -> Guards:
    """All places where inputs are read, without those that others of fewer guards say already."""
    merged: dict[str, Uses] = {}
    for guards in found:
        for key, uses in guards.items():
            merged[key] = _least(merged[key] | uses) if key in merged else uses
    return merged


def _least(uses: Uses) -> Uses:
    least = frozenset(one for one in uses if not any(other < one for other in uses))
    return least if len(least) <= _MOST else frozenset({frozenset.intersection(*least)})


def waits(found: Guards) -> frozenset[str]:
    """The inputs that wait: wherever they are read, for one that does not wait for them in turn.

    Of inputs that would only wait for one another in a round, the first is asked for.
    """

    def goes_first(by: str, key: str) -> bool:
        return by not in found or not all(key in use for use in found[by])

    waiting = [key for key, uses in found.items() if all(any(goes_first(by, key) for by in use) for use in uses)]
    held = frozenset(waiting)
    while waiting:
        among = frozenset(waiting)
        after = [key for key in waiting if any(use <= among for use in found[key])]
        if len(after) == len(waiting):
            held -= {waiting[0]}
            after = waiting[1:]
        waiting = after
    return held


def _behind(first: Guards, found: Guards) -> Guards:
    """What is behind a part: guarded by its input where only one is missing."""
    if len(first) != 1:
        return found
    sole = frozenset(first)
    return {key: frozenset(use | (sole - {key}) for use in uses) for key, uses in found.items()}


def _guarded(parts: list[Guards]) -> list[Guards]:
    """Parts side by side, each behind all the others."""
    behind = list(parts)
    for place, first in enumerate(parts):
        behind = [found if at == place else _behind(first, found) for at, found in enumerate(behind)]
    return behind
