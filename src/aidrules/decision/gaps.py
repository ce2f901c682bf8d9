"""Gaps: the inputs that nobody has given and that leave a value open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from aidrules.decision.names import Bindings, Index, Item, list_of
from aidrules.decision.shown import Shown, is_open
from aidrules.language import core
from aidrules.language.core import Expr
from aidrules.language.fields import Label

if TYPE_CHECKING:
    from aidrules.decision.view import View
    from aidrules.engine.compiled import LoweredFinding


@dataclass(frozen=True, slots=True)
class Gap:
    """An input that nobody has given.

    Attributes:
        key: its path in the facts (`members[0].disability.grade`), or the parameter's name.
        kind: fact, finding, list or parameter.
        label: its name for readers.
        confidential: whether readers may see its name.
        about: the member concerned, where it is about one.
        who: the role that records it, for a finding.
        lapsed_on: the first day on which a finding or the last value of a parameter no longer counted.
    """

    key: str
    kind: Literal["fact", "finding", "list", "parameter"]
    label: Label
    confidential: bool = False
    about: str | None = None
    who: tuple[str, ...] = ()
    lapsed_on: date | None = None


class Gaps:
    """Finds the gaps under the values of one run, each definition once."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._found: dict[tuple[str, Index], dict[str, Gap]] = {}

    def of(self, name: str, item: Item) -> dict[str, Gap]:
        """The inputs whose absence leaves a definition open for an item, by key."""
        definition = self._view.compiled.definitions[name]
        here = Item(definition.owner, item.index[: len(definition.owner)])
        if (name, here.index) not in self._found:
            self._found[name, here.index] = {}  # a definition that leads back to itself adds nothing
            self._found[name, here.index] = self._gaps_under(definition.expr, here, name)
        return self._found[name, here.index]

    def _gaps_under(self, expr: Expr, item: Item, name: str) -> dict[str, Gap]:
        if not is_open(self._view.definition(name, item)):
            return {}
        return self._under_open(expr, self._view.names.bindings(item))

    def under(self, expr: Expr, bound: Bindings) -> dict[str, Gap]:
        """The inputs whose absence leaves an expression open, by key."""
        if isinstance(expr, core.Ref):
            return self.of(expr.name, bound[expr.var])
        if not is_open(self._view.value(expr, bound)):
            return {}
        return self._under_open(expr, bound)

    def _under_open(self, expr: Expr, bound: Bindings) -> dict[str, Gap]:
        """The same for an expression that is known to be open."""
        if isinstance(expr, core.Ref):
            return self.of(expr.name, bound[expr.var])
        if isinstance(expr, core.Fact):
            gap = self._gap(bound[expr.var], self._awaited(expr, bound[expr.var]))
            return {gap.key: gap}
        if isinstance(expr, core.Unknown):
            finding = self._view.compiled.findings.get(expr.name.removeprefix("finding."))
            if finding is not None:
                return self._lapsed(finding, bound)
            used = self._view.compiled.parameters.get(expr.name.partition("[")[0])
            label, lapsed_on = self._view.names.parameter(expr.name), used.lapsed_on if used else None
            return {expr.name: Gap(expr.name, "parameter", label, lapsed_on=lapsed_on)}
        if isinstance(expr, core.Agg):
            return self._list_gaps(expr, bound)
        parts = core.children(expr)
        if isinstance(expr, core.If) and isinstance(holds := self._view.value(expr.condition, bound), bool):
            parts = [expr.then if holds else expr.other]
        found: dict[str, Gap] = {}
        for part in parts:
            found.update(self.under(part, bound))
        return found

    def _awaited(self, fact: core.Fact, item: Item) -> str:
        """The path of a fact; for the day of a finding that nobody has made, that of the finding."""
        group, name, *day = (*fact.path.split("."), "")
        finding = group == "findings" and any(day) and not self._view.is_made(name, item)
        return f"findings.{name}" if finding else fact.path

    def _lapsed(self, finding: LoweredFinding, bound: Bindings) -> dict[str, Gap]:
        """The finding, where it has lapsed; otherwise its value or its day is missing as a fact."""
        item = next(item for item in bound.values() if item.owner == finding.owner)
        gap = self._gap(item, f"findings.{finding.name}")
        return {gap.key: gap} if gap.lapsed_on is not None else {}

    def _gap(self, item: Item, path: str) -> Gap:
        field = self._view.names.subject(item.owner).fields[path]
        who: tuple[str, ...] = ()
        lapsed_on: date | None = None
        if field.finding:
            lapsed_on = self._view.lapsed_on(f"finding.{field.finding}", item)
            roles = self._view.compiled.pack.findings[field.finding].model.who
            who = (roles,) if isinstance(roles, str) else tuple(roles or ())
        return Gap(
            self._view.path(item, path),
            "finding" if field.finding else "fact",
            Label(field.label_zh, field.label_en),
            field.confidential,
            self._view.member_id(item),
            who,
            lapsed_on,
        )

    def _list_gaps(self, expr: core.Agg, bound: Bindings) -> dict[str, Gap]:
        under = bound[expr.source.var]
        items = self._view.items(list_of(expr), under)
        if items is None:
            field = self._view.names.list_field(list_of(expr))
            key = self._view.path(under, field.name)
            label = Label(field.label_zh, field.label_en)
            gap = Gap(key, "list", label, field.confidential, self._view.member_id(under))
            return {key: gap, **self._beside_items(expr, bound)}
        found: dict[str, Gap] = {}
        for item in items:
            inner = {**bound, expr.var: item}
            if expr.body is not None and self._settles_nothing(expr, self._view.value(expr.body, inner)):
                continue
            where = True if expr.where is None else self._view.value(expr.where, inner)
            if where is None and expr.where is not None:
                found.update(self.under(expr.where, inner))
            if where is not False and expr.body is not None:
                found.update(self.under(expr.body, inner))
        return found

    @staticmethod
    def _settles_nothing(expr: core.Agg, found: Shown) -> bool:
        """Whether an item of which the body is so changes nothing, be it among those looked at or not."""
        return expr.function in ("any", "all") and found is (expr.function == "all")

    def _beside_items(self, expr: core.Agg, bound: Bindings) -> dict[str, Gap]:
        """What an aggregate over an unknown list reads beside its items: that will be needed if there are any."""
        found: dict[str, Gap] = {}
        seen: set[str] = set()
        waiting: list[tuple[Expr, Bindings]] = [(expr, {**bound, expr.var: Item(list_of(expr))})]
        while waiting:
            inner, scope = waiting.pop()
            for part in core.walk(inner):
                if isinstance(part, core.Ref) and part.var in scope and not _is_known(scope[part.var]):
                    definition = self._view.compiled.definitions[part.name]
                    if part.name not in seen and definition.owner:
                        seen.add(part.name)
                        known = bound[expr.source.var].index
                        paths = self._view.names.bindings(Item(definition.owner))
                        within = {name: Item(item.owner, known[: len(item.owner)]) for name, item in paths.items()}
                        waiting.append((definition.expr, within))
                elif isinstance(part, core.Unknown) or (
                    isinstance(part, core.Fact | core.Ref) and part.var in scope and _is_known(scope[part.var])
                ):
                    found.update(self.under(part, scope))
        return found


def _is_known(item: Item) -> bool:
    """Whether this is one item, and not any of a list."""
    return len(item.owner) == len(item.index)
