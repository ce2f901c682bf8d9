"""A plan: which columns are computed in which order, with how many bits, made once and run for every chunk of rows.

Columns of the same rows that do not wait for others are one stage. Within a stage what is used once stands inside what
uses it, and the rest is computed in layers. What nothing asks for is not computed.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from aidrules.columns import dates
from aidrules.columns.column import UNKNOWN, Column, WideError, constant
from aidrules.columns.reads import Unknowns
from aidrules.columns.rows import Rows
from aidrules.columns.translate import translate
from aidrules.columns.writer import Assign, ColumnWriter, Gather, Load, Pick, Reduce, Step
from aidrules.engine.code import syntax
from aidrules.engine.runtime import NAMESPACE
from aidrules.language import core

_SHORT = 20
"""Parts of an expression, its operators and names counted."""
_FOLDED = {"longest_run", "most_in_a_row", "distinct", "most_distinct"}


@dataclass(frozen=True, slots=True)
class Layers:
    """Columns of the same rows that are computed together.

    Attributes:
        rows: the rows.
        layers: what is selected, layer after layer; each hands on what later ones still need.
        results: the columns that others wait for.
    """

    rows: Rows
    needs: tuple[str, ...]
    layers: tuple[tuple[pl.Expr, ...], ...]
    results: tuple[str, ...]


Action = Load | Pick | Gather | Reduce | Layers


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done for a chunk of rows.

    Attributes:
        actions: in order.
        columns: what is known of every column that is computed.
        home: the rows of every column.
        dropped: the columns that are not needed any more, by the place of the action after which.
    """

    actions: tuple[Action, ...]
    columns: Mapping[str, Column]
    home: Mapping[str, Rows]
    dropped: Mapping[int, tuple[str, ...]]


