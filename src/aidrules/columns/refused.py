"""Findings on record beyond what the text allows, in columns: their households are refused, as `decide` refuses them.

Which they are is computed for all rows at once, as `aidrules.engine.findings.outside` has it for one household; what is
said of them is what it says.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from aidrules.columns.chunk import Chunk
from aidrules.columns.plan import Planner
from aidrules.columns.rows import Rows
from aidrules.columns.run import column_of, run
from aidrules.columns.writer import ColumnWriter
from aidrules.decision.decide import InForce
from aidrules.decision.names import names_of
from aidrules.engine import Compiled
from aidrules.engine.code import conditions, syntax
from aidrules.engine.code.forms import Num, Val
from aidrules.engine.compiled import LoweredFinding
from aidrules.engine.findings import outside
from aidrules.errors import Problem
from aidrules.language import core
from aidrules.language.recent import Recent

_ZERO = syntax.const(0)
_kept: Recent[Refusals] = Recent(16)


def refusals(rules: InForce) -> Refusals | None:
    """What refuses households for their findings; None if no finding of the pack has computed bounds."""
    compiled, on = rules.compiled, rules.on
    if all(finding.bounds is None for finding in compiled.findings.values()):
        return None
    return _kept.get((compiled, on), lambda: Refusals(compiled, on))


class Refusals:
    """Finds the households that are refused for their findings.

    Args:
        compiled: the pack.
        on: the date of the facts.
    """

    def __init__(self, compiled: Compiled, on: date) -> None:
        self._compiled, self._on = compiled, on
        self._writer = ColumnWriter(compiled, None)
        self._tests: list[tuple[ast.expr, Rows]] = []
        for finding in compiled.findings.values():
            if finding.bounds is not None:
                with self._writer.along(finding.owner) as rows:
                    self._tests.append((self._beyond(finding, finding.bounds), rows))
        self._planner = Planner(self._writer, on)
        self._plan = self._planner.plan(code.id for code, _ in self._tests if isinstance(code, ast.Name))

    def rows(self, frame: pl.DataFrame) -> Any:
        """Which rows of a kernel frame are refused, as a NumPy array of yes and no."""
        chunk = Chunk(frame, self._compiled.schema)
        made = run(self._plan, chunk)
        found = np.zeros(chunk.height, dtype=bool)
        for code, rows in self._tests:
            beyond = column_of(code, rows, self._plan, self._planner, chunk, made, pl.Boolean).to_numpy()
            if rows.outer is not None:
                beyond = chunk.under(rows, self._writer.ground.own(())).to_numpy()[beyond]
            found[beyond] = True
        return found

    def problems(self, household: Any) -> Iterator[Problem]:
        """Why a household is refused."""
        return outside(self._compiled.run(household, self._on), names_of(self._compiled).is_private_value)

    def _beyond(self, finding: LoweredFinding, bounds: tuple[str, str]) -> ast.expr:
        """Whether a finding is certainly beyond its bounds, or what it then needs is not there, and it still counts."""
        w, path = self._writer, f"findings.{finding.name}"
        raw = next(
            part
            for part in core.walk(self._compiled.definitions[f"finding.{finding.name}"].expr)
            if isinstance(part, core.Fact) and part.path == path
        )
        value = w.number(raw)
        low, high = (self._end(name) for name in bounds)
        above = conditions.compared(w, value, ">", high).code
        lacking = [syntax.opposite(w.recorded(finding.owner, f"{path}.{need}")) for need in finding.needs]
        too_high = above
        if finding.up_to is not None:
            further = conditions.compared(w, value, ">", self._end(finding.up_to)).code
            too_high = syntax.both(above, syntax.either(further, *lacking))
        wrong = w.keep(syntax.either(conditions.compared(w, value, "<", low).code, too_high))
        on_record = w.recorded(finding.owner, path)
        certain = [on_record, syntax.is_(wrong, True)]
        if finding.last_day is not None:
            until = w.result(finding.last_day)
            assert isinstance(until, Val)
            last = w.keep(until.code)
            day = w.keep(syntax.when(syntax.is_(last, None), _ZERO, last))
            lapsed = syntax.both(syntax.compare(day, "!=", _ZERO), syntax.compare(day, "<", syntax.name("on")))
            certain.append(syntax.opposite(w.keep(lapsed)))
        return w.keep(syntax.both(*certain))

    def _end(self, name: str) -> Num:
        found = self._writer.result(name)
        assert isinstance(found, Num)
        return found
