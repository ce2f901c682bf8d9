"""Values over lists in columns: contributions of items, as columns of their own, and what they come to.

The same meaning as `engine.code.lists` gives loops over items; see there for what is unknown.
"""

from __future__ import annotations

import ast
import math
from typing import TYPE_CHECKING

from aidrules.columns.rows import Rows
from aidrules.engine.code import numbers, syntax
from aidrules.engine.code.forms import TRUE, Denominator, Num, Val
from aidrules.engine.code.lists import freed
from aidrules.language import core

if TYPE_CHECKING:
    from aidrules.columns.folds import Fold
    from aidrules.columns.writer import ColumnWriter

_ZERO: ast.expr = syntax.const(0)
_NONE: ast.expr = syntax.const(None)


def number(w: ColumnWriter, expr: core.Agg) -> Num:
    """A number over a list."""
    if expr.function in ("min", "max"):
        return _extreme(w, expr)
    if expr.function in ("longest_run", "count_distinct"):
        return _tally(w, expr)
    return _sum(w, expr)


def value(w: ColumnWriter, expr: core.Agg) -> Val:
    """A boolean or date over a list."""
    if expr.function in ("first", "latest"):
        return _edge(w, expr)
    return _quantified(w, expr)


def _condition(w: ColumnWriter, expr: core.Agg) -> Val:
    return TRUE if expr.where is None else w.value(expr.where)


def _inside(where: Val, code: ast.expr, otherwise: ast.expr) -> ast.expr:
    """A value for the items that are certainly in the list, by a condition that is never unknown."""
    return code if where is TRUE else syntax.when(where.code, code, otherwise)


def _bounds(w: ColumnWriter, expr: core.Agg, denominator: Denominator) -> Num:
    """The bounds of a number where the list itself is not known."""
    low, high = w.interval(expr)
    const = denominator.const
    whole = Num(syntax.const(math.floor(low * const)), syntax.const(math.ceil(high * const)), Denominator(const))
    return numbers.scale(w, whole, 1, denominator.factors)


def _unless_unlisted(w: ColumnWriter, expr: core.Agg, rows: Rows, known: ast.expr, unknown: ast.expr) -> ast.expr:
    if not w.list_may_be_unknown(expr.source):
        return known
    return w.kept_along(rows, syntax.when(w.unlisted(expr.source.var, expr.source), unknown, known))


def _sum(w: ColumnWriter, expr: core.Agg) -> Num:
    most = expr.source.max_items
    with w.items(expr) as (rows, inner):
        where = _condition(w, expr)
        part = numbers.exact(syntax.const(1)) if expr.body is None else freed(w, w.number(expr.body), expr)
        low, high = w.keep(part.low), w.keep(part.high)
        exact = part.exact and not where.maybe
        if not where.maybe:
            added = [_inside(where, end, _ZERO) for end in (low, high)]
        else:
            test = w.keep(where.code)
            added = [
                syntax.when(
                    syntax.is_(test, True),
                    end,
                    syntax.when(syntax.is_(test, None), syntax.call(pick, end, _ZERO), _ZERO),
                )
                for end, pick in ((low, "min"), (high, "max"))
            ]
    ends = [w.reduced("sum", rows, inner, code, most=most) for code in (added[:1] if exact else added)]
    denominator = part.denominator
    if w.list_may_be_unknown(expr.source):
        with w.standing(rows):
            unknown = _bounds(w, expr, denominator)
        ends = [
            _unless_unlisted(w, expr, rows, end, bound)
            for end, bound in zip((ends[0], ends[-1]), (unknown.low, unknown.high), strict=True)
        ]
    return numbers.exact(ends[0], denominator) if len(ends) == 1 else Num(ends[0], ends[1], denominator)


def _extreme(w: ColumnWriter, expr: core.Agg) -> Num:
    assert expr.body is not None
    pick: Fold = "min" if expr.function == "min" else "max"
    other: Fold = "max" if pick == "min" else "min"
    most = expr.source.max_items
    default = numbers.exact(_ZERO) if expr.default is None else w.number(expr.default)
    unsure = w.list_may_be_unknown(expr.source)
    with w.items(expr) as (rows, inner):
        where = _condition(w, expr)
        part = freed(w, w.number(expr.body), expr)
        denominator = numbers.shared(part.denominator, default.denominator)
        part = numbers.over(w, part, denominator)
        exact = part.exact and not where.maybe and not unsure
        low, high, test = w.keep(part.low), w.keep(part.high), w.keep(where.code)
        near, far = (low, high) if pick == "min" else (high, low)
        certain, possible = syntax.is_(test, True), syntax.is_not(test, False)
        near_items = syntax.when(possible, near, _NONE)
        sure_items, far_items = syntax.when(certain, far, _NONE), syntax.when(possible, far, _NONE)
    # The default may read what only the place of the aggregate has; then the ends are taken there.
    default = numbers.over(w, default, denominator)
    nearest = w.reduced(pick, rows, inner, near_items, most=most)
    if exact:
        empty = syntax.is_(nearest, None)
        upper = None if default.exact else syntax.when(empty, default.high, nearest)
        return numbers.pair(w, syntax.when(empty, default.low, nearest), upper, denominator)
    surest = w.reduced(pick, rows, inner, sure_items, most=most)
    farthest = w.reduced(other, rows, inner, far_items, most=most)
    if unsure:
        with w.standing(rows):
            ends = _bounds(w, expr, denominator)
        near_end, far_end = (ends.low, ends.high) if pick == "min" else (ends.high, ends.low)
        nearest = _unless_unlisted(w, expr, rows, nearest, near_end)
        farthest = _unless_unlisted(w, expr, rows, farthest, far_end)
        surest = _unless_unlisted(w, expr, rows, surest, _NONE)
    near_default, far_default = (default.low, default.high) if pick == "min" else (default.high, default.low)
    none, unsettled = syntax.is_(nearest, None), syntax.is_(surest, None)
    loose = syntax.when(syntax.is_(farthest, None), far_default, _two(other, farthest, far_default, none))
    far = w.keep(syntax.when(unsettled, loose, surest))
    nearest_item = w.keep(syntax.when(none, near_default, nearest))
    near = w.keep(syntax.when(unsettled, syntax.call(pick, near_default, nearest_item), nearest_item))
    return Num(near, far, denominator) if pick == "min" else Num(far, near, denominator)


