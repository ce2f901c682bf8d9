"""Cadence: how often something is to be done: visits, reviews, reports; the next date, and whether it is overdue."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.language import build, core, expressions
from aidrules.language.core import Expr
from aidrules.language.fields import Expression, Expressions, Identifier, Labelled, RefusedError

KIND = "cadence"


class Case(Labelled):
    """Another interval where `when` holds; the first that holds counts."""

    when: Expressions = ()
    every: Expression


class Model(ConditionModel):
    """Fields of a cadence.

    Attributes:
        last: the day on which it was last done, or none.
        every: the interval.
        starts: the day from which the first interval counts where it was never done.
        cases: other intervals.
    """

    last: Expression
    every: Expression | None = None
    starts: Expression | None = None
    cases: dict[Identifier, Case] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.every is None and not self.cases:
            raise RefusedError("a cadence without every:", "every: an interval such as 12 month")
        return self


def lower(rule: Lowering, model: Model) -> None:
    """Enter whether it applies, the next date, and whether that is past."""
    conditions = [rule.counts, rule.whole_condition(model)]
    last = rule.date(model.last, ("last",))
    base: Expr = last
    if last.type.optional and model.starts is not None:
        base = build.choose(core.IsNone(last), rule.date(model.starts, ("starts",)), last)
    due: Expr | None = None
    if model.every is not None:
        due = rule.at(("every",), lambda: expressions.shift_date(base, rule.span(model.every or "", ("every",))))
    held: list[Expr] = []
    for name, case in reversed((model.cases or {}).items()):
        path = ("cases", name)
        ref = rule.part(name, case.label(name), case.cite, rule.condition(case.when, (*path, "when")))
        held.append(ref)
        span = rule.span(case.every, (*path, "every"))
        own = rule.at((*path, "every"), lambda s=span: expressions.shift_date(base, s))  # type: ignore[misc]
        due = own if due is None else build.choose(ref, own, due)
    if model.every is None:
        conditions.append(core.disjunction(*held))
    assert due is not None
    condition = rule.define("", core.conjunction(*conditions), role="condition")
    due_ref = rule.define("due", due, role="due")
    rule.define("overdue", core.conjunction(condition, build.compare(">", core.Today("on"), due_ref)), role="overdue")
