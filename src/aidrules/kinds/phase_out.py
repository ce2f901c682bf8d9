"""Phase-out: payment that goes on for some months after the condition for it has ended."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from aidrules.kinds.base import Lowering, PayingModel
from aidrules.language import build, core, expressions
from aidrules.language.core import Expr
from aidrules.language.fields import Expression, Expressions, Identifier, Identifiers
from aidrules.language.hints import near, one_of
from aidrules.language.units import Unit

KIND = "phase_out"
MONTH = Unit.parse("month")


class Model(PayingModel):
    """Fields of a phase-out.

    Attributes:
        when: what opens it, for a benefit in payment.
        apart_from: eligibility rules that may fail; all others must still hold, and no exclusion stand.
        starts: with the month after the decision, or with its own.
        months: how many, as a whole number of months.
        pays: the last amount, part by part, or a share of the last amount for each month.
        cancelled_when: what ends it early.
        again: a phase-out opens once for an award.
    """

    apart_from: Identifiers = ()
    starts: Literal["next_month", "this_month"]
    months: Expression
    pays: (
        Literal["frozen"]
        | dict[Identifier, Literal["frozen", "recomputed"]]
        | Annotated[tuple[Expression, ...], Field(min_length=1, max_length=60)]
    ) = "frozen"
    cancelled_when: Expressions = ()
    again: Literal["after_a_new_award"] = "after_a_new_award"


def lower(rule: Lowering, model: Model) -> None:
    """Enter whether it runs, its start, months and end, and what it pays.

    What was granted counts: a phase-out that runs keeps the start and the months of the benefit in payment. Whether it
    still runs is told by months and not by its last day, so that bounds of its months can settle it.
    """
    since, granted = rule.programme_ref("phase_out_since"), rule.programme_ref("phase_out_months")
    fresh = rule.define("not_yet_granted", core.IsNone(since), hidden=True)
    on: Expr = core.Today("on")
    first = core.Call("first_of_month", (on,), core.DATE)
    opening = first if model.starts == "this_month" else expressions.shift_date(first, build.number(1, MONTH))
    start = rule.define("start", build.choose(fresh, opening, since), role="start")
    months = rule.at(
        ("months",), lambda: build.as_amount(rule.expr(model.months, ("months",)), MONTH, "the number of months")
    )
    kept = rule.define("months", build.choose(fresh, months, granted), role="months")
    last = expressions.shift_date(start, build.subtract(kept, build.number(1, MONTH)))
    rule.define("end", core.Call("last_of_month", (last,), last.type), role="end")
    others = rule.define("others_hold", _others(rule, model), role="others", hidden=True)
    cancelled = (
        rule.define("cancelled", rule.condition(model.cancelled_when, ("cancelled_when",)), role="cancelled")
        if model.cancelled_when
        else core.FALSE
    )
    trigger = rule.define("trigger", rule.condition(model.when, ("when",)), role="trigger")
    opens = core.conjunction(fresh, rule.programme_ref("in_payment"), trigger)
    since_start = core.Call(
        "months_between",
        (core.Call("first_of_month", (start,), core.DATE), first),
        core.Type("number", MONTH),
    )
    by_share = "month_index" if isinstance(model.pays, tuple) else None
    month = rule.define("month_index", since_start, role=by_share, hidden=True)
    running = rule.define("running", build.compare("<", month, kept), role="running", hidden=True)
    runs = core.conjunction(core.negation(fresh), running)
    condition = rule.define(
        "",
        core.conjunction(core.disjunction(opens, runs), others, core.negation(cancelled)),
        role="condition",
    )
    paid = _pay(rule, model, month, months)
    unit = rule.programme_ref("last_amount").type.unit
    value = rule.define("value", rule.shaped(paid, model, unit), role="value", hidden=True)
    stands = core.conjunction(condition, core.negation(rule.programme_ref("eligible")))
    rule.define("amount", rule.kept(build.retype(build.gate(stands, value), value.type)), role="amount")
    rule.made.pays = "month"


def _others(rule: Lowering, model: Model) -> Expr:
    apart = []
    for name in model.apart_from:
        full = f"{rule.programme}.{name}"
        if full not in (rules := rule.shop.eligibility_of(rule.programme)):
            known = [one.rpartition(".")[2] for one in rules]
            found = f"{name} is not an eligibility rule of {rule.programme}"
            raise rule.error(("apart_from",), found, one_of(known), near(name, known))
        apart.append(full)
    held = [
        rule.shop.reference(name, rule.item_var(rule.owner))
        for name in rule.shop.eligibility_of(rule.programme)
        if name not in apart
    ]
    return core.conjunction(*held, core.negation(rule.programme_ref("excluded")))


def _pay(rule: Lowering, model: Model, month: Expr, months: Expr) -> Expr:
    if model.pays == "frozen":
        return rule.programme_ref("last_amount")
    if isinstance(model.pays, dict):
        parts: list[Expr] = []
        for name, how in model.pays.items():
            if how == "frozen":
                if name not in ("top_up", "supplement"):
                    raise rule.error(("pays", name), f"{name} is not kept apart", "top_up or supplement")
                parts.append(rule.programme_ref(f"last_{name}"))
            else:
                suffix = "value" if rule.shop.owner(f"{rule.programme}.{name}") == rule.owner else "total_value"
                parts.append(rule.programme_ref(f"{name}.{suffix}"))
        return rule.at(("pays",), lambda: build.add(*parts))
    shares = [rule.share(text, ("pays", index)) for index, text in enumerate(model.pays)]
    for index, share in enumerate(shares):
        if not isinstance(share, core.Const) or not isinstance(share.value, Fraction):
            raise rule.error(("pays", index), "a share of a schedule is a fixed percentage", "a share such as 80%")
    if isinstance(months, core.Const) and isinstance(months.value, Fraction) and len(shares) > months.value:
        hint = "The last share counts for all months that follow."
        found = f"{len(shares)} shares for {months.value} months"
        raise rule.error(("pays",), found, f"at most {months.value}, one for each month", hint)
    rate: Expr = shares[-1]
    for index in range(len(shares) - 2, -1, -1):
        rate = build.choose(build.compare("<=", month, build.number(index, MONTH)), shares[index], rate)
    rule.made.details["schedule"] = tuple(share.value for share in shares if isinstance(share, core.Const))
    return build.multiply(rate, rule.programme_ref("last_amount"))
