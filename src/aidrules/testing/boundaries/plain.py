"""Boundaries with their households as plain values, for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aidrules.engine import Bounds, Result
from aidrules.testing.boundaries.boundary import Boundary, Paid, Side
from aidrules.testing.boundaries.told import counts
from aidrules.testing.comparison import shown

if TYPE_CHECKING:
    from aidrules.testing.boundaries.generate import Boundaries


def as_json(found: Boundaries) -> dict[str, Any]:
    """Everything, with the households, for programs."""
    number = counts(found)
    return {
        "pack": found.pack.id,
        "on": found.on.isoformat(),
        "overlays": list(found.overlays),
        "values": {name: str(value) for name, value in found.values.items()},
        "open": list(found.open),
        "counts": {
            "all": number.all,
            "shown": number.shown,
            "exact": number.exact,
            "masked": number.masked,
            "unreached": dict(number.unreached),
        },
        "boundaries": [_as_json(boundary) for boundary in found],
    }


def _as_json(boundary: Boundary) -> dict[str, Any]:
    return {
        "name": boundary.name,
        "definition": boundary.place.definition,
        "rules": list(boundary.place.rules),
        "cite": [{"source": cite.source, "clause": cite.clause} for cite in boundary.place.cite],
        "own": boundary.place.own,
        "form": boundary.form,
        "words": {"zh": boundary.words.zh, "en": boundary.words.en},
        "case": boundary.case or None,
        "masked": boundary.masked,
        "unreached": boundary.unreached,
        "sides": [_side_as_json(side) for side in boundary.sides],
        "otherwise": [
            {
                "reading": other.reading,
                "option": other.option,
                "rules": {name: [_plain(value) for value in values] for name, values in other.rules.items()},
                "programmes": {name: [_paid(paid) for paid in values] for name, values in other.programmes.items()},
            }
            for other in boundary.otherwise
        ],
    }


def _side_as_json(side: Side) -> dict[str, Any]:
    return {
        "position": side.position,
        "input": side.input,
        "given": _plain(side.given),
        "left": _plain(side.left),
        "right": _plain(side.right),
        "holds": side.holds,
        "value": _plain(side.value),
        "rules": {name: _plain(value) for name, value in side.rules.items()},
        "programmes": {name: _paid(paid) for name, paid in side.programmes.items()},
        "on": side.on.isoformat(),
        "household": side.household.model_dump(mode="json", exclude_none=True),
    }


def _paid(paid: Paid) -> dict[str, Any]:
    return {"status": paid.status, **{way: _plain(amount) for way, amount in paid.amounts.items()}}


def _plain(value: Result) -> Any:
    """Yes or no as they are, bounds as two texts, all else as text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Bounds):
        low, _, high = shown(value).partition("..")
        return {"low": low, "high": high}
    return shown(value)
