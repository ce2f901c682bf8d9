"""Deadline: a day by which something is due, counted in days or working days from an event."""

from __future__ import annotations

from fractions import Fraction
from typing import Self

from pydantic import Field, model_validator

from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.kinds.concerned import concerned
from aidrules.language import build, core, expressions
from aidrules.language.core import Expr
from aidrules.language.fields import Expression, Expressions, RefusedError

KIND = "deadline"
_TIME = {"day", "working_day", "month", "year"}


class Model(ConditionModel):
    """Fields of a deadline.

    Attributes:
        starts: the day from which it counts; the day itself is not counted.
        within: how long.
        due: the day itself, in the place of `from` and `within`.
        extend_to: how long where `extended_when` holds.
        until: the day on which it was done.
    """

    starts: Expression | None = Field(default=None, alias="from")
    within: Expression | None = None
    due: Expression | None = None
    extend_to: Expression | None = None
    extended_when: Expressions = ()
    until: Expression | None = None

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        counted = {"from:": self.starts, "within:": self.within}
        missing = [key for key, value in counted.items() if value is None]
        if self.due is None and missing:
            raise RefusedError(f"a deadline without {missing[0]}", "from: and within:, or due: with the day itself")
        extra = {**counted, "extend_to:": self.extend_to}
        if self.due is not None and (given := [key for key, value in extra.items() if value is not None]):
            raise RefusedError(f"a deadline with due: and {given[0]}", "due: alone, or from: and within:")
        return self


def lower(rule: Lowering, model: Model) -> None:
    """Enter whether it runs, when it is due, and whether it is overdue."""
    within = model.within or ""
    start = rule.date(model.due or model.starts or "", ("due",) if model.due else ("from",))
    begun = core.negation(core.IsNone(start)) if start.type.optional else core.TRUE
    condition = rule.define("", core.conjunction(concerned(rule), rule.whole_condition(model), begun), role="condition")
    plain = start
    if model.due is None:
        plain = rule.at(("within",), lambda: expressions.shift_date(start, rule.span(within, ("within",))))
    if (model.extend_to is None) == bool(model.extended_when):
        given, missing = ("extended_when", "extend_to") if model.extended_when else ("extend_to", "extended_when")
        hint = "extend_to: says how long instead, extended_when: says where"
        raise rule.error((given,), f"{given}: without {missing}:", f"{missing}:", hint)
    done: Expr = core.Const(core.NO_DATE, core.OPTIONAL_DATE, "none")
    if model.until is not None:
        done = rule.define("done", rule.date(model.until, ("until",)), role="done")
    if model.extend_to is None:
        late = _after(rule.define("due", plain, role="due"), done)
    else:
        extended = rule.define("extended", rule.condition(model.extended_when, ("extended_when",)), role="extended")
        span = rule.span(model.extend_to, ("extend_to",))
        _must_be_longer(rule, model, span)
        longer = rule.at(("extend_to",), lambda: expressions.shift_date(start, span))
        rule.define("due", build.choose(extended, longer, plain), role="due")
        # Each end by itself: what was done before both is in time, extended or not.
        late = build.choose(extended, _after(longer, done), _after(plain, done))
    rule.define("overdue", core.conjunction(condition, late), role="overdue")


def _after(due: Expr, done: Expr) -> Expr:
    """Whether it was done after a day or, where it is not done, that day has passed."""
    return build.choose(
        core.IsNone(done) if done.type.optional else core.FALSE,
        build.compare(">", core.Today("on"), due),
        build.compare(">", done, due),
    )


def _must_be_longer(rule: Lowering, model: Model, longer: Expr) -> None:
    """Two fixed spans can be compared when the pack is loaded; those of two units by how long they are at least."""
    plain = rule.span(model.within or "", ("within",))
    if not isinstance(plain, core.Const) or not isinstance(longer, core.Const):
        return
    assert isinstance(plain.value, Fraction) and isinstance(longer.value, Fraction)
    if plain.type.unit == longer.type.unit and longer.value <= plain.value:
        found = f"{model.extend_to} is no longer than within: {model.within}"
        hint = "extend_to: is the whole time with the extension, not what is added to it"
        raise rule.error(("extend_to",), found, f"more than {model.within}", hint)
    units = {str(plain.type.unit), str(longer.type.unit)}
    if len(units) == 2 and units <= _TIME and _days(longer)[0] <= _days(plain)[1]:
        found = f"{model.extend_to} may end no later than within: {model.within}, as they are counted in two units"
        hint = f"Count both in {plain.type.unit}, or give a time that is longer whatever the day"
        raise rule.error(("extend_to",), found, f"more than {model.within} from any day on", hint)


def _days(span: core.Const) -> tuple[int, int]:
    """How many days a fixed span is at least and at most, whenever it begins, with the longest holidays."""
    assert isinstance(span.value, Fraction)
    unit, count = str(span.type.unit), int(span.value)
    if unit == "working_day":
        return count, -(-count // 5) * 7 + 14 * (1 + count // 60)
    if unit == "day":
        return count, count
    months = count * 12 if unit == "year" else count
    return months * 365 // 12 - 3, months * 366 // 12 + 2
