"""Divisors get names: what divides is a quantity that is computed once and is certainly positive."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from fractions import Fraction
from typing import cast

from aidrules.engine.bounds import Interval, bounds, is_whole, narrowed
from aidrules.language import build, core
from aidrules.language.core import Definition, Expr, Ref, Type


class DivisionError(ValueError):
    """A division that may be by zero, or by something that cannot be named; the message says what to write."""


def is_divisor(definition: Definition) -> bool:
    """Whether a definition was entered for a divisor."""
    return definition.hidden and re.search(r"\.divisor\d+$", definition.name) is not None


class Divisors:
    """Rewrites the divisions of one definition.

    Attributes:
        made: the definitions that were entered for divisors, in the order in which they are needed.
    """

    def __init__(self, definition: Definition, own_vars: tuple[str, ...], known: Mapping[str, Interval]) -> None:
        self._definition, self._own = definition, own_vars
        self._intervals: dict[str, Interval] = {}
        self._known = ChainMap(self._intervals, cast("MutableMapping[str, Interval]", known))
        self.made: list[Definition] = []

    def rewritten(self) -> Expr:
        """The definition's expression, every divisor a name or a constant.

        Raises:
            DivisionError: a divisor that may be zero.
        """
        return self._in(self._definition.expr, {})

    def _in(self, expr: Expr, assumed: Mapping[Expr, Interval]) -> Expr:
        if isinstance(expr, core.If):
            condition = self._in(expr.condition, assumed)
            then = self._in(expr.then, narrowed(condition, True, self._known, assumed))
            other = self._in(expr.other, narrowed(condition, False, self._known, assumed))
            return core.If(condition, then, other, expr.type)
        if isinstance(expr, core.And | core.Or):
            # Later conditions are only asked where the earlier ones leave it open.
            held: dict[Expr, Interval] = dict(assumed)
            items: list[Expr] = []
            for item in expr.items:
                items.append(self._in(item, held))
                held = narrowed(items[-1], isinstance(expr, core.And), self._known, held)
            return type(expr)(tuple(items))
        if isinstance(expr, core.Agg) and expr.where is not None and expr.body is not None:
            where = self._in(expr.where, assumed)
            body = self._in(expr.body, narrowed(where, True, self._known, assumed))
            default = None if expr.default is None else self._in(expr.default, assumed)
            return core.Agg(expr.function, expr.var, expr.source, where, body, default, expr.type)
        if isinstance(expr, core.Div):
            return self._division(expr, assumed)
        return core.rebuild(expr, lambda inner: self._in(inner, assumed))

    def _division(self, expr: core.Div, assumed: Mapping[Expr, Interval]) -> Expr:
        above = self._in(expr.above, assumed)
        below = self._in(expr.below, assumed)
        bare = below.inner if isinstance(below, core.Param) else below
        always = bounds(bare, self._known)
        here = bounds(bare, self._known, assumed)
        if here[0] <= 0:
            raise DivisionError("a division by something that may be zero or negative")
        if isinstance(bare, core.Const) or (always[0] > 0 and isinstance(bare, core.Ref | core.Fact)):
            return core.Div(above, below, expr.type)
        variables = {getattr(part, "var", "") for part in core.walk(bare) if isinstance(part, core.Fact | core.Ref)}
        bound = {part.var for part in core.walk(bare) if isinstance(part, core.Agg)}
        if variables - bound - set(self._own):
            raise DivisionError("a divisor that depends on an item of the list; give it a name with each:")
        safe: Expr = bare
        if always[0] <= 0:
            one = build.number(Fraction(1), bare.type.unit)
            safe = core.If(build.compare(">", bare, core.ZERO), bare, one, bare.type)
            if is_whole(bare):
                safe = core.Extreme("max", (bare, one), bare.type)
        kind = Type("number", bare.type.unit)
        if (again := next((made.name for made in self.made if made.expr == safe), None)) is not None:
            return core.Div(above, Ref(again, self._own[-1], kind), expr.type)
        name = f"{self._definition.name}.divisor{len(self.made) + 1}"
        label = self._definition.label
        self.made.append(Definition(name, self._definition.owner, safe, label, hidden=True))
        self._intervals[name] = bounds(safe, self._known)
        return core.Div(above, Ref(name, self._own[-1], kind), expr.type)
