"""Generating straight-line Python from the core: one function for known facts, its three-valued twin for the rest.

Both come from one writer. A number is an integer numerator over a denominator known when the code is written: a
constant times whole numbers that are positive (divisors, by their raw numerators). Comparisons cross-multiply, and a
quotient is formed only where something is rounded. In the twin a number is a pair of bounds, and yes/no, dates and
texts may be None. Code is built from syntax nodes; nothing of a pack enters it except as constants.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import CodeType
from typing import Any

from aidrules.engine.bounds import Interval, bounds
from aidrules.engine.layout import Path, Row, Stage, item_vars
from aidrules.facts.schema import Subject
from aidrules.language import core
from aidrules.language.core import Definition, Expr

MAX_LCM_BASE = 60
"""Quotients of list items may be added up if their divisors are at most this: over the least common multiple."""


class LoweringError(ValueError):
    """An expression that has no exact integer form; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Denominator:
    """What a stored numerator is divided by: a constant, and raw numerators of named positive quantities."""

    const: int = 1
    factors: tuple[Expr, ...] = ()

    def renamed(self, names: Mapping[str, str]) -> Denominator:
        return Denominator(self.const, tuple(core.rename(factor, names) for factor in self.factors))


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a definition's value stands in the values of a run: its stage, its place, and its denominator."""

    stage: int
    place: int
    denominator: Denominator


@dataclass(frozen=True, slots=True)
class Num:
    """A number in the code being written; `low` is `high` where it is exactly known."""

    low: ast.expr
    high: ast.expr
    denominator: Denominator

    @property
    def exact(self) -> bool:
        return self.low is self.high


@dataclass(frozen=True, slots=True)
class Val:
    """A boolean, date, enum or text in the code being written; `maybe` if it can be None."""

    code: ast.expr
    maybe: bool


@dataclass(slots=True)
class Binding:
    """A bound item: the list that it comes from, and which of its rows the loop has to run along."""

    name: str
    path: Path
    rows: set[str] = field(default_factory=set)

    def row(self, kind: str) -> ast.expr:
        """The item's row of facts ("f"), of a stage ("s3"), or its position ("i")."""
        self.rows.add(kind)
        return _name(f"{self.name}_{kind}")


def _name(name: str) -> ast.Name:
    return ast.Name(id=name, ctx=ast.Load())


def _const(value: int | bool | str | None) -> ast.Constant:
    return ast.Constant(value=value)


