"""The months that are paid: the first one, and the last one where a right has ended or ends in this month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from aidrules import calendar
from aidrules.decision.names import Item
from aidrules.decision.view import View
from aidrules.language import core

if TYPE_CHECKING:
    from aidrules.decision.forms import MonthlyPayment, PhaseOut
    from aidrules.engine.compiled import Programme, Rule


@dataclass(frozen=True)
class GrantedPhaseOut:
    """A phase-out on record, with its last day where that is known and may be told."""

    end: date | None


def stage_of(phase_out: PhaseOut, on: date) -> tuple[MonthlyPayment, ...]:
    """The months in a row that pay the same as the month of a day, or as the first where that is still to come."""
    schedule = phase_out.schedule
    here = next((place for place, one in enumerate(schedule) if one.month >= on.replace(day=1)), None)
    if here is None:
        return ()
    first = last = here
    while first > 0 and schedule[first - 1].amount == schedule[here].amount:
        first -= 1
    while last + 1 < len(schedule) and schedule[last + 1].amount == schedule[here].amount:
        last += 1
    return schedule[first : last + 1]


@dataclass(frozen=True)
class PaidMonths:
    """Works out paid months from the terms of payment; every month stands for itself by its first day."""

    view: View

    def first(self, rule: Rule) -> date | None:
        """The first month of a monthly payment, where the terms say it."""
        starts = rule.payment.starts if rule.payment else None
        if starts is None or rule.pays != "month":
            return None
        return self._month(1 if starts == "next_month" else 0)

    def last(self, rule: Rule, item: Item) -> date | None:
        """The last month of a monthly payment that time alone brings to an end within this month.

        The facts are those recorded, and so are the rules; only the day is the last one of the month. Further ahead
        nothing is looked for: by then other facts will have been recorded.
        """
        ends = rule.payment.ends if rule.payment else None
        later = self._at_the_end_of_the_month
        if ends is None or later is None or rule.pays != "month":
            return None
        return self._last(ends) if later.definition(rule.roles["amount"], item) == 0 else None

    def last_of_ended(self, programme: Programme, item: Item) -> date | None:
        """The last month of a benefit in payment to which there is no right any more, where the terms say it."""
        if not self.is_in_payment(programme, item) or self.view.definition(f"{programme.id}.active", item) is not False:
            return None
        rules = (self.view.compiled.rules[name] for name in programme.rules)
        terms = {rule.payment.ends for rule in rules if rule.payment and rule.pays == "month"}
        (ends,) = terms if len(terms) == 1 else (None,)
        last = self._last(ends) if ends else None
        phase_out = self.granted_phase_out(programme, item)
        if phase_out is None or (phase_out.end is not None and phase_out.end >= self.view.run.on):
            return last
        # What has run out is not paid on until the day of the decision; a day that is confidential dates nothing.
        over = phase_out.end and calendar.first_of_month(phase_out.end)
        return min(over, last or over) if over else None

    def granted_phase_out(self, programme: Programme, item: Item) -> GrantedPhaseOut | None:
        """The phase-out that is on record for a benefit in payment, whether it still runs or not."""
        rules = (self.view.compiled.rules[name] for name in programme.rules)
        ends = [rule.roles["end"] for rule in rules if rule.kind == "phase_out"]
        since = self.view.definition(f"{programme.id}.phase_out_since", item) if ends else None
        if not isinstance(since, int) or since == core.NO_DATE:
            return None
        end = None if self.view.names.is_private_value(ends[0]) else self.view.definition(ends[0], item)
        return GrantedPhaseOut(date.fromordinal(end) if isinstance(end, int) else None)

    def is_in_payment(self, programme: Programme, item: Item) -> bool:
        """Whether a benefit of a programme is certainly in payment."""
        if item not in self._in_payment:
            benefits = getattr(self.view.object_of(item), "benefits", None)
            self._in_payment[item] = frozenset(benefit.programme for benefit in benefits or ())
        return programme.id in self._in_payment[item]

    @cached_property
    def _in_payment(self) -> dict[Item, frozenset[str]]:
        """The programmes in payment, by item."""
        return {}

    def _last(self, ends: Literal["this_month", "next_month"]) -> date:
        """Of a right that ends in this month, and so is paid no more from this or the next."""
        return self._month(0 if ends == "next_month" else -1)

    def _month(self, later: int) -> date:
        return calendar.first_of_month(self.view.run.on, later)

    @cached_property
    def _at_the_end_of_the_month(self) -> View | None:
        run, day = self.view.run, calendar.last_of_month(self.view.run.on)
        return None if day == run.on else View(run.compiled, run.compiled.run(run.household, day))
