"""Check: a line that an agency, or a case, must keep; it reports and never stops a decision."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator

from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.language import build, core
from aidrules.language.fields import Expression, Expressions, Identifier

KIND = "check"


class Model(ConditionModel):
    """Fields of a check.

    Attributes:
        must: what must hold, by name where it is several things.
        shortfall: what is missing where it does not.
    """

    must: (
        dict[Identifier, Expression]
        | Annotated[Expressions, BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]
    )
    shortfall: Expression | None = None


def lower(rule: Lowering, model: Model) -> None:
    """Enter whether it applies and whether it is kept."""
    applies = rule.define("applies", core.conjunction(rule.counts, rule.whole_condition(model)), role="applies")
    if isinstance(model.must, dict):
        kept = core.conjunction(
            *(
                rule.part(name, rule.label, (), rule.condition((text,), ("must", name)))
                for name, text in model.must.items()
            )
        )
    else:
        kept = rule.condition(model.must, ("must",))
    rule.define("", core.disjunction(core.negation(applies), kept), role="condition")
    if model.shortfall is not None:
        missing = build.floor_at_zero(rule.expr(model.shortfall, ("shortfall",)))
        rule.define("shortfall", missing, role="shortfall")
