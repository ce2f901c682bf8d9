"""Core expressions as functions that read a run: what of an expression is the same for all runs is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from aidrules.decision.names import MOST_KEPT, Bindings, Item, list_of
from aidrules.decision.shown import Interval, Shown, as_shown, called, compare, longest_run
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.decision.view import View
    from aidrules.engine import Compiled

Read = Callable[["View", Bindings], Shown]
"""The value of one expression in a run, by what its variables stand for."""

_ZERO = Fraction(0)

_known: WeakKeyDictionary[Compiled, Values] = WeakKeyDictionary()


def values_of(compiled: Compiled) -> Values:
    """The functions that read the expressions of a compiled pack."""
    found = _known.get(compiled)
    return _known.setdefault(compiled, Values()) if found is None else found


class Values:
    """The functions that read the expressions of one compiled pack, each made where it is asked for first."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Expr, Read]] = {}

    def of(self, expr: Expr) -> Read:
        """The function that reads an expression."""
        # By identity: expressions are compared part by part. Each is kept, so that nothing else has its identity.
        found = self._made.get(id(expr))
        if found is None:
            if len(self._made) >= MOST_KEPT:
                self._made.clear()
            found = self._made[id(expr)] = expr, self._read(expr)
        return found[1]

    def _read(self, expr: Expr) -> Read:
        match expr:
            case core.Ref(name=name, var=var):
                return lambda view, bound: view.definition(name, bound[var])
            case core.Fact():
                return _fact(expr)
            case core.Const(value=value):
                return lambda _view, _bound: value
            case core.Unknown():
                return lambda _view, _bound: None
            case core.Today(name=name):
                return lambda view, _: (view.run.on if name == "on" else view.run.on.replace(day=1)).toordinal()
            case core.Position(var=var):
                return lambda _, bound: Fraction(bound[var].index[-1])
            case core.Param():
                return self.of(expr.inner)
            case core.And() | core.Or():
                return self._logic(expr)
            case core.Not():
                inner = self.of(expr.inner)
                return lambda view, bound: None if (held := inner(view, bound)) is None else not held
            case core.If():
                return self._if(expr)
            case core.Compare(op=op):
                left, right = self.of(expr.left), self.of(expr.right)
                return lambda view, bound: compare(op, left(view, bound), right(view, bound))
            case core.In():
                item, options = self.of(expr.item), [option.value for option in expr.options]
                return lambda view, bound: None if (found := item(view, bound)) is None else found in options
            case core.IsNone():
                day = self.of(expr.inner)
                return lambda view, bound: None if (found := day(view, bound)) is None else found == core.NO_DATE
            case core.Agg():
                return self._aggregate(expr)
            case core.Call():
                return self._call(expr)
            case _:
                return self._number(expr)

    def _logic(self, expr: core.And | core.Or) -> Read:
        settles, parts = isinstance(expr, core.Or), [self.of(item) for item in expr.items]

        def read(view: View, bound: Bindings) -> bool | None:
            unknown = False
            for part in parts:
                value = part(view, bound)
                if value is settles:
                    return settles
                unknown = unknown or value is None
            return None if unknown else not settles

        return read

    def _if(self, expr: core.If) -> Read:
        condition, then, other = self.of(expr.condition), self.of(expr.then), self.of(expr.other)

        def read(view: View, bound: Bindings) -> Shown:
            holds = condition(view, bound)
            if holds is None:
                first = then(view, bound)
                return first if first == other(view, bound) else None
            return then(view, bound) if holds else other(view, bound)

        return read

    def _call(self, expr: core.Call) -> Read:
        args = [self.of(arg) for arg in expr.args]

        def read(view: View, bound: Bindings) -> Shown:
            values = [arg(view, bound) for arg in args]
            return None if None in values else called(expr, values)

        return read

    def _number(self, expr: Expr) -> Read:
        parts, reckon = [self.of(part) for part in core.children(expr)], _reckoned(expr)
        product = isinstance(expr, core.Mul)

        def read(view: View, bound: Bindings) -> Fraction | None:
            numbers = [part(view, bound) for part in parts]
            if product and _ZERO in numbers:
                return _ZERO
            exact = [number for number in numbers if isinstance(number, Fraction)]
            return reckon(exact) if len(exact) == len(numbers) else None

        return read

    # Lists

    def chosen(self, expr: core.Agg) -> Callable[[View, Bindings], list[dict[str, Item]] | None]:
        """The items that an aggregate runs over, as bindings; None where it is not known which."""
        path, source, var = list_of(expr), expr.source.var, expr.var
        where = None if expr.where is None else self.of(expr.where)

        def choose(view: View, bound: Bindings) -> list[dict[str, Item]] | None:
            items = view.items(path, bound[source])
            if items is None:
                return None
            found: list[dict[str, Item]] = []
            for item in items:
                inner = {**bound, var: item}
                holds = True if where is None else where(view, inner)
                if holds is None:
                    return None
                if holds:
                    found.append(inner)
            return found

        return choose

    def _aggregate(self, expr: core.Agg) -> Read:
        if expr.function in ("any", "all"):
            return self._any_or_all(expr)
        chosen, over = self.chosen(expr), _over(expr.function)
        body = None if expr.body is None else self.of(expr.body)
        default = None if expr.default is None else self.of(expr.default)
        if expr.function == "count":
            return lambda view, bound: None if (found := chosen(view, bound)) is None else Fraction(len(found))

        def read(view: View, bound: Bindings) -> Shown:
            scopes = chosen(view, bound)
            if scopes is None:
                return None
            values = [None if body is None else body(view, scope) for scope in scopes]
            if any(value is None or isinstance(value, Interval) for value in values):
                return None
            found = over(values)
            return default(view, bound) if found is None and default is not None else found

        return read

    def _any_or_all(self, expr: core.Agg) -> Read:
        path, source, var, settles = list_of(expr), expr.source.var, expr.var, expr.function == "any"
        where, body = (None if part is None else self.of(part) for part in (expr.where, expr.body))

        def read(view: View, bound: Bindings) -> bool | None:
            items = view.items(path, bound[source])
            if items is None:
                return None
            unknown = False
            for item in items:
                inner = {**bound, var: item}
                among = True if where is None else where(view, inner)
                if among is False:
                    continue
                holds = True if body is None else body(view, inner)
                if among is True and holds is settles:
                    return settles
                unknown = unknown or holds is not (not settles)
            return None if unknown else not settles

        return read


