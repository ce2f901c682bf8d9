"""Reforms count what is paid by the month and at once; what is paid by the year or the term they refuse."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from aidrules.decision.outcomes import COUNTED
from aidrules.errors import DecisionError, Problem

if TYPE_CHECKING:
    from aidrules.decision.decide import InForce


def check_terms(rules: InForce, programmes: Iterable[str]) -> None:
    """Fail at payments that are in neither sum: a change of them would be told as none.

    Raises:
        DecisionError: each programme with such a payment.
    """
    compiled = rules.compiled
    other: dict[str, str] = {}
    for programme in programmes:
        for rule in (compiled.rules[name] for name in compiled.programmes[programme].rules):
            every = rule.payment.every if rule.payment is not None else None
            if rule.pays and every is not None and every not in COUNTED:
                other[programme] = f"{rule.id} pays by the {every}"
    hint = "Name the other programmes in outcomes=; decision.payments and simulate(values=...) tell such amounts."
    if other:
        raise DecisionError(
            Problem(found, "outcomes", expected="payments a month or once", hint=hint) for found in other.values()
        )
