"""Top-up: the difference up to a standard for each person who counts, or a fixed amount by tier."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import model_validator

from aidrules.kinds.base import Lowering, PayingModel
from aidrules.language import build
from aidrules.language.fields import Expression, RefusedError

KIND = "top_up"


class Model(PayingModel):
    """Fields of a top-up.

    Attributes:
        mode: `gap` pays the difference per person, times the persons; `tiers` pays `amount`.
        up_to: the standard per person.
        income: the income per person that is taken off.
        persons: how many persons count; all members of the programme unless given, one where the subject is a person.
        amount: the amount by tier.
    """

    mode: Literal["gap", "tiers"] = "gap"
    up_to: Expression | None = None
    income: Expression | None = None
    persons: Expression | None = None
    amount: Expression | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.mode == "gap" and (self.up_to is None or self.income is None):
            raise RefusedError("a top-up without up_to: and income:", "both, or mode: tiers with amount:")
        if self.mode == "tiers" and self.amount is None:
            raise RefusedError("mode: tiers without amount:", "the amount of the tier")
        return self


def lower(rule: Lowering, model: Model) -> None:
    """Enter the top-up; a difference below zero is none."""
    when = rule.condition(model.when, ("when",))
    if model.mode == "tiers":
        assert model.amount is not None
        rule.pay(build.gate(when, rule.expr(model.amount, ("amount",))), model)
        return
    assert model.up_to is not None and model.income is not None
    standard, income = rule.expr(model.up_to, ("up_to",)), rule.expr(model.income, ("income",))
    gap = rule.at(("income",), lambda: build.floor_at_zero(build.subtract(standard, income)))
    if not rule.owner or model.persons is not None:
        persons = rule.expr(model.persons or "count(members)", ("persons",))
        gap = build.multiply(gap, persons)
    rule.made.details.update(up_to=standard, income=income)
    rule.pay(build.gate(when, gap), model)
