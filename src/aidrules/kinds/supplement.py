"""Supplement: extra money for persons in special difficulty, by grades, on top of (or instead of) the gap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Self

from pydantic import Field, model_validator

from aidrules.errors import PackError
from aidrules.kinds.base import Lowering, PayingModel
from aidrules.language import build, core
from aidrules.language.core import Expr
from aidrules.language.fields import Expression, Expressions, Identifier, Labelled, RefusedError

KIND = "supplement"


class Grade(Labelled):
    """One grade.

    Attributes:
        when: who is in it.
        rate: the share of the base, if it is not in the table `rates`.
        amount: a fixed sum.
        instead: what the person gets in place of the gap; the supplement is the difference.
        once_per: paid once in the household, however many are in the grade.
    """

    when: Expressions = Field(min_length=1)
    rate: Expression | None = None
    amount: Expression | None = None
    instead: Expression | None = None
    once_per: Literal["household"] | None = None


class Model(PayingModel):
    """Fields of a supplement.

    Attributes:
        base: what a rate is a share of.
        rates: a parameter with a rate for each grade.
        amounts: a parameter with a fixed sum for each grade.
        instead_of: the person's part of the gap, which `instead` grades replace.
        stacking: whether a person in several grades gets the highest, the first listed, or all of them.
    """

    base: Expression | None = None
    rates: Identifier | None = None
    amounts: Identifier | None = None
    instead_of: Expression | None = None
    grades: dict[Identifier, Grade] = Field(min_length=1)
    stacking: Literal["highest_per_person", "once_per_person", "sum"]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        for name, grade in self.grades.items():
            given = [grade.rate or self.rates, grade.amount or self.amounts, grade.instead]
            if not any(given):
                raise RefusedError(f"the grade {name} has no rate:, amount: or instead:", "one of them, or rates:")
            if grade.instead is not None and self.instead_of is None:
                raise RefusedError(f"the grade {name} is paid instead of something", "instead_of: the part of the gap")
            if grade.instead is None and not (grade.amount or self.amounts) and self.base is None:
                raise RefusedError("rates without base:", "base: what the rates are a share of")
        return self


def lower(rule: Lowering, model: Model) -> None:
    """Enter a condition and an amount per grade, and what the person gets of them."""
    opened = core.conjunction(rule.counts, rule.condition(model.when, ("when",)))
    worth: list[Expr] = []
    for name, grade in model.grades.items():
        condition = core.conjunction(opened, rule.condition(grade.when, ("grades", name, "when")))
        if grade.once_per is not None:
            condition = _first_in_household(rule, name, condition)
        full = _full(rule, name, grade, model)
        ref = rule.part(name, grade.label(name), grade.cite, condition, full)
        worth.append(build.gate(ref, rule.shop.reference(f"{rule.id}.{name}.value", rule.item_var(rule.owner))))
    if model.stacking == "highest_per_person":
        value = build.extreme("max", (core.ZERO, *worth))
    elif model.stacking == "sum":
        value = build.add(*worth)
    else:
        value = core.ZERO
        for item in reversed(worth):
            assert isinstance(item, core.If)
            value = build.choose(item.condition, item.then, value)
    rule.made.details["stacking"] = model.stacking
    rule.pay(value, model)


def _full(rule: Lowering, name: str, grade: Grade, model: Model) -> Expr:
    path = ("grades", name)
    if grade.instead is not None:
        assert model.instead_of is not None
        whole = rule.expr(grade.instead, (*path, "instead"))
        gap = rule.expr(model.instead_of, ("instead_of",))
        return rule.at((*path, "instead"), lambda: build.floor_at_zero(build.subtract(whole, gap)))
    if grade.amount is not None or (model.amounts is not None and grade.rate is None):
        if grade.amount is not None:
            amount = rule.expr(grade.amount, (*path, "amount"))
            if amount.type.name == "number" and not amount.type.unit.powers and not build.is_zero(amount):
                expected = f"a sum with its unit, such as 60 * {rule.shop.currency} / month"
                raise rule.error((*path, "amount"), f"`{grade.amount}` has no unit", expected)
            return amount
        return _row(rule, name, model.amounts or "", "amount", lambda text: rule.expr(text, ("amounts",)))
    assert model.base is not None
    rate = _rate(rule, name, grade, model)
    return rule.at(path, lambda: build.multiply(rate, rule.expr(model.base or "", ("base",))))


def _rate(rule: Lowering, name: str, grade: Grade, model: Model) -> Expr:
    """The grade's own rate, or its row of the table."""
    if grade.rate is not None:
        path = ("grades", name, "rate")
        rate = rule.share(grade.rate, path)
        if rate.type.unit.powers:
            hint = "What it is a share of stands under base:; a sum is an amount:"
            raise rule.error(
                path, f"`{grade.rate}` is measured in {rate.type.unit}", "a plain share, such as 30%", hint
            )
        return rate
    return _row(rule, name, model.rates or "", "rate", lambda text: rule.share(text, ("rates",)))


def _row(rule: Lowering, grade: str, table: str, what: str, read: Callable[[str], Expr]) -> Expr:
    """What a table of the pack gives for a grade."""
    try:
        return read(f"{table}[{grade}]")
    except PackError as error:
        keys = error.problems[0].expected
        if error.problems[0].found != f"nothing is called {grade}":
            raise
        hint = f"Add {grade} to {table}, or give the grade its own {what}:"
        raise rule.error(("grades", grade), f"{table} has no {what} for the grade {grade}", keys, hint) from None


def _first_in_household(rule: Lowering, name: str, condition: Expr) -> Expr:
    """Only the first member listed of those in the grade carries it."""
    own = rule.item_var(rule.owner)
    each = rule.define(f"{name}.in_grade", condition, hidden=True)
    items = rule.names.list_of(core.HOUSEHOLD, (), "members")
    var = f"{own}#earlier"
    position, other = core.Position(own, items.source.max_items - 1), core.Position(var, items.source.max_items - 1)
    before = core.conjunction(build.compare("<", other, position), core.rename(each, {own: var}))
    return core.conjunction(each, core.negation(core.Agg("any", var, items.source, None, before, None, core.BOOL)))
