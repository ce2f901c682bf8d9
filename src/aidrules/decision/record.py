"""Records: a decision with all that it rests on, as canonical JSON with its own digest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aidrules.decision.canonical import canonical, digest_of
from aidrules.decision.paths import take_out

if TYPE_CHECKING:
    from pydantic import BaseModel

    from aidrules.decision.decision import Decision
    from aidrules.facts.decided import Decided
    from aidrules.facts.schema import Subject

FORMAT = "aidrules record 1"


def record_text(decision: Decision, *, confidential: bool = False) -> str:
    """The record of a decision as canonical JSON: sorted keys, no spaces, exact amounts as text.

    Args:
        decision: what to record.
        confidential: whether confidential inputs are written out. Otherwise they are left out and listed under
            `withheld`, and whoever verifies the record must add them.
    """
    from aidrules import __version__

    pack = decision.pack
    household, secret = household_facts(decision.subject, pack.schema)
    withheld = [] if confidential else sorted(secret)
    for path in withheld:
        take_out(household, path)
    content: dict[str, Any] = {
        "format": FORMAT,
        "library": {"name": "aidrules", "version": __version__},
        "pack": {"id": pack.id, "digest": decision.pack_digest, "layers": list(pack.layers)},
        "on": decision.on.isoformat(),
        "law": decision.law.isoformat(),
        "known": None if decision.known is None else decision.known.isoformat(),
        "chain": decision.chain.engine.partition(" ")[0],
        # As text, since the order of keys counts in an overlay (the first case that holds), and here it does not.
        "overlays": [
            # Not its file: where it lay on a machine is no part of what was decided.
            {"name": overlay.name, "id": overlay.id, "content": json.dumps(overlay.node.plain(), ensure_ascii=False)}
            for overlay in pack.overlays
        ],
        "readings": dict(pack.readings_given),
        "parameters": pack.parameters_given,
        "household": household,
        "confidential": sorted(secret),
        "withheld": withheld,
        "decision": decision.to_dict(),
    }
    content["digest"] = digest_of(content)
    return canonical(content) + "\n"


def household_facts(household: Decided, schema: Subject) -> tuple[dict[str, Any], set[str]]:
    """The facts as JSON without what nobody gave, and the paths of the confidential ones among them."""
    secret: set[str] = set()
    return _facts(household, household.model_dump(mode="json"), schema, "", "", secret), secret


def _facts(
    model: BaseModel, dumped: Mapping[str, Any], subject: Subject, group: str, place: str, secret: set[str]
) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        value, plain = getattr(model, name), dumped[name]
        dotted, path = f"{group}{name}", f"{place}{name}"
        if value is None:
            if field.default is not None:
                kept[name] = None  # unknown, where leaving it out would mean something else
            continue
        if isinstance(value, tuple):
            below = subject.lists[dotted].subject
            if subject.lists[dotted].confidential:
                secret.add(path)
                kept[name] = plain
                continue
            kept[name] = [_facts(item, plain[n], below, "", f"{path}[{n}].", secret) for n, item in enumerate(value)]
        elif hasattr(value, "model_dump"):
            if dotted in (f"findings.{name}", name) and f"{dotted}" in subject.fields:
                kept[name] = plain
                if subject.fields[dotted].confidential:
                    secret.add(path)
            else:
                kept[name] = _facts(value, plain, subject, f"{dotted}.", f"{path}.", secret)
        else:
            kept[name] = plain
            if dotted in subject.fields and subject.fields[dotted].confidential:
                secret.add(path)
    return kept
