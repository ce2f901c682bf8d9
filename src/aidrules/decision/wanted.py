"""Which programmes are wanted of those that a pack decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aidrules.callers import check_list
from aidrules.decision.names import names_of
from aidrules.errors import DecisionError, Problem
from aidrules.language.fields import near

if TYPE_CHECKING:
    from aidrules.decision.decide import InForce


def wanted(rules: InForce, outcomes: Sequence[str] | None) -> tuple[str, ...]:
    """The programmes that are asked for, or all that have an outcome.

    Raises:
        DecisionError: there is no such programme, or it stands twice.
    """
    decided = names_of(rules.compiled).decided
    if outcomes is not None:
        check_list(outcomes, "outcomes")
    for name in outcomes or ():
        if name not in decided:
            hint = near(name, decided)
            expected = f"one of {', '.join(decided)}"
            raise DecisionError(Problem(f"there is no programme {name!r}", "outcomes", expected=expected, hint=hint))
        if list(outcomes or ()).count(name) > 1:
            raise DecisionError(Problem(f"{name} stands twice", "outcomes", hint="Name it once."))
    return tuple(outcomes if outcomes is not None else decided)
