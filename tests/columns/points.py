"""Holds what `simulate` says of a household against what `decide` says of it, point by point."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from aidrules import decide
from aidrules.columns import simulate
from aidrules.decision import Decision
from aidrules.decision.forms import OPEN, WAYS, Bounds, Outcome, PersonOutcome, PhaseOut
from aidrules.decision.names import Item
from aidrules.decision.outcomes import due_of
from aidrules.errors import DecisionError
from aidrules.facts import Household
from aidrules.frames import from_households
from aidrules.language.pack import Pack


def differing(
    pack: Pack, households: Sequence[Household], on: date, *, entitlements: bool = True, **given: Any
) -> list[tuple[str, Any, Any]]:
    """Every point in which columns say of some household what deciding it does not; those refused are refused in both.

    Args:
        pack: the rules.
        households: of the pack.
        on: the date of the facts.
        entitlements: whether services and rights are held against each other too.
        given: goes to both, `decide` and `simulate`.
    """
    simulation = simulate(from_households(households, pack), pack, on=on, entitlements=entitlements, **given)
    rows = dict(zip(simulation.frame["row"], _by_programme(simulation.frame), strict=True))
    faults: dict[int, list[tuple[Any, ...]]] = {}
    for row, *fault in simulation.faults.select("row", "field", "found", "expected", "hint").rows():
        faults.setdefault(row, []).append(tuple(fault))
    found: list[tuple[str, Any, Any]] = []
    for place, household in enumerate(households):
        said = faults.get(place, [])
        try:
            decision = decide(household, pack, on=on, chain="exact", **given)
        except DecisionError as error:
            wrong = [(str(one.where), one.found, one.expected, one.hint) for one in error.problems]
            points = [("refused", said, wrong), ("decided", place in rows, False)]
        else:
            points = [("refused", said, [])]
            points += told(rows[place], decision, entitlements) if place in rows else [("decided", False, True)]
        found += [(f"{place} {name}", here, there) for name, here, there in points if here != there]
    return found


_ENDS = ("start", "months", "end")

Row = Mapping[str, Mapping[str, Any]]
"""What the columns say of a household, by programme and column."""


def _by_programme(frame: pl.DataFrame) -> Iterator[Row]:
    """The rows of a simulation."""
    names = dict.fromkeys(name.partition(".")[0] for name in frame.columns if "." in name)
    columns = {name: [column for column in frame.columns if column.startswith(f"{name}.")] for name in names}
    parts = [
        frame.select(pl.col(own).name.map(lambda column: column.partition(".")[2])).iter_rows(named=True)
        for own in columns.values()
    ]
    if not parts:  # of a pack that has duties alone
        yield from ({} for _ in range(frame.height))
    for row in zip(*parts, strict=True):
        yield dict(zip(names, row, strict=True))


def told(row: Row, decision: Decision, entitlements: bool = True) -> Iterator[tuple[str, Any, Any]]:
    """Every point of a household: where it stands, what the columns say, what the decision says."""
    for name, outcome in decision.outcomes.items():
        here = row[name]
        programme = decision.run.compiled.programmes[name]
        items = decision._outcomes.items_of(programme)
        lacking = {item: _missing(decision, name, item) for item in items}
        missing = set().union(*lacking.values())
        yield from _points(name, here, outcome, missing, household=bool(programme.owner))
        if entitlements:
            yield from _entitled(name, here, decision)
        if not programme.owner:
            continue
        persons = here["persons"]
        yield f"{name}.persons", [person["id"] for person in persons], list(outcome.persons)
        for person, one, item in zip(persons, outcome.persons.values(), items, strict=True):
            yield from _points(f"{name}[{one.member}]", person, one, lacking[item], household=False)


def _points(
    name: str, here: Mapping[str, Any], outcome: Outcome | PersonOutcome, missing: set[str], *, household: bool
) -> Iterator[tuple[str, Any, Any]]:
    columns = [here["status"], set(here["missing"].split())]
    decided = [outcome.status, missing]
    if not household:
        columns += [tuple(here["reasons"].split()), tuple(here.get(f"phase_out_{end}") for end in _ENDS)]
        decided += [outcome.reasons, _ends(outcome.phase_out)]
    for every in WAYS:
        amount, bounds = getattr(outcome, every), getattr(outcome, f"{every}_bounds")
        columns.append(here.get(every, 0))
        decided.append(None if amount is None else _fen(amount))
        if amount is not None or bounds is not None:
            columns.append((here.get(f"{every}_low", 0), here.get(f"{every}_high", 0)))
            decided.append((decided[-1],) * 2 if bounds is None else _of(bounds))
    if columns == decided:  # nearly always: names are not worth making then
        yield name, True, True
    else:
        yield from ((f"{name}, point {place}", *both) for place, both in enumerate(zip(columns, decided, strict=True)))


def _entitled(name: str, here: Mapping[str, Any], decision: Decision) -> Iterator[tuple[str, Any, Any]]:
    """Services and rights, of all together or of each person."""
    listed = [one for one in decision.entitlements if one.programme == name]
    for column, state in (("entitlements", "applied"), ("entitlements_open", "undetermined")):
        given = [one for one in listed if one.state == state]
        if not decision.run.compiled.programmes[name].owner:
            yield f"{name}.{column}", sorted(here.get(column, "").split()), sorted({one.rule for one in given})
        for person in here.get("persons", ()):
            rules = [one.rule for one in given if one.member and re.split(r"\W", one.member)[0] == person["id"]]
            yield f"{name}[{person['id']}].{column}", sorted(person.get(column, "").split()), sorted(set(rules))


def _fen(amount: Decimal) -> int:
    return int(amount * 100)


def _of(bounds: Bounds) -> tuple[int, int]:
    return _fen(bounds.low), _fen(bounds.high)


def _ends(phase_out: PhaseOut | None) -> tuple[Any, Any, Any]:
    return (None, None, None) if phase_out is None else (phase_out.start, phase_out.months, phase_out.end)


def _missing(decision: Decision, programme: str, whose: Item) -> set[str]:
    """The inputs that leave a programme, or what it pays, open for the household or a person."""
    view, rules = decision._view, decision.run.compiled.rules
    gaps = {}
    if decision._outcomes.status(decision.run.compiled.programmes[programme], whose) in OPEN:
        gaps |= view.gaps_of(f"{programme}.outcome", whose)
    for name in decision.run.compiled.programmes[programme].rules:
        rule = rules[name]
        for due, item in due_of(view, rule, whose) if rule.pays else ():
            gaps |= view.gaps_of(rule.roles[due], item)
    return {key if gap.kind == "parameter" else re.sub(r"\[\d+\]", "", key) for key, gap in gaps.items()}
