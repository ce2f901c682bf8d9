"""Constants, names, attributes and parameters with keys in expressions."""

from __future__ import annotations

import ast
import re
from fractions import Fraction

from aidrules.language import build, core
from aidrules.language.build import ExpressionError
from aidrules.language.core import DATE, OPTIONAL_DATE, Expr, Type
from aidrules.language.expressions import lists
from aidrules.language.expressions.dates import part_of_date
from aidrules.language.expressions.meanings import End, Meaning, Reader, Scope, dotted, single
from aidrules.language.fields import near, one_of
from aidrules.language.units import TIME, Unit, is_currency

MAX_DIGITS = 24


def constant(node: ast.Constant, expected: Type | None) -> Expr:
    """A number, a text or an option in quotes."""
    value = node.value
    if isinstance(value, bool):
        return core.TRUE if value else core.FALSE
    if isinstance(value, int | float):
        digits = node.kind or ""
        if len(digits) > MAX_DIGITS or not re.fullmatch(r"\d+(\.\d+)?", digits):
            plain = digits.replace("_", "")
            hint = f"Write {plain}" if plain != digits and plain.isdigit() else None
            raise ExpressionError(f"the number {digits[:40]}", f"plain digits, at most {MAX_DIGITS}", hint)
        return build.number(Fraction(digits), text=digits)
    if isinstance(value, str):
        kind = expected if expected is not None and expected.name == "enum" else core.TEXT
        return enum_value(value, kind) if kind.name == "enum" else core.Const(value, core.TEXT, value)
    if value is None:
        raise ExpressionError("None is Python's word", hint="Write `is none`, or leave the fact unknown.")
    raise ExpressionError(f"`{ast.unparse(node)[:40]}` is not a value of the language")


def enum_value(value: str, kind: Type) -> core.Const:
    """One of the options of a type."""
    if value not in kind.options:
        hint = near(value, kind.options)
        raise ExpressionError(f"{value!r} is not one of the values", one_of(kind.options), hint)
    return core.Const(value, kind, value)


def named(reader: Reader, node: ast.Name | ast.Attribute, expected: Type | None) -> Meaning:
    """What a name with or without dots means."""
    parts = dotted(node)
    if parts is None:
        return _attribute(reader, node)
    for part in parts:
        if part.startswith("_"):
            raise ExpressionError(
                f"the name {part!r} begins with an underscore", hint="Only declared names can be used."
            )
    if len(parts) == 1:
        (name,) = parts
        if name in ("true", "false"):
            return core.TRUE if name == "true" else core.FALSE
        if name == "none" and expected is not None and expected.name == "date":
            return core.Const(core.NO_DATE, OPTIONAL_DATE, "none")
        if expected is not None and expected.name == "enum" and name in expected.options:
            return core.Const(name, expected, name)
        if _unit_name(name, reader.scope):
            return core.Const(
                Fraction(1),
                Type("number", Unit.parse(name, reader.scope.units), flexible=is_currency(name)),
                name,
            )
    if parts[-1] in ("year", "month", "day") and len(parts) > 1:
        try:
            return part_of_date(parts[-1], single(reader.scope.resolve(parts[:-1])))
        except ExpressionError:
            return reader.scope.resolve(parts)
    try:
        return reader.scope.resolve(parts)
    except ExpressionError as error:
        if len(parts) == 1 and expected is not None and expected.name == "enum":
            hint = near(parts[0], expected.options) or "Write one of these, or the name of a value that is one of them"
            raise ExpressionError(error.found, one_of(expected.options), hint) from None
        raise


def _unit_name(name: str, scope: Scope) -> bool:
    return name in TIME or is_currency(name) or name in scope.units


def _attribute(reader: Reader, node: ast.Name | ast.Attribute) -> Expr:
    if isinstance(node, ast.Attribute):
        if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name):
            function = node.value.func.id
            if function in ("latest", "first"):
                return lists.edge(reader, function, node.value, node.attr)
        if node.attr in ("low", "high"):
            end: End = "low" if node.attr == "low" else "high"
            if isinstance(node.value, ast.Subscript):
                return subscript(reader, node.value, end=end)
            if isinstance(node.value, ast.Call) and dotted(node.value.func) == ("at",):
                return at(reader, node.value.args, end)
        if node.attr in ("year", "month", "day"):
            return part_of_date(node.attr, reader.value(node.value))
    raise ExpressionError(f"`{ast.unparse(node)[:60]}` has no such part")


def subscript(reader: Reader, node: ast.Subscript, on: Expr | None = None, end: End | None = None) -> Expr:
    """A parameter with its keys in brackets."""
    parts = dotted(node.value)
    if parts is None:
        raise ExpressionError(f"`{ast.unparse(node)[:60]}` is not a parameter with a key")
    elements = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]

    def keys(types: tuple[Type, ...]) -> tuple[Expr, ...]:
        if len(types) != len(elements):
            raise ExpressionError(f"{len(elements)} keys", expected=f"{len(types)}")
        return tuple(reader.value(element, kind) for element, kind in zip(elements, types, strict=True))

    return reader.scope.parameter(parts, keys, on, end)


def at(reader: Reader, args: list[ast.expr], end: End | None = None) -> Expr:
    """A parameter as it stood, or stands, on another date."""
    if len(args) == 2:
        on = reader.value(args[1], DATE)
        if isinstance(args[0], ast.Subscript):
            return subscript(reader, args[0], on, end)
        if (parts := dotted(args[0])) is not None:
            return reader.scope.parameter(parts, None, on, end)
    raise ExpressionError("at() takes a parameter and a date", expected="at(standard[urban], date(2018, 6, 30))")
