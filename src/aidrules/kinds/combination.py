"""Combination: benefits that may not be had together; which of them is paid, and which give way."""

from __future__ import annotations

from itertools import combinations
from typing import Literal, Self

from pydantic import Field, model_validator

from aidrules.kinds.base import Lowering, RuleModel
from aidrules.language import build, core
from aidrules.language.core import Expr, Ref
from aidrules.language.fields import Expression, Identifiers, Label, RefusedError, near, one_of

KIND = "combination"


class Model(RuleModel):
    """Fields of a combination; it is about each person, or the household, as its programme is.

    Attributes:
        among: the programmes.
        keep: which of those that are due is paid: the first listed, the highest a month, the one chosen, or all.
        choice: what says which was chosen, by the name of its programme.
    """

    among: Identifiers = Field(min_length=2)
    keep: Literal["first", "highest", "chosen", "all"]
    choice: Expression | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if len(set(self.among)) < len(self.among):
            raise RefusedError("among: names a programme twice", "each programme once")
        if (self.choice is None) is (self.keep == "chosen"):
            found = "keep: chosen without choice:" if self.keep == "chosen" else f"choice: beside keep: {self.keep}"
            raise RefusedError(found, "keep: chosen with choice:, or neither")
        return self


def lower(rule: Lowering, model: Model) -> None:
    """Enter for each programme whether it gives way; what gave way to an earlier combination is not due here."""
    if rule.owner != rule.programme_owner:
        raise rule.error(("each",), "each: of a combination", hint="Put it into a programme with subject: member")
    opened = rule.condition(model.when, ("when",))
    stands: dict[str, Expr] = {name: _stands(rule, name, place) for place, name in enumerate(model.among)}
    if model.keep == "all":
        together = (core.conjunction(one, other) for one, other in combinations(stands.values(), 2))
        rule.define("", core.conjunction(opened, core.disjunction(*together)), role="condition")
        return
    given: list[Expr] = []
    for name, own in stands.items():
        others = [other for other in stands if other != name]
        to = (core.conjunction(stands[other], _goes_before(rule, model, other, name)) for other in others)
        label = rule.shop.programmes[name]
        said = Label(f"不发放{label.zh}", f"{label.en} gives way")
        given.append(rule.part(name, said, (), core.conjunction(opened, own, core.disjunction(*to))))
    rule.define("", core.disjunction(*given), role="condition")


def _stands(rule: Lowering, name: str, place: int) -> Ref:
    """Whether a programme is due to the rule's subject and has not given way already."""
    if name not in rule.shop.programmes:
        known = rule.shop.programmes
        raise rule.error(("among", place), f"there is no programme {name!r}", one_of(known), hint=near(name, known))
    owner = rule.shop.programme_owner(name) or ()
    if len(owner) < len(rule.owner):
        found, hint = f"{name} is due to the household", "Put the combination into a programme about the household"
        raise rule.error(("among", place), found, "a programme with subject: member", hint)
    stands = rule.holds_for_any(_still_due(rule, name), owner, rule.owner)
    return rule.define(f"{name}.due_here", stands, hidden=True)


def _still_due(rule: Lowering, name: str) -> Ref:
    """The same for each of whom the programme is about."""
    owner = rule.shop.programme_owner(name) or ()
    given = []
    for other, among in rule.shop.combinations().items():
        if other == rule.id:
            break
        if name in among:
            earlier = f"{other}.{name}"
            given.append(core.negation(rule.shop.reference(earlier, rule.item_var(rule.shop.owner(other)))))
    active = rule.shop.reference(f"{name}.active", rule.item_var(owner))
    return rule.define(f"{name}.stands", core.conjunction(active, *given), hidden=True, owner=owner)


def _goes_before(rule: Lowering, model: Model, one: str, other: str) -> Expr:
    """Whether one programme is paid rather than another, where both are due."""
    earlier = model.among.index(one) < model.among.index(other)
    if model.keep == "first":
        return core.TRUE if earlier else core.FALSE
    if model.keep == "highest":
        return build.compare(">=" if earlier else ">", _due(rule, one), _due(rule, other))
    chosen = _is_chosen(rule, model, one)
    return core.disjunction(chosen, core.negation(_is_chosen(rule, model, other))) if earlier else chosen


def _due(rule: Lowering, name: str) -> Expr:
    """What a programme would pay the rule's subject a month, were it not for any combination."""
    owner = rule.shop.programme_owner(name) or ()
    return rule.summed(rule.shop.reference(f"{name}.amount_alone", rule.item_var(owner)), owner, rule.owner)


def _is_chosen(rule: Lowering, model: Model, name: str) -> Expr:
    choice = rule.expr(model.choice or "", ("choice",))
    options = choice.type.options
    if choice.type.name != "enum" or not set(model.among) <= set(options):
        found = f"`{model.choice}` is {choice.type}"
        raise rule.error(("choice",), found, f"a choice with the options {', '.join(model.among)}")
    return build.compare("==", choice, core.Const(name, choice.type, name))
