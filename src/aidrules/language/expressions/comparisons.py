"""Comparisons in expressions: in order, equal, `is none`, `in` a list or a period."""

from __future__ import annotations

import ast

from aidrules.language import build, core
from aidrules.language.build import ExpressionError
from aidrules.language.core import Expr
from aidrules.language.expressions.meanings import Period, Reader
from aidrules.language.expressions.names import enum_value


def comparison(reader: Reader, node: ast.Compare) -> Expr:
    """One comparison or several in a row."""
    sides = [node.left, *node.comparators]
    parts = [_compare(reader, sides[index], op, sides[index + 1]) for index, op in enumerate(node.ops)]
    return core.conjunction(*parts)


def of_the_same(reader: Reader, before: list[ast.expr], name: str) -> str | None:
    """A hint where a name that nothing has is an option of what is compared just before: `x == a or b`."""
    for each in reversed(before):
        if not isinstance(each, ast.Compare) or not isinstance(each.ops[0], ast.Eq | ast.NotEq) or len(each.ops) > 1:
            continue
        try:
            options = reader.value(each.left).type.options
        except ExpressionError:
            continue
        if name in options:
            word = "in" if isinstance(each.ops[0], ast.Eq) else "not in"
            return f"Write {ast.unparse(each.left)} {word} [{ast.unparse(each.comparators[0])}, {name}]"
    return None


def _compare(reader: Reader, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Expr:
    if isinstance(op, ast.Is | ast.IsNot):
        if not (isinstance(right, ast.Name) and right.id == "none"):
            raise ExpressionError("`is` is only for `is none` and `is not none`", hint="Use == to compare.")
        item = reader.value(left)
        if item.type.name == "enum" and "none" in item.type.options:
            test: Expr = core.Compare("==", item, core.Const("none", item.type, "none"))
        elif item.type.optional:
            test = core.IsNone(item)
        else:
            raise ExpressionError(f"`{ast.unparse(left)}` is {item.type} and never none")
        return test if isinstance(op, ast.Is) else core.negation(test)
    if isinstance(op, ast.In | ast.NotIn):
        inside = _membership(reader, left, right)
        return inside if isinstance(op, ast.In) else core.negation(inside)
    symbol = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}[type(op)]
    first, second = reader.pair(left, right)
    if {first.type.name, second.type.name} == {"enum", "text"}:
        first, second = _align_text(first, second)
    if first.type.name == "enum" and second.type.name == "enum":
        _check_options(first, second)
    return build.compare(symbol, first, second)


def _membership(reader: Reader, left: ast.expr, right: ast.expr) -> Expr:
    item = reader.value(left)
    if isinstance(right, ast.List | ast.Tuple):
        options = [reader.value(element, item.type) for element in right.elts]
        for option in options:
            if not isinstance(option, core.Const):
                raise ExpressionError("a list after `in` holds fixed values only", hint="Use == and `or`.")
            build.compare("==", item, option)
        return core.In(item, tuple(option for option in options if isinstance(option, core.Const)))
    period = reader.meaning(right)
    if not isinstance(period, Period):
        raise ExpressionError("after `in` stands a list in brackets or a period")
    return core.conjunction(build.compare(">=", item, period.start), build.compare("<=", item, period.end))


def _align_text(first: Expr, second: Expr) -> tuple[Expr, Expr]:
    if isinstance(first, core.Const) and isinstance(first.value, str):
        return enum_value(first.value, second.type), second
    if isinstance(second, core.Const) and isinstance(second.value, str):
        return first, enum_value(second.value, first.type)
    return first, second


def _check_options(first: Expr, second: Expr) -> None:
    for one, other in ((first, second), (second, first)):
        if isinstance(one, core.Const) and one.value not in other.type.options:
            enum_value(str(one.value), other.type)
    if not set(first.type.options) & set(second.type.options):
        raise ExpressionError(f"{first.type} and {second.type} are never the same")
