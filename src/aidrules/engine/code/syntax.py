"""Building syntax nodes: the few forms of Python that generated code is made of."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, TypeVar

N = TypeVar("N", bound=ast.AST)

Value = int | bool | str | None

AT_ONCE = 30
"""Python makes a tuple of at most so many names in one step, and longer ones name by name."""


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
_Name, _Starred, _Subscript, _Tuple, _UnaryOp = (
    _placed(ast.Name),
    _placed(ast.Starred),
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


def unpack(targets: list[str], value: ast.expr) -> ast.stmt:
    """`a, b = value`."""
    return _Assign([_Tuple([stored(target) for target in targets], _STORE)], value)


def add_to(target: str, value: ast.expr) -> ast.stmt:
    """`target += value`."""
    return _AugAssign(stored(target), _ADD, value)


def append_to(target: str, value: ast.expr) -> ast.stmt:
    """`target.append(value)`."""
    return _Expr(call_of(name(target), "append", value))


def call(function: str, *args: ast.expr) -> ast.expr:
    """`function(args)`."""
    return _Call(name(function), list(args), [])


def call_of(holder: ast.expr, method: str, *args: ast.expr) -> ast.expr:
    """`holder.method(args)`."""
    return _Call(attribute(holder, method), list(args), [])


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


def long_tuple(items: list[ast.expr]) -> ast.expr:
    """A tuple of any length, put together in few steps."""
    starts = range(0, len(items), AT_ONCE) if items else (0,)
    return chained([tuple_of(items[start : start + AT_ONCE]) for start in starts])


def chained(tuples: list[ast.expr]) -> ast.expr:
    """One tuple of what several hold."""
    return tuples[0] if len(tuples) == 1 else tuple_of([_Starred(each, _LOAD) for each in tuples])


def item(row: ast.expr, place: int) -> ast.expr:
    """`row[place]`."""
    return _Subscript(row, const(place), _LOAD)


def entry(mapping: ast.expr, key: str) -> ast.expr:
    """`mapping["key"]`."""
    return _Subscript(mapping, const(key), _LOAD)


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


def renamed(code: ast.Name, identifier: str) -> ast.Name:
    """The same use of another name."""
    return _Name(identifier, code.ctx)


def rebuilt(code: N, change: Callable[[ast.expr], ast.expr]) -> N:
    """The same with changed expressions directly inside."""
    return type(code)(*(_changed(getattr(code, field), change) for field in code._fields))


def _changed(part: Any, change: Callable[[ast.expr], ast.expr]) -> Any:
    if isinstance(part, list):
        return [change(each) if isinstance(each, ast.expr) else each for each in part]
    return change(part) if isinstance(part, ast.expr) else part


def parts(code: ast.expr) -> Iterator[ast.expr]:
    """The expressions directly inside."""
    return (part for part in ast.iter_child_nodes(code) if isinstance(part, ast.expr))


def shape(code: ast.AST) -> Hashable:
    """What two expressions have in common that compute the same in the same way."""
    if isinstance(code, ast.Name):
        return code.id
    if isinstance(code, ast.Constant):
        return type(code.value), code.value
    if not isinstance(code, ast.expr):
        return code
    parts = (getattr(code, field) for field in code._fields)
    return (
        type(code),
        *(tuple(map(shape, part)) if isinstance(part, list) else shape(part) for part in parts),
    )


def when(test: ast.expr, then: ast.expr, other: ast.expr) -> ast.expr:
    """`then if test else other`."""
    if isinstance(test, ast.Constant):
        return then if test.value else other
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
    return loop_over(targets[0] if len(targets) == 1 else _Tuple(targets, _STORE), along, body)


def loop_over(target: ast.expr, along: ast.expr, body: list[ast.stmt]) -> ast.stmt:
    """`for target in along`."""
    return _For(target, along, body or [_Pass()], [])


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


_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def compare(left: ast.expr, op: str, right: ast.expr) -> ast.expr:
    """`left op right`, constants compared at once."""
    a, b = _known(left), _known(right)
    if a is not None and type(a) is type(b):
        return const(_COMPARED[op](a, b))
    return _Compare(left, [_COMPARE[op]], [right])


def is_(value: ast.expr, what: bool | None) -> ast.expr:
    """`value is what`."""
    if isinstance(value, ast.Constant):
        return const(value.value is what)
    return _Compare(value, [_IS], [const(what)])


def is_not(value: ast.expr, what: bool | None) -> ast.expr:
    """`value is not what`."""
    if isinstance(value, ast.Constant):
        return const(value.value is not what)
    return _Compare(value, [_IS_NOT], [const(what)])


def either(*tests: ast.expr) -> ast.expr:
    """`a or b`, what is certain left out."""
    return _joined(_OR, tests, True)


def both(*tests: ast.expr) -> ast.expr:
    """`a and b`, what is certain left out."""
    return _joined(_AND, tests, False)


def _joined(how: ast.boolop, tests: tuple[ast.expr, ...], decisive: bool) -> ast.expr:
    if any(isinstance(test, ast.Constant) and test.value is decisive for test in tests):
        return const(decisive)
    left = [test for test in tests if not (isinstance(test, ast.Constant) and test.value is (not decisive))]
    if len(left) > 1:
        return _BoolOp(how, left)
    return left[0] if left else const(not decisive)


def opposite(test: ast.expr) -> ast.expr:
    """`not test`."""
    if isinstance(test, ast.Constant) and isinstance(test.value, bool):
        return const(not test.value)
    return _UnaryOp(_NOT, test)


def _known(code: ast.expr) -> int | bool | str | None:
    return code.value if isinstance(code, ast.Constant) and isinstance(code.value, int | str) else None


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
    return with_body(made, body)


def with_body(function: ast.FunctionDef, body: list[ast.stmt]) -> ast.FunctionDef:
    """A function with the same head and another body."""
    return ast.FunctionDef(function.name, function.args, body, [], lineno=1, col_offset=0)
