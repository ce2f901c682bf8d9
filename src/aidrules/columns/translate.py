"""Generated code in columns: the straight-line expressions that the exact engine's writer makes, as Polars expressions.

The language is small and closed: integers, comparisons, choices, tests for None, and calls of the calendar. Logic over
values that may be None is three-valued here, as Polars has it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

import polars as pl

from aidrules.columns import column, dates
from aidrules.columns.column import Column
from aidrules.decision.forms.outcomes import STATUSES

_COMPARED = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_OPERATED = {ast.Mult: column.times, ast.Add: column.plus, ast.FloorDiv: column.floor_divided}

PLACE = "_place"
"""A call of this name gives the place of a status among all statuses."""
TOGETHER = "_together"
"""A call of this name gives the bits of two whole numbers together."""


def translate(code: ast.expr, named: Callable[[str], Column]) -> Column:
    """The column that an expression computes.

    Args:
        code: as the writer made it.
        named: gives the column of a name.
    """

    def of(inner: ast.expr) -> Column:
        return translate(inner, named)

    match code:
        case ast.Name(id=name):
            return named(name)
        case ast.Constant(value=value):
            assert value is None or isinstance(value, bool | int | str)
            return column.constant(value)
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATED[type(op)](of(left), of(right))
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return column.negative(of(inner))
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return column.opposite(of(inner))
        case ast.BoolOp(op=op, values=values):
            return (column.both if isinstance(op, ast.And) else column.either)([of(value) for value in values])
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(of, left, op, right)
        case ast.IfExp(test=test, body=then, orelse=other):
            condition = of(test)
            if condition.nullable and isinstance(other, ast.Constant) and other.value is None:
                # Whether two values agree that may be unknown: if either is, what both agree on is unknown.
                condition = column.is_(condition, True)
            if condition.fixed:
                return of(then if condition.const else other)
            told = _told_by(test)
            rest = translate(other, lambda name: _known(named(name)) if name in told else named(name))
            if told and isinstance(other, ast.Name) and told == {other.id}:
                return column.filled(named(other.id), of(then))
            return column.chosen(condition, of(then), rest)
        case ast.Subscript(value=ast.Call(func=ast.Name(id="_product"), args=args), slice=ast.Constant(value=place)):
            a, b, c, d = map(of, args)
            corners = [column.times(x, y) for x in (a, b) for y in (c, d)]
            return column.extreme("max" if place else "min", corners)
        case ast.Call(func=ast.Name(id=name), args=args):
            parts = [of(arg) for arg in args]
            if name == PLACE:
                return _place(parts[0])
            if name == TOGETHER:
                return _together(*parts)
            return column.extreme(name, parts) if name in ("min", "max") else dates.called(name, parts)
    raise TypeError(f"not an expression of generated code: {ast.dump(code)[:200]}")


def _comparison(of: Callable[[ast.expr], Column], left: ast.expr, op: ast.cmpop, right: ast.expr) -> Column:
    if isinstance(op, ast.Is | ast.IsNot):
        assert isinstance(right, ast.Constant)
        assert right.value is None or isinstance(right.value, bool)
        found = column.is_(of(left), right.value)
        return column.opposite(found) if isinstance(op, ast.IsNot) else found
    if isinstance(op, ast.In):
        assert isinstance(right, ast.Tuple)
        item = of(left)
        return column.either([column.compared(item, "==", of(option)) for option in right.elts])
    return column.compared(of(left), _COMPARED[type(op)], of(right))


def _told_by(test: ast.expr) -> set[str]:
    """The names that are known where a test for None fails."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return set().union(*map(_told_by, test.values))
    if isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and isinstance(test.ops[0], ast.Is):
        return (
            {test.left.id}
            if isinstance(test.comparators[0], ast.Constant) and test.comparators[0].value is None
            else set()
        )
    return set()


def _known(found: Column) -> Column:
    return found if found.fixed else replace(found, nullable=False)


def _place(status: Column) -> Column:
    """The place of a status among all statuses."""
    if status.fixed:
        return column.constant(STATUSES.index(status.const))
    if status.options != STATUSES or status.nullable:
        raise TypeError("a column that is not one of statuses")
    return Column("int", status.at().cast(pl.Int64), low=0, high=len(STATUSES) - 1)


def _together(a: Column, b: Column) -> Column:
    """The bits of two whole numbers together."""
    if 0 in (a.const, b.const):
        return b if a.const == 0 else a
    if a.fixed and b.fixed:
        return column.constant(a.const | b.const)
    return Column("int", a.at() | b.at(), low=0, high=2**62 - 1)
