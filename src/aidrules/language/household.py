"""The typed household of a pack: the shipped facts with the inputs and findings that the pack declares."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aidrules.language.models import FindingModel
from aidrules.language.units import Quantity, UnitError, decimal_text

if TYPE_CHECKING:
    from aidrules.facts.household import Household
    from aidrules.facts.inputs import Input

_RECORDED = ("by", "on", "reason")


def household_of(
    inputs: Mapping[str, Mapping[str, Input]], findings: Mapping[str, FindingModel], currency: str | None
) -> type[Household]:
    """The household model with its inputs and findings.

    Bounds of a finding that are not plain numbers are left to the rules, since they may depend on parameters.
    """
    from aidrules.facts.inputs import FindingInput, extend

    made = {}
    for name, finding in findings.items():
        given: dict[str, Any] = {
            "type": finding.type,
            "unit": finding.unit or (None if finding.type else "1"),
            "min": _number(finding.min),
            "max": _number(finding.max),
            "zh": finding.zh,
            "en": finding.en,
            "about": finding.about,
            "needs": tuple(need for need in finding.needs if need in _RECORDED),
        }
        made[name] = FindingInput(**{key: value for key, value in given.items() if value is not None})
    return extend(inputs, made, **({"currency": currency} if currency else {}))


def _number(text: str | None) -> Decimal | None:
    """A bound that is a plain quantity."""
    if text is None:
        return None
    try:
        number = Quantity.parse(text).number
    except UnitError:
        return None
    return Decimal(decimal_text(number))