class Planner:
    """Puts the steps of a writer into an order.

    Args:
        writer: has written all that is wanted.
        on: the date of the facts.
        unknowns: what the rows do not have: what is reckoned from that alone is not computed for each.
    """

    def __init__(self, writer: ColumnWriter, on: date, unknowns: Unknowns | None = None) -> None:
        self._writer, self._unknowns = writer, unknowns
        self._steps: dict[str, Step] = dict(writer.steps)
        self._days = _days(writer, on)
        self._columns: dict[str, Column] = {}
        self._reads: dict[str, list[str]] = {}
        self._alias: dict[str, str] = {}
        self._gathered: dict[tuple[str, Rows], str] = {}
        self._level: dict[str, int] = {}

    def plan(self, wanted: Iterable[str]) -> Plan:
        """The plan for some columns, each along the rows of its step."""
        for name in list(self._writer.steps):
            self._settle(name)
        keep = {self.alias(name) for name in wanted if name not in self._days}
        keep = {name for name in keep if not self._columns[name].fixed}
        needed = self._needed(keep)
        actions = list(self._actions(needed, keep))
        home = {name: step.rows for name, step in self._steps.items()}
        return Plan(tuple(actions), self._columns, home, _dropped(actions, keep))

    def column(self, name: str) -> Column:
        """What is known of a column."""
        return constant(self._days[name]) if name in self._days else self._columns[name]

    def alias(self, name: str) -> str:
        """The column that a name stands for."""
        return self._alias.get(name, name)

    # What each step yields

    def _settle(self, name: str) -> None:
        step = self._steps[name] = self._placed(self._uncovered(self._steps[name]))
        self._yielded(name, step)

    def _made(self, name: str, step: Step) -> None:
        """Settle a step that the writer has not written."""
        self._steps[name] = step
        self._settle(name)

    def _yielded(self, name: str, step: Step) -> None:
        reads: list[str] = []
        match step:
            case Assign(rows=rows, code=code):
                found = translate(code, lambda inner: self._named(inner, rows))
                if found.expr is not None:
                    reads = found.expr.meta.root_names()
                if found.simple:
                    (self._alias[name],) = reads
            case Load():
                found = UNKNOWN if self._is_never_known(step) else _loaded(step)
            case Reduce() if self._is_of_nothing(step):
                found = UNKNOWN if step.fold in ("min", "max") else constant(0)
            case Pick(source=source) | Gather(source=source):
                reads = [source]
                found = self._columns[source]
            case Reduce(fold=fold, sources=sources, most=most):
                reads = list(sources)
                found = self._reduced(fold, self._columns[sources[0]], most)
        if not found.fixed and name not in self._alias and not isinstance(step, Assign):
            found = replace(found, expr=pl.col(name), simple=True, linear=None)
        self._columns[name] = found
        self._reads[name] = reads
        crosses = not isinstance(step, Assign)
        self._level[name] = max((self._level[one] for one in reads), default=0) + crosses

    def _placed(self, step: Step) -> Step:
        """A step with the columns that it takes, along the rows on which it takes them.

        What reads columns of outer rows only is computed there, once for all items that lie under a row.
        """
        match step:
            case Assign(rows=rows, code=code):
                read = self._rows_read(code)
                innermost = next((outer for outer in rows.chain() if outer in read), rows)
                return replace(step, rows=innermost)
            case Reduce(inner=inner, sources=sources):
                return replace(step, sources=tuple(self._along(source, inner) for source in sources))
            case Pick(source=source):
                return replace(step, source=self._along(source, self._writer.steps[source].rows))
            case Gather(source=source):
                return replace(step, source=self.alias(source))
        return step

    def _uncovered(self, step: Step) -> Step:
        """A sum of what counts under a condition of the outer rows, as that condition on the sum."""
        if not isinstance(step, Reduce) or step.fold != "sum":
            return step
        source = self._steps[self.alias(step.sources[0])]
        if not isinstance(source, Assign) or source.rows is not step.inner or not isinstance(source.code, ast.IfExp):
            return step
        test, other = source.code.test, source.code.orelse
        if not isinstance(other, ast.Constant) or type(other.value) is not int or other.value != 0:
            return step
        read = self._rows_read(test)
        if not read or read - set(step.rows.chain()):
            return step
        if translate(test, lambda inner: self._named(inner, step.rows)).nullable:
            return step
        items, total = f"{step.name}_items", f"{step.name}_sum"
        self._made(items, Assign(items, step.inner, source.code.body))
        self._made(total, replace(step, name=total, sources=(items,)))
        return Assign(step.name, step.rows, syntax.when(test, syntax.name(total), other))

    def _rows_read(self, code: ast.expr) -> set[Rows]:
        """The rows of the columns that an expression reads."""
        names = {self.alias(part.id) for part in ast.walk(code) if isinstance(part, ast.Name)}
        return {self._steps[name].rows for name in names if name in self._columns and not self._fixed(name)}

    def _along(self, name: str, rows: Rows) -> str:
        """A column by the name that it has along some rows."""
        name = self.alias(name)
        home = self._steps[name].rows
        return name if home is rows or self._fixed(name) else self._under(name, home, rows)

    def _is_never_known(self, load: Load) -> bool:
        known_without = load.fact is None or load.fact.absent is not None
        return self._unknowns is not None and not known_without and (load.rows.path, load.field) in self._unknowns.never

    def _is_of_nothing(self, reduce: Reduce) -> bool:
        path = reduce.inner.path
        return self._unknowns is not None and any(
            path[:depth] in self._unknowns.empty for depth in range(1, len(path) + 1)
        )

    def _fixed(self, name: str) -> bool:
        return self._columns[name].fixed

    @staticmethod
    def _reduced(fold: str, inner: Column, most: int) -> Column:
        if fold in _FOLDED:
            return Column("int", low=0, high=most)
        if fold == "bits":
            return Column("int", low=0, high=2**62 - 1)
        if fold == "sum":
            low, high = (0, 1) if inner.kind == "bool" else (inner.low, inner.high)
            if max(-low, high) * most >= 2**127:
                raise WideError("a sum that may need more than 127 bits")
            return Column("int", low=min(0, most * low), high=max(0, most * high))
        return replace(inner, kind="int", nullable=True, expr=None, const=Column("int").const)

    def _named(self, name: str, rows: Rows) -> Column:
        if name in self._days:
            return constant(self._days[name])
        name = self._along(name, rows)
        column = self._columns[name]
        return column if column.fixed else replace(column, expr=pl.col(name), simple=True, linear=None)

    def _under(self, name: str, outer: Rows, rows: Rows) -> str:
        """A column of outer rows, for the rows under them."""
        if outer not in rows.chain():
            raise TypeError(f"{name} is of {outer}, which {rows} do not lie under")
        if (name, rows) not in self._gathered:
            made = self._gathered[name, rows] = f"{name}_{len(self._gathered)}"
            step = self._steps[name]
            if isinstance(step, Assign) and len(self._reads[name]) == 1 and _is_short(step.code):
                # To bring what it reads, which others may need too, and compute it there costs no more.
                self._steps[made] = replace(step, name=made, rows=rows)
                self._yielded(made, self._steps[made])
            else:
                self._made(made, Gather(made, rows, name))
        return self._gathered[name, rows]

    # Order

    def _needed(self, wanted: Iterable[str]) -> list[str]:
        found, waiting = set(wanted), list(wanted)
        while waiting:
            for name in self._reads[waiting.pop()]:
                if name not in found and not self._columns[name].fixed:
                    found.add(name)
                    waiting.append(name)
        return [name for name in self._columns if name in found]

    def _actions(self, needed: list[str], keep: set[str]) -> Iterator[Action]:
        levels = sorted({self._level[name] for name in needed})
        outside = set(keep)
        for name in needed:
            step = self._steps[name]
            outside.update(
                one
                for one in self._reads[name]
                if not isinstance(step, Assign) or self._level[one] != self._level[name]
            )
        for level in levels:
            here = [name for name in needed if self._level[name] == level]
            groups: dict[Rows, list[str]] = {}
            for name in here:
                step = self._steps[name]
                if isinstance(step, Assign):
                    groups.setdefault(step.rows, []).append(name)
                else:
                    yield step
            for rows, names in groups.items():
                yield self._layers(rows, names, outside)

    def _layers(self, rows: Rows, names: list[str], outside: set[str]) -> Layers:
        own = set(names)
        uses = Counter(one for name in names for one in self._reads[name] if one in own)
        inlined: dict[str, pl.Expr] = {}
        depth: dict[str, int] = {}
        kept: dict[str, pl.Expr] = {}
        feeds: dict[str, set[str]] = {}
        for name in names:
            step = self._steps[name]
            assert isinstance(step, Assign)
            expr = self._expression(step, inlined)
            feeds[name] = set()
            for one in self._reads[name]:
                feeds[name] |= feeds[one] if one in inlined else {one}
            depth[name] = max((depth[one] for one in self._reads[name] if one in own), default=0)
            if name in outside or uses[name] > 1:
                kept[name] = expr.alias(name)
                depth[name] += 1
            else:
                inlined[name] = expr
        results = tuple(name for name in names if name in outside)
        layers = []
        needs = tuple(dict.fromkeys(one for name in kept for one in sorted(feeds[name]) if one not in own))
        for layer in range(1, max(depth[name] for name in kept) + 1):
            made = [name for name in kept if depth[name] == layer]
            after = {one for name in kept if depth[name] > layer for one in feeds[name]} | set(results)
            before = [name for name in (*needs, *kept) if depth.get(name, 0) < layer and name in after]
            layers.append((*(pl.col(name) for name in before), *(kept[name] for name in made)))
        return Layers(rows, needs, tuple(layers), results)

    def _expression(self, step: Assign, inlined: Mapping[str, pl.Expr]) -> pl.Expr:
        def named(name: str) -> Column:
            column = self._named(name, step.rows)
            if column.expr is None:
                return column
            (read,) = column.expr.meta.root_names()
            return replace(column, expr=inlined[read], simple=False) if read in inlined else column

        return translate(step.code, named).at()


