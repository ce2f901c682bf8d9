"""Values of a pack for all households of a frame: its definitions, known or not, numbers over what divides them."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import prod
from typing import Any

import polars as pl

from aidrules.columns.chunk import Chunk
from aidrules.columns.column import Column, WideError, constant
from aidrules.columns.plan import Planner
from aidrules.columns.run import column_of, run
from aidrules.columns.writer import ColumnWriter, Load
from aidrules.engine import Compiled
from aidrules.engine.code import syntax
from aidrules.engine.code.forms import LoweringError, Num
from aidrules.engine.layout import item_vars
from aidrules.errors import PackError, Problem
from aidrules.language.core import Definition
from aidrules.language.recent import Recent

_kept: Recent[Values] = Recent(16)


def values_of(compiled: Compiled, names: Sequence[str], on: date) -> Values:
    """What computes some definitions, made once."""
    return _kept.get((compiled, tuple(names), on), lambda: Values(compiled, names, on))


@dataclass(frozen=True, slots=True)
class Known:
    """One value for every household, or for every item of the list that a definition is about.

    Attributes:
        values: null where the value is not known; of a number the numerator, of a date its ordinal, of a text that has
            options its place among them.
        denominator: what all numerators are divided by.
        divisors: what each is divided by besides, if anything.
        lists: where the items of each list begin, and the last ones end, with the lists that are unknown; outermost
            first.
    """

    values: pl.Series
    denominator: int = 1
    divisors: pl.Series | None = None
    lists: tuple[tuple[Any, pl.Series], ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """What is known of the values of a definition before there are any.

    Attributes:
        most: no numerator is further from zero.
        denominator: the part of what divides that is the same for all.
        divided: whether it is divided by something else besides, which may differ.
        divisor: nothing that divides it is greater.
        options: of a text that is held as places in this list.
    """

    definition: Definition
    most: int
    denominator: int
    divided: bool
    divisor: int
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Written:
    """A definition as it was written: its bounds, and those of what divides it."""

    definition: Definition
    low: ast.expr
    high: ast.expr
    const: int = 1
    factors: tuple[tuple[ast.expr, ast.expr], ...] = ()

    def codes(self) -> list[ast.expr]:
        return [self.low, self.high, *(code for both in self.factors for code in both)]


class Values:
    """Computes definitions for frames of households.

    Args:
        compiled: the pack.
        names: the definitions.
        on: the date of the facts.

    Attributes:
        forms: what is known of each beforehand.

    Raises:
        PackError: one that cannot be computed in columns exactly.
    """

    def __init__(self, compiled: Compiled, names: Sequence[str], on: date) -> None:
        self._compiled = compiled
        self._writer = writer = ColumnWriter(compiled, None)
        try:
            self._written = [self._write(name) for name in names]
            self._planner = Planner(writer, on)
            codes = [code for one in self._written for code in one.codes()]
            self._plan = self._planner.plan(code.id for code in codes if isinstance(code, ast.Name))
            self.forms = [self._form(one) for one in self._written]
        except (LoweringError, WideError) as error:
            raise PackError(Problem(f"{writer.current} cannot be computed in columns: {error}")) from None

    def _write(self, name: str) -> _Written:
        definition, found = self._compiled.definitions[name], self._writer.result(name)
        if not isinstance(found, Num):
            return _Written(definition, found.code, found.code)
        bound = item_vars(self._compiled.schema, definition.owner)
        with self._writer.along(definition.owner):
            factors = [self._writer.number(self._writer.settled(each, bound)) for each in found.denominator.factors]
            # What divides is positive wherever the quotient counts; bounds of an unknown one may reach below.
            ends = [
                tuple(self._writer.keep(syntax.extreme("max", code, syntax.const(1))) for code in (each.low, each.high))
                for each in factors
            ]
        return _Written(definition, found.low, found.high, found.denominator.const, tuple((a, b) for a, b in ends))

    def _form(self, one: _Written) -> Form:
        low, high = self._column(one.low), self._column(one.high)
        most = max(abs(end) for column in (low, high) for end in (column.low, column.high))
        divisor = one.const * prod(max(self._column(code).high for code in both) for both in one.factors)
        return Form(one.definition, most, one.const, bool(one.factors), divisor, low.options)

    def _column(self, code: ast.expr) -> Column:
        if not isinstance(code, ast.Name):
            return constant(ast.literal_eval(code))
        return self._planner.column(self._planner.alias(code.id))

    def of(self, frame: pl.DataFrame) -> list[Known]:
        """The values for a kernel frame (see `aidrules.frames`), in the order of the names."""
        chunk = Chunk(frame, self._compiled.schema)
        made = run(self._plan, chunk)
        return [self._known(one, chunk, made) for one in self._written]

    def _known(self, one: _Written, chunk: Chunk, made: dict[str, pl.Series]) -> Known:
        rows = self._writer.ground.own(one.definition.owner)
        lists = self._lists(one.definition, chunk)

        def series(code: ast.expr, dtype: Any) -> Any:
            return column_of(code, rows, self._plan, self._planner, chunk, made, dtype)

        if one.definition.type.name != "number":
            return Known(series(one.low, None), lists=lists)
        low = series(one.low, pl.Int128)
        agreed = [] if one.low is one.high else [low == series(one.high, pl.Int128)]
        divisors: Any = None
        for factor, highest in one.factors:
            each = series(factor, pl.Int128)
            # Zero is zero, whatever divides it.
            agreed += [] if factor is highest else [(low == 0) | (each == series(highest, pl.Int128))]
            divisors = each if divisors is None else divisors * each
        for same in agreed:
            low = pl.select(pl.when(same).then(low)).to_series()
        return Known(low, one.const, divisors, lists)

    def _lists(self, definition: Definition, chunk: Chunk) -> tuple[tuple[Any, pl.Series], ...]:
        found = []
        for depth, name in enumerate(definition.owner):
            path = definition.owner[:depth]
            offsets = chunk.offsets(self._writer.ground.own((*path, name)))
            found.append((offsets, chunk.loaded(Load("", self._writer.ground.own(path), "unlisted", name))))
        return tuple(found)
