"""Findings as somebody recorded them: those on which a value rests, with who made each, on what day and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from aidrules.decision.names import PAYING, Bindings, Item, list_of
from aidrules.engine.results import RESULTS
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.decision.view import View


@dataclass(frozen=True, slots=True)
class Recorded:
    """A finding that counts, as somebody recorded it.

    Attributes:
        fact: the finding.
        item: the household or the member that it is about.
    """

    fact: core.Fact
    item: Item
    by: str | None
    on: date | None
    reason: str | None


Found = Mapping[tuple[str, Item], Recorded]


@dataclass(frozen=True)
class Records:
    """Finds the findings of one run on which a value rests; what another rule decides is told with that rule."""

    view: View
    _known: dict[tuple[str, Item], Found] = field(default_factory=dict)

    def under(self, name: str, item: Item) -> Found:
        """The findings on which a definition rests for an item, by name and whom they are about."""
        definition = self.view.compiled.definitions[name]
        here = Item(definition.owner, item.index[: len(definition.owner)])
        if (name, here) not in self._known:
            self._known[name, here] = {}  # a definition that leads back to itself adds nothing
            if self._reads_findings(name) and not self.view.names.is_private_value(name):
                self._known[name, here] = dict(self._relied_on(definition.expr, self.view.names.bindings(here)))
        return self._known[name, here]

    def _reads_findings(self, name: str) -> bool:
        """Whether a definition can rest on a finding at all; the same for every run."""
        known = self.view.names.resting
        if name not in known:
            known[name] = False  # a definition that leads back to itself adds nothing
            known[name] = any(
                (isinstance(part, core.Fact) and _is_finding(part))
                or (isinstance(part, core.Ref) and not self._decided(part.name) and self._reads_findings(part.name))
                for part in core.walk(self.view.compiled.definitions[name].expr)
            )
        return known[name]

    def _decided(self, name: str) -> bool:
        """Whether this is what a programme or another rule comes to."""
        compiled = self.view.compiled
        programme, _, result = name.rpartition(".")
        rule = compiled.rules.get(name)
        kinds = {"eligibility", "exclusion", *PAYING}
        return (programme in compiled.programmes and result in RESULTS) or (rule is not None and rule.kind in kinds)

    def _relied_on(self, expr: Expr, bound: Bindings) -> Iterator[tuple[tuple[str, Item], Recorded]]:
        """The findings that an expression reads where they decide what it comes to."""
        match expr:
            case core.Fact():
                record = self._record(expr, bound[expr.var]) if _is_finding(expr) else None
                if record is not None:
                    yield (expr.path, record.item), record
            case core.Ref():
                if not self._decided(expr.name):
                    yield from self.under(expr.name, bound[expr.var]).items()
            case core.Agg():
                for item in self.view.items(list_of(expr), bound[expr.source.var]) or ():
                    inner = {**bound, expr.var: item}
                    for part in (expr.where, expr.body):
                        if part is not None and (expr.where is None or self.view.value(expr.where, inner) is not False):
                            yield from self._relied_on(part, inner)
            case _:
                for child in self._deciding(expr, bound):
                    yield from self._relied_on(child, bound)

    def _deciding(self, expr: Expr, bound: Bindings) -> tuple[Expr, ...]:
        """What of an expression decides its value: what fails of an `and`, the branch that is taken."""
        if isinstance(expr, core.And | core.Or):
            value = self.view.value(expr, bound)
            return tuple(item for item in expr.items if self.view.value(item, bound) is value)
        if isinstance(expr, core.If):
            condition = self.view.value(expr.condition, bound)
            if isinstance(condition, bool):
                return expr.condition, expr.then if condition else expr.other
        return tuple(core.children(expr))

    def _record(self, fact: core.Fact, item: Item) -> Recorded | None:
        """What was recorded beside a finding that counts; None where nothing was."""
        name = fact.path.removeprefix("findings.")
        record = getattr(getattr(self.view.object_of(item), "findings", None), name, None)
        if record is None or self.view.lapsed_on(f"finding.{name}", item) is not None:
            return None
        if record.by is None and record.on is None and record.reason is None:
            return None
        return Recorded(fact, item, record.by, record.on, record.reason)


def _is_finding(fact: core.Fact) -> bool:
    """Whether a fact is what was found; the day and the rest beside it are not."""
    return fact.path.startswith("findings.") and fact.path.count(".") == 1
