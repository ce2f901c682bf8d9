"""Values as a decision shows them, in columns: known or not, without bounds inside an expression.

Which inputs leave something open is told by walking down what is open as it is shown (see `aidrules.decision.view`).
So this writes what an expression comes to from the values of definitions, where a number is known or it is null.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TypeVar

from aidrules.columns.folds import Fold
from aidrules.columns.rows import Rows
from aidrules.columns.writer import ColumnWriter
from aidrules.engine.code import conditions, numbers, syntax
from aidrules.engine.code.forms import Denominator, Num, Val
from aidrules.engine.code.lists import freed
from aidrules.language import core
from aidrules.language.core import Definition, Expr

Written = TypeVar("Written")
_ZERO: ast.expr = syntax.const(0)
_NONE: ast.expr = syntax.const(None)


class ShownWriter(ColumnWriter):
    """Writes values as they are shown; those of definitions as the exact engine has them."""

    _showing = True

    def _definition(self, definition: Definition) -> Num | Val:
        return self.as_computed(lambda: ColumnWriter._definition(self, definition))

    def number(self, expr: Expr) -> Num:
        """A number, null where it is not exactly known."""
        if not self._showing:
            return super().number(expr)
        match expr:
            case core.Unknown():
                return numbers.exact(_NONE)
            case core.Fact():
                return numbers.exact(self.fact(expr), Denominator(10**expr.scale))
            case core.Ref():
                return self._known(super().number(expr))
            case core.Param(inner=inner):
                return self.number(inner)
            case core.If():
                return self._tail(expr, bounds=False)
            case core.Extreme(which=which, args=args):
                several = numbers.common(self, [self.number(arg) for arg in args])
                code = self.keep(syntax.call(which, *(part.low for part in several)))
                return numbers.exact(code, several[0].denominator)
            case core.Mul(factors=factors):
                found = numbers.write(self, expr)
                zero = [syntax.compare(self.number(factor).low, "==", _ZERO) for factor in factors]
                none = self.keep(syntax.is_(syntax.either(*zero), True))
                return numbers.exact(self.keep(syntax.when(none, _ZERO, found.low)), found.denominator)
            case core.Call(args=args):
                parts = [self.value(arg) if arg.type.name != "number" else self._whole(arg) for arg in args]
                return numbers.exact(self.keep(syntax.call(f"_{expr.function}", *(part.code for part in parts))))
            case core.Agg():
                return self._counted(expr)
        return numbers.write(self, expr)

    def _known(self, number: Num) -> Num:
        """A number, null where its bounds differ."""
        known = syntax.when(syntax.compare(number.low, "==", number.high), number.low, _NONE)
        return numbers.exact(number.low if number.exact else self.keep(known), number.denominator)

    def _whole(self, expr: Expr) -> Val:
        return Val(self.number(expr).low, True)

    def _tail(self, expr: Expr, *, bounds: bool) -> Num:
        """A number that stands where its bounds are seen too, if any; null where it has none."""
        if isinstance(expr, core.Param):
            return self._tail(expr.inner, bounds=bounds)
        if isinstance(expr, core.Ref) and bounds:
            return ColumnWriter.number(self, expr)
        if not isinstance(expr, core.If):
            return self.number(expr)
        test = self.keep(self.value(expr.condition).code)
        a, b = numbers.common(self, [self._tail(part, bounds=bounds) for part in (expr.then, expr.other)])
        (a_low, a_high), (b_low, b_high) = ((self.keep(part.low), self.keep(part.high)) for part in (a, b))
        alike = syntax.both(syntax.compare(a_low, "==", b_low), syntax.compare(a_high, "==", b_high))
        agreed = self.keep(syntax.is_(alike, True))

        def chosen(one: ast.expr, other: ast.expr) -> ast.expr:
            unsure = syntax.when(syntax.is_(test, False), other, syntax.when(agreed, one, _NONE))
            return self.keep(syntax.when(syntax.is_(test, True), one, unsure))

        low = chosen(a_low, b_low)
        return Num(low, low if a.exact and b.exact else chosen(a_high, b_high), a.denominator)

    def value(self, expr: Expr) -> Val:
        """A value other than a number, null where it is not known."""
        if not self._showing:
            return super().value(expr)
        match expr:
            case core.Compare(left=left) if left.type.name == "number":
                return self._compared(expr)
            case core.In(item=item, options=options) if item.type.name == "number":
                return self._among(item, options)
            case core.Call(args=args):
                parts = [self.value(arg) if arg.type.name != "number" else self._whole(arg) for arg in args]
                return Val(self.keep(syntax.call(f"_{expr.function}", *(part.code for part in parts))), True)
            case core.Agg(function="first" | "latest"):
                return self._dated(expr)
            case core.Agg():
                return super().value(expr)
            case core.If(condition=condition, then=then, other=other):
                test, a, b = (self.keep(self.value(part).code) for part in (condition, then, other))
                agreed = syntax.when(syntax.is_(syntax.compare(a, "==", b), True), a, _NONE)
                unsure = syntax.when(syntax.is_(test, False), b, agreed)
                return Val(self.keep(syntax.when(syntax.is_(test, True), a, unsure)), True)
        return super().value(expr)

    def _compared(self, expr: core.Compare) -> Val:
        """A comparison, of which each side may be seen as bounds."""
        a, b = self._tail(expr.left, bounds=True), self._tail(expr.right, bounds=True)
        if a.exact and b.exact:
            a, b = numbers.common(self, [a, b])
            return Val(self.keep(syntax.compare(a.low, expr.op, b.low)), True)
        ends = [self.keep(code) for code in (a.low, a.high, b.low, b.high)]
        open_ = [syntax.is_(code, None) for code in ends]
        filled = [self.keep(syntax.when(syntax.is_(code, None), _ZERO, code)) for code in ends]
        a, b = Num(filled[0], filled[1], a.denominator), Num(filled[2], filled[3], b.denominator)
        known = self.as_computed(lambda: conditions.compared(self, a, expr.op, b))
        return Val(self.keep(syntax.when(self.keep(syntax.either(*open_)), _NONE, known.code)), True)

    def as_computed(self, write: Callable[[], Written]) -> Written:
        """What something comes to with all that the engine knows, bounds included."""
        self._showing, saved = False, self._showing
        try:
            return write()
        finally:
            self._showing = saved

    def _among(self, item: Expr, options: tuple[core.Const, ...]) -> Val:
        """One that is seen as bounds is none of the options."""
        number = self._tail(item, bounds=True)
        found: list[ast.expr] = []
        for option in options:
            assert isinstance(option.value, Fraction)
            exact = self._known(number)
            one, other = numbers.common(self, [exact, self.number(option)])
            found.append(syntax.is_(syntax.compare(one.low, "==", other.low), True))
        open_ = syntax.is_(self.keep(number.low), None)
        return Val(self.keep(syntax.when(open_, _NONE, syntax.either(*found))), True)

    # Lists

    @contextmanager
    def _chosen(self, expr: core.Agg) -> Iterator[tuple[Rows, Rows, ast.expr]]:
        """The items of a list with whether they are in it, which may be null."""
        with self.items(expr) as (rows, inner):
            where = syntax.const(True) if expr.where is None else self.keep(self.value(expr.where).code)
            yield rows, inner, where

    def _lost(self, rows: Rows, inner: Rows, expr: core.Agg, where: ast.expr, code: ast.expr | None) -> ast.expr:
        """Whether it is not known what a list comes to: which items are in it, or what one of them has."""
        with self.standing(inner):
            missing = syntax.is_(where, None)
            if code is not None:
                missing = syntax.either(missing, syntax.both(syntax.is_(where, True), syntax.is_(code, None)))
            missing = self.keep(missing)
        lost = self.reduced("sum", rows, inner, missing, most=expr.source.max_items)
        found = syntax.compare(lost, ">", _ZERO)
        if self.list_may_be_unknown(expr.source):
            found = syntax.either(self.unlisted(expr.source.var, expr.source), found)
        return self.kept_along(rows, found)

    def _counted(self, expr: core.Agg) -> Num:
        """A number over a list."""
        most = expr.source.max_items
        with self._chosen(expr) as (rows, inner, where):
            certain = syntax.is_(where, True)
            body: Num | Val | None = None
            if expr.body is not None and expr.function != "count":
                numeric = expr.body.type.name == "number"
                body = freed(self, self.number(expr.body), expr) if numeric else self.value(expr.body)
            code = None if body is None else self.keep(body.low if isinstance(body, Num) else body.code)
            denominator = body.denominator if isinstance(body, Num) else Denominator()
            known = syntax.const(1) if code is None else code
        lost = self._lost(rows, inner, expr, where, code)
        match expr.function:
            case "min" | "max":
                with self.standing(inner):
                    items = self.keep(syntax.when(certain, known, _NONE))
                found = self.reduced(expr.function, rows, inner, items, most=most)
                default = numbers.exact(_NONE) if expr.default is None else self.number(expr.default)
                found = syntax.when(syntax.is_(found, None), numbers.over(self, default, denominator).low, found)
            case "longest_run" | "count_distinct":
                fold: Fold = "longest_run" if expr.function == "longest_run" else "distinct"
                found = self.reduced(fold, rows, inner, where, known, most=most)
                denominator = Denominator()
            case _:
                with self.standing(inner):
                    filled = self.keep(syntax.when(syntax.is_(self.keep(known), None), _ZERO, self.keep(known)))
                    items = self.keep(syntax.when(certain, filled, _ZERO))
                found = self.reduced("sum", rows, inner, items, most=most)
        return numbers.exact(self.keep(syntax.when(lost, _NONE, found)), denominator)

    def _dated(self, expr: core.Agg) -> Val:
        """The first or the last date."""
        assert expr.body is not None
        with self._chosen(expr) as (rows, inner, where):
            code = self.keep(self.value(expr.body).code)
            day = self.keep(syntax.when(syntax.is_(code, None), _ZERO, code))
            dated = syntax.both(syntax.is_(where, True), syntax.compare(day, "!=", _ZERO))
            items = self.keep(syntax.when(dated, day, _NONE))
        lost = self._lost(rows, inner, expr, where, code)
        pick: Fold = "max" if expr.function == "latest" else "min"
        found = self.reduced(pick, rows, inner, items, most=expr.source.max_items)
        settled = syntax.when(syntax.is_(found, None), _ZERO, found)
        return Val(self.keep(syntax.when(lost, _NONE, settled)), True)
