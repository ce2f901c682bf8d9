"""The typed model of what a pack decides: the shipped facts with the inputs and findings that it declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from aidrules.errors import PackError, Problem
from aidrules.language.models import FindingModel

if TYPE_CHECKING:
    from aidrules.facts.decided import Decided
    from aidrules.facts.household import Household
    from aidrules.language.pack import Pack


def model_of(pack: Pack) -> type[Decided]:
    """The model of what a pack decides with its inputs and findings.

    Bounds of a finding that are not plain numbers are left to the rules, since they may depend on parameters.
    """
    from aidrules.facts.inputs import FindingInput, extend

    subject = pack.subject
    made = {}
    for name, entry in pack.findings.items():
        finding: FindingModel = entry.model
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
            "about": "household" if finding.about == subject.name else finding.about,
            "needs": finding.needs,
            "lapses": finding.valid is not None,
            "may_need": finding.beyond.needs if finding.beyond is not None else (),
        }
        made[name] = FindingInput(**{key: value for key, value in given.items() if value is not None})
    called = (subject.name, subject.zh, subject.en)
    return extend(pack.inputs, made, currency=pack.currency or "CNY", subject=called)


def household_model(pack: Pack) -> type[Household]:
    """The typed household of a pack.

    Raises:
        PackError: the pack is about something else.
    """
    if not pack.subject.is_household:
        found, hint = f"{pack.id} is about each {pack.subject.name}, and takes no household", "Use pack.Subject"
        raise PackError(Problem(found, rule=pack.id, hint=hint))
    return cast("type[Household]", pack.Subject)


def json_schema(pack: Pack) -> dict[str, Any]:
    """The JSON Schema of what a pack decides, with the pack's name and digest."""
    model = pack.Subject
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"aidrules-{pack.subject.name}/{pack.id}",
        **model.model_json_schema(),
        "title": f"{model.__name__} for {pack.id}",
        "x-pack": pack.id,
        "x-pack-digest": pack.digest,
    }
