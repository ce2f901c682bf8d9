"""The inputs behind an expression: facts and lists of a household, nearest first, and households with one changed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from aidrules.decision.names import Bindings, Item, list_of
from aidrules.facts.schema import Field, ListField
from aidrules.language import core

if TYPE_CHECKING:
    from aidrules.decision.view import View
    from aidrules.language.core import Expr
    from aidrules.language.models import FindingModel

_MOST = 60
"""So many inputs are looked at; what lies further away than these seldom moves a comparison by itself."""
Facts = dict[str, Any]
"""A household as plain values, as its model dumps it."""


@dataclass(frozen=True, slots=True)
class Input:
    """A fact of an item, a list that hangs on it, or the day of the facts (neither)."""

    item: Item
    field: Field | None = None
    listed: ListField | None = None

    @property
    def path(self) -> str:
        """Where it stands in the household; `on` for the day."""
        steps = [f"{name}[{place}]" for name, place in zip(self.item.owner, self.item.index, strict=True)]
        last = self.field.name if self.field else self.listed.name if self.listed else "on"
        return ".".join((*steps, last))


def feeding(view: View, exprs: tuple[Expr, ...], bound: Bindings) -> list[Input]:
    """The inputs of a household on which expressions rest, nearest first."""
    found: dict[str, Input] = {}
    seen: set[tuple[str, Item]] = set()
    waiting: deque[tuple[Expr, Bindings]] = deque((expr, bound) for expr in exprs)
    while waiting and len(found) < _MOST:
        expr, scope = waiting.popleft()
        for made in _direct(view, expr, scope):
            found.setdefault(made.path, made)
        match expr:
            case core.Ref():
                definition = view.compiled.definitions[expr.name]
                item = Item(definition.owner, scope[expr.var].index[: len(definition.owner)])
                if (expr.name, item) not in seen:
                    seen.add((expr.name, item))
                    waiting.append((definition.expr, view.names.bindings(item)))
            case core.Agg():
                for item in view.items(list_of(expr), scope[expr.source.var]) or ():
                    inner = {**scope, expr.var: item}
                    waiting.extend((part, inner) for part in (expr.body, expr.where) if part is not None)
            case _:
                waiting.extend((child, scope) for child in core.children(expr))
    return list(found.values())


def _direct(view: View, expr: Expr, scope: Bindings) -> Iterator[Input]:
    if isinstance(expr, core.Fact):
        yield Input(scope[expr.var], view.field(expr, scope))
    elif isinstance(expr, core.Agg):
        outer = scope[expr.source.var]
        owner = Item(expr.source.owner, outer.index[: len(expr.source.owner)])
        yield Input(owner, listed=view.names.list_field(list_of(expr)))
    elif isinstance(expr, core.Today):
        yield Input(Item())


def held(facts: Facts, where: Input) -> Any:
    """What a household has at an input; None where that is unknown."""
    found: Any = _at(facts, where.item)
    if where.listed is not None:
        return found.get(where.listed.name)
    assert where.field is not None
    steps = where.field.name.split(".")
    for step in (*steps, *(["value"] if where.field.finding else [])):
        found = found.get(step) if found is not None else None
    return found


def changed(facts: Facts, where: Input, value: Any, findings: dict[str, FindingModel], on: date) -> Facts:
    """The household with another value at an input; what is not changed is shared.

    A finding that nobody had made is made on the day, with all that it has to say.
    """
    copy: Facts = dict(facts)
    here = copy
    for name, place in zip(where.item.owner, where.item.index, strict=True):
        here[name] = list(here[name])
        here[name][place] = here = dict(here[name][place])
    if where.listed is not None:
        here[where.listed.name] = value
        return copy
    assert where.field is not None
    *groups, last = where.field.name.split(".")
    for group in groups:
        here[group] = here = dict(here.get(group) or {})
    if where.field.finding:
        needs = findings[where.field.finding].needs
        beside = {"by": "role", "on": on, "reason": "r"}
        made = here.get(last) or {"on": on, **{need: beside[need] for need in needs if need in beside}}
        value = {**made, "value": value}
    here[last] = value
    return copy


def _at(facts: Facts, item: Item) -> Any:
    found: Any = facts
    for name, place in zip(item.owner, item.index, strict=True):
        found = found[name][place]
    return found


def as_steps(value: Any, field: Field) -> int | None:
    """A number as a count of its smallest unit, a date as its ordinal; None where there is none."""
    if isinstance(value, date):
        return value.toordinal()
    if value is None or isinstance(value, str):
        return None
    return int(Fraction(value) * 10**field.scale)


def from_steps(steps: int, field: Field) -> Any:
    """The value that so many smallest units make."""
    if field.type == "date":
        return date.fromordinal(steps)
    return Decimal(steps).scaleb(-field.scale) if field.type == "money" else steps
