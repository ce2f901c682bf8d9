"""What a decision consists of, as plain frozen records: outcomes, payments, tasks, trace. They are its JSON form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from aidrules.language.fields import Label
from aidrules.language.sources import Citation

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

State = Literal["applied", "not_applied", "undetermined", "not_reached"]
Every = Literal["month", "term", "year", "occasion", "life"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """An amount that is known only to lie between two, both included."""

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
        amount: what is paid each time; None while that is open.
        bounds: between what it lies, where the amount is open and that much is known.
        currency: of the amount, an ISO 4217 code.
        starts: the first month or day paid for, where the rules say.
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
    """What a programme about persons comes to for one member; see `Outcome`."""

    member: str
    status: Status
    monthly: Decimal | None
    monthly_bounds: Bounds | None
    one_off: Decimal | None
    one_off_bounds: Bounds | None
    phase_out: PhaseOut | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a programme comes to.

    Attributes:
        status: the outcome; for a programme about persons the most favourable one among the members.
        persons: the outcome for each member, for a programme about persons.
        monthly: what is paid a month in all; 0.00 where nothing is, None while it is open.
        monthly_bounds: between what it lies while it is open, where that much is known.
        one_off: what is paid once in all, likewise.
        lines: the payments, one by one.
        phase_out: for a household whose payment continues for a time.
        reasons: the rules that settle the status, or leave it open.
    """

    programme: str
    label: Label
    status: Status
    persons: Mapping[str, PersonOutcome]
    monthly: Decimal | None
    monthly_bounds: Bounds | None
    one_off: Decimal | None
    one_off_bounds: Bounds | None
    currency: str
    lines: tuple[PaymentLine, ...]
    phase_out: PhaseOut | None
    reasons: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Whether its status, that of a person, or a payment is still open."""
        return (
            self.status in OPEN
            or any(person.status in OPEN for person in self.persons.values())
            or any(line.amount is None for line in self.lines)
        )


@dataclass(frozen=True, slots=True)
class Named:
    """An office, a service or a case, by its name in the rules."""

    name: str
    label: Label


@dataclass(frozen=True, slots=True)
class Task:
    """Something to be done that a rule opens, and by when."""

    name: str
    label: Label
    due: date | None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A service or right that a status opens; `state` is `undetermined` while that is open."""

    rule: str
    programme: str | None
    label: Label
    member: str | None
    state: Literal["applied", "undetermined"]
    force: str
    to: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Referral:
    """A hand-over to an office, by when, and what it opens."""

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: Literal["applied", "undetermined"]
    force: str
    to: tuple[Named, ...]
    due: date | None
    opens: Task | None


@dataclass(frozen=True, slots=True)
class Gate:
    """A step of procedure: needed, waived, or not settled."""

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: Literal["needed", "waived", "undetermined"]
    opens: Task | None


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date by which something is to be done."""

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: Literal["running", "met", "late", "overdue", "undetermined"]
    due: date | None
    extended: bool | None
    done: date | None


@dataclass(frozen=True, slots=True)
class Cadence:
    """Something that recurs, and when it is due next."""

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: Literal["scheduled", "overdue", "undetermined"]
    next: date | None


@dataclass(frozen=True, slots=True)
class Check:
    """A ratio or line that the agency itself must keep."""

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: Literal["kept", "not_kept", "undetermined"]
    shortfall: str | None


@dataclass(frozen=True, slots=True)
class Classification:
    """The case, or cases, that a household or item falls into; `ambiguous` where several hold and one is wanted."""

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: Literal["settled", "none", "ambiguous", "undetermined"]
    cases: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """An input that nobody has given and on which something open depends.

    Attributes:
        input: the path of the fact (`members[0].disability.grade`), or the name of the parameter.
        kind: fact, finding (a person must record it), list (nobody has said what it holds) or parameter.
        member: the member concerned.
        who: the roles that may record a finding.
        settles: open outcomes that need nothing else: `dibao`, `tekun[m1]`.
        bears_on: all open outcomes that depend on it.
    """

    input: str
    kind: Literal["fact", "finding", "list", "parameter"]
    label: Label
    confidential: bool
    member: str | None
    who: tuple[str, ...]
    settles: tuple[str, ...]
    bears_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """An option of a reading that was not taken."""

    option: str
    label: Label


@dataclass(frozen=True, slots=True)
class ReadingUse:
    """A choice of reading that the decision relies on; `option` is None for a note that leaves nothing to choose."""

    name: str
    label: Label
    option: str | None
    option_label: Label | None
    alternatives: tuple[Alternative, ...]
    default: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Input:
    """A value that a step read.

    Attributes:
        kind: a recorded fact, a parameter of the pack, or a value worked out elsewhere in the trace.
        value: numbers as exact text (`500`, `1000/3`, `2000..3000`), dates as ISO text; None is unknown or withheld.
        confidential: the value, and what it is, are withheld.
    """

    name: str
    kind: Literal["fact", "parameter", "value"]
    label: Label
    value: str | bool | None
    unit: str | None
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A named part of a rule: an item of an exclusion list, a grade, a case, an alternative."""

    id: str
    label: Label
    state: State
    clauses: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """A rule, or a worked-out value, for the household or for one item of a list.

    Attributes:
        about: the member or item (`m1`, `m1.episodes[0]`); None for the household.
        result: yes or no, an amount as exact text, a date, the case that holds; None while open.
        formula: the rule's formula by names.
        with_values: the same with the values put in.
        statement: why a condition holds, does not hold or is open, as a sentence without its full stop.
    """

    about: str | None
    state: State
    result: str | bool | None
    unit: str | None
    inputs: tuple[Input, ...]
    formula: Label | None
    with_values: Label | None
    statement: Label | None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Overridden:
    """What a narrower pack changed of a wider one: which fields, and the wider clauses."""

    pack: str
    by: str
    changed: tuple[str, ...]
    clauses: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class InForce:
    """Between which days something is in force; None is without limit, both None is undated."""

    start: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class RuleTrace:
    """A rule and what it came to, for the household or for each item that it is about."""

    rule: str
    kind: str
    programme: str | None
    label: Label
    state: State
    steps: tuple[Step, ...]
    clauses: tuple[Citation, ...]
    force: str
    in_force: InForce
    pack: str
    readings: tuple[str, ...]
    overrode: tuple[Overridden, ...]


@dataclass(frozen=True, slots=True)
class ValueTrace:
    """A value that rules build on, worked out for the household or for each item."""

    name: str
    label: Label
    steps: tuple[Step, ...]
    clauses: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ParameterTrace:
    """A parameter as it stood: since when in force, given by argument, or without a value.

    Attributes:
        announced: the day on which its value became known, where the file says it.
        formula_gives: what its formula comes to, where another figure was published and holds.
    """

    name: str
    label: Label
    unit: str | None
    in_force: InForce
    given: bool
    missing: bool
    clauses: tuple[Citation, ...]
    announced: date | None = None
    formula_gives: str | None = None


@dataclass(frozen=True, slots=True)
class ChainTrace:
    """The conclusions in the order in which they were reached, and whether the second engine agrees.

    Attributes:
        engine: which engine chained; `exact` with the reason, where durable-rules was left out.
        order: the conclusions, in order.
        differences: conclusions on which durable-rules differed; the exact result stands.
    """

    engine: str
    order: tuple[str, ...]
    differences: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether no conclusion differed."""
        return not self.differences
