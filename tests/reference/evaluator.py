"""What core definitions mean, in plain fractions: unknown numbers as intervals, other unknown values as None.

Written from the meaning of the nodes, for tests only. Numbers are pairs (low, high), equal where the number is known;
dates are ordinals with 0 for `none`. What is not needed is not looked at: the branch that a known condition does not
take, what follows a condition that settles an `and` or `or`, an item that a list leaves out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from aidrules.engine.layout import item_vars
from aidrules.facts.schema import Subject
from aidrules.language import core
from aidrules.language.core import Definition, Expr
from reference import days

NEARLY_ZERO = Fraction(1, 10**30)
Interval = tuple[Fraction, Fraction]
Value = Any
"""bool, text or ordinal (None where unknown), or an `Interval` for a number."""


@dataclass(frozen=True, slots=True)
class Item:
    """The item bound to a variable; `facts` is None for one of which nothing is known, not even which it is."""

    at: tuple[int, ...]
    facts: Any

    def attribute(self, path: str) -> Any:
        found = self.facts
        for name in path.split("."):
            found = getattr(found, name) if found is not None else None
        return found


def exactly(number: Fraction | int) -> Interval:
    return Fraction(number), Fraction(number)


def hull(values: list[Interval]) -> Interval:
    return min(low for low, _ in values), max(high for _, high in values)


def point(value: Interval) -> Fraction | None:
    return value[0] if value[0] == value[1] else None


class Reference:
    """The values of definitions for one household on one day."""

    def __init__(self, schema: Subject, definitions: Mapping[str, Definition], household: Any, on: date) -> None:
        self.schema, self.definitions = schema, definitions
        self.household, self.on = Item((), household), on
        self._known: dict[tuple[str, tuple[int, ...]], Value] = {}

    def value(self, name: str, item: Item) -> Value:
        """The value of a definition for one item of its owner list."""
        key = (name, item.at)
        if key not in self._known:
            definition = self.definitions[name]
            scope, here = {core.HOUSEHOLD: self.household}, self.household
            for depth, var in enumerate(list(item_vars(self.schema, definition.owner))[1:]):
                here = self._item(here, definition.owner[depth], item.at[depth])
                scope[var] = here
            self._known[key] = self.of(definition.expr, scope)
        return self._known[key]

    def _item(self, outer: Item, listed: str, index: int) -> Item:
        return Item((*outer.at, index), getattr(outer.facts, listed)[index] if index >= 0 else None)

    def items(self, owner: tuple[str, ...], outer: Item | None = None) -> Iterator[Item]:
        """All items of an owner list that the facts name."""
        here = self.household if outer is None else outer
        if not owner:
            yield here
            return
        for index in range(len(here.attribute(owner[0]) or ())):
            yield from self.items(owner[1:], self._item(here, owner[0], index))

    def of(self, expr: Expr, scope: Mapping[str, Item]) -> Value:
        """The value of an expression."""
        found: Value = getattr(self, f"_{type(expr).__name__.lower()}")(expr, scope)
        return found

    def _const(self, expr: core.Const, _: Mapping[str, Item]) -> Value:
        return exactly(expr.value) if isinstance(expr.value, Fraction) else expr.value

    def _unknown(self, expr: core.Unknown, _: Mapping[str, Item]) -> Value:
        if expr.type.name != "number":
            return None
        step = 10**expr.scale
        return Fraction(math.floor(expr.low * step), step), Fraction(math.ceil(expr.high * step), step)

    def _today(self, expr: core.Today, _: Mapping[str, Item]) -> Value:
        return (self.on if expr.name == "on" else self.on.replace(day=1)).toordinal()

    def _fact(self, expr: core.Fact, scope: Mapping[str, Item]) -> Value:
        group, finding, *beside = (*expr.path.split("."), "")
        path = f"{expr.path}.value" if group == "findings" and not any(beside) else expr.path
        found = scope[expr.var].attribute(path)
        if found is None and group == "findings" and scope[expr.var].attribute(f"findings.{finding}") is None:
            # Of an item that nobody named it is not known either whether somebody recorded something.
            found = expr.absent if scope[expr.var].facts is not None else None
        if expr.type.name == "number":
            return (expr.low, expr.high) if found is None else exactly(Fraction(found))
        if expr.type.name == "date" and not isinstance(found, int | None):
            return days.NO_DATE if found == "none" else found.toordinal()
        return found

    def _ref(self, expr: core.Ref, scope: Mapping[str, Item]) -> Value:
        owned = bool(self.definitions[expr.name].owner)
        return self.value(expr.name, scope[expr.var] if owned else self.household)

    def _position(self, expr: core.Position, scope: Mapping[str, Item]) -> Value:
        index = scope[expr.var].at[-1]
        return exactly(index) if index >= 0 else (Fraction(0), Fraction(expr.high))

    def _param(self, expr: core.Param, scope: Mapping[str, Item]) -> Value:
        return self.of(expr.inner, scope)

    def _add(self, expr: core.Add, scope: Mapping[str, Item]) -> Value:
        parts = [self.of(term, scope) for term in expr.terms]
        return sum(low for low, _ in parts), sum(high for _, high in parts)

    def _neg(self, expr: core.Neg, scope: Mapping[str, Item]) -> Value:
        low, high = self.of(expr.inner, scope)
        return -high, -low

    def _mul(self, expr: core.Mul, scope: Mapping[str, Item]) -> Value:
        result = exactly(1)
        for factor in expr.factors:
            value = self.of(factor, scope)
            corners = [a * b for a in result for b in value]
            result = min(corners), max(corners)
        return result

    def _div(self, expr: core.Div, scope: Mapping[str, Item]) -> Value:
        above, below = self.of(expr.above, scope), self.of(expr.below, scope)
        assert below[0] > 0 or below[0] < below[1], "a divisor that is not positive"
        # Where a condition rules it out, bounds of an unknown divisor may still reach down to zero.
        corners = [a / max(b, NEARLY_ZERO) for a in above for b in below]
        return min(corners), max(corners)

    def _extreme(self, expr: core.Extreme, scope: Mapping[str, Item]) -> Value:
        pick = min if expr.which == "min" else max
        parts = [self.of(arg, scope) for arg in expr.args]
        return pick(low for low, _ in parts), pick(high for _, high in parts)

    def _round(self, expr: core.Round, scope: Mapping[str, Item]) -> Value:
        def rounded(number: Fraction) -> Fraction:
            steps = number / expr.to
            below = Fraction(steps.numerator // steps.denominator)
            over = steps - below
            up = over > 0 if expr.mode == "up" else over >= Fraction(1, 2) and expr.mode == "half_up"
            return (below + up) * expr.to

        low, high = self.of(expr.inner, scope)
        return rounded(low), rounded(high)

    def _compare(self, expr: core.Compare, scope: Mapping[str, Item]) -> Value:
        left, right = self.of(expr.left, scope), self.of(expr.right, scope)
        if expr.left.type.name != "number":
            return None if left is None or right is None else _OPERATORS[expr.op](left, right)
        below, above = left[0] < right[1], left[1] > right[0]
        same = left[0] <= right[1] and right[0] <= left[1]
        orders = [order for order, possible in ((-1, below), (0, same), (1, above)) if possible]
        answers = {_OPERATORS[expr.op](order, 0) for order in orders}
        return answers.pop() if len(answers) == 1 else None

    def _in(self, expr: core.In, scope: Mapping[str, Item]) -> Value:
        return self._any_of(
            lambda option=option: self._compare(core.Compare("==", expr.item, option), scope)  # type: ignore[misc]
            for option in expr.options
        )

    def _and(self, expr: core.And, scope: Mapping[str, Item]) -> Value:
        return _not(self._any_of(lambda item=item: _not(self.of(item, scope)) for item in expr.items))  # type: ignore[misc]

    def _or(self, expr: core.Or, scope: Mapping[str, Item]) -> Value:
        return self._any_of(lambda item=item: self.of(item, scope) for item in expr.items)  # type: ignore[misc]

    def _any_of(self, tests: Iterator[Callable[[], bool | None]]) -> bool | None:
        result: bool | None = False
        for test in tests:
            found = test()
            if found is True:
                return True
            result = None if found is None else result
        return result

    def _not(self, expr: core.Not, scope: Mapping[str, Item]) -> Value:
        return _not(self.of(expr.inner, scope))

    def _isnone(self, expr: core.IsNone, scope: Mapping[str, Item]) -> Value:
        found = self.of(expr.inner, scope)
        return None if found is None else found == days.NO_DATE

    def _if(self, expr: core.If, scope: Mapping[str, Item]) -> Value:
        condition = self.of(expr.condition, scope)
        if condition is not None:
            return self.of(expr.then if condition else expr.other, scope)
        then, other = self.of(expr.then, scope), self.of(expr.other, scope)
        if expr.type.name == "number":
            return hull([then, other])
        return then if then == other else None

    def _call(self, expr: core.Call, scope: Mapping[str, Item]) -> Value:
        args = [self.of(arg, scope) for arg in expr.args]
        name = expr.function
        if name in days.MOVES:
            day, n = args[0], point(args[1])
            if day is None or n is None:
                return None
            assert n.denominator == 1
            return days.NO_DATE if day == days.NO_DATE else days.MOVES[name](day, int(n))
        if name in days.ENDS:
            return args[0] if args[0] in (None, days.NO_DATE) else days.ENDS[name](args[0])
        if None in args:
            low, high = days.RANGES[name]
            return Fraction(low), Fraction(high)
        if days.NO_DATE in args:
            return exactly(0)
        return exactly(days.MEASURES[name](*args) if name in days.MEASURES else days.PARTS[name](*args))

    # Lists.

    def _agg(self, expr: core.Agg, scope: Mapping[str, Item]) -> Value:
        outer = scope[expr.source.var]
        listed = outer.attribute(expr.source.name)
        if listed is None:
            return self._unlisted(expr, scope, outer)
        found: list[tuple[bool | None, Value]] = []
        for index in range(len(listed)):
            inner = {**scope, expr.var: self._item(outer, expr.source.name, index)}
            inside = True if expr.where is None else self.of(expr.where, inner)
            if inside is not False:
                found.append((inside, None if expr.body is None else self.of(expr.body, inner)))
        default = None if expr.default is None else self.of(expr.default, scope)
        value: Value = _AGGREGATES[expr.function](found, default)
        return value

    def _unlisted(self, expr: core.Agg, scope: Mapping[str, Item], outer: Item) -> Value:
        """What is known although the list is not: any number of items like one of which nothing is known."""
        inner = {**scope, expr.var: Item((*outer.at, -1), None)}
        inside = True if expr.where is None else self.of(expr.where, inner)
        body: Any = None if expr.body is None or inside is False else self.of(expr.body, inner)
        least = expr.source.min_items if inside is True else 0
        most = 0 if inside is False else expr.source.max_items
        match expr.function:
            case "sum" | "count":
                low, high = exactly(1) if expr.body is None else body or exactly(0)
                return min(least * low, most * low), max(least * high, most * high)
            case "longest_run" | "count_distinct":
                return Fraction(0), Fraction(most)
            case "min" | "max":
                possible: list[Interval] = [] if expr.default is None else [self.of(expr.default, scope)]
                return hull([*possible, body] if most else possible)
            case "any" | "all":
                empty = expr.function == "all"
                return empty if body is empty or not most else body if least else None
            case _:
                return None if most else days.NO_DATE


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}

Found = list[tuple[bool | None, Value]]
"""The items that are (True) or may be (None) in a list, each with its value."""


def _sum(found: Found, _: Value) -> Value:
    parts = [value if inside else hull([value, exactly(0)]) for inside, value in found]
    return sum((low for low, _ in parts), Fraction(0)), sum((high for _, high in parts), Fraction(0))


def _count(found: Found, _: Value) -> Value:
    return Fraction(sum(inside is True for inside, _ in found)), Fraction(len(found))


def _any(found: Found, _: Value) -> Value:
    values = [value if inside or value is False else None for inside, value in found]
    return True if True in values else None if None in values else False


def _all(found: Found, default: Value) -> Value:
    return _not(_any([(inside, _not(value)) for inside, value in found], default))


def _max(found: Found, default: Value) -> Value:
    certain = [value for inside, value in found if inside]
    every = [value for _, value in found] + ([] if certain else [default] if default is not None else [])
    # Of all that may be in, whatever is in, the greatest is no less than each certain one.
    low = max(low for low, _ in certain) if certain else min(low for low, _ in every)
    return low, max(high for _, high in every)


def _min(found: Found, default: Value) -> Value:
    low, high = _max(
        [(inside, (-value[1], -value[0])) for inside, value in found],
        None if default is None else (-default[1], -default[0]),
    )
    return -high, -low


def _latest(found: Found, _: Value) -> Value:
    if any(value is None for _, value in found):
        return None
    certain = max((value for inside, value in found if inside), default=days.NO_DATE)
    return certain if max((value for _, value in found), default=days.NO_DATE) == certain else None


def _first(found: Found, _: Value) -> Value:
    if any(value is None for _, value in found):
        return None
    days_of = [(inside, value) for inside, value in found if value != days.NO_DATE]
    certain = min((value for inside, value in days_of if inside), default=None)
    if certain is None:
        return None if days_of else days.NO_DATE
    return certain if min(value for _, value in days_of) == certain else None


def _longest_run(found: Found, _: Value) -> Value:
    """An item outside the list does not break a run; whoever wants it short, or long, decides what is open."""
    shortest = longest = short = long = 0
    for inside, value in found:
        if value is True:
            short, long = short + (inside is True), long + 1
        else:
            short = 0
            long = long + 1 if value is None else long if inside is None else 0
        shortest, longest = max(shortest, short), max(longest, long)
    return Fraction(shortest), Fraction(longest)


def _count_distinct(found: Found, _: Value) -> Value:
    keys = [(inside, point(value) if isinstance(value, tuple) else value) for inside, value in found]
    certain = {value for inside, value in keys if inside and value is not None}
    unknown = [inside for inside, value in keys if value is None]
    possible = {value for _, value in keys if value is not None}
    return Fraction(len(certain) or int(True in unknown)), Fraction(len(possible) + len(unknown))


_AGGREGATES: Mapping[str, Callable[[Found, Value], Value]] = {
    "sum": _sum,
    "count": _count,
    "any": _any,
    "all": _all,
    "max": _max,
    "min": _min,
    "latest": _latest,
    "first": _first,
    "longest_run": _longest_run,
    "count_distinct": _count_distinct,
}
