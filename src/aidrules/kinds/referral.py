"""Referral: warning lines and hand-overs, to whom and within what time."""

from __future__ import annotations

from pydantic import Field

from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.kinds.entitlement import opened
from aidrules.language import core, expressions
from aidrules.language.fields import Expression, Expressions, Identifier, Labelled, Texts

KIND = "referral"


class Task(Labelled):
    """A task that something opens."""

    task: Identifier
    within: Expression | None = None


class Receiver(Labelled):
    """A receiver and when the referral goes there."""

    when: Expressions = ()


class Model(ConditionModel):
    """Fields of a referral.

    Attributes:
        to: who receives it; with conditions, only where they hold.
        starts: the day from which `within` counts; the day of the decision unless given.
        within: how soon, such as `5 working_day`.
        opens: the task that it opens there.
    """

    to: Texts | dict[Identifier, Receiver] = Field(min_length=1)
    starts: Expression | None = Field(default=None, alias="from")
    within: Expression | None = None
    opens: Task | None = None


def lower(rule: Lowering, model: Model) -> None:
    """Enter whether it is made, to whom, and by when; what nobody would receive is not made."""
    if isinstance(model.to, dict):
        received = core.disjunction(*(rule.condition(r.when, ("to", name, "when")) for name, r in model.to.items()))
        opened(rule, model, received)
        own = rule.shop.reference(rule.id, rule.item_var(rule.owner))
        for name, receiver in model.to.items():
            condition = rule.condition(receiver.when, ("to", name, "when"))
            rule.part(name, receiver.label(name), receiver.cite, core.conjunction(own, condition))
    else:
        opened(rule, model)
        rule.made.details["to"] = model.to
    task = model.opens
    within = (model.within, ("within",)) if model.within else (task.within, ("opens", "within")) if task else (None, ())
    if within[0] is not None:
        start: core.Expr = core.Today("on")
        if model.starts:
            start = rule.define("counted_from", rule.date(model.starts, ("from",)), role="counted_from")
        span = rule.span(within[0], within[1])
        rule.define("due", rule.at(within[1], lambda: expressions.shift_date(start, span)), role="due")
    if task is not None:
        rule.made.details["task"] = task.task
        rule.made.details["task_label"] = task.label(task.task)
