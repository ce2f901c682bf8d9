"""Rules of a pack as core definitions: each lowered by its kind, with the terms of what it pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from aidrules.engine.compiled import Rule
from aidrules.engine.definitions import essence, undated
from aidrules.engine.income import STAGES
from aidrules.errors import PackError, Problem
from aidrules.facts.schema import Path, subject_at
from aidrules.kinds import KINDS, combination
from aidrules.kinds.base import Lowering, RuleModel, VersionModel
from aidrules.language.core import Expr
from aidrules.language.entries import Entry
from aidrules.language.models import Payment
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
            except PackError as error:
                raise PackError(_as_read_here(problem, entry) for problem in error.problems) from error
        made = rule.made
        payment = self._payment(rule, model)
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

    def check_payees(self) -> None:
        """Fail if a payee names a definition that is said of something else than what the rule pays.

        Raises:
            PackError: each such rule.
        """
        problems: list[Problem] = []
        for rule in self.made.values():
            payee = rule.payment.payee if rule.payment else None
            definition = self._compiler.made.get(payee) if payee else None
            if definition is not None and rule.owner[: len(definition.owner)] != definition.owner:
                said = subject_at(self._compiler.schema, definition.owner).name
                paid = subject_at(self._compiler.schema, rule.owner).name
                found = f"the payee {payee} is said of each {said}, and what is paid is of each {paid}"
                hint = f"Name a definition for the {paid}, or an office or person by a word that is no definition"
                node = self.entries[rule.id].node
                place = node.at(("payee",) if "payee" in node.items else ("payment", "payee"))
                problems.append(Problem(found, place, rule.id, hint=hint))
        if problems:
            raise PackError(problems)

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

    @staticmethod
    def _terms(model: RuleModel) -> Payment:
        """What a rule itself says about payment."""
        own: Payment = getattr(model, "payment", None) or Payment()
        payee: str | None = getattr(model, "payee", None)
        return own if payee is None else own.model_copy(update={"payee": payee})

    def _payment(self, rule: Lowering, model: RuleModel) -> Payment | None:
        """The terms of what a rule pays; how often follows from its amount, and is said only of sums."""
        made = rule.made
        if made.pays is None:
            return None
        own, programme = self._terms(model), self._compiler.pack.programmes[rule.programme].model.payment
        said = own.every
        if made.pays != "once":
            if said not in (None, made.pays):
                found = f"it is paid every {said}, and its amount is per {made.pays}"
                raise rule.error(("payment", "every"), found, hint=f"Leave every: out, or write an amount per {said}.")
            return own.within(programme).model_copy(update={"every": made.pays})
        if said == "month":
            found = "it is paid every month, and its amount is a sum"
            raise rule.error(("payment", "every"), found, hint="Write an amount per month: 100 * CNY / month.")
        if said is None and programme is not None and programme.every != "month":
            said = programme.every
        if said in ("term", "year"):
            made.pays = said
        return own.within(programme).model_copy(update={"every": said or "occasion"})


def _as_read_here(problem: Problem, entry: Entry) -> Problem:
    """A problem of a rule that is like another: what that one says is wrong only where it was put."""
    if entry.like is None or problem.rule != entry.id:
        return problem
    said = f"{entry.id} says at {entry.node.place} that it is like {entry.like}, so its names are read in"
    hint = f"{said} {entry.programme}: change the field there, or name what is meant with its programme"
    return replace(problem, hint=f"{problem.hint} {hint}" if problem.hint else hint)
