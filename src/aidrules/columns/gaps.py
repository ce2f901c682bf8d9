"""Gaps in columns: which inputs that nobody has given leave an outcome or an amount open.

The same walk as `aidrules.decision.gaps` makes for one household; an input is one bit of a whole number, so that what
two parts of an expression lack together is their bits together. Members and items are not told apart.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import partial

from aidrules.columns.rows import Rows
from aidrules.columns.shown import ShownWriter
from aidrules.columns.translate import TOGETHER
from aidrules.engine.code import numbers, syntax
from aidrules.engine.code.forms import Num, Val
from aidrules.engine.layout import item_vars
from aidrules.facts.schema import Path, subject_at
from aidrules.language import core
from aidrules.language.core import Expr

_WORD = 60
_ZERO = syntax.const(0)

Words = Mapping[int, ast.expr]
"""Bits by the place of the whole number that holds them; a number that is left out is 0."""


@dataclass(frozen=True, slots=True)
class Input:
    """What may be missing: its path in the facts, without places in lists, or the name of a parameter."""

    name: str
    finding: bool


class Gaps:
    """Writes which inputs are missing.

    Attributes:
        inputs: those that may be, in the order of their bits.
    """

    def __init__(self, writer: ShownWriter) -> None:
        self._w, self._compiled = writer, writer.compiled
        self.inputs: list[Input] = []
        self._bits: dict[str, int] = {}
        self._found: dict[str, Words] = {}

    def of(self, name: str) -> Words:
        """What leaves a definition open, along the rows of its owner."""
        if name not in self._found:
            self._found[name] = {}
            definition = self._compiled.definitions[name]
            with self._w.along(definition.owner):
                expr = self._w.settled(definition.expr, item_vars(self._w.schema, definition.owner))
                bound = {
                    var: self._w.ground.own(path) for var, path in item_vars(self._w.schema, definition.owner).items()
                }
                words = self._under(expr, bound)
                if words:
                    words = self._where(self._is_open(self._w.result(name)), words)
            self._found[name] = words
        return self._found[name]

    def _bit(self, name: str, finding: bool) -> Words:
        if name not in self._bits:
            self._bits[name] = len(self.inputs)
            self.inputs.append(Input(name, finding))
        word, place = divmod(self._bits[name], _WORD)
        return {word: syntax.const(1 << place)}

    def _is_open(self, value: Num | Val) -> ast.expr:
        """Whether a definition has no single value."""
        if isinstance(value, Val):
            return self._w.keep(syntax.is_(value.code, None))
        apart = [syntax.compare(value.low, "!=", value.high)]
        for factor in value.denominator.factors:
            divisor = self._w.as_computed(partial(numbers.divisor, self._w, factor))
            differs = syntax.compare(divisor.low, "!=", divisor.high)
            apart.append(syntax.both(differs, syntax.compare(value.low, "!=", _ZERO)))
        return self._w.keep(syntax.either(*apart))

    def _where(self, condition: ast.expr, words: Words) -> Words:
        return {word: self._w.keep(syntax.when(condition, code, _ZERO)) for word, code in words.items()}

    def _together(self, *parts: Words) -> Words:
        found: dict[int, ast.expr] = {}
        for part in parts:
            for word, code in part.items():
                found[word] = self._w.keep(syntax.call(TOGETHER, found[word], code)) if word in found else code
        return found

    def _under(self, expr: Expr, bound: Mapping[str, Rows]) -> Words:
        """What leaves an expression open."""
        match expr:
            case core.Ref(name=name, var=var):
                owner = self._compiled.definitions[name].owner
                rows = bound[var] if owner else self._w.ground.own(())
                return {word: self._w.picked(code, rows) for word, code in self.of(name).items()}
            case core.Fact():
                return {} if expr.required else self._fact(expr, bound)
            case core.Unknown():
                return self._unknown(expr)
            case core.Agg():
                words = self._items(expr, bound)
            case core.If(condition=condition, then=then, other=other):
                holds = self._w.keep(self._w.value(condition).code)
                words = self._together(
                    self._under(condition, bound),
                    self._where(syntax.is_not(holds, False), self._under(then, bound)),
                    self._where(syntax.is_not(holds, True), self._under(other, bound)),
                )
            case _:
                words = self._together(*(self._under(child, bound) for child in core.children(expr)))
        return self._where(self._expression_is_open(expr), words) if words else {}

    def _expression_is_open(self, expr: Expr) -> ast.expr:
        if expr.type.name != "number":
            return self._w.keep(syntax.is_(self._w.value(expr).code, None))
        number = self._w.number(expr)
        divisors = [self._w.number(factor).low for factor in number.denominator.factors]
        return self._w.keep(syntax.either(*(syntax.is_(code, None) for code in (number.low, *divisors))))

    def _fact(self, fact: core.Fact, bound: Mapping[str, Rows]) -> Words:
        """A fact that is missing; for the day of a finding that nobody made, the finding."""
        rows = bound[fact.var]
        missing = self._w.keep(syntax.is_(self._w.fact(fact), None))
        group, name, *day = (*fact.path.split("."), "")
        if group != "findings" or not any(day):
            return self._where(missing, self._input(rows.path, fact.path))
        made = self._w.picked(self._w.recorded(rows.path, f"findings.{name}"), rows)
        unmade = self._w.keep(syntax.both(missing, syntax.opposite(made)))
        undated = self._w.keep(syntax.both(missing, made))
        finding = self._input(rows.path, f"findings.{name}")
        return self._together(self._where(unmade, finding), self._where(undated, self._input(rows.path, fact.path)))

    def _input(self, path: Path, field: str) -> Words:
        finding = subject_at(self._w.schema, path).fields[field].finding is not None
        return self._bit(".".join((*path, field)), finding)

    def _unknown(self, expr: core.Unknown) -> Words:
        """A parameter without a value, or a finding that has lapsed."""
        finding = self._compiled.findings.get(expr.name.removeprefix("finding."))
        if finding is None:
            return self._bit(expr.name, False)
        if finding.last_day is None:
            return {}
        last = self._w.result(finding.last_day)
        assert isinstance(last, Val)
        day = self._w.keep(syntax.when(syntax.is_(last.code, None), _ZERO, last.code))
        lapsed = syntax.both(syntax.compare(day, "!=", _ZERO), syntax.compare(day, "<", syntax.name("on")))
        return self._where(self._w.keep(lapsed), self._input(finding.owner, f"findings.{finding.name}"))

    def _items(self, expr: core.Agg, bound: Mapping[str, Rows]) -> Words:
        """What is missing of the items of a list, or the list itself."""
        path = (*expr.source.owner, expr.source.name)
        with self._w.items(expr) as (rows, inner):
            here = {**bound, expr.var: inner}
            parts: list[Words] = []
            possible: Callable[[Words], Words] = dict
            if expr.where is not None:
                where = self._w.keep(self._w.value(expr.where).code)
                parts.append(self._where(syntax.is_(where, None), self._under(expr.where, here)))
                inside = self._w.keep(syntax.is_not(where, False))

                def possible(words: Words) -> Words:
                    return self._where(inside, words)

            if expr.body is not None:
                parts.append(possible(self._under(expr.body, here)))
            words = self._together(*parts)
            if expr.function in ("any", "all") and expr.body is not None:
                # Where the body is so, whether the item is among those looked at changes nothing.
                idle = self._w.keep(self._w.value(expr.body).code)
                words = self._where(syntax.is_not(idle, expr.function == "all"), words)
        found: Words = {
            word: self._w.reduced("bits", rows, inner, code, most=expr.source.max_items) for word, code in words.items()
        }
        if not self._w.list_may_be_unknown(expr.source):
            return found
        unlisted = self._w.unlisted(expr.source.var, expr.source)
        lost = self._together(self._bit(".".join(path), False), self._beside_items(expr, bound))
        return self._together(found, self._where(unlisted, lost))

    def _beside_items(self, expr: core.Agg, bound: Mapping[str, Rows]) -> Words:
        """What an aggregate over an unknown list reads beside its items: that will be needed if there are any."""
        via = bound[expr.source.var]
        found: list[Words] = []
        seen: set[str] = set()
        around = {var: rows for var, rows in bound.items() if var != expr.var}
        waiting: list[tuple[Expr, Mapping[str, Rows], Set[str]]] = [(expr, around, {expr.var})]
        while waiting:
            inner, known, any_item = waiting.pop()
            for part in core.walk(inner):
                if isinstance(part, core.Ref) and part.var in any_item:
                    owner = self._compiled.definitions[part.name].owner
                    if owner and part.name not in seen:
                        seen.add(part.name)
                        variables = item_vars(self._w.schema, owner)
                        within = {var: rows for var, path in variables.items() if (rows := _holder(via, path))}
                        made = self._w.settled(self._compiled.definitions[part.name].expr, variables)
                        waiting.append((made, within, variables.keys() - within))
                elif isinstance(part, core.Unknown) or (isinstance(part, core.Fact | core.Ref) and part.var in known):
                    with self._w.seeing(known):
                        found.append(self._under(part, known))
        return self._together(*found)


def _holder(rows: Rows, path: Path) -> Rows | None:
    """The rows that some rows lie under and that are items of a list."""
    return next((outer for outer in rows.chain() if outer.path == path), None)
