"""Building syntax nodes: the few forms of Python that generated code is made of."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

Constant = int | bool | str | None


def name(identifier: str) -> ast.Name:
    """A name that is read."""
    return ast.Name(id=identifier, ctx=ast.Load())


def const(value: Constant) -> ast.Constant:
    """A constant."""
    return ast.Constant(value=value)


def assign(target: str, value: ast.expr) -> ast.stmt:
    """`target = value`."""
    return ast.Assign(targets=[ast.Name(id=target, ctx=ast.Store())], value=value)


def add_to(target: str, value: ast.expr) -> ast.stmt:
    """`target += value`."""
    return ast.AugAssign(target=ast.Name(id=target, ctx=ast.Store()), op=ast.Add(), value=value)


def append_to(target: str, value: ast.expr) -> ast.stmt:
    """`target.append(value)`."""
    method = ast.Attribute(value=name(target), attr="append", ctx=ast.Load())
    return ast.Expr(value=ast.Call(func=method, args=[value], keywords=[]))


def call(function: str, *args: ast.expr) -> ast.expr:
    """`function(args)`."""
    return ast.Call(func=name(function), args=list(args), keywords=[])


def tuple_of(items: list[ast.expr]) -> ast.expr:
    """A tuple."""
    return ast.Tuple(elts=items, ctx=ast.Load())


def empty_list() -> ast.expr:
    """`[]`."""
    return ast.List(elts=[], ctx=ast.Load())


def list_of(item: ast.expr) -> ast.expr:
    """A list of one."""
    return ast.List(elts=[item], ctx=ast.Load())


def item(row: ast.expr, place: int) -> ast.expr:
    """`row[place]`."""
    return ast.Subscript(value=row, slice=const(place), ctx=ast.Load())


def when(test: ast.expr, then: ast.expr, other: ast.expr) -> ast.expr:
    """`then if test else other`."""
    return ast.IfExp(test=test, body=then, orelse=other)


def branch(test: ast.expr, body: list[ast.stmt], otherwise: list[ast.stmt] | None = None) -> ast.stmt:
    """An `if` statement."""
    return ast.If(test=test, body=body, orelse=otherwise or [])


_COMPARE: Mapping[str, type[ast.cmpop]] = {
    "<": ast.Lt,
    "<=": ast.LtE,
    ">": ast.Gt,
    ">=": ast.GtE,
    "==": ast.Eq,
    "!=": ast.NotEq,
    "in": ast.In,
}


def compare(left: ast.expr, op: str, right: ast.expr) -> ast.expr:
    """`left op right`."""
    return ast.Compare(left=left, ops=[_COMPARE[op]()], comparators=[right])


def is_(value: ast.expr, what: bool | None) -> ast.expr:
    """`value is what`."""
    return ast.Compare(left=value, ops=[ast.Is()], comparators=[const(what)])


def is_not(value: ast.expr, what: bool | None) -> ast.expr:
    """`value is not what`."""
    return ast.Compare(left=value, ops=[ast.IsNot()], comparators=[const(what)])


def either(*tests: ast.expr) -> ast.expr:
    """`a or b`."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(op=ast.Or(), values=list(tests))


def both(*tests: ast.expr) -> ast.expr:
    """`a and b`."""
    return tests[0] if len(tests) == 1 else ast.BoolOp(op=ast.And(), values=list(tests))


def opposite(test: ast.expr) -> ast.expr:
    """`not test`."""
    return ast.UnaryOp(op=ast.Not(), operand=test)


def _whole(code: ast.expr) -> int | None:
    return code.value if isinstance(code, ast.Constant) and isinstance(code.value, int) else None


def _operate(left: ast.expr, op: ast.operator, right: ast.expr, exact: Callable[[int, int], int]) -> ast.expr:
    a, b = _whole(left), _whole(right)
    if a is not None and b is not None:
        return const(exact(a, b))
    return ast.BinOp(left=left, op=op, right=right)


def times(left: ast.expr, right: ast.expr) -> ast.expr:
    """`left * right`, constants multiplied at once."""
    if _whole(left) == 1:
        return right
    if _whole(right) == 1:
        return left
    return _operate(left, ast.Mult(), right, lambda a, b: a * b)


def plus(left: ast.expr, right: ast.expr) -> ast.expr:
    """`left + right`, constants added at once."""
    if _whole(left) == 0:
        return right
    if _whole(right) == 0:
        return left
    return _operate(left, ast.Add(), right, lambda a, b: a + b)


def floor_divided(left: ast.expr, right: ast.expr) -> ast.expr:
    """`left // right`, towards minus infinity."""
    return _operate(left, ast.FloorDiv(), right, lambda a, b: a // b)


def negative(value: ast.expr) -> ast.expr:
    """`-value`."""
    whole = _whole(value)
    return const(-whole) if whole is not None else ast.UnaryOp(op=ast.USub(), operand=value)


def compile_function(function: ast.FunctionDef, namespace: Mapping[str, object]) -> Callable[..., Any]:
    """Make a callable of a generated function; it sees the namespace and a handful of builtins, nothing else."""
    module = ast.fix_missing_locations(ast.Module(body=[function], type_ignores=[]))
    scope: dict[str, Any] = {
        **namespace,
        "__builtins__": {"len": len, "min": min, "max": max, "zip": zip, "range": range},
    }
    exec(compile(module, "<aidrules>", "exec"), scope)  # built here from syntax nodes, with no text of a pack
    made: Callable[..., Any] = scope[function.name]
    return made


def function_of(head: str, body: list[ast.stmt]) -> ast.FunctionDef:
    """A function with a given head (`def decide(h_f, on): pass`) and body."""
    made = ast.parse(head).body[0]
    assert isinstance(made, ast.FunctionDef)
    made.body = body
    return made
