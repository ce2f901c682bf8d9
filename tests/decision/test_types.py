"""aidrules.decision has the types of all that a decision holds, for annotations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest

from aidrules import decision
from aidrules.decision import Decision, DecisionDocument, Verification


def held(kind: Any) -> Iterator[type]:
    """The classes of this library that an annotation names, with those of their fields."""
    if is_dataclass(kind):
        yield kind
        hints = get_type_hints(kind)
        for field in fields(kind):
            yield from held(hints[field.name])
    for part in get_args(kind):
        yield from held(part)


@pytest.mark.parametrize("whole", [DecisionDocument, Verification])
def test_every_type_that_a_decision_holds_is_exported(whole: type) -> None:
    kinds = set(held(whole))
    assert len(kinds) > 1
    assert {kind.__name__ for kind in kinds if getattr(decision, kind.__name__, None) is not kind} == set()


@pytest.mark.parametrize(
    "kind",
    [
        decision.Cadence,
        decision.Check,
        decision.Classification,
        decision.Deadline,
        decision.Gate,
        decision.Entitlement,
        decision.Referral,
        decision.Verification,
    ],
)
def test_every_state_is_explained(kind: type) -> None:
    states = get_args(get_type_hints(kind)["state"])
    assert states and {state for state in states if f"`{state}`" not in str(kind.__doc__)} == set()


def test_every_part_of_a_decision_stands_in_its_document_or_is_exported_by_name() -> None:
    documented = {field.name for field in fields(DecisionDocument)}
    parts = {name for name, part in vars(Decision).items() if hasattr(part, "func") and not name.startswith("_")}
    assert parts - documented == {"document"} and "notices" in parts
