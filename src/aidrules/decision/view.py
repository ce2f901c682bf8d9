"""What a finished run knows, read back: the value of any core expression for an item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NoReturn, cast

from aidrules.decision.gaps import Gap, Gaps
from aidrules.decision.names import HOUSEHOLD, Bindings, Index, Item, names_of
from aidrules.decision.shown import Shown, as_shown
from aidrules.decision.values import values_of
from aidrules.engine.findings import lapsed_on
from aidrules.engine.run import NOTHING
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.engine import Compiled, Run
    from aidrules.facts.schema import Field


class _NoRun:
    def __getattr__(self, name: str) -> NoReturn:
        raise TypeError("there is no run to read values from")


_NO_RUN = _NoRun()


class View:
    """Reads a run for display. Nothing here decides anything: all settled values come from the run.

    Without a run it only names things: formulas by names can be written for a pack alone.

    Attributes:
        run: the run that is read.
    """

    def __init__(self, compiled: Compiled, run: Run | None = None) -> None:
        self.run: Run = cast("Run", _NO_RUN) if run is None else run
        self.compiled = compiled
        self.names = names_of(compiled)
        self._gaps = Gaps(self)
        self.reads = values_of(compiled)
        self._values: dict[tuple[str, Index], Shown] = {}
        self._items: dict[tuple[tuple[str, ...], Index], list[Item] | None] = {}

    # Items and their names

    def object_of(self, item: Item) -> Any:
        """The item itself, or None where a list on the way is unknown."""
        found: Any = self.run.household
        for name, place in zip(item.owner, item.index, strict=True):
            items = getattr(found, name)
            if items is None:
                return None
            found = items[place]
        return found

    def items(self, owner: tuple[str, ...], under: Item = HOUSEHOLD) -> Iterator[Item] | None:
        """The items of a list, under a given item of its owner; None where the list is unknown."""
        key = owner, under.index
        if key not in self._items:
            self._items[key] = self._items_under(owner, under)
        found = self._items[key]
        return None if found is None else iter(found)

    def _items_under(self, owner: tuple[str, ...], under: Item) -> list[Item] | None:
        parents: list[Item] = [under]
        for depth in range(len(under.owner), len(owner)):
            step = owner[: depth + 1]
            below: list[Item] = []
            for parent in parents:
                found = getattr(self.object_of(parent), owner[depth])
                if found is None:
                    return None
                below.extend(Item(step, (*parent.index, place)) for place in range(len(found)))
            parents = below
        return parents

    def member_id(self, item: Item) -> str | None:
        """The id of the member that an item is, or hangs on."""
        if item.owner[:1] != ("members",):
            return None
        return self._member_ids[item.index[0]]

    @cached_property
    def _member_ids(self) -> tuple[str, ...]:
        ids: tuple[str, ...] = self.run.household.member_ids
        return ids

    def key(self, item: Item) -> str:
        """How an item is written after a name: `m1`, `m1.episodes[0]`, `expenses[1]`; empty for the household."""
        steps = zip(item.owner, item.index, strict=True)
        return ".".join(
            [self.member_id(item) or "" if name == "members" else f"{name}[{place}]" for name, place in steps]
        )

    def path(self, item: Item, field: str = "") -> str:
        """Where an item or a field of it stands in the household: `members[0].disability.grade`."""
        steps = [f"{name}[{place}]" for name, place in zip(item.owner, item.index, strict=True)]
        return ".".join([*steps, field] if field else steps)

    # Values

    def field(self, fact: core.Fact, bound: Bindings) -> Field:
        """The schema of a fact."""
        return self.names.subject(bound[fact.var].owner).fields[fact.path]

    def fact_as_given(self, fact: core.Fact, bound: Bindings) -> Shown:
        """The recorded value of a fact; None where nobody recorded it."""
        found = self.object_of(bound[fact.var])
        for name in fact.path.split("."):
            if found is None:
                return None
            found = getattr(found, name)
        if found is not None and self.field(fact, bound).finding:
            found = found.value
        return as_shown(found, fact.type)

    def is_made(self, finding: str, item: Item) -> bool:
        """Whether somebody recorded a finding, lapsed or not."""
        findings = getattr(self.object_of(item), "findings", None)
        return getattr(findings, finding, None) is not None

    def lapsed_on(self, name: str, item: Item) -> date | None:
        """The first day on which a finding (`finding.x`) no longer counted; None for whatever has not lapsed."""
        finding = self.compiled.findings.get(name.removeprefix("finding."))
        if finding is None or not name.startswith("finding."):
            return None
        return lapsed_on(self.run, finding, item.index[: len(finding.owner)])

    def definition(self, name: str, item: Item) -> Shown:
        """The value that the run kept for a definition."""
        kind, depth = self.names.kinds[name]
        index = item.index[:depth]
        low, high = self.run.raw(name, index)
        if kind.name != "number":
            case: Shown = low
            return case
        if low == 0 == high:
            return NOTHING  # whatever it is divided by
        asked = name, index
        if asked not in self._values:
            self._values[asked] = as_shown(self.run.value(name, *index), kind)
        return self._values[asked]

    def formula_with(self, name: str, changed: Mapping[str, Expr]) -> Expr:
        """The formula of a definition if other definitions of the same rule had another value."""
        return self._with(self.compiled.definitions[name].expr, changed)

    def value_with(self, name: str, item: Item, changed: Mapping[str, Expr]) -> Shown:
        """What a definition would be for an item if other definitions of the same rule had another value."""
        return self.value(self.formula_with(name, changed), self.names.bindings(item))

    def _with(self, expr: Expr, changed: Mapping[str, Expr]) -> Expr:
        if isinstance(expr, core.Ref):
            if expr.name in changed:
                return changed[expr.name]
            definition = self.compiled.definitions[expr.name]
            return self._with(definition.expr, changed) if definition.hidden else expr
        return core.rebuild(expr, lambda inner: self._with(inner, changed))

    def value(self, expr: Expr, bound: Bindings) -> Shown:
        """The value of any expression, from facts and from what the run kept."""
        return self.reads.of(expr)(self, bound)

    def chosen(self, expr: core.Agg, bound: Bindings) -> list[dict[str, Item]] | None:
        """The items that an aggregate runs over, as bindings; None where it is not known which."""
        return self.reads.chosen(expr)(self, bound)

    def gaps_of(self, name: str, item: Item) -> dict[str, Gap]:
        """The inputs whose absence leaves a definition open for an item, by key."""
        return self._gaps.of(name, item)

    def gaps_under(self, expr: Expr, bound: Bindings) -> dict[str, Gap]:
        """The inputs whose absence leaves an expression open, by key."""
        return self._gaps.under(expr, bound)
