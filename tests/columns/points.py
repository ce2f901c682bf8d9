"""Holds what `simulate` says of households against what `decide` says of them, point by point."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import ANY, patch

import polars as pl

from aidrules import decide
from aidrules.columns import simulate
from aidrules.decision import Decision
from aidrules.decision.forms import OPEN, WAYS, Outcome, PersonOutcome
from aidrules.decision.names import Item
from aidrules.decision.outcomes import due_of
from aidrules.engine.compiled import Programme
from aidrules.errors import DecisionError
from aidrules.facts import Household
from aidrules.frames import from_households
from aidrules.language.pack import Pack

Row = tuple[Any, ...]
_ENDS = ("start", "months", "end")
_TOGETHER = ("status", "missing", *(f"{way}{end}" for way in WAYS for end in ("", "_low", "_high")))
_OWN = ("reasons", *(f"phase_out_{end}" for end in _ENDS))
_GIVEN = ("entitlements", "entitlements_open")


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
    faults: dict[int, list[Row]] = defaultdict(list)
    for row, *fault in simulation.faults.select("row", "field", "found", "expected", "hint").rows():
        faults[row].append(tuple(fault))
    found: list[tuple[str, Any, Any]] = []
    told = _Told(entitlements)
    # A decision leaves out wide bounds, which columns have: held against each other are all of them.
    with patch("aidrules.decision.outcomes.is_wide", return_value=False):
        for place, household in enumerate(households):
            wrong: list[Row] = []
            try:
                told.add(place, decide(household, pack, on=on, chain="exact", **given))
            except DecisionError as error:
                wrong = [(str(one.where), one.found, one.expected, one.hint) for one in error.problems]
            if faults.get(place, []) != wrong:
                found.append((f"{place} refused", faults.get(place, []), wrong))
    if simulation.frame["row"].to_list() != told.decided:
        return [*found, ("decided", simulation.frame["row"].to_list(), told.decided)]
    return [*found, *told.against(simulation.frame)]


class _Told:
    """What decisions say: by programme a row for each household, and for each of its members."""

    def __init__(self, entitlements: bool) -> None:
        self.decided: list[int] = []
        self._entitlements = entitlements
        self._households: dict[str, list[Row]] = {}
        self._members: dict[str, list[Row]] = {}

    def add(self, place: int, decision: Decision) -> None:
        """One more household, by its place among those given."""
        self.decided.append(place)
        for name, outcome in decision.outcomes.items():
            programme = decision.run.compiled.programmes[name]
            items = decision._outcomes.items_of(programme)
            settled = all(line.amount is not None for line in outcome.lines)
            missing = [_missing(decision, programme, item, settled) for item in items]
            row = _together(outcome, set().union(*missing))
            given = _given(decision, name) if self._entitlements else {}
            if programme.owner:
                self._households.setdefault(name, []).append((*row, list(outcome.persons)))
                self._members.setdefault(name, []).extend(
                    (place, *_together(one, lacks), *_own(one), *(given.get(one.member, ("", "")) if given else ()))
                    for one, lacks in zip(outcome.persons.values(), missing, strict=True)
                )
            else:
                row = (*row, *_own(outcome), *(given[None] if given else ()))
                self._households.setdefault(name, []).append(row)

    def against(self, frame: pl.DataFrame) -> Iterator[tuple[str, Any, Any]]:
        """Where columns say something else."""
        given = _GIVEN if self._entitlements else ()
        for name, rows in self._households.items():
            own = frame.select(pl.col("^" + re.escape(name) + r"\..*$").name.map(lambda one: one.rpartition(".")[2]))
            if name not in self._members:
                yield from _unlike(name, self.decided, own, (*_TOGETHER, *_OWN, *given), rows)
                continue
            ids = own["persons"].list.eval(pl.element().struct.field("id")).to_list()
            told = [row[-1] for row in rows]
            yield from _unlike(name, self.decided, own, _TOGETHER, [row[:-1] for row in rows])
            if ids != told:
                yield f"{name}.persons", ids, told
                continue
            members = own["persons"].filter(own["persons"].list.len() > 0).explode().struct.unnest()
            places = [row[0] for row in self._members[name]]
            each = [row[1:] for row in self._members[name]]
            yield from _unlike(f"{name}[]", places, members, (*_TOGETHER, *_OWN, *given), each)


def _unlike(
    name: str, places: Sequence[int], frame: pl.DataFrame, columns: Sequence[str], rows: Sequence[Row]
) -> Iterator[tuple[str, Any, Any]]:
    shown = frame.select(_column(frame, column) for column in columns).rows()
    if shown != rows:  # else no pair is worth looking at
        for place, here, there in zip(places, shown, rows, strict=True):
            pairs = zip(columns, here, there, strict=True)
            yield from ((f"{place} {name}.{column}", one, other) for column, one, other in pairs if one != other)


def _column(frame: pl.DataFrame, name: str) -> pl.Expr:
    if name not in frame.columns:
        absent = "" if name in _GIVEN else None if name in _OWN else 0
        return pl.lit(absent).alias(name)
    column = pl.col(name)
    if name in ("missing", *_GIVEN):  # in no order
        return column.cast(pl.String).str.split(" ").list.sort().list.join(" ")
    return column.cast(pl.String) if name in ("status", "reasons") else column


def _together(outcome: Outcome | PersonOutcome, missing: set[str]) -> Row:
    """The columns that a programme has of households and of members."""
    row: list[Any] = [outcome.status, " ".join(sorted(missing))]
    for way in WAYS:
        amount, bounds = getattr(outcome, way), getattr(outcome, f"{way}_bounds")
        if amount is not None:
            row += [_fen(amount)] * 3
        else:  # bounds that are too wide to be told are anything in columns
            row += [None, ANY, ANY] if bounds is None else [None, _fen(bounds.low), _fen(bounds.high)]
    return tuple(row)


def _own(outcome: Outcome | PersonOutcome) -> Row:
    """The columns of whom a programme is about."""
    out = outcome.phase_out
    ends = (None, None, None) if out is None else (out.start, out.months, out.end)
    return " ".join(outcome.reasons), *ends


def _given(decision: Decision, name: str) -> dict[str | None, tuple[str, str]]:
    """Services and rights, of the household (None) and of each person: those that are given, and those open."""
    listed = [one for one in decision.entitlements if one.programme == name]
    members = {re.split(r"\W", one.member)[0] for one in listed if one.member}

    def rules(state: str, member: str | None) -> str:
        of = (one for one in listed if member is None or (one.member and re.split(r"\W", one.member)[0] == member))
        return " ".join(sorted({one.rule for one in of if one.state == state}))

    return {member: (rules("applied", member), rules("undetermined", member)) for member in (None, *members)}


def _fen(amount: Decimal) -> int:
    return int(amount * 100) if amount else 0


def _missing(decision: Decision, programme: Programme, whose: Item, settled: bool) -> set[str]:
    """The inputs that leave a programme, or what it pays unless that is settled, open for the household or a person."""
    view, rules = decision._view, decision.run.compiled.rules
    gaps = {}
    if decision._outcomes.status(programme, whose) in OPEN:
        gaps |= view.gaps_of(f"{programme.id}.outcome", whose)
    for rule in () if settled else (rules[name] for name in programme.rules):
        for due, item in due_of(view, rule, whose) if rule.pays else ():
            gaps |= view.gaps_of(rule.roles[due], item)
    return {key if gap.kind == "parameter" else re.sub(r"\[\d+\]", "", key) for key, gap in gaps.items()}