def _operate(left: ast.expr, op: ast.operator, right: ast.expr) -> ast.expr:
    if isinstance(left, ast.Constant) and isinstance(right, ast.Constant):
        a, b = left.value, right.value
        assert isinstance(a, int) and isinstance(b, int)
        match op:
            case ast.Add():
                return _const(a + b)
            case ast.Sub():
                return _const(a - b)
            case ast.Mult():
                return _const(a * b)
            case ast.FloorDiv():
                return _const(a // b)
    if isinstance(op, ast.Mult):
        for one, other in ((left, right), (right, left)):
            if isinstance(one, ast.Constant) and one.value == 1:
                return other
    if isinstance(op, ast.Add):
        for one, other in ((left, right), (right, left)):
            if isinstance(one, ast.Constant) and one.value == 0:
                return other
    return ast.BinOp(left=left, op=op, right=right)


def _times(left: ast.expr, right: ast.expr) -> ast.expr:
    return _operate(left, ast.Mult(), right)


def _negative(value: ast.expr) -> ast.expr:
    if isinstance(value, ast.Constant):
        assert isinstance(value.value, int)
        return _const(-value.value)
    return ast.UnaryOp(op=ast.USub(), operand=value)


_COMPARE: Mapping[str, type[ast.cmpop]] = {
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "==": ast.Eq,
    "!=": ast.NotEq,
}


def _compare(left: ast.expr, op: str, right: ast.expr) -> ast.expr:
    return ast.Compare(left=left, ops=[_COMPARE[op]()], comparators=[right])


def _is(value: ast.expr, what: bool | None) -> ast.expr:
    return ast.Compare(left=value, ops=[ast.Is()], comparators=[_const(what)])


def _either(*tests: ast.expr) -> ast.expr:
    return tests[0] if len(tests) == 1 else ast.BoolOp(op=ast.Or(), values=list(tests))


def _both(*tests: ast.expr) -> ast.expr:
    return tests[0] if len(tests) == 1 else ast.BoolOp(op=ast.And(), values=list(tests))


def _when(test: ast.expr, then: ast.expr, other: ast.expr) -> ast.expr:
    return ast.IfExp(test=test, body=then, orelse=other)


def _call(function: str, *args: ast.expr) -> ast.expr:
    return ast.Call(func=_name(function), args=list(args), keywords=[])


def _tuple(items: list[ast.expr]) -> ast.expr:
    return ast.Tuple(elts=items, ctx=ast.Load())


def _item(row: ast.expr, place: int) -> ast.expr:
    return ast.Subscript(value=row, slice=_const(place), ctx=ast.Load())


def _assign(target: str, value: ast.expr) -> ast.stmt:
    return ast.Assign(targets=[ast.Name(id=target, ctx=ast.Store())], value=value)


def _factor(expr: Expr) -> Expr:
    """A quantity that may divide, in the one form by which it is recognised."""
    if isinstance(expr, core.Param):
        return _factor(expr.inner)
    return replace(expr, type=core.NUMBER) if isinstance(expr, core.Ref | core.Fact) else expr


class Writer:
    """Writes the function that computes all definitions of a pack.

    Attributes:
        slots: after `function()`, where each definition's value stands.
        current: the definition being written, for error messages.
    """

    def __init__(
        self,
        schema: Subject,
        rows: Mapping[Path, Row],
        stages: tuple[Stage, ...],
        intervals: Mapping[str, Interval],
        three_valued: bool,
    ) -> None:
        self.schema, self.rows, self.stages, self.intervals = schema, rows, stages, intervals
        self.three = three_valued
        self.slots: dict[str, Slot] = {}
        self.current = ""
        definitions = [definition for stage in stages for definition in stage.definitions]
        self._owners = {definition.name: definition.owner for definition in definitions}
        self._is_number = {definition.name: definition.type.name == "number" for definition in definitions}
        self._body: list[ast.stmt] = []
        self._caches: list[dict[object, Num | Val]] = [{}]
        self._bindings: dict[str, Binding] = {core.HOUSEHOLD: Binding("h", ())}
        self._prelude: dict[str, ast.expr] = {}
        self._household: dict[str, tuple[ast.expr, ast.expr]] = {}
        self._item: dict[str, tuple[ast.expr, ast.expr]] = {}
        self._item_path: Path = ()
        self._counter = 0

    # The function and its loops.

    def function(self) -> ast.FunctionDef:
        """The whole function: takes the household's row and the date's ordinals, gives all values by stage."""
        household: list[ast.expr] = []
        results: list[ast.expr] = []
        for number, stage in enumerate(self.stages):
            if stage.owner:
                self._item_stage(number, stage)
                results.append(_name(f"s{number}"))
            else:
                for definition in stage.definitions:
                    household.extend(self._define(definition, number, len(household)))
                results.append(_const(None))
        self._body.append(ast.Return(value=_tuple([_tuple(household), *results])))
        function = ast.parse("def decide(h_f, on, this_month): pass").body[0]
        assert isinstance(function, ast.FunctionDef)
        function.body = [*(_assign(name, code) for name, code in self._prelude.items()), *self._body]
        return function

    def _define(self, definition: Definition, stage: int, place: int) -> list[ast.expr]:
        self.current = definition.name
        if definition.type.name == "number":
            value = self.number(definition.expr)
            low = self._keep(value.low)
            high = low if value.exact else self._keep(value.high)
            self.slots[definition.name] = Slot(stage, place, value.denominator)
            self._remember(definition, low, high)
            return [low, high] if self.three else [low]
        code = self._keep(self.value(definition.expr).code)
        self.slots[definition.name] = Slot(stage, place, Denominator())
        self._remember(definition, code, code)
        return [code]

    def _remember(self, definition: Definition, low: ast.expr, high: ast.expr) -> None:
        (self._item if definition.owner else self._household)[definition.name] = (low, high)

    def _item_stage(self, number: int, stage: Stage) -> None:
        path = stage.owner
        names = item_vars(self.schema, path)
        variables = list(names)[1:]
        self._item, self._item_path = {}, path

        def level(depth: int, target: str) -> None:
            use = self.rows[path[:depth]].lists[path[depth]]
            source = core.ListUse(
                variables[depth - 1] if depth else core.HOUSEHOLD, use.name, use.owner, 0, 0, use.required
            )
            listing = self._list(source)
            known = [_assign(target, ast.List(elts=[], ctx=ast.Load()))]
            with self._loop(variables[depth], source) as loop:
                if depth + 1 < len(path):
                    inner = f"{target}_{depth + 1}"
                    level(depth + 1, inner)
                    result: ast.expr = _name(inner)
                else:
                    elements: list[ast.expr] = []
                    for definition in stage.definitions:
                        elements.extend(self._define(definition, number, len(elements)))
                    result = _tuple(elements)
                append = ast.Attribute(value=_name(target), attr="append", ctx=ast.Load())
                self._body.append(ast.Expr(value=ast.Call(func=append, args=[result], keywords=[])))
            known.append(loop.statement())
            self._if_listed(source, listing, known, [_assign(target, _const(None))])

        level(0, f"s{number}")
        self._item, self._item_path = {}, ()

    def _if_listed(
        self, source: core.ListUse, listing: ast.expr, known: list[ast.stmt], unknown: list[ast.stmt]
    ) -> None:
        if self.three and not source.required:
            self._body.append(ast.If(test=_is(listing, None), body=unknown, orelse=known))
        else:
            self._body.extend(known)

    def _list(self, source: core.ListUse) -> ast.expr:
        binding = self._bindings[source.var]
        return _item(binding.row("f"), self.rows[binding.path].slot(source.name))

    @contextmanager
    def _loop(self, var: str, source: core.ListUse) -> Iterator[_Loop]:
        outer = self._bindings[source.var]
        self._counter += 1
        binding = Binding(f"v{self._counter}", (*source.owner, source.name))
        saved_body, shadowed = self._body, self._bindings.get(var)
        self._body = []
        self._caches.append({})
        self._bindings[var] = binding
        loop = _Loop(self, binding, outer, source)
        try:
            yield loop
        finally:
            loop.body = self._body
            self._body = saved_body
            self._caches.pop()
            if shadowed is None:
                del self._bindings[var]
            else:
                self._bindings[var] = shadowed

    # Small pieces.

    def _fresh(self) -> str:
        self._counter += 1
        return f"t{self._counter}"

    def _keep(self, code: ast.expr) -> ast.expr:
        """A form of the value that can stand several times."""
        if isinstance(code, ast.Name | ast.Constant):
            return code
        name = self._fresh()
        self._body.append(_assign(name, code))
        return _name(name)

    def _cached(self, key: object, make: Callable[[], Num | Val]) -> Num | Val:
        for cache in reversed(self._caches):
            if key in cache:
                return cache[key]
        value = make()
        self._caches[-1][key] = value
        return value

    def _interval(self, expr: Expr) -> Interval:
        return bounds(expr, self.intervals)

    # Numbers.

    def number(self, expr: Expr) -> Num:
        """Write a number; its parts are names or constants where they are needed twice."""
        match expr:
            case core.Const(value=Fraction() as value):
                code = _const(value.numerator)
                return Num(code, code, Denominator(value.denominator))
            case core.Unknown(low=low, high=high):
                const = math.lcm(low.denominator, high.denominator)
                return Num(_const(int(low * const)), _const(int(high * const)), Denominator(const))
            case core.Fact():
                return self._fact_number(expr)
            case core.Ref():
                low_code, high_code = self._reference(expr)
                denominator = self.slots[expr.name].denominator.renamed(self._renaming(expr))
                return Num(low_code, high_code, denominator)
            case core.Position():
                code_ = self._bindings[expr.var].row("i")
                return Num(code_, code_, Denominator())
            case core.Param(inner=inner):
                return self.number(inner)
            case core.Neg(inner=inner):
                value_ = self.number(inner)
                low_code = self._keep(_negative(value_.high))
                return Num(
                    low_code, low_code if value_.exact else self._keep(_negative(value_.low)), value_.denominator
                )
            case core.Add(terms=terms):
                return self._sum([self.number(term) for term in terms])
            case core.Mul():
                return self._product(expr)
            case core.Div(above=above, below=below):
                return self._quotient(self.number(above), below)
            case core.Extreme(which=which, args=args):
                parts = self._common([self.number(arg) for arg in args])
                return self._pair(
                    _call(which, *(part.low for part in parts)),
                    None if all(part.exact for part in parts) else _call(which, *(part.high for part in parts)),
                    parts[0].denominator,
                )
            case core.Round():
                return self._round(expr)
            case core.If(condition=condition, then=then, other=other):
                return self._choose(self.value(condition), self.number(then), self.number(other))
            case core.Call():
                return self._measure(expr)
            case core.Agg():
                return self._aggregate_number(expr)
        raise TypeError(f"not a number: {type(expr).__name__}")

    def _pair(self, low: ast.expr, high: ast.expr | None, denominator: Denominator) -> Num:
        kept = self._keep(low)
        return Num(kept, kept if high is None else self._keep(high), denominator)

    def _fact_number(self, fact: core.Fact) -> Num:
        def make() -> Num:
            raw = self._raw_fact(fact)
            denominator = Denominator(10**fact.scale)
            if not self.three or fact.required:
                return self._pair(raw, None, denominator)
            raw = self._keep(raw)
            low, high = (_const(int(bound * 10**fact.scale)) for bound in (fact.low, fact.high))
            return self._pair(_when(_is(raw, None), low, raw), _when(_is(raw, None), high, raw), denominator)

        found = self._cached(("fact", fact.var, fact.path), make)
        assert isinstance(found, Num)
        return found

    def _raw_fact(self, fact: core.Fact) -> ast.expr:
        binding = self._bindings[fact.var]
        return _item(binding.row("f"), self.rows[binding.path].slot(fact.path))

    def _renaming(self, ref: core.Ref) -> dict[str, str]:
        """How a definition's own variables are called where it is referred to."""
        owner = self._owners[ref.name]
        if not owner:
            return {}
        own = list(item_vars(self.schema, owner))[-1]
        return {own: ref.var}

    def _reference(self, ref: core.Ref) -> tuple[ast.expr, ast.expr]:
        owner = self._owners[ref.name]
        if not owner:
            return self._household[ref.name]
        if ref.name in self._item and ref.var == list(item_vars(self.schema, owner))[-1]:
            return self._item[ref.name]
        slot = self.slots[ref.name]
        row = self._bindings[ref.var].row(f"s{slot.stage}")
        low = _item(row, slot.place)
        if not self.three:
            return (kept := self._keep(low)), kept
        if not self._is_number[ref.name]:
            return (kept := self._keep(low)), kept
        return self._keep(low), self._keep(_item(row, slot.place + 1))

    def _scale(self, value: Num, const: int, factors: tuple[Expr, ...]) -> Num:
        """Multiply a numerator by a positive constant and by raw numerators of positive quantities."""
        low, high = value.low, value.high
        exact = value.exact
        if const != 1:
            low = _times(low, _const(const))
            high = low if exact else _times(high, _const(const))
        for factor in factors:
            raw_low, raw_high = self._raw(factor)
            if exact and raw_low is raw_high:
                low = high = _times(low, raw_low)
                continue
            low, high = self._keep(low), self._keep(high)
            low, high = (
                _times(low, _when(_compare(low, ">=", _const(0)), raw_low, raw_high)),
                _times(high, _when(_compare(high, ">=", _const(0)), raw_high, raw_low)),
            )
            exact = False
        return self._pair(low, None if exact else high, value.denominator)

    def _raw(self, factor: Expr) -> tuple[ast.expr, ast.expr]:
        """The raw numerator of a quantity that divides; the same object twice where it is exact."""
        value = self.number(factor)
        return value.low, value.high

    def _common(self, parts: list[Num]) -> list[Num]:
        const = math.lcm(*(part.denominator.const for part in parts))
        union: Counter[Expr] = Counter()
        for part in parts:
            union |= Counter(part.denominator.factors)
        target = Denominator(const, tuple(union.elements()))
        result = []
        for part in parts:
            missing = union - Counter(part.denominator.factors)
            scaled = self._scale(part, const // part.denominator.const, tuple(missing.elements()))
            result.append(Num(scaled.low, scaled.high, target))
        return result

    def _sum(self, parts: list[Num]) -> Num:
        parts = self._common(parts)
        low, high = parts[0].low, parts[0].high
        for part in parts[1:]:
            low = _operate(low, ast.Add(), part.low)
            high = _operate(high, ast.Add(), part.high)
        return self._pair(low, None if all(part.exact for part in parts) else high, parts[0].denominator)

    def _product(self, expr: core.Mul) -> Num:
        result = self.number(expr.factors[0])
        interval = self._interval(expr.factors[0])
        for factor_expr in expr.factors[1:]:
            bare = _factor(factor_expr)
            factor_interval = self._interval(factor_expr)
            if bare in result.denominator.factors:
                # (a / n) * n is a: the raw numerator of n divides out, its own denominator stays.
                rest = list(result.denominator.factors)
                rest.remove(bare)
                own = self.number(bare).denominator
                denominator = Denominator(result.denominator.const * own.const, (*rest, *own.factors))
                result = self._reduced(Num(result.low, result.high, denominator))
            else:
                result = self._multiply(result, interval, self.number(factor_expr), factor_interval)
            corners = [x * y for x in interval for y in factor_interval]
            interval = (min(corners), max(corners))
        return result

    def _reduced(self, value: Num) -> Num:
        if isinstance(value.low, ast.Constant) and value.exact and isinstance(value.low.value, int):
            common = math.gcd(value.low.value, value.denominator.const) or 1
            code = _const(value.low.value // common)
            return Num(code, code, Denominator(value.denominator.const // common, value.denominator.factors))
        return value

    def _multiply(self, a: Num, a_bounds: Interval, b: Num, b_bounds: Interval) -> Num:
        denominator = Denominator(
            a.denominator.const * b.denominator.const, a.denominator.factors + b.denominator.factors
        )
        if a.exact and b.exact:
            return self._reduced(self._pair(_times(a.low, b.low), None, denominator))
        if a_bounds[0] >= 0 and b_bounds[0] >= 0:
            return self._pair(_times(a.low, b.low), _times(a.high, b.high), denominator)
        both = self._keep(_call("_product", a.low, a.high, b.low, b.high))
        return self._pair(_item(both, 0), _item(both, 1), denominator)

    def _quotient(self, above: Num, below: Expr) -> Num:
        bare = _factor(below)
        if isinstance(bare, core.Const):
            assert isinstance(bare.value, Fraction)
            scaled = self._scale(above, bare.value.denominator, ())
            return Num(
                scaled.low,
                scaled.high,
                Denominator(above.denominator.const * bare.value.numerator, above.denominator.factors),
            )
        if not isinstance(bare, core.Ref | core.Fact):
            raise LoweringError("a divisor without a name")
        own = self.number(bare).denominator
        scaled = self._scale(above, own.const, own.factors)
        return Num(scaled.low, scaled.high, Denominator(above.denominator.const, (*above.denominator.factors, bare)))

    def _round(self, expr: core.Round) -> Num:
        value = self.number(expr.inner)
        p, q = expr.to.numerator, expr.to.denominator
        base_low: ast.expr = _const(value.denominator.const * p)
        base_high = base_low
        for factor in value.denominator.factors:
            raw_low, raw_high = self._raw(factor)
            same = base_low is base_high and raw_low is raw_high
            base_low = _times(base_low, raw_low)
            base_high = base_low if same else _times(base_high, raw_high)

        def steps(numerator: ast.expr, base: ast.expr) -> ast.expr:
            scaled = _times(numerator, _const(q))
            if expr.mode == "down":
                whole = _operate(scaled, ast.FloorDiv(), base)
            elif expr.mode == "up":
                whole = _negative(_operate(_negative(scaled), ast.FloorDiv(), base))
            else:
                base = self._keep(base)
                doubled = _operate(_times(scaled, _const(2)), ast.Add(), base)
                whole = _operate(doubled, ast.FloorDiv(), _times(base, _const(2)))
            return _times(whole, _const(p))

        if value.exact and base_low is base_high:
            return self._pair(steps(value.low, base_low), None, Denominator(q))
        base_low, base_high = self._keep(base_low), self._keep(base_high)
        low, high = self._keep(value.low), self._keep(value.high)
        least = self._keep(_when(_compare(low, ">=", _const(0)), base_high, base_low))
        most = self._keep(_when(_compare(high, ">=", _const(0)), base_low, base_high))
        return self._pair(steps(low, least), steps(high, most), Denominator(q))

    def _choose(self, condition: Val, then: Num, other: Num) -> Num:
        then, other = self._common([then, other])
        test = condition.code
        if not condition.maybe:
            if then.exact and other.exact:
                return self._pair(_when(test, then.low, other.low), None, then.denominator)
            test = self._keep(test)
            return self._pair(_when(test, then.low, other.low), _when(test, then.high, other.high), then.denominator)
        test = self._keep(test)

        def hull(a: ast.expr, b: ast.expr, pick: str) -> ast.expr:
            a, b = self._keep(a), self._keep(b)
            return _when(_is(test, True), a, _when(_is(test, False), b, _call(pick, a, b)))

        return self._pair(hull(then.low, other.low, "min"), hull(then.high, other.high, "max"), then.denominator)

    def _measure(self, expr: core.Call) -> Num:
        args = [self.value(arg) for arg in expr.args]
        codes = [self._keep(arg.code) for arg in args]
        result = _call(f"_{expr.function}", *codes)
        unknown = [_is(code, None) for code, arg in zip(codes, args, strict=True) if arg.maybe]
        if not unknown:
            return self._pair(result, None, Denominator())
        low, high = self._interval(expr)
        result = self._keep(_when(_either(*unknown), _const(None), result))
        return self._pair(
            _when(_is(result, None), _const(int(low)), result),
            _when(_is(result, None), _const(int(high)), result),
            Denominator(),
        )

    # Everything but numbers.

    def value(self, expr: Expr) -> Val:
        """Write a boolean, date, enum or text."""
        match expr:
            case core.Const(value=value):
                assert isinstance(value, bool | int | str)
                return Val(_const(value), False)
            case core.Unknown():
                return Val(_const(None), True)
            case core.Today(name=name):
                return Val(_name(name), False)
            case core.Fact():
                found = self._cached(
                    ("fact", expr.var, expr.path),
                    lambda: Val(self._keep(self._raw_fact(expr)), self.three and not expr.required),
                )
                assert isinstance(found, Val)
                return found
            case core.Ref():
                return Val(self._reference(expr)[0], self.three)
            case core.Param(inner=inner):
                return self.value(inner)
            case core.Not(inner=inner):
                return self._not(self.value(inner))
            case core.And(items=items):
                return self._join(items, False)
            case core.Or(items=items):
                return self._join(items, True)
            case core.Compare():
                return self._comparison(expr)
            case core.In():
                return self._membership(expr)
            case core.IsNone(inner=inner):
                return self._lift([self.value(inner)], lambda codes: _compare(codes[0], "==", _const(core.NO_DATE)))
            case core.If(condition=condition, then=then, other=other):
                return self._choose_value(self.value(condition), self.value(then), self.value(other))
            case core.Call():
                return self._date_call(expr)
            case core.Agg():
                return self._aggregate_value(expr)
        raise TypeError(f"not a single value: {type(expr).__name__}")

    def _lift(self, args: list[Val], make: Callable[[list[ast.expr]], ast.expr]) -> Val:
        """A value that is unknown as soon as one of its arguments is."""
        unsure = [arg.maybe for arg in args]
        if not any(unsure):
            return Val(make([arg.code for arg in args]), False)
        codes = [self._keep(arg.code) for arg in args]
        tests = [_is(code, None) for code, maybe in zip(codes, unsure, strict=True) if maybe]
        return Val(self._keep(_when(_either(*tests), _const(None), make(codes))), True)

    def _not(self, item: Val) -> Val:
        return self._lift([item], lambda codes: ast.UnaryOp(op=ast.Not(), operand=codes[0]))

    def _join(self, items: tuple[Expr, ...], decisive: bool) -> Val:
        """And (decided by a false one) and or (decided by a true one)."""
        parts = [self.value(item) for item in items]
        sure = [part.code for part in parts if not part.maybe]
        if len(sure) == len(parts):
            return Val(ast.BoolOp(op=ast.Or() if decisive else ast.And(), values=sure), False)
        codes = [self._keep(part.code) for part in parts]
        settled = [_is(code, decisive) for code in codes]
        open_ones = [_is(code, None) for code, part in zip(codes, parts, strict=True) if part.maybe]
        rest = _when(_either(*open_ones), _const(None), _const(not decisive))
        return Val(self._keep(_when(_either(*settled), _const(decisive), rest)), True)

    def _comparison(self, expr: core.Compare) -> Val:
        if expr.left.type.name == "number":
            shortcut = self._age_comparison(expr)
            return shortcut if shortcut is not None else self._number_comparison(expr)
        return self._lift(
            [self.value(expr.left), self.value(expr.right)],
            lambda codes: _compare(codes[0], expr.op, codes[1]),
        )

    def _age_comparison(self, expr: core.Compare) -> Val | None:
        """`age(born, on) >= k` compares the birthday with a date that is computed once."""
        left, right = expr.left, expr.right
        right = right.inner if isinstance(right, core.Param) else right
        if not (
            isinstance(left, core.Call)
            and left.function == "age"
            and isinstance(left.args[1], core.Today)
            and isinstance(right, core.Const)
            and isinstance(right.value, Fraction)
            and expr.op in ("<", ">=")
        ):
            return None
        years = math.ceil(right.value)
        today = left.args[1].name
        if years < 0:
            return None
        latest = f"born_by_{years}_{today}"
        self._prelude.setdefault(latest, _call("_years_before", _name(today), _const(years)))
        return self._lift(
            [self.value(left.args[0])],
            lambda codes: _compare(codes[0], "<=" if expr.op == ">=" else ">", _name(latest)),
        )

    def _number_comparison(self, expr: core.Compare) -> Val:
        a, b = self.number(expr.left), self.number(expr.right)
        if not (b.exact and isinstance(b.low, ast.Constant) and b.low.value == 0):
            gcd = math.gcd(a.denominator.const, b.denominator.const)
            in_a, in_b = Counter(a.denominator.factors), Counter(b.denominator.factors)
            a, b = (
                self._scale(a, b.denominator.const // gcd, tuple((in_b - in_a).elements())),
                self._scale(b, a.denominator.const // gcd, tuple((in_a - in_b).elements())),
            )
        if a.exact and b.exact:
            return Val(_compare(a.low, expr.op, b.low), False)
        a_low, a_high, b_low, b_high = (self._keep(code) for code in (a.low, a.high, b.low, b.high))
        true, false, none = _const(True), _const(False), _const(None)
        match expr.op:
            case "<":
                yes, no = _compare(a_high, "<", b_low), _compare(a_low, ">=", b_high)
            case "<=":
                yes, no = _compare(a_high, "<=", b_low), _compare(a_low, ">", b_high)
            case ">":
                yes, no = _compare(a_low, ">", b_high), _compare(a_high, "<=", b_low)
            case ">=":
                yes, no = _compare(a_low, ">=", b_high), _compare(a_high, "<", b_low)
            case _:
                same = _both(_compare(a_low, "==", a_high), _compare(b_low, "==", b_high), _compare(a_low, "==", b_low))
                apart = _either(_compare(a_high, "<", b_low), _compare(b_high, "<", a_low))
                yes, no = (same, apart) if expr.op == "==" else (apart, same)
        return Val(self._keep(_when(yes, true, _when(no, false, none))), True)

    def _membership(self, expr: core.In) -> Val:
        if expr.item.type.name == "number":
            tests = tuple(core.Compare("==", expr.item, option) for option in expr.options)
            return self._join(tests, True) if tests else Val(_const(False), False)
        options = _tuple([_const(option.value) for option in expr.options if not isinstance(option.value, Fraction)])
        return self._lift(
            [self.value(expr.item)],
            lambda codes: ast.Compare(left=codes[0], ops=[ast.In()], comparators=[options]),
        )

    def _choose_value(self, condition: Val, then: Val, other: Val) -> Val:
        if not condition.maybe:
            return Val(_when(condition.code, then.code, other.code), then.maybe or other.maybe)
        test, a, b = (self._keep(part.code) for part in (condition, then, other))
        agreed = _when(_compare(a, "==", b), a, _const(None))
        return Val(self._keep(_when(_is(test, True), a, _when(_is(test, False), b, agreed))), True)

    def _date_call(self, expr: core.Call) -> Val:
        args: list[Val] = []
        for arg in expr.args:
            args.append(self.value(arg) if arg.type.name == "date" else self._whole(arg, expr.function))
        return self._lift(args, lambda codes: _call(f"_{expr.function}", *codes))

    def _whole(self, expr: Expr, function: str) -> Val:
        value = self.number(expr)
        if value.denominator != Denominator():
            raise LoweringError(f"{function}: the number of days or months may have a fraction; round it first")
        if value.exact:
            return Val(value.low, False)
        low, high = self._keep(value.low), self._keep(value.high)
        return Val(_when(_compare(low, "==", high), low, _const(None)), True)

    # Lists.

    def _condition(self, expr: Expr | None) -> Val:
        return Val(_const(True), False) if expr is None else self.value(expr)

    def _guard(self, condition: Val, statements: list[ast.stmt]) -> list[ast.stmt]:
        if isinstance(condition.code, ast.Constant) and condition.code.value is True:
            return statements
        return [ast.If(test=condition.code, body=statements, orelse=[])]

    def _over(self, expr: core.Agg, start: list[ast.stmt], step: Callable[[], None], unknown: list[ast.stmt]) -> None:
        """Run `step`'s statements for each item; `unknown` where the list itself is not known."""
        listing = self._list(expr.source)
        with self._loop(expr.var, expr.source) as loop:
            step()
        self._if_listed(expr.source, listing, [*start, loop.statement()], unknown)

    def _add_to(self, name: str, value: ast.expr) -> ast.stmt:
        return ast.AugAssign(target=ast.Name(id=name, ctx=ast.Store()), op=ast.Add(), value=value)

    def _aggregate_number(self, expr: core.Agg) -> Num:
        if expr.function in ("min", "max"):
            return self._extreme_of_list(expr)
        if expr.function in ("longest_run", "count_distinct"):
            return self._tally(expr)
        low_name, high_name = self._fresh(), self._fresh()
        denominator = Denominator()
        exact = not self.three

        def step() -> None:
            nonlocal denominator, exact
            where = self._condition(expr.where)
            part = Num(_const(1), _const(1), Denominator()) if expr.body is None else self.number(expr.body)
            if expr.body is None:
                part = Num(part.low, part.low, Denominator())
            part = self._freed(part, expr)
            denominator = part.denominator
            if exact:
                self._body.extend(self._guard(where, [self._add_to(low_name, part.low)]))
                return
            low, high = self._keep(part.low), self._keep(part.high)
            both = [self._add_to(low_name, low), self._add_to(high_name, high)]
            if not where.maybe:
                self._body.extend(self._guard(where, both))
                return
            least = [
                self._add_to(low_name, _call("min", low, _const(0))),
                self._add_to(high_name, _call("max", high, _const(0))),
            ]
            test = self._keep(where.code)
            self._body.append(
                ast.If(test=_is(test, True), body=both, orelse=[ast.If(test=_is(test, None), body=least, orelse=[])])
            )

        names = (low_name,) if exact else (low_name, high_name)
        zero = [_assign(name, _const(0)) for name in names]
        unknown: list[ast.stmt] = []
        self._over(expr, zero, step, unknown)
        low, high = self._interval(expr)
        if not exact:
            scale = denominator.const
            unknown.append(_assign(low_name, _const(math.floor(low * scale))))
            unknown.append(_assign(high_name, _const(math.ceil(high * scale))))
            if denominator.factors:
                raise LoweringError(
                    "a sum of quotients over a list that may be unknown; name the quotient and round it"
                )
        code = _name(low_name)
        return Num(code, code if exact else _name(high_name), denominator)

    def _freed(self, part: Num, expr: core.Agg) -> Num:
        """Bring a quotient that depends on the item over a constant: the least common multiple of its divisors."""
        const = part.denominator.const
        kept: list[Expr] = []
        for factor in part.denominator.factors:
            if not any(getattr(inner, "var", None) == expr.var for inner in core.walk(factor)):
                kept.append(factor)
                continue
            raw = self.number(factor)
            most = self._interval(factor)[1] * raw.denominator.const
            if raw.denominator.factors or most > MAX_LCM_BASE:
                raise LoweringError(
                    "a sum of quotients whose divisors differ from item to item; round each quotient first"
                )
            multiple = math.lcm(*range(1, int(most) + 1))
            low = _operate(_const(multiple), ast.FloorDiv(), raw.high)
            high = low if raw.exact else _operate(_const(multiple), ast.FloorDiv(), raw.low)
            share = self._pair(low, None if raw.exact else high, Denominator())
            numerator = Num(part.low, part.high, Denominator())
            part = self._multiply(numerator, (Fraction(-1), Fraction(1)), share, (Fraction(1), Fraction(multiple)))
            const *= multiple
        return Num(part.low, part.high, Denominator(const, tuple(kept)))

    def _extreme_of_list(self, expr: core.Agg) -> Num:
        pick = "min" if expr.function == "min" else "max"
        assert expr.body is not None
        lows, sure, possible = self._fresh(), self._fresh(), self._fresh()
        denominator = Denominator()
        exact = not self.three

        def add(name: str, value: ast.expr) -> ast.stmt:
            append = ast.Attribute(value=_name(name), attr="append", ctx=ast.Load())
            return ast.Expr(value=ast.Call(func=append, args=[value], keywords=[]))

        def step() -> None:
            nonlocal denominator
            assert expr.body is not None
            where = self._condition(expr.where)
            part = self._freed(self.number(expr.body), expr)
            denominator = part.denominator
            if exact:
                self._body.extend(self._guard(where, [add(lows, part.low)]))
                return
            low, high, test = self._keep(part.low), self._keep(part.high), self._keep(where.code)
            near, far = (low, high) if pick == "min" else (high, low)
            inside = [add(lows, near), add(possible, far)]
            certain: list[ast.stmt] = [ast.If(test=_is(test, True), body=[add(sure, far)], orelse=[])]
            self._body.append(
                ast.If(
                    test=ast.Compare(left=test, ops=[ast.IsNot()], comparators=[_const(False)]),
                    body=[*inside, *certain],
                    orelse=[],
                )
            )

        names = (lows,) if exact else (lows, sure, possible)
        unknown: list[ast.stmt] = []
        self._over(expr, [_assign(name, ast.List(elts=[], ctx=ast.Load())) for name in names], step, unknown)
        if denominator.factors:
            raise LoweringError(f"{pick}() over quotients; round each of them first")
        default = Num(_const(0), _const(0), Denominator()) if expr.default is None else self.number(expr.default)
        if default.denominator.factors or denominator.const % default.denominator.const:
            raise LoweringError(f"the default of {pick}() has more decimals than the items")
        default = self._scale(default, denominator.const // default.denominator.const, ())

        def edge(name: str, fallback: ast.expr) -> ast.expr:
            return _when(_name(name), _call(pick, _name(name)), fallback)

        if exact:
            return self._pair(edge(lows, default.low), None, denominator)
        low, high = self._interval(expr)
        unknown.extend(
            _assign(
                name,
                ast.List(
                    elts=[_const(math.floor((low if name == lows else high) * denominator.const))], ctx=ast.Load()
                ),
            )
            for name in names
        )
        # What is certain bounds one side; without it, any possible item or the default may be the answer.
        other = "max" if pick == "min" else "min"
        near_default, far_default = (default.low, default.high) if pick == "min" else (default.high, default.low)
        loose = _when(_name(possible), _call(other, _call(other, _name(possible)), far_default), far_default)
        far = self._keep(_when(_name(sure), edge(sure, far_default), loose))
        near_all = _when(_name(lows), _call(pick, _name(lows)), near_default)
        near = self._keep(_when(_name(sure), near_all, _call(pick, near_default, near_all)))
        return Num(near, far, denominator) if pick == "min" else Num(far, near, denominator)

    def _tally(self, expr: core.Agg) -> Num:
        marks, both = self._fresh(), self._fresh()

        def step() -> None:
            assert expr.body is not None
            where = self._keep(self._condition(expr.where).code)
            body = self._keep(self._key(expr.body).code)
            entry: ast.expr = _tuple([where, body])
            statements: list[ast.stmt] = []
            if expr.function == "longest_run":
                # An item outside the list does not break a run; one that may be outside can only be doubted.
                doubtful = _when(_is(where, None), _when(_is(body, False), _const(False), _const(None)), body)
                entry = doubtful
            append = ast.Attribute(value=_name(marks), attr="append", ctx=ast.Load())
            statements.append(ast.Expr(value=ast.Call(func=append, args=[entry], keywords=[])))
            test = ast.Compare(left=where, ops=[ast.IsNot()], comparators=[_const(False)])
            self._body.append(ast.If(test=test, body=statements, orelse=[]))

        unknown = [_assign(both, _tuple([_const(0), _const(expr.source.max_items)]))]
        listing = self._list(expr.source)
        with self._loop(expr.var, expr.source) as loop:
            step()
        known = [
            _assign(marks, ast.List(elts=[], ctx=ast.Load())),
            loop.statement(),
            _assign(both, _call(f"_{expr.function}", _name(marks))),
        ]
        self._if_listed(expr.source, listing, known, unknown)
        low = self._keep(_item(_name(both), 0))
        return Num(low, low if not self.three else self._keep(_item(_name(both), 1)), Denominator())

    def _key(self, body: Expr) -> Val:
        if body.type.name != "number":
            return self.value(body)
        value = self.number(body)
        if value.exact:
            return Val(value.low, False)
        low, high = self._keep(value.low), self._keep(value.high)
        return Val(_when(_compare(low, "==", high), low, _const(None)), True)

    def _aggregate_value(self, expr: core.Agg) -> Val:
        result = self._fresh()
        unknown = [_assign(result, _const(None))]
        if expr.function in ("first", "latest"):
            self._over(expr, [_assign(result, _const(core.NO_DATE))], lambda: self._edge_step(expr, result), unknown)
            return Val(_name(result), self.three)
        decisive = expr.function == "any"

        def step() -> None:
            condition = expr.body if expr.where is None else None
            assert expr.body is not None
            if condition is None:
                assert expr.where is not None
                # any: inside and true; all: outside or true.
                other = expr.where if decisive else core.negation(expr.where)
                condition = core.conjunction(other, expr.body) if decisive else core.disjunction(other, expr.body)
            test = self.value(condition)
            settle: list[ast.stmt] = [_assign(result, _const(decisive)), ast.Break()]
            if not test.maybe:
                code = test.code if decisive else ast.UnaryOp(op=ast.Not(), operand=test.code)
                self._body.append(ast.If(test=code, body=settle, orelse=[]))
                return
            code = self._keep(test.code)
            doubt = ast.If(test=_is(code, None), body=[_assign(result, _const(None))], orelse=[])
            self._body.append(ast.If(test=_is(code, decisive), body=settle, orelse=[doubt]))

        self._over(expr, [_assign(result, _const(not decisive))], step, unknown)
        return Val(_name(result), self.three)

    def _edge_step(self, expr: core.Agg, result: str) -> None:
        assert expr.body is not None
        where, day = self._condition(expr.where), self.value(expr.body)
        code = self._keep(day.code)
        better = _compare(code, ">" if expr.function == "latest" else "<", _name(result))
        take = _both(
            _compare(code, "!=", _const(core.NO_DATE)),
            _either(_compare(_name(result), "==", _const(core.NO_DATE)), better),
        )
        keep: list[ast.stmt] = [ast.If(test=take, body=[_assign(result, code)], orelse=[])]
        if not (where.maybe or day.maybe):
            self._body.extend(self._guard(where, keep))
            return
        test = self._keep(where.code)
        unsure = _either(_is(test, None), _is(code, None))
        inside = ast.Compare(left=test, ops=[ast.IsNot()], comparators=[_const(False)])
        lost: list[ast.stmt] = [_assign(result, _const(None)), ast.Break()]
        self._body.append(ast.If(test=inside, body=[ast.If(test=unsure, body=lost, orelse=keep)], orelse=[]))


class _Loop:
    """A loop whose header is written last, when it is known what its body reads."""

    def __init__(self, writer: Writer, binding: Binding, outer: Binding, source: core.ListUse) -> None:
        self._writer, self._binding, self._outer, self._source = writer, binding, outer, source
        self.body: list[ast.stmt] = []

    def statement(self) -> ast.stmt:
        """The finished loop."""
        kinds = sorted(self._binding.rows) or ["f"]
        sources = [self._rows(kind) for kind in kinds]
        names: list[ast.expr] = [ast.Name(id=f"{self._binding.name}_{kind}", ctx=ast.Store()) for kind in kinds]
        target = names[0] if len(names) == 1 else ast.Tuple(elts=names, ctx=ast.Store())
        along = sources[0] if len(sources) == 1 else _call("zip", *sources)
        return ast.For(target=target, iter=along, body=self.body or [ast.Pass()], orelse=[])

    def _rows(self, kind: str) -> ast.expr:
        if kind == "f":
            return self._writer._list(self._source)
        if kind == "i":
            return _call("range", _call("len", self._writer._list(self._source)))
        if not self._source.owner:
            return _name(kind)
        return self._outer.row(kind)


def compile_function(function: ast.FunctionDef, namespace: dict[str, Any]) -> Callable[..., Any]:
    """Make a callable of a generated function; it sees the namespace and five builtins, nothing else."""
    module = ast.fix_missing_locations(ast.Module(body=[function], type_ignores=[]))
    code: CodeType = compile(module, "<aidrules>", "exec")
    scope: dict[str, Any] = {
        **namespace,
        "__builtins__": {"len": len, "min": min, "max": max, "zip": zip, "range": range, "int": int},
    }
    exec(code, scope)  # the only place: code built here from syntax nodes, with no text of a pack
    made: Callable[..., Any] = scope[function.name]
    return made
