"""Reading facts: one generated function takes from a household what the definitions need, as rows of plain values."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from aidrules.engine.code import compile_function
from aidrules.engine.layout import Row
from aidrules.facts.schema import Path, Subject, subject_at
from aidrules.language import core

FactReader = Callable[[Any], tuple[bool, Any]]
"""Takes a household; gives whether any fact is unknown, and the household's row."""


_EXACT = Context(prec=60)
"""Whatever precision the caller's own context has."""


def write_reader(schema: Subject, rows: Mapping[Path, Row]) -> FactReader:
    """Generate the reader for what is read.

    A row holds the fields, then the lists (as lists of rows). Amounts become whole numbers of their smallest decimal,
    dates ordinals; None stays None.
    """
    body: list[ast.stmt] = [_assign("unknown", ast.Constant(value=False))]
    counter = iter(range(1, 10**9))
    body.extend(_row(schema, rows, (), "h", "row", counter))
    body.append(ast.Return(value=ast.Tuple(elts=[_name("unknown"), _name("row")], ctx=ast.Load())))
    function = ast.parse("def read(h): pass").body[0]
    assert isinstance(function, ast.FunctionDef)
    function.body = body
    return compile_function(function, {"_scaled": scaled, "_ordinal": ordinal})


def scaled(value: Decimal | int, factor: int) -> int:
    """A number as a whole count of its smallest decimal."""
    return value * factor if isinstance(value, int) else int(_EXACT.multiply(value, Decimal(factor)))


def ordinal(day: Any) -> int:
    """A date as an ordinal; the text "none" as 0."""
    return core.NO_DATE if day == "none" else int(day.toordinal())


def _name(name: str) -> ast.Name:
    return ast.Name(id=name, ctx=ast.Load())


def _assign(target: str, value: ast.expr) -> ast.stmt:
    return ast.Assign(targets=[ast.Name(id=target, ctx=ast.Store())], value=value)


def _attribute(item: str, name: str) -> ast.expr:
    return ast.Attribute(value=_name(item), attr=name, ctx=ast.Load())


def _unless_none(item: str, value: ast.expr, absent: bool | int | str | None = None) -> ast.expr:
    test = ast.Compare(left=_name(item), ops=[ast.Is()], comparators=[ast.Constant(value=None)])
    return ast.IfExp(test=test, body=ast.Constant(value=absent), orelse=value)


def _row(schema: Subject, rows: Mapping[Path, Row], path: Path, item: str, target: str, counter: Any) -> list[ast.stmt]:
    """Statements that make the row of one bound item."""
    statements: list[ast.stmt] = []
    elements: list[ast.expr] = []
    groups: dict[str, str] = {}
    subject = subject_at(schema, path)
    for name, fact in rows[path].fields.items():
        attributes = name.split(".")
        if subject.fields[name].finding is not None:
            attributes.append("value")
        holder = item
        for depth, attribute in enumerate(attributes[:-1]):
            group = ".".join(attributes[: depth + 1])
            if group not in groups:
                groups[group] = f"g{next(counter)}"
                value = _attribute(holder, attribute)
                statements.append(_assign(groups[group], value if holder == item else _unless_none(holder, value)))
            holder = groups[group]
        raw = f"x{next(counter)}"
        value = _attribute(holder, attributes[-1])
        statements.append(_assign(raw, value if holder == item else _unless_none(holder, value)))
        element = _unless_none(raw, _converted(raw, fact)) if _needs(fact) else _name(raw)
        if fact.absent is not None:
            # Only where there is no record at all: of one whose day is not known, the day is not known.
            absent = int(fact.absent * 10**fact.scale) if isinstance(fact.absent, Fraction) else fact.absent
            element = _unless_none(holder, element, absent)
        elements.append(element)
    for name in rows[path].lists:
        listed = f"l{next(counter)}"
        source = f"y{next(counter)}"
        inner_item, inner_row = f"i{next(counter)}", f"r{next(counter)}"
        statements.append(_assign(source, _attribute(item, name)))
        inner = _row(schema, rows, (*path, name), inner_item, inner_row, counter)
        append = ast.Attribute(value=_name(listed), attr="append", ctx=ast.Load())
        inner.append(ast.Expr(value=ast.Call(func=append, args=[_name(inner_row)], keywords=[])))
        loop = ast.For(target=ast.Name(id=inner_item, ctx=ast.Store()), iter=_name(source), body=inner, orelse=[])
        test = ast.Compare(left=_name(source), ops=[ast.Is()], comparators=[ast.Constant(value=None)])
        empty = _assign(listed, ast.List(elts=[], ctx=ast.Load()))
        nothing = _assign(listed, ast.Constant(value=None))
        statements.append(ast.If(test=test, body=[nothing], orelse=[empty, loop]))
        elements.append(_name(listed))
    statements.append(_assign(target, ast.Tuple(elts=elements, ctx=ast.Load())))
    missing = ast.Compare(left=ast.Constant(value=None), ops=[ast.In()], comparators=[_name(target)])
    statements.append(ast.If(test=missing, body=[_assign("unknown", ast.Constant(value=True))], orelse=[]))
    return statements


def _needs(fact: core.Fact) -> bool:
    return fact.type.name == "date" or fact.scale > 0


def _converted(raw: str, fact: core.Fact) -> ast.expr:
    if fact.type.name == "date":
        return ast.Call(func=_name("_ordinal"), args=[_name(raw)], keywords=[])
    if fact.scale:
        scale = ast.Constant(value=10**fact.scale)
        return ast.Call(func=_name("_scaled"), args=[_name(raw), scale], keywords=[])
    return _name(raw)
