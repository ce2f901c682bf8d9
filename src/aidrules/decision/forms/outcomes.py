"""What a decision comes to: outcomes and payments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from aidrules.language.fields import Label

Status = Literal[
    "eligible",
    "at_discretion",
    "exception_possible",
    "phasing_out",
    "suspended",
    "pending",
    "undetermined",
    "ineligible",
    "not_opened",
]
"""`pending` awaits a finding, `undetermined` lacks facts; `not_opened`: the route is not open, which is no refusal."""

OPEN: frozenset[str] = frozenset({"pending", "undetermined"})

STATUSES: tuple[Status, ...] = (
    "eligible",
    "phasing_out",
    "at_discretion",
    "exception_possible",
    "suspended",
    "pending",
    "undetermined",
    "ineligible",
    "not_opened",
)
"""All that an outcome can be, the most favourable first."""

Every = Literal["month", "term", "year", "occasion", "life"]
Way = Literal["monthly", "termly", "yearly", "one_off"]
WAYS: Mapping[Way, frozenset[Every]] = {
    "monthly": frozenset({"month"}),
    "termly": frozenset({"term"}),
    "yearly": frozenset({"year"}),
    "one_off": frozenset({"occasion", "life"}),
}
"""The sums of an outcome, which are never added up, and how often the payments in each are made."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """An amount that is known only to lie between two, both included, in whole units of the currency (yuan).

    Where they would be more than a million apart there are none: they would be the limits of what nobody gave.
    """

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One payment that a rule gives.

    Attributes:
        rule: the rule that pays.
        payee: who receives it: household, member, carer, guardian, institution ...
        member: the member for whom it is paid; None for the household as a whole.
        every: how often.
        form: cash, loan or kind.
        amount: what is paid each time, in whole units of the currency (yuan, with decimals for fen); None while that
            is open.
        bounds: between what it lies, where the amount is open and that much is known.
        currency: of the amount, an ISO 4217 code.
        starts: the first month or day paid for, where the rules say; None where `ends` leaves no month to pay.
        ends: the last month paid for, by its first day, where the right ends within the month of the facts.
        state: `eligible` for what is due, `at_discretion` for what may be given, `undetermined` or `pending` for what
            is open, `phasing_out` for what continues for a time.
    """

    programme: str
    rule: str
    label: Label
    payee: str
    member: str | None
    every: Every
    form: Literal["cash", "loan", "kind"]
    amount: Decimal | None
    bounds: Bounds | None
    currency: str
    starts: date | None
    ends: date | None
    state: Status


@dataclass(frozen=True, slots=True)
class MonthlyPayment:
    """What is paid in one month of a phase-out; `month` is its first day."""

    month: date
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class PhaseOut:
    """Continued payment after the conditions ended: first month, number of months, last day, payments by month."""

    rule: str
    start: date | None
    months: int | None
    end: date | None
    schedule: tuple[MonthlyPayment, ...]


@dataclass(frozen=True, slots=True)
class PersonOutcome:
    """What a programme about persons comes to for one member; see `Outcome`, which also has the currency."""

    member: str
    status: Status
    monthly: Decimal | None
    monthly_bounds: Bounds | None
    termly: Decimal | None
    termly_bounds: Bounds | None
    yearly: Decimal | None
    yearly_bounds: Bounds | None
    one_off: Decimal | None
    one_off_bounds: Bounds | None
    phase_out: PhaseOut | None
    last_month: date | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a programme comes to. Amounts are in whole units of the currency: yuan, with decimals for fen.

    Attributes:
        status: the outcome; for a programme about persons the most favourable one among the members.
        persons: the outcome for each member, for a programme about persons.
        monthly: what is paid a month in all; 0.00 where nothing is, None while it is open.
        monthly_bounds: between what it lies while it is open, where that much is known.
        termly: what is paid each school term in all, likewise, as all that follows.
        yearly: what is paid each year in all.
        one_off: what is paid once in all.
        currency: of all its amounts, an ISO 4217 code.
        lines: the payments, one by one; loans are in none of the sums.
        phase_out: for a household whose payment continues for a time.
        last_month: the last month paid, by its first day, of a benefit in payment that has ended, where the terms say.
        reasons: the rules that settle the status, or leave it open.
    """

    programme: str
    label: Label
    status: Status
    persons: Mapping[str, PersonOutcome]
    monthly: Decimal | None
    monthly_bounds: Bounds | None
    termly: Decimal | None
    termly_bounds: Bounds | None
    yearly: Decimal | None
    yearly_bounds: Bounds | None
    one_off: Decimal | None
    one_off_bounds: Bounds | None
    currency: str
    lines: tuple[PaymentLine, ...]
    phase_out: PhaseOut | None
    last_month: date | None
    reasons: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether its status, that of a person, or a payment is still open."""
        return (
            self.status in OPEN
            or any(person.status in OPEN for person in self.persons.values())
            or any(line.amount is None for line in self.lines)
        )
