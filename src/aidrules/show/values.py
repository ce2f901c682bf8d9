"""The values of a parameter: each with its dates, its cells by key, and what else it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from aidrules.language.parameters import ANY, Bracket, Cell, Keyed
from aidrules.language.units import decimal_text
from aidrules.show.heads import head

if TYPE_CHECKING:
    from aidrules.decision.view import View
    from aidrules.language.parameters import Parameter, ParameterValue, Table
    from aidrules.show.written import Written


@dataclass(frozen=True)
class Values:
    """The values of one parameter for readers on a day."""

    parameter: Parameter
    on: date
    view: View
    written: Written

    def now(self) -> str:
        """All that is in force on the day, by key."""
        found = self.parameter.on(self.on)
        return "" if found is None else self._cells(found)

    def rows(self) -> Iterator[tuple[str, str]]:
        """Every dated value with its dates and its clause, and what else it says."""
        lang, key = self.written.lang, self.written.key
        if not self.parameter.values:
            yield head("value", lang), head("missing", lang)
        for value in self.parameter.values:
            now = f" ({head('now', lang)})" if value.covers(self.on) else ""
            yield f"{head('value', lang)} {self.written.span(value)}{now}", self._cells(value)
            if value.each_more is not None:
                yield key("each_more"), self.written.joined(_cells(value.each_more))
            if value.round is not None:
                yield key("round"), f"{value.round.to} {self.written.word(value.round.mode)}"
            if value.published is not None and value.formula is not None:
                yield key("published"), value.published.written
            if value.announced is not None:
                yield key("announced"), value.announced.isoformat()
            if cited := self.written.cited(value.cite):
                yield head("clause", lang), cited

    def _cells(self, value: ParameterValue) -> str:
        cells = [*_cells(value.table)] if value.table else [cell.written for _, cell in value.cells()]
        if value.formula is not None:
            use = self.view.compiled.parameters[self.parameter.name]
            computed = use.computed if value.covers(self.on) else None
            came_to = "" if computed is None else f" = {decimal_text(computed)}"
            cells.append(f"{value.formula}{came_to}")
        return self.written.joined(cells)


def _cells(table: Table, keys: tuple[str, ...] = ()) -> Iterator[str]:
    """Every cell of a table with its keys; a bracket is written with both its ends."""
    if isinstance(table, Cell):
        yield f"{', '.join(keys)}: {table.written}" if keys else table.written
    elif isinstance(table, Keyed):
        for key, row in table.rows.items():
            yield from _cells(row, (*keys, key))
    else:
        for bracket in table.rows:
            yield from _cells(bracket.value, (*keys, _ends(bracket)))


def _ends(bracket: Bracket) -> str:
    low = [f"{'≥' if bracket.low_included else '>'} {bracket.low}"] if bracket.low is not None else []
    high = [f"{'≤' if bracket.high_included else '<'} {bracket.high}"] if bracket.high is not None else []
    return " ".join([*low, *high]) or ANY
