"""Explanations: a decision told as a letter, from the labels, clauses and readings of the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.decision.figures import Lang, date_text, month_text
from aidrules.decision.forms import OPEN, Bounds, Missing, Outcome, PaymentLine, PhaseOut, Status
from aidrules.decision.grounds import Grounds, Shown
from aidrules.decision.letter import Letter, Line, Section, Tone
from aidrules.decision.names import HOUSEHOLD, Item
from aidrules.decision.words import LetterWords, letter_words
from aidrules.errors import DecisionError, Problem
from aidrules.language.fields import Label, near

if TYPE_CHECKING:
    from aidrules.decision.decision import Decision
    from aidrules.engine.compiled import Programme

_TONES: dict[Status, Tone] = {
    "eligible": "good",
    "phasing_out": "good",
    "at_discretion": "open",
    "exception_possible": "open",
    "pending": "open",
    "undetermined": "open",
    "ineligible": "bad",
}
_ORDER: tuple[Status, ...] = (
    "eligible",
    "phasing_out",
    "suspended",
    "at_discretion",
    "exception_possible",
    "pending",
    "undetermined",
    "ineligible",
)
_WIDE = 1_000_000
_NAMED = 4
"""Of more outcomes than this that an input bears on, only so many are named."""


def explain(decision: Decision, lang: Lang, programmes: Sequence[str] | None = None) -> str:
    """The whole decision, or what concerns some programmes."""
    return letter(decision, lang, programmes).as_text()


def why(decision: Decision, programme: str, lang: Lang) -> str:
    """All that a programme's outcome rests on."""
    writer = Writer(decision, lang, brief=False)
    section = writer.programme(_known(decision, programme), full=True)
    return Letter("", (), (section, *writer.behind()), writer.closing(digest=False)).as_text()


def why_not(decision: Decision, programme: str, lang: Lang) -> str:
    """What stands against a programme, or leaves it open."""
    writer = Writer(decision, lang, brief=False)
    section = writer.programme(_known(decision, programme), full=False)
    missing = writer.missing([programme])
    return Letter("", (), (section, *missing), writer.closing(digest=False)).as_text()


def letter(decision: Decision, lang: Lang, programmes: Sequence[str] | None = None) -> Letter:
    """The letter of a decision, or of some programmes of it."""
    chosen = [_known(decision, name).programme for name in programmes] if programmes is not None else None
    return Writer(decision, lang).letter(chosen)


def _known(decision: Decision, programme: str) -> Outcome:
    outcome = decision.outcomes.get(programme) if isinstance(programme, str) else None
    if outcome is None:
        expected = ", ".join(decision.outcomes)
        hint = near(str(programme), decision.outcomes)
        raise DecisionError(Problem(f"there is no programme {programme!r}", expected=expected, hint=hint))
    return outcome


