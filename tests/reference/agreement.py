"""Holds a run of generated code against the independent evaluator, value by value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from aidrules.engine import NONE, Bounds, Compiled, Run
from aidrules.engine.compile import lowered
from aidrules.language import core
from aidrules.language.core import Definition
from reference.evaluator import Item, Reference, Value

LOOSE_CALLS = ("longest_run", "count_distinct")


def value_of(run: Run, definition: Definition, item: Item) -> Value:
    """A value of a run in the form of the evaluator."""
    found = run.value(definition.name, *item.at)
    if definition.type.name == "number":
        return (found.low, found.high) if isinstance(found, Bounds) else (found, found)
    if isinstance(found, date):
        return found.toordinal()
    return 0 if definition.type.name == "date" and found == NONE else found


def known(value: Value) -> bool:
    """Whether nothing of a value is open."""
    return value is not None and (not isinstance(value, tuple) or value[0] == value[1])


def holds(wider: Value, narrower: Value) -> bool:
    """Whether everything that one value leaves open, the other leaves open too."""
    if isinstance(narrower, tuple):
        low, high = wider
        return bool(low <= narrower[0] and narrower[1] <= high)
    return wider is None or wider == narrower


def meets(one: Value, other: Value) -> bool:
    """Whether two values can be about the same thing."""
    if isinstance(one, tuple):
        return bool(one[0] <= other[1] and other[0] <= one[1])
    return one is None or other is None or one == other


def values(run: Run, reference: Reference) -> Iterator[tuple[str, Value, Value]]:
    """Every value of a run, by name and item, with what it should be."""
    for definition in run.compiled.definitions.values():
        for item in reference.items(definition.owner):
            name = f"{definition.name}{list(item.at) or ''}"
            yield name, value_of(run, definition, item), reference.value(definition.name, item)


def exact(compiled: Compiled) -> frozenset[str]:
    """The definitions for which code and evaluator must know equally much about the same facts.

    Divisions cancel in code, so that it may know more; a sum, a choice or the least of a quotient by an unknown and
    another number stands over that divisor, so that it may know less until it is rounded. What is unknown in a run,
    or among distinct values, it may treat as wholly unknown and know less.
    """
    loose: set[str] = set()
    for definition in compiled.definitions.values():
        for part in core.walk(definition.expr):
            if (
                (isinstance(part, core.Div) and not isinstance(_bare(part.below), core.Const))
                or (isinstance(part, core.Agg) and part.function in LOOSE_CALLS)
                or isinstance(part, core.Call)
                or (isinstance(part, core.Ref) and part.name in loose)
            ):
                loose.add(definition.name)
    return frozenset(compiled.definitions) - loose


def _bare(expr: core.Expr) -> core.Expr:
    return _bare(expr.inner) if isinstance(expr, core.Param) else expr


def twin(compiled: Compiled, household: Any, on: date) -> Run:
    """The same run by the three-valued function, whether anything is unknown or not."""
    *_, row = compiled.reader(household)
    function, day = compiled.function(facts_known=False), on.toordinal()
    return Run(compiled, household, on, True, row, function.call(row, day, day - on.day + 1), function.slots)


def raw_definitions(compiled: Compiled) -> Mapping[str, Definition]:
    """The definitions as the kinds made them, before anything was done to them for the generated code."""
    return lowered(compiled.pack, compiled.law).made
