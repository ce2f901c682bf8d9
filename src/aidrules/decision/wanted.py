"""Which programmes are wanted of those that a pack decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aidrules.callers import check_list
from aidrules.decision.names import names_of
from aidrules.errors import DecisionError, Problem
from aidrules.facts.problems import printable
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
            text = isinstance(name, str)
            found = f"there is no programme '{printable(name)}'" if text else f"found a {type(name).__name__}"
            hint = near(name[:60], decided) if text else None
            raise DecisionError(Problem(found, "outcomes", expected=f"one of {', '.join(decided)}", hint=hint))
        if list(outcomes or ()).count(name) > 1:
            raise DecisionError(Problem(f"{name} stands twice", "outcomes", hint="Name it once."))
    return tuple(outcomes if outcomes is not None else decided)
