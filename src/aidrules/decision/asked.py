"""What is missing, as a letter asks for it: what the household, each member and each office can say, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from aidrules.decision.asked_first import deciding_who_counts, urgent_programmes
from aidrules.decision.figures import Lang, date_text
from aidrules.decision.forms import Missing
from aidrules.decision.letter import Line
from aidrules.decision.missing import waiting_inputs
from aidrules.decision.words import LetterWords, letter_words
from aidrules.language.fields import Label

if TYPE_CHECKING:
    from aidrules.decision.decision import Decision
    from aidrules.language.parameters import Parameter

_NAMED = 4
"""Of more outcomes than this that an input bears on, only so many are named."""


@dataclass(frozen=True)
class Question:
    """Inputs that are alike but for their name or the member concerned.

    Attributes:
        whom: members or roles that can answer; nobody by name where the household or the agency can.
        offices: whether offices answer, and not the family.
        lapsed_on: the day from which a finding, or the last value of a parameter, no longer holds.
        begins: the day from which a parameter has a value.
        waits: whether another answer may make them needless.
    """

    kind: str
    labels: tuple[str, ...]
    members: tuple[str, ...]
    whom: tuple[str, ...]
    offices: bool
    settles: tuple[str, ...]
    bears_on: tuple[str, ...]
    lapsed_on: date | None
    begins: date | None
    waits: bool


@dataclass(frozen=True)
class Asked:
    """Asks in one language for what one decision lacks."""

    decision: Decision
    lang: Lang
    office: Callable[[str], str]

    @property
    def words(self) -> LetterWords:
        """The sentences of the language."""
        return letter_words(self.lang, self.decision.pack.subject)

    def lines(self, programmes: Sequence[str] | None) -> list[Line]:
        """What outcomes and amounts turn on, by who can say it; what only deadlines turn on is the agency's."""
        asked = [entry for entry in self.decision.missing if self._rights(entry.bears_on, programmes)]
        return self._blocks(self._questions(sorted(asked, key=self._turn)))

    def deadlines(self, told: Iterable[str], programmes: Sequence[str] | None) -> list[Line]:
        """What nothing but deadlines turn on of which nothing else is told.

        Args:
            told: the deadlines that have a line of their own.
            programmes: tell of these only.
        """
        known = set(told)
        groups: dict[tuple[str, ...], list[str]] = {}
        for entry in self.decision.missing:
            if not all(map(self._is_deadline, entry.bears_on)):
                continue
            open_ = (name for name in entry.bears_on if name not in known and self._concerns(name, programmes))
            if waiting := tuple(dict.fromkeys(self._label_of(name.partition("[")[0]) for name in open_)):
                groups.setdefault(waiting, []).append(self._label(entry))
        return [
            Line(self.words.deadlines_open(list(dict.fromkeys(labels)), deadlines), tone="open")
            for deadlines, labels in groups.items()
        ]

    def points(self, names: Iterable[str], members: Sequence[str] = (), *, settled: bool = False) -> str:
        """Open points by name: a programme or payment, with the members concerned where they are not these.

        Args:
            names: as `Missing` has them.
            members: whom readers have before them.
            settled: whether something settles them; of a programme that pays, that is the outcome and no amount.
        """
        found: dict[str, list[str]] = {}
        for name in names:
            head, _, key = name.removesuffix("]").partition("[")
            pays = settled and head in self._paying
            keys = found.setdefault(self.words.outcome_of(self._label_of(head)) if pays else self._point(head), [])
            member = self._member(key)
            if member and member not in keys:
                keys.append(member)
        said = []
        for label, keys in found.items():
            others = keys if {*keys} != {*members} else []
            said.append(self.words.point(label, self.words.persons(self._in_order(others)) if others else None))
        return self.words.some(said[:_NAMED], len(said) - _NAMED) if len(said) > _NAMED else self.words.listed(said)

    @cached_property
    def _paying(self) -> frozenset[str]:
        by_effect = self.decision._view.names.by_effect
        return frozenset(name for name, effects in by_effect.items() if effects.paying)

    def _rights(self, names: Iterable[str], programmes: Sequence[str] | None) -> bool:
        return any(not self._is_deadline(name) and self._concerns(name, programmes) for name in names)

    def _concerns(self, name: str, programmes: Sequence[str] | None) -> bool:
        return programmes is None or name.partition("[")[0].partition(".")[0] in programmes

    def _is_deadline(self, name: str) -> bool:
        rule = self.decision.run.compiled.rules.get(name.partition("[")[0])
        return rule is not None and rule.kind in ("deadline", "cadence")

    def _label_of(self, name: str) -> str:
        compiled = self.decision.run.compiled
        entry = compiled.programmes.get(name) or compiled.rules.get(name)
        return name if entry is None else entry.label.text(self.lang)

    def _point(self, name: str) -> str:
        """What is open of a programme or payment: of a phase-out whose amount is settled, how long it goes on."""
        label, rule = self._label_of(name), self.decision.run.compiled.rules.get(name)
        if rule is None or rule.kind != "phase_out":
            return label
        settled = all(line.amount is not None for line in self.decision.payments if line.rule == rule.id)
        return self.words.length_of(label) if settled else label

    def _turn(self, entry: Missing) -> tuple[bool, bool, bool]:
        """What an urgent case is for comes first, then what decides who counts; what may prove needless after both."""
        programmes = (name.partition("[")[0].partition(".")[0] for name in entry.bears_on)
        return self._urgent.isdisjoint(programmes), entry.input in self._waiting, entry.input not in self._counting

    @cached_property
    def _urgent(self) -> frozenset[str]:
        return urgent_programmes(self.decision._view)

    @cached_property
    def _counting(self) -> frozenset[str]:
        return deciding_who_counts(self.decision._view)

    @cached_property
    def _waiting(self) -> frozenset[str]:
        return waiting_inputs(self.decision._outcomes)

    @cached_property
    def _granted(self) -> frozenset[str]:
        """What the length of a phase-out turns on: whoever grants it says so, and not the family."""
        view, rules = self.decision._view, self.decision.run.compiled.rules.values()
        return frozenset(
            key
            for rule in rules
            if rule.kind == "phase_out"
            for item in view.items(rule.owner) or ()
            for key in view.gaps_of(rule.roles["months"], item)
        )

    def _label(self, entry: Missing) -> str:
        return self.words.confidential if entry.confidential else entry.label.text(self.lang)

    def _in_order(self, members: Iterable[str]) -> list[str]:
        """Members as the household lists them, others after them."""
        return sorted(members, key=self._place)

    def _place(self, key: str) -> int:
        ids, member = self.decision.subject.member_ids, self._member(key)
        return ids.index(member) if member else len(ids)

    def _member(self, key: str) -> str:
        """The person who a key is about, or whose papers; empty where it is nobody. Ids may have dots themselves."""
        ids = self.decision.subject.member_ids
        return max((one for one in ids if key == one or key.startswith(f"{one}.")), key=len, default="")

    def _questions(self, entries: Iterable[Missing]) -> list[Question]:
        """Alike inputs of several members together."""
        alike: dict[tuple[Label, str, tuple[str, ...], date | None, date | None, bool], list[Missing]] = {}
        for entry in entries:
            of_the_case = entry.input.startswith("case.")
            key = (entry.label, entry.kind, entry.who, entry.lapsed_on, self._begins(entry), of_the_case)
            alike.setdefault(key, []).append(entry)
        found: list[Question] = []
        for (_, kind, who, lapsed_on, begins, of_the_case), same in alike.items():
            members = tuple(self._in_order(dict.fromkeys(entry.member for entry in same if entry.member)))
            offices = of_the_case or kind in ("finding", "parameter") or same[0].input in self._granted
            settles = (name for entry in same for name in entry.settles)
            bears_on = (name for entry in same for name in entry.bears_on)
            found.append(
                Question(
                    kind,
                    tuple(dict.fromkeys(self._label(entry) for entry in same)),
                    members,
                    who if offices else members,
                    offices,
                    tuple(dict.fromkeys(name for name in settles if not self._is_deadline(name))),
                    tuple(dict.fromkeys(name for name in bears_on if not self._is_deadline(name))),
                    lapsed_on,
                    begins,
                    all(entry.input in self._waiting for entry in same),
                )
            )
        return found

    def _begins(self, entry: Missing) -> date | None:
        """The day from which a parameter has a value, where it has none yet."""
        name = entry.input.partition("[")[0]
        if entry.kind != "parameter" or not self.decision.run.compiled.parameters[name].missing:
            return None
        parameter: Parameter = self.decision.pack.parameters[name].model
        return parameter.next_start(self.decision.law)

    def _end(self, kind: str, lapsed_on: date) -> str:
        """The last day of a parameter, the first day without a finding."""
        return date_text(lapsed_on - timedelta(days=1) if kind == "parameter" else lapsed_on, self.lang)

    def _blocks(self, questions: Iterable[Question]) -> list[Line]:
        """The questions by who can answer them: the household, the members in their order, the offices."""
        blocks: dict[tuple[bool, tuple[str, ...]], list[Question]] = {}
        for question in questions:
            blocks.setdefault((question.offices, question.whom), []).append(question)
        lines: list[Line] = []
        for offices, whom in sorted(blocks, key=self._rank):
            asked = blocks[offices, whom]
            said = self._said(asked)
            heading = self._heading(offices, whom)
            if len(said) == 1:
                lines.append(Line(self.words.asked(heading, said[0]), tone="open"))
            else:
                lines.append(Line(self.words.asked(heading, ""), tone="open", below=tuple(map(Line, said))))
        return lines

    def _rank(self, block: tuple[bool, tuple[str, ...]]) -> tuple[int, int, int]:
        """The household, then members, of whom those asked together come before one alone, then offices."""
        offices, whom = block
        first = self._place(whom[0]) if whom and not offices else -1
        return int(offices), first, 0 if offices else -len(whom)

    def _heading(self, offices: bool, whom: tuple[str, ...]) -> str:
        if offices:
            return self.words.asked_office([self.office(role) for role in whom])
        return self.words.asked_family(self.words.persons(whom) if whom else None)

    def _said(self, questions: Iterable[Question]) -> list[str]:
        """Sentences; what bears on the same outcomes stands in one."""
        groups: dict[tuple[str, tuple[str, ...], str, str, date | None, date | None], list[str]] = {}
        for one in sorted(questions, key=lambda one: one.waits):
            named = ((), ()) if one.waits else (one.settles, one.bears_on)
            settles = self.points(named[0], one.members, settled=True)
            bears_on = self.points(named[1], one.members)
            members = one.members if one.offices else ()
            key = (one.kind, members, settles, bears_on, one.lapsed_on, one.begins)
            groups.setdefault(key, []).extend(one.labels)
        return [
            self.words.missing(
                labels,
                kind,
                self.words.persons(members) if members else None,
                settles,
                bears_on,
                self._end(kind, lapsed_on) if lapsed_on else None,
                date_text(begins, self.lang) if begins else None,
                date_text(self.decision.known, self.lang) if self.decision.known else None,
            )
            for (kind, members, settles, bears_on, lapsed_on, begins), labels in groups.items()
        ]
