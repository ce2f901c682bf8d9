"""Decisions in an invented county: a household that is decided one way or another by what is changed in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from aidrules import Pack, load
from aidrules.decision import Decision, decide

PACKS = Path(__file__).parents[1] / "packs"
ON = date(2025, 6, 15)

MEMBER: Mapping[str, Any] = {
    "birth_date": "1985-05-05",
    "illness": {"serious": False, "chronic": False},
    "disability": {"kind": "none", "grade": 0},
    "incomes": [],
    "trade": "baker",
    "marked": False,
}
HOUSEHOLD: Mapping[str, Any] = {
    "residence": "urban",
    "assets": {"vehicles": 0, "commercial_properties": 0},
    "contracted_land": False,
    "expenses": [],
    "benefits": [],
    "payments": [],
    "events": [],
    "profile": "first",
    "case": {
        "applied_on": "2025-06-01",
        "decided_on": "none",
        "last_review_on": "none",
        "disputed": False,
        "documents_complete": True,
    },
    "findings": {"grave": {"value": False, "reason": "small damage"}, "months_granted": {"value": 1}},
}
IN_PAYMENT = [{"programme": "allowance", "since": "2023-01-10", "last_amount": "600.00"}]


def wages(amount: int | str) -> dict[str, Any]:
    """A month's wages."""
    return {"incomes": [{"kind": "wages", "amount": amount, "months": 1}]}


def pack(name: str = "vale/county", **given: Any) -> Pack:
    """A pack of the invented county."""
    return load(name, path=PACKS, **given)


def household(rules: Pack, members: list[Mapping[str, Any]] | None = None, **changes: Any) -> Any:
    """Two adults, one of whom earns 800, with these changes; a group that is given is laid over the usual one."""
    listed = [wages(800), {}] if members is None else members
    people = [{"id": f"m{place}", **MEMBER, **member} for place, member in enumerate(listed, 1)]
    facts = {**HOUSEHOLD, **changes}
    for name in ("assets", "case", "findings"):
        if isinstance(changes.get(name), Mapping):
            facts[name] = {**HOUSEHOLD[name], **changes[name]}
    return rules.Household.model_validate({"members": people, **facts})


def decided(members: list[Mapping[str, Any]] | None = None, *, rules: Pack | None = None, **changes: Any) -> Decision:
    """The decision for `household(...)`."""
    chosen = rules or pack()
    return decide(household(chosen, members, **changes), chosen, on=ON, chain="exact")
