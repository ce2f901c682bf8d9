"""The bench on which mutants are tried: the cases of a pack in groups that lay the same over it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aidrules.decision.outcomes import Outcomes
from aidrules.decision.trace import Tracer
from aidrules.decision.view import View
from aidrules.engine import Compiled, Run
from aidrules.engine.compiled import Programme
from aidrules.engine.compiler import Compiler
from aidrules.engine.layout import resting_on
from aidrules.errors import AidrulesError, FactsError, PackError, Place, Problem
from aidrules.language import core
from aidrules.testing.cases import PAYMENTS, Case, Expectation
from aidrules.testing.comparison import came_to, item_of, same
from aidrules.testing.expected import ImpossibleError, Meant, meant, split
from aidrules.testing.located import refused
from aidrules.testing.promises import PROMISES, Breach, broken
from aidrules.testing.trial import tried_on

if TYPE_CHECKING:
    from aidrules.language.core import Definition
    from aidrules.language.pack import Pack

_WHOLE = ("missing", "reasons")
"""What follows from all of a pack, and not from the definitions that it names."""


_READ = ("eligibility", "exclusion", "phase_out", "gate")
"""The kinds of rules of which more is read than what they define: those that settle outcomes, and gates."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Some definitions of a pack with all that they rest on, lowered and nothing else."""

    compiler: Compiler
    definitions: Mapping[str, Definition]

    @classmethod
    def of(cls, pack: Pack, day: date, names: Iterable[str]) -> Slice:
        """Lower some names of a pack.

        Raises:
            PackError: what is wrong in them.
            ExpressionError: a name that nothing makes.
        """
        compiler = Compiler(pack, day)
        found: dict[str, Definition] = {}
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                compiler.ensure(name)
                found[name] = compiler.made[name]
                waiting += _named(found[name])
        return cls(compiler, found)

    def says(self, name: str) -> object:
        """What a definition says: its expression and, of a gate, what stands in for it while it is not known."""
        definition, rule = self.definitions.get(name), self.compiler.rules.made.get(name)
        stands_in = rule.details.get("if_undetermined") if rule is not None else None
        return None if definition is None else (definition.expr, stands_in)

    def under(self, names: Iterable[str]) -> frozenset[str]:
        """The definitions that some names rest on, themselves included."""
        return resting_on(self.definitions, names)

    def compiled(self, names: Iterable[str]) -> Compiled:
        """What some names rest on, ready to be run; with the rules that settle outcomes, gates, and no others."""
        compiler, under = self.compiler, self.under(names)
        wanted = {name: made for name, made in self.definitions.items() if name in under}
        findings = {
            name: made
            for name, made in compiler.findings.made.items()
            if all(part in wanted for part in (*(made.bounds or ()), made.up_to, made.last_day) if part is not None)
        }
        whole = Compiled(compiler.pack, compiler.day, wanted, {}, {}, {}, {}, {}, compiler.places, findings, {})
        made = compiler.rules.made
        whole.rules.update((name, rule) for name, rule in made.items() if rule.kind in _READ and name in under)
        for name, programme in compiler.pack.programmes.items():
            if f"{name}.outcome" in under:
                rules = tuple(rule.id for rule in programme.rules.values() if rule.id in whole.rules)
                owner = compiler.programme_owner(name) or ()
                whole.programmes[name] = Programme(
                    name, programme.entry.label, (), owner, rules, None, programme.model.force, (), tested=True
                )
        return whole


def _named(definition: Definition) -> list[str]:
    return [part.name for part in core.walk(definition.expr) if isinstance(part, core.Ref)]


@dataclass(frozen=True)
class Check:
    """One thing that a case expects, and the definition that gives it."""

    expectation: Expectation
    what: Meant

    @property
    def name(self) -> str:
        """The definition."""
        return self.what.name

    def fails(self, run: Run) -> bool:
        """Whether a run gives something else."""
        item = item_of(run, self.what)
        section, value = self.expectation.section, self.expectation.value
        if section == "outcomes":
            programme = run.compiled.programmes[self.name.partition(".")[0]]
            return Outcomes(Tracer(View(run.compiled, run))).status(programme, item) != value
        wanted = value or ("false" if section == "not" else "true")
        return not same(came_to(run, self.expectation, self.what, item), wanted)


@dataclass(frozen=True)
class Tried:
    """A case with what it checks.

    Attributes:
        whole: whether it expects what only all of the pack gives: what is missing, reasons and payments.
        beside: the parameters, and the amounts and payees of payments, of which it expects something as well.
    """

    case: Case
    checks: tuple[Check, ...]
    whole: bool
    beside: tuple[Meant, ...] = ()

    @cached_property
    def names(self) -> frozenset[str]:
        """The definitions of which it expects something."""
        paid = (what.name for what in self.beside if not what.parameter)
        return frozenset((*(check.name for check in self.checks), *paid))

    @property
    def asked_for(self) -> frozenset[str]:
        """What it expects to be missing: a parameter that it names need not bear on anything else that it expects."""
        return frozenset(split(each.name)[0] for each in self.case.expectations if each.section == "missing")

    def notices(self, run: Run) -> bool:
        """Whether a run gives something else than the case expects."""
        try:
            return any(check.fails(run) for check in self.checks)
        except (ImpossibleError, KeyError, ArithmeticError):
            return True


