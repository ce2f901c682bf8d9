"""Exclusion: an item, or a list of items, for which a programme does not pay, with the exceptions that it names."""

from __future__ import annotations

from pydantic import Field

from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.language import core
from aidrules.language.core import Expr
from aidrules.language.fields import Expression, Expressions, Identifier, Labelled

KIND = "exclusion"


class Item(Labelled):
    """One item of an exclusion list."""

    when: Expressions = Field(min_length=1)
    each: Expression | None = None
    unless: Expressions = ()


class Model(ConditionModel):
    """Fields of an exclusion.

    Attributes:
        items: the items of a list, each with its clause; any of them excludes.
        unless: exceptions, for all items.
    """

    items: dict[Identifier, Item] | None = None
    unless: Expressions = ()


def lower(rule: Lowering, model: Model) -> None:
    """Enter whether the exclusion stands: an item holds and no exception does."""
    own = core.conjunction(rule.counts, rule.by_version(lambda version: _stands(rule, version), model))
    if rule.owner == rule.programme_owner:
        rule.define("", own, role="condition")
        return
    each = rule.define("each", own, role="each")
    rule.define(
        "",
        rule.holds_for_any(each, rule.owner, rule.programme_owner),
        role="condition",
        owner=rule.programme_owner,
    )


def _stands(rule: Lowering, model: Model) -> Expr:
    own = rule.whole_condition(model) if model.items is None else _items(rule, model.items)
    if model.items is not None and (model.when or model.any_of or model.all_of):
        own = core.conjunction(own, rule.whole_condition(model))
    if model.unless:
        excepted = rule.define("excepted", rule.condition(model.unless, ("unless",)), role="excepted", hidden=True)
        own = core.conjunction(own, core.negation(excepted))
    return own


def _items(rule: Lowering, items: dict[str, Item]) -> Expr:
    held: list[Expr] = []
    for name, item in items.items():
        path = ("items", name)
        inner = rule if item.each is None else rule.within(item.each, path)
        condition = core.conjunction(inner.counts, inner.condition(item.when, (*path, "when")))
        if item.unless:
            unless, role = inner.condition(item.unless, (*path, "unless")), f"{name}_excepted"
            # What is owned and excepted is told as both: that it “is not owned” would be untrue.
            named = inner.define(f"{name}.named", condition, label=item.label(name))
            condition = core.conjunction(named, core.negation(inner.define(role, unless, role=role, hidden=True)))
        if inner is not rule:
            own = inner.define(f"{name}.each", condition, hidden=True)
            condition = inner.holds_for_any(own, inner.owner, rule.owner)
        held.append(rule.part(name, item.label(name), item.cite, condition, opened=bool(item.unless)))
    return core.disjunction(*held)
