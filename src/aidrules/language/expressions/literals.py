"""Written numbers, computed as soon as they are read."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from aidrules.language import core
from aidrules.language.build import ExpressionError
from aidrules.language.core import Expr


def negative(inner: Expr) -> Expr:
    """A number with its sign turned."""
    if isinstance(inner, core.Const) and isinstance(inner.value, Fraction):
        return replace(inner, value=-inner.value, text=f"-{inner.text}" if inner.text else "")
    return core.Neg(inner)


def fold(expr: Expr) -> Expr:
    """Literals computed at once: `3 * month`, `10000 * CNY / month`."""
    match expr:
        case core.Mul(factors=parts) if all(isinstance(part, core.Const) for part in parts):
            value = Fraction(1)
            for part in parts:
                assert isinstance(part, core.Const) and isinstance(part.value, Fraction)
                value *= part.value
        case core.Div(above=core.Const(value=Fraction() as top), below=core.Const(value=Fraction() as bottom)):
            if bottom == 0:
                raise ExpressionError("a division by zero")
            value = top / bottom
        case _:
            return expr
    shown = [part.text for part in core.children(expr) if isinstance(part, core.Const) and part.text.endswith("%")]
    plain = not expr.type.unit.powers and shown
    return core.Const(
        value,
        expr.type,
        shown[0] if plain and len(shown) == 1 and value * 100 == Fraction(shown[0][:-1]) else "",
    )
