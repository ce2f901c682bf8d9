"""Whether conditions can hold together at all: a small proof over comparisons, options and yes-or-no facts.

The answer "no" is proven; the answer "yes" means only that no contradiction was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from aidrules.engine.bounds import DivisorError, Interval, bounds, is_whole
from aidrules.engine.layout import item_vars
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.engine import Compiled

_STEPS = 1500
"""How many parts of conditions a proof may look at before it gives up."""
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}

_Goal = tuple[Expr, bool, int]
"""An expression, whether it should hold, and how many names it stands behind."""

Form = tuple[tuple[Expr, Fraction], ...]
"""A sum of numbers, each times a factor; the first factor is 1."""


class _GaveUpError(Exception):
    """The proof became too long."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The numbers between two ends, each included or not; None is without end."""

    low: Fraction | None = None
    low_in: bool = True
    high: Fraction | None = None
    high_in: bool = True

    @property
    def empty(self) -> bool:
        """Whether no number lies on it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_in and self.high_in))

    def above(self, low: Fraction, included: bool) -> Stretch:
        """What of it lies above a number."""
        if self.low is not None and (self.low > low or (self.low == low and not self.low_in)):
            return self
        return replace(self, low=low, low_in=included)

    def below(self, high: Fraction, included: bool) -> Stretch:
        """What of it lies below a number."""
        if self.high is not None and (self.high < high or (self.high == high and not self.high_in)):
            return self
        return replace(self, high=high, high_in=included)


@dataclass(frozen=True, slots=True)
class Boundary:
    """A comparison of numbers or dates: a form, a sign and the number that it is compared with."""

    form: Form
    sign: str
    number: Fraction


@dataclass
class _Held:
    """What has been taken to hold on one way through the conditions."""

    facts: dict[Expr, bool] = field(default_factory=dict)
    options: dict[Expr, frozenset[core.Value]] = field(default_factory=dict)
    stretches: dict[Form, Stretch] = field(default_factory=dict)

    def copy(self) -> _Held:
        return _Held(dict(self.facts), dict(self.options), dict(self.stretches))


class Logic:
    """Proofs about the conditions of a compiled pack."""

    def __init__(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._definitions: Mapping[str, core.Definition] = compiled.definitions
        self._intervals: Mapping[str, Interval] = compiled.intervals
        self._steps = 0

    def possible(self, *conditions: Expr) -> bool:
        """Whether no contradiction shows in all conditions together."""
        self._steps = 0
        try:
            return self._search([(condition, True, 0) for condition in conditions], _Held())
        except (_GaveUpError, RecursionError):
            return True

    def certain(self, condition: Expr) -> bool:
        """Whether it is proven that a condition always holds."""
        return not self.possible(core.Not(condition))

    def implies(self, one: Expr, other: Expr) -> bool:
        """Whether it is proven that the other holds wherever the one does."""
        return not self.possible(one, core.Not(other))

    def opened(self, ref: core.Ref) -> Expr:
        """The condition that a name stands for, about the item that it is read of; the name itself where none is."""
        definition = self._definitions.get(ref.name)
        if definition is None or definition.type.name != "bool" or len(definition.owner) > 1:
            return ref
        own = list(item_vars(self._compiled.schema, definition.owner))[-1]
        return core.rename(definition.expr, {own: ref.var})

    def boundaries(self, condition: Expr, depth: int = 0) -> list[Boundary]:
        """The comparisons in a condition and in the conditions that it names, lists left out."""
        found: list[Boundary] = []
        for part in core.children(condition) if not isinstance(condition, core.Agg | core.Compare) else ():
            found += self.boundaries(part, depth)
        if isinstance(condition, core.Ref) and depth < 6 and (inner := self.opened(condition)) != condition:
            found += self.boundaries(inner, depth + 1)
        if isinstance(condition, core.Compare) and (boundary := self.boundary(condition)) is not None:
            found.append(boundary)
        return found

    def boundary(self, compare: core.Compare) -> Boundary | None:
        """A comparison in the form in which two that say the same are the same."""
        if compare.left.type.name not in ("number", "date"):
            return None
        terms: dict[Expr, Fraction] = {}
        constant = self._add(compare.left, Fraction(1), terms) + self._add(compare.right, Fraction(-1), terms)
        listed = sorted(((term, factor) for term, factor in terms.items() if factor), key=lambda item: repr(item[0]))
        if not listed:
            return Boundary((), compare.op, -constant)
        lead = listed[0][1]
        sign = compare.op if lead > 0 else _MIRROR[compare.op]
        return Boundary(tuple((term, factor / lead) for term, factor in listed), sign, -constant / lead)

    def on(self, boundary: Boundary) -> Expr:
        """The condition that a number lies exactly on a boundary."""
        terms = tuple(
            term if factor == 1 else core.Mul((core.Const(factor, core.NUMBER), term), term.type)
            for term, factor in boundary.form
        )
        total = terms[0] if len(terms) == 1 else core.Add(terms, terms[0].type)
        return core.Compare("==", total, core.Const(boundary.number, core.NUMBER))

    def _add(self, expr: Expr, factor: Fraction, terms: dict[Expr, Fraction]) -> Fraction:
        """Take a number apart into terms; what is constant in it is returned."""
        match expr:
            case core.Const(value=bool() | str()):
                pass
            case core.Const(value=value):
                return factor * Fraction(value)
            case core.Param(inner=inner):
                return self._add(inner, factor, terms)
            case core.Neg(inner=inner):
                return self._add(inner, -factor, terms)
            case core.Add(terms=parts):
                return sum((self._add(part, factor, terms) for part in parts), Fraction(0))
            case core.Mul(factors=factors):
                plain = [number for each in factors if (number := _number(each)) is not None]
                others = [each for each in factors if _number(each) is None]
                for number in plain:
                    factor *= number
                if len(others) <= 1:
                    return self._add(others[0], factor, terms) if others else factor
                expr = core.Mul(tuple(others), expr.type)
            case core.Div(above=above, below=below) if number := _number(below):
                return self._add(above, factor / number, terms)
            case core.Call(function="add_days", args=(start, days)) if (number := _number(days)) is not None:
                return self._add(start, factor, terms) + factor * number
        terms[expr] = terms.get(expr, Fraction(0)) + factor
        return Fraction(0)

    def _search(self, goals: list[_Goal], held: _Held) -> bool:
        """Whether all goals can be met: those that leave one way first, then each way of the others."""
        waiting: list[list[list[_Goal]]] = []
        while goals:
            self._steps += 1
            if self._steps > _STEPS:
                raise _GaveUpError
            expr, wanted, depth = goals.pop()
            ways = self._ways(expr, wanted, depth)
            if ways is None:
                if not self._hold(expr, wanted, held):
                    return False
            elif len(ways) == 1:
                goals.extend(ways[0])
            elif not ways:
                return False
            else:
                waiting.append(ways)
        if not waiting:
            return True
        first, *rest = sorted(waiting, key=len)
        later = [(core.disjunction(*(_joined(way) for way in ways)), True, 0) for ways in rest]
        return any(self._search([*way, *later], held.copy()) for way in first)

    def _ways(self, expr: Expr, wanted: bool, depth: int) -> list[list[_Goal]] | None:
        """The ways in which an expression comes out as wanted; None for what is taken as it is."""
        match expr:
            case core.Const(value=bool() as value):
                return [[]] if value == wanted else []
            case core.Not(inner=inner):
                return [[(inner, not wanted, depth)]]
            case core.Param(inner=inner):
                return [[(inner, wanted, depth)]]
            case core.And(items=items) | core.Or(items=items):
                parts = [(item, wanted, depth) for item in items]
                return [parts] if isinstance(expr, core.And) == wanted else [[part] for part in parts]
            case core.If(condition=condition, then=then, other=other):
                return [
                    [(condition, True, depth), (then, wanted, depth)],
                    [(condition, False, depth), (other, wanted, depth)],
                ]
            case core.Compare(op="!=", left=left, right=right) if left.type.name not in ("number", "date"):
                return [[(core.Compare("==", left, right), not wanted, depth)]]
            case core.In(item=item, options=options) if item.type.name == "number":
                each: list[_Goal] = [(core.Compare("==", item, option), wanted, depth) for option in options]
                return [[part] for part in each] if wanted else [each]
            case core.Ref():
                inner = self.opened(expr) if depth < 8 else expr
                return None if inner == expr else [[(inner, wanted, depth + 1)]]
        return None

    def _hold(self, expr: Expr, wanted: bool, held: _Held) -> bool:
        """Take something to hold, or not to; False where that contradicts what is held already."""
        if isinstance(expr, core.Compare) and (boundary := self.boundary(expr)) is not None:
            sign = boundary.sign if wanted else _OPPOSITE[boundary.sign]
            return self._on_side(replace(boundary, sign=sign), held)
        options = _options(expr)
        if options is not None:
            item, among = options
            known = held.options.get(item, frozenset(item.type.options) or None)
            if known is None:
                known = frozenset(among) if wanted else None
            else:
                known = known & frozenset(among) if wanted else known - frozenset(among)
            if known is not None:
                held.options[item] = known
            return known is None or bool(known)
        if isinstance(expr, core.Agg) and expr.function == "any" and wanted:
            inside = [part for part in (expr.where, expr.body) if part is not None]
            if not self._search([(part, True, 0) for part in inside], _Held()):
                return False
        return held.facts.setdefault(expr, wanted) == wanted

    def _on_side(self, boundary: Boundary, held: _Held) -> bool:
        form, number = boundary.form, boundary.number
        stretch = held.stretches.get(form)
        if stretch is None:
            stretch = self._whole_stretch(form)
        whole = all(factor.denominator == 1 and self._is_whole(term) for term, factor in form)
        sign = boundary.sign
        if sign == "!=":
            return not (stretch.low == stretch.high == number)
        if sign in (">", ">=", "=="):
            if whole and sign != "==":
                low = Fraction(floor(number) + 1) if sign == ">" else Fraction(ceil(number))
                stretch = stretch.above(low, True)
            else:
                stretch = stretch.above(number, sign != ">")
        if sign in ("<", "<=", "=="):
            if whole and sign != "==":
                high = Fraction(ceil(number) - 1) if sign == "<" else Fraction(floor(number))
                stretch = stretch.below(high, True)
            else:
                stretch = stretch.below(number, sign != "<")
        held.stretches[form] = stretch
        return not stretch.empty

    def _whole_stretch(self, form: Form) -> Stretch:
        """Between which numbers a form lies by what its facts can be."""
        if not form:
            return Stretch(Fraction(0), True, Fraction(0), True)
        if any(term.type.name != "number" for term, _ in form):
            return Stretch()
        low = high = Fraction(0)
        for term, factor in form:
            try:
                ends = bounds(term, self._intervals)
            except (DivisorError, KeyError):
                return Stretch()
            low, high = low + min(factor * end for end in ends), high + max(factor * end for end in ends)
        return Stretch(low, True, high, True)

    def _is_whole(self, term: Expr) -> bool:
        if isinstance(term, core.Ref) and term.name in self._definitions and term.type.name == "number":
            return is_whole(self._definitions[term.name].expr)
        return term.type.name == "date" or is_whole(term)


def _number(expr: Expr) -> Fraction | None:
    inner = expr.inner if isinstance(expr, core.Param) else expr
    return inner.value if isinstance(inner, core.Const) and isinstance(inner.value, Fraction) else None


def _options(expr: Expr) -> tuple[Expr, tuple[core.Value, ...]] | None:
    """The value and those that it may be, where an expression says so of one that is no number."""
    if isinstance(expr, core.In) and expr.item.type.name in ("enum", "text"):
        return expr.item, tuple(option.value for option in expr.options)
    if isinstance(expr, core.Compare) and expr.op == "==" and expr.left.type.name in ("enum", "text"):
        for item, other in ((expr.left, expr.right), (expr.right, expr.left)):
            if isinstance(other, core.Const):
                return item, (other.value,)
    return None


def _joined(way: list[_Goal]) -> Expr:
    return core.conjunction(*(part if wanted else core.negation(part) for part, wanted, _ in way))
