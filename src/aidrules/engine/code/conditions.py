"""Writing yes and no, dates, enums and texts: Python's own logic where all is known, Kleene's where it may not be."""

from __future__ import annotations

import ast
import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.engine.code import lists, numbers, syntax
from aidrules.engine.code.forms import LoweringError, Num, Val
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.engine.code.writer import Writer


_OPPOSITE: Mapping[core.Comparison, core.Comparison] = {
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "==": "!=",
    "!=": "==",
}

_MOST_NESTED = 4
"""More parts than this that may be unknown are joined in several steps: nested, they would be written out too often."""


def write(w: Writer, expr: Expr) -> Val:
    """Write a boolean, date, enum or text."""
    match expr:
        case core.Const(value=value):
            assert isinstance(value, bool | int | str)
            return Val(syntax.const(value), False)
        case core.Unknown():
            return Val(syntax.const(None), True)
        case core.Today(name=name):
            return Val(syntax.name(name), False)
        case core.Fact():
            maybe = not w.facts_known and not expr.required
            return Val(w.raw(expr), maybe)
        case core.Ref():
            code, _, unsure = w.reference(expr)
            return Val(code, unsure)
        case core.Param(inner=inner):
            return w.value(inner)
        case core.Not(inner=core.Compare() as inner):
            return w.value(replace(inner, op=_OPPOSITE[inner.op]))
        case core.Not(inner=core.IsNone(inner=inner)):
            none = syntax.const(core.NO_DATE)
            return lift(w, [w.value(inner)], lambda codes: syntax.compare(codes[0], "!=", none))
        case core.Not(inner=inner):
            return lift(w, [w.value(inner)], lambda codes: syntax.opposite(codes[0]))
        case core.And(items=items):
            return join(w, [w.value(item) for item in items], False)
        case core.Or(items=items):
            return join(w, [w.value(item) for item in items], True)
        case core.Compare():
            return _comparison(w, expr)
        case core.In():
            return _membership(w, expr)
        case core.IsNone(inner=inner):
            none = syntax.const(core.NO_DATE)
            return lift(w, [w.value(inner)], lambda codes: syntax.compare(codes[0], "==", none))
        case core.If(condition=condition, then=then, other=other):
            return _choose(w, w.value(condition), w.value(then), w.value(other))
        case core.Call(function=function, args=args):
            if function == "add_working_days" and w.interval(args[1])[0] < 0:
                raise LoweringError("a number of working days that may be negative")
            parts = [w.value(arg) if arg.type.name == "date" else numbers.whole(w, arg, function) for arg in args]
            return lift(w, parts, lambda codes: syntax.call(f"_{function}", *codes))
        case core.Agg():
            return lists.value(w, expr)
    raise TypeError(f"not a single value: {type(expr).__name__}")


def lift(w: Writer, args: list[Val], make: Callable[[list[ast.expr]], ast.expr]) -> Val:
    """A value that is unknown as soon as one of its arguments is."""
    if not any(arg.maybe for arg in args):
        return Val(make([arg.code for arg in args]), False)
    codes = [w.keep(arg.code) for arg in args]
    tests = [syntax.is_(code, None) for code, arg in zip(codes, args, strict=True) if arg.maybe]
    return Val(w.keep(syntax.when(syntax.either(*tests), syntax.const(None), make(codes))), True)


def join(w: Writer, parts: list[Val], decisive: bool) -> Val:
    """And (decided by a false part) and or (decided by a true one)."""
    parts = list({syntax.shape(part.code): part for part in parts}.values())
    combine = syntax.either if decisive else syntax.both
    # What is certainly known is asked first: most often it settles the matter.
    sure = [part.code for part in parts if not part.maybe]
    codes = [w.keep(part.code) for part in parts if part.maybe]
    if not codes:
        return Val(combine(*sure), False)
    while len(codes) > _MOST_NESTED:
        codes[-_MOST_NESTED:] = [w.keep(_kleene(codes[-_MOST_NESTED:], decisive))]
    return Val(w.keep(combine(*sure, _kleene(codes, decisive))), True)


def _kleene(codes: list[ast.expr], decisive: bool) -> ast.expr:
    """Three-valued and, or: Python's own from the first part on that is known; one that is not may still be settled."""
    first, *rest = codes
    if not rest:
        return first
    if decisive:
        settled, known = syntax.either(*rest), syntax.either(first, _kleene(rest, decisive))
    else:
        settled = syntax.either(*(syntax.is_(code, False) for code in rest))
        known = syntax.both(first, _kleene(rest, decisive))
    unsure = syntax.when(settled, syntax.const(decisive), syntax.const(None))
    return syntax.when(syntax.is_(first, None), unsure, known)


def _comparison(w: Writer, expr: core.Compare) -> Val:
    if expr.left.type.name == "number":
        return _age(w, expr) or _recorded(w, expr) or _numbers(w, expr)
    return lift(
        w,
        [w.value(expr.left), w.value(expr.right)],
        lambda codes: syntax.compare(codes[0], expr.op, codes[1]),
    )