def _fact(fact: core.Fact) -> Read:
    """A fact as rules see it; a finding that nobody made may count as something."""
    var, kind, absent = fact.var, fact.type, fact.absent
    steps = fact.path.split(".")
    *above, last = steps
    findings: dict[tuple[str, ...], bool] = {}  # whether it is one where the variable stands on this list

    def is_finding(view: View, bound: Bindings) -> bool:
        owner = bound[var].owner
        if owner not in findings:
            findings[owner] = view.field(fact, bound).finding is not None
        return findings[owner]

    def read(view: View, bound: Bindings) -> Shown:
        found = view.object_of(bound[var])
        for name in above:
            if found is None:
                break
            found = getattr(found, name)
        if found is not None:
            found = getattr(found, last)
        if found is not None:
            if is_finding(view, bound):
                found = found.value
            return as_shown(found, kind)
        if absent is None or view.is_made(steps[1], bound[var]):
            return None
        return absent

    return read


def _reckoned(expr: Expr) -> Callable[[list[Fraction]], Fraction | None]:
    match expr:
        case core.Add():
            return lambda exact: sum(exact, _ZERO)
        case core.Neg():
            return lambda exact: -exact[0]
        case core.Mul():
            return _product
        case core.Div():
            return lambda exact: exact[0] / exact[1] if exact[1] else None
        case core.Extreme(which=which):
            return min if which == "min" else max
        case core.Round(to=to, mode=mode):
            return lambda exact: _rounded(exact[0] / to, mode) * to
    raise TypeError(f"no value can be shown for {type(expr).__name__}")


def _product(exact: list[Fraction]) -> Fraction:
    product = Fraction(1)
    for number in exact:
        product *= number
    return product


def _rounded(steps: Fraction, mode: core.Rounding) -> int:
    if mode == "down":
        return steps.__floor__()
    return steps.__ceil__() if mode == "up" else (steps + Fraction(1, 2)).__floor__()


def _over(function: str) -> Callable[[list[Shown]], Shown]:
    """What known values over the items of a list come to; None where there is none to choose from."""

    def numbers(values: list[Shown]) -> Iterator[Fraction]:
        return (value for value in values if isinstance(value, Fraction))

    def days(values: list[Shown]) -> list[int]:
        return [value for value in values if isinstance(value, int) and value != core.NO_DATE]

    known: dict[str, Callable[[list[Shown]], Shown]] = {
        "longest_run": lambda values: Fraction(longest_run(values)),
        "count_distinct": lambda values: Fraction(len(set(values))),
        "first": lambda values: min(days(values), default=core.NO_DATE),
        "latest": lambda values: max(days(values), default=core.NO_DATE),
        "sum": lambda values: sum(numbers(values), _ZERO),
        "min": lambda values: min(numbers(values), default=None),
        "max": lambda values: max(numbers(values), default=None),
    }
    return known.get(function, lambda _: None)
