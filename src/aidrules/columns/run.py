"""Running a plan for a chunk of rows: stage after stage, each one query, and what lists come to between them."""

from __future__ import annotations

import ast
from typing import Any

import polars as pl

from aidrules.columns.chunk import Chunk, same
from aidrules.columns.column import constant
from aidrules.columns.plan import Layers, Plan, Planner
from aidrules.columns.rows import Rows
from aidrules.columns.writer import Gather, Load, Pick, Reduce

_AS_WRITTEN = pl.QueryOptFlags.none()


def run(plan: Plan, chunk: Chunk) -> dict[str, pl.Series]:
    """The columns that were wanted of a plan, by name; fixed ones are not among them."""
    made: dict[str, pl.Series] = {}
    for place, action in enumerate(plan.actions):
        match action:
            case Layers():
                made.update(_computed(action, made))
            case Load(name=name):
                made[name] = chunk.loaded(action)
            case Gather(name=name, rows=rows, source=source):
                made[name] = chunk.gathered(made[source], rows, plan.home[source])
            case Pick(name=name, rows=rows, source=source):
                made[name] = chunk.picked(made[source], rows)
            case Reduce(name=name, fold="sum", inner=inner, sources=(source,)) if _is_count(plan, action):
                made[name] = chunk.counted(inner, plan.columns[source].const)
            case Reduce(name=name, fold=fold, inner=inner, sources=sources):
                columns = [_column(plan, chunk, made, source, inner) for source in sources]
                made[name] = chunk.reduced(fold, inner, columns, wide=plan.columns[name].wide)
        for name in plan.dropped.get(place, ()):
            made.pop(name, None)
    return made


def _is_count(plan: Plan, reduce: Reduce) -> bool:
    """Whether a sum adds the same number for each item."""
    each = plan.columns[reduce.sources[0]]
    return each.fixed and each.const is not None and not plan.columns[reduce.name].wide


def _computed(stage: Layers, made: dict[str, pl.Series]) -> dict[str, pl.Series]:
    query = pl.DataFrame({name: made[name] for name in stage.needs}).lazy()
    for layer in stage.layers:
        query = query.select(layer)
    frame = query.collect(optimizations=_AS_WRITTEN)
    return {name: frame[name] for name in stage.results}


def _column(plan: Plan, chunk: Chunk, made: dict[str, pl.Series], name: str, rows: Rows) -> pl.Series:
    """A column, also where it is one value."""
    column = plan.columns[name]
    if column.fixed:
        return same(column.const, chunk.count(rows), column.dtype)
    return made[name]


def column_of(
    code: ast.expr,
    rows: Rows,
    plan: Plan,
    planner: Planner,
    chunk: Chunk,
    made: dict[str, pl.Series],
    dtype: Any,
) -> pl.Series:
    """What was wanted of a plan, along some rows, also where it is one value or was computed along outer rows."""
    value: Any
    if isinstance(code, ast.Constant):
        value = code.value
    else:
        assert isinstance(code, ast.Name)
        name = planner.alias(code.id)
        column = planner.column(name)
        if not column.fixed:
            home = plan.home[name]
            found = made[name] if home is rows else chunk.gathered(made[name], rows, home)
            return found if dtype is None else found.cast(dtype)
        value = column.const
    return same(value, chunk.count(rows), dtype or constant(value).dtype)