def _age(w: Writer, expr: core.Compare) -> Val | None:
    """`age(born, on) >= k` compares the birthday with a date that is computed once."""
    left, right = expr.left, expr.right
    right = right.inner if isinstance(right, core.Param) else right
    if not (
        isinstance(left, core.Call)
        and left.function == "age"
        and isinstance(left.args[1], core.Today)
        and isinstance(right, core.Const)
        and isinstance(right.value, Fraction)
        and right.value >= 0
        and expr.op in ("<", ">=")
    ):
        return None
    years, today = math.ceil(right.value), left.args[1].name
    latest = f"born_by_{years}_{today}"
    w.prelude.setdefault(latest, syntax.call("_born_by", syntax.name(today), syntax.const(years)))
    op = "<=" if expr.op == ">=" else ">"
    return lift(w, [w.value(left.args[0])], lambda codes: syntax.compare(codes[0], op, syntax.name(latest)))


def _recorded(w: Writer, expr: core.Compare) -> Val | None:
    """A fact compared with a figure between the ends of its range is unknown wherever the fact is."""
    fact, figure = expr.left, expr.right
    figure = figure.inner if isinstance(figure, core.Param) else figure
    if not (
        isinstance(fact, core.Fact)
        and isinstance(figure, core.Const)
        and isinstance(figure.value, Fraction)
        and fact.low < figure.value < fact.high
    ):
        return None
    raw = w.raw(fact)
    scaled = figure.value * 10**fact.scale
    left, right = syntax.times(raw, syntax.const(scaled.denominator)), syntax.const(scaled.numerator)
    maybe = not (w.facts_known or fact.required)
    return lift(w, [Val(raw, maybe)], lambda _: syntax.compare(left, expr.op, right))


def _numbers(w: Writer, expr: core.Compare) -> Val:
    return compared(w, w.number(expr.left), expr.op, w.number(expr.right))


def compared(w: Writer, a: Num, op: core.Comparison, b: Num) -> Val:
    """Whether a comparison of two numbers holds, as far as their bounds tell."""
    if not (b.exact and isinstance(b.low, ast.Constant) and b.low.value == 0):
        divisor = math.gcd(a.denominator.const, b.denominator.const)
        in_a, in_b = Counter(a.denominator.factors), Counter(b.denominator.factors)
        a, b = (
            numbers.scale(w, a, b.denominator.const // divisor, tuple((in_b - in_a).elements())),
            numbers.scale(w, b, a.denominator.const // divisor, tuple((in_a - in_b).elements())),
        )
    if a.exact and b.exact:
        return Val(syntax.compare(a.low, op, b.low), False)
    a_low, a_high, b_low, b_high = (w.keep(code) for code in (a.low, a.high, b.low, b.high))
    compare = syntax.compare
    match op:
        case "<":
            yes, no = compare(a_high, "<", b_low), compare(a_low, ">=", b_high)
        case "<=":
            yes, no = compare(a_high, "<=", b_low), compare(a_low, ">", b_high)
        case ">":
            yes, no = compare(a_low, ">", b_high), compare(a_high, "<=", b_low)
        case ">=":
            yes, no = compare(a_low, ">=", b_high), compare(a_high, "<", b_low)
        case _:
            same = syntax.both(compare(a_low, "==", b_high), compare(a_high, "==", b_low))
            apart = syntax.either(compare(a_high, "<", b_low), compare(b_high, "<", a_low))
            yes, no = (same, apart) if op == "==" else (apart, same)
    unsure = syntax.when(no, syntax.const(False), syntax.const(None))
    return Val(w.keep(syntax.when(yes, syntax.const(True), unsure)), True)


def _membership(w: Writer, expr: core.In) -> Val:
    if not expr.options:
        return Val(syntax.const(False), False)
    if expr.item.type.name == "number":
        return join(w, [w.value(core.Compare("==", expr.item, option)) for option in expr.options], True)
    options = syntax.tuple_of(
        [syntax.const(option.value) for option in expr.options if not isinstance(option.value, Fraction)]
    )
    return lift(w, [w.value(expr.item)], lambda codes: syntax.compare(codes[0], "in", options))


def _choose(w: Writer, condition: Val, then: Val, other: Val) -> Val:
    if not condition.maybe:
        return Val(syntax.when(condition.code, then.code, other.code), then.maybe or other.maybe)
    test, a, b = (w.keep(part.code) for part in (condition, then, other))
    if isinstance(a, ast.Constant) and isinstance(b, ast.Constant):
        agreed: ast.expr = a if syntax.same(a, b) else syntax.const(None)
    else:
        agreed = syntax.when(syntax.compare(a, "==", b), a, syntax.const(None))
    unsure = syntax.when(syntax.is_(test, False), b, agreed)
    return Val(w.keep(syntax.when(syntax.is_(test, True), a, unsure)), True)
