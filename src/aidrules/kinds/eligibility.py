"""Eligibility: a condition that must hold for a programme to pay; all of a programme's hold, or it refuses."""

from __future__ import annotations

from typing import Literal

from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.language import build, core
from aidrules.language.core import Expr
from aidrules.language.fields import Expressions

KIND = "eligibility"


class Model(ConditionModel):
    """Fields of an eligibility rule.

    Attributes:
        otherwise: `not_opened` where failing means that the route is not open, rather than a refusal.
        waived_when: where it is deemed to hold.
    """

    otherwise: Literal["not_opened"] | None = None
    waived_when: Expressions = ()


def lower(rule: Lowering, model: Model) -> None:
    """Enter the condition; for each item of a list, it must hold for all that count."""
    condition = rule.by_version(lambda version: _condition(rule, version), model)
    if model.waived_when:
        waived = rule.define("waived", rule.condition(model.waived_when, ("waived_when",)), role="waived")
        condition = core.disjunction(waived, condition)
    if rule.owner == rule.programme_owner:
        rule.define("", core.disjunction(core.negation(rule.counts), condition), role="condition")
        return
    own = rule.define("each", core.disjunction(core.negation(rule.counts), condition), role="each")
    whole = rule.holds_for_any(own, rule.owner, rule.programme_owner, "all")
    rule.define("", whole, role="condition", owner=rule.programme_owner)


def _condition(rule: Lowering, model: Model) -> Expr:
    return build.expect(rule.whole_condition(model), "bool", "the condition")
