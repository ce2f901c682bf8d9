"""Rules of a pack as core definitions: each lowered by its kind, with the terms of what it pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from aidrules.engine.compiled import Rule
from aidrules.engine.definitions import essence, undated
from aidrules.engine.income import STAGES
from aidrules.engine.paying import completed_terms
from aidrules.errors import PackError, Problem
from aidrules.facts.schema import Path
from aidrules.kinds import KINDS, combination
from aidrules.kinds.base import Lowering, RuleModel, VersionModel
from aidrules.language.core import Expr
from aidrules.language.entries import Entry
from aidrules.language.parse import parse

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler


class Rules:
    """Lowers the rules of a pack, each when it is first asked for.

    Attributes:
        entries: what the pack says, by full name.
        made: the rules as they were lowered.
    """

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self.entries: dict[str, Entry] = {
            entry.id: entry for programme in compiler.pack.programmes.values() for entry in programme.rules.values()
        }
        self.made: dict[str, Rule] = {}
        self._lowerings: dict[str, Lowering] = {}

    def owner(self, name: str) -> Path:
        """The list for whose items a rule holds, told without lowering it."""
        entry = self.entries[name]
        owner = self._compiler.programme_owner(entry.programme or "") or ()
        model = self.model(name)
        if model.each is None:
            return owner
        return self._compiler.each(model.each, self._compiler.item_scope(owner, entry.programme))[0]

    def model(self, name: str) -> RuleModel:
        """The fields of a rule, as its kind read them."""
        model: RuleModel = self.entries[name].model
        return model

    def lower(self, name: str) -> None:
        """Lower a rule, unless that is done; a step of an income with the definition that lists it."""
        if name in self.made:
            return
        kind = self.entries[name].kind
        if kind in STAGES:
            definition = self._compiler.income.listed.get(name)
            if definition is None:
                raise PackError(
                    Problem(
                        f"no income takes this {kind} into account",
                        self.entries[name].node.place,
                        name,
                        hint="List it under less: or plus: of the income definition that it changes.",
                    )
                )
            if definition not in self._compiler.circles:
                self._compiler.definitions.lower(definition)
                return
        self._lower(name, {})

    def lowered(self, stage: str, current: Expr) -> Lowering:
        """A step of an income, lowered with what the steps before leave."""
        if stage not in self.made:
            self._lower(stage, {"remaining": current})
        return self._lowerings[stage]

    def _lower(self, name: str, extra: Mapping[str, Expr]) -> None:
        entry = self.entries[name]
        self._compiler.places[name] = essence(entry.node)
        model = self.model(name)
        kind = KINDS[entry.kind or ""]
        programme = entry.programme or ""
        with self._compiler.lowering(name):
            if entry.versions and not kind.versions:
                raise undated(entry, f"chosen_by: on a rule of kind {kind.name}")
            versions = tuple(
                VersionModel(v.start, v.until, v.node, parse(kind.model, v.node, name, self._compiler.units))
                for v in entry.versions
            )
            rule = Lowering(
                self._compiler,
                name,
                programme,
                self._compiler.programme_owner(programme) or (),
                entry.node,
                entry.label,
                model.each,
                extra,
                versions,
                entry.chosen_by,
            )
            self._lowerings[name] = rule
            try:
                kind.lower(rule, model)
                payment = completed_terms(rule, model, self._compiler.pack.programmes[programme].model.payment)
            except PackError as error:
                self._compiler.forget(name)
                raise PackError(_as_read_here(problem, entry) for problem in error.problems) from error
        made = rule.made
        self.made[name] = Rule(
            name,
            kind.name,
            programme,
            made.owner,
            model,
            entry.label,
            entry.cite,
            entry.readings,
            entry.in_force,
            entry.overrode,
            entry.origin,
            made.roles,
            tuple(made.parts),
            made.pays,
            made.details,
            self._compiler.income.listed.get(name),
            payment,
        )

    def check_combinations(self) -> None:
        """Fail if a combination compares by the month what is not paid by the month.

        Raises:
            PackError: each such programme.
        """
        problems: list[Problem] = []
        for rule in self.made.values():
            if not isinstance(rule.model, combination.Model) or rule.model.keep != "highest":
                continue
            for place, name in enumerate(rule.model.among):
                for paying in self.made.values():
                    if paying.programme == name and paying.pays not in (None, "month"):
                        found, where = f"{paying.id} is not paid by the month", self.entries[rule.id].node
                        expected, hint = "programmes that pay by the month", "Say keep: first or keep: chosen"
                        problems.append(Problem(found, where.at(("among", place)), rule.id, expected, hint))
        if problems:
            raise PackError(problems)


def _as_read_here(problem: Problem, entry: Entry) -> Problem:
    """A problem of a rule that is like another: what that one says is wrong only where it was put."""
    if entry.like is None or problem.rule != entry.id:
        return problem
    said = f"{entry.id} says at {entry.node.place} that it is like {entry.like}, so its names are read in"
    hint = f"{said} {entry.programme}: change the field there, or name what is meant with its programme"
    return replace(problem, hint=f"{problem.hint} {hint}" if problem.hint else hint)
