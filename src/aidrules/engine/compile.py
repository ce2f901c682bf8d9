"""Compiling a pack for a date: everything that it says is lowered, whether something reads it or not."""

from __future__ import annotations

import graphlib
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

from aidrules.engine import options, results
from aidrules.engine.compiled import ParameterUse, Programme
from aidrules.engine.compiler import Compiler
from aidrules.engine.paying import check_payees, check_terms
from aidrules.engine.program import Compiled
from aidrules.errors import PackError, Problem
from aidrules.language import core, tree
from aidrules.language.core import Ref
from aidrules.language.pack import Pack
from aidrules.language.recent import Recent
from aidrules.language.units import Quantity

_WORD = re.compile(r"[a-z_][a-z0-9_.]*")
"""What may be a name in the text of an expression."""


_compiled: Recent[Compiled] = Recent(64)


def rules_on(pack: Pack, when: date, known: date | None = None) -> Compiled:
    """The rules of a pack that are in force on a date, compiled once for all dates on which they are the same.

    Args:
        pack: the whole of it.
        when: the date of the law.
        known: without values of parameters that were announced after this date.

    Raises:
        DecisionError: not a date.
        PackError: everything that does not hold together, with file, line and column.
    """
    key = (pack.digest, *pack.stretch(when, known))
    return _compiled.get(key, lambda: _compile(pack.at(when, known), when))


def _compile(pack: Pack, when: date) -> Compiled:
    try:
        compiler = lowered(pack, when)
        compiler.readings.disclose()
        others = options.lowered(compiler, lambda chosen: lowered(pack.with_readings(chosen).at(when), when))
    except RecursionError:
        found = "definitions and rules that refer to each other too deeply"
        raise PackError(Problem(found, rule=pack.id, hint="Break up long chains and circles.")) from None
    return Compiled(
        pack,
        when,
        compiler.made,
        compiler.rules.made,
        _programmes(compiler),
        _parameters(compiler),
        compiler.definitions.parts,
        compiler.definitions.stated,
        compiler.places,
        compiler.findings.made,
        compiler.notices.made,
        others,
    )


def lowered(pack: Pack, when: date) -> Compiler:
    """A compiler that has lowered all definitions, rules, results, inputs, findings and parameters of a pack.

    Raises:
        PackError: whatever is wrong in them, all problems that can be told apart.
    """
    compiler = Compiler(pack, when)
    problems: list[Problem] = []
    for task in _tasks(compiler):
        try:
            task()
        except PackError as error:
            problems.extend(error.problems)
    if problems:
        raise PackError(dict.fromkeys(problems))
    _follow_references(compiler)
    return compiler


def _tasks(compiler: Compiler) -> Iterator[Callable[[], object]]:
    yield partial(_keep_names, compiler)
    for name in _in_order(compiler):
        lowers = compiler.definitions if name in compiler.definitions.entries else compiler.rules
        yield partial(lowers.lower, name)
    for programme in compiler.pack.programmes:
        yield partial(compiler.members_of, programme)
        stated = ("share",) if compiler.pack.programmes[programme].model.share else ()
        for result in (*results.SHOWN, *stated, *_paid_otherwise(compiler, programme)):
            yield partial(compiler.result, f"{programme}.{result}")
    yield compiler.applies.everything
    yield compiler.findings.everything
    yield compiler.notices.everything
    yield partial(check_payees, compiler)
    yield partial(check_terms, compiler)
    yield compiler.rules.check_combinations
    for parameter in compiler.pack.parameters:
        yield partial(compiler.tables.check, parameter)


def _paid_otherwise(compiler: Compiler, programme: str) -> list[str]:
    """The sums of a programme that not every one has, as its rules are lowered by now."""
    pays = {rule.pays for rule in compiler.rules.made.values() if rule.programme == programme}
    return [result for result, every in results.PAID.items() if result not in results.SHOWN and every in pays]


def _keep_names(compiler: Compiler) -> None:
    """Fail if a rule or definition has the name of a result that decisions are told by.

    Raises:
        PackError: each of them.
    """
    problems = []
    for name, entry in {**compiler.definitions.entries, **compiler.rules.entries}.items():
        programme, _, last = name.rpartition(".")
        if last in results.KEPT and programme in compiler.pack.programmes:
            found = f"the name {last} is that of a result of {programme}"
            problems.append(Problem(found, entry.node.place, name, expected="another name for what stands here"))
    if problems:
        raise PackError(problems)


def _in_order(compiler: Compiler) -> list[str]:
    """Definitions and rules, each after those that its text names, so that long chains are not lowered in depth."""
    entries = {**compiler.definitions.entries, **compiler.rules.entries}
    named: dict[str, list[str]] = {}
    for name, entry in entries.items():
        words = {word for text in tree.texts(entry.node) for word in _WORD.findall(text)}
        words |= {word.partition(".")[2] for word in words}
        words |= {f"{entry.programme}.{word}" for word in words if entry.programme}
        # Sorted: a set has another order in each process, and the order shows in traces and boundaries.
        named[name] = sorted((words & entries.keys()) - {name})
    try:
        return list(graphlib.TopologicalSorter(named).static_order())
    except graphlib.CycleError:
        return list(entries)


def _follow_references(compiler: Compiler) -> None:
    """Enter the results that something reads and nothing has asked for yet."""
    waiting = list(compiler.made.values())
    while waiting:
        definition = waiting.pop()
        for part in core.walk(definition.expr):
            if isinstance(part, Ref) and part.name not in compiler.made:
                compiler.ensure(part.name)
                waiting.append(compiler.made[part.name])


def _programmes(compiler: Compiler) -> dict[str, Programme]:
    """The programmes, with their rules in the order of the files."""
    return {
        name: Programme(
            name,
            programme.entry.label,
            programme.entry.cite,
            compiler.programme_owner(name) or (),
            tuple(entry.id for entry in programme.rules.values()),
            programme.model.payment,
            programme.model.force,
            programme.entry.readings,
            any(entry.kind in ("eligibility", "exclusion") for entry in programme.rules.values()),
        )
        for name, programme in compiler.pack.programmes.items()
    }


def _parameters(compiler: Compiler) -> dict[str, ParameterUse]:
    """The parameters as they stand on the date."""
    found = {}
    for name, entry in compiler.pack.parameters.items():
        value = entry.model.on(compiler.day)
        found[name] = ParameterUse(
            name,
            entry.label,
            str(entry.model.unit) if entry.model.unit.powers else "",
            compiler.pack.citations(value.cite) if value is not None else entry.cite,
            value.start if value is not None else None,
            value.until if value is not None else None,
            value is None,
            value is not None and value.argument,
            entry.model.required,
            value.announced if value is not None else None,
            value.formula if value is not None else None,
            compiler.tables.computed(name),
            value.published.value.number
            if value is not None and value.published is not None and isinstance(value.published.value, Quantity)
            else None,
            entry.model.lapsed_on(compiler.day) if value is None else None,
        )
    return found
