"""A kernel: a pack compiled for columns, for rows in which the same facts may be unknown."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from aidrules.columns.chunk import Chunk
from aidrules.columns.column import WideError
from aidrules.columns.entitlements import MEMBERS, entitled
from aidrules.columns.outcomes import Amount, Bits, Decided, Outcomes, Paid, Told
from aidrules.columns.plan import Plan, Planner
from aidrules.columns.reads import Unknowns
from aidrules.columns.rows import Ground, Rows
from aidrules.columns.run import column_of, run
from aidrules.columns.writer import ColumnWriter
from aidrules.decision.figures import MOST_PAID
from aidrules.decision.forms.outcomes import STATUSES
from aidrules.engine import Compiled
from aidrules.engine.code.forms import LoweringError
from aidrules.engine.compiled import Programme
from aidrules.errors import PackError, Problem
from aidrules.facts.schema import Path

STATUS = pl.Enum(STATUSES)


@dataclass(frozen=True, slots=True)
class Held:
    """The columns of one programme for the rows that it is about, and the places of those paid too much to be told."""

    status: pl.Series
    held: tuple[pl.Series, ...]
    unsettled: pl.Series | None
    columns: dict[str, pl.Series]
    beyond: Any


@dataclass(frozen=True, slots=True)
class Came:
    """What one programme came to.

    Attributes:
        own: for the rows that it is about.
        household: what the households are paid, where these are others.
        entitled: its entitlements for its own rows, as bits (see `entitlements`).
        members: those of each member, where it is about the household and some of its rules are about members.
        beyond: the places of the households of which something that is paid is known and too great to be told.
    """

    own: Held
    household: dict[str, pl.Series] | None
    entitled: tuple[pl.Series, ...]
    members: tuple[pl.Series, ...]
    beyond: Any


class Kernel:
    """Computes the outcomes of programmes for chunks of rows.

    Args:
        compiled: the pack.
        programmes: which ones.
        unknowns: what is not known of the rows.
        on: the date of the facts.
        entitlements: whether these are wanted too.

    Raises:
        PackError: what columns cannot compute exactly, with the rule that asks for it.
    """

    def __init__(
        self,
        compiled: Compiled,
        programmes: Sequence[str],
        unknowns: Unknowns,
        on: date,
        *,
        entitlements: bool = False,
    ) -> None:
        self._writer = ColumnWriter(compiled, unknowns.open)
        self._outcomes = outcomes = Outcomes(self._writer)
        wanted = [compiled.programmes[name] for name in programmes]
        try:
            self.decided: tuple[Decided, ...] = tuple(outcomes.of(programme) for programme in wanted)
            self.entitled = [entitled(self._writer, outcomes, each) if entitlements else None for each in wanted]
            self._planner = Planner(self._writer, on, unknowns)
            self._plan: Plan = self._planner.plan(name for code in self._codes() for name in _names(code))
        except (LoweringError, WideError) as error:
            found = f"it cannot be computed in columns: {error}"
            hint = "Give the facts and parameters that it reads a max: or must:, or decide households one by one."
            raise PackError(Problem(found, rule=self._writer.current, hint=hint)) from None

    def _codes(self) -> list[ast.expr]:
        told = [code for one in self.decided for code in (*_of(one.own), *_of_amounts(one.household))]
        return told + [code for one in self.entitled if one is not None for code in (*one.own, *one.members)]

    def run(self, chunk: Chunk) -> list[Came]:
        """What every programme comes to."""
        made = run(self._plan, chunk)
        found = []
        for decided, opened in zip(self.decided, self.entitled, strict=True):
            rows = self._writer.ground.own(decided.programme.owner)
            own = self._held(decided.own, rows, chunk, made)
            household = self._writer.ground.own(())
            together, beyond = None, own.beyond
            if decided.household is not None:
                together, more = self._paid(decided.household, household, chunk, made)
                beyond = np.concatenate([chunk.under(rows, household).to_numpy()[beyond], more])

            def words(codes: Sequence[ast.expr], owner: Path) -> tuple[pl.Series, ...]:
                rows = self._writer.ground.own(owner)
                return tuple(self._series(code, rows, chunk, made, pl.Int64) for code in codes)

            given = words(opened.own, decided.programme.owner) if opened else ()
            found.append(Came(own, together, given, words(opened.members, MEMBERS) if opened else (), beyond))
        return found

    def _series(self, code: ast.expr, rows: Rows, chunk: Chunk, made: dict[str, pl.Series], dtype: Any) -> pl.Series:
        return column_of(code, rows, self._plan, self._planner, chunk, made, dtype)

    def _paid(
        self, paid: Paid, rows: Rows, chunk: Chunk, made: dict[str, pl.Series]
    ) -> tuple[dict[str, pl.Series], Any]:
        """What is paid, and the places of the rows that are paid too much to be told."""
        columns: dict[str, pl.Series] = {}
        found = [np.zeros(0, dtype=np.int64)]
        for way, amount in paid.items():
            low, high = (self._series(code, rows, chunk, made, None) for code in (amount.low, amount.high))
            if pl.Int128 in (low.dtype, high.dtype):
                low, high, beyond = _told(low, high)
                found.append(beyond)
            columns |= {way: _known(amount, low, high), f"{way}_low": low, f"{way}_high": high}
        return columns, np.concatenate(found)

    def _held(self, told: Told, rows: Rows, chunk: Chunk, made: dict[str, pl.Series]) -> Held:
        def series(code: ast.expr, dtype: Any) -> pl.Series:
            return self._series(code, rows, chunk, made, dtype)

        columns, beyond = self._paid(told.paid, rows, chunk, made)
        if told.phase_out is not None:
            columns["phase_out_start"] = _day(series(told.phase_out.start, pl.Int64))
            columns["phase_out_months"] = series(told.phase_out.months, pl.Int64)
            columns["phase_out_end"] = _day(series(told.phase_out.end, pl.Int64))
        return Held(
            series(told.status, pl.Int64).cast(pl.UInt8),
            tuple(series(code, pl.Int64) for code in told.held),
            None if told.unsettled is None else series(told.unsettled, pl.Boolean),
            columns,
            beyond,
        )

    def bits(self, programme: Programme) -> dict[str, Bits]:
        """Where `Held.held` says whether a deciding rule held."""
        return self._outcomes.bits(programme)

    @property
    def rows(self) -> Ground:
        """The rows that its columns run along."""
        return self._writer.ground


def _known(amount: Amount, low: pl.Series, high: pl.Series) -> pl.Series:
    """An amount, null where its bounds differ."""
    if isinstance(amount.low, ast.Name) and ast.dump(amount.low) == ast.dump(amount.high):
        return low
    differ = low.ne_missing(high)
    return low.set(differ, None) if differ.any() else low


def _told(low: pl.Series, high: pl.Series) -> tuple[pl.Series, pl.Series, Any]:
    """Bounds of an amount that may need more than 64 bits, neither where one is too great; and where it is known."""
    beyond = (low < -MOST_PAID) | (high > MOST_PAID)
    known = np.flatnonzero((beyond & (low == high)).to_numpy())
    return low.set(beyond, None).cast(pl.Int64), high.set(beyond, None).cast(pl.Int64), known


def _day(ordinals: pl.Series) -> pl.Series:
    return (ordinals - date(1970, 1, 1).toordinal()).cast(pl.Int32).cast(pl.Date)


def _of(told: Told) -> list[ast.expr]:
    codes = [told.status, *told.held, *([] if told.unsettled is None else [told.unsettled]), *_of_amounts(told.paid)]
    if told.phase_out is not None:
        codes += [told.phase_out.start, told.phase_out.months, told.phase_out.end]
    return codes


def _of_amounts(paid: Paid | None) -> list[ast.expr]:
    return [code for amount in (paid or {}).values() for code in (amount.low, amount.high)]


def _names(code: ast.expr) -> list[str]:
    return [code.id] if isinstance(code, ast.Name) else []
