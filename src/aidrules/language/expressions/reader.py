"""Reading expressions: the safe subset of Python syntax in which rules are written, turned into core expressions.

Only the forms handled here exist; everything else is refused with the column where it stands.
"""

from __future__ import annotations

import ast
import re

from aidrules.language import build, core
from aidrules.language.build import ExpressionError
from aidrules.language.core import BOOL, Expr, Type
from aidrules.language.expressions import comparisons, functions, lists, names
from aidrules.language.expressions.dates import shift_date
from aidrules.language.expressions.literals import fold, negative
from aidrules.language.expressions.meanings import Meaning, Scope, single
from aidrules.language.expressions.syntax import parse, written_column
from aidrules.language.units import Quantity, UnitError

_QUANTITY = re.compile(r"[\d.]+ \w+")


def read(text: str, scope: Scope, expected: Type | None = None) -> Meaning:
    """Turn the text of an expression into core form.

    Args:
        text: as written in the rule.
        scope: what names mean there.
        expected: the type that its place asks for; an enum's values may then be written bare.

    Raises:
        ExpressionError: it cannot be read; says what was found, where, and what would fit.
    """
    tree = parse(text)
    try:
        return _Reader(scope).meaning(tree, expected)
    except ExpressionError as error:
        if error.column is not None:
            error.column = written_column(" ".join(text.split()), error.column)
        raise


def read_value(text: str, scope: Scope, expected: Type | None = None) -> Expr:
    """Like `read`, where only a single value fits."""
    return single(read(text, scope, expected))


def read_span(text: str, scope: Scope) -> Expr:
    """A length of time, as a quantity (`30 working_day`) or an expression."""
    try:
        quantity = Quantity.parse(text)
    except UnitError as error:
        if _QUANTITY.fullmatch(text.strip()):
            raise ExpressionError(str(error), "a length of time such as 30 working_day", error.hint) from None
        return read_value(text, scope)
    if not quantity.unit.powers:
        hint = f"Write {text.strip()} day, working_day, month or year, as the text says"
        raise ExpressionError(f"{text.strip()} without a unit", "a length of time such as 30 working_day", hint)
    if quantity.number < 0:
        raise ExpressionError(
            f"{text.strip()}, and time is counted forward only", "a length of time such as 30 working_day"
        )
    return build.number(quantity.number, quantity.unit, text)


class _Reader:
    """Reads one parsed expression in one scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.present: frozenset[Expr] = frozenset()

    def meaning(self, node: ast.expr, expected: Type | None = None) -> Meaning:
        try:
            return self._dispatch(node, expected)
        except ExpressionError as error:
            if error.column is None:
                error.column = max(getattr(node, "col_offset", 1) - 1, 0)
            raise

    def value(self, node: ast.expr, expected: Type | None = None) -> Expr:
        return single(self.meaning(node, expected))

    def condition(self, node: ast.expr) -> Expr:
        found = self.value(node, BOOL)
        return found if found.type.name == "bool" else build.expect(found, "bool", f"`{ast.unparse(node)}`")

    def inside(self, scope: Scope) -> _Reader:
        inner = _Reader(scope)
        inner.present = self.present
        return inner

    def _dispatch(self, node: ast.expr, expected: Type | None) -> Meaning:
        match node:
            case ast.Constant():
                return names.constant(node, expected)
            case ast.Name() | ast.Attribute():
                return names.named(self, node, expected)
            case ast.BoolOp():
                return self._bool_op(node)
            case ast.UnaryOp(op=ast.Not()):
                return core.negation(self.condition(node.operand))
            case ast.UnaryOp(op=ast.USub()):
                inner = build.expect(self.value(node.operand), "number", "what stands after -")
                return negative(inner)
            case ast.BinOp():
                return self._arithmetic(node)
            case ast.Compare():
                return comparisons.comparison(self, node)
            case ast.IfExp():
                condition = self.condition(node.test)
                then, other = self.pair(node.body, node.orelse, expected)
                return build.choose(condition, then, other)
            case ast.Call():
                return functions.call(self, node)
            case ast.Subscript():
                return names.subscript(self, node)
            case ast.ListComp():
                return lists.listed(self, node)
        raise ExpressionError(
            f"`{ast.unparse(node)[:60]}` is not part of the language ({type(node).__name__})",
            hint="Names, numbers, + - * /, comparisons, and/or/not, in, if/else and the listed functions are.",
        )

    def pair(self, left: ast.expr, right: ast.expr, expected: Type | None = None) -> tuple[Expr, Expr]:
        """Two values that belong together; a bare enum value takes its type from the other side."""
        if expected is not None:
            return self.value(left, expected), self.value(right, expected)
        try:
            first = self.value(left)
        except ExpressionError as error:
            try:
                second = self.value(right)
            except ExpressionError:
                raise error from None
            return self.value(left, second.type), second
        return first, self.value(right, first.type)

    def _bool_op(self, node: ast.BoolOp) -> Expr:
        outer, items = self.present, list[Expr]()
        for place, part in enumerate(node.values):
            try:
                item = self.condition(part)
            except ExpressionError as error:
                if isinstance(part, ast.Name):
                    error.hint = comparisons.of_the_same(self, node.values[:place], part.id) or error.hint
                raise
            items.append(item)
            settled = item if isinstance(node.op, ast.And) else core.negation(item)
            self.present |= {
                one.inner.inner
                for one in (settled.items if isinstance(settled, core.And) else (settled,))
                if isinstance(one, core.Not) and isinstance(one.inner, core.IsNone)
            }
        self.present = outer
        return core.conjunction(*items) if isinstance(node.op, ast.And) else core.disjunction(*items)

    def _arithmetic(self, node: ast.BinOp) -> Expr:
        left, right = self.value(node.left), self.value(node.right)
        if "date" in (left.type.name, right.type.name):
            if isinstance(node.op, ast.Add | ast.Sub) and right.type.name == "number":
                return shift_date(left, negative(right) if isinstance(node.op, ast.Sub) else right)
            raise ExpressionError(
                "a date can only be moved by a span of time",
                hint="Write `date + 3 * month`; for the time between two dates use months_between or days_between.",
            )
        match node.op:
            case ast.Add():
                return fold(build.add(left, right))
            case ast.Sub():
                return fold(build.subtract(left, right))
            case ast.Mult():
                return fold(build.multiply(left, right))
            case ast.Div():
                return fold(build.divide(left, right))
            case ast.Mod():
                raise ExpressionError(
                    "% stands between two values", hint="A percentage is written without a space: 30%."
                )
        raise ExpressionError(f"the operator in `{ast.unparse(node)[:60]}` is not part of the language")
