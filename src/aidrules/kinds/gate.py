"""Gate: a step of procedure that is needed or waived."""

from __future__ import annotations

from typing import Literal

from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.kinds.concerned import concerned
from aidrules.kinds.referral import Task
from aidrules.language import core, expressions
from aidrules.language.core import Expr
from aidrules.language.fields import Expressions

KIND = "gate"


class Model(ConditionModel):
    """Fields of a gate.

    Attributes:
        needed_when: where the step is needed.
        waived_when: where it is not.
        if_undetermined: what holds as long as that is not known.
        opens: the task that it opens.
    """

    needed_when: Expressions = ()
    waived_when: Expressions = ()
    if_undetermined: Literal["needed", "not_needed"] | None = None
    opens: Task | None = None


def lower(rule: Lowering, model: Model) -> None:
    """Enter whether the step is needed."""
    condition: Expr = core.conjunction(
        concerned(rule), rule.whole_condition(model), rule.condition(model.needed_when, ("needed_when",))
    )
    if model.waived_when:
        waived = rule.define("waived", rule.condition(model.waived_when, ("waived_when",)), role="waived")
        condition = core.conjunction(condition, core.negation(waived))
    rule.define("", condition, role="condition")
    rule.made.details["if_undetermined"] = model.if_undetermined
    if model.opens is not None:
        rule.made.details.update(task=model.opens.task, task_label=model.opens.label(model.opens.task))
        if model.opens.within is not None:
            span = rule.span(model.opens.within, ("opens", "within"))
            due = rule.at(("opens", "within"), lambda: expressions.shift_date(core.Today("on"), span))
            rule.define("due", due, role="due")
