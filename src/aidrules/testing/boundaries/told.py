"""Boundaries as lines of ids and exact values that are kept and compared, and how many there are of which kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aidrules.decision.figures import Lang
from aidrules.decision.forms import Way
from aidrules.testing.boundaries.boundary import REASONS, Boundary, Paid, Side, Why
from aidrules.testing.comparison import shown

if TYPE_CHECKING:
    from aidrules.testing.boundaries.generate import Boundaries

_EVERY: Mapping[Way, str] = {"monthly": "a month", "termly": "a term", "yearly": "a year", "one_off": "once"}
_RULES, _PROGRAMMES, _NAMED = 3, 2, 4
"""So many of the rules and programmes that part, and of the rules that read a comparison, are named."""


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


def lines(found: Boundaries) -> str:
    """Every boundary in a few lines of ids and exact values, to be kept beside a pack and compared."""
    values = [f"#   {name} = {value}" for name, value in sorted(found.values.items())]
    law = f"law of {found.on}" if found.pack.boundaries else "law without dates"
    head = [f"# {found.pack.id}, {law}", f"# {summary(found, 'en')}".rstrip()]
    head += [f"# Overlays taken from the cases: {', '.join(found.overlays)}"] if found.overlays else []
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
    for other in boundary.otherwise:
        results = [f"{name} {', '.join(map(shown, values))}" for name, values in other.rules.items()]
        results += [f"{name} {', '.join(map(_paid, values))}" for name, values in other.programmes.items()]
        yield f"  under {other.reading} = {other.option} | {'; '.join(results)}"
    if boundary.options_left:
        yield f"  no single change of the case makes it {', '.join(boundary.options_left)}"


def _fields(boundary: Boundary, side: Side) -> tuple[str, ...]:
    """What a line says of a side: which input, what is compared, whether it holds, and what comes of it."""
    named = parted_rules(boundary), parted_programmes(boundary)
    results = [f"{name} {shown(side.rules[name])}" for name in named[0] if name in side.rules]
    results += [f"{name} {_paid(side.programmes[name])}" for name in named[1] if name in side.programmes]
    holds = {True: "yes", False: "no", None: "-"}[side.holds]
    where = f"{side.position} " if boundary.form == "line" else ""
    compared = (f"{shown(side.left)} : {shown(side.right)}",) if boundary.form == "line" else ()
    value = f"{boundary.place.definition} {shown(side.value)}"
    return (f"{where}{side.input} = ", *compared, holds, "; ".join(dict.fromkeys([value, *results])))


def parted_rules(boundary: Boundary) -> list[str]:
    """The rules that part and are named, those of the place first."""
    home, programme = boundary.place.definition, boundary.place.definition.partition(".")[0]
    named = (name for name in boundary.moved if name.partition("[")[0] != home) if not boundary.masked else ()
    return sorted(named, key=lambda name: (not name.startswith(home), not name.startswith(f"{programme}.")))[:_RULES]


def parted_programmes(boundary: Boundary) -> list[str]:
    """The programmes that part and are named, those of the rules first."""
    own = {rule.partition(".")[0] for rule in (*boundary.place.rules, boundary.place.definition)}
    decided = boundary.decided if not boundary.masked else ()
    return sorted(decided, key=lambda name: name.partition("[")[0] not in own)[:_PROGRAMMES]


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")


def _paid(paid: Paid) -> str:
    amounts = (f"{shown(amount)} {_EVERY[way]}" for way, amount in paid.amounts.items() if amount != 0)
    return " ".join([paid.status, *amounts])
