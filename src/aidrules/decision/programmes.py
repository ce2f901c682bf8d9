"""Programmes as a letter tells them: the outcome as a heading, the grounds below it, for the household or by person."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from aidrules import calendar
from aidrules.decision.figures import Lang, date_text, month_text
from aidrules.decision.forms import OPEN, Outcome, PersonOutcome, PhaseOut, Status
from aidrules.decision.grounds import Grounds
from aidrules.decision.letter import Line, Section, Tone
from aidrules.decision.names import HOUSEHOLD, Item
from aidrules.decision.overview import said_of
from aidrules.decision.payments import Payments
from aidrules.decision.shown import Interval
from aidrules.decision.words import LetterWords, letter_words
from aidrules.decision.words.base import quoted
from aidrules.language.fields import Label
from aidrules.language.sources import Citation

if TYPE_CHECKING:
    from aidrules.decision.decision import Decision
    from aidrules.engine.compiled import Programme, Rule

_TONES: dict[Status, Tone] = {
    "eligible": "good",
    "phasing_out": "good",
    "at_discretion": "open",
    "exception_possible": "open",
    "pending": "open",
    "undetermined": "open",
    "ineligible": "bad",
}


_MONTHS = 5 * 12
"""A phase-out that may have more months than this has no bound that is worth telling."""

_OPEN = 3
"""Where more conditions than this are open, a letter only names them; what is missing tells the rest."""

_NAMED = 8
"""Of the programmes that are not in question, only so many are named."""


@dataclass(frozen=True)
class Programmes:
    """Tells the programmes of one decision in one language; `brief` leaves out what lies behind a first refusal."""

    decision: Decision
    lang: Lang
    grounds: Grounds
    payments: Payments
    brief: bool

    @property
    def words(self) -> LetterWords:
        """The sentences of the language."""
        return letter_words(self.lang)

    def section(self, outcome: Outcome, *, full: bool) -> Section:
        """One programme: its outcome, its conditions, its amounts and the figures behind them."""
        programme = self.decision.run.compiled.programmes[outcome.programme]
        if programme.owner:
            return self._of_persons(programme, outcome, full=full)
        amounts = self.payments.totals(outcome.lines, outcome.currency, outcome.phase_out)
        if self._pays_nothing(programme, outcome):
            amounts.append(self.words.pays_nothing)
        heading = self.words.headline(
            self._label(outcome.label), self._status(outcome, outcome.status, [None]), amounts, None
        )
        lines = self._lines(programme, HOUSEHOLD, outcome.status, outcome.phase_out, full=full)
        return Section(heading, (*lines, *self._behind()), _TONES.get(outcome.status, "plain"))

    def _status(self, outcome: Outcome, status: Status, members: Sequence[str | None]) -> str:
        """What a status comes to for some members, or the household, in the words of what the programme gives."""
        return said_of(self.decision, outcome.programme, status, self.lang, members)

    def _of_persons(self, programme: Programme, outcome: Outcome, *, full: bool) -> Section:
        groups: dict[tuple[Status, tuple[str, ...], tuple[Line, ...]], list[str]] = {}
        outside: dict[str, list[str]] = {}
        for item in self.decision._outcomes.items_of(programme):
            member = self.decision._view.member_id(item) or ""
            person = outcome.persons[member]
            if self.brief and person.status == "not_opened" != outcome.status:
                for name in self._reasons(programme, item)[:1]:
                    outside.setdefault(name, []).append(member)
                continue
            own = [line for line in outcome.lines if line.member == member]
            amounts = tuple(self.payments.totals(own, outcome.currency, person.phase_out))
            if self._pays_nothing(programme, person):
                amounts = (*amounts, self.words.pays_nothing)
            lines = tuple(self._lines(programme, item, person.status, person.phase_out, full=full))
            groups.setdefault((person.status, amounts, lines), []).append(member)
        always = {outcome.status, "ineligible", *OPEN}  # a refusal is owed its reason, whatever the others are at
        told = {key: members for key, members in groups.items() if key[0] in always or full}
        others = [self._outside(outcome, name, members) for name, members in outside.items() if full]
        if len(told) == 1:
            ((status, amounts, lines), members), *_ = told.items()
            heading = self._persons_heading(outcome, status, amounts, members)
            return Section(heading, (*lines, *others, *self._behind()), _TONES.get(status, "plain"))
        each = []
        for (status, amounts, lines), members in told.items():
            who = self.words.heading(self._who(members, amounts))
            said = self.words.headline(who, self._status(outcome, status, members), amounts, None)
            each.append(Line(said, "", _TONES.get(status, "plain"), lines))
        heading = self.words.heading(self._label(outcome.label))
        return Section(heading, (*each, *others, *self._behind()), _TONES.get(outcome.status, "plain"))

    def _outside(self, outcome: Outcome, reason: str, members: Sequence[str]) -> Line:
        """Members whose route is not open, where it is for others: the first condition that says so is enough."""
        who, rule = self.words.heading(self.words.persons(members)), self.decision.run.compiled.rules[reason]
        said = self.words.headline(who, self._status(outcome, "not_opened", members), (), None)
        return Line(self.words.other(said, [self._quoted(rule.label)]), self.grounds.clauses(rule.cite))

    def _behind(self) -> list[Line]:
        """The findings and figures on which what was told rests."""
        return [*self.grounds.records(), *self.grounds.figures()]

    def _persons_heading(self, outcome: Outcome, status: Status, amounts: Sequence[str], members: Sequence[str]) -> str:
        said = self._status(outcome, status, members)
        return self.words.headline(self._label(outcome.label), said, amounts, self._who(members, amounts))

    def _who(self, members: Sequence[str], amounts: Sequence[str]) -> str:
        """Members who are told of together; where there are amounts, that these are for each of them."""
        who = self.words.persons(members)
        return self.words.each(who) if amounts and len(members) > 1 else who

    def _lines(
        self, programme: Programme, item: Item, status: Status, phase_out: PhaseOut | None, *, full: bool
    ) -> list[Line]:
        in_short, out = False, self.brief and bool(programme.owner) and status == "ineligible"
        if full and not out:
            lines = self.grounds.conditions(programme, item, everything=True)
        else:
            reasons = self._reasons(programme, item)
            if out:
                reasons = reasons[:1]  # later steps are not for who is out at the first
            if in_short := self.brief and status in OPEN and len(reasons) > _OPEN:
                lines = self.grounds.in_short(reasons)
            else:
                lines = self.grounds.conditions(programme, item, everything=False, reasons=reasons)
            lines += self.grounds.met(programme, item) if status in OPEN else ()
        if status in ("eligible", "at_discretion", *OPEN) and not in_short:
            lines += self.grounds.amounts(programme, item)
        lines += self.grounds.gave_way(programme, item) or self._nothing(programme, item)
        lines += self._ended(programme, item)
        lines += self._changed(programme, item)
        if phase_out is not None and not (in_short and self._is_new(phase_out, item)):
            lines.append(self._phase_out(phase_out, item))
        return lines

    def _is_new(self, phase_out: PhaseOut, item: Item) -> bool:
        """Whether a phase-out was not granted before this decision."""
        return not self.grounds.granted_before(self.decision.run.compiled.rules[phase_out.rule], item)

    def _pays_nothing(self, programme: Programme, whose: Outcome | PersonOutcome) -> bool:
        """Whether the monthly amount of who is eligible comes to 0."""
        rules = (self.decision.run.compiled.rules[name] for name in programme.rules)
        monthly = any(rule.kind in ("top_up", "amount") and rule.pays == "month" for rule in rules)
        return whose.status == "eligible" and monthly and whose.monthly == 0

    def _nothing(self, programme: Programme, item: Item) -> list[Line]:
        """That the amount of who is eligible comes to 0, and what was paid before ends."""
        outcome, member = self.decision.outcomes[programme.id], self.decision._view.member_id(item)
        if not self._pays_nothing(programme, outcome.persons.get(member or "", outcome)):
            return []
        former = self.payments.former(programme.id, member)
        before = self.grounds.money(former, outcome.currency) if former else None
        return [Line(self.words.nothing(self.grounds.money(0, outcome.currency), before), tone="open")]

    def _ended(self, programme: Programme, item: Item) -> list[Line]:
        """Up to which month a benefit is paid to which there is no right any more."""
        outcome = self.decision.outcomes[programme.id]
        last = outcome.persons.get(self.decision._view.member_id(item) or "", outcome).last_month
        if last is None:
            return []
        month, day = month_text(last, self.lang), date_text(self.decision.on, self.lang)
        granted = self.decision._outcomes.months.granted_phase_out(programme, item)
        if granted is not None and granted.end is not None and granted.end < self.decision.on:
            unpaid = month_text(calendar.first_of_month(last, 1), self.lang)
            return [Line(self.words.run_out(date_text(granted.end, self.lang), unpaid), tone="open")]
        return [Line(self.words.ended(month, day), tone="open")]

    def _changed(self, programme: Programme, item: Item) -> list[Line]:
        """What becomes of the amount in payment, and of a phase-out on record, of who is eligible."""
        outcome, member = self.decision.outcomes[programme.id], self.decision._view.member_id(item)
        whose = outcome.persons.get(member or "", outcome)
        if whose.status != "eligible":
            return []
        lines: list[Line] = []
        granted = self.decision._outcomes.months.granted_phase_out(programme, item)
        end = granted.end if granted is not None else None
        over = end if end is not None and end < self.decision.on else None
        if end is not None:
            lines.append(Line(self.words.phase_out_over(date_text(end, self.lang), ended=over is not None)))
        former = self.payments.former(programme.id, member)
        own = [line for line in outcome.lines if not programme.owner or line.member == member]
        starts = [line.starts for line in own if line.every == "month" and line.starts]
        if former and whose.monthly and former != whose.monthly and starts:
            first = min(starts)
            last = calendar.first_of_month(first, -1)
            last = min(last, calendar.first_of_month(over)) if over else last
            paid = self.grounds.money(former, outcome.currency)
            lines.append(Line(self.words.replaced(paid, month_text(last, self.lang), month_text(first, self.lang))))
        return lines

    def _reasons(self, programme: Programme, item: Item) -> tuple[str, ...]:
        return self.decision._outcomes.reasons(programme, item)

    def _phase_out(self, phase_out: PhaseOut, item: Item) -> Line:
        rule = self.decision.run.compiled.rules[phase_out.rule]
        head = self.grounds.phase_out_line(rule, item)
        below: list[Line] = []
        decided = None if self.grounds.granted_before(rule, item) else date_text(self.decision.on, self.lang)
        if phase_out.start and phase_out.end and phase_out.months:
            start, end = month_text(phase_out.start, self.lang), date_text(phase_out.end, self.lang)
            below.append(Line(self.words.phase_out(start, end, phase_out.months, decided)))
        elif phase_out.start and not self.decision._view.names.is_private_value(rule.roles["months"]):
            least, most = self._shortest_and_longest(rule, item, phase_out.start)
            start = month_text(phase_out.start, self.lang)
            # What the record may hold at the most says nothing of what was granted.
            below.append(Line(self.words.phase_out_open(start, least, most if decided else None, decided), tone="open"))
        amounts = {month.amount for month in phase_out.schedule}
        currency = self.decision.outcomes[rule.programme].currency
        if len(amounts) > 1:
            months = [
                (month_text(month.month, self.lang), self.grounds.money(month.amount, currency))
                for month in phase_out.schedule
            ]
            below.append(Line(self.words.schedule(months)))
        return Line(head.text, head.clauses, head.tone, (*head.below, *below))

    def _shortest_and_longest(
        self, rule: Rule, item: Item, start: date
    ) -> tuple[tuple[int, str] | None, tuple[int, str] | None]:
        """The fewest and the most months of a phase-out where that much is known, each with its last day."""
        months = self.decision._view.definition(rule.roles["months"], item)
        if not isinstance(months, Interval):
            return None, None
        low, high = (
            (int(end), date_text(calendar.last_of_month(start, int(end) - 1), self.lang))
            if 0 < end <= _MONTHS
            else None
            for end in (months.low, months.high)
        )
        return low, high

    def others(
        self, told: Iterable[Outcome], outcomes: Iterable[Outcome], opened: Container[tuple[str | None, str | None]]
    ) -> list[Line]:
        """Programmes that pay nothing, in a line each; the open ones, and those not in question, in a line together.

        Args:
            told: the programmes to tell of.
            outcomes: all programmes of the letter.
            opened: programmes and members whose services are told elsewhere; what is granted to them is not said again.
        """
        lines: list[Line] = []
        still_open: dict[Status, list[str]] = {}
        for outcome in told:
            for status, reasons in self._by_status(outcome, opened).items():
                if status in OPEN:
                    point = self.words.point(self._label(outcome.label), self._whose(outcome, reasons))
                    still_open.setdefault(status, []).append(point)
                else:
                    lines.append(self._in_a_line(outcome, status, reasons))
        lines += [
            Line(self.words.open_still(self.words.heading(self.words.outcomes[status]), names), tone="open")
            for status, names in still_open.items()
        ]
        # A hand-over that is not made is no benefit that the family could miss.
        referring = self.grounds.view.names.referring
        closed = (
            outcome for outcome in outcomes if outcome.status == "not_opened" and outcome.programme not in referring
        )
        names = [self._not_opened(outcome) for outcome in closed]
        if names:
            lines.append(Line(self.words.not_in_question(names[:_NAMED], len(names))))
        return [*lines, *self._behind()]

    def _not_opened(self, outcome: Outcome) -> str:
        """A programme that is not in question; of one that pays by the month also what it would have taken."""
        compiled, label = self.decision.run.compiled, self._label(outcome.label)
        programme = compiled.programmes[outcome.programme]
        if not any(compiled.rules[name].pays == "month" for name in programme.rules):
            return label
        items = self.decision._outcomes.items_of(programme)
        failing = dict.fromkeys(reason for item in items for reason in self._reasons(programme, item)[:1])
        return self.words.unmet(label, [self._quoted(compiled.rules[name].label) for name in failing])

    def _by_status(
        self, outcome: Outcome, opened: Container[tuple[str | None, str | None]]
    ) -> dict[Status, dict[str | None, list[str]]]:
        """The members of each status, by the first of the rules that settle it."""
        programme = self.decision.run.compiled.programmes[outcome.programme]
        found: dict[Status, dict[str | None, list[str]]] = {}
        for item in self.decision._outcomes.items_of(programme):
            status = self.decision._outcomes.status(programme, item)
            member = self.decision._view.member_id(item)
            granted = status in ("eligible", "at_discretion")
            if status != "not_opened" and not (granted and (programme.id, member) in opened):
                told = status in ("ineligible", "exception_possible")
                first = next(iter(self._reasons(programme, item)), None) if told else None
                if first is not None:
                    self.grounds.await_reason(first, item)
                found.setdefault(status, {}).setdefault(first, []).append(member or "")
        return found

    def _whose(self, outcome: Outcome, reasons: Mapping[str | None, Sequence[str]]) -> str | None:
        members = [member for concerned in reasons.values() for member in concerned]
        return self.words.persons([one for one in outcome.persons if one in members]) if outcome.persons else None

    def _in_a_line(self, outcome: Outcome, status: Status, reasons: Mapping[str | None, Sequence[str]]) -> Line:
        compiled = self.decision.run.compiled
        whose = self._whose(outcome, reasons)
        whom = [member or None for members in reasons.values() for member in members]
        headline = self.words.headline(self._label(outcome.label), self._status(outcome, status, whom), (), whose)
        failing: list[str] = []
        standing: list[str] = []
        cited: list[Sequence[Citation]] = []
        for rule, members in ((compiled.rules[name], members) for name, members in reasons.items() if name is not None):
            items = [item for item, member in self._concerned(outcome) if member in members]
            parts = {tuple(part.label for part in self.grounds.standing(rule, item)) for item in items}
            alike = parts.pop() if len(parts) == 1 else ()
            persons = self.words.persons(members) if len(reasons) > 1 else None
            said = [self.words.point(self._quoted(label), persons) for label in alike or (rule.label,)]
            (standing if rule.kind == "exclusion" else failing).extend(said)
            cited.append((alike and self.grounds.what_stands(rule, items[0])) or rule.cite)
        clauses = self.grounds.clauses(cited[0] if cited else compiled.programmes[outcome.programme].cite)
        tone, below = _TONES.get(status, "plain"), self._against(outcome, reasons)
        return Line(self.words.other(headline, failing, standing), clauses, tone, below)

    def _concerned(self, outcome: Outcome) -> Iterator[tuple[Item, str]]:
        """The household, or the persons that a programme is about, with their ids."""
        for item in self.decision._outcomes.items_of(self.decision.run.compiled.programmes[outcome.programme]):
            yield item, self.decision._view.member_id(item) or ""

    def _against(self, outcome: Outcome, reasons: Mapping[str | None, Sequence[str]]) -> tuple[Line, ...]:
        """The amounts that stand against it, where a reason is a comparison."""
        compiled = self.decision.run.compiled
        lines: dict[Line, None] = {}
        for item, member in self._concerned(outcome):
            for name, members in reasons.items():
                if name is not None and member in members:
                    rule = compiled.rules[name]
                    told = self.grounds.compared(rule.roles["condition"], item, truth=rule.kind == "exclusion")
                    lines.update(dict.fromkeys(told))
        return tuple(lines)

    def _label(self, label: Label) -> str:
        return label.text(self.lang)

    def _quoted(self, label: Label) -> str:
        """A condition in quotation marks: its words say what would have to hold, and not what does."""
        return quoted(self._label(label))
