"""Deduction: what an income definition takes off; claimed, capped by what is verified, allowed, each in the trace."""

from __future__ import annotations

from aidrules.kinds.base import Lowering, ShapedModel
from aidrules.language import build, core, expressions
from aidrules.language.fields import Expression
from aidrules.language.models import Lasts
from aidrules.language.units import Unit

KIND = "deduction"


class Model(ShapedModel):
    """Fields of a deduction, listed under `less:` of the definition that it lowers.

    Attributes:
        claimed: what is claimed; `amount` says the same.
        share: the part of it that is allowed.
        lowers: the income that it lowers, for readers.
        lasts: from when and for how long it is allowed.
    """

    claimed: Expression | None = None
    amount: Expression | None = None
    share: Expression | None = None
    lowers: Expression | None = None
    lasts: Lasts | None = None


def lower(rule: Lowering, model: Model) -> None:
    """Enter what is claimed and what is allowed, for each item and in total."""
    text = model.claimed or model.amount
    if text is None:
        raise rule.error((), "a deduction without claimed:", "claimed: what is taken off, before the cap")
    stage(rule, model, text, "claimed")


def stage(rule: Lowering, model: Model, text: str, key: str) -> None:
    """One step of an income: what deductions and imputations have in common."""
    claimed = rule.expr(text, (key,))
    unit = Unit.of({rule.shop.currency: 1}) / rule.subject_unit()
    for name in ("month", "year"):
        if claimed.type.unit.power(name) == -1:
            unit = unit / Unit(((name, 1),))
    claimed = rule.at((key,), lambda: build.as_amount(claimed, unit, f"`{text}`"))
    condition = core.conjunction(rule.counts, rule.condition(model.when, ("when",)))
    if model.lasts is not None:
        start = rule.date(model.lasts.start, ("lasts", "from"))
        end = rule.at(
            ("lasts", "for"),
            lambda: expressions.shift_date(
                start, rule.span(model.lasts.duration if model.lasts else "", ("lasts", "for"))
            ),
        )
        on = core.Today("on")
        within = core.conjunction(build.compare(">=", on, start), build.compare("<", on, end))
        condition = core.conjunction(condition, rule.define("lasts", within, role="lasts"))
    applies = rule.define("applies", condition, role="condition")
    asked = rule.define("claimed", build.floor_at_zero(build.gate(applies, claimed)), role="claimed")
    allowed = asked if model.share is None else build.multiply(rule.share(model.share, ("share",)), asked)
    shaped = rule.shaped(rule.at(("share",), lambda: build.as_amount(allowed, unit, "what is allowed")), model, unit)
    rule.define("", shaped, role="amount")


def total(rule: Lowering, target: tuple[str, ...]) -> core.Ref:
    """The sum of what is allowed, for the items of the definition that lists the rule."""
    amount = rule.shop.reference(rule.id, rule.item_var(rule.owner))
    if rule.owner == target:
        return amount
    return rule.define("total", rule.summed(amount, rule.owner, target), role="total", owner=target)