def _is_short(code: ast.expr) -> bool:
    """Whether something is computed by few operations and without the calendar."""
    parts = list(ast.walk(code))
    return len(parts) < _SHORT and not any(isinstance(part, ast.Call) for part in parts)


def _days(writer: ColumnWriter, on: date) -> dict[str, int]:
    """The dates that are the same for all rows: the date of the facts, and what is computed of it once."""
    found = {"on": on.toordinal(), "this_month": on.replace(day=1).toordinal()}
    for name, code in writer.prelude.items():
        assert isinstance(code, ast.Call) and isinstance(code.func, ast.Name)
        function: Any = NAMESPACE[code.func.id]
        found[name] = function(*(found[arg.id] if isinstance(arg, ast.Name) else _constant(arg) for arg in code.args))
    return found


def _constant(code: ast.expr) -> Any:
    assert isinstance(code, ast.Constant)
    return code.value


def _loaded(step: Load) -> Column:
    if step.what in ("unlisted", "recorded"):
        return Column("bool")
    if step.what == "position":
        return Column("int", low=0, high=10_000)
    fact = step.fact
    assert fact is not None
    nullable = not fact.required
    match fact.type.name:
        case "number":
            return Column(
                "int", nullable=nullable, low=int(fact.low * 10**fact.scale), high=int(fact.high * 10**fact.scale)
            )
        case "date":
            return Column("int", nullable=nullable, low=core.NO_DATE, high=dates.LAST)
        case "bool":
            return Column("bool", nullable=nullable)
        case "enum":
            return Column("text", nullable=nullable, options=fact.type.options)
    return Column("text", nullable=nullable)


def _dropped(actions: list[Action], keep: set[str]) -> dict[int, tuple[str, ...]]:
    """After which action a column is not needed any more."""
    last: dict[str, int] = {}
    for place, action in enumerate(actions):
        match action:
            case Layers(needs=needs):
                read: tuple[str, ...] = needs
            case Reduce(sources=sources):
                read = sources
            case Pick(source=source) | Gather(source=source):
                read = (source,)
            case _:
                read = ()
        for name in read:
            last[name] = place
    gone: dict[int, list[str]] = {}
    for name, place in last.items():
        if name not in keep:
            gone.setdefault(place, []).append(name)
    return {place: tuple(names) for place, names in gone.items()}
