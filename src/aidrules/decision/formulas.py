"""Core expressions as formulas: by names, or with the values of a run put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from aidrules.decision.figures import number_text, quantity_text
from aidrules.decision.names import Bindings, Item, list_of
from aidrules.decision.phrases import Phrases
from aidrules.decision.view import View
from aidrules.decision.words import Words
from aidrules.decision.years import InYear, in_years, same_for_all
from aidrules.language import core
from aidrules.language.core import Expr
from aidrules.language.expressions.dates import day_of_year
from aidrules.language.units import PLAIN

_CHOICE, _SUM, _PRODUCT, _ATOM = 0, 1, 2, 3
_LISTED = 8
"""Sums over more items than this show their total instead of every term."""

_OPEN = (
    *(core.Add, core.Neg, core.Mul, core.Div, core.Extreme, core.Round),
    *(core.And, core.Or, core.Not, core.Compare, core.In, core.IsNone),
)
"""What is written part by part, each of which is asked for itself; all else that is confidential is not written."""

_SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_OPPOSITE = {"<": "≥", "<=": ">", ">": "≤", ">=": "<", "==": "≠", "!=": "="}


@dataclass(frozen=True)
class Formula:
    """Writes expressions as formulas; `values` puts the values in.

    `settled` leaves out what does not bear on the case: branches not taken, limits that do not bind. Both name years
    by their number, and so does `dated` alone.
    """

    phrases: Phrases
    values: bool
    settled: bool = False
    dated: bool = False

    @property
    def _words(self) -> Words:
        return self.phrases.words

    @property
    def _view(self) -> View:
        return self.phrases.view

    def text(self, expr: Expr, bound: Bindings, outer: int) -> str:
        """The expression, in brackets where it binds less tightly than what stands around it."""
        written, strength = self._written(expr, bound)
        return f"({written})" if strength < outer else written

    def _opened(self, expr: Expr, bound: Bindings) -> tuple[Expr, Bindings]:
        """What stands behind a name that is not told and, where the case is settled, behind a choice."""
        expr, bound = self.phrases.opened(expr, bound)
        while self.settled and isinstance(expr, core.If):
            condition = self._view.value(expr.condition, bound)
            if not isinstance(condition, bool) or self._view.names.is_private(expr.condition):
                break
            expr, bound = self.phrases.opened(expr.then if condition else expr.other, bound)
        return expr, bound

    def _written(self, expr: Expr, bound: Bindings) -> tuple[str, int]:
        expr, bound = self._opened(expr, bound)
        if not isinstance(expr, _OPEN) and self._view.names.is_private(expr):
            return self._words.confidential, _ATOM
        match expr:
            case core.Const():
                return self._constant(expr), _ATOM
            case core.Fact() | core.Ref() | core.Today() | core.Unknown():
                return self._named(expr, bound), _ATOM
            case core.Param():
                return self._parameter(expr, bound), _ATOM
            case core.Position():
                return self._words.position, _ATOM
            case core.Add():
                return self._sum(expr.terms, bound)
            case core.Neg():
                return f"−{self.text(expr.inner, bound, _PRODUCT)}", _SUM
            case core.Mul():
                return self._product(expr, bound)
            case core.Div():
                above, below = self.text(expr.above, bound, _PRODUCT), self.text(expr.below, bound, _ATOM)
                return (above, _PRODUCT) if below == "1" else (f"{above} ÷ {below}", _PRODUCT)
            case core.Extreme():
                return self._extreme(expr, bound)
            case core.Round():
                to = quantity_text(
                    expr.to, expr.type.unit.without("person", "household", "month", "year"), self.phrases.lang
                )
                return self._words.rounded(self.text(expr.inner, bound, _CHOICE), to, expr.mode), _CHOICE
            case core.If():
                return self._if(expr, bound)
            case core.Call() if (day := day_of_year(expr)) is not None:
                return self._words.day_in(self._year(day.year, bound), day.month, day.day), _ATOM
            case core.Call():
                return self._words.call(expr.function, [self._argument(arg, bound) for arg in expr.args]), _ATOM
            case core.Agg():
                return self._aggregate(expr, bound)
            case _:
                return self._condition(expr, bound)

    def _argument(self, arg: Expr, bound: Bindings) -> str:
        """An argument of a function of dates; a length of time keeps its unit."""
        value = self._view.value(arg, bound) if self.values or isinstance(arg, core.Const) else None
        if isinstance(value, Fraction):
            return quantity_text(value, arg.type.unit, self.phrases.lang)
        return self.text(arg, bound, _PRODUCT)

    def _constant(self, expr: core.Const) -> str:
        if expr.text.endswith("%"):
            return expr.text
        if expr.type.name == "number" and expr.type.unit != PLAIN and not self.values:
            return self.phrases.quantity(expr.value, expr.type)
        return self.phrases.number(expr.value, expr.type)

    def _named(self, expr: core.Fact | core.Ref | core.Today | core.Unknown, bound: Bindings) -> str:
        value = self._view.value(expr, bound) if self.values else None
        if self.values and isinstance(expr, core.Ref) and (share := self.phrases.share(expr, bound)):
            return share
        if isinstance(value, bool | Fraction | int | str):
            return self.phrases.number(value, expr.type)
        return self.phrases.name(expr, bound)

    def _parameter(self, expr: core.Param, bound: Bindings) -> str:
        value = self._view.value(expr.inner, bound) if self.values else None
        if self.values and (share := self.phrases.share(expr, bound)):
            return share
        if isinstance(value, bool | Fraction | int | str):
            return self.phrases.number(value, expr.type)
        return self.phrases.name(expr, bound)

    def _sum(self, terms: Sequence[Expr], bound: Bindings) -> tuple[str, int]:
        parts: list[str] = []
        for term in terms:
            inner, scope = self._opened(term, bound)
            sign = "+"
            if isinstance(inner, core.Neg):
                sign, inner = "−", inner.inner
            if len(terms) > 1 and _is_const(inner, 0):
                continue
            shown = self.text(inner, scope, _PRODUCT if sign == "−" else _SUM)
            parts.append(f"{sign} {shown}" if parts else shown if sign == "+" else f"−{shown}")
        return " ".join(parts) or "0", _SUM if len(parts) > 1 else _ATOM

    def _product(self, expr: core.Mul, bound: Bindings) -> tuple[str, int]:
        """Factors that are one, such as a month that only carries a unit, are not said."""
        telling = [factor for factor in expr.factors if not self._is_one(factor, bound)]
        if len(telling) == 1:
            return self._written(telling[0], bound)
        return " × ".join(self.text(factor, bound, _PRODUCT) for factor in telling or expr.factors), _PRODUCT

    def _is_one(self, factor: Expr, bound: Bindings) -> bool:
        if self.settled:
            factor, bound = self._opened(factor, bound)
            if isinstance(factor, core.Add):
                rest = [term for term in factor.terms if not _is_const(self._opened(term, bound)[0], 0)]
                factor = rest[0] if len(rest) == 1 else factor
        return _is_const(factor, 1)

    def _limited(self, args: list[tuple[Expr, Bindings]]) -> list[tuple[Expr, Bindings]]:
        """An amount without the limits that do not bind; the amount is what stands first."""
        found = [self._view.value(arg, scope) for arg, scope in args]
        numbers = [value for value in found if isinstance(value, Fraction)]
        return args[:1] if len(numbers) == len(found) and numbers[0] == min(numbers) else args

    def _extreme(self, expr: core.Extreme, bound: Bindings) -> tuple[str, int]:
        args = self._flattened(expr, bound)
        if self.settled and expr.which == "min":
            args = self._limited(args)
        if expr.which == "max":
            least = [arg.value for arg, _ in args if isinstance(arg, core.Const) and arg.value in (0, 1)]
            rest = [(arg, scope) for arg, scope in args if not (isinstance(arg, core.Const) and arg.value in (0, 1))]
            if len(rest) == 1 and least:
                return self._at_least(*rest[0], max(Fraction(value) for value in least))
            args = rest or args
        texts = list(dict.fromkeys(self.text(arg, scope, _PRODUCT) for arg, scope in args))
        if expr.which == "max" and len(texts) > 1:
            texts = [text for text in texts if text != "0"]
        if len(texts) == 1:
            return self._written(*args[0]) if len(args) == 1 else (texts[0], _PRODUCT)
        return self._words.extreme(expr.which, texts), _CHOICE

    def _flattened(self, expr: core.Extreme, bound: Bindings) -> list[tuple[Expr, Bindings]]:
        found: list[tuple[Expr, Bindings]] = []
        for arg in expr.args:
            inner, scope = self._opened(arg, bound)
            if isinstance(inner, core.Extreme) and inner.which == expr.which:
                found.extend(self._flattened(inner, scope))
            elif isinstance(inner, core.If) and inner.other == core.ZERO and expr.which == "max":
                found.extend(self._gated(inner, scope))
            else:
                found.append((inner, scope))
        return found

    def _gated(self, expr: core.If, bound: Bindings) -> list[tuple[Expr, Bindings]]:
        """What a gate lets through: by names always its amount, with values only where it is open."""
        if self.values and self._view.value(expr.condition, bound) is False:
            return [(core.ZERO, bound)]
        inner, scope = self.phrases.opened(expr.then, bound)
        if isinstance(inner, core.Extreme) and inner.which == "max":
            return self._flattened(inner, scope)
        return [(inner, scope)]

    def _at_least(self, inner: Expr, bound: Bindings, least: Fraction) -> tuple[str, int]:
        """A number that is not let fall below 0, or a divisor below 1: said only where it matters."""
        value = self._view.value(inner, bound) if self.values or self.settled else None
        if (isinstance(value, Fraction) and value >= least) or (least == 1 and not self.values):
            return self._written(inner, bound)
        return self._words.at_least(self.text(inner, bound, _CHOICE), number_text(least, self.phrases.lang)), _ATOM

    def _if(self, expr: core.If, bound: Bindings) -> tuple[str, int]:
        if self.values:
            condition = self._view.value(expr.condition, bound)
            if isinstance(condition, bool):
                return self._written(expr.then if condition else expr.other, bound)
        if expr.other == core.ZERO and not isinstance(expr.then, core.Const):
            return self._written(expr.then, bound)
        then, other = self.text(expr.then, bound, _SUM), self.text(expr.other, bound, _SUM)
        condition_text = self.text(expr.condition, bound, _CHOICE)
        if condition_text == then and isinstance(expr.condition, core.Ref):  # a case by its name is no condition of it
            definition = self._view.compiled.definitions[expr.condition.name]
            owner = Item(definition.owner, bound[expr.condition.var].index[: len(definition.owner)])
            condition_text = self.text(definition.expr, self._view.names.bindings(owner), _CHOICE)
        if expr.other == core.ZERO:
            return self._words.if_alone(condition_text, then), _ATOM
        return self._words.if_else(condition_text, then, other), _CHOICE

    def _aggregate(self, expr: core.Agg, bound: Bindings) -> tuple[str, int]:
        if self.values and expr.function == "sum" and expr.body is not None:
            chosen = self._view.chosen(expr, bound)
            if chosen is not None and len(chosen) <= _LISTED:
                terms = [self.text(expr.body, inner, _SUM) for inner in chosen]
                return (" + ".join(terms), _SUM) if len(terms) > 1 else (terms[0] if terms else "0", _ATOM)
        if self.values:
            value = self._view.value(expr, bound)
            if isinstance(value, bool | Fraction | int | str):
                return self.phrases.number(value, expr.type), _ATOM
        inner = {**bound, expr.var: Item(list_of(expr))}
        labels = Formula(self.phrases, False, dated=self._with_numbers)
        named, where = self.phrases.list_name(list_of(expr)), expr.where
        if isinstance(where, core.Ref) and self._view.compiled.definitions[where.name].membership:
            named, where = self.phrases.name(where, inner), None
        asked = "" if where is None else labels.text(where, inner, _CHOICE)
        outer = _CHOICE if expr.function in ("any", "all", "longest_run") else _PRODUCT
        body = "" if expr.body is None else labels.text(expr.body, inner, outer)
        return self._words.aggregate(expr.function, named, body, asked), _ATOM

    def _condition(self, expr: Expr, bound: Bindings) -> tuple[str, int]:
        """A condition inside a formula: by names, with its signs."""
        match expr:
            case core.And() | core.Or():
                return self._joint(expr, bound)
            case core.Not():
                return self._negation(expr, bound)
            case core.Compare():
                return self._compared(expr, _SIGNS.get(expr.op, expr.op), bound)
            case core.In():
                return self._words.among(self.text(expr.item, bound, _SUM), self._options(expr)), _SUM
            case core.IsNone():
                return self._words.absent(self.text(expr.inner, bound, _SUM)), _SUM
        raise TypeError(f"{type(expr).__name__} has no words")

    def _joint(self, expr: core.And | core.Or, bound: Bindings) -> tuple[str, int]:
        """Conditions joined by “and” or “or”; the one within the other stands in brackets."""
        word = self._words.both if isinstance(expr, core.And) else self._words.either
        texts: dict[str, None] = {}
        for item in in_years(expr.items) if isinstance(expr, core.And) else expr.items:
            if isinstance(item, InYear):
                day, year = self.text(item.day, bound, _SUM), self._year(item.year, bound)
                texts[self._words.within(day, year)] = None
                continue
            inner, scope = self._opened(item, bound)
            texts[self.text(inner, scope, _CHOICE if type(inner) is type(expr) else _SUM)] = None
        return word.join(texts), _CHOICE if len(texts) > 1 else _SUM

    @property
    def _with_numbers(self) -> bool:
        return self.values or self.settled or self.dated

    def _year(self, year: Expr, bound: Bindings) -> str:
        """A calendar year: by its number where the day of the facts is told, else by the day that lies in it."""
        number = self._view.value(year, bound) if self._with_numbers and same_for_all(year) else None
        if isinstance(number, Fraction):
            return self._words.year(str(number))
        if isinstance(year, core.Call) and year.function == "year_of":
            return self._words.year_of(self.text(year.args[0], bound, _SUM))
        return self._words.year(self.text(year, bound, _ATOM))

    def _options(self, expr: core.In) -> list[str]:
        return [
            self.phrases.number(option.value, option.type)
            if option.type.name == "number"
            else self.phrases.option(str(option.value), expr.item.type)
            for option in expr.options
        ]

    def _compared(self, expr: core.Compare, sign: str, bound: Bindings) -> tuple[str, int]:
        return f"{self.text(expr.left, bound, _SUM)} {sign} {self.text(expr.right, bound, _SUM)}", _SUM

    def _negation(self, expr: core.Not, bound: Bindings) -> tuple[str, int]:
        inner, scope = self.phrases.opened(expr.inner, bound)
        if isinstance(inner, core.IsNone):
            return self._words.present(self.text(inner.inner, scope, _SUM)), _SUM
        if isinstance(inner, core.Compare):
            return self._compared(inner, _OPPOSITE[inner.op], scope)
        if isinstance(inner, core.In):
            return self._words.not_among(self.text(inner.item, scope, _SUM), self._options(inner)), _SUM
        return self._words.negated(self.text(inner, scope, _CHOICE)), _SUM


def _is_const(expr: Expr, value: int) -> bool:
    return isinstance(expr, core.Const) and expr.value == value
