"""Typed households to a frame and back, without loss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, overload

import polars as pl

from aidrules.callers import check_pack
from aidrules.errors import FactsError, Problem
from aidrules.extras import needs_columns
from aidrules.frames.days import readable
from aidrules.frames.declared import Listed, Node, Record, Value, declared
from aidrules.frames.given import Frame, fitting, polars_frame

if TYPE_CHECKING:
    import pyarrow as pa

    from aidrules.facts.decided import Decided
    from aidrules.language.pack import Pack

MOST_TOLD = 50


@overload
def from_households(households: Iterable[Decided], pack: Pack) -> pl.DataFrame: ...
@overload
def from_households(households: Iterable[Decided], pack: Pack, *, to: Literal["polars"]) -> pl.DataFrame: ...
@overload
def from_households(households: Iterable[Decided], pack: Pack, *, to: Literal["arrow"]) -> pa.Table: ...
def from_households(
    households: Iterable[Decided], pack: Pack, *, to: Literal["polars", "arrow"] = "polars"
) -> pl.DataFrame | pa.Table:
    """Put households in a frame, one row each, of the type `pack.arrow_schema`.

    Args:
        households: of the pack's `Subject`; a plain `aidrules.Household` is taken over into it.
        pack: the rules, which say what a household holds.
        to: `polars` for a Polars frame, `arrow` for an Arrow table.

    Raises:
        DecisionError: what is given as the pack is none.
        FactsError: a household that does not fit the pack, another kind of table.
    """
    if to not in ("polars", "arrow"):
        raise FactsError(Problem(f"{to!r} is no kind of table", "to", expected="one of polars, arrow"))
    with needs_columns():
        import pyarrow as pa

    model = check_pack(pack).Subject
    days = _days(declared(model))
    rows = [(one if type(one) is model else model.model_validate(one)).model_dump() for one in households]
    for row in rows:
        _as_texts(days, row)
    table = pa.Table.from_pylist(rows, schema=pack.arrow_schema)
    return table if to == "arrow" else polars_frame(table)


def to_households(frame: Frame, pack: Pack) -> list[Decided]:
    """Build the households of a frame, in its order.

    Args:
        frame: a public frame: Polars, lazy, pandas or Arrow.
        pack: the rules, which say what a household holds.

    Raises:
        DecisionError: what is given as the pack is none.
        FactsError: columns that do not fit, or facts that cannot be right: each with its row.
    """
    model = check_pack(pack).Subject
    record = declared(model)
    made: list[Decided] = []
    problems: list[Problem] = []
    for row, given in enumerate(readable(fitting(polars_frame(frame), record)).iter_rows(named=True)):
        try:
            made.append(model.model_validate(facts_of(record, given)))
        except FactsError as error:
            head = f"row {row}"
            problems += [
                Problem(one.found, f"{head}, {one.where}" if one.where else head, one.rule, one.expected, one.hint)
                for one in error.problems
            ]
    if problems:
        more = len(problems) - MOST_TOLD
        told = [*problems[:MOST_TOLD], Problem(f"{more} more problems")] if more > 0 else problems
        raise FactsError(told)
    return made


def _days(record: Record) -> Record:
    """The part of a record in which days stand as texts in tables, and what leads to it."""
    parts: dict[str, Node] = {}
    for name, part in record.parts.items():
        match part:
            case Value(shape=shape) if shape.optional:
                parts[name] = part
            case Record() if (held := _days(part)).parts:
                parts[name] = held
            case Listed() if (held := _days(part.each)).parts:
                parts[name] = replace(part, each=held)
    return Record(parts)


def _as_texts(days: Record, facts: dict[str, Any]) -> None:
    """Write days as texts, in what a household holds: it is its own copy."""
    for name, part in days.parts.items():
        value = facts[name]
        if value is None:
            continue
        match part:
            case Value():
                facts[name] = value.isoformat() if isinstance(value, date) else value
            case Record():
                _as_texts(part, value)
            case Listed():
                for item in value:
                    if item is not None:
                        _as_texts(part.each, item)


def facts_of(record: Record, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a frame as a household is built from: what is unknown anyway is left out."""
    return {
        name: _fact_of(record.parts[name], value)
        for name, value in row.items()
        if value is not None or _says_something(record.parts[name])
    }


def _says_something(part: Node) -> bool:
    """Whether null says something that leaving it out does not: that it is unknown, or that it is wrong."""
    return part.required or (isinstance(part, Value) and part.unsaid is not None)


def _fact_of(part: Node, value: Any) -> Any:
    if value is None:
        return None
    match part:
        case Record():
            return facts_of(part, value)
        case Listed():
            return [None if item is None else facts_of(part.each, item) for item in value]
        case Value():
            return _as_day(part, value)


def _as_day(value: Value, given: Any) -> Any:
    # pandas has no days, only moments; at midnight they are meant as days.
    if value.shape.type == "date" and isinstance(given, datetime) and given == datetime(*given.timetuple()[:3]):
        return given.date()
    return given
