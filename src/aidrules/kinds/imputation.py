"""Imputation: income that is counted although nobody receives it, such as support due from obligors."""

from __future__ import annotations

from aidrules.kinds import deduction
from aidrules.kinds.base import Lowering
from aidrules.language.fields import Expression

KIND = "imputation"


class Model(deduction.Model):
    """Fields of an imputation, listed under `plus:` of the definition that it raises.

    Attributes:
        raises: the income that it raises, for readers.
    """

    raises: Expression | None = None


def lower(rule: Lowering, model: Model) -> None:
    """Enter what is added, for each item and in total."""
    text = model.amount or model.claimed
    if text is None:
        raise rule.error((), "an imputation without amount:", "amount: what is added")
    deduction.stage(rule, model, text, "amount" if model.amount else "claimed")
