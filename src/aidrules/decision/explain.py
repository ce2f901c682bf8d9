"""Explanations: a decision told as a letter, from the labels, clauses and readings of the rules themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aidrules.callers import check_list
from aidrules.decision.asked import Asked
from aidrules.decision.bearing import deciding
from aidrules.decision.behind import Shown
from aidrules.decision.duties import Duties
from aidrules.decision.figures import Lang
from aidrules.decision.forms import OPEN, Notice, Outcome, Status
from aidrules.decision.grounds import Grounds
from aidrules.decision.letter import Letter, Line, Section, Tone
from aidrules.decision.payments import Payments
from aidrules.decision.programmes import Programmes
from aidrules.decision.words import LetterWords, letter_words
from aidrules.decision.words.doubts import DOUBT_WORDS
from aidrules.errors import DecisionError, Problem
from aidrules.language.fields import Label, near

if TYPE_CHECKING:
    from aidrules.decision.decision import Decision

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
_TASKS = frozenset({"deadline", "cadence", "referral", "gate", "procedure", "check"})
_STATED = "payment.decided_on_the_day_of_the_facts"
"""The convention that the section on payments states, with the day."""


def explain(decision: Decision, lang: Lang, programmes: Sequence[str] | None = None) -> str:
    """The whole decision, or what concerns some programmes."""
    return letter(decision, lang, programmes).as_text()


def why(decision: Decision, programme: str, lang: Lang) -> str:
    """All that a programme's outcome rests on."""
    writer = Writer(decision, lang, brief=False)
    section = writer.programmes.section(outcome_of(decision, programme), full=True)
    return Letter("", (), (section, *writer.behind([programme])), writer.closing(digest=False)).as_text()


def why_not(decision: Decision, programme: str, lang: Lang) -> str:
    """What stands against a programme, or leaves it open."""
    writer = Writer(decision, lang, brief=False)
    section = writer.programmes.section(outcome_of(decision, programme), full=False)
    missing = writer.missing([programme])
    return Letter("", (), (section, *missing), writer.closing(digest=False)).as_text()


def letter(decision: Decision, lang: Lang, programmes: Sequence[str] | None = None) -> Letter:
    """The letter of a decision, or of some programmes of it."""
    if programmes is not None:
        check_list(programmes, "programmes")
    chosen = [outcome_of(decision, name).programme for name in programmes] if programmes is not None else None
    return Writer(decision, lang).letter(chosen)


