"""Writing values over lists: sums, counts, any and all, extremes, first and last dates, runs and distinct values."""

from __future__ import annotations

import ast
import math
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.engine.code import numbers, syntax
from aidrules.engine.code.forms import TRUE, Denominator, LoweringError, Num, Val
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.engine.code.writer import Writer

MAX_LCM_BASE = 60
"""Quotients of list items may be added up if their divisors are at most this: over the least common multiple."""


def number(w: Writer, expr: core.Agg) -> Num:
    """A number over a list."""
    if expr.function in ("min", "max"):
        return _extreme(w, expr)
    if expr.function in ("longest_run", "count_distinct"):
        return _tally(w, expr)
    return _sum(w, expr)


def value(w: Writer, expr: core.Agg) -> Val:
    """A boolean or date over a list."""
    if expr.function in ("first", "latest"):
        return _edge(w, expr)
    return _quantified(w, expr)


def _condition(w: Writer, expr: Expr | None) -> Val:
    return TRUE if expr is None else w.value(expr)


def _always(condition: Val) -> bool:
    return isinstance(condition.code, ast.Constant) and condition.code.value is True


def _guarded(condition: Val, statements: list[ast.stmt]) -> list[ast.stmt]:
    return statements if _always(condition) else [syntax.branch(condition.code, statements)]


def _loop(w: Writer, expr: core.Agg, step: Callable[[], None]) -> ast.stmt:
    """Run `step`'s statements for each item."""
    with w.loop(expr.var, expr.source) as loop:
        step()
    return loop.statement()


def _sum(w: Writer, expr: core.Agg) -> Num:
    if expr.body is None and expr.where is None and not w.list_may_be_unknown(expr.source):
        return numbers.exact(w.keep(syntax.call("len", w.list_code(expr.source))))
    low_name, high_name = w.fresh(), w.fresh()
    denominator = Denominator()
    exact = False

    def step() -> None:
        nonlocal denominator, exact
        where = _condition(w, expr.where)
        part = numbers.exact(syntax.const(1)) if expr.body is None else freed(w, w.number(expr.body), expr)
        denominator = part.denominator
        exact = part.exact and not where.maybe and not w.list_may_be_unknown(expr.source)
        if exact:
            w.body.extend(_guarded(where, [syntax.add_to(low_name, part.low)]))
            return
        low, high = w.keep(part.low), w.keep(part.high)
        both = [syntax.add_to(low_name, low), syntax.add_to(high_name, high)]
        if not where.maybe:
            w.body.extend(_guarded(where, both))
            return
        zero, test = syntax.const(0), w.keep(where.code)
        doubtful = [
            syntax.add_to(low_name, syntax.extreme("min", low, zero)),
            syntax.add_to(high_name, syntax.extreme("max", high, zero)),
        ]
        w.body.append(syntax.branch(syntax.is_(test, True), both, [syntax.branch(syntax.is_(test, None), doubtful)]))

    loop = _loop(w, expr, step)
    names = (low_name,) if exact else (low_name, high_name)
    start = [syntax.assign(name, syntax.const(0)) for name in names]
    w.if_listed(expr.source, [*start, loop], _unlisted(w, expr, denominator, low_name, high_name))
    low = syntax.name(low_name)
    return numbers.exact(low, denominator) if exact else Num(low, syntax.name(high_name), denominator)


def _unlisted(w: Writer, expr: core.Agg, denominator: Denominator, low_name: str, high_name: str) -> list[ast.stmt]:
    """The bounds of a number where the list itself is not known."""
    if not w.list_may_be_unknown(expr.source):
        return []
    low, high = w.interval(expr)
    const = denominator.const
    whole = Num(syntax.const(math.floor(low * const)), syntax.const(math.ceil(high * const)), Denominator(const))
    scaled = numbers.scale(w, whole, 1, denominator.factors)
    return [syntax.assign(low_name, scaled.low), syntax.assign(high_name, scaled.high)]


