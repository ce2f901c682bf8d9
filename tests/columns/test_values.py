"""Every definition of random packs, and of the shipped ones, has the values that generated code gives it.

More packs: GENERATED_PACKS=200 pytest tests/columns/test_values.py
"""

from __future__ import annotations

import ast
import os
import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from kernel_frames import kernel_frame

import aidrules
from aidrules.columns.chunk import Chunk
from aidrules.columns.plan import Planner
from aidrules.columns.run import column_of, run
from aidrules.columns.writer import ColumnWriter
from aidrules.engine import Compiled, Run
from aidrules.engine.code.forms import Num
from reference.agreement import twin
from reference.households import Households
from reference.packs import laboratory

ON = date(2025, 3, 31)
PACKS = int(os.environ.get("GENERATED_PACKS", "12"))


def columns_of(compiled: Compiled, households: list[Any], on: date) -> dict[str, list[list[Any]]]:
    """The columns of every definition along the items of its owner: one, or the two bounds of a number."""
    writer = ColumnWriter(compiled, None)
    written = {name: writer.result(name) for name in compiled.definitions}
    codes = {
        name: (found.low, found.high) if isinstance(found, Num) else (found.code,) for name, found in written.items()
    }
    planner = Planner(writer, on)
    plan = planner.plan(code.id for both in codes.values() for code in both if isinstance(code, ast.Name))
    chunk = Chunk(kernel_frame(households), compiled.schema)
    made = run(plan, chunk)
    found: dict[str, list[list[Any]]] = {}
    for name, definition in compiled.definitions.items():
        rows = writer.ground.own(definition.owner)
        found[name] = []
        for code in codes[name]:
            column = planner.column(planner.alias(code.id)) if isinstance(code, ast.Name) else None
            series = column_of(code, rows, plan, planner, chunk, made, None)
            options = column.options if column is not None and not column.fixed else ()
            values = series.to_list()
            found[name].append([options[value] if options and value is not None else value for value in values])
    return found


def values_of(compiled: Compiled, runs: list[Run], name: str) -> Iterator[list[Any]]:
    """The same values as generated code gives them."""
    definition = compiled.definitions[name]
    for one in runs:
        for item in one.items(definition.owner):
            yield list(one.raw(name, item)) if definition.type.name == "number" else [one.raw(name, item)[0]]


def differing(compiled: Compiled, households: list[Any], on: date) -> list[tuple[str, list[Any], list[Any]]]:
    """Where columns and generated code differ."""
    columns = columns_of(compiled, households, on)
    runs = [twin(compiled, household, on) for household in households]
    found = []
    for name, ends in columns.items():
        for here, there in zip(map(list, zip(*ends, strict=True)), values_of(compiled, runs, name), strict=True):
            if here != there:
                found.append((name, here, there))
    return found


@pytest.mark.parametrize("unknown", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(PACKS))
def test_random_packs(tmp_path_factory: pytest.TempPathFactory, seed: int, unknown: float) -> None:
    compiled = laboratory(tmp_path_factory.mktemp("lab"), seed, ON)
    made = Households(compiled, ON)
    households = [made.built(made.flat(random.Random(place), unknown)) for place in range(30)]
    assert differing(compiled, households, ON) == []


@pytest.mark.parametrize("unknown", [0.0, 0.3])
@pytest.mark.parametrize("name", ["cn/national", "cn/guizhou/zunyi/bozhou"])
def test_shipped_packs(name: str, unknown: float) -> None:
    compiled = aidrules.load(name).on(ON)
    made = Households(compiled, ON)
    households = [made.built(made.flat(random.Random(place), unknown)) for place in range(60)]
    assert differing(compiled, households, ON) == []
