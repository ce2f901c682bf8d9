"""Missing inputs in columns: what leaves outcomes and amounts open, for the households of which something is."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from aidrules.columns.chunk import Chunk
from aidrules.columns.gaps import Gaps, Words
from aidrules.columns.outcomes import Amount, Outcomes
from aidrules.columns.plan import Planner
from aidrules.columns.reads import Unknowns
from aidrules.columns.run import column_of, run
from aidrules.columns.shown import ShownWriter
from aidrules.columns.translate import TOGETHER
from aidrules.engine import Compiled
from aidrules.engine.code import syntax
from aidrules.engine.compiled import Programme


@dataclass(frozen=True, slots=True)
class Lacking:
    """The inputs that leave a programme open, for the rows that it is about: bits by the place of their number.

    Attributes:
        outcome: of its outcome.
        amounts: of what it pays.
    """

    outcome: dict[int, pl.Series]
    amounts: dict[int, pl.Series]


class Missing:
    """Computes what is missing.

    Args:
        compiled: the pack.
        programmes: which ones.
        unknowns: what is not known of the rows.
        on: the date of the facts.
    """

    def __init__(self, compiled: Compiled, programmes: Sequence[str], unknowns: Unknowns, on: date) -> None:
        self._writer = ShownWriter(compiled, unknowns.open)
        self._gaps = Gaps(self._writer)
        outcomes = Outcomes(self._writer)
        self._words = []
        for name in programmes:
            programme = compiled.programmes[name]
            self._words.append((programme, self._gaps.of(f"{name}.outcome"), self._of_amounts(programme, outcomes)))
        self._planner = Planner(self._writer, on, unknowns)
        self._plan = self._planner.plan(
            code.id
            for _, *both in self._words
            for words in both
            for code in words.values()
            if isinstance(code, ast.Name)
        )
        self.inputs = tuple(one.name for one in self._gaps.inputs)
        self._findings = frozenset(place for place, one in enumerate(self._gaps.inputs) if one.finding)

    def _of_amounts(self, programme: Programme, outcomes: Outcomes) -> Words:
        found: dict[int, ast.expr] = {}
        for name in programme.rules:
            rule = self._writer.compiled.rules[name]
            if not rule.pays:
                continue
            due, owner = outcomes.due_of(rule, programme)
            for word, code in self._gaps.of(due).items():
                brought = outcomes.brought(Amount(code, code), owner, programme.owner, "bits").low
                with self._writer.along(programme.owner):
                    both = [found[word], brought] if word in found else [brought]
                    found[word] = self._writer.keep(syntax.call(TOGETHER, *both)) if len(both) > 1 else brought
        return found

    def run(self, chunk: Chunk) -> list[Lacking]:
        """What is missing for each programme."""
        made = run(self._plan, chunk)

        def series(words: Words, programme: Programme) -> dict[int, pl.Series]:
            rows = self._writer.ground.own(programme.owner)
            return {
                word: column_of(code, rows, self._plan, self._planner, chunk, made, pl.Int64)
                for word, code in words.items()
            }

        return [Lacking(series(outcome, one), series(amounts, one)) for one, outcome, amounts in self._words]

    def awaits_findings(self, words: dict[int, pl.Series], count: int) -> pl.Series:
        """Whether something is missing, and all of it is what a person finds."""
        some = np.zeros(count, dtype=bool)
        other = np.zeros(count, dtype=bool)
        for word, column in words.items():
            findings = sum(1 << place % 60 for place in self._findings if place // 60 == word)
            bits = column.to_numpy()
            some |= bits != 0
            other |= (bits & ~np.int64(findings)) != 0
        return pl.Series(some & ~other)

    def named(self, bits: Sequence[int]) -> tuple[str, ...]:
        """The inputs of some bits, by the place of their number."""
        return tuple(
            name
            for place, name in enumerate(self.inputs)
            if place // 60 < len(bits) and bits[place // 60] >> place % 60 & 1
        )
