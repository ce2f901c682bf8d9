"""Amount: a fixed sum, a sum per person, a share, a multiple of a standard; with floor, cap and rounding."""

from __future__ import annotations

from aidrules.kinds.base import Lowering, PayingModel
from aidrules.language import build
from aidrules.language.fields import Expression

KIND = "amount"


class Model(PayingModel):
    """Fields of an amount; `amount` is what it pays where `when` holds."""

    amount: Expression


def lower(rule: Lowering, model: Model) -> None:
    """Enter the amount."""
    amount = rule.expr(model.amount, ("amount",))
    rule.pay(build.gate(rule.condition(model.when, ("when",)), amount), model)
