"""Core expressions as formulas: by names, or with slots for the values of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

from aidrules.decision.extremes import Extremes
from aidrules.decision.figures import quantity_text
from aidrules.decision.names import Bindings, Item, list_of
from aidrules.decision.pieces import ATOM, CHOICE, PRODUCT, SUM, Piece, Written, bracketed, is_const, is_known
from aidrules.decision.wording import Reached, Text, Wording, at, filled, put
from aidrules.decision.words import Words
from aidrules.decision.years import InYear, in_years, same_for_all
from aidrules.language import core
from aidrules.language.core import Expr
from aidrules.language.expressions.dates import day_of_year
from aidrules.language.periods import period_end
from aidrules.language.units import PLAIN, Unit, decimal_text

if TYPE_CHECKING:
    from aidrules.decision.view import View

LISTED = 8
"""Sums over more items than this show their total instead of every term."""

_OPEN = (
    *(core.Add, core.Neg, core.Mul, core.Div, core.Extreme, core.Round),
    *(core.And, core.Or, core.Not, core.Compare, core.In, core.IsNone),
)
"""What is written part by part, each of which is asked for itself; all else that is confidential is not written."""

_LATER = frozenset({"add_days", "add_months", "add_working_days"})
_SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_OPPOSITE = {"<": "≥", "<=": ">", ">": "≤", ">=": "<", "==": "≠", "!=": "="}


@dataclass(frozen=True)
class Formula:
    """Writes expressions as formulas, once for all households; `values` leaves slots for their values.

    `settled` is the one run to write for: what does not bear on the case is left out, such as branches not taken and
    limits that do not bind. Values and settled formulas name years by their number, and so does `dated` alone.
    """

    wording: Wording
    values: bool
    settled: View | None = None
    dated: bool = False

    @property
    def _words(self) -> Words:
        return self.wording.words

    def of(self, expr: Expr, bound: Bindings) -> Text:
        """The expression as a formula.

        Args:
            expr: the expression.
            bound: what its variables stand for; unless the case is settled, on which lists they stand is enough.
        """
        return self._text(expr, bound, CHOICE)

    def _text(self, expr: Expr, bound: Bindings, outer: int) -> Text:
        """The expression, in brackets where it binds less tightly than what stands around it."""
        return bracketed(self.written(expr, bound), outer)

    def operand(self, operand: Reached, outer: int) -> Text:
        expr, bound, rebind = operand
        return bracketed(at(self.written(expr, bound), rebind), outer)

    def opened(self, expr: Expr, bound: Bindings) -> Reached:
        """What stands behind a name that is not told and, where the case is settled, behind a choice."""
        expr, bound, rebind = self.wording.reached(expr, bound)
        while self.settled is not None and isinstance(expr, core.If):
            condition = self.settled.value(expr.condition, bound)
            if not isinstance(condition, bool) or self.wording.names.is_private(expr.condition):
                break
            expr, bound, _ = self.wording.reached(expr.then if condition else expr.other, bound)
        if self.settled is not None:
            here = bound
            return expr, bound, lambda _: here
        return expr, bound, rebind

    def written(self, expr: Expr, bound: Bindings) -> Piece:
        expr, bound, rebind = self.opened(expr, bound)
        if not isinstance(expr, _OPEN) and self.wording.names.is_private(expr):
            return self._words.confidential, ATOM
        return at(self._form(expr, bound), rebind)

    def _form(self, expr: Expr, bound: Bindings) -> Piece:
        match expr:
            case core.Const():
                return self._constant(expr), ATOM
            case core.Fact() | core.Ref() | core.Today() | core.Unknown() | core.Param():
                return self._named(expr, bound)
            case core.Position():
                return self._words.position, ATOM
            case core.Add():
                return self._sum(expr.terms, bound)
            case core.Neg():
                return put(lambda inner: (f"−{inner}", SUM), self._text(expr.inner, bound, PRODUCT))
            case core.Mul():
                return self._product(expr, bound)
            case core.Div():
                return put(_divided, self._text(expr.above, bound, PRODUCT), self._text(expr.below, bound, ATOM))
            case core.Extreme():
                return Extremes(self).written(expr, bound)
            case core.Round(mode=mode):
                unit = Unit(tuple((name, power) for name, power in expr.type.unit.powers if power > 0))
                unit = unit.without("person", self.wording.names.schema.unit, "month", "year")
                to = quantity_text(expr.to, unit, self.wording.lang, own=self.wording.names.measures)
                inner = self._text(expr.inner, bound, CHOICE)
                return put(lambda inner: (self._words.rounded(inner, to, mode), CHOICE), inner)
            case core.If():
                return self._if(expr, bound)
            case core.Call():
                return self._call(expr, bound)
            case core.Agg():
                return self._aggregate(expr, bound)
            case _:
                return self._condition(expr, bound)

    # Leaves

    def _constant(self, expr: core.Const) -> str:
        if expr.text.endswith("%"):
            return expr.text
        if expr.type.name == "number" and expr.type.unit != PLAIN and not self.values:
            return self.wording.quantity(expr.value, expr.type)
        return self.wording.number(expr.value, expr.type)

    def _named(self, expr: core.Fact | core.Ref | core.Today | core.Unknown | core.Param, bound: Bindings) -> Piece:
        name = self.wording.name(expr, bound)
        if not self.values:
            return name, ATOM
        value_of, kind, number = self.wording.reads.of(expr), expr.type, self.wording.number
        share_of = self.wording.share(expr) if isinstance(expr, core.Ref | core.Param) else None

        def piece(view: View, bound: Bindings) -> Written:
            if share_of is not None and (share := share_of(view, bound)):
                return share, ATOM
            value = value_of(view, bound)
            return number(value, kind) if is_known(value) else name, ATOM

        return piece

    def _call(self, expr: core.Call, bound: Bindings) -> Piece:
        if (day := day_of_year(expr)) is not None:
            month, number = day.month, day.day
            return put(lambda year: (self._words.day_in(year, month, number), ATOM), self._year(day.year, bound))
        if (end := period_end(expr)) is not None:
            months, after = end.months, end.next
            return put(lambda day: (self._words.period_end(day, months, after), ATOM), self._text(end.day, bound, SUM))
        said, given = expr.function, [*expr.args]
        if said in _LATER and (earlier := _backwards(given[1])) is not None:
            said, given[1] = "before", earlier
        return put(lambda *args: (self._words.call(said, args), ATOM), *(self._argument(arg, bound) for arg in given))

    def _argument(self, arg: Expr, bound: Bindings) -> Text:
        """An argument of a function of dates; a length of time keeps its unit."""
        text, unit, lang = self._text(arg, bound, PRODUCT), arg.type.unit, self.wording.lang
        if isinstance(arg, core.Const):
            return quantity_text(arg.value, unit, lang) if isinstance(arg.value, Fraction) else text
        if not self.values:
            return text
        value_of = self.wording.reads.of(arg)

        def fill(view: View, bound: Bindings) -> str:
            value = value_of(view, bound)
            return quantity_text(value, unit, lang) if isinstance(value, Fraction) else filled(text, view, bound)

        return fill

    def _year(self, year: Expr, bound: Bindings) -> Text:
        """A calendar year: by its number where the day of the facts is told, else by the day that lies in it."""
        words = self._words
        if isinstance(year, core.Call) and year.function == "year_of":
            named = put(words.year_of, self._text(year.args[0], bound, SUM))
        else:
            named = put(words.year, self._text(year, bound, ATOM))
        if not (self.values or self.settled or self.dated) or not same_for_all(year):
            return named
        value_of = self.wording.reads.of(year)

        def fill(view: View, bound: Bindings) -> str:
            number = value_of(view, bound)
            return words.year(str(number)) if isinstance(number, Fraction) else filled(named, view, bound)

        return fill

    # Numbers

    def _sum(self, terms: Sequence[Expr], bound: Bindings) -> Piece:
        parts: list[Text] = []
        signs: list[str] = []
        for term in terms:
            inner, scope, rebind = self.opened(term, bound)
            sign = "+"
            if isinstance(inner, core.Neg):
                sign, inner = "−", inner.inner
            if len(terms) > 1 and is_const(inner, 0):
                continue
            parts.append(self.operand((inner, scope, rebind), PRODUCT if sign == "−" else SUM))
            signs.append(f"{sign} " if signs else "" if sign == "+" else sign)
        if not parts:
            return "0", ATOM
        strength = SUM if len(parts) > 1 else ATOM
        return put(lambda *parts: (" ".join(map("".join, zip(signs, parts, strict=True))), strength), *parts)

    def _product(self, expr: core.Mul, bound: Bindings) -> Piece:
        """Factors that are one, such as a month that only carries a unit, are not said."""
        telling = [factor for factor in expr.factors if not self._is_one(factor, bound)]
        if len(telling) == 1:
            return self.written(telling[0], bound)
        for factor in telling:
            if (parts := _one_of(factor)) is not None:
                rest = core.Mul(tuple(each for each in telling if each is not factor), expr.type)
                return put(lambda above: _divided(above, str(parts)), self._text(rest, bound, PRODUCT))
        factors = [self._text(factor, bound, PRODUCT) for factor in telling or expr.factors]
        return put(lambda *factors: (" × ".join(factors), PRODUCT), *factors)

    def _is_one(self, factor: Expr, bound: Bindings) -> bool:
        if self.settled:
            factor, bound, _ = self.opened(factor, bound)
            if isinstance(factor, core.Add):
                rest = [term for term in factor.terms if not is_const(self.opened(term, bound)[0], 0)]
                factor = rest[0] if len(rest) == 1 else factor
        return is_const(factor, 1)

    def _if(self, expr: core.If, bound: Bindings) -> Piece:
        if not self.values:
            return self._choice(expr, bound)
        condition = self.wording.reads.of(expr.condition)
        then, other = (cache(lambda part=part: self.written(part, bound)) for part in (expr.then, expr.other))
        neither = cache(lambda: self._choice(expr, bound))

        def piece(view: View, bound: Bindings) -> Written:
            holds = condition(view, bound)
            chosen = (then if holds else other) if isinstance(holds, bool) else neither
            return filled(chosen(), view, bound)

        return piece

    def _choice(self, expr: core.If, bound: Bindings) -> Piece:
        """A choice with both its branches; where the other one is nothing, the amount alone."""
        alone, words = expr.other == core.ZERO, self._words
        if alone and not isinstance(expr.then, core.Const):
            return self.written(expr.then, bound)
        condition, then, other = (
            self._text(part, bound, outer)
            for part, outer in ((expr.condition, CHOICE), (expr.then, SUM), (expr.other, SUM))
        )
        behind: Text = ""
        if isinstance(expr.condition, core.Ref) and (condition == then or not isinstance(condition, str)):
            definition, within = (
                self.wording.definitions[expr.condition.name],
                self.wording.within(expr.condition, bound),
            )
            behind = at(self._text(definition.expr, within, CHOICE), self.wording.rebinding(expr.condition))

        def told(condition: str, then: str, other: str, behind: str) -> Written:
            said = behind if behind and condition == then else condition  # a case by its name is no condition of it
            return (words.if_alone(said, then), ATOM) if alone else (words.if_else(said, then, other), CHOICE)

        return put(told, condition, then, other, behind)

    def _aggregate(self, expr: core.Agg, bound: Bindings) -> Piece:
        inner = {**bound, expr.var: Item(list_of(expr))}
        labels = Formula(self.wording, False, dated=bool(self.values or self.settled or self.dated))
        named, where = self.wording.list_name(list_of(expr)), expr.where
        if isinstance(where, core.Ref) and self.wording.definitions[where.name].membership:
            named, where = self.wording.name(where, inner), None
        asked = "" if where is None else labels._text(where, inner, CHOICE)
        outer = CHOICE if expr.function in ("any", "all", "longest_run") else PRODUCT
        body = "" if expr.body is None else labels._text(expr.body, inner, outer)
        said = put(lambda body, asked: (self._words.aggregate(expr.function, named, body, asked), ATOM), body, asked)
        return self._over_items(expr, inner, said) if self.values else said

    def _over_items(self, expr: core.Agg, inner: Bindings, said: Piece) -> Piece:
        """A sum of few items term by term, another aggregate by its value; by names where that is open."""
        chosen_of, value_of = self.wording.reads.chosen(expr), self.wording.reads.of(expr)
        body = expr.body if expr.function == "sum" else None
        term = None if body is None or self.settled else self._text(body, inner, SUM)

        def terms(view: View, bound: Bindings) -> list[str] | None:
            scopes = None if body is None else chosen_of(view, bound)
            if body is None or scopes is None or len(scopes) > LISTED:
                return None
            return [filled(self._text(body, one, SUM) if term is None else term, view, one) for one in scopes]

        def piece(view: View, bound: Bindings) -> Written:
            added = terms(view, bound)
            if added is not None:
                return (" + ".join(added), SUM) if len(added) > 1 else (added[0] if added else "0", ATOM)
            value = value_of(view, bound)
            return (self.wording.number(value, expr.type), ATOM) if is_known(value) else filled(said, view, bound)

        return piece

    # Conditions

    def _condition(self, expr: Expr, bound: Bindings) -> Piece:
        """A condition inside a formula: by names, with its signs."""
        match expr:
            case core.And() | core.Or():
                return self._joint(expr, bound)
            case core.Not():
                return self._negation(expr, bound)
            case core.Compare(op=op):
                return self._compared(expr, _SIGNS.get(op, op), bound)
            case core.In():
                options = self._options(expr)
                item = self._text(expr.item, bound, SUM)
                return put(lambda item: (self._words.among(item, options), SUM), item)
            case core.IsNone():
                return put(lambda day: (self._words.absent(day), SUM), self._text(_dated(expr.inner), bound, SUM))
        raise TypeError(f"{type(expr).__name__} has no words")

    def _joint(self, expr: core.And | core.Or, bound: Bindings) -> Piece:
        """Conditions joined by “and” or “or”; the one within the other stands in brackets."""
        word, words = (self._words.both if isinstance(expr, core.And) else self._words.either), self._words
        texts: list[Text] = []
        for item in in_years(expr.items) if isinstance(expr, core.And) else expr.items:
            if isinstance(item, InYear):
                texts.append(put(words.within, self._text(item.day, bound, SUM), self._year(item.year, bound)))
                continue
            inner, scope, rebind = self.opened(item, bound)
            texts.append(self.operand((inner, scope, rebind), CHOICE if type(inner) is type(expr) else SUM))

        def told(*texts: str) -> Written:
            once = dict.fromkeys(texts)
            return word.join(once), CHOICE if len(once) > 1 else SUM

        return put(told, *texts)

    def _options(self, expr: core.In) -> list[str]:
        return [
            self.wording.number(option.value, option.type)
            if option.type.name == "number"
            else self.wording.option(str(option.value), expr.item.type)
            for option in expr.options
        ]

    def _compared(self, expr: core.Compare, sign: str, bound: Bindings) -> Piece:
        sides = (self._text(side, bound, SUM) for side in (expr.left, expr.right))
        return put(lambda left, right: (f"{left} {sign} {right}", SUM), *sides)

    def _negation(self, expr: core.Not, bound: Bindings) -> Piece:
        inner, scope, rebind = self.wording.reached(expr.inner, bound)
        words = self._words
        match inner:
            case core.IsNone():
                said = put(lambda day: (words.present(day), SUM), self._text(_dated(inner.inner), scope, SUM))
            case core.Compare():
                said = self._compared(inner, _OPPOSITE[inner.op], scope)
            case core.In():
                options = self._options(inner)
                item = self._text(inner.item, scope, SUM)
                said = put(lambda item: (words.not_among(item, options), SUM), item)
            case _:
                said = put(lambda text: (words.negated(text), SUM), self._text(inner, scope, CHOICE))
        return at(said, rebind)


def _one_of(factor: Expr) -> int | None:
    """Of so many parts a number is one that no decimals write, such as a twelfth: it is told as a division."""
    value = factor.value if isinstance(factor, core.Const) else None
    if isinstance(value, Fraction) and value.numerator == 1 and "/" in decimal_text(value):
        return value.denominator
    return None


def _divided(above: str, below: str) -> Written:
    return (above, PRODUCT) if below == "1" else (f"{above} ÷ {below}", PRODUCT)


def _backwards(length: Expr) -> Expr | None:
    """How far back a negative length of time goes; None for another."""
    if isinstance(length, core.Neg):
        return length.inner
    if isinstance(length, core.Const) and isinstance(length.value, Fraction) and length.value < 0:
        return replace(length, value=-length.value, text=length.text.removeprefix("-"))
    return None


def _dated(day: Expr) -> Expr:
    """The day from which another is reckoned: where there is none, there is no other either."""
    while isinstance(day, core.Call) and day.function in _LATER:
        day = day.args[0]
    return day