class Group:
    """Cases that lay the same over a pack and fall into one stretch of its law.

    Attributes:
        pack: as it is for them.
        laid: the same, on no day.
        plain: without the readings and values that they choose.
    """

    def __init__(self, plain: Pack, laid: Pack, cases: tuple[Case, ...]) -> None:
        self.plain, self.laid, self.day = plain, laid, cases[0].on
        self.pack = laid.at(self.day)
        self.cases = tuple(self._tried(case) for case in cases)
        self._households: dict[Place, Any] = {}

    def household(self, case: Case) -> Any:
        """The facts of a case."""
        if case.place not in self._households:
            self._households[case.place] = self.pack.Subject.from_text(case.given)
        return self._households[case.place]

    def breaches(self, case: Case) -> list[Breach]:
        """How the pack as it is breaks the promises of kinds for the household of a case."""
        return broken(self.laid.on(self.day).run(self.household(case), case.on), PROMISES)

    def _tried(self, case: Case) -> Tried:
        checks, beside, whole = [], [], False
        for expectation in case.expectations:
            if expectation.section in _WHOLE:
                whole = True
            elif (what := self._meant(expectation, case)).parameter or expectation.section == PAYMENTS:
                beside += [what, *self._payee(expectation, what)]
            else:
                checks.append(Check(expectation, what))
        return Tried(case, tuple(checks), whole or bool(beside), tuple(beside))

    def _payee(self, expectation: Expectation, what: Meant) -> Iterator[Meant]:
        """The definition that says who is paid, where a case expects who that is."""
        if expectation.term == "payee":
            compiled = self.laid.on(self.day)
            payment = compiled.rules[split(expectation.name)[0]].payment
            if payment is not None and payment.payee in compiled.definitions:
                yield Meant(payment.payee, what.item)

    def _meant(self, expectation: Expectation, case: Case) -> Meant:
        try:
            return meant(expectation, self.plain.on(self.day))
        except ImpossibleError:
            pass
        try:
            return meant(expectation, self.laid.on(self.day))
        except ImpossibleError as error:
            raise PackError(Problem(error.found, expectation.place, case.name, error.expected, error.hint)) from None

    @cached_property
    def slice(self) -> Slice:
        """Everything that its cases check, and all that this rests on."""
        return Slice.of(self.pack, self.day, sorted({name for tried in self.cases for name in tried.names}))

    @cached_property
    def atoms(self) -> Mapping[Place, frozenset[str]]:
        """The ids of the pack on which each case rests, by its place."""
        return {
            tried.case.place: _ids(self.slice, tried.names)
            | {what.name for what in tried.beside if what.parameter}
            | tried.asked_for
            for tried in self.cases
        }

    @cached_property
    def failing(self) -> tuple[Case, ...]:
        """The cases that fail as the pack is: to them every change would seem one that they notice."""
        made = self.slice.compiled({name for tried in self.cases for name in tried.names})
        return tuple(tried.case for tried in self.cases if self._fails(tried, made))

    def _fails(self, tried: Tried, made: Compiled) -> bool:
        if tried.whole:
            return tried_on(tried.case, lambda: self.laid).state != "passed"
        try:
            run = made.run(self.household(tried.case), tried.case.on)
        except FactsError as error:
            raise refused(tried.case, error) from None
        return tried.notices(run)


class Lot:
    """Cases that choose the same overlays, readings and values; laid over the pack when they are asked for."""

    def __init__(self, pack: Pack, cases: tuple[Case, ...]) -> None:
        self.pack, self.cases = pack, cases

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The cases by stretches of the law."""
        first = self.cases[0]
        try:
            laid = first.laid_over(self.pack)
        except AidrulesError as error:
            raise refused(first, error) from None
        plain = self.pack.with_overlay(*first.overlays) if first.overlays else self.pack
        stretches: dict[date, list[Case]] = {}
        for case in self.cases:
            stretches.setdefault(laid.stretch(case.on)[0], []).append(case)
        return tuple(Group(plain, laid, tuple(together)) for together in stretches.values())

    def names(self, about: str) -> bool:
        """Whether any of the cases expects something of a rule or definition, or of its programme."""
        return any(names(case, about) for case in self.cases)


def names(case: Case, about: str) -> bool:
    """Whether a case expects something of a rule or definition, or of its programme."""
    wanted = {about, about.partition(".")[0]}
    heads = (split(expectation.name)[0] for expectation in case.expectations)
    return any(head in wanted or head.startswith(f"{about}.") for head in heads)


def _ids(made: Slice, names: Iterable[str]) -> frozenset[str]:
    """The names of definitions, parameters and findings under some names, of what holds them and what they are like."""
    found: set[str] = set()
    like = {name: entry.like for name, entry in made.compiler.rules.entries.items()}
    for name in made.under(names):
        definition = made.definitions[name]
        if definition.parameter is not None:
            found.add(definition.parameter)
        while name:
            found.add(name)
            if (pattern := like.get(name)) is not None:
                found.add(pattern)
            name = name.rpartition(".")[0]
        for part in core.walk(definition.expr):
            if isinstance(part, core.Param | core.Unknown):
                found.add(part.name.partition("[")[0])
            elif isinstance(part, core.Fact) and part.path.startswith("findings."):
                found.add(part.path.split(".")[1])
    return frozenset(found)
