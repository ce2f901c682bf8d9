"""Definitions of a pack as core definitions: values, conditions, cases, lists, periods and incomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aidrules.engine.bounds import DivisorError, bounds
from aidrules.engine.compiled import Stated
from aidrules.errors import PackError, Place, Problem
from aidrules.facts.schema import subject_at
from aidrules.kinds import KINDS
from aidrules.kinds.base import Lowering, Part
from aidrules.language import build, core, tree, undefined
from aidrules.language.build import ExpressionError
from aidrules.language.core import BOOL, Definition, Expr, Ref, Type
from aidrules.language.entries import Entry
from aidrules.language.expressions import Items, Period
from aidrules.language.models import DefinitionModel

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler


class Definitions:
    """Lowers the definitions of a pack and its programmes, each when it is first asked for.

    Attributes:
        entries: what the pack says, by full name.
        lists: the definitions that are lists.
        periods: the definitions that are periods.
        parts: the named alternatives and cases of those that have some.
        stated: where they come from.
    """

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self.entries: dict[str, Entry] = dict(compiler.pack.definitions)
        for programme in compiler.pack.programmes.values():
            self.entries.update((entry.id, entry) for entry in programme.definitions.values())
        self.lists: dict[str, Items] = {}
        self.periods: dict[str, Period] = {}
        self.parts: dict[str, tuple[Part, ...]] = {}
        self.stated: dict[str, Stated] = {}

    def lower(self, name: str) -> None:
        """Lower a definition of the pack, unless that is done."""
        if name in self._compiler.made or name in self.lists or name in self.periods:
            return
        entry = self.entries[name]
        self._compiler.places[name] = essence(entry.node)
        with self._compiler.lowering(name):
            if entry.versions:
                raise undated(entry, "chosen_by: on a definition")
            model: DefinitionModel = entry.model
            owner = self._compiler.programme_owner(entry.programme) or () if entry.programme else ()
            rule = Lowering(self._compiler, name, entry.programme or "", owner, entry.node, entry.label, model.each)
            self.stated[name] = Stated(
                entry.label, entry.cite, entry.readings, entry.overrode, entry.in_force, entry.origin
            )
            expr = self._body(name, model, rule)
            self._only_what_fits(model, rule, expr)
            if expr is None:
                return
            if expr.type.name == "number":
                expr = self._measured(model, rule, expr)
                if rule.counts != core.TRUE:
                    expr = build.gate(rule.counts, expr)
            elif expr.type.name == "bool":
                expr = core.conjunction(rule.counts, expr)
            says = None
            if model.says is not None:
                yes, no = model.says.yes, model.says.no
                says = (yes.label(name) if yes else entry.label, no.label(name) if no else entry.label)
            self._compiler.define(Definition(name, rule.owner, expr, entry.label, says=says))
            self.parts[name] = tuple(rule.made.parts)

    def _body(self, name: str, model: DefinitionModel, rule: Lowering) -> Expr | None:
        if model.value is not None:
            found = self._plain_value(name, model.value, rule)
            if found is None or model.if_undefined is None:
                return found
            otherwise = rule.expr(model.if_undefined, ("if_undefined",), found.type)
            return rule.at(("if_undefined",), lambda: undefined.settled(found, otherwise, self._may_be_zero))
        if model.any_of is not None:
            return rule.named_conditions(model.any_of, "any_of", "or")
        if model.all_of is not None:
            return rule.named_conditions(model.all_of, "all_of", "and")
        if model.cases is not None:
            return self._cases(model, rule)
        return self._compiler.income.body(model, rule)

    def _plain_value(self, name: str, text: str, rule: Lowering) -> Expr | None:
        found = rule.meaning(text, ("value",))
        if isinstance(found, Period):
            start = rule.define("start", found.start, hidden=True)
            end = rule.define("end", found.end, hidden=True)
            self.periods[name] = Period(start, end)
            return None
        if isinstance(found, Items):
            path = (*found.source.owner, found.source.name)
            if path[: len(rule.owner)] != rule.owner or path == rule.owner:
                item = subject_at(self._compiler.schema, rule.owner).name
                hint = "Write the comprehension where it is used, or a list of the household."
                raise rule.error(("value",), f"a list of members for each {item} has no name", hint=hint)
            item = subject_at(self._compiler.schema, path).name
            where = core.TRUE if found.where is None else core.rename(found.where, {found.var: item})
            inside = f"{name}.counts"
            self._compiler.define(Definition(inside, path, where, rule.label, membership=True))
            self.lists[name] = Items(found.source, "item", Ref(inside, "item", BOOL), found.unit)
            return None
        return found

    @staticmethod
    def _only_what_fits(model: DefinitionModel, rule: Lowering, expr: Expr | None) -> None:
        """Fail if a field would say nothing of such a value."""
        found = "a list or a period" if expr is None else str(expr.type)
        fits = {"unit": "number", "floor": "number", "cap": "number", "round": "number", "says": "bool"}
        for key, kind in fits.items():
            if getattr(model, key) is not None and (expr is None or expr.type.name != kind):
                expected = "a number" if kind == "number" else "yes or no"
                raise rule.error((key,), f"{key}: of {found}", expected, f"Leave {key}: out.")

    def _may_be_zero(self, divisor: Expr) -> bool:
        """See `undefined.MayBeZero`."""
        try:
            low, _ = bounds(divisor, self._compiler.intervals)
        except DivisorError:
            return True
        if low < 0:
            raise ExpressionError("a division by something that may be negative", hint="Write max(0, ...) around it.")
        return low == 0

    def _cases(self, model: DefinitionModel, rule: Lowering) -> Expr:
        assert model.cases is not None
        conditions: list[Expr] = []
        values: list[tuple[Expr, Expr]] = []
        names = Type("enum", options=tuple(model.cases))
        for key, case in model.cases.items():
            condition = rule.condition(case.when, ("cases", key, "when"))
            if case.otherwise or case.remainder:
                condition = core.conjunction(condition, core.negation(core.disjunction(*conditions)))
            ref = rule.part(key, case.label(key), case.cite, condition)
            conditions.append(ref)
            value: Expr = core.Const(key, names, key)
            if case.value is not None:
                value = rule.expr(case.value, ("cases", key, "value"))
            values.append((ref, value))
        last: Expr = values[-1][1]
        closed = list(model.cases.values())[-1].otherwise
        if not closed and last.type.name == "enum":
            none = Type("enum", options=(*names.options, "none"))
            last = core.Const("none", none, "none")
        elif not closed and last.type.name == "bool":
            last = core.FALSE
        elif not closed:
            raise rule.error(("cases",), "no case says what holds otherwise", hint="End with a case otherwise: true.")
        else:
            values.pop()
        for held, value in reversed(values):
            last = rule.at(("cases",), lambda r=held, v=value, o=last: build.choose(r, v, o))  # type: ignore[misc]
        return last

    def _measured(self, model: DefinitionModel, rule: Lowering, expr: Expr) -> Expr:
        unit = expr.type.unit
        if model.unit is not None:
            unit = rule.at(("unit",), lambda: build.parse_unit(model.unit or "", self._compiler.units))
            expr = rule.at(("value",), lambda: build.as_amount(expr, unit, "the value"))
        if model.floor is not None or model.cap is not None or model.round is not None:
            expr = rule.shaped(expr, model, unit)  # type: ignore[arg-type]
        return expr


_ESSENCE = ("value", "amount", "claimed", "base", "up_to", "start", "cases", "any_of", "all_of", "when", "must", "from")
"""The fields that hold what a rule computes, the likeliest first."""


def essence(node: tree.Mapping) -> Place:
    """Where a rule or definition says what it computes: there lies what is wrong with it as a whole."""
    return node.at(next(((key,) for key in _ESSENCE if key in node.items), ()))


def undated(entry: Entry, found: str) -> PackError:
    """The problem that a date of the case may not choose between versions here."""
    allowed = " or ".join(kind.name for kind in KINDS.values() if kind.versions)
    hint = "Versions without chosen_by: go by the date of the law; or ask for the date in a condition."
    return PackError(Problem(found, entry.node.place, entry.id, f"a rule of kind {allowed}", hint))
