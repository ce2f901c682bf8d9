"""Which households of a frame can be decided, and what is wrong with the others.

All that the models refuse is looked for in columns; the rows in which something is found are then built one by one, so
that what is said of them is what the models say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from aidrules.callers import check_day, check_pack
from aidrules.errors import FactsError, Problem
from aidrules.facts.problems import is_opaque
from aidrules.frames.days import readable
from aidrules.frames.declared import declared
from aidrules.frames.fits import misfits
from aidrules.frames.given import Frame, fitting, polars_frame
from aidrules.frames.households import facts_of
from aidrules.frames.tables import table_of

if TYPE_CHECKING:
    from aidrules.facts.decided import Decided
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

    Each row is looked at alone: two with one id are two households, which their rows tell apart.

    Args:
        frame: a public frame (see `aidrules.frames`): Polars, lazy, pandas or Arrow.
        pack: the rules, which say what a household holds.
        on: the date of the facts; what has happened is not dated after it.

    Raises:
        DecisionError: what is given as the pack, or as the date, is none.
        FactsError: a column that no fact has, or of a type that no fact can be read from. That is wrong in every row.
    """
    record, on = declared(check_pack(pack).Subject), check_day(on, "on")
    given = fitting(polars_frame(frame), record).rechunk()
    right = taken_apart(given, pack, on)
    return Checked(right.frame, right.rows, *explained(given, right.rows, pack, on))


@dataclass(frozen=True, slots=True)
class Right:
    """The households of a frame that can be decided.

    Attributes:
        frame: they, as the kernel takes them.
        rows: the place of each of them in the frame that was given.
    """

    frame: pl.DataFrame
    rows: pl.Series

    def without(self, refused: Any) -> Right:
        """Those that are not refused for another reason, which a NumPy array of yes and no tells."""
        if not refused.any():
            return self
        left = pl.Series(~refused)
        return Right(self.frame.filter(left).rechunk(), self.rows.filter(left))


def taken_apart(given: pl.DataFrame, pack: Pack, on: date, first: int = 0) -> Right:
    """The households of a frame, whose columns fit, that can be decided.

    Args:
        given: the frame, or a part of one.
        pack: the rules.
        on: the date of the facts.
        first: the place of its first row.
    """
    record = declared(pack.Subject)
    tables = table_of(given.rechunk(), record, on)
    wrong = pl.concat([tables.wrong, *misfits(tables, record, pack.Subject.references)])
    kernel, rows = tables.nested(), np.arange(first, first + given.height, dtype=np.uint32)
    if len(wrong):
        right = np.ones(given.height, dtype=bool)
        right[wrong.to_numpy()] = False
        kernel, rows = kernel.filter(pl.Series(right)), rows[right]
    return Right(kernel.rechunk(), pl.Series("row", rows))


def explained(
    given: pl.DataFrame,
    right: pl.Series,
    pack: Pack,
    on: date,
    beyond: Callable[[Decided], Iterable[Problem]] | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that cannot be decided, and what is wrong with them (see `Checked`).

    Args:
        given: the frame.
        right: the places of those that can be.
        pack: the rules.
        on: the date of the facts.
        beyond: what is wrong with a household that its model accepts and of which nothing is dated later.
    """
    from aidrules.facts.days import not_yet

    places = np.ones(given.height, dtype=bool)
    places[right.to_numpy()] = False
    wrong = pl.Series("row", np.flatnonzero(places), dtype=pl.UInt32)
    bad = given[wrong]

    def problems(household: Decided) -> Iterable[Problem]:
        return tuple(not_yet(household, on)) or (beyond(household) if beyond else ())

    lines = _lines(bad, wrong, pack, problems)
    return bad, pl.DataFrame(list(lines), schema=_FAULTS, orient="row")


def _lines(
    bad: pl.DataFrame, rows: pl.Series, pack: Pack, problems: Callable[[Decided], Iterable[Problem]]
) -> Iterator[tuple[Any, ...]]:
    model = pack.Subject
    record = declared(model)
    if bad.is_empty():
        return
    for place, (row, facts) in enumerate(zip(rows, readable(bad).iter_rows(named=True), strict=True)):
        key = facts.get("id")
        if key is not None and not is_opaque(key):
            key = None  # it may be what must not be there, such as an identity number
        if place >= MOST_EXPLAINED:
            found = f"wrong too, as {MOST_EXPLAINED:,} rows before it"
            yield row, key, None, found, None, "Mend what is said of those, and check again."
            continue
        told = _problems(facts_of(record, facts), model, problems)
        for problem in told:
            where = None if problem.where is None else str(problem.where)
            yield row, key, where, problem.found, problem.expected, problem.hint


def _problems(
    facts: dict[str, Any], model: type[Decided], problems: Callable[[Decided], Iterable[Problem]]
) -> tuple[Problem, ...]:
    """Why a household cannot be decided."""
    try:
        household = model.model_validate(facts)
    except FactsError as error:
        return error.problems
    found = tuple(problems(household))
    if not found:
        raise RuntimeError("a household was refused that its model and the rules accept; please report it as a bug")
    return found