def outcome_of(decision: Decision, programme: str) -> Outcome:
    """The outcome of a programme.

    Raises:
        DecisionError: there is no such programme.
    """
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
    payments: Payments = field(init=False)
    programmes: Programmes = field(init=False)
    asked: Asked = field(init=False)

    def __post_init__(self) -> None:
        self.words = letter_words(self.lang, self.decision.pack.subject)
        self.shown = Shown()
        self.grounds = Grounds(self.decision._tracer, self.lang, self.shown, self.brief)
        self.payments = Payments(self.decision, self.lang, self.grounds)
        self.programmes = Programmes(self.decision, self.lang, self.grounds, self.payments, self.brief)
        self.asked = Asked(self.decision, self.lang, self.grounds.office)

    def letter(self, programmes: Sequence[str] | None) -> Letter:
        """The letter, of all programmes or of some."""
        outcomes = [o for o in self.decision.outcomes.values() if programmes is None or o.programme in programmes]
        told = sorted((o for o in outcomes if o.status != "not_opened"), key=self._place)
        names = None if programmes is None else [outcome.programme for outcome in outcomes]
        main = [outcome for outcome in told if programmes is not None or self._pays(outcome)]
        sections = [self.programmes.section(outcome, full=self._in_full(outcome)) for outcome in main]
        others = [outcome for outcome in told if outcome not in main]
        duties = Duties(self.decision, self.lang, self.grounds, names)
        sections += self._section("others", self.programmes.others(others, outcomes, duties.opened()))
        sections += self._section("payments", self.payments.lines(names))
        sections += self._section("classes", duties.classes())
        sections += self._section("services", duties.services())
        sections += self._section("referrals", duties.referrals())
        sections += self.missing(names)
        sections += self.behind(outcome.programme for outcome in told)
        sections += self._notices(names)
        office = self._section("procedure", [*duties.gates(), *duties.procedures()])
        dated = duties.deadlines()
        undated = self.asked.deadlines(dated, names)
        known = [line for lines in dated.values() for line in lines]
        office += self._section("deadlines", [*known, *duties.cadences(), *undated, *duties.confirmed_once()])
        office += self._section("checks", duties.checks())
        office += self._section("doubts", self._doubts())
        office += self._conventions(outcome.programme for outcome in main)
        pack = self.decision.pack
        opening = self.words.opening(
            self.decision.subject.id,
            self.decision.on,
            self.decision.law,
            self.decision.known,
            self.words.named(self._label(pack.title), pack.id),
            [self.words.named(self._label(overlay.title), overlay.name) for overlay in pack.overlays],
        )
        return Letter(self.words.title, opening, tuple(sections), self.closing(), self.words.office, tuple(office))

    def _place(self, outcome: Outcome) -> tuple[int, int]:
        """By status and, of what is open, what lacks least first."""
        compiled, lacking = self.decision.run.compiled, [0]
        if outcome.status in OPEN:
            items = self.decision._outcomes.items_of(compiled.programmes[outcome.programme])
            gaps = (self.decision._view.gaps_of(f"{outcome.programme}.outcome", item) for item in items)
            lacking = [len(found) for found in gaps if found]
        return _ORDER.index(outcome.status), min(lacking, default=0)

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

    def missing(self, programmes: Sequence[str] | None) -> list[Section]:
        """The inputs that are missing, by who can give them."""
        return self._section("missing", self.asked.lines(programmes), "open")

    def behind(self, programmes: Iterable[str]) -> list[Section]:
        """The readings on which what was shown relies, and those that would make another outcome or amount of it."""
        for owner, reading in deciding(self.decision._view, programmes):
            self.shown.note(owner, [reading])
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

    def _notices(self, programmes: Sequence[str] | None) -> list[Section]:
        """What the rules have families told; what several notices say in the same words is said once."""
        groups: dict[str, list[Notice]] = {}
        for notice in self.decision.notices:
            about = tuple(name for name in notice.about if programmes is None or _programme_of(name) in programmes)
            if about:
                groups.setdefault(self._label(notice.label), []).append(replace(notice, about=about))
        lines: list[Line] = []
        for text, said in groups.items():
            whom = self.asked.points([name for notice in said for name in notice.about])
            cited = [clause for notice in said for clause in notice.clauses]
            below = tuple(line for notice in said for name in notice.about for line in self._refused(name))
            lines.append(Line(self.words.notice(whom, text), self.grounds.clauses(cited), below=below))
        return self._section("notices", lines)

    def _refused(self, name: str) -> Iterator[Line]:
        """The finding of the day from which the family is to be told, of a programme or a member's part in it."""
        compiled, view = self.decision.run.compiled, self.decision._view
        head, _, key = name.removesuffix("]").partition("[")
        for rule in map(compiled.rules.__getitem__, compiled.programmes[head].rules):
            for item in view.items(rule.owner) or () if rule.kind == "deadline" else ():
                if view.key(item) == key and self.grounds.tracer.held(rule, item) is True:
                    self.grounds.await_records(rule.roles["due"], item)
        for line in self.grounds.records():
            yield from line.below

    def _conventions(self, programmes: Iterable[str]) -> list[Section]:
        """What was done where rule and text are silent, each with the conditions and amounts that relied on it."""
        compiled, used = self.decision.run.compiled, dict[Label, list[str]]()
        for name in (name for programme in programmes for name in compiled.programmes[programme].rules):
            rule = compiled.rules[name]
            for one in () if rule.kind in _TASKS else self.grounds.tracer.conventions_of(rule):
                if one.id != _STATED:
                    used.setdefault(one.label, []).append(self._label(rule.label))
        lines = [Line(self.words.convention(self._label(label), rules)) for label, rules in used.items()]
        return self._section("conventions", lines)

    def _doubts(self) -> list[Line]:
        """What may be a slip in the record."""
        told = DOUBT_WORDS[self.lang]
        return [
            Line(told(doubt, self.words.persons([doubt.member]) if doubt.member else None))
            for doubt in self.decision.doubts
        ]

    def _section(self, key: str, lines: Sequence[Line], tone: Tone = "plain") -> list[Section]:
        return [Section(self.words.headings[key], tuple(lines), tone)] if lines else []

    def _label(self, label: Label) -> str:
        return label.text(self.lang)


def _programme_of(name: str) -> str:
    return name.partition("[")[0].partition(".")[0]
