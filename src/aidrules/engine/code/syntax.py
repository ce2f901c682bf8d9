"""Building syntax nodes: the few forms of Python that generated code is made of."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

N = TypeVar("N", bound=ast.AST)

Value = int | bool | str | None


class _Placed:
    """Python wants every node to stand somewhere; said by its class, it need not be set on each."""

    lineno = 1
    col_offset = 0


def _placed(form: type[N]) -> type[N]:
    return type(form.__name__, (_Placed, form), {})


_Assign, _AugAssign, _Break, _Expr = _placed(ast.Assign), _placed(ast.AugAssign), _placed(ast.Break), _placed(ast.Expr)
_For, _If, _Pass, _Return = _placed(ast.For), _placed(ast.If), _placed(ast.Pass), _placed(ast.Return)
_Attribute, _BinOp, _BoolOp, _Call = _placed(ast.Attribute), _placed(ast.BinOp), _placed(ast.BoolOp), _placed(ast.Call)
_Compare, _Constant, _IfExp, _List = _placed(ast.Compare), _placed(ast.Constant), _placed(ast.IfExp), _placed(ast.List)
_Name, _Subscript, _Tuple, _UnaryOp = (
    _placed(ast.Name),
    _placed(ast.Subscript),
    _placed(ast.Tuple),
    _placed(ast.UnaryOp),
)

# One of each serves everywhere: tens of thousands of nodes have one.
_LOAD, _STORE = ast.Load(), ast.Store()
_AND, _OR, _NOT, _MINUS = ast.And(), ast.Or(), ast.Not(), ast.USub()
_ADD, _MULT, _FLOOR_DIV = ast.Add(), ast.Mult(), ast.FloorDiv()
_IS, _IS_NOT = ast.Is(), ast.IsNot()


def name(identifier: str) -> ast.Name:
    """A name that is read."""
    return _Name(identifier, _LOAD)


def stored(identifier: str) -> ast.Name:
    """A name that is given a value."""
    return _Name(identifier, _STORE)


def const(value: Value) -> ast.Constant:
    """A constant."""
    return _Constant(value)


def assign(target: str, value: ast.expr) -> ast.stmt:
    """`target = value`."""
    return _Assign([stored(target)], value)


def add_to(target: str, value: ast.expr) -> ast.stmt:
    """`target += value`."""
    return _AugAssign(stored(target), _ADD, value)


def append_to(target: str, value: ast.expr) -> ast.stmt:
    """`target.append(value)`."""
    return _Expr(_Call(attribute(name(target), "append"), [value], []))


def call(function: str, *args: ast.expr) -> ast.expr:
    """`function(args)`."""
    return _Call(name(function), list(args), [])


def attribute(holder: ast.expr, attr: str) -> ast.expr:
    """`holder.attr`."""
    return _Attribute(holder, attr, _LOAD)


def tuple_of(items: list[ast.expr]) -> ast.expr:
    """A tuple."""
    return _Tuple(items, _LOAD)


def empty_list() -> ast.expr:
    """`[]`."""
    return _List([], _LOAD)


def list_of(item: ast.expr) -> ast.expr:
    """A list of one."""
    return _List([item], _LOAD)


def item(row: ast.expr, place: int) -> ast.expr:
    """`row[place]`."""
    return _Subscript(row, const(place), _LOAD)


def same(a: ast.expr, b: ast.expr) -> bool:
    """Whether two forms are the same name or the same constant."""
    if isinstance(a, ast.Name):
        return isinstance(b, ast.Name) and a.id == b.id
    return (
        isinstance(a, ast.Constant)
        and isinstance(b, ast.Constant)
        and type(a.value) is type(b.value)
        and (a.value == b.value)
    )


def when(test: ast.expr, then: ast.expr, other: ast.expr) -> ast.expr:
    """`then if test else other`."""
    return then if same(then, other) else _IfExp(test, then, other)


def extreme(pick: str, first: ast.expr, *others: ast.expr) -> ast.expr:
    """`min(first, ...)` or `max(first, ...)`, of values that can stand several times."""
    for other in others:
        a, b = _whole(first), _whole(other)
        if a is not None and b is not None:
            first = const(min(a, b) if pick == "min" else max(a, b))
        elif len(others) == 1:
            return when(compare(first, "<=" if pick == "min" else ">=", other), first, other)
        else:
            return call(pick, first, *others)
    return first


def branch(test: ast.expr, body: list[ast.stmt], otherwise: list[ast.stmt] | None = None) -> ast.stmt:
    """An `if` statement."""
    return _If(test, body, otherwise or [])


def loop(names: list[str], along: ast.expr, body: list[ast.stmt]) -> ast.stmt:
    """`for a, b in along`, with one name or several."""
    targets: list[ast.expr] = [stored(identifier) for identifier in names]
    return _For(targets[0] if len(targets) == 1 else _Tuple(targets, _STORE), along, body or [_Pass()], [])


def leave() -> ast.stmt:
    """`break`."""
    return _Break()


def give(value: ast.expr) -> ast.stmt:
    """`return value`."""
    return _Return(value)


_COMPARE: Mapping[str, ast.cmpop] = {
    "<": ast.Lt(),
    "<=": ast.LtE(),
    ">": ast.Gt(),
    ">=": ast.GtE(),
    "==": ast.Eq(),
    "!=": ast.NotEq(),
    "in": ast.In(),
}


def compare(left: ast.expr, op: str, right: ast.expr) -> ast.expr:
    """`left op right`."""
    return _Compare(left, [_COMPARE[op]], [right])


def is_(value: ast.expr, what: bool | None) -> ast.expr:
    """`value is what`."""
    return _Compare(value, [_IS], [const(what)])


def is_not(value: ast.expr, what: bool | None) -> ast.expr:
    """`value is not what`."""
    return _Compare(value, [_IS_NOT], [const(what)])


def either(*tests: ast.expr) -> ast.expr:
    """`a or b`."""
    return tests[0] if len(tests) == 1 else _BoolOp(_OR, list(tests))


def both(*tests: ast.expr) -> ast.expr:
    """`a and b`."""
    return tests[0] if len(tests) == 1 else _BoolOp(_AND, list(tests))


def opposite(test: ast.expr) -> ast.expr:
    """`not test`."""
    return _UnaryOp(_NOT, test)


def _whole(code: ast.expr) -> int | None:
    return code.value if isinstance(code, ast.Constant) and isinstance(code.value, int) else None


def _operate(left: ast.expr, op: ast.operator, right: ast.expr, exact: Callable[[int, int], int]) -> ast.expr:
    a, b = _whole(left), _whole(right)
    if a is not None and b is not None:
        return const(exact(a, b))
    return _BinOp(left, op, right)


def times(left: ast.expr, right: ast.expr) -> ast.expr:
    """`left * right`, constants multiplied at once."""
    if _whole(left) == 1:
        return right
    if _whole(right) == 1:
        return left
    return _operate(left, _MULT, right, lambda a, b: a * b)


def plus(left: ast.expr, right: ast.expr) -> ast.expr:
    """`left + right`, constants added at once."""
    if _whole(left) == 0:
        return right
    if _whole(right) == 0:
        return left
    return _operate(left, _ADD, right, lambda a, b: a + b)


def floor_divided(left: ast.expr, right: ast.expr) -> ast.expr:
    """`left // right`, towards minus infinity."""
    return _operate(left, _FLOOR_DIV, right, lambda a, b: a // b)


def negative(value: ast.expr) -> ast.expr:
    """`-value`."""
    whole = _whole(value)
    return const(-whole) if whole is not None else _UnaryOp(_MINUS, value)


def compile_function(function: ast.FunctionDef, namespace: Mapping[str, object]) -> Callable[..., Any]:
    """Make a callable of a generated function; it sees the namespace and a handful of builtins, nothing else."""
    module = ast.Module(body=[function], type_ignores=[])
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
