"""A decision compared with what a case expects: what differs, what is missing and why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from aidrules.decision.names import Item
from aidrules.decision.tasks import needed
from aidrules.decision.view import View
from aidrules.engine import Bounds, Result, Run
from aidrules.errors import Place, Problem
from aidrules.facts.problems import MOST_PROBLEMS_TOLD
from aidrules.language.fields import Label, one_of
from aidrules.language.units import decimal_text
from aidrules.testing.cases import UNKNOWN, Case, Expectation
from aidrules.testing.expected import ImpossibleError, Meant, meant, read_number, split
from aidrules.testing.parameters import cell_of, worth
from aidrules.testing.payments import line_of, told

if TYPE_CHECKING:
    from aidrules.decision import Decision
    from aidrules.decision.forms import Outcome, PersonOutcome, RuleTrace, ValueTrace

_WHY = 2
"""So many lines say why."""
_NOT_SHOWN = Label("不予显示的值", "a value that is not shown")
_AMONG_REASONS = Label("理由之一", "among the reasons")
_NO_REASON = Label("无", "none")
_AMONG_MISSING = Label("所缺信息之一", "among the missing")
_NONE_MISSING = Label("不缺信息", "nothing is missing")
Said = str | Label
"""What a case or a decision says, as a case writes it, or a word of our own in both languages."""


def in_language(said: Said, lang: str) -> str:
    """What is said, in a language where it is a word of our own."""
    return said.text(lang) if isinstance(said, Label) else said


@dataclass(frozen=True)
class Difference:
    """Something that a case expects and does not get.

    Attributes:
        missing: the inputs that nobody gives and that leave it open.
        why: what it rests on, a line each.
    """

    place: Place
    section: str
    name: str
    expected: Said
    found: Said
    missing: tuple[str, ...] = ()
    why: tuple[Label, ...] = ()

    def __str__(self) -> str:
        gaps = f"; nobody gives {', '.join(self.missing)}" if self.missing else ""
        expected, found = in_language(self.expected, "en"), in_language(self.found, "en")
        return f"{self.name}: expected {expected}, found {found}{gaps}"


class Comparison:
    """Compares one decision with what a case expects.

    Attributes:
        about: the definitions that the expectations are about.
        problems: what no rule can produce.
    """

    def __init__(self, case: Case, decision: Decision) -> None:
        self.case, self.decision, self.run = case, decision, decision.run
        self.view = View(decision.run.compiled, decision.run)
        self.about: list[str] = []
        self.problems: list[Problem] = []

    def differences(self) -> Iterator[Difference]:
        """What differs; what no rule can produce is entered under `problems`."""
        for expectation in self.case.expectations:
            try:
                what = meant(expectation, self.run.compiled)
                found = self._difference(expectation, what)
            except ImpossibleError as error:
                if len(self.problems) == MOST_PROBLEMS_TOLD:  # what each name is like takes its time
                    self.problems.append(
                        Problem("more problems of this kind and others", self.case.place, self.case.name)
                    )
                    return
                name = f"{self.case.name}: {expectation.section}"
                self.problems.append(Problem(error.found, expectation.place, name, error.expected, error.hint))
                continue
            if not what.parameter:
                self.about.append(what.name)
            if found is not None:
                yield found

    def _difference(self, expectation: Expectation, what: Meant) -> Difference | None:
        match expectation.section:
            case "missing":
                return self._missing(expectation, what)
            case "outcomes" | "reasons":
                return self._of_programme(expectation, what)
            case "payments":
                return self._of_payment(expectation, what)
        if what.parameter:
            return self._of_parameter(expectation, what)
        item = self._item_of(what)
        found = came_to(self.run, expectation, what, item)
        wanted = expectation.value or ("false" if expectation.section == "not" else "true")
        if same(found, wanted):
            return None
        told = shown(found) if self.view.names.may_be_told(what.name) else _NOT_SHOWN
        return self._differs(expectation, what.name, item, wanted, told)

    def _item_of(self, what: Meant) -> Item:
        """The item that is meant; how many items a confidential list has is not told either."""
        owner = self.run.compiled.definitions[what.name].owner
        try:
            return item_of(self.run, what)
        except ImpossibleError as error:
            lists = (owner[:depth] for depth in range(1, len(owner) + 1))
            if any(self.view.names.list_field(each).confidential for each in lists):
                raise ImpossibleError(error.found, "one of its items, which are not shown") from None
            raise

    def _differs(self, expectation: Expectation, name: str, item: Item, wanted: Said, found: Said) -> Difference:
        gaps = self.view.gaps_of(name, item) if name in self.run.compiled.definitions else ()
        section, said = expectation.section, expectation.said
        return Difference(expectation.place, section, said, wanted, found, tuple(gaps), tuple(self._why(name, item)))

    def _of_parameter(self, expectation: Expectation, what: Meant) -> Difference | None:
        """What a parameter is on the day of the law, whatever the household."""
        found = worth(cell_of(what.name, what.item, self.run.compiled))
        if same(found, expectation.value):
            return None
        return Difference(expectation.place, expectation.section, expectation.name, expectation.value, shown(found))

    def _of_payment(self, expectation: Expectation, what: Meant) -> Difference | None:
        """A term of what is paid under a rule, or whether anything is."""
        item, wanted = self._item_of(what), expectation.value
        line = line_of(self.decision, split(expectation.name)[0], what.item)
        found = told(line, expectation.term, wanted)
        number = read_number(wanted) if expectation.term == "amount" else None
        if found == wanted or (number is not None and number == read_number(found)):
            return None
        return self._differs(expectation, what.name, item, wanted, found)

    def _of_programme(self, expectation: Expectation, what: Meant) -> Difference | None:
        """What a programme comes to for the household or a person, or whether a rule is among the reasons."""
        programme = what.name.partition(".")[0]
        name = f"{programme}.outcome"
        item = self._item_of(Meant(name, what.item))
        whole: Outcome | None = self.decision.outcomes.get(programme)
        whose: Outcome | PersonOutcome | None = whole.persons[what.item[0]] if whole and what.item else whole
        if expectation.section == "reasons":
            reasons = whose.reasons if whose is not None else ()
            why = ", ".join(reasons) or _NO_REASON
            return None if what.name in reasons else self._differs(expectation, name, item, _AMONG_REASONS, why)
        found = whose.status if whose is not None else str(self.run.value(name, *item.index) or "undetermined")
        if found == expectation.value:
            return None
        return self._differs(expectation, name, item, expectation.value, found)

    def _missing(self, expectation: Expectation, what: Meant) -> Difference | None:
        members = self.decision.subject.member_ids
        ids = {f"members[{member}]": f"members[{place}]" for place, member in enumerate(members)}
        wanted = re.sub(r"members\[[^\]]*\]", lambda match: ids.get(match[0], match[0]), what.name)
        found = [entry.input for entry in self.decision.missing]
        if wanted in found:
            return None
        listed = ", ".join(found) or _NONE_MISSING
        return Difference(expectation.place, "missing", expectation.name, _AMONG_MISSING, listed)

    def _why(self, name: str, item: Item) -> Iterator[Label]:
        """What something rests on: the reasons of an outcome, or the figures of a rule or value."""
        traced = self._traced
        programme, _, result = name.partition(".")
        if result == "outcome" and programme in self.decision.outcomes:
            yield from self._reasons(programme, item)
            return
        pays_nothing = self.run.value(name, *item.index) == 0
        while name and name not in traced:
            name = name.rpartition(".")[0]
        if name:
            yield from _steps(traced[name], self.view.key(item))
        if pays_nothing and programme in self.decision.outcomes and self._whose(programme, item).status != "eligible":
            yield from self._reasons(programme, item)

    def _reasons(self, programme: str, item: Item) -> Iterator[Label]:
        """What the outcome of a programme rests on."""
        for rule in self._whose(programme, item).reasons[:_WHY]:
            yield from _steps(self._traced[rule], self.view.key(item))

    def _whose(self, programme: str, item: Item) -> Outcome | PersonOutcome:
        """The outcome of a programme for the person that an item is of, where it has persons."""
        outcome = self.decision.outcomes[programme]
        return outcome.persons.get(self.view.key(item).partition(".")[0], outcome)

    @cached_property
    def _traced(self) -> dict[str, RuleTrace | ValueTrace]:
        trace = self.decision.trace
        return {**{each.name: each for each in trace.values}, **{each.rule: each for each in trace.rules}}


def item_of(run: Run, what: Meant) -> Item:
    """The item that the keys in brackets mean.

    Raises:
        ImpossibleError: the household has no such item.
    """
    owner = run.compiled.definitions[what.name].owner
    known = {_keys(run, owner, place): place for place in run.items(owner)}
    if what.item not in known:
        ids = one_of("/".join(keys) for keys in known) or "none: the list is empty"
        raise ImpossibleError(f"there is no item {'/'.join(what.item)}", ids)
    return Item(owner, known[what.item])


def came_to(run: Run, expectation: Expectation, what: Meant, item: Item) -> Result:
    """What the definition that an expectation is about comes to; a gate is needed or not as a decision says."""
    found = run.value(what.name, *item.index)
    rule = run.compiled.rules.get(what.name)
    if found is None and rule is not None and rule.kind == "gate" and expectation.section in ("gates", "not"):
        return needed(rule, None)
    return found


def _keys(run: Run, owner: tuple[str, ...], place: tuple[int, ...]) -> tuple[str, ...]:
    depths = range(1, len(owner) + 1)
    return tuple(run.item_id(owner[:depth], place[:depth]).split("/")[-1] for depth in depths)


def _steps(traced: RuleTrace | ValueTrace, key: str) -> Iterator[Label]:
    """What a rule or value says of an item, or of the first ones where it is said of others."""
    own = [step for step in traced.steps if (step.about or "") == key] or list(traced.steps)
    for step in own[:_WHY]:
        if step.state == "not_reached":
            yield Label(f"{traced.label.zh}：途径未开放", f"{traced.label.en}: not reached")
        elif step.statement is not None:
            yield Label(f"{traced.label.zh}：{step.statement.zh}", f"{traced.label.en}: {step.statement.en}")
        elif step.with_values is not None:
            result = step.result if step.result is not None else "?"
            zh, en = (f"{text} = {result}" for text in (step.with_values.zh, step.with_values.en))
            yield Label(f"{traced.label.zh}：{zh}", f"{traced.label.en}: {en}")


def same(found: Result, expected: str) -> bool:
    """Whether a value is the one that a case writes."""
    if expected in ("true", "false"):
        return found is (expected == "true")
    if expected == UNKNOWN:
        return found is None or isinstance(found, Bounds)
    if isinstance(found, date):
        return found.isoformat() == expected
    if isinstance(found, Fraction):
        return found == read_number(expected)
    if isinstance(found, Bounds):
        low, _, high = expected.partition("..")
        return found.low == read_number(low) and found.high == read_number(high)
    return found == expected


def shown(found: Result) -> str:
    """A value as a case writes it."""
    if isinstance(found, Fraction):
        return decimal_text(found)
    if isinstance(found, Bounds):
        return f"{decimal_text(found.low)}..{decimal_text(found.high)}"
    return UNKNOWN if found is None else str(found).lower() if isinstance(found, bool) else str(found)
