"""Walks, rebuilds and simplifies expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from aidrules.language.core.forms import (
    FALSE,
    TRUE,
    Add,
    Agg,
    And,
    Call,
    Compare,
    Const,
    Div,
    Expr,
    Extreme,
    Fact,
    If,
    In,
    IsNone,
    Mul,
    Neg,
    Not,
    Or,
    Param,
    Position,
    Ref,
    Round,
    Today,
    Unknown,
)

_PARTS: Mapping[type, tuple[str, ...]] = {
    **dict.fromkeys((Const, Unknown, Today, Fact, Ref, Position), ()),
    **dict.fromkeys((Param, Neg, Round, Not, IsNone), ("inner",)),
    **dict.fromkeys((And, Or), ("items",)),
    Add: ("terms",),
    Mul: ("factors",),
    Div: ("above", "below"),
    Extreme: ("args",),
    Call: ("args",),
    Compare: ("left", "right"),
    In: ("item", "options"),
    If: ("condition", "then", "other"),
    Agg: ("where", "body", "default"),
}
"""The fields of each form of expression that hold expressions."""


def children(expr: Expr) -> list[Expr]:
    """The expressions directly inside one."""
    found: list[Expr] = []
    for name in _PARTS[type(expr)]:
        value = getattr(expr, name)
        if isinstance(value, tuple):
            found.extend(value)
        elif value is not None:
            found.append(value)
    return found


def walk(expr: Expr) -> Iterator[Expr]:
    """An expression and all inside it, outermost first."""
    waiting = [expr]
    while waiting:
        part = waiting.pop()
        yield part
        if _PARTS[type(part)]:
            waiting.extend(reversed(children(part)))


def rebuild(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same expression with `change` applied to each expression directly inside it."""
    changes: dict[str, Any] = {}
    for name in _PARTS[type(expr)]:
        value = getattr(expr, name)
        if value is None:
            continue
        if isinstance(value, tuple):
            several = tuple(change(item) for item in value)
            if any(new is not old for new, old in zip(several, value, strict=True)):
                changes[name] = several
        elif (new := change(value)) is not value:
            changes[name] = new
    return replace(expr, **changes) if changes else expr


def rename(expr: Expr, names: Mapping[str, str]) -> Expr:
    """The same expression about other items: variables are replaced as `names` says."""
    if isinstance(expr, Fact | Ref | Position) and expr.var in names:
        return replace(expr, var=names[expr.var])
    if isinstance(expr, Agg) and expr.source.var in names:
        expr = replace(expr, source=replace(expr.source, var=names[expr.source.var]))
    return rebuild(expr, lambda inner: rename(inner, names))


def conjunction(*items: Expr) -> Expr:
    """All of them; flattened, constants taken out."""
    flat: list[Expr] = []
    for item in items:
        flat.extend(item.items if isinstance(item, And) else (item,))
    if FALSE in flat:
        return FALSE
    flat = [item for item in flat if item != TRUE]
    return TRUE if not flat else flat[0] if len(flat) == 1 else And(tuple(flat))


def disjunction(*items: Expr) -> Expr:
    """Any of them; flattened, constants taken out."""
    flat: list[Expr] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Or) else (item,))
    if TRUE in flat:
        return TRUE
    flat = [item for item in flat if item != FALSE]
    return FALSE if not flat else flat[0] if len(flat) == 1 else Or(tuple(flat))


def negation(item: Expr) -> Expr:
    """Not so; double negation and constants taken out."""
    if item in (TRUE, FALSE):
        return FALSE if item == TRUE else TRUE
    return item.inner if isinstance(item, Not) else Not(item)
