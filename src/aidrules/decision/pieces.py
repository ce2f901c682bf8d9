"""Pieces of formulas: how tightly they bind, and when they stand in brackets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from aidrules.decision.names import Bindings
from aidrules.decision.shown import Interval, Shown
from aidrules.decision.wording import Text
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.decision.view import View

CHOICE, SUM, PRODUCT, ATOM = 0, 1, 2, 3
"""From the loosest to the tightest."""

Written = tuple[str, int]
"""A formula, and how tightly it binds."""
Piece = Written | Callable[["View", Bindings], Written]
"""The same for every household, or with slots for the values of one."""


def bracketed(piece: Piece, outer: int) -> Text:
    """A formula, in brackets where it binds less tightly than what stands around it."""
    if isinstance(piece, tuple):
        return f"({piece[0]})" if piece[1] < outer else piece[0]

    def fill(view: View, bound: Bindings) -> str:
        written, strength = piece(view, bound)
        return f"({written})" if strength < outer else written

    return fill


def is_known(value: Shown) -> bool:
    """Whether a value is one, and neither open nor known only between bounds."""
    return value is not None and not isinstance(value, Interval)


def is_const(expr: Expr, value: int) -> bool:
    """Whether an expression is this number."""
    return isinstance(expr, core.Const) and expr.value == value
