"""What a decision opens beside money, as lines of a letter: services, referrals, steps, dates, checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from aidrules.decision import conventions
from aidrules.decision.figures import Lang, date_text
from aidrules.decision.forms import OPEN, Deadline, Entitlement, Named, Procedure, Referral, Task
from aidrules.decision.grounds import Grounds
from aidrules.decision.letter import Line
from aidrules.decision.missing import open_classes
from aidrules.decision.names import Item
from aidrules.decision.words import LetterWords, letter_words, procedure_words
from aidrules.language import core
from aidrules.language.fields import Label
from aidrules.language.sources import Citation

if TYPE_CHECKING:
    from aidrules.decision.decision import Decision
    from aidrules.engine.compiled import Rule

_NAMED = 5
"""Of what is not known, only so much is named."""


@dataclass
class Duties:
    """Tells the tasks of one decision in one language."""

    decision: Decision
    lang: Lang
    grounds: Grounds
    programmes: Sequence[str] | None

    @property
    def words(self) -> LetterWords:
        """The sentences of the language."""
        return letter_words(self.lang)

    def _told(self, programme: str | None) -> bool:
        return self.programmes is None or programme in self.programmes

    def _in_question(self, programme: str | None) -> bool:
        """Whether a programme is told, and its route is not closed."""
        outcome = self.decision.outcomes.get(programme) if programme else None
        return self._told(programme) and (outcome is None or outcome.status != "not_opened")

    def _unknown(self, name: str, item: Item) -> str:
        """What is not known of that on which a definition turns; of much, some."""
        gaps = self.grounds.view.gaps_of(name, item).values()
        names = [*dict.fromkeys(gap.label.text(self.lang) for gap in gaps if not gap.confidential)]
        return self.words.some(names[:_NAMED], len(names) - _NAMED) if names[_NAMED:] else self.words.listed(names)

    def _granted(self, programme: str | None) -> bool:
        """Whether a programme is told, and has no outcome or a settled one that is no refusal."""
        outcome = self.decision.outcomes.get(programme) if programme else None
        return self._in_question(programme) and (outcome is None or outcome.status not in (*OPEN, "ineligible"))

    def _cite(self, rule: str) -> str:
        cited: tuple[Citation, ...] = self.decision.run.compiled.rules[rule].cite
        return self.grounds.clauses(cited)

    def _cite_cases(self, name: str, cases: Sequence[Named]) -> str:
        """The clauses of the cases that a class comes to; of the whole rule where one of them has none of its own."""
        compiled = self.decision.run.compiled
        parts = {part.id: part.cite for part in compiled.rules[name].parts}
        cites = [parts[case.name] for case in cases]
        if not cites or not all(cites):
            return self._cite(name)
        return self.grounds.clauses(
            compiled.pack.citations(tuple(dict.fromkeys(cite for own in cites for cite in own)))
        )

    def _persons(self, about: Sequence[str | None]) -> str | None:
        known = list(dict.fromkeys(key.partition(".")[0] for key in about if key))
        members = set(self.decision.subject.member_ids)
        return self.words.persons([key for key in known if key in members]) if members & set(known) else None

    def _receivers(self, receivers: Sequence[Named]) -> list[str]:
        """Those that have a name for readers; the mere id in both languages is what nobody named."""
        return [r.label.text(self.lang) for r in receivers if r.label != Label(r.name, r.name)]

    def _task(self, task: Task | None) -> str | None:
        return task.label.text(self.lang) if task is not None else None

    def _day(self, day: date | None) -> str:
        """A day of something that is settled; what is not known of it is confidential."""
        return self.words.confidential_day if day is None else date_text(day, self.lang)

    def _due(self, day: date | None, rule: str, about: str | None) -> str:
        """The day by which something is due for an item."""
        view = self.grounds.view
        name = view.compiled.rules[rule].roles["due"]
        items = self.grounds.tracer.items_of(view.compiled.rules[rule])
        item = next(item for item in items if (view.key(item) or None) == about)
        return self._day(day) if day is None else self._reckoned(day, view.compiled.definitions[name].expr, item)

    def _reckoned(self, day: date, expr: core.Expr, item: Item) -> str:
        """A day by its formula, said to be an estimate where holidays are not announced yet."""
        view, text = self.grounds.view, self._day(day)
        estimated = conventions.is_estimated(view, expr, view.names.bindings(item))
        return self.words.estimated(text) if estimated else text

    def _or_passed(self, text: str, day: date | None) -> str:
        """A day by which something is still to be done, said to have passed where it has."""
        return self.words.passed(text) if day is not None and day < self.decision.on else text

    def _programme(self, rule: str) -> str:
        compiled = self.decision.run.compiled
        return compiled.programmes[compiled.rules[rule].programme].label.text(self.lang)

    def opened(self) -> set[tuple[str | None, str | None]]:
        """The programmes of which `services` tells, each with a member whom it names, or None for the household.

        So with those of which `referrals` tells all that they come to.
        """
        opened = [(entry.programme, entry.member, entry.state) for entry in self.decision.entitlements]
        for entry in self.decision.referrals:
            if entry.programme in self.grounds.view.names.referring:
                member = entry.about.partition(".")[0] if entry.about else None
                opened.append((entry.programme, member, entry.state))
        return {(programme, who) for programme, who, state in opened if state == "applied" and self._told(programme)}

    def classes(self) -> list[Line]:
        """The cases that the household and its members fall into, and classes that are open."""
        groups: dict[tuple[str, str, str], list[str | None]] = {}
        asked = {point.name for point in open_classes(self.decision._outcomes)}
        for found in self.decision.classifications:
            if not self._told(found.programme):
                continue
            if found.state in ("settled", "ambiguous"):
                named = self.words.listed([case.label.text(self.lang) for case in found.cases])
                said = self.words.ambiguous(named) if found.state == "ambiguous" else named
                cited = self._cite_cases(found.rule, found.cases)
                groups.setdefault((found.rule, said, cited), []).append(found.about)
            elif (f"{found.rule}[{found.about}]" if found.about else found.rule) in asked:
                said = self.words.outcomes["undetermined"]
                groups.setdefault((found.rule, said, self._cite(found.rule)), []).append(found.about)
        return [
            Line(
                self.words.case(self.decision.run.compiled.rules[rule].label.text(self.lang), self._persons(who), said),
                cited,
            )
            for (rule, said, cited), who in groups.items()
        ]

    def services(self) -> list[Line]:
        """Services and rights that are open, those of several members together, and alike ones of a programme."""
        groups: dict[str, list[Entitlement]] = {}
        for entry in self.decision.entitlements:
            if entry.state == "applied" and self._told(entry.programme):
                groups.setdefault(entry.rule, []).append(entry)
        alike: dict[tuple[str, str | None, tuple[str, ...], bool, str], list[str]] = {}
        for rule, entries in groups.items():
            to, persons = tuple(self._receivers(entries[0].to)), self._persons([entry.member for entry in entries])
            may = entries[0].force in ("may", "encouraged")
            key = (self._programme(rule), persons, to, may, self._cite(rule))
            alike.setdefault(key, []).append(entries[0].label.text(self.lang))
        return [
            Line(self.words.entitlement(programme, self.words.listed(labels), persons, to, may=may), cited)
            for (programme, persons, to, may, cited), labels in alike.items()
        ]

    def referrals(self) -> list[Line]:
        """Hand-overs to be made; those of one rule together that go to the same by the same day."""
        groups: dict[tuple[str, tuple[Named, ...], date | None, date | None], list[Referral]] = {}
        for entry in self.decision.referrals:
            if entry.state == "applied" and self._told(entry.programme):
                groups.setdefault((entry.rule, entry.to, entry.due, entry.counted_from), []).append(entry)
        apart = Counter(rule for rule, *_ in groups)
        return [
            Line(
                self.words.referral(
                    entries[0].label.text(self.lang),
                    self._whose(rule, [entry.about for entry in entries], named=apart[rule] > 1),
                    self._receivers(to),
                    self._or_passed(self._due(due, rule, entries[0].about), due) if due else None,
                    self._task(entries[0].opens),
                    offices=all(self.grounds.view.names.term(one.name) for one in to),
                ),
                self._cite(rule),
                below=(
                    *self._lines_crossed(rule, [entry.about for entry in entries]),
                    *([Line(self.words.time_counts(date_text(start, self.lang)))] if start and due else []),
                ),
            )
            for (rule, to, due, start), entries in groups.items()
        ]

    def _whose(self, rule: str, about: Sequence[str | None], *, named: bool) -> str | None:
        """The persons whom something is about; where the items of a rule are told apart, which items."""
        persons, tracer = self._persons(about), self.grounds.tracer
        if persons or not named:
            return persons
        items = tracer.items_of(self.decision.run.compiled.rules[rule])
        those = [item for item in items if (tracer.view.key(item) or None) in about and item.owner]
        return self.words.listed([self.grounds.phrases.dated_name(item) for item in those]) or None

    def _lines_crossed(self, name: str, about: Sequence[str | None]) -> Iterator[Line]:
        """The figures that open a hand-over, where it hangs on a comparison of amounts or dates."""
        rule, tracer = self.decision.run.compiled.rules[name], self.grounds.tracer
        condition = rule.roles["condition"]
        for item in tracer.items_of(rule):
            if (tracer.view.key(item) or None) in about:
                said = [text for text, *_ in self.grounds.phrases.comparisons(condition, item)]
                if said:
                    text = self.words.heading(self.grounds.phrases.words.joined(said))
                    whose = self.grounds.phrases.item_name(item) if len(item.owner) > 1 else None
                    told = self.grounds.phrases.words.about(self.words.heading(whose), text) if whose else text
                    yield Line(f"{told}{self.words.stop}")

    def gates(self) -> list[Line]:
        """Steps that are needed, or are taken as long as that is open, or may be left out, or of which that is open."""
        found: dict[tuple[str, bool | None, bool, str | None, str], list[str | None]] = {}
        tracer = self.grounds.tracer
        for gate in self.decision.gates:
            rule = self.decision.run.compiled.rules[gate.rule]
            needed = None if gate.state == "undetermined" else gate.state == "needed"
            whose = [item for item in tracer.items_of(rule) if (tracer.view.key(item) or None) == gate.about]
            # Of what is done, or needless for another reason than a waiver, nothing is to be said.
            waived = "waived" in rule.roles and any(tracer.held(rule, item, "waived") for item in whose)
            waived = waived and gate.state == "waived"
            private = tracer.view.names.is_private_value(rule.roles["condition"])
            open_ = needed is None and not private and self._granted(gate.programme)
            if (needed and self._told(gate.programme)) or (waived and self._in_question(gate.programme)) or open_:
                certain = not needed or private or any(tracer.held(rule, item) for item in whose)
                unknown = self._unknown(rule.roles["condition"], whose[0]) if open_ else ""
                found.setdefault((gate.rule, needed, certain, self._task(gate.opens), unknown), []).append(gate.about)
        return [
            Line(
                self.words.gate(
                    self.words.point(self.decision.run.compiled.rules[rule].label.text(self.lang), self._persons(who)),
                    needed=needed,
                    certain=certain,
                    task=task,
                    unknown=unknown,
                ),
                self._cite(rule),
            )
            for (rule, needed, certain, task, unknown), who in found.items()
        ]

    def procedures(self) -> list[Line]:
        """At which step each procedure stands that certainly applies and is on record, and why steps do not count."""
        words, recorded = procedure_words(self.lang), getattr(self.decision.subject, "steps", None) is not None
        return [
            Line(
                words.procedure(self.words.point(one.label.text(self.lang), self._persons([one.about])), one),
                self._cite(one.rule),
                below=tuple(self._steps(one)),
            )
            for one in self.decision.procedures
            if recorded and self._in_question(one.programme) and self._holds(one.rule, one.about, "applies")
        ]

    def _steps(self, procedure: Procedure) -> Iterator[Line]:
        """The steps that were left out or do not count yet, and those after the step at hand that were not taken."""
        words, compiled = procedure_words(self.lang), self.decision.run.compiled
        clauses = {part.id: compiled.pack.citations(part.cite) for part in compiled.rules[procedure.rule].parts}
        later: list[str] = []
        for step in procedure.steps:
            if step.state in ("done", "undetermined"):
                continue
            if step.state == "missing" and step.name != (procedure.stands_at and procedure.stands_at.name):
                later.append(step.label.text(self.lang))
                continue
            reasons = [f"without_{role.name}" for role in step.without] if step.state == "without_all" else []
            names = [f"{procedure.rule}.{step.name}.{reason}" for reason in reasons or (step.state,)]
            said = [compiled.definitions[name].label.text(self.lang) for name in names]
            days = (step.begun, step.full_on) if step.state in ("missing", "too_short") else (None, None)
            begun, full_on = (None if day is None else date_text(day, self.lang) for day in days)
            yield Line(words.step(said, begun, full_on), self.grounds.clauses(clauses[step.name]))
        if later and procedure.stands_at is not None:
            yield Line(words.later(later))

    def deadlines(self) -> dict[str, list[Line]]:
        """Deadlines that are known and not kept already, by name, also where nobody recorded whether they were."""
        told: dict[str, list[Line]] = {}
        for tell in (self._either, self._dated):
            for deadline in self.decision.deadlines:
                if lines := [*tell(deadline)]:
                    name = f"{deadline.rule}[{deadline.about}]" if deadline.about else deadline.rule
                    told.setdefault(name, []).extend(lines)
        return told

    def confirmed_once(self) -> list[Line]:
        """That one day of confirmation is on record, where the deadlines of several programmes count it as theirs."""
        case = getattr(self.decision.subject, "case", None)
        day = case.decided_on if case is not None else None
        if not isinstance(day, date):
            return []
        told = (one for one in self.decision.deadlines if one.done == day and self._in_question(one.programme))
        names = list(dict.fromkeys(self._programme(one.rule) for one in told if one.programme))
        return [Line(self.words.confirmed_once(date_text(day, self.lang), names), tone="open")] if names[1:] else []

    def _either(self, deadline: Deadline) -> Iterator[Line]:
        """A deadline of which only it is open whether it is extended: both days, and what is missing."""
        tracer, view = self.grounds.tracer, self.grounds.view
        rule = view.compiled.rules[deadline.rule]
        due, extended = rule.roles["due"], rule.roles.get("extended")
        told = self._in_question(deadline.programme) and not view.names.is_private_value(due)
        if deadline.due is not None or extended is None or not told:
            return
        for item in tracer.items_of(rule):
            if (view.key(item) or None) != deadline.about or tracer.held(rule, item) is not True:
                continue
            if "done" in rule.roles and view.definition(rule.roles["done"], item) not in (None, core.NO_DATE):
                continue
            formulas = [view.formula_with(due, {extended: known}) for known in (core.FALSE, core.TRUE)]
            days = [(view.value(formula, view.names.bindings(item)), formula) for formula in formulas]
            dated = [(date.fromordinal(day), by) for day, by in days if isinstance(day, int) and day != core.NO_DATE]
            said = [self._or_passed(self._reckoned(day, by, item), day) for day, by in dated]
            if len(said) == len(days):
                short, longer = said
                label = self.words.point(deadline.label.text(self.lang), self._programme(deadline.rule))
                text = self.words.deadline_open(label, short, longer, self._unknown(due, item))
                yield Line(text, self._cite(deadline.rule), "open")

    def _dated(self, deadline: Deadline) -> Iterator[Line]:
        """A deadline of which the day is known, or confidential."""
        if deadline.state == "met" or (deadline.due is None and deadline.state == "undetermined"):
            return
        if not self._in_question(deadline.programme) or not self._runs(deadline):
            return
        due = self._due(deadline.due, deadline.rule, deadline.about)
        text = self.words.deadline(
            self.words.point(deadline.label.text(self.lang), self._programme(deadline.rule)),
            deadline,
            self._or_passed(due, deadline.due) if deadline.state == "undetermined" else due,
            self._day(deadline.done) if deadline.state in ("met", "late") else None,
        )
        yield Line(text, self._cite(deadline.rule))

    def _runs(self, deadline: Deadline) -> bool:
        """Whether a deadline certainly runs, done or not."""
        return deadline.state != "undetermined" or self._holds(deadline.rule, deadline.about, "condition")

    def _holds(self, name: str, about: str | None, role: str) -> bool:
        """Whether the definition in a role certainly holds for what a task is about."""
        tracer = self.grounds.tracer
        rule = tracer.view.compiled.rules[name]
        items = (item for item in tracer.items_of(rule) if (tracer.view.key(item) or None) == about)
        return any(tracer.held(rule, item, role) is True for item in items)

    def cadences(self) -> list[Line]:
        """What recurs, with its next date."""
        return [
            Line(
                self.words.cadence(
                    self.words.point(cadence.label.text(self.lang), self._programme(cadence.rule)),
                    self._persons([cadence.about]),
                    self._due(cadence.next, cadence.rule, cadence.about),
                    overdue=cadence.state == "overdue",
                ),
                self._cite(cadence.rule),
            )
            for cadence in self.decision.cadences
            if cadence.state != "undetermined" and self._in_question(cadence.programme)
        ]

    def checks(self) -> list[Line]:
        """What is required and not so, or of which that is open where it certainly is required."""
        groups: dict[tuple[str, str, str | None, str], list[str | None]] = {}
        view, tracer = self.grounds.view, self.grounds.tracer
        found = {(check.rule, check.about): check for check in self.decision.checks if self._told(check.programme)}
        for rule in view.compiled.rules.values():
            for item in tracer.items_of(rule) if rule.kind == "check" else ():
                check = found.get((rule.id, view.key(item) or None))
                required = "applies" not in rule.roles or tracer.held(rule, item, "applies") is True
                if check is not None and required and check.state != "kept":
                    said = self._whether_so(rule, item)
                    groups.setdefault((rule.id, check.state, check.shortfall, said), []).append(check.about)
        lines: list[Line] = []
        for (name, state, short, said), who in groups.items():
            label, whose = view.compiled.rules[name].label.text(self.lang), self._whose(name, who, named=True)
            lines.append(Line(self.words.check(label, whose, state, short, said), self._cite(name)))
        return lines

    def _whether_so(self, rule: Rule, item: Item) -> str:
        """Why what a check requires is not so, or open; that it is required needs no words."""
        view = self.grounds.view
        condition = view.compiled.definitions[rule.roles["condition"]].expr
        parts = condition.items if isinstance(condition, core.Or) else (condition,)
        required = [part for part in parts if not _asks(part, rule.roles["applies"])]
        return self.grounds.phrases.statement(core.disjunction(*required), view.names.bindings(item))


def _asks(part: core.Expr, name: str) -> bool:
    """Whether a part of a condition is that another does not hold."""
    return isinstance(part, core.Not) and isinstance(part.inner, core.Ref) and part.inner.name == name
