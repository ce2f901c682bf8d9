"""Boundaries as text: tables in words for readers, and lines of ids and exact values that are kept and compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aidrules.decision.figures import Lang
from aidrules.decision.phrases import Phrases
from aidrules.decision.shown import as_shown
from aidrules.decision.view import View
from aidrules.engine import Bounds, Result
from aidrules.engine.results import OUTCOME
from aidrules.facts.schema import Field, ListField, subject_at
from aidrules.language import core
from aidrules.language.core import DATE, NUMBER, Type
from aidrules.language.units import Unit
from aidrules.show import Rows
from aidrules.testing.boundaries.boundary import REASONS, Boundary, Paid, Position, Side, Why
from aidrules.testing.comparison import shown

if TYPE_CHECKING:
    from aidrules.testing.boundaries.generate import Boundaries

_RULES, _PROGRAMMES, _NAMED = 3, 2, 4
"""So many of the rules and programmes that part, and of the rules that read a comparison, are named."""
_POSITIONS: Mapping[Lang, Mapping[Position, str]] = {
    "zh": {"below": "低于", "on": "等于", "above": "高于", "none": "无日期", "other": ""},
    "en": {"below": "below", "on": "on the line", "above": "above", "none": "no date", "other": ""},
}
_DAYS: Mapping[Lang, Mapping[Position, str]] = {
    "zh": {"below": "之前", "on": "当日", "above": "之后", "none": "无日期", "other": ""},
    "en": {"below": "before", "on": "on the day", "above": "after", "none": "no date", "other": ""},
}
_MASKED: Mapping[Lang, str] = {"zh": "被其他条件掩盖", "en": "masked by something else"}
_LEFT: Mapping[Lang, str] = {"zh": "改变一项事实不能达到", "en": "no single change reaches it"}
_HEADS: Mapping[Lang, tuple[str, ...]] = {
    "zh": ("位置", "改变的事实", "左侧", "右侧", "成立", "所在处", "规则", "待遇"),
    "en": ("Side", "Changed fact", "Left", "Right", "Holds", "Value", "Rules", "Programmes"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """How many boundaries there are: shown by a rule, masked by something else, and not reached, by reason."""

    all: int
    shown: int
    exact: int
    masked: int
    unreached: Mapping[Why, int]


def counts(found: Iterable[Boundary]) -> Counts:
    """Count boundaries; exact ones have a household on the line."""
    listed = list(found)
    missed: dict[Why, int] = {}
    for boundary in listed:
        if boundary.unreached is not None:
            missed[boundary.unreached] = missed.get(boundary.unreached, 0) + 1
    masked = sum(boundary.masked for boundary in listed)
    exact = sum(boundary.exact for boundary in listed)
    return Counts(len(listed), len(listed) - masked - sum(missed.values()), exact, masked, missed)


def summary(found: Iterable[Boundary], lang: Lang) -> str:
    """The counts in a sentence for each."""
    number = counts(found)
    reasons = number.unreached.items()
    if lang == "zh":
        return (
            f"共 {number.all} 处界线：{number.shown} 处在规则结果中可见，{number.masked} 处被其他条件掩盖；"
            f"{number.exact} 处有家庭恰在线上。{''.join(f'未到达 {n} 处：{REASONS[why].zh}。' for why, n in reasons)}\n"
        )
    return (
        f"{number.all} boundaries: {number.shown} show in what rules come to, {number.masked} are masked by something "
        f"else; {number.exact} have a household exactly on the line."
        f"{''.join(f' {n} not reached: {REASONS[why].en}.' for why, n in reasons)}\n"
    )


# Lines


def lines(found: Boundaries) -> str:
    """Every boundary in a few lines of ids and exact values, to be kept beside a pack and compared."""
    values = [f"#   {name} = {value}" for name, value in sorted(found.values.items())]
    head = [f"# {found.pack.id}, law of {found.on}", f"# {summary(found, 'en')}".rstrip()]
    head += ["# Values taken from the cases:", *values] if values else []
    head += [f"# Given by no case: {', '.join(found.open)}"] if found.open else []
    return "\n".join([*head, *("\n".join(["", *_lines(boundary)]) for boundary in found)]) + "\n"


def _lines(boundary: Boundary) -> Iterator[str]:
    cited = "; ".join(f"{cite.source} {cite.clause or ''}".strip() for cite in boundary.place.cite)
    yield " | ".join(filter(None, (boundary.name, boundary.words.en, cited)))
    if boundary.place.rules:
        yield f"  read by {_some(boundary.place.rules)}"
    if boundary.unreached is not None:
        yield f"  not reached: {REASONS[boundary.unreached].en}"
        return
    yield f"  from {boundary.case}{', masked' if boundary.masked else ''}"
    given: dict[tuple[str, ...], list[Side]] = {}
    for side in boundary.sides:
        alike = _fields(boundary, side)
        given.setdefault((*alike, "" if boundary.form == "options" else shown(side.given)), []).append(side)
    for (first, *rest, _), sides in given.items():
        yield f"  {first}{', '.join(shown(side.given) for side in sides)} | {' | '.join(rest)}"
    if boundary.options_left:
        yield f"  no single change of the case makes it {', '.join(boundary.options_left)}"


def _fields(boundary: Boundary, side: Side) -> tuple[str, ...]:
    """What a line says of a side: which input, what is compared, whether it holds, and what comes of it."""
    named = _rules(boundary)[:_RULES], _programmes(boundary)[:_PROGRAMMES]
    results = [f"{name} {shown(side.rules[name])}" for name in named[0] if name in side.rules]
    results += [f"{name} {_paid(side.programmes[name])}" for name in named[1] if name in side.programmes]
    holds = {True: "yes", False: "no", None: "-"}[side.holds]
    where = f"{side.position} " if boundary.form == "line" else ""
    compared = (f"{shown(side.left)} : {shown(side.right)}",) if boundary.form == "line" else ()
    value = f"{boundary.place.definition} {shown(side.value)}"
    return (f"{where}{side.input} = ", *compared, holds, "; ".join(dict.fromkeys([value, *results])))


def _rules(boundary: Boundary) -> list[str]:
    """The rules that part, those of the place first."""
    home, programme = boundary.place.definition, boundary.place.definition.partition(".")[0]
    named = (name for name in boundary.moved if name.partition("[")[0] != home) if not boundary.masked else ()
    return sorted(named, key=lambda name: (not name.startswith(home), not name.startswith(f"{programme}.")))


def _programmes(boundary: Boundary) -> list[str]:
    """The programmes that part, those of the rules first."""
    own = {rule.partition(".")[0] for rule in (*boundary.place.rules, boundary.place.definition)}
    decided = boundary.decided if not boundary.masked else ()
    return sorted(decided, key=lambda name: name.partition("[")[0] not in own)


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")


def _paid(paid: Paid) -> str:
    parts = [paid.status]
    if paid.monthly != 0:
        parts.append(f"{shown(paid.monthly)} a month")
    if paid.one_off != 0:
        parts.append(f"{shown(paid.one_off)} once")
    return " ".join(parts)


# Tables


@dataclass(frozen=True)
class Told:
    """Boundaries in one language."""

    found: Boundaries
    lang: Lang

    @cached_property
    def _phrases(self) -> Phrases:
        return Phrases(View(self.found.pack.on(self.found.on)), self.lang)

    def tables(self) -> Iterator[Rows]:
        """A table for each boundary; one row says why it is not reached."""
        for boundary in self.found:
            cited = "; ".join(cite.clause for cite in boundary.place.cite if cite.clause)
            title = f"{boundary.name} {boundary.words.text(self.lang)}{f' ({cited})' if cited else ''}"
            title += f" [{boundary.case}]" if boundary.case else ""
            title += f" {_MASKED[self.lang]}" if boundary.masked else ""
            if boundary.unreached is not None:
                yield Rows(title, ("",), ((REASONS[boundary.unreached].text(self.lang),),))
            else:
                left = [self._phrases.option(option, boundary.kind) for option in boundary.options_left]
                rows = [self._row(boundary, side) for side in boundary.sides]
                rows += [("", "–", option, *[""] * (len(_HEADS["en"]) - 4), _LEFT[self.lang]) for option in left]
                yield Rows(title, _HEADS[self.lang], tuple(rows))

    def _row(self, boundary: Boundary, side: Side) -> tuple[str, ...]:
        positions = (_DAYS if boundary.kind.name == "date" else _POSITIONS)[self.lang]
        where = positions[side.position] if boundary.form == "line" else ""
        rules, programmes = _rules(boundary)[:_RULES], _programmes(boundary)[:_PROGRAMMES]
        right = self._said(side.right, boundary.kind) if boundary.form == "line" else ""
        return (
            where,
            self._input(side),
            self._said(side.left, boundary.kind),
            right,
            "–" if side.holds is None else self._phrases.quantity(side.holds, core.BOOL),
            self._said(side.value, self._kind(boundary.place.definition)),
            "\n".join(self._rule(name, side) for name in rules if name in side.rules),
            "\n".join(self._programme(name, side) for name in programmes if name in side.programmes),
        )

    def _said(self, value: Result, kind: Type) -> str:
        return self._phrases.quantity(as_shown(value, kind), kind, cut=4)

    def _input(self, side: Side) -> str:
        """The fact in words, its path, and what it is."""
        if side.input == "on":
            return f"{self._phrases.words.today} = {self._said(side.given, DATE)}"
        declared = self._declared(side.input)
        label = declared.label_zh if self.lang == "zh" else declared.label_en
        return f"{label} ({side.input}) = {self._said(side.given, _type(declared))}"

    def _declared(self, path: str) -> Field | ListField:
        """What is declared at a path of the household."""
        steps = re.findall(r"(\w+)\[\d+\]\.", path)
        subject = subject_at(self.found.pack.schema, tuple(steps))
        name = re.sub(r"\w+\[\d+\]\.", "", path)
        return subject.lists[name] if name in subject.lists else subject.fields[name]

    def _rule(self, name: str, side: Side) -> str:
        return f"{name}: {self._said(side.rules[name], self._kind(name))}"

    def _kind(self, name: str) -> Type:
        return self._phrases.view.compiled.definitions[name.partition("[")[0]].type

    def _programme(self, name: str, side: Side) -> str:
        paid = side.programmes[name]
        status = (
            self._phrases.option(paid.status, OUTCOME)
            if paid.status in OUTCOME.options
            else self._phrases.words.unknown
        )
        amounts = [
            self._said(value, self._kind(f"{name.partition('[')[0]}.{result}"))
            for value, result in ((paid.monthly, "amount"), (paid.one_off, "one_off"))
            if value != 0
        ]
        return f"{name}: {' '.join([status, *amounts])}"


def _type(declared: Field | ListField) -> Type:
    if isinstance(declared, ListField):
        return NUMBER
    if declared.type in ("money", "number"):
        return Type("number", Unit.parse(declared.unit)) if declared.unit else NUMBER
    return Type(declared.type, options=declared.options, optional=declared.optional)  # type: ignore[arg-type]


# For programs


def as_json(found: Boundaries) -> dict[str, Any]:
    """Everything, with the households, for programs."""
    number = counts(found)
    return {
        "pack": found.pack.id,
        "on": found.on.isoformat(),
        "values": {name: str(value) for name, value in found.values.items()},
        "open": list(found.open),
        "counts": {
            "all": number.all,
            "shown": number.shown,
            "exact": number.exact,
            "masked": number.masked,
            "unreached": dict(number.unreached),
        },
        "boundaries": [_as_json(boundary) for boundary in found],
    }


def _as_json(boundary: Boundary) -> dict[str, Any]:
    return {
        "name": boundary.name,
        "definition": boundary.place.definition,
        "rules": list(boundary.place.rules),
        "cite": [{"source": cite.source, "clause": cite.clause} for cite in boundary.place.cite],
        "own": boundary.place.own,
        "form": boundary.form,
        "words": {"zh": boundary.words.zh, "en": boundary.words.en},
        "case": boundary.case or None,
        "masked": boundary.masked,
        "unreached": boundary.unreached,
        "sides": [_side_as_json(side) for side in boundary.sides],
    }


def _side_as_json(side: Side) -> dict[str, Any]:
    return {
        "position": side.position,
        "input": side.input,
        "given": _plain(side.given),
        "left": _plain(side.left),
        "right": _plain(side.right),
        "holds": side.holds,
        "value": _plain(side.value),
        "rules": {name: _plain(value) for name, value in side.rules.items()},
        "programmes": {
            name: {"status": paid.status, "monthly": _plain(paid.monthly), "one_off": _plain(paid.one_off)}
            for name, paid in side.programmes.items()
        },
        "on": side.on.isoformat(),
        "household": side.household.model_dump(mode="json", exclude_none=True),
    }


def _plain(value: Result) -> Any:
    """Yes or no as they are, bounds as two texts, all else as text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Bounds):
        low, _, high = shown(value).partition("..")
        return {"low": low, "high": high}
    return shown(value)
