"""Outcomes: what each programme comes to, for the household and for persons, and the payments that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from aidrules import calendar
from aidrules.decision.figures import MOST_PAID, exact_text, is_wide, money, places, shifted
from aidrules.decision.forms import (
    OPEN,
    STATUSES,
    WAYS,
    Bounds,
    Every,
    MonthlyPayment,
    Outcome,
    PaymentLine,
    PersonOutcome,
    PhaseOut,
    Status,
)
from aidrules.decision.months import PaidMonths, stage_of
from aidrules.decision.names import HOUSEHOLD, Effects, Index, Item
from aidrules.decision.shown import Interval, Shown
from aidrules.decision.trace import Tracer
from aidrules.decision.view import View
from aidrules.errors import DecisionError, Problem
from aidrules.facts.problems import printable
from aidrules.language import core
from aidrules.language.fields import near

if TYPE_CHECKING:
    from aidrules.engine.compiled import Programme, Rule


class _Lazy(Mapping[str, Outcome]):
    """Outcomes by programme, each worked out when it is looked up."""

    def __init__(self, make: Callable[[Programme], Outcome], programmes: Mapping[str, Programme]) -> None:
        self._make, self._programmes = make, programmes
        self._made: dict[str, Outcome] = {}

    def __getitem__(self, name: str) -> Outcome:
        if name not in self._made:
            if name not in self._programmes:
                text = str(name)
                hint = near(text[:60], self._programmes) or f"Expected one of {', '.join(self._programmes)}."
                raise KeyError(f"there is no programme '{printable(text)}'. {hint}")
            self._made[name] = self._make(self._programmes[name])
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._programmes

    def __iter__(self) -> Iterator[str]:
        return iter(self._programmes)

    def __len__(self) -> int:
        return len(self._programmes)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> tuple[type[dict[str, Outcome]], tuple[dict[str, Outcome]]]:
        return dict, (dict(self),)


def due_of(view: View, rule: Rule, whose: Item) -> Iterator[tuple[str, Item]]:
    """What a rule pays the household or a person: the role of the amount, and each item.

    Where nobody has said what the list of the items holds, their sum: how many there are is open, and not none.
    """
    items = view.items(rule.owner, whose)
    if items is None:
        yield "total", whose
    else:
        yield from (("amount", item) for item in items)


@dataclass(frozen=True)
class Outcomes:
    """Derives the outcomes of one run."""

    tracer: Tracer

    @cached_property
    def view(self) -> View:
        """The run that is read."""
        return self.tracer.view

    @cached_property
    def by_programme(self) -> Mapping[str, Outcome]:
        """The outcome of every programme that has conditions or pays, in the order of the pack."""
        return _Lazy(self._outcome, self.view.names.decided)

    def status(self, programme: Programme, item: Item) -> Status:
        """The outcome for the household or a person; open ones that only await a person's finding are pending.

        Where it is open whether the route is, and a condition fails all the same, it is ineligible.
        """
        name = f"{programme.id}.outcome"
        found = self.view.definition(name, item)
        if found is not None:
            return cast(Status, found)
        if (name, item.index) not in self._open:
            self._open[name, item.index] = "ineligible" if self._barred(programme, item) else self._awaited(name, item)
        return self._open[name, item.index]

    @cached_property
    def _open(self) -> dict[tuple[str, Index], Status]:
        """The statuses that the run left open, by the definition of the outcome and the item."""
        return {}

    def _awaited(self, name: str, item: Item) -> Status:
        """The status of what is open: pending where nothing but what a person finds is missing."""
        gaps = self.view.gaps_of(name, item).values()
        return "pending" if gaps and all(gap.kind == "finding" for gap in gaps) else "undetermined"

    def _barred(self, programme: Programme, item: Item) -> bool:
        """Whether something certainly stands against a programme, and nothing can be paid on."""
        barred = False
        for rule in self._effects(programme).settling:
            if rule.kind == "phase_out" and self.tracer.held(rule, item) is not False:
                return False
            if rule.kind == "eligibility" and rule.force != "in_principle":
                barred = barred or self.tracer.held(rule, item) is False
            elif rule.kind == "exclusion" and rule.force == "must":
                barred = barred or self.tracer.held(rule, item) is True
        return barred

    def _effects(self, programme: Programme) -> Effects:
        return self.view.names.by_effect[programme.id]

    def items_of(self, programme: Programme) -> list[Item]:
        """The household, or the persons that a programme is about."""
        return list(self.view.items(programme.owner) or ())

    def _outcome(self, programme: Programme) -> Outcome:
        items = self.items_of(programme)
        lines = {item: tuple(self._lines(programme, item)) for item in items}
        everything = tuple(line for item in items for line in lines[item])
        persons: dict[str, PersonOutcome] = {}
        if programme.owner:
            persons = {self.view.member_id(item) or "": self._person(programme, item, lines[item]) for item in items}
            statuses: list[Status] = [person.status for person in persons.values()]
        else:
            statuses = [self.status(programme, HOUSEHOLD)]
        return Outcome(
            programme=programme.id,
            label=programme.label,
            status=min(statuses, key=STATUSES.index, default="not_opened"),
            persons=persons,
            **self._sums(everything),
            currency=self._currency,
            lines=everything,
            phase_out=None if programme.owner else self._phase_out(programme, HOUSEHOLD),
            last_month=None if programme.owner else self.months.last_of_ended(programme, HOUSEHOLD),
            reasons=() if programme.owner else self.reasons(programme, HOUSEHOLD),
        )

    def _person(self, programme: Programme, item: Item, lines: tuple[PaymentLine, ...]) -> PersonOutcome:
        return PersonOutcome(
            member=self.view.member_id(item) or "",
            status=self.status(programme, item),
            **self._sums(lines),
            phase_out=self._phase_out(programme, item),
            last_month=self.months.last_of_ended(programme, item),
            reasons=self.reasons(programme, item),
        )

    # Amounts

    @cached_property
    def _currency(self) -> str:
        return self.view.compiled.pack.currency or "CNY"

    def payable(self, number: Fraction, what: str) -> Decimal:
        """An amount in whole minor units of the currency.

        Raises:
            DecisionError: it is not whole, so that some rule leaves the rounding open, or too great to be told.
        """
        if self._is_beyond(number):
            found = f"it comes to {exact_text(number)}, more than can be told of an amount"
            raise DecisionError(Problem(found, rule=what, hint="Give the rule a cap:."))
        amount = money(number, self._currency)
        if amount is None:
            found = f"{what} comes to {number}, which cannot be paid out to the last {self._currency} unit"
            raise DecisionError(Problem(found, rule=what, hint="Give the rule a round:."))
        return amount

    def _is_beyond(self, number: Fraction) -> bool:
        most = Fraction(MOST_PAID, 10 ** places(self._currency))
        return abs(number) > most

    def bounds(self, value: Interval) -> Bounds | None:
        """Bounds of an amount, outwards to whole minor units; None where they are only those of what it comes from."""
        if is_wide(value.high - value.low) or self._is_beyond(value.low) or self._is_beyond(value.high):
            return None
        scale = 10 ** places(self._currency)
        low, high = (value.low * scale).__floor__(), (value.high * scale).__ceil__()
        return Bounds(shifted(low, places(self._currency)), shifted(high, places(self._currency)))

    def _lines(self, programme: Programme, whose: Item) -> Iterator[PaymentLine]:
        for rule in self._effects(programme).paying:
            for role, item in due_of(self.view, rule, whose):
                line = self._line(programme, rule, whose, item, rule.roles[role])
                if line is not None:
                    yield line

    def _line(self, programme: Programme, rule: Rule, whose: Item, item: Item, due: str) -> PaymentLine | None:
        value = self.view.definition(due, item)
        if value == 0:
            return None
        payment = rule.payment
        assert payment is not None
        state = self._line_state(programme, rule, whose, value, (due, item))
        starts, ends = self._paid_months(rule, item, value)
        return PaymentLine(
            programme=programme.id,
            rule=rule.id,
            label=rule.label,
            payee=self._payee(programme, rule, item),
            member=self.view.member_id(item),
            every=payment.every or "occasion",
            form=payment.form,
            amount=self.payable(value, rule.id) if isinstance(value, Fraction) else None,
            bounds=self.bounds(value) if isinstance(value, Interval) else None,
            currency=self._currency,
            starts=starts,
            ends=ends,
            state=state,
        )

    def _payee(self, programme: Programme, rule: Rule, item: Item) -> str:
        """Who receives it: as written, or the case of the definition that is written; while that is open, its name."""
        written = rule.payment.payee if rule.payment else None
        definition = self.view.compiled.definitions.get(written) if written else None
        if written is None or definition is None or item.owner[: len(definition.owner)] != definition.owner:
            return written or ("member" if programme.owner else self.view.names.schema.name)
        case = self.view.definition(written, item)
        return case if isinstance(case, str) else written

    def _line_state(self, programme: Programme, rule: Rule, whose: Item, value: Shown, due: tuple[str, Item]) -> Status:
        if value is None or isinstance(value, Interval):
            return self._awaited(*due)
        if rule.kind == "phase_out":
            return "phasing_out"
        status = self.status(programme, whose)
        return "at_discretion" if rule.force in ("may", "encouraged") and status not in OPEN else status

    def _paid_months(self, rule: Rule, item: Item, value: Shown) -> tuple[date | None, date | None]:
        """The first and the last month that is paid, as far as the terms say it; none where the last goes before."""
        if rule.kind == "phase_out":
            stage = stage_of(self._running(rule, item), self.view.run.on)
            return (stage[0].month if stage else self._date(rule.roles["start"], item)), None
        first = self.months.first(rule)
        last = self.months.last(rule, item) if isinstance(value, Fraction) else None
        return (None if first and last and last < first else first), last

    @cached_property
    def months(self) -> PaidMonths:
        """The months that are paid."""
        return PaidMonths(self.view)

    def _sums(self, lines: Sequence[PaymentLine]) -> dict[str, Any]:
        """What lines add up to, each way of paying by itself: the fields of an outcome that say so."""
        if not lines:
            return self._no_sums
        found: dict[str, Any] = {}
        for way, every in WAYS.items():
            found[way], found[f"{way}_bounds"] = self._total(lines, every)
        return found

    @cached_property
    def _no_sums(self) -> dict[str, Any]:
        return {**dict.fromkeys(WAYS, self._nothing), **{f"{way}_bounds": None for way in WAYS}}

    def _total(self, lines: Sequence[PaymentLine], every: frozenset[Every]) -> tuple[Decimal | None, Bounds | None]:
        """What lines of one kind add up to; loans are not added, they are paid back."""
        # Fractions add up exactly, whatever precision the caller's decimal context has.
        low = high = Fraction(0)
        known = bounded = True
        for line in lines:
            if line.every not in every or line.form == "loan":
                continue
            if line.amount is not None:
                low, high = low + Fraction(line.amount), high + Fraction(line.amount)
                continue
            known = False
            if line.bounds is None:
                bounded = False
            else:
                low, high = low + Fraction(line.bounds.low), high + Fraction(line.bounds.high)
        if known:
            return (self.payable(low, lines[0].programme) if low else self._nothing), None
        return None, self.bounds(Interval(low, high)) if bounded else None

    @cached_property
    def _nothing(self) -> Decimal:
        return self.payable(Fraction(0), "nothing")

    # Phase-outs

    def _date(self, name: str, item: Item) -> date | None:
        value = None if self.view.names.is_private_value(name) else self.view.definition(name, item)
        return date.fromordinal(value) if isinstance(value, int) and value != core.NO_DATE else None

    def _phase_out(self, programme: Programme, item: Item) -> PhaseOut | None:
        for rule in self._effects(programme).phase_outs:
            if self.view.definition(rule.roles["amount"], item) not in (0, None):
                return self._running(rule, item)
        return None

    def _running(self, rule: Rule, item: Item) -> PhaseOut:
        private = self.view.names.is_private_value(rule.roles["months"])
        months = None if private else self.view.definition(rule.roles["months"], item)
        start = self._date(rule.roles["start"], item)
        count = int(months) if isinstance(months, Fraction) else None
        schedule: tuple[MonthlyPayment, ...] = ()
        if start is not None and count is not None:
            schedule = tuple(
                MonthlyPayment(calendar.first_of_month(start, n), self._month_of_phase_out(rule, item, n))
                for n in range(count)
            )
        return PhaseOut(rule.id, start, count, self._date(rule.roles["end"], item), schedule)

    def _month_of_phase_out(self, rule: Rule, item: Item, month: int) -> Decimal | None:
        """What is paid in a month of a phase-out: the amount itself, or the share that its schedule gives the month."""
        now = self.view.definition(rule.roles["amount"], item)
        schedule = rule.details.get("schedule")
        if not isinstance(schedule, tuple):
            return self.payable(now, rule.id) if isinstance(now, Fraction) else None
        index = rule.roles["month_index"]
        at = core.Const(Fraction(month), self.view.compiled.definitions[index].type, str(month))
        value = self.view.value_with(rule.roles["value"], item, {index: at})
        return self.payable(value, rule.id) if isinstance(value, Fraction) else None

    # Reasons

    def reasons(self, programme: Programme, item: Item) -> tuple[str, ...]:
        """The rules that settle a programme's outcome, or leave it open."""
        status, held = self.status(programme, item), self.tracer.held
        return tuple(
            rule.id for rule in self._effects(programme).settling if self.settles(status, rule, held(rule, item))
        )

    @staticmethod
    def settles(status: Status, rule: Rule, held: bool | None) -> bool:
        """Whether a rule that held, did not, or is open is a reason of a status."""
        if rule.kind == "eligibility":
            if status in OPEN:
                return held is None
            if status == "not_opened":
                return held is False and rule.opens_route
            return held is (status in ("eligible", "at_discretion"))
        if rule.kind == "exclusion":
            return held is None if status in OPEN else held is True
        return rule.kind == "phase_out" and status == "phasing_out" and held is True
