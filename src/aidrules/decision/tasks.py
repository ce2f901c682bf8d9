"""What a decision opens beside money: entitlements, referrals, gates, procedures, deadlines, checks, notices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from aidrules.decision.forms import (
    Cadence,
    Check,
    Classification,
    Deadline,
    Entitlement,
    Gate,
    Named,
    Notice,
    Procedure,
    ProcedureStep,
    Referral,
    Task,
)
from aidrules.decision.forms.tasks import (
    CadenceState,
    CheckState,
    ClassificationState,
    DeadlineState,
    GateState,
    ProcedureState,
    StepState,
)
from aidrules.decision.names import CLASSES, Item
from aidrules.decision.outcomes import Outcomes
from aidrules.decision.shown import Shown
from aidrules.decision.steps import plain
from aidrules.decision.trace import Tracer
from aidrules.decision.view import View
from aidrules.language import core
from aidrules.language.fields import Label

if TYPE_CHECKING:
    from aidrules.engine.compiled import Rule
    from aidrules.kinds.steps import Taken


_GATES: dict[bool | None, GateState] = {True: "needed", False: "waived", None: "undetermined"}
_PROCEDURES: dict[bool | None, ProcedureState] = {True: "complete", False: "open", None: "undetermined"}
_CHECKS: dict[bool | None, CheckState] = {True: "kept", False: "not_kept", None: "undetermined"}


def needed(gate: Rule, held: bool | None) -> bool | None:
    """Whether a gate is needed, with what the rule says for as long as that is not known."""
    stands_in = gate.details.get("if_undetermined")
    return stands_in == "needed" if held is None and stands_in else held


def _classified(value: Shown) -> ClassificationState:
    """The state of a classification whose class has this value."""
    if value is None:
        return "undetermined"
    if value == "none":
        return "none"
    return "ambiguous" if value == "ambiguous" else "settled"


@dataclass(frozen=True)
class Tasks:
    """Derives what one run opens; what certainly does not apply is left out."""

    tracer: Tracer

    @property
    def view(self) -> View:
        return self.tracer.view

    def _of_kind(self, kind: str) -> Iterator[tuple[Rule, Item]]:
        for rule in self.view.compiled.rules.values():
            if rule.kind == kind:
                yield from ((rule, item) for item in self.tracer.items_of(rule))

    def _open(self, kind: str) -> Iterator[tuple[Rule, Item, bool | None]]:
        for rule, item in self._of_kind(kind):
            held = self.tracer.held(rule, item)
            if held is not False:
                yield rule, item, held

    def _told(self, rule: Rule, role: str, item: Item) -> Shown:
        """What a definition of a rule comes to; None where it is reckoned from something confidential."""
        name = rule.roles[role]
        return None if self.view.names.is_private_value(name) else self.view.definition(name, item)

    def _date(self, rule: Rule, role: str, item: Item) -> date | None:
        return self._day(rule.roles.get(role), item)

    def _day(self, name: str | None, item: Item) -> date | None:
        """The day that a definition comes to; None where there is none, or it is not told."""
        if name is None or self.view.names.is_private_value(name):
            return None
        value = self.view.definition(name, item)
        return date.fromordinal(value) if isinstance(value, int) and value != core.NO_DATE else None

    def _has_date(self, rule: Rule, item: Item) -> bool:
        return self.view.definition(rule.roles["due"], item) not in (None, core.NO_DATE)

    def _to(self, rule: Rule, item: Item) -> tuple[Named, ...]:
        listed = rule.details.get("to", ())
        named = [
            Named(part.id, part.label) for part in rule.parts if self.view.definition(part.definition, item) is True
        ]
        plainly = (
            [Named(name, self.view.names.term(name) or Label(name, name)) for name in listed]
            if isinstance(listed, tuple | list)
            else []
        )
        return (*named, *plainly) if rule.kind == "referral" else tuple(plainly)

    def _task(self, rule: Rule, item: Item) -> Task | None:
        name, label = rule.details.get("task"), rule.details.get("task_label")
        if not isinstance(name, str) or not isinstance(label, Label):
            return None
        return Task(name, label, self._date(rule, "due", item))

    def classifications(self) -> tuple[Classification, ...]:
        """What each classification comes to."""
        found: list[Classification] = []
        for kind in sorted(CLASSES):
            for rule, item in self._of_kind(kind):
                held = [part for part in rule.parts if self.view.definition(part.definition, item) is True]
                if "class" in rule.roles:
                    value = self.view.definition(rule.roles["class"], item)
                    state = _classified(value)
                    held = [part for part in held if value in (part.id, "ambiguous")]
                else:
                    known = self.tracer.held(rule, item)
                    state = "undetermined" if known is None else "settled" if known else "none"
                cases = tuple(Named(part.id, part.label) for part in held)
                key = self.view.key(item) or None
                found.append(Classification(rule.id, rule.programme, rule.label, key, state, cases))
        return tuple(found)

    def entitlements(self) -> tuple[Entitlement, ...]:
        """Services and rights that are open, or may be."""
        return tuple(
            Entitlement(
                rule.id,
                rule.programme,
                rule.label,
                self.view.key(item) or None,
                "undetermined" if held is None else "applied",
                rule.force,
                self._to(rule, item),
            )
            for rule, item, held in self._open("entitlement")
        )

    def referrals(self) -> tuple[Referral, ...]:
        """Hand-overs that are to be made, or may be."""
        return tuple(
            Referral(
                rule.id,
                rule.programme,
                rule.label,
                self.view.key(item) or None,
                "undetermined" if held is None else "applied",
                rule.force,
                self._to(rule, item),
                self._date(rule, "due", item),
                self._date(rule, "counted_from", item),
                self._task(rule, item),
            )
            for rule, item, held in self._open("referral")
        )

    def gates(self) -> tuple[Gate, ...]:
        """Every step of procedure that a rule speaks of, needed or not."""
        found: list[Gate] = []
        for rule, item in self._of_kind("gate"):
            held = needed(rule, self.tracer.held(rule, item))
            key, task = self.view.key(item) or None, self._task(rule, item) if held else None
            found.append(Gate(rule.id, rule.programme, rule.label, key, _GATES[held], task))
        return tuple(found)

    def procedures(self) -> tuple[Procedure, ...]:
        """Procedures that apply, with each of their steps."""
        found: list[Procedure] = []
        for rule, item in self._of_kind("procedure"):
            if self.tracer.held(rule, item, "applies") is False:
                continue
            taken = cast("tuple[Taken, ...]", rule.details["steps"])
            stands = self.view.definition(rule.roles["stands_at"], item)
            at = next((Named(step.id, step.label) for step in taken if step.id == stands), None)
            state = _PROCEDURES[self.tracer.held(rule, item)] if self.tracer.held(rule, item, "applies") else None
            steps = tuple(self._step(step, item) for step in taken)
            key = self.view.key(item) or None
            found.append(Procedure(rule.id, rule.programme, rule.label, key, state or "undetermined", at, steps))
        return tuple(found)

    def _step(self, step: Taken, item: Item) -> ProcedureStep:
        lacking = (Named(role, label) for role, label, name in step.without if self.view.definition(name, item) is True)
        return ProcedureStep(
            step.id,
            step.label,
            cast("StepState", self.view.definition(step.state, item) or "undetermined"),
            self._day(step.begun_on, item),
            self._day(step.done_on, item),
            self._day(step.full_on, item),
            tuple(lacking),
        )

    def deadlines(self) -> tuple[Deadline, ...]:
        """Deadlines that run or have run."""
        found: list[Deadline] = []
        for rule, item, held in self._open("deadline"):
            due, done = self._date(rule, "due", item), self._date(rule, "done", item)
            done_at = self.view.definition(rule.roles["done"], item) if "done" in rule.roles else None
            overdue = self.view.definition(rule.roles["overdue"], item)
            extended = self.view.definition(rule.roles["extended"], item) if "extended" in rule.roles else False
            state: DeadlineState
            is_done = done_at not in (None, core.NO_DATE)
            if held is None or overdue is None or not (is_done or self._has_date(rule, item)):
                state = "undetermined"
            elif is_done:
                state = "late" if overdue else "met"
            else:
                state = "overdue" if overdue else "running"
            key = self.view.key(item) or None
            longer = extended if isinstance(extended, bool) else None
            found.append(Deadline(rule.id, rule.programme, rule.label, key, state, due, longer, done))
        return tuple(found)

    def cadences(self) -> tuple[Cadence, ...]:
        """What recurs, with its next date."""
        found: list[Cadence] = []
        for rule, item, held in self._open("cadence"):
            overdue = self.view.definition(rule.roles["overdue"], item)
            due = self._date(rule, "due", item)
            state: CadenceState
            if held is None or overdue is None or not self._has_date(rule, item):
                state = "undetermined"
            else:
                state = "overdue" if overdue else "scheduled"
            key = self.view.key(item) or None
            found.append(Cadence(rule.id, rule.programme, rule.label, key, state, due))
        return tuple(found)

    def checks(self) -> tuple[Check, ...]:
        """Lines that an agency or a case must keep."""
        found: list[Check] = []
        for rule, item in self._of_kind("check"):
            if self.tracer.held(rule, item, "applies") is False:
                continue
            kept = self.tracer.held(rule, item)
            shortfall = None
            if kept is False and "shortfall" in rule.roles:
                short = self._told(rule, "shortfall", item)
                shortfall = None if short is None else str(plain(short, core.NUMBER))
            key = self.view.key(item) or None
            found.append(Check(rule.id, rule.programme, rule.label, key, _CHECKS[kept], shortfall))
        return tuple(found)

    def notices(self) -> tuple[Notice, ...]:
        """What the rules have told beside the outcomes that this decision comes to."""
        found: list[Notice] = []
        outcomes = Outcomes(self.tracer)
        for notice in self.view.compiled.notices.values():
            about: list[str] = []
            for name, condition in notice.conditions.items():
                programme = self.view.compiled.programmes[name]
                for item in outcomes.items_of(programme):
                    given = self.view.definition(condition, item)
                    # Where it is open whether the route is, a failed condition is told as a refusal all the same.
                    if given is True or (given is None and outcomes.status(programme, item) in notice.when):
                        key = self.view.key(item)
                        about.append(f"{name}[{key}]" if key else name)
            if about:
                found.append(Notice(notice.name, notice.label, tuple(about), notice.cite))
        return tuple(found)
