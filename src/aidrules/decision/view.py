"""What a finished run knows, read back: the value of any core expression for an item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from aidrules.decision.gaps import Gap, Gaps
from aidrules.decision.names import HOUSEHOLD, Bindings, Index, Item, list_of, names_of
from aidrules.decision.shown import Interval, Shown, as_shown, called, compare, longest_run
from aidrules.engine.findings import lapsed_on
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.engine import Compiled, Run
    from aidrules.facts.schema import Field


class View:
    """Reads a run for display. Nothing here decides anything: all settled values come from the run.

    Without a run it only names things: formulas by names can be written for a pack alone.
    """

    def __init__(self, compiled: Compiled, run: Run | None = None) -> None:
        self._run = run
        self.compiled = compiled
        self.names = names_of(compiled)
        self._gaps = Gaps(self)
        self._values: dict[tuple[str, Index], Shown] = {}
        self._items: dict[tuple[str, ...], tuple[Item, ...] | None] = {}

    @property
    def run(self) -> Run:
        """The run that is read."""
        if self._run is None:
            raise TypeError("there is no run to read values from")
        return self._run

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
        if under == HOUSEHOLD:
            if owner not in self._items:
                self._items[owner] = self._items_under(owner, under)
            found = self._items[owner]
        else:
            found = self._items_under(owner, under)
        return None if found is None else iter(found)

    def _items_under(self, owner: tuple[str, ...], under: Item) -> tuple[Item, ...] | None:
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
        return tuple(parents)

    def member_id(self, item: Item) -> str | None:
        """The id of the member that an item is, or hangs on."""
        if item.owner[:1] != ("members",):
            return None
        return str(self.run.household.members[item.index[0]].id)

    def key(self, item: Item) -> str:
        """How an item is written after a name: `m1`, `m1.episodes[0]`, `expenses[1]`; empty for the household."""
        parts: list[str] = []
        for depth, (name, place) in enumerate(zip(item.owner, item.index, strict=True)):
            whole = Item(item.owner[: depth + 1], item.index[: depth + 1])
            parts.append(self.member_id(whole) or "" if name == "members" else f"{name}[{place}]")
        return ".".join(parts)

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

    def fact(self, fact: core.Fact, bound: Bindings) -> Shown:
        """The value of a fact as rules see it; a finding that nobody made may count as something."""
        given = self.fact_as_given(fact, bound)
        made = given is not None or fact.absent is None or self.is_made(fact.path.split(".")[1], bound[fact.var])
        return given if made else fact.absent

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
        if kind.name != "number":
            case: Shown = self.run.raw(name, index)[0]
            return case
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
        match expr:
            # The commonest first: each is asked for in turn.
            case core.Ref():
                return self.definition(expr.name, bound[expr.var])
            case core.Fact():
                return self.fact(expr, bound)
            case core.Const():
                return expr.value
            case core.Unknown():
                return None
            case core.Today():
                day = self.run.on if expr.name == "on" else self.run.on.replace(day=1)
                return day.toordinal()
            case core.Position():
                return Fraction(bound[expr.var].index[-1])
            case core.Param():
                return self.value(expr.inner, bound)
            case core.And() | core.Or():
                return self._logic(expr, bound)
            case core.Not():
                inner = self.value(expr.inner, bound)
                return None if inner is None else not inner
            case core.If():
                return self._if(expr, bound)
            case core.Compare():
                return compare(expr.op, self.value(expr.left, bound), self.value(expr.right, bound))
            case core.In():
                found = self.value(expr.item, bound)
                return None if found is None else any(found == option.value for option in expr.options)
            case core.IsNone():
                found = self.value(expr.inner, bound)
                return None if found is None else found == core.NO_DATE
            case core.Agg():
                return self._aggregate(expr, bound)
            case core.Call():
                args = [self.value(arg, bound) for arg in expr.args]
                return None if None in args else called(expr, args)
            case _:
                return self._number(expr, bound)

    def _logic(self, expr: core.And | core.Or, bound: Bindings) -> bool | None:
        settles = isinstance(expr, core.Or)
        values = [self.value(item, bound) for item in expr.items]
        if settles in values:
            return settles
        return None if None in values else not settles

    def _if(self, expr: core.If, bound: Bindings) -> Shown:
        condition = self.value(expr.condition, bound)
        if condition is None:
            then, other = self.value(expr.then, bound), self.value(expr.other, bound)
            return then if then == other else None
        return self.value(expr.then if condition else expr.other, bound)

    def _number(self, expr: Expr, bound: Bindings) -> Shown:
        numbers = [self.value(child, bound) for child in core.children(expr)]
        if isinstance(expr, core.Mul) and Fraction(0) in numbers:
            return Fraction(0)
        if not all(isinstance(number, Fraction) for number in numbers):
            return None
        exact = [number for number in numbers if isinstance(number, Fraction)]
        match expr:
            case core.Add():
                return sum(exact, Fraction(0))
            case core.Neg():
                return -exact[0]
            case core.Mul():
                product = Fraction(1)
                for number in exact:
                    product *= number
                return product
            case core.Div():
                return exact[0] / exact[1] if exact[1] else None
            case core.Extreme():
                return min(exact) if expr.which == "min" else max(exact)
            case core.Round():
                steps = exact[0] / expr.to
                whole = {
                    "down": steps.__floor__(),
                    "up": steps.__ceil__(),
                    "half_up": (steps + Fraction(1, 2)).__floor__(),
                }[expr.mode]
                return whole * expr.to
        raise TypeError(f"no value can be shown for {type(expr).__name__}")

    def chosen(self, expr: core.Agg, bound: Bindings) -> list[dict[str, Item]] | None:
        """The items that an aggregate runs over, as bindings; None where it is not known which."""
        items = self.items(list_of(expr), bound[expr.source.var])
        if items is None:
            return None
        found: list[dict[str, Item]] = []
        for item in items:
            inner = {**bound, expr.var: item}
            holds = True if expr.where is None else self.value(expr.where, inner)
            if holds is None:
                return None
            if holds:
                found.append(inner)
        return found

    def _aggregate(self, expr: core.Agg, bound: Bindings) -> Shown:
        if expr.function in ("any", "all"):
            return self._any_or_all(expr, bound)
        chosen = self.chosen(expr, bound)
        if chosen is None:
            return None
        if expr.function == "count":
            return Fraction(len(chosen))
        values = [None if expr.body is None else self.value(expr.body, inner) for inner in chosen]
        if any(value is None or isinstance(value, Interval) for value in values):
            return None
        if expr.function == "longest_run":
            return Fraction(longest_run(values))
        if expr.function == "count_distinct":
            return Fraction(len(set(values)))
        if expr.function in ("first", "latest"):
            days = [value for value in values if isinstance(value, int) and value != core.NO_DATE]
            return (min(days) if expr.function == "first" else max(days)) if days else core.NO_DATE
        numbers = [value for value in values if isinstance(value, Fraction)]
        if expr.function == "sum":
            return sum(numbers, Fraction(0))
        if not numbers:
            return None if expr.default is None else self.value(expr.default, bound)
        return min(numbers) if expr.function == "min" else max(numbers)

    def _any_or_all(self, expr: core.Agg, bound: Bindings) -> bool | None:
        items = self.items(list_of(expr), bound[expr.source.var])
        if items is None:
            return None
        settles = expr.function == "any"
        unknown = False
        for item in items:
            inner = {**bound, expr.var: item}
            where = True if expr.where is None else self.value(expr.where, inner)
            body = True if expr.body is None else self.value(expr.body, inner)
            if where is True and body is settles:
                return settles
            unknown = unknown or not (where is False or body is (not settles))
        return None if unknown else not settles

    def gaps_of(self, name: str, item: Item) -> dict[str, Gap]:
        """The inputs whose absence leaves a definition open for an item, by key."""
        return self._gaps.of(name, item)

    def gaps_under(self, expr: Expr, bound: Bindings) -> dict[str, Gap]:
        """The inputs whose absence leaves an expression open, by key."""
        return self._gaps.under(expr, bound)
