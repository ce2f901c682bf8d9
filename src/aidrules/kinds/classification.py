"""Classification: the one case that holds, the first of several, or all that hold; also the end of a risk."""

from __future__ import annotations

from pydantic import Field

from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.language import build, core
from aidrules.language.core import Expr, Type
from aidrules.language.fields import Expressions, Flag, Identifier, Labelled, Select
from aidrules.language.models import Conditions

KIND = "classification"


class Case(Labelled):
    """One case.

    Attributes:
        when: where it holds.
        unless: named conditions that keep it from holding if all of them hold.
        otherwise: it holds where no other does.
        remainder: as `otherwise`, and `when` must hold too.
    """

    when: Expressions = ()
    unless: dict[str, Conditions] | Expressions = ()
    otherwise: Flag = False
    remainder: Flag = False


class Model(ConditionModel):
    """Fields of a classification."""

    cases: dict[Identifier, Case] = Field(min_length=1)
    select: Select = "one"


def lower(rule: Lowering, model: Model) -> None:
    """Enter a condition per case, and the case that is the answer."""
    opened = core.conjunction(rule.counts, rule.whole_condition(model))
    refs: dict[str, Expr] = {}
    for name, case in model.cases.items():
        condition = _case(rule, name, case)
        if case.otherwise or case.remainder:
            condition = core.conjunction(condition, core.negation(core.disjunction(*refs.values())))
        refs[name] = rule.part(name, case.label(name), case.cite, core.conjunction(opened, condition))
    if model.select == "all":
        rule.define("", core.disjunction(*refs.values()), role="condition")
        return
    options = (*model.cases, "none", *(("ambiguous",) if model.select == "one" else ()))
    kind = Type("enum", options=options)
    value: Expr = core.Const("none", kind, "none")
    for name, ref in reversed(refs.items()):
        value = build.choose(ref, core.Const(name, kind, name), value)
    if model.select == "one":
        one = build.number(1)
        holding = build.add(*(build.gate(ref, one) for ref in refs.values()), build.number(0))
        several = rule.define("several", build.compare(">", holding, one), role="several", hidden=True)
        value = build.choose(several, core.Const("ambiguous", kind, "ambiguous"), value)
    rule.define("", build.retype(value, kind), role="class")
    rule.made.details["select"] = model.select


def _case(rule: Lowering, name: str, case: Case) -> Expr:
    parts = [rule.condition(case.when, ("cases", name, "when"))]
    if isinstance(case.unless, dict):
        for joined, conditions in case.unless.items():
            met = [
                rule.part(
                    f"{name}_{key}",
                    item.label(key),
                    item.cite,
                    rule.condition(item.when, ("cases", name, "unless", joined, key)),
                )
                for key, item in conditions.items()
            ]
            whole = core.disjunction(*met) if joined == "any_of" else core.conjunction(*met)
            parts.append(core.negation(whole))
    elif case.unless:
        parts.append(core.negation(rule.condition(case.unless, ("cases", name, "unless"))))
    return core.conjunction(*parts)
