"""Risk elimination: when monitoring ends, as ordered outcomes of which the first that holds is the answer."""

from __future__ import annotations

from aidrules.kinds import classification
from aidrules.kinds.base import Lowering
from aidrules.language.fields import Select

KIND = "risk_elimination"


class Model(classification.Model):
    """Fields of a risk elimination: those of a classification, the first case that holds."""

    select: Select = "first"


def lower(rule: Lowering, model: Model) -> None:
    """Enter the ordered outcomes."""
    classification.lower(rule, model)
