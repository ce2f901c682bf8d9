"""What a sum or a count leaves out: the items that a rule says are not counted, with what they come to and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.decision.letter import Line
from aidrules.decision.names import Bindings, Item, list_of
from aidrules.engine.results import is_result
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.decision.behind import Behind


_COMPOSED = core.Ref | core.And | core.Or | core.Not


@dataclass(frozen=True)
class LeftOut:
    """Tells of the items of one run that `if not ...` keeps out of a sum, be it a sum of the members' sums.

    Of a count it tells the members whom the list of a programme's members keeps out.
    """

    behind: Behind

    def lines(self, expr: Expr, bound: Bindings) -> Iterator[Line]:
        """A line for each item that is left out of a value and is not nothing, once in a letter."""
        if self.behind.view.names.is_private(expr):
            return
        for part in core.walk(expr):
            if isinstance(part, core.Agg) and part.function == "sum" and part.body is not None:
                yield from self._of_sum(part, part.body, bound)
            elif isinstance(part, core.Agg) and part.function == "count" and isinstance(part.where, core.Ref):
                yield from self._of_count(part, part.where, bound)
            elif isinstance(part, core.Ref) and (definition := self.behind.view.compiled.definitions[part.name]).hidden:
                owner = Item(definition.owner, bound[part.var].index[: len(definition.owner)])
                yield from self.lines(definition.expr, self.behind.view.names.bindings(owner))

    def _of_count(self, expr: core.Agg, where: core.Ref, bound: Bindings) -> Iterator[Line]:
        """The members who are not counted, by the list of the members that a programme is for."""
        view, shown = self.behind.view, self.behind.shown
        programmes = view.compiled.pack.programmes.values()
        if where.name not in {f"{programme.model.members}.counts" for programme in programmes}:
            return
        for item in view.items(list_of(expr), bound[expr.source.var]) or ():
            inner, told = {**bound, expr.var: item}, f"not counted {item}"
            if told not in shown.figures and view.value(where, inner) is False:
                shown.figures.add(told)
                why = dict.fromkeys(self._against(where, inner, False))
                yield Line(self.behind.words.left_out(self.behind.phrases.item_name(item), None, [*why]))

    def _against(self, condition: Expr, bound: Bindings, truth: bool) -> Iterator[str]:
        """Why a condition holds, or does not, down to the cases that it names."""
        view = self.behind.view
        match condition:
            case core.Not():
                yield from self._against(condition.inner, bound, not truth)
            case core.And() | core.Or() if truth is isinstance(condition, core.Or):
                for part in condition.items:
                    if view.value(part, bound) is truth:
                        yield from self._against(part, bound, truth)
            case core.Ref(name=name) if truth and view.compiled.parts.get(name):
                yield from self._why(condition, bound)
            case core.Ref(name=name) if self._is_composed(name):
                definition = view.compiled.definitions[name]
                owner = Item(definition.owner, bound[condition.var].index[: len(definition.owner)])
                yield from self._against(definition.expr, view.names.bindings(owner), truth)
            case _:
                yield self.behind.phrases.statement(condition, bound)

    def _is_composed(self, name: str) -> bool:
        """Whether a condition says who is on a list or is put together from others, and is no result of a programme."""
        compiled = self.behind.view.compiled
        composed = name.endswith(".counts") or isinstance(compiled.definitions[name].expr, _COMPOSED)
        return composed and not is_result(compiled.programmes, name)

    def _of_sum(self, expr: core.Agg, body: Expr, bound: Bindings) -> Iterator[Line]:
        view = self.behind.view
        for item in view.items(list_of(expr), bound[expr.source.var]) or ():
            inner = {**bound, expr.var: item}
            holds = True if expr.where is None else view.value(expr.where, inner)
            if holds is True and isinstance(body, core.Ref):
                definition = view.compiled.definitions[body.name]
                owner = Item(definition.owner, inner[body.var].index[: len(definition.owner)])
                yield from self.lines(definition.expr, view.names.bindings(owner))
            elif holds is False and expr.where is not None:
                yield from self._line(expr.where, body, inner, item)

    def _line(self, where: Expr, body: Expr, bound: Bindings, item: Item) -> Iterator[Line]:
        """An item that fails nothing but what is not to be counted."""
        view, shown = self.behind.view, self.behind.shown
        parts = where.items if isinstance(where, core.And) else (where,)
        failing = [part for part in parts if view.value(part, bound) is not True]
        amount, told = view.value(body, bound), f"left out {item}"
        if told in shown.figures or not isinstance(amount, Fraction) or amount == 0:
            return
        barred = [part.inner for part in failing if isinstance(part, core.Not) and isinstance(part.inner, core.Ref)]
        if len(barred) < len(failing):
            return
        shown.figures.add(told)
        named, said = self.behind.phrases.item_name(item), self.behind.phrases.quantity(amount, body.type)
        why = [name for part in barred for name in self._why(part, bound)]
        stated = [view.compiled.stated[part.name].cite for part in barred if part.name in view.compiled.stated]
        cited = [citation for cites in stated for citation in cites]
        yield Line(self.behind.words.left_out(named, said, why), self.behind.clauses(cited))

    def _why(self, condition: core.Ref, bound: Bindings) -> list[str]:
        """The cases of a condition that hold; its own name where it has none."""
        compiled = self.behind.view.compiled
        parts = compiled.parts.get(condition.name, ())
        held = [part for part in parts if self.behind.view.definition(part.definition, bound[condition.var]) is True]
        labels = [part.label for part in held] or [self.behind.view.names.definition(condition.name)]
        return [label.text(self.behind.lang) for label in labels]