@dataclass
class Writer:
    """Writes one letter; remembers what it has cited and shown."""

    decision: Decision
    lang: Lang
    brief: bool = True
    words: LetterWords = field(init=False)
    grounds: Grounds = field(init=False)
    shown: Shown = field(init=False)

    def __post_init__(self) -> None:
        self.words = letter_words(self.lang)
        self.shown = Shown()
        self.grounds = Grounds(self.decision._tracer, self.lang, self.shown)

    def letter(self, programmes: Sequence[str] | None) -> Letter:
        """The letter, of all programmes or of some."""
        outcomes = [o for o in self.decision.outcomes.values() if programmes is None or o.programme in programmes]
        told = sorted((o for o in outcomes if o.status != "not_opened"), key=lambda o: _ORDER.index(o.status))
        names = None if programmes is None else [outcome.programme for outcome in outcomes]
        main = [outcome for outcome in told if programmes is not None or self._pays(outcome)]
        sections = [self.programme(outcome, full=self._in_full(outcome)) for outcome in main]
        sections += self._others([outcome for outcome in told if outcome not in main], outcomes)
        sections += self._payments(names)
        sections += self._tasks(names)
        sections += self.missing(names)
        sections += self.behind()
        pack = self.decision.pack
        opening = self.words.opening(
            self.decision.household.id, self.decision.on, self.decision.law, self._label(pack.title), pack.id
        )
        return Letter(self.words.title, opening, tuple(sections), self.closing())

    def _in_full(self, outcome: Outcome) -> bool:
        """Conditions that hold are told where money hangs on them; elsewhere what decides is enough."""
        return (bool(outcome.lines) or outcome.status == "eligible") and outcome.status not in OPEN

    def _pays(self, outcome: Outcome) -> bool:
        """Whether a programme can pay at all; others are told in a line."""
        compiled = self.decision.run.compiled
        return any(compiled.rules[name].pays for name in compiled.programmes[outcome.programme].rules)

    def closing(self, *, digest: bool = True) -> tuple[str, ...]:
        """The documents cited and, for a whole letter, the digest of the rules."""
        sources = [self.words.source(title, number) for title, number in self.shown.sources.values()]
        differing = (self.words.differs(self.decision.chain.differences),) if self.decision.chain.differences else ()
        closing = self.words.closing(self.decision.pack_digest[:16], sources)
        return (*differing, *(closing if digest else closing[:-1]))

    # Programmes

    def programme(self, outcome: Outcome, *, full: bool) -> Section:
        """One programme: its outcome, its conditions, its amounts and the figures behind them."""
        programme = self.decision.run.compiled.programmes[outcome.programme]
        if programme.owner:
            return self._of_persons(programme, outcome, full=full)
        heading = self.words.headline(
            self._label(outcome.label),
            self.words.outcomes[outcome.status],
            self._totals(outcome.lines, outcome.currency, outcome.phase_out),
            None,
        )
        lines = self._lines(programme, HOUSEHOLD, outcome.status, outcome.phase_out, full=full)
        return Section(heading, (*lines, *self.grounds.figures()), _TONES.get(outcome.status, "plain"))

    def _of_persons(self, programme: Programme, outcome: Outcome, *, full: bool) -> Section:
        groups: dict[tuple[Status, tuple[str, ...], tuple[Line, ...]], list[str]] = {}
        for item in self.decision._outcomes.items_of(programme):
            member = self.decision._view.member_id(item) or ""
            person = outcome.persons[member]
            own = [line for line in outcome.lines if line.member == member]
            amounts = tuple(self._totals(own, outcome.currency, person.phase_out))
            lines = tuple(self._lines(programme, item, person.status, person.phase_out, full=full))
            groups.setdefault((person.status, amounts, lines), []).append(member)
        told = {key: members for key, members in groups.items() if key[0] == outcome.status or key[0] in OPEN or full}
        if len(told) == 1:
            ((status, amounts, lines), members), *_ = told.items()
            heading = self._persons_heading(outcome, status, amounts, members)
            return Section(heading, (*lines, *self.grounds.figures()), _TONES.get(status, "plain"))
        each = []
        for (status, amounts, lines), members in told.items():
            who = self.words.heading(self.words.persons(members))
            said = self.words.headline(who, self.words.outcomes[status], amounts, None)
            each.append(Line(said, "", _TONES.get(status, "plain"), lines))
        heading = self.words.heading(self._label(outcome.label))
        return Section(heading, (*each, *self.grounds.figures()), _TONES.get(outcome.status, "plain"))

    def _persons_heading(self, outcome: Outcome, status: Status, amounts: Sequence[str], members: Sequence[str]) -> str:
        return self.words.headline(
            self._label(outcome.label), self.words.outcomes[status], amounts, self.words.persons(members)
        )

    def _lines(
        self, programme: Programme, item: Item, status: Status, phase_out: PhaseOut | None, *, full: bool
    ) -> list[Line]:
        out = self.brief and bool(programme.owner) and status == "ineligible"
        if full and not out:
            lines = self.grounds.conditions(programme, item, everything=True)
        else:
            reasons = self._reasons(programme, item)
            if out:
                reasons = reasons[:1]  # later steps are not for who is out at the first
            lines = self.grounds.conditions(programme, item, everything=False, reasons=reasons)
        if status in ("eligible", "at_discretion", *OPEN):
            lines += self.grounds.amounts(programme, item)
        lines += self._nothing(programme, item, status)
        if phase_out is not None:
            lines.append(self._phase_out(phase_out, item))
        return lines

    def _nothing(self, programme: Programme, item: Item, status: Status) -> list[Line]:
        """That the amount of who is eligible comes to 0, and what was paid before ends."""
        outcome, member = self.decision.outcomes[programme.id], self.decision._view.member_id(item)
        whose = outcome.persons.get(member or "", outcome)
        rules = (self.decision.run.compiled.rules[name] for name in programme.rules)
        monthly = any(rule.kind in ("top_up", "amount") and rule.pays == "month" for rule in rules)
        if status != "eligible" or not monthly or whose.monthly != 0:
            return []
        former = self._former(programme.id, member)
        before = self.grounds.money(former, outcome.currency) if former else None
        return [Line(self.words.nothing(self.grounds.money(0, outcome.currency), before), tone="open")]

    def _reasons(self, programme: Programme, item: Item) -> tuple[str, ...]:
        return self.decision._outcomes.reasons(programme, item)

    def _phase_out(self, phase_out: PhaseOut, item: Item) -> Line:
        rule = self.decision.run.compiled.rules[phase_out.rule]
        head = self.grounds.phase_out_line(rule, item)
        below: list[Line] = []
        if phase_out.start and phase_out.end and phase_out.months:
            start, end = month_text(phase_out.start, self.lang), date_text(phase_out.end, self.lang)
            below.append(Line(self.words.phase_out(start, end, phase_out.months)))
        amounts = {month.amount for month in phase_out.schedule}
        currency = self.decision.outcomes[rule.programme].currency
        if len(amounts) > 1:
            months = [
                (month_text(month.month, self.lang), self.grounds.money(month.amount, currency))
                for month in phase_out.schedule
            ]
            below.append(Line(self.words.schedule(months)))
        return Line(head.text, head.clauses, "good", (*head.below, *below))

    def _others(self, told: Iterable[Outcome], outcomes: Iterable[Outcome]) -> list[Section]:
        """Programmes that pay nothing, in a line each; and those that do not come into question, in one."""
        lines = [line for outcome in told for line in self._in_a_line(outcome)]
        names = [self._label(outcome.label) for outcome in outcomes if outcome.status == "not_opened"]
        if names:
            lines.append(Line(self.words.not_in_question(names)))
        return self._section("others", lines)

    def _in_a_line(self, outcome: Outcome) -> Iterator[Line]:
        compiled = self.decision.run.compiled
        programme = compiled.programmes[outcome.programme]
        groups: dict[tuple[Status, tuple[str, ...]], list[str]] = {}
        for item in self.decision._outcomes.items_of(programme):
            status = self.decision._outcomes.status(programme, item)
            if status != "not_opened":
                key = status, self._reasons(programme, item)
                groups.setdefault(key, []).append(self.decision._view.member_id(item) or "")
        for (status, reasons), members in groups.items():
            whose = self.words.persons(members) if programme.owner else None
            said = self.words.headline(self._label(outcome.label), self.words.outcomes[status], (), whose)
            failing = [self._label(compiled.rules[name].label) for name in reasons] if status == "ineligible" else []
            cited = compiled.rules[reasons[0]].cite if reasons else programme.cite
            yield Line(self.words.other(said, failing), self.grounds.clauses(cited), _TONES.get(status, "plain"))

    # Amounts

    def _totals(self, paid: Sequence[PaymentLine], currency: str, phase_out: PhaseOut | None) -> list[str]:
        """What is paid in all, by how often; nothing for what pays nothing. Loans are not added."""
        found = []
        for every in dict.fromkeys(line.every for line in paid if line.form != "loan"):
            lines = [line for line in paid if line.every == every and line.form != "loan"]
            if any(line.amount is None for line in lines):
                found.append(self.words.still_open(every, self._bounds(_added(lines), currency)))
            else:
                total = sum(line.amount for line in lines if line.amount is not None)
                found.append(self.words.each_time(self.grounds.money(total, currency), every))
        if phase_out is not None and phase_out.end is not None:
            found.append(self.words.until(date_text(phase_out.end, self.lang)))
        return found

    def _amount(self, amount: object, bounds: Bounds | None, line: PaymentLine) -> str:
        if amount is None:
            return self.words.still_open(line.every, self._bounds(bounds, line.currency))
        return self.words.each_time(self.grounds.money(line.amount, line.currency), line.every)

    def _bounds(self, bounds: Bounds | None, currency: str) -> str | None:
        if bounds is None or bounds.high - bounds.low > _WIDE:
            return None
        low, high = (self.grounds.money(end, currency) for end in (bounds.low, bounds.high))
        return self.grounds.phrases.words.between(low, high)

    def _payments(self, programmes: Sequence[str] | None) -> list[Section]:
        lines: list[Line] = []
        told = [p for p in self.decision.payments if programmes is None or p.programme in programmes]
        settled = [p for p in told if p.state not in OPEN and p.amount is not None]
        dated = False
        for payment in settled:
            payee = self.words.payees.get(payment.payee) or self.grounds.office(payment.payee)
            whose = self.words.persons([payment.member]) if payment.member else None
            if payment.payee == "member" and whose is not None:
                payee, whose = whose, None
            going_on = self._goes_on(payment)
            starts = month_text(payment.starts, self.lang) if payment.starts and not going_on else None
            dated = dated or (starts is not None and payment.state != "phasing_out")
            amount = self._amount(payment.amount, payment.bounds, payment)
            label = self._label(payment.label)
            said = self.words.payment(payee, label, whose, amount, starts, payment.form)
            lines.append(Line(said, below=(Line(self.words.unchanged),) if going_on else ()))
        still_open = self._still_open([p for p in told if p not in settled])
        lines += [Line(self.words.not_settled(still_open))] if still_open else []
        if dated:
            lines.append(Line(self.words.counted_from(date_text(self.decision.on, self.lang))))
        return self._section("payments", lines)

    def _still_open(self, payments: Iterable[PaymentLine]) -> list[str]:
        """Payments of which it is not known whether, or how much, with the members concerned."""
        found: dict[str, list[str]] = {}
        for payment in payments:
            members = found.setdefault(self._label(payment.label), [])
            if payment.member is not None and payment.member not in members:
                members.append(payment.member)
        return [self.words.point(name, self.words.persons(who) if who else None) for name, who in found.items()]

    def _former(self, programme: str, member: str | None) -> Fraction | None:
        """What was last paid a month to who is in payment of a programme; None where nobody is, or it is unknown."""
        view, compiled = self.decision._view, self.decision.run.compiled
        names = f"{programme}.in_payment", f"{programme}.last_amount"
        if not all(name in compiled.definitions for name in names):
            return None
        for item in self.decision._outcomes.items_of(compiled.programmes[programme]):
            if view.member_id(item) == member or not item.owner:
                paid, last = (view.definition(name, item) for name in names)
                return last if paid is True and isinstance(last, Fraction) else None
        return None

    def _goes_on(self, payment: PaymentLine) -> bool:
        """Whether a payment belongs to a monthly amount that is paid already and stays the same."""
        outcome = self.decision.outcomes[payment.programme]
        whose = outcome.persons.get(payment.member or "", outcome)
        former = self._former(payment.programme, payment.member)
        return payment.every == "month" and former is not None and former == whose.monthly

    # Tasks

    def _tasks(self, programmes: Sequence[str] | None) -> list[Section]:
        from aidrules.decision.duties import Duties

        duties = Duties(self.decision, self.lang, self.grounds, programmes)
        return [
            section
            for key, lines in (
                ("classes", duties.classes()),
                ("services", duties.services()),
                ("referrals", duties.referrals()),
                ("procedure", duties.gates()),
                ("deadlines", [*duties.deadlines(), *duties.cadences()]),
                ("checks", duties.checks()),
            )
            for section in self._section(key, lines)
        ]

    # What is missing, and what was read how

    def missing(self, programmes: Sequence[str] | None) -> list[Section]:
        """The inputs that are missing, alike ones of several members together."""
        groups: dict[tuple[str, str, tuple[str, ...]], list[Missing]] = {}
        for entry in self.decision.missing:
            if programmes is None or any(_programme_of(name) in programmes for name in entry.bears_on):
                groups.setdefault((self._label(entry.label), entry.kind, entry.who), []).append(entry)
        lines = [self._missing_line(label, kind, who, entries) for (label, kind, who), entries in groups.items()]
        return self._section("missing", lines, "open")

    def _missing_line(self, label: str, kind: str, who: tuple[str, ...], entries: Sequence[Missing]) -> Line:
        members = [entry.member for entry in entries if entry.member]
        settles = self._points(name for entry in entries for name in entry.settles)
        bears_on = self._points(name for entry in entries for name in entry.bears_on)
        name = self.words.confidential if any(entry.confidential for entry in entries) else label
        offices = [self.grounds.office(role) for role in who]
        return Line(self.words.missing(name, kind, members, offices, settles, bears_on))

    def _points(self, names: Iterable[str]) -> str:
        """Open points by name: a programme or payment, with the members concerned."""
        found: dict[str, list[str]] = {}
        for name in names:
            head, _, key = name.removesuffix("]").partition("[")
            members = found.setdefault(self._label_of(head), [])
            if key and key not in members:
                members.append(key)
        said = [self.words.point(label, self.words.persons(keys) if keys else None) for label, keys in found.items()]
        return self.words.some(said[:_NAMED], len(said) - _NAMED) if len(said) > _NAMED else self.words.listed(said)

    def _label_of(self, name: str) -> str:
        compiled = self.decision.run.compiled
        entry = compiled.programmes.get(name) or compiled.rules.get(name)
        return name if entry is None else self._label(entry.label)

    def behind(self) -> list[Section]:
        """The readings on which what was shown relies."""
        lines = [
            Line(
                self.words.reading(
                    self._label(owner),
                    self._label(reading.label),
                    None if reading.option_label is None else self._label(reading.option_label),
                    [self._label(label) for _, label in reading.alternatives],
                    default=reading.default,
                )
            )
            for owner, reading in self.shown.readings.values()
        ]
        return self._section("readings", lines)

    def _section(self, key: str, lines: Sequence[Line], tone: Tone = "plain") -> list[Section]:
        return [Section(self.words.headings[key], tuple(lines), tone)] if lines else []

    def _label(self, label: Label) -> str:
        return label.text(self.lang)


def _added(lines: Sequence[PaymentLine]) -> Bounds | None:
    if any(line.amount is None and line.bounds is None for line in lines):
        return None
    low = sum(line.bounds.low if line.bounds else line.amount or 0 for line in lines)
    high = sum(line.bounds.high if line.bounds else line.amount or 0 for line in lines)
    from decimal import Decimal

    return Bounds(Decimal(low), Decimal(high))


def _programme_of(name: str) -> str:
    return name.partition("[")[0].partition(".")[0]