def _two(pick: str, value: ast.expr, default: ast.expr, missing: ast.expr) -> ast.expr:
    """The least or greatest of an item and the default; where there is no item, the default."""
    return syntax.call(pick, syntax.when(missing, default, value), default)


def _tally(w: ColumnWriter, expr: core.Agg) -> Num:
    assert expr.body is not None
    most = expr.source.max_items
    with w.items(expr) as (rows, inner):
        where = _condition(w, expr)
        if expr.body.type.name == "number":
            body = numbers.settled(w, freed(w, w.number(expr.body), expr))
        else:
            body = w.value(expr.body)
        codes = where.code, body.code
    runs = expr.function == "longest_run"
    low = w.reduced("longest_run" if runs else "distinct", rows, inner, *codes, most=most)
    if not (where.maybe or body.maybe or w.list_may_be_unknown(expr.source)):
        return numbers.exact(low)
    high = w.reduced("most_in_a_row" if runs else "most_distinct", rows, inner, *codes, most=most)
    low = _unless_unlisted(w, expr, rows, low, _ZERO)
    return Num(low, _unless_unlisted(w, expr, rows, high, syntax.const(most)), Denominator())


def _quantified(w: ColumnWriter, expr: core.Agg) -> Val:
    """Any and all."""
    assert expr.body is not None
    decisive = expr.function == "any"
    condition = expr.body
    if expr.where is not None:
        # any: inside and true; all: outside or true.
        other = expr.where if decisive else core.negation(expr.where)
        condition = (core.conjunction if decisive else core.disjunction)(other, expr.body)
    most = expr.source.max_items
    with w.items(expr) as (rows, inner):
        test = w.value(condition)
        code = w.keep(test.code)
    settling = w.reduced("sum", rows, inner, syntax.is_(code, decisive), most=most)
    settled = syntax.compare(settling, ">", _ZERO)
    rest: ast.expr = syntax.const(not decisive)
    if test.maybe:
        doubtful = w.reduced("sum", rows, inner, syntax.is_(code, None), most=most)
        rest = syntax.when(syntax.compare(doubtful, ">", _ZERO), _NONE, rest)
    found = w.kept_along(rows, syntax.when(settled, syntax.const(decisive), rest))
    return Val(_unless_unlisted(w, expr, rows, found, _NONE), test.maybe or w.list_may_be_unknown(expr.source))


def _edge(w: ColumnWriter, expr: core.Agg) -> Val:
    """The first and the last date: known where no item that may be in the list could be further out."""
    assert expr.body is not None
    most = expr.source.max_items
    with w.items(expr) as (rows, inner):
        where, day = _condition(w, expr), w.value(expr.body)
        code, test = w.keep(day.code), w.keep(where.code)
        known = w.keep(syntax.when(syntax.is_(code, None), _ZERO, code))
        dated = w.keep(syntax.compare(known, "!=", _ZERO))
        sure = syntax.when(syntax.both(syntax.is_(test, True), dated), known, _NONE)
        likely = syntax.when(syntax.both(syntax.is_not(test, False), dated), known, _NONE)
        undated = syntax.both(syntax.is_not(test, False), syntax.is_(code, None))

    def outermost(days: ast.expr) -> ast.expr:
        found = w.reduced("max" if expr.function == "latest" else "min", rows, inner, days, most=most)
        return w.kept_along(rows, syntax.when(syntax.is_(found, None), _ZERO, found))

    result = outermost(sure)
    in_doubt = where.maybe or day.maybe
    if in_doubt:
        lost = syntax.compare(w.reduced("sum", rows, inner, undated, most=most), ">", _ZERO)
        apart = syntax.either(lost, syntax.compare(result, "!=", outermost(likely)))
        result = w.kept_along(rows, syntax.when(apart, _NONE, result))
    return Val(_unless_unlisted(w, expr, rows, result, _NONE), in_doubt or w.list_may_be_unknown(expr.source))
