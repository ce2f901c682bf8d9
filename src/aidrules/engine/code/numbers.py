"""Writing numbers: integer numerators over known denominators, as exact values or as lower and upper bounds.

A product cancels what divides, a comparison multiplies out, and a quotient is formed only where something is rounded.
"""

from __future__ import annotations

import ast
import math
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.engine.bounds import Interval
from aidrules.engine.code import lists, syntax
from aidrules.engine.code.forms import Denominator, LoweringError, Num, Val
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.engine.code.writer import Writer


def write(w: Writer, expr: Expr) -> Num:
    """Write a number; its bounds are names or constants, so that they can stand several times."""
    match expr:
        case core.Const(value=Fraction() as value):
            return exact(syntax.const(value.numerator), Denominator(value.denominator))
        case core.Unknown(low=low, high=high, scale=decimals):
            # A bound that is finer than the decimals to come ("more than zero") is taken outwards to the next of them.
            const = 10**decimals
            ends = syntax.const(math.floor(low * const)), syntax.const(math.ceil(high * const))
            return Num(*ends, Denominator(const))
        case core.Fact():
            return _fact(w, expr)
        case core.Ref():
            low_code, high_code, _ = w.reference(expr)
            return Num(low_code, high_code, w.denominator(expr))
        case core.Position(var=var):
            return exact(w.position(var))
        case core.Param(inner=inner):
            return w.number(inner)
        case core.Neg(inner=inner):
            number = w.number(inner)
            upper = None if number.exact else syntax.negative(number.low)
            return pair(w, syntax.negative(number.high), upper, number.denominator)
        case core.Add(terms=terms):
            return _sum(w, [w.number(term) for term in terms])
        case core.Mul():
            return _product(w, expr)
        case core.Div(above=above, below=below):
            return _quotient(w, w.number(above), below)
        case core.Extreme(which=which, args=args):
            parts = common(w, [w.number(arg) for arg in args])
            upper = None
            if not all(part.exact for part in parts):
                upper = syntax.extreme(which, *(part.high for part in parts))
            return pair(w, syntax.extreme(which, *(part.low for part in parts)), upper, parts[0].denominator)
        case core.Round(inner=core.Extreme(which=which, args=args)) if any(
            _open_divisors(w, w.number(arg)) for arg in args
        ):
            # The least of rounded numbers is the least of them, rounded; over an unknown divisor it would lose bounds.
            return w.number(core.Extreme(which, tuple(replace(expr, inner=arg) for arg in args), expr.type))
        case core.Round():
            return _round(w, expr)
        case core.If(condition=condition, then=then, other=other):
            return _choose(w, w.value(condition), w.number(then), w.number(other))
        case core.Call():
            return _measure(w, expr)
        case core.Agg():
            return lists.number(w, expr)
    raise TypeError(f"not a number: {type(expr).__name__}")


def exact(code: ast.expr, denominator: Denominator | None = None) -> Num:
    """A number that is certainly known."""
    return Num(code, code, denominator or Denominator())


def pair(w: Writer, low: ast.expr, high: ast.expr | None, denominator: Denominator) -> Num:
    """A number with its bounds kept; without `high`, or where both come to the same, it is exact."""
    kept = w.keep(low)
    upper = kept if high is None else w.keep(high)
    return Num(kept, kept if syntax.same(kept, upper) else upper, denominator)


def _fact(w: Writer, fact: core.Fact) -> Num:
    def make() -> Num:
        raw = w.raw(fact)
        denominator = Denominator(10**fact.scale)
        if w.facts_known or fact.required:
            return pair(w, raw, None, denominator)
        low, high = (syntax.const(int(bound * 10**fact.scale)) for bound in (fact.low, fact.high))
        unknown = syntax.is_(raw, None)
        return pair(w, syntax.when(unknown, low, raw), syntax.when(unknown, high, raw), denominator)

    found = w.cached(("fact", fact.var, fact.path), make)
    assert isinstance(found, Num)
    return found


def scale(w: Writer, number: Num, const: int, factors: tuple[Expr, ...]) -> Num:
    """Multiply a numerator by a positive constant and by raw numerators of positive quantities."""
    low, high, is_exact = number.low, number.high, number.exact
    if const != 1:
        low = syntax.times(low, syntax.const(const))
        high = low if is_exact else syntax.times(high, syntax.const(const))
    for factor in factors:
        raw = divisor(w, factor)
        if is_exact and raw.exact:
            low = high = syntax.times(low, raw.low)
            continue
        low, high = w.keep(low), w.keep(high)
        zero = syntax.const(0)
        least = raw.low if raw.exact else syntax.when(syntax.compare(low, ">=", zero), raw.low, raw.high)
        most = raw.low if raw.exact else syntax.when(syntax.compare(high, ">=", zero), raw.high, raw.low)
        low, high, is_exact = syntax.times(low, least), syntax.times(high, most), False
    return pair(w, low, None if is_exact else high, number.denominator)


