"""Entitlement: a named service or right that a status opens."""

from __future__ import annotations

from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.language import core
from aidrules.language.core import Expr
from aidrules.language.fields import Texts

KIND = "entitlement"


class Model(ConditionModel):
    """Fields of an entitlement.

    Attributes:
        to: the service or right, where the label does not say it.
        items: several services that it gives.
    """

    to: Texts = ()


def lower(rule: Lowering, model: Model) -> None:
    """Enter whether it is open, for the household or for each person."""
    rule.made.details["to"] = model.to
    opened(rule, model)


def opened(rule: Lowering, model: ConditionModel, further: Expr = core.TRUE) -> None:
    """A conclusion of an active programme: for each item, and whether any has it."""
    condition = core.conjunction(rule.programme_ref("active"), rule.counts, rule.whole_condition(model), further)
    own = rule.define("", condition, role="condition")
    if rule.owner != rule.programme_owner:
        anyone = rule.holds_for_any(own, rule.owner, rule.programme_owner)
        rule.define("any", anyone, role="any", owner=rule.programme_owner)
