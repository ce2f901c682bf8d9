"""Boundaries as tables for readers: a column for each side, a row for what differs between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from aidrules.decision.figures import Lang
from aidrules.decision.phrases import Phrases
from aidrules.decision.shown import as_shown
from aidrules.decision.view import View
from aidrules.engine import Result
from aidrules.engine.results import OUTCOME, paid_by
from aidrules.facts.schema import Field, ListField, subject_at
from aidrules.language import core
from aidrules.language.core import DATE, NUMBER, Type
from aidrules.language.units import Unit
from aidrules.show import Rows
from aidrules.testing.boundaries.boundary import REASONS, Boundary, Paid, Position, Side
from aidrules.testing.boundaries.told import parted_programmes, parted_rules

if TYPE_CHECKING:
    from aidrules.testing.boundaries.generate import Boundaries

WIDTH = 100
"""So many columns of a terminal the tables take."""
_SIDES = 4
"""So many sides stand beside each other; a choice among more has a table for each so many."""
_POSITIONS: Mapping[Lang, Mapping[Position, str]] = {
    "zh": {"below": "低于", "on": "等于", "above": "高于", "none": "无日期", "other": ""},
    "en": {"below": "below", "on": "on the line", "above": "above", "none": "no date", "other": ""},
}
_DAYS: Mapping[Lang, Mapping[Position, str]] = {
    "zh": {"below": "之前", "on": "当日", "above": "之后", "none": "无日期", "other": ""},
    "en": {"below": "before", "on": "on the day", "above": "after", "none": "no date", "other": ""},
}
_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {
        "masked": "被其他条件掩盖",
        "left_out": "改变一项事实不能达到",
        "left": "左侧",
        "right": "右侧",
        "holds": "成立",
        "between": "、",
        "one_of": "{}（{}）",
    },
    "en": {
        "masked": "masked by something else",
        "left_out": "no single change reaches",
        "left": "Left side",
        "right": "Right side",
        "holds": "Holds",
        "between": ", ",
        "one_of": "{} ({})",
    },
}


@dataclass(frozen=True)
class Tables:
    """Boundaries in one language."""

    found: Boundaries
    lang: Lang

    def __iter__(self) -> Iterator[Rows]:
        for boundary in self.found:
            yield from self._of(boundary)

    @cached_property
    def _phrases(self) -> Phrases:
        return Phrases(View(self.found.pack.on(self.found.on)), self.lang)

    def _word(self, name: str) -> str:
        return _WORDS[self.lang][name]

    def _of(self, boundary: Boundary) -> Iterator[Rows]:
        """The tables of a boundary; one row says why it is not reached."""
        cited = "; ".join(cite.clause for cite in boundary.place.cite if cite.clause)
        title = f"{boundary.name} {boundary.words.text(self.lang)}{f' ({cited})' if cited else ''}"
        title += f" [{boundary.case}]" if boundary.case else ""
        title += f" {self._word('masked')}" if boundary.masked else ""
        if boundary.unreached is not None:
            yield Rows(title, ("",), ((REASONS[boundary.unreached].text(self.lang),),))
            return
        alike: dict[tuple[object, ...], list[Side]] = {}
        for side in boundary.sides:
            alike.setdefault(self._column(boundary, side), []).append(side)
        columns = list(alike.values())
        heads = self._heads(boundary, columns)
        for start in range(0, len(columns), _SIDES):
            beside = slice(start, start + _SIDES)
            yield self._table(boundary, columns[beside], heads[beside], "" if start else title)
        if boundary.options_left:
            left = (self._phrases.option(option, boundary.kind) for option in boundary.options_left)
            yield Rows("", (self._word("left_out"),), ((self._word("between").join(left),),))

    @staticmethod
    def _column(boundary: Boundary, side: Side) -> tuple[object, ...]:
        """What is the same of sides that share a column: options of one choice that come to the same."""
        apart = () if boundary.form == "options" and side.given == side.left else (side.position, side.given, side.left)
        named = parted_rules(boundary), parted_programmes(boundary)
        come_to = *(side.rules.get(name) for name in named[0]), *(side.programmes.get(name) for name in named[1])
        place = boundary.sides.index(side)
        under = (
            tuple(values[place] for come in (other.rules, other.programmes) for values in come.values())
            for other in boundary.otherwise
        )
        return (apart, side.input, side.holds, type(side.value), side.value, come_to, *under)

    def _heads(self, boundary: Boundary, columns: Sequence[Sequence[Side]]) -> list[str]:
        """What stands over each column; numbered where several say the same, as two days that make the same age."""
        if boundary.form == "line":
            positions = (_DAYS if boundary.kind.name == "date" else _POSITIONS)[self.lang]
            said = [positions[alike[0].position] for alike in columns]
        else:
            lefts = ((self._said(side.left, boundary.kind) for side in alike) for alike in columns)
            said = [self._word("between").join(dict.fromkeys(left)) for left in lefts]
        return [
            self._word("one_of").format(head, said[: place + 1].count(head)) if said.count(head) > 1 else head
            for place, head in enumerate(said)
        ]

    def _table(self, boundary: Boundary, columns: Sequence[Sequence[Side]], heads: Sequence[str], title: str) -> Rows:
        sides = [alike[0] for alike in columns]
        line = boundary.form == "line"
        between = self._word("between")
        rows: list[tuple[str, ...]] = []
        for path in dict.fromkeys(side.input for side in sides):
            label, kind = self._fact(path)
            given = (
                between.join(self._said(each.given, kind) for each in alike) if alike[0].input == path else ""
                for alike in columns
            )
            rows.append((label, *given))
        if line:
            rows.append((self._word("left"), *(self._said(side.left, boundary.kind) for side in sides)))
            rows.append((self._word("right"), *(self._said(side.right, boundary.kind) for side in sides)))
        rows.append((self._word("holds"), *("–" if side.holds is None else self._yes(side.holds) for side in sides)))
        home = boundary.place.definition
        rows.append((home, *(self._said(side.value, self._kind(home)) for side in sides)))
        for name in parted_rules(boundary):
            rows.append((name, *(self._rule(name, side) for side in sides)))
        for name in parted_programmes(boundary):
            rows.append((name, *(self._programme(name, side.programmes.get(name)) for side in sides)))
        places = [boundary.sides.index(side) for side in sides]
        for other in boundary.otherwise:
            under = f"({other.reading} = {other.option})"
            for name, values in other.rules.items():
                rows.append((f"{name} {under}", *(self._said(values[place], self._kind(name)) for place in places)))
            for name, paid in other.programmes.items():
                rows.append((f"{name} {under}", *(self._programme(name, paid[place]) for place in places)))
        return Rows(title, ("", *heads), tuple(rows))

    def _yes(self, holds: bool) -> str:
        return self._phrases.quantity(holds, core.BOOL)

    def _said(self, value: Result, kind: Type) -> str:
        return self._phrases.quantity(as_shown(value, kind), kind, cut=4)

    def _fact(self, path: str) -> tuple[str, Type]:
        """What a fact is called, with its path, and what is recorded for it."""
        if path == "on":
            return self._phrases.words.today, DATE
        declared = self._declared(path)
        label = declared.label_zh if self.lang == "zh" else declared.label_en
        return f"{label} ({path})", _type(declared)

    def _declared(self, path: str) -> Field | ListField:
        """What is declared at a path of the household."""
        steps = re.findall(r"(\w+)\[\d+\]\.", path)
        subject = subject_at(self.found.pack.schema, tuple(steps))
        name = re.sub(r"\w+\[\d+\]\.", "", path)
        return subject.lists[name] if name in subject.lists else subject.fields[name]

    def _kind(self, name: str) -> Type:
        return self._phrases.view.compiled.definitions[name.partition("[")[0]].type

    def _rule(self, name: str, side: Side) -> str:
        return self._said(side.rules[name], self._kind(name)) if name in side.rules else ""

    def _programme(self, name: str, paid: Paid | None) -> str:
        if paid is None:
            return ""
        status = (
            self._phrases.option(paid.status, OUTCOME)
            if paid.status in OUTCOME.options
            else self._phrases.words.unknown
        )
        programme = name.partition("[")[0]
        results = paid_by(self._phrases.view.compiled, programme)
        amounts = [
            self._said(value, self._kind(f"{programme}.{results[way]}"))
            for way, value in paid.amounts.items()
            if value != 0
        ]
        return " ".join([status, *amounts])


def _type(declared: Field | ListField) -> Type:
    if isinstance(declared, ListField):
        return NUMBER
    if declared.type in ("money", "number"):
        return Type("number", Unit.parse(declared.unit)) if declared.unit else NUMBER
    return Type(declared.type, options=declared.options, optional=declared.optional)  # type: ignore[arg-type]
