"""What a decision opens beside money, and what is told with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from aidrules.language.fields import Label
from aidrules.language.sources import Citation

GateState = Literal["needed", "waived", "undetermined"]
DeadlineState = Literal["running", "met", "late", "overdue", "undetermined"]
CadenceState = Literal["scheduled", "overdue", "undetermined"]
CheckState = Literal["kept", "not_kept", "undetermined"]
ProcedureState = Literal["complete", "open", "undetermined"]
StepState = Literal[
    "done",
    "skipped",
    "missing",
    "out_of_order",
    "too_short",
    "objected",
    "not_passed",
    "without_all",
    "undetermined",
]
ClassificationState = Literal["settled", "none", "ambiguous", "undetermined"]


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
    """A service or right that a status opens.

    Attributes:
        state: `applied`, or `undetermined` while that is open.
    """

    rule: str
    programme: str | None
    label: Label
    member: str | None
    state: Literal["applied", "undetermined"]
    force: str
    to: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Referral:
    """A hand-over to an office, by when, and what it opens.

    Attributes:
        state: `applied`, or `undetermined` while that is open.
        counted_from: the day of the event that started it.
    """

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: Literal["applied", "undetermined"]
    force: str
    to: tuple[Named, ...]
    due: date | None
    counted_from: date | None
    opens: Task | None


@dataclass(frozen=True, slots=True)
class Gate:
    """A step of procedure.

    Attributes:
        state: `needed`; `waived`, as the rules allow; `undetermined`: which of the two is open.
    """

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: GateState
    opens: Task | None


@dataclass(frozen=True, slots=True)
class ProcedureStep:
    """A step of a procedure, and how it was taken.

    Attributes:
        state: `done`; `skipped`, as the rules allow; else the first reason why it does not count yet: `missing`: it was
            not taken; `out_of_order`: one that comes before it was not, or was later; `too_short`: it was not posted
            for as long as it must be; `objected`: an objection is still to be looked into; `not_passed`;
            `without_all`: who must take part did not; `undetermined`: that is open.
        full_on: the first day on which what was posted has been there long enough.
        without: the roles of which nobody took part.
    """

    name: str
    label: Label
    state: StepState
    begun: date | None
    done: date | None
    full_on: date | None
    without: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Procedure:
    """Steps that are to be taken in their order.

    Attributes:
        state: `complete`: each was taken as it must be, or left out as it may be; `open`; `undetermined`.
        stands_at: the first step that does not count yet; None where there is none, or that is open.
    """

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: ProcedureState
    stands_at: Named | None
    steps: tuple[ProcedureStep, ...]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date by which something is to be done.

    Attributes:
        state: `running`: not due yet and not done; `met`; `late`: done after its day; `overdue`: not done, and its day
            is past; `undetermined`: whether it runs, its day, or whether it was done in time is open.
    """

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: DeadlineState
    due: date | None
    extended: bool | None
    done: date | None


@dataclass(frozen=True, slots=True)
class Cadence:
    """Something that recurs, and when it is due next.

    Attributes:
        state: `scheduled`; `overdue`: its day is past; `undetermined`: whether it is due, or when, is open.
    """

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: CadenceState
    next: date | None


@dataclass(frozen=True, slots=True)
class Check:
    """A ratio or line that the agency itself must keep.

    Attributes:
        state: `kept`, `not_kept`, or `undetermined` while that is open.
    """

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: CheckState
    shortfall: str | None


@dataclass(frozen=True, slots=True)
class Classification:
    """The case, or cases, that a household or item falls into.

    Attributes:
        state: `settled`; `none`: no case holds; `ambiguous`: several hold and one is wanted; `undetermined`: open.
    """

    rule: str
    programme: str | None
    label: Label
    about: str | None
    state: ClassificationState
    cases: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence of the rules that belongs to some outcomes of this decision.

    Attributes:
        label: the sentence, without its full stop.
        about: the outcomes that it belongs to: `dibao`, `tekun[m1]`.
    """

    name: str
    label: Label
    about: tuple[str, ...]
    clauses: tuple[Citation, ...]
