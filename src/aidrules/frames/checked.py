"""Which households of a frame can be decided, and what is wrong with the others.

All that the models refuse is looked for in columns; the rows in which something is found are then built one by one, so
that what is said of them is what the models say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

from aidrules.callers import check_day, check_pack
from aidrules.errors import FactsError, Problem
from aidrules.frames.declared import Record, declared
from aidrules.frames.fits import misfits
from aidrules.frames.given import Frame, fitting, polars_frame
from aidrules.frames.households import facts_of
from aidrules.frames.tables import table_of

if TYPE_CHECKING:
    from aidrules.facts.household import Household
    from aidrules.language.pack import Pack

MOST_EXPLAINED = 10_000
"""Of so many wrong rows it is said what is wrong; where there are more, it is seldom the rows."""

_FAULTS = {
    "row": pl.UInt32,
    "key": pl.String,
    "field": pl.String,
    "found": pl.String,
    "expected": pl.String,
    "hint": pl.String,
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A frame of households, the right apart from the wrong; every row is in one of the two.

    Attributes:
        frame: the households that can be decided, as the kernel takes them (see `aidrules.frames`).
        rows: the place of each of them in the frame that was given, from 0.
        bad: the rows that cannot be decided, as they were given.
        faults: what is wrong with them, at least one line each: `row` in the frame that was given, `key` (the id of
            the household), `field`, `found`, `expected` and `hint`, what to do.
    """

    frame: pl.DataFrame
    rows: pl.Series
    bad: pl.DataFrame
    faults: pl.DataFrame


def check(frame: Frame, pack: Pack, *, on: date) -> Checked:
    """Take a frame of households apart into those that can be decided and those that cannot.

    Args:
        frame: a public frame (see `aidrules.frames`): Polars, lazy, pandas or Arrow.
        pack: the rules, which say what a household holds.
        on: the date of the facts; what has happened is not dated after it.

    Raises:
        DecisionError: what is given as the pack, or as the date, is none.
        FactsError: a column that no fact has, or of a type that no fact can be read from. That is wrong in every row.
    """
    model, on = check_pack(pack).Household, check_day(on, "on")
    record = declared(model)
    given = fitting(polars_frame(frame), record).rechunk()
    tables = table_of(given, record, on)
    wrong = pl.concat([tables.wrong, *misfits(tables, record, model.references)]).unique().sort()
    bad = given[wrong]
    kernel = tables.nested()
    rows = pl.int_range(given.height, dtype=pl.UInt32, eager=True)
    if len(wrong):
        right = ~rows.is_in(wrong.implode())
        kernel, rows = kernel.filter(right), rows.filter(right)
    faults = pl.DataFrame(list(_faults(bad, wrong, record, model, on)), schema=_FAULTS, orient="row")
    return Checked(kernel.rechunk(), rows.alias("row"), bad, faults)


def _faults(
    bad: pl.DataFrame, rows: pl.Series, record: Record, model: type[Household], on: date
) -> Iterator[tuple[Any, ...]]:
    """What is wrong with each bad row."""
    for place, (row, facts) in enumerate(zip(rows, bad.iter_rows(named=True), strict=True)):
        key = facts.get("id")
        if place >= MOST_EXPLAINED:
            found = f"wrong too, as {MOST_EXPLAINED:,} rows before it"
            yield row, key, None, found, None, "Mend what is said of those, and check again."
            continue
        problems = _problems(facts_of(record, facts), model, on)
        if any(problem.where == "id" for problem in problems):
            key = None  # it may be what must not be there, such as an identity number
        for problem in problems:
            where = None if problem.where is None else str(problem.where)
            yield row, key, where, problem.found, problem.expected, problem.hint


def _problems(facts: dict[str, Any], model: type[Household], on: date) -> tuple[Problem, ...]:
    """Why a household cannot be decided."""
    from aidrules.facts.days import not_yet

    try:
        household = model.model_validate(facts)
    except FactsError as error:
        return error.problems
    problems = tuple(not_yet(household, on))
    if not problems:
        raise RuntimeError("a household was found wrong that its model accepts; please report it as a bug of aidrules")
    return problems
