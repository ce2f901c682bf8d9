"""Values of a pack for every household of a frame: numbers of its definitions, each over one denominator."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from aidrules.columns.chunk import Chunk
from aidrules.columns.column import WideError
from aidrules.columns.plan import Planner
from aidrules.columns.run import column_of, run
from aidrules.columns.writer import ColumnWriter
from aidrules.engine import Compiled
from aidrules.engine.code.forms import LoweringError, Num
from aidrules.errors import PackError, Problem
from aidrules.language.recent import Recent

_kept: Recent[Values] = Recent(16)


def values_of(compiled: Compiled, names: Sequence[str], on: date) -> Values:
    """What computes some definitions of a household that are numbers, made once."""
    return _kept.get((compiled, tuple(names), on), lambda: Values(compiled, names, on))


@dataclass(frozen=True, slots=True)
class Known:
    """One number for every household.

    Attributes:
        numerators: null where the number is not known.
        denominator: what all of them are divided by.
    """

    numerators: pl.Series
    denominator: int


class Values:
    """Computes definitions for frames of households.

    Args:
        compiled: the pack.
        names: definitions of the household that are numbers.
        on: the date of the facts.

    Raises:
        PackError: one that cannot be computed in columns exactly, or that is divided by more than a constant.
    """

    def __init__(self, compiled: Compiled, names: Sequence[str], on: date) -> None:
        self._compiled = compiled
        self._writer = writer = ColumnWriter(compiled, None)
        try:
            self._numbers = [self._number(name) for name in names]
            self._planner = Planner(writer, on)
            codes = [code for number in self._numbers for code in (number.low, number.high)]
            self._plan = self._planner.plan(code.id for code in codes if isinstance(code, ast.Name))
        except (LoweringError, WideError) as error:
            raise PackError(Problem(f"{writer.current} cannot be computed in columns: {error}")) from None

    def _number(self, name: str) -> Num:
        found = self._writer.result(name)
        assert isinstance(found, Num)
        if found.denominator.factors:
            hint = "Name the value of the household that it is a share of, not that per person."
            raise PackError(Problem(f"{name} is divided by a number that differs by household", hint=hint))
        return found

    def of(self, frame: pl.DataFrame) -> list[Known]:
        """The numbers for a kernel frame (see `aidrules.frames`), in the order of the names."""
        chunk = Chunk(frame, self._compiled.schema)
        made = run(self._plan, chunk)
        return [self._known(number, chunk, made) for number in self._numbers]

    def _known(self, number: Num, chunk: Chunk, made: dict[str, pl.Series]) -> Known:
        rows = self._writer.ground.own(())

        def series(code: ast.expr) -> pl.Series:
            return column_of(code, rows, self._plan, self._planner, chunk, made, pl.Int128)

        low: Any = series(number.low)
        if not number.exact:
            low = pl.select(pl.when(low == series(number.high)).then(low)).to_series()
        return Known(low, number.denominator.const)
