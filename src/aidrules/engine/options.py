"""Options of readings that are not taken: each is lowered once beside the rest, so that a wrong one shows at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from aidrules.engine.compiled import Options
from aidrules.engine.compiler import Compiler
from aidrules.errors import PackError, Problem
from aidrules.kinds import read_rule
from aidrules.language import core
from aidrules.language.core import Definition, Ref
from aidrules.language.entries import Entry
from aidrules.language.models import DefinitionModel
from aidrules.language.parse import parse
from aidrules.language.readings import Alternative

T = TypeVar("T")

Whole = Callable[[dict[str, str]], object]
"""Lowers all of a pack with options chosen."""


def lowered(compiler: Compiler, whole: Whole) -> Options:
    """Every rule and definition under the other options of its readings.

    Args:
        compiler: one that has lowered everything.
        whole: asked where an option makes something of another type, or makes it no more.

    Raises:
        PackError: the problems of all options.
    """
    problems: list[Problem] = []
    found: dict[tuple[str, str, str], Mapping[str, Definition]] = {}
    for entries in (compiler.definitions.entries, compiler.rules.entries):
        for entry in entries.values():
            for alternative in (*entry.alternatives, *compiler.readings.alternatives(entry)):
                try:
                    made = _try(compiler, entry, alternative, whole)
                    found[entry.id, alternative.reading, alternative.option] = made
                except PackError as error:
                    problems.extend(error.problems)
    if problems:
        raise PackError(dict.fromkeys(problems))
    return found


def _try(compiler: Compiler, entry: Entry, alternative: Alternative, whole: Whole) -> Mapping[str, Definition]:
    """Lower one entry as it would stand, and with it the income whose step it is; all else is as it was."""
    trial = Compiler(compiler.pack, compiler.day)
    trial.readings.instead[alternative.reading] = alternative.option
    changed = replace(entry, node=alternative.node, versions=(), chosen_by=None, alternatives=())
    if entry.kind is None:
        definition = parse(DefinitionModel, changed.node, entry.id, compiler.units)
        trial.definitions.entries[entry.id] = replace(changed, model=definition)
    else:
        model = read_rule(changed.node, entry.id, compiler.units)
        trial.rules.entries[entry.id] = replace(changed, model=model, kind=model.kind)
    listed = trial.income.listed.get(entry.id)
    again = {entry.id, *([listed] if listed else [])}
    again |= {stage for stage, income in trial.income.listed.items() if income in again}
    under = tuple(f"{name}." for name in again)
    gone = {name for name in compiler.made if name in again or name.startswith(under)}
    trial.places.update(compiler.places)
    _take_over(trial.made, compiler.made, gone)
    _take_over(trial.definitions.lists, compiler.definitions.lists, again)
    _take_over(trial.definitions.periods, compiler.definitions.periods, again)
    _take_over(trial.rules.made, compiler.rules.made, again)
    first = listed or entry.id
    (trial.definitions if first in trial.definitions.entries else trial.rules).lower(first)
    changes = {name for name in gone if _differs(compiler.made[name], trial.made.get(name))}
    if changes and any(
        isinstance(part, Ref) and part.name in changes
        for name, made in compiler.made.items()
        if name not in gone
        for part in core.walk(made.expr)
    ):
        whole({alternative.reading: alternative.option})
    return {name: made for name, made in trial.made.items() if name in gone or name not in compiler.made}


def _take_over(into: dict[str, T], made: dict[str, T], but: set[str]) -> None:
    into.update(made)
    for name in but & into.keys():
        del into[name]


def _differs(made: Definition, other: Definition | None) -> bool:
    """Whether what reads a definition may have to be written otherwise."""
    return other is None or (made.type, made.owner) != (other.type, other.owner)