def freed(w: Writer, part: Num, expr: core.Agg) -> Num:
    """Bring a quotient that depends on the item over a constant: the least common multiple of its divisors."""
    const = part.denominator.const
    kept: list[Expr] = []
    for factor in part.denominator.factors:
        if not any(getattr(inner, "var", None) == expr.var for inner in core.walk(factor)):
            kept.append(factor)
            continue
        raw = numbers.divisor(w, factor)
        most = w.interval(factor)[1] * raw.denominator.const
        if raw.denominator.factors or most > MAX_LCM_BASE:
            raise LoweringError("a sum of quotients whose divisors differ from item to item; round each quotient first")
        multiple = math.lcm(*range(1, int(most) + 1))
        low = syntax.floor_divided(syntax.const(multiple), raw.high)
        high = None if raw.exact else syntax.floor_divided(syntax.const(multiple), raw.low)
        share = numbers.pair(w, low, high, Denominator())
        any_sign, positive = (Fraction(-1), Fraction(1)), (Fraction(1), Fraction(multiple))
        part = numbers.multiply(w, Num(part.low, part.high, Denominator()), any_sign, share, positive)
        const *= multiple
    return Num(part.low, part.high, Denominator(const, tuple(kept)))


def _extreme(w: Writer, expr: core.Agg) -> Num:
    pick, other = ("min", "max") if expr.function == "min" else ("max", "min")
    near_name, sure_name, far_name = w.fresh(), w.fresh(), w.fresh()
    default = numbers.exact(syntax.const(0)) if expr.default is None else w.number(expr.default)
    denominator = Denominator()
    exact = False

    def step() -> None:
        nonlocal denominator, exact
        assert expr.body is not None
        where = _condition(w, expr.where)
        part = freed(w, w.number(expr.body), expr)
        denominator = numbers.shared(part.denominator, default.denominator)
        part = numbers.over(w, part, denominator)
        exact = part.exact and not where.maybe and not w.list_may_be_unknown(expr.source)
        if exact:
            w.body.extend(_guarded(where, [syntax.append_to(near_name, part.low)]))
            return
        low, high, test = w.keep(part.low), w.keep(part.high), w.keep(where.code)
        near, far = (low, high) if pick == "min" else (high, low)
        certain = syntax.branch(syntax.is_(test, True), [syntax.append_to(sure_name, far)])
        inside = [syntax.append_to(near_name, near), syntax.append_to(far_name, far), certain]
        if where.maybe:
            w.body.append(syntax.branch(syntax.is_not(test, False), inside))
        else:
            w.body.extend(_guarded(Val(test, False), inside))

    loop = _loop(w, expr, step)
    default = numbers.over(w, default, denominator)
    near_list, sure_list, far_list = (syntax.name(name) for name in (near_name, sure_name, far_name))
    names = (near_name,) if exact else (near_name, sure_name, far_name)
    known = [*(syntax.assign(name, syntax.empty_list()) for name in names), loop]
    near_end, far_end = w.fresh(), w.fresh()
    unknown = _unlisted(w, expr, denominator, *((near_end, far_end) if pick == "min" else (far_end, near_end)))
    if unknown:
        unknown.append(syntax.assign(near_name, syntax.list_of(syntax.name(near_end))))
        unknown.append(syntax.assign(far_name, syntax.list_of(syntax.name(far_end))))
        unknown.append(syntax.assign(sure_name, syntax.empty_list()))
    w.if_listed(expr.source, known, unknown)
    if exact:
        found = syntax.when(near_list, syntax.call(pick, near_list), default.low)
        upper = None if default.exact else syntax.when(near_list, syntax.call(pick, near_list), default.high)
        return numbers.pair(w, found, upper, denominator)
    # What is certain bounds one side; without it, any possible item or the default may be the answer.
    near_default, far_default = (default.low, default.high) if pick == "min" else (default.high, default.low)
    loose = syntax.when(far_list, syntax.call(other, syntax.call(other, far_list), far_default), far_default)
    far = w.keep(syntax.when(sure_list, syntax.call(pick, sure_list), loose))
    nearest_item = syntax.when(near_list, syntax.call(pick, near_list), near_default)
    near = w.keep(syntax.when(sure_list, nearest_item, syntax.call(pick, near_default, nearest_item)))
    return Num(near, far, denominator) if pick == "min" else Num(far, near, denominator)


