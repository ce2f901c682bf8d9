"""Procedure: steps that are to be taken in their order, read from the steps and participants that a case records."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.kinds.steps import Before, Step, StepModel, Taken
from aidrules.language import build, core
from aidrules.language.core import Expr, Type
from aidrules.language.fields import Identifier, Label, RefusedError

KIND = "procedure"
MOST_STEPS = 20


class Model(ConditionModel):
    """Fields of a procedure."""

    steps: dict[Identifier, StepModel]

    @model_validator(mode="after")
    def _some_steps(self) -> Self:
        if not 0 < len(self.steps) <= MOST_STEPS:
            raise RefusedError(f"a procedure of {len(self.steps)} steps", f"steps: 1 to {MOST_STEPS} of them")
        return self


def lower(rule: Lowering, model: Model) -> None:
    """Enter each step with its dates and state, at which step the case stands, and whether all are in order."""
    applies = rule.define("applies", core.conjunction(rule.counts, rule.whole_condition(model)), role="applies")
    before: dict[str, Before] = {}
    held: dict[str, Expr] = {}
    taken: list[Taken] = []
    for name, step in model.steps.items():
        made = Step(rule, name, step)
        held[name] = made.enter(before)
        taken.append(made.taken())
    kind = Type("enum", options=(*model.steps, "none"))
    stands: Expr = core.Const("none", kind, "none")
    for name, ref in reversed(held.items()):
        stands = build.choose(ref, stands, core.Const(name, kind, name))
    label = Label(f"{rule.label.zh}：现在的环节", f"{rule.label.en}: the step at hand")
    rule.define("stands_at", build.retype(stands, kind), role="stands_at", label=label)
    rule.define("", core.disjunction(core.negation(applies), core.conjunction(*held.values())), role="condition")
    rule.made.details["steps"] = tuple(taken)
