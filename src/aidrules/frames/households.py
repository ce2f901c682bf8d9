"""Typed households to a frame and back, without loss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
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
    record = declared(model)
    rows = [_row(record, (one if type(one) is model else model.model_validate(one)).model_dump()) for one in households]
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


def _row(record: Record, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What a household holds as Arrow takes it."""
    return {name: _over(part, facts[name], _row, _as_text) for name, part in record.parts.items()}


def facts_of(record: Record, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a frame as a household is built from: what is unknown anyway is left out."""
    return {
        name: _over(record.parts[name], value, facts_of, _as_day)
        for name, value in row.items()
        if value is not None or _says_something(record.parts[name])
    }


def _says_something(part: Node) -> bool:
    """Whether null says something that leaving it out does not: that it is unknown, or that it is wrong."""
    return part.required or (isinstance(part, Value) and part.unsaid is not None)


def _over(
    part: Node, value: Any, of_record: Callable[[Record, Any], Any], of_value: Callable[[Value, Any], Any]
) -> Any:
    if value is None:
        return None
    match part:
        case Record():
            return of_record(part, value)
        case Listed():
            return [None if item is None else of_record(part.each, item) for item in value]
        case Value():
            return of_value(part, value)


def _as_text(value: Value, given: Any) -> Any:
    return given.isoformat() if value.shape.optional and isinstance(given, date) else given


def _as_day(value: Value, given: Any) -> Any:
    # pandas has no days, only moments; at midnight they are meant as days.
    if value.shape.type == "date" and isinstance(given, datetime) and given == datetime(*given.timetuple()[:3]):
        return given.date()
    return given