def _tally(w: Writer, expr: core.Agg) -> Num:
    marks, both = w.fresh(), w.fresh()
    unsure = w.list_may_be_unknown(expr.source)

    def step() -> None:
        nonlocal unsure
        assert expr.body is not None
        where = _condition(w, expr.where)
        if expr.body.type.name == "number":
            body = numbers.settled(w, freed(w, w.number(expr.body), expr))
        else:
            body = w.value(expr.body)
        unsure = unsure or where.maybe or body.maybe
        inside, mark = w.keep(where.code), w.keep(body.code)
        entry = syntax.tuple_of([inside, mark])
        w.body.append(syntax.branch(syntax.is_not(inside, False), [syntax.append_to(marks, entry)]))

    known = [
        syntax.assign(marks, syntax.empty_list()),
        _loop(w, expr, step),
        syntax.assign(both, syntax.call(f"_{expr.function}", syntax.name(marks))),
    ]
    most = syntax.tuple_of([syntax.const(0), syntax.const(expr.source.max_items)])
    w.if_listed(expr.source, known, [syntax.assign(both, most)])
    low = syntax.item(syntax.name(both), 0)
    return numbers.pair(w, low, syntax.item(syntax.name(both), 1) if unsure else None, Denominator())


def _quantified(w: Writer, expr: core.Agg) -> Val:
    """Any and all."""
    result = w.fresh()
    decisive = expr.function == "any"
    maybe = w.list_may_be_unknown(expr.source)
    assert expr.body is not None
    condition = expr.body
    if expr.where is not None:
        # any: inside and true; all: outside or true.
        other = expr.where if decisive else core.negation(expr.where)
        condition = (core.conjunction if decisive else core.disjunction)(other, expr.body)

    def step() -> None:
        nonlocal maybe
        test = w.value(condition)
        settle: list[ast.stmt] = [syntax.assign(result, syntax.const(decisive)), syntax.leave()]
        if not test.maybe:
            w.body.append(syntax.branch(test.code if decisive else syntax.opposite(test.code), settle))
            return
        maybe = True
        code = w.keep(test.code)
        doubt = syntax.branch(syntax.is_(code, None), [syntax.assign(result, syntax.const(None))])
        w.body.append(syntax.branch(syntax.is_(code, decisive), settle, [doubt]))

    known = [syntax.assign(result, syntax.const(not decisive)), _loop(w, expr, step)]
    w.if_listed(expr.source, known, [syntax.assign(result, syntax.const(None))])
    return Val(syntax.name(result), maybe)


def _edge(w: Writer, expr: core.Agg) -> Val:
    """The first and the last date: known where no item that may be in the list could be further out."""
    certain, possible = w.fresh(), w.fresh()
    in_doubt = False
    none = syntax.const(core.NO_DATE)

    def moved(name: str, code: ast.expr) -> ast.stmt:
        better = syntax.compare(code, ">" if expr.function == "latest" else "<", syntax.name(name))
        first = syntax.compare(syntax.name(name), "==", none)
        return syntax.branch(
            syntax.both(syntax.compare(code, "!=", none), syntax.either(first, better)), [syntax.assign(name, code)]
        )

    def step() -> None:
        nonlocal in_doubt
        assert expr.body is not None
        where, day = _condition(w, expr.where), w.value(expr.body)
        code = w.keep(day.code)
        if not (where.maybe or day.maybe):
            w.body.extend(_guarded(where, [moved(certain, code)]))
            return
        in_doubt = True
        inside = w.keep(where.code)
        lost: list[ast.stmt] = [syntax.assign(possible, syntax.const(None)), syntax.leave()]
        sure = syntax.branch(syntax.is_(inside, True), [moved(certain, code)])
        dated = syntax.branch(syntax.is_(code, None), lost, [moved(possible, code), sure])
        w.body.append(syntax.branch(syntax.is_not(inside, False), [dated]))

    loop = _loop(w, expr, step)
    known = [*(syntax.assign(name, none) for name in ((certain, possible) if in_doubt else (certain,))), loop]
    if in_doubt:
        agreed = syntax.compare(syntax.name(certain), "==", syntax.name(possible))
        known.append(syntax.assign(certain, syntax.when(agreed, syntax.name(certain), syntax.const(None))))
    w.if_listed(expr.source, known, [syntax.assign(certain, syntax.const(None))])
    return Val(syntax.name(certain), in_doubt or w.list_may_be_unknown(expr.source))
