"""Coverage of cases: which rules, brackets, grades, exceptions, readings and findings of a pack no case reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.decision.names import Item
from aidrules.decision.view import View
from aidrules.engine import Result
from aidrules.errors import Place, Problem
from aidrules.language import core
from aidrules.language.fields import near
from aidrules.language.parameters import Cell, Parameter
from aidrules.testing.reads import findings
from aidrules.testing.targets import cell_name, main, part_name, parts_that_fail, special, targets_of

if TYPE_CHECKING:
    from aidrules.decision import Decision
    from aidrules.decision.names import Bindings
    from aidrules.engine.compiled import Rule
    from aidrules.kinds.base import Part
    from aidrules.language.pack import Pack


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which targets of a pack its cases reach.

    Attributes:
        targets: everything that can be reached, with its place.
        reached: the cases that reach it, by target.
        excused: what needs no case, with the reason.
        problems: excuses that name nothing, or what is reached.
    """

    targets: Mapping[str, Place]
    reached: Mapping[str, tuple[str, ...]]
    excused: Mapping[str, str]
    problems: tuple[Problem, ...]

    @property
    def unreached(self) -> dict[str, Place]:
        """What no case reaches and no excuse covers."""
        return {
            name: place for name, place in self.targets.items() if not (name in self.reached or name in self.excused)
        }


def reached_by(decision: Decision) -> frozenset[str]:
    """The targets that a decision reaches, of all packs that its rules come from."""
    return frozenset(_Reached(decision).all())


def coverage(
    pack: Pack, cases: Iterable[tuple[str, frozenset[str]]], excuses: Mapping[str, tuple[str, Place]]
) -> Coverage:
    """What the cases of a pack reach of what the pack itself says; what it takes over is for the wider pack's cases.

    Args:
        pack: without anything laid over it.
        cases: what each case reaches, by its name.
        excuses: what needs no case, with the reason and the place of the excuse.
    """
    targets = targets_of(pack)
    reached: dict[str, list[str]] = {}
    for case, names in cases:
        for name in names & targets.keys():
            reached.setdefault(name, []).append(case)
    problems = []
    for name, (_, place) in excuses.items():
        if name not in targets:
            hint = near(name, targets)
            problems.append(Problem("nothing of this name can be reached", place, f"unreached: {name}", hint=hint))
        elif name in reached:
            hint = "Take the excuse out"
            problems.append(Problem(f"{reached[name][0]} reaches it", place, f"unreached: {name}", hint=hint))
    excused = {name: reason for name, (reason, _) in excuses.items() if name in targets}
    return Coverage(targets, {name: tuple(found) for name, found in reached.items()}, excused, tuple(problems))


class _Reached:
    """What one decision reaches, of all packs that its rules come from."""

    def __init__(self, decision: Decision) -> None:
        self.decision, self.run, self.compiled = decision, decision.run, decision.run.compiled
        self.view = View(self.compiled, self.run)

    def all(self) -> set[str]:
        """The targets reached, by name."""
        found = {f"finding.{each.name} recorded" for each in findings(self.decision) if each.made}
        found |= {f"reading {name}: {option}" for name, option in self.decision.pack.chosen.items()}
        for rule in self.compiled.rules.values():
            found |= set(self._rule(rule))
        for name, parts in self.compiled.parts.items():
            found |= set(self._parts(name, parts_that_fail(self._model(name)), parts))
        for definition in self.compiled.definitions.values():
            if definition.parameter is not None:
                found |= set(self._cells(definition))
        return found

    def _model(self, name: str) -> object:
        programme = self.decision.pack.programmes.get(name.partition(".")[0])
        local = {entry.id: entry for entry in programme.definitions.values()} if programme is not None else {}
        entry = self.decision.pack.definitions.get(name) or local.get(name)
        return entry.model if entry is not None else None

    def _values(self, name: str) -> set[Result]:
        """What a definition comes to for the items."""
        places = self.run.items(self.compiled.definitions[name].owner)
        return {self.run.value(name, *place) for place in places}

    def _rule(self, rule: Rule) -> Iterator[str]:
        values = self._values(main(rule))
        if "applies" in rule.roles:
            if True in values and True in self._values(rule.roles["applies"]):
                yield f"{rule.id} kept"
            if False in values:
                yield f"{rule.id} not kept"
        else:
            if any(value not in (None, False, "none") and value != 0 for value in values):
                yield f"{rule.id} applied"
            if any(
                value is False or value == "none" or (isinstance(value, Fraction) and value == 0) for value in values
            ):
                yield f"{rule.id} not applied"
        for role, name in special(rule):
            if True in self._values(name):
                yield f"{rule.id} {role}"
        yield from self._parts(rule.id, parts_that_fail(rule.model), rule.parts)

    def _parts(self, name: str, fails: frozenset[str], parts: Iterable[Part]) -> Iterator[str]:
        for part in parts:
            failing = part.id in fails
            if (not failing) in self._values(part.definition):
                yield part_name(name, part.id, failing)

    def _cells(self, definition: core.Definition) -> Iterator[str]:
        """The cells of a parameter's table that were looked up."""
        assert definition.parameter is not None
        parameter: Parameter = self.decision.pack.parameters[definition.parameter].model
        value = parameter.on(self.compiled.law)
        if value is None or value.table is None or isinstance(value.table, Cell) or parameter.marginal:
            return
        ends = list(dict.fromkeys(id(end) for end in _ends(definition.expr)))
        cells = [cell_name(definition.parameter, keys) for keys, _ in value.cells()]
        if len(ends) != len(cells):
            return
        named = dict(zip(ends, cells, strict=True))
        for place in self.run.items(definition.owner):
            end = self._end(definition.expr, self.view.names.bindings(Item(definition.owner, place)))
            if id(end) in named:
                yield named[id(end)]

    def _end(self, expr: core.Expr, bound: Bindings) -> core.Expr | None:
        while isinstance(expr, core.If):
            held = self.view.value(expr.condition, bound)
            if held is None:
                return None
            expr = expr.then if held else expr.other
        return expr


def _ends(expr: core.Expr) -> Iterator[core.Expr]:
    """The values between which a look-up chooses, in the order of the table; those that nobody has given left out."""
    if isinstance(expr, core.If):
        yield from _ends(expr.then)
        yield from _ends(expr.other)
    elif not isinstance(expr, core.Unknown):
        yield expr
