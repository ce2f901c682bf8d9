"""Where an expression has no value: what divides is zero. `if_undefined:` says what then holds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from aidrules.language import build, core
from aidrules.language.build import ExpressionError
from aidrules.language.core import TRUE, Expr

MayBeZero = Callable[[Expr], bool]
"""Whether what divides may be zero; raises an ExpressionError if it may be negative."""


def settled(expr: Expr, otherwise: Expr, may_be_zero: MayBeZero) -> Expr:
    """The value of an expression, or another where something in it is divided by zero.

    Args:
        expr: what may have no value.
        otherwise: what holds where it has none.
        may_be_zero: says of a divisor whether it can be zero.

    Raises:
        ExpressionError: the two are of different types, or a divisor may be negative.
    """
    if expr.type.name != otherwise.type.name:
        raise ExpressionError(f"the value is {expr.type} and if_undefined: {otherwise.type}", expected="the same type")
    return build.choose(_defined(expr, may_be_zero), _safe(expr, may_be_zero), otherwise)


def _defined(expr: Expr, may_be_zero: MayBeZero) -> Expr:
    """Whether nothing that is evaluated divides by zero."""

    def of(inner: Expr | None) -> Expr:
        return TRUE if inner is None else _defined(inner, may_be_zero)

    match expr:
        case core.Div(above=above, below=below):
            here = build.compare("!=", below, core.ZERO) if may_be_zero(below) else TRUE
            return core.conjunction(of(above), of(below), here)
        case core.If(condition=condition, then=then, other=other):
            chosen = TRUE if of(then) == of(other) == TRUE else build.choose(condition, of(then), of(other))
            return core.conjunction(of(condition), chosen)
        case core.And(items=items) | core.Or(items=items):
            # What follows a part that settles the whole is not asked.
            result: Expr = TRUE
            for item in reversed(items):
                settles = core.negation(item) if isinstance(expr, core.And) else item
                rest = TRUE if result == TRUE else core.disjunction(settles, result)
                result = core.conjunction(of(item), rest)
            return result
        case core.Agg(where=where, body=body):
            inside = of(body)
            if inside != TRUE and where is not None:
                inside = core.disjunction(core.negation(where), inside)
            each = core.conjunction(of(where), inside)
            every = TRUE if each == TRUE else core.Agg("all", expr.var, expr.source, None, each, None, core.BOOL)
            return core.conjunction(every, of(expr.default))
    return core.conjunction(*(of(child) for child in core.children(expr)))


def _safe(expr: Expr, may_be_zero: MayBeZero) -> Expr:
    """The same value where it is defined; any value where it is not."""
    if isinstance(expr, core.Div) and may_be_zero(expr.below):
        above, below = _safe(expr.above, may_be_zero), _safe(expr.below, may_be_zero)
        one = build.number(Fraction(1), below.type.unit)
        positive = core.If(core.Compare(">", below, core.ZERO), below, one, below.type)
        return core.Div(above, positive, expr.type)
    return core.rebuild(expr, lambda inner: _safe(inner, may_be_zero))
