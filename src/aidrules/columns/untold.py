"""Why a household cannot be told in columns: an amount that `decide` refuses too, a fraction of more than 64 bits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from aidrules.columns.named import Named
from aidrules.columns.refused import Refusals
from aidrules.decision.decide import InForce, decide
from aidrules.errors import DecisionError, Problem
from aidrules.facts.decided import Decided


@dataclass(frozen=True)
class Untold:
    """Says what is wrong with households that their model accepts.

    Attributes:
        rules: what they are decided by.
        known: values of parameters that were announced after this day are left out.
        programmes: which are wanted.
        values: those that are wanted.
        refused: what refuses households for their findings, if anything does.
    """

    rules: InForce
    known: date | None
    programmes: Sequence[str]
    values: Named
    refused: Refusals | None

    def problems(self, household: Decided) -> Iterator[Problem]:
        """What is wrong with a household; what rules pay stands at the id of the rule."""
        if self.refused is not None and (found := tuple(self.refused.problems(household))):
            yield from found
            return
        rules = self.rules
        decision = decide(household, rules.pack, on=rules.on, law=rules.law, known=self.known, chain="exact")
        for programme in self.programmes:
            try:
                decision.outcomes[programme]
            except DecisionError as error:
                yield from (Problem(each.found, each.rule, hint=each.hint) for each in error.problems)
        yield from self.values.problems(decision.run)
