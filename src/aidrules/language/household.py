"""The typed household of a pack: the shipped facts with the inputs and findings that the pack declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aidrules.language.models import FindingModel

if TYPE_CHECKING:
    from aidrules.facts.household import Household
    from aidrules.facts.inputs import Input


def household_of(
    inputs: Mapping[str, Mapping[str, Input]], findings: Mapping[str, FindingModel], currency: str | None
) -> type[Household]:
    """The household model with its inputs and findings.

    Bounds of a finding that are not plain numbers are left to the rules, since they may depend on parameters.
    """
    from aidrules.facts.inputs import FindingInput, extend

    made = {}
    for name, finding in findings.items():
        low, high = finding.limits
        given: dict[str, Any] = {
            "type": finding.type,
            "options_zh": finding.options_zh or None,
            "options_en": finding.options_en or None,
            "optional": finding.type == "date" and finding.if_absent == "none",
            "unit": finding.unit or (None if finding.type else "1"),
            "min": low,
            "max": high,
            "zh": finding.zh,
            "en": finding.en,
            "about": finding.about,
            "needs": finding.needs,
            "lapses": finding.valid is not None,
            "may_need": finding.beyond.needs if finding.beyond is not None else (),
        }
        made[name] = FindingInput(**{key: value for key, value in given.items() if value is not None})
    return extend(inputs, made, **({"currency": currency} if currency else {}))
