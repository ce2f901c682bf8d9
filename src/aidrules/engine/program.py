"""A compiled pack: its definitions in order, the generated functions, and what a run of them yields."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from threading import Lock
from types import MappingProxyType
from typing import Any, Literal

from aidrules.engine.bounds import DivisorError, Interval, TooLargeError, bounds
from aidrules.engine.code import Gather, LoweringError, Slot, Writer, compile_function, frugal
from aidrules.engine.compiled import LoweredFinding, Options, ParameterUse, Programme, Rule, Stated
from aidrules.engine.conclusions import Chained, SecondEntry, chained_names, prepare, read_together
from aidrules.engine.divisors import DivisionError, Divisors
from aidrules.engine.layout import CycleError, Row, Stage, item_vars, rows_of, stages_of
from aidrules.engine.notices import Notice
from aidrules.engine.reader import FactReader, write_reader
from aidrules.engine.run import Run
from aidrules.engine.runtime import NAMESPACE
from aidrules.errors import PackError, Place, Problem
from aidrules.facts.schema import Path, Subject
from aidrules.kinds.base import Part
from aidrules.language import core
from aidrules.language.core import Definition, Expr
from aidrules.language.pack import Pack
from aidrules.language.recent import uncollected

Values = tuple[Any, ...]
_Written = tuple[ast.FunctionDef, Mapping[str, Slot], Mapping[tuple[Path, int], Gather]]


@dataclass(frozen=True, slots=True)
class Function:
    """A generated function with the places of its values; `gathers` as the writer has them."""

    call: Callable[[Any, int, int], Values]
    slots: Mapping[str, Slot]
    gathers: Mapping[tuple[Path, int], Gather]


class Compiled:
    """A pack as it is in force on a date, ready to decide households.

    Attributes:
        pack: where it comes from.
        law: a date in the stretch of time for which it was compiled.
        definitions: every core definition by name, each after those that it needs.
        rules: every rule by full name.
        programmes: every programme by name.
        parameters: every parameter as it stands.
        parts: the named alternatives and cases of definitions.
        stated: where the pack's definitions come from.
        findings: those whose bounds are computed, or that lapse.
        bounded_findings: those whose bounds are computed.
        notices: what families are told beside some outcomes.
        options: what rules and definitions would be under the options of readings that are not taken.
        conclusions: what the second entry chains.
    """

    def __init__(
        self,
        pack: Pack,
        law: date,
        definitions: Mapping[str, Definition],
        rules: Mapping[str, Rule],
        programmes: Mapping[str, Programme],
        parameters: Mapping[str, ParameterUse],
        parts: Mapping[str, tuple[Part, ...]],
        stated: Mapping[str, Stated],
        places: Mapping[str, Place],
        findings: Mapping[str, LoweredFinding],
        notices: Mapping[str, Notice],
        options: Options = MappingProxyType({}),
    ) -> None:
        self.pack, self.law = pack, law
        self.rules, self.programmes, self.parameters = dict(rules), dict(programmes), dict(parameters)
        self.parts, self.stated = dict(parts), dict(stated)
        self.findings, self.notices, self.options = dict(findings), dict(notices), options
        self.bounded_findings = tuple(finding for finding in self.findings.values() if finding.bounds is not None)
        self._places = places
        self.schema: Subject = pack.schema
        definitions, conclusions = prepare(
            self.schema, definitions, chained_names(self.rules, self.programmes.values())
        )
        named, self.intervals = self._with_named_divisors(definitions)
        self.conclusions = tuple(conclusions)
        self.stages: tuple[Stage, ...] = stages_of(self.schema, named)
        self.definitions: dict[str, Definition] = {d.name: d for stage in self.stages for d in stage.definitions}
        self.rows: dict[Path, Row] = rows_of(self.schema, self.definitions.values())
        self._lock = Lock()
        self._functions: dict[bool, Function] = {}
        # The twin asks more of an expression: whatever cannot be written shows here, when the pack is compiled.
        self._written: _Written | None = self._write(facts_known=False)
        self._check_payable(self._written[1])
        self._second_entry = SecondEntry(self.definitions, conclusions, pack.digest)

    def __repr__(self) -> str:
        return f"Compiled({self.pack.id!r}, law={self.law})"

    def run(self, household: Any, on: date) -> Run:
        """Compute all definitions for a household on a date.

        Args:
            household: of the pack's `Household`.
            on: the date of the facts.
        """
        unknown, latest, row = self.reader(household)
        function = self.function(not unknown)
        day = on.toordinal()
        values = function.call(row, day, day - on.day + 1)
        return Run(self, household, on, unknown, row, values, function.slots, ahead=latest > day)

    def chain(self, run: Run, engine: Literal["durable", "exact"]) -> Chained:
        """Chain the conclusions of a run a second time; see `Run.chain`."""
        return self._second_entry.run(run, self.function(not run.three_valued), engine)

    @cached_property
    def reader(self) -> FactReader:
        """Reads the facts that the definitions need; says whether any is unknown."""
        return write_reader(self.schema, self.rows)

    def function(self, facts_known: bool) -> Function:
        """The generated function: for households whose facts are all known, or its three-valued twin."""
        found = self._functions.get(facts_known)
        if found is None:
            with self._lock, uncollected():
                if facts_known not in self._functions:
                    ready = None if facts_known else self._written
                    tree, slots, gathers = ready or self._write(facts_known)
                    self._functions[facts_known] = Function(compile_function(frugal(tree), NAMESPACE), slots, gathers)
                    # A tree is ten times what is made of it. Who asks for both functions has the twin written again.
                    self._written = None
                found = self._functions[facts_known]
        return found

    def _write(self, facts_known: bool) -> _Written:
        together = read_together(self.definitions, self.conclusions)
        writer = Writer(self.schema, self.rows, self.stages, self.intervals, facts_known, together)
        try:
            return writer.function(), writer.slots, writer.gathers
        except LoweringError as error:
            raise self._error(writer.current, str(error)) from None

    def _with_named_divisors(
        self, definitions: Mapping[str, Definition]
    ) -> tuple[dict[str, Definition], dict[str, Interval]]:
        """All definitions with their divisors named, and the interval of every number."""
        try:
            ordered = [d for stage in stages_of(self.schema, definitions) for d in stage.definitions]
        except CycleError as error:
            heads = [name.partition(".")[0] for name in error.names]
            programme = next((head for head in heads if head in self.programmes), None)
            hint = (
                f"What is paid already is a fact: write {programme}.in_payment rather than what is granted now."
                if programme
                else "Each needs the other first: take from one of them what does not depend on the other."
            )
            raise self._error(error.names[0], f"{' → '.join(error.names)} is a circle", hint) from None
        done: dict[str, Definition] = {}
        intervals: dict[str, Interval] = {}
        for definition in ordered:
            divisors = Divisors(definition, tuple(item_vars(self.schema, definition.owner)), intervals)
            try:
                expr: Expr = divisors.rewritten()
                for made in divisors.made:
                    done[made.name] = made
                    intervals[made.name] = bounds(made.expr, intervals)
                if definition.type.name == "number":
                    intervals[definition.name] = bounds(expr, intervals)
                for part in core.walk(expr):
                    if isinstance(part, core.Mul):
                        bounds(part, intervals)
            except TooLargeError as error:
                raise self._error(
                    definition.name, str(error), "Give the facts and parameters that it reads a max: or must:."
                ) from None
            except (DivisionError, DivisorError) as error:
                raise self._error(
                    definition.name,
                    str(error),
                    "Write max(1, ...) around it, or `x / n if n > 0 else ...`.",
                ) from None
            done[definition.name] = replace(definition, expr=expr)
        return done, intervals

    def _check_payable(self, slots: Mapping[str, Slot]) -> None:
        """Fail if an amount to be paid may be below zero, or have a fraction of the smallest unit of money."""
        problems = []
        for rule in self.rules.values():
            if rule.pays is None:
                continue
            found = []
            denominator = slots[rule.roles["amount"]].denominator
            if denominator.factors or 100 % denominator.const:
                hint = "Add round: {to: 0.01, mode: half_up} (or what the text says)."
                found.append(("what it pays may have a fraction of a fen", hint))
            if self.intervals[rule.roles["value"]][0] < 0:
                hint = "Add floor: 0, or must: to the parameters and facts that it reads."
                found.append(("what it pays may be below zero", hint))
            place = self._places.get(rule.id)
            problems += [Problem(what, place, rule.id, hint=hint) for what, hint in found]
        if problems:
            raise PackError(problems)

    def _error(self, name: str, found: str, hint: str | None = None) -> PackError:
        head = name
        while head not in self._places and "." in head:
            head = head.rpartition(".")[0]
        return PackError(Problem(found, self._places.get(head), name, hint=hint))