def divisor(w: Writer, factor: Expr) -> Num:
    """The raw numerator of a quantity that divides.

    It is positive wherever the quotient counts, and so at least 1; bounds of an unknown one may reach below.
    """
    raw = w.number(factor)
    if raw.exact:
        return raw
    low, high = (syntax.extreme("max", code, syntax.const(1)) for code in (raw.low, raw.high))
    return pair(w, low, high, raw.denominator)


def _open_divisors(w: Writer, number: Num) -> bool:
    """Whether a number is written over a divisor that may be unknown."""
    return not all(w.number(factor).exact for factor in number.denominator.factors)


def shared(*denominators: Denominator) -> Denominator:
    """The least denominator over which numbers of all of these can be written."""
    union: Counter[Expr] = Counter()
    for denominator in denominators:
        union |= Counter(denominator.factors)
    return Denominator(math.lcm(*(each.const for each in denominators)), tuple(union.elements()))


def over(w: Writer, number: Num, denominator: Denominator) -> Num:
    """The same number over a denominator that holds its own."""
    missing = Counter(denominator.factors) - Counter(number.denominator.factors)
    scaled = scale(w, number, denominator.const // number.denominator.const, tuple(missing.elements()))
    return Num(scaled.low, scaled.high, denominator)


def common(w: Writer, parts: list[Num]) -> list[Num]:
    """The same numbers over one denominator."""
    target = shared(*(part.denominator for part in parts))
    return [over(w, part, target) for part in parts]


def _sum(w: Writer, parts: list[Num]) -> Num:
    parts = common(w, parts)
    low, high = parts[0].low, parts[0].high
    for part in parts[1:]:
        low, high = syntax.plus(low, part.low), syntax.plus(high, part.high)
    return pair(w, low, None if all(part.exact for part in parts) else high, parts[0].denominator)


def _product(w: Writer, expr: core.Mul) -> Num:
    result = w.number(expr.factors[0])
    interval = w.interval(expr.factors[0])
    for factor in expr.factors[1:]:
        bare = quantity(factor)
        other = w.interval(factor)
        if bare in result.denominator.factors:
            # (a / n) * n is a: the raw numerator of n divides out, its own denominator stays.
            rest = list(result.denominator.factors)
            rest.remove(bare)
            own = w.number(bare).denominator
            denominator = Denominator(result.denominator.const * own.const, (*rest, *own.factors))
            result = _reduced(Num(result.low, result.high, denominator))
        else:
            result = multiply(w, result, interval, w.number(factor), other)
        corners = [x * y for x in interval for y in other]
        interval = (min(corners), max(corners))
    return result


def _reduced(number: Num) -> Num:
    if isinstance(number.low, ast.Constant) and number.exact and isinstance(number.low.value, int):
        divisor = math.gcd(number.low.value, number.denominator.const) or 1
        denominator = Denominator(number.denominator.const // divisor, number.denominator.factors)
        return exact(syntax.const(number.low.value // divisor), denominator)
    return number


def multiply(w: Writer, a: Num, a_bounds: Interval, b: Num, b_bounds: Interval) -> Num:
    """The product of two numbers that lie within given bounds."""
    denominator = Denominator(a.denominator.const * b.denominator.const, a.denominator.factors + b.denominator.factors)
    if a.exact and b.exact:
        return _reduced(pair(w, syntax.times(a.low, b.low), None, denominator))
    if a_bounds[0] >= 0 and b_bounds[0] >= 0:
        return pair(w, syntax.times(a.low, b.low), syntax.times(a.high, b.high), denominator)
    corners = w.keep(syntax.call("_product", a.low, a.high, b.low, b.high))
    return pair(w, syntax.item(corners, 0), syntax.item(corners, 1), denominator)


def quantity(expr: Expr) -> Expr:
    """A quantity that may divide, in the one form by which it is recognised."""
    if isinstance(expr, core.Param):
        return quantity(expr.inner)
    return replace(expr, type=core.NUMBER) if isinstance(expr, core.Ref | core.Fact) else expr


def _quotient(w: Writer, above: Num, below: Expr) -> Num:
    bare = quantity(below)
    if isinstance(bare, core.Const):
        assert isinstance(bare.value, Fraction)
        scaled = scale(w, above, bare.value.denominator, ())
        const = above.denominator.const * bare.value.numerator
        return Num(scaled.low, scaled.high, Denominator(const, above.denominator.factors))
    if not isinstance(bare, core.Ref | core.Fact):
        raise LoweringError("a divisor without a name")
    own = w.number(bare).denominator
    scaled = scale(w, above, own.const, own.factors)
    return Num(scaled.low, scaled.high, Denominator(above.denominator.const, (*above.denominator.factors, bare)))


def _round(w: Writer, expr: core.Round) -> Num:
    number = w.number(expr.inner)
    p, q = expr.to.numerator, expr.to.denominator
    base_low: ast.expr = syntax.const(number.denominator.const * p)
    base_high = base_low
    for factor in number.denominator.factors:
        raw = divisor(w, factor)
        same = base_low is base_high and raw.exact
        base_low = w.keep(syntax.times(base_low, raw.low))
        base_high = base_low if same else w.keep(syntax.times(base_high, raw.high))

    def steps(numerator: ast.expr, base: ast.expr) -> ast.expr:
        scaled = syntax.times(numerator, syntax.const(q))
        if expr.mode == "down":
            whole = syntax.floor_divided(scaled, base)
        elif expr.mode == "up":
            whole = syntax.negative(syntax.floor_divided(syntax.negative(scaled), base))
        else:
            base = w.keep(base)
            doubled = syntax.plus(syntax.times(scaled, syntax.const(2)), base)
            whole = syntax.floor_divided(doubled, syntax.times(base, syntax.const(2)))
        return syntax.times(whole, syntax.const(p))

    if number.exact and base_low is base_high:
        return pair(w, steps(number.low, base_low), None, Denominator(q))
    low, high, zero = w.keep(number.low), w.keep(number.high), syntax.const(0)
    least = w.keep(syntax.when(syntax.compare(low, ">=", zero), base_high, base_low))
    most = w.keep(syntax.when(syntax.compare(high, ">=", zero), base_low, base_high))
    return pair(w, steps(low, least), steps(high, most), Denominator(q))


def _choose(w: Writer, condition: Val, then: Num, other: Num) -> Num:
    then, other = common(w, [then, other])
    if not condition.maybe:
        if then.exact and other.exact:
            return pair(w, syntax.when(condition.code, then.low, other.low), None, then.denominator)
        test = w.keep(condition.code)
        low = syntax.when(test, then.low, other.low)
        return pair(w, low, syntax.when(test, then.high, other.high), then.denominator)
    test = w.keep(condition.code)

    def hull(a: ast.expr, b: ast.expr, pick: str) -> ast.expr:
        a, b = w.keep(a), w.keep(b)
        unsure = syntax.extreme(pick, a, b)
        if syntax.same(unsure, a):
            return syntax.when(syntax.is_(test, False), b, a)
        return syntax.when(syntax.is_(test, True), a, syntax.when(syntax.is_(test, False), b, unsure))

    return pair(w, hull(then.low, other.low, "min"), hull(then.high, other.high, "max"), then.denominator)


def _measure(w: Writer, expr: core.Call) -> Num:
    args = [w.value(arg) for arg in expr.args]
    codes = [w.keep(arg.code) for arg in args]
    result = syntax.call(f"_{expr.function}", *codes)
    unknown = [syntax.is_(code, None) for code, arg in zip(codes, args, strict=True) if arg.maybe]
    if not unknown:
        return pair(w, result, None, Denominator())
    low, high = (syntax.const(int(bound)) for bound in w.interval(expr))
    result = w.keep(syntax.when(syntax.either(*unknown), syntax.const(None), result))
    missing = syntax.is_(result, None)
    return pair(w, syntax.when(missing, low, result), syntax.when(missing, high, result), Denominator())


def whole(w: Writer, expr: Expr, function: str) -> Val:
    """A whole number of days or months, unknown where only its bounds are known."""
    number = w.number(expr)
    if number.denominator != Denominator():
        raise LoweringError(f"{function}: the number of days or months may have a fraction; round it first")
    return settled(w, number)


def settled(w: Writer, number: Num) -> Val:
    """A numerator where its bounds agree, else unknown."""
    if number.exact:
        return Val(number.low, False)
    low, high = w.keep(number.low), w.keep(number.high)
    return Val(w.keep(syntax.when(syntax.compare(low, "==", high), low, syntax.const(None))), True)
