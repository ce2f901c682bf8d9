"""simulate: a population against the rules of a pack on a date, in columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from aidrules.columns.named import Named
from aidrules.columns.population import Part, Population
from aidrules.columns.refused import refusals
from aidrules.columns.untold import Untold
from aidrules.decision.decide import InForce, in_force
from aidrules.decision.forms import WAYS
from aidrules.decision.wanted import wanted
from aidrules.errors import DecisionError, Problem
from aidrules.frames.checked import Right, explained, taken_apart
from aidrules.frames.declared import declared
from aidrules.frames.given import fitting, polars_frame
from aidrules.frames.kept import check_kept

if TYPE_CHECKING:
    from aidrules.decision import Decision
    from aidrules.language.pack import Pack

CHUNK = 250_000
"""Households that are computed together."""

_FEW = 50_000
"""Fewer are not worth a worker more: each chunk costs something however small it is."""

_OWN = ("row", "id")
_OF_PROGRAMMES = frozenset(
    ["status", "reasons", "missing", "persons", "entitlements", "entitlements_open"]
    + [f"{paid}{end}" for paid in WAYS for end in ("", "_low", "_high")]
    + [f"phase_out_{end}" for end in ("start", "months", "end")]
)
"""What columns are called behind the name of a programme."""


@dataclass(frozen=True)
class Simulation:
    """What came of a population.

    Attributes:
        frame: one row per household that can be decided. `row` is its place in the frame that was given, `id` its own;
            then the columns that are kept; by programme, `dibao.status` and so on; and values by name (see `simulate`).
        bad: the rows that cannot be decided, as they were given.
        faults: what is wrong with them, as of `aidrules.frames.check`.
        rules: what the households were decided by.
    """

    frame: pl.DataFrame
    bad: pl.DataFrame
    faults: pl.DataFrame
    rules: InForce
    _given: pl.DataFrame
    _known: date | None

    def explain(self, row: int) -> Decision:
        """Decide one household, with all its reasons, by its place in the frame that was given.

        Raises:
            FactsError: it is one of the bad rows.
            DecisionError: likewise, for something that `decide` refuses; or it is no row of that frame.
        """
        from aidrules.decision import decide
        from aidrules.frames import to_households

        (household,) = to_households(self._given[_row(row, self._given.height)], self.rules.pack)
        return decide(household, self.rules.pack, on=self.rules.on, law=self.rules.law, known=self._known)


def _row(given: object, rows: int) -> int:
    """The row as Polars takes it, also of NumPy, as pandas has numbers; negative ones are not counted from the end."""
    found = f"found a {type(given).__name__}"
    if isinstance(given, Integral) and not isinstance(given, bool):
        if 0 <= (row := int(given)) < rows:
            return row
        found = (
            f"{row if abs(row) < 10**30 else 'a number of more than 30 digits'} is no row of the frame that was given"
        )
    expected = f"a whole number from 0 to {rows - 1}" if rows else "nothing: that frame has no rows"
    hint = "Take it from the column row of .frame or .faults: .frame.filter(pl.col('id') == 'h1')['row'][0]."
    raise DecisionError(Problem(found, "row", expected=expected, hint=hint))


def simulate(
    frame: Any,
    pack: Pack,
    *,
    on: date,
    law: date | None = None,
    known: date | None = None,
    parameters: Mapping[str, object] | None = None,
    readings: Mapping[str, str] | None = None,
    overlays: Sequence[str | Path | Mapping[str, object]] = (),
    outcomes: Sequence[str] | None = None,
    entitlements: bool = False,
    values: Sequence[str] = (),
    keep: Sequence[str] = (),
    workers: int = 2,
) -> Simulation:
    """Decide all households of a frame.

    Everything that `decide` says of outcomes, amounts and reasons is the same here, to the fen. For each programme `p`
    there are these columns:

    - `p.status`: the outcome; of a programme about persons the most favourable among the members;
    - `p.reasons`: the rules that settle it or leave it open, by id, in one text with spaces between;
    - `p.missing`: the inputs without which it, or what it pays, stays open, likewise, without places in lists;
    - `p.monthly`, `p.termly`, `p.yearly` and `p.one_off`, where it pays that way: what is paid in all, in whole minor
      units of the currency (fen), null while that is open; `_low` and `_high` say between what it lies, and are the
      same where it is known;
    - `p.phase_out_start`, `p.phase_out_months` and `p.phase_out_end`, where it has a phase-out: null where none runs;
    - `p.persons`, for a programme about persons: a list with the same for each member, in their order;
    - if asked for, `p.entitlements` and `p.entitlements_open`, where it has any: the rules whose service or right it
      gives, and those of which that is open. A rule about each member stands there if it holds for one of them, and by
      member in `p.persons`.

    Values that are asked for have a column of their name, with what `Decision.value` says, in the unit of its
    definition: Decimal; of numbers that no decimals tell exactly, such as a sum over twelve months, a struct of
    `numerator` and `denominator` in lowest terms; Boolean, Date, Enum or String. Those about members or other items are
    lists in their order, null where the list is unknown. Null is what is not exactly known, and a date that there is
    not.

    Args:
        frame: the households, as of `pack.arrow_schema`: Polars, eager or lazy, pandas or Arrow.
        pack: the rules.
        on: the date of the facts.
        law: the date of the law applied; that of the facts unless given.
        known: values of parameters that were announced after this day are left out; unless given, none is.
        parameters: values of parameters, see `Pack.with_parameters`.
        readings: options of readings, see `Pack.with_readings`.
        overlays: laid over the pack, see `Pack.with_overlay`.
        outcomes: the programmes that are wanted; all that have an outcome, unless given.
        entitlements: whether these are wanted.
        values: definitions of the pack whose values are wanted too, such as `counted_income`.
        keep: columns of the frame that come back as they are. They need not be facts.
        workers: chunks that are computed at the same time.

    Raises:
        DecisionError: a date outside the pack's, an unknown programme or value; a value that is confidential, or whose
            name is that of another column.
        PackError: an unknown parameter, reading or overlay; a rule or value that cannot be computed in columns exactly.
        FactsError: a column that no fact has and that is not kept, or of a type that no fact can be read from; a kept
            column that is not there, or whose name another one has.
    """
    rules = in_force(pack, on, law, known, parameters, readings, overlays)
    programmes = wanted(rules, outcomes)
    named = Named(rules, values)
    taken = _taken(programmes, named)
    given = polars_frame(frame)
    kept = [name for name in check_kept(keep, given.columns, taken - {"id"}) if name != "id"]
    others = [name for name in kept if name not in declared(rules.pack.Subject).parts]
    facts = given.drop(others) if others else given
    fitting(facts, declared(rules.pack.Subject))
    population = Population(rules, programmes, entitlements=entitlements)
    refused = refusals(rules)

    def checked(first: int) -> Right:
        right = taken_apart(facts[first : first + step], rules.pack, rules.on, first)
        return right if refused is None else right.without(refused.rows(right.frame))

    count = max(1, -(-facts.height // CHUNK), min(workers, facts.height // _FEW))
    step = max(1, -(-facts.height // count))
    starts = range(0, max(facts.height, 1), step)
    with _threads(min(workers, len(starts))) as each:
        chunks = each(checked, starts)
        nowhere = population.known_nowhere([chunk.frame.schema for chunk in chunks])

        def computed(chunk: Right) -> tuple[Right, list[Part], pl.DataFrame]:
            parts, (columns, beyond) = population.decided(chunk.frame, nowhere), named.columns(chunk.frame)
            untold = np.zeros(chunk.frame.height, dtype=bool)
            for places in (beyond, *(part.beyond for part in parts)):
                untold[places] = True
            return computed(chunk.without(untold)) if untold.any() else (chunk, parts, columns)

        told = each(computed, chunks)
    decided, parts, columns = zip(*told, strict=True)
    rows = pl.concat([chunk.rows for chunk in decided])
    keys = pl.DataFrame([rows, pl.concat([_ids(chunk.frame) for chunk in decided])])
    beside = pl.DataFrame([given[name].gather(rows) for name in kept])
    found = [keys, beside, population.finished(parts), pl.concat(columns)]
    untold = Untold(rules, known, programmes, named, refused)
    bad, faults = explained(facts, rows, rules.pack, rules.on, untold.problems)
    bad = given[faults["row"].unique().sort()] if kept else bad
    return Simulation(pl.concat(found, how="horizontal"), bad, faults, rules, facts, known)


Each = Callable[[Callable[[Any], Any], Iterable[Any]], list[Any]]
"""Does something for each of several, and waits for all."""


@contextmanager
def _threads(count: int) -> Iterator[Each]:
    if count < 2:
        yield lambda function, of: list(map(function, of))
        return
    with ThreadPoolExecutor(count) as pool:
        yield lambda function, of: list(pool.map(function, of))


def _ids(frame: pl.DataFrame) -> pl.Series:
    nobody = pl.Series("id", [None], dtype=pl.String)
    return frame["id"] if "id" in frame.columns else nobody.new_from_index(0, frame.height)


def _taken(programmes: Sequence[str], named: Named) -> set[str]:
    """What columns of the result are called.

    Raises:
        DecisionError: a value is called as another column is.
    """
    told = {*_OWN, *(f"{programme}.{column}" for programme in programmes for column in _OF_PROGRAMMES)}
    found = [f"{name} is a column of what comes back already" for name in named.names if name in told]
    if found:
        hint = "Leave it out of values, or its programme out of outcomes."
        raise DecisionError([Problem(one, "values", hint=hint) for one in found])
    return told | set(named.names)
