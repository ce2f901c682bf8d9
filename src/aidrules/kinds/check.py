"""Check: a line that an agency, or a case, must keep; it reports and never stops a decision."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.kinds.concerned import concerned
from aidrules.language import build, core
from aidrules.language.fields import Expression, Expressions
from aidrules.language.models import Conditions

KIND = "check"


class Model(ConditionModel):
    """Fields of a check.

    Attributes:
        must: what must hold, by name where it is several things, each with a label of its own.
        shortfall: what is missing where it does not.
    """

    must: (
        Conditions | Annotated[Expressions, BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]
    )
    shortfall: Expression | None = None


def lower(rule: Lowering, model: Model) -> None:
    """Enter whether it applies and whether it is kept."""
    applies = rule.define("applies", core.conjunction(concerned(rule), rule.whole_condition(model)), role="applies")
    if isinstance(model.must, dict):
        kept = rule.named_conditions(model.must, "must", "and")
    else:
        kept = rule.condition(model.must, ("must",))
    rule.define("", core.disjunction(core.negation(applies), kept), role="condition")
    if model.shortfall is not None:
        missing = build.floor_at_zero(rule.expr(model.shortfall, ("shortfall",)))
        rule.define("shortfall", missing, role="shortfall")
