"""Options of readings that are not taken: each is lowered once beside the rest, so that a wrong one shows at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from aidrules.engine.compiler import Compiler
from aidrules.errors import PackError, Problem
from aidrules.kinds import read_rule
from aidrules.language import core
from aidrules.language.core import Definition, Ref
from aidrules.language.entries import Entry
from aidrules.language.models import DefinitionModel
from aidrules.language.parse import parse
from aidrules.language.readings import Alternative

Whole = Callable[[dict[str, str]], object]
"""Lowers all of a pack with options chosen."""


def check(compiler: Compiler, whole: Whole) -> None:
    """Fail if a rule or definition could not be lowered under another option of one of its readings.

    Args:
        compiler: one that has lowered everything.
        whole: asked where an option makes something of another type, or makes it no more.

    Raises:
        PackError: the problems of all options.
    """
    problems: list[Problem] = []
    for entries in (compiler.definitions.entries, compiler.rules.entries):
        for entry in entries.values():
            for alternative in entry.alternatives:
                try:
                    _try(compiler, entry, alternative, whole)
                except PackError as error:
                    problems.extend(error.problems)
    if problems:
        raise PackError(dict.fromkeys(problems))


def _try(compiler: Compiler, entry: Entry, alternative: Alternative, whole: Whole) -> None:
    """Lower one entry as it would stand, and with it the income whose step it is; all else is as it was."""
    trial = Compiler(compiler.pack, compiler.day)
    changed = replace(entry, node=alternative.node, versions=(), chosen_by=None, alternatives=())
    if entry.kind is None:
        trial.definitions.entries[entry.id] = replace(changed, model=parse(DefinitionModel, changed.node, entry.id))
    else:
        model = read_rule(changed.node, entry.id, compiler.units)
        trial.rules.entries[entry.id] = replace(changed, model=model, kind=model.kind)
    listed = trial.income.listed.get(entry.id)
    again = {entry.id, *([listed] if listed else [])}
    again |= {stage for stage, income in trial.income.listed.items() if income in again}
    under = tuple(f"{name}." for name in again)
    gone = {name for name in compiler.made if name in again or name.startswith(under)}
    trial.made.update((name, made) for name, made in compiler.made.items() if name not in gone)
    trial.places.update(compiler.places)
    trial.definitions.lists.update((n, found) for n, found in compiler.definitions.lists.items() if n not in again)
    trial.definitions.periods.update((n, found) for n, found in compiler.definitions.periods.items() if n not in again)
    trial.rules.made.update((name, rule) for name, rule in compiler.rules.made.items() if name not in again)
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


def _differs(made: Definition, other: Definition | None) -> bool:
    """Whether what reads a definition may have to be written otherwise."""
    return other is None or (made.type, made.owner) != (other.type, other.owner)
