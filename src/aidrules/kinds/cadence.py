"""Cadence: how often something is to be done: visits, reviews, reports; the next date, and whether it is overdue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from aidrules.facts.schema import subject_at
from aidrules.kinds.base import ConditionModel, Lowering
from aidrules.kinds.concerned import concerned
from aidrules.language import build, core, expressions
from aidrules.language.core import Expr
from aidrules.language.expressions import Items
from aidrules.language.fields import Expression, Expressions, Identifier, Labelled, RefusedError, WholeNumber
from aidrules.language.periods import first_of_period, last_of_months

KIND = "cadence"

Measured = Literal["rolling", "calendar"]


class Case(Labelled):
    """Another interval where `when` holds; the first that holds counts."""

    when: Expressions = ()
    every: Expression
    measured: Measured | None = None


class Model(ConditionModel):
    """Fields of a cadence.

    Attributes:
        last: the day on which it was last done, or none.
        of: what counts as doing it, a list that is ordered by a date.
        every: the interval.
        at_least: how often in each calendar period.
        measured: so long after it was last done, or once in each calendar month, quarter, half-year or year.
        starts: the day from which the first interval counts where it was never done.
        cases: other intervals.
    """

    last: Expression | None = None
    of: Expression | None = None
    every: Expression | None = None
    at_least: WholeNumber = Field(default=1, ge=1, le=60)
    measured: Measured = "rolling"
    starts: Expression | None = None
    cases: dict[Identifier, Case] | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.every is None and not self.cases:
            raise RefusedError("a cadence without every:", "every: an interval such as 12 month")
        if (self.last is None) == (self.of is None):
            found = "a cadence without last:" if self.last is None else "a cadence with last: and of:"
            raise RefusedError(found, "last: the day on which it was last done, or of: the list of what counts")
        rolling = "rolling" in (self.measured, *(case.measured for case in (self.cases or {}).values()))
        if self.at_least > 1 and (self.of is None or rolling):
            hint = "How often within any twelve months is no interval; say every: 6 month"
            raise RefusedError("at_least: without of: and measured: calendar", "both of them", hint)
        return self


def lower(rule: Lowering, model: Model) -> None:
    """Enter whether it applies, the next date, and whether that is past."""
    conditions = [concerned(rule), rule.whole_condition(model)]
    done = _Done(rule, model)
    due: Expr | None = None
    calendar: set[str] = set()
    if model.every is not None:
        due = done.next_due(model.every, model.measured, ("every",))
        calendar |= {""} if model.measured == "calendar" else set()
    held: list[Expr] = []
    for name, case in reversed((model.cases or {}).items()):
        path = ("cases", name)
        ref = rule.part(name, case.label(name), case.cite, rule.condition(case.when, (*path, "when")))
        held.append(ref)
        measured = case.measured or model.measured
        calendar |= {name} if measured == "calendar" else set()
        own = done.next_due(case.every, measured, (*path, "every"))
        due = own if due is None else build.choose(ref, own, due)
    if model.every is None:
        conditions.append(core.disjunction(*held))
    assert due is not None
    condition = rule.define("", core.conjunction(*conditions), role="condition")
    due_ref = rule.define("due", due, role="due")
    rule.define("overdue", core.conjunction(condition, build.compare(">", core.Today("on"), due_ref)), role="overdue")
    rule.made.details["calendar"] = frozenset(calendar)


class _Done:
    """When something was done last, how often, and from when on it is to be."""

    def __init__(self, rule: Lowering, model: Model) -> None:
        self.rule, self.at_least = rule, model.at_least
        self.items: Items | None = None
        self.starts: Expr | None = None
        if model.of is None:
            self.last = rule.date(model.last or "", ("last",))
        else:
            self.items, self.day = self._counted(model.of)
            self.last = rule.define("last", expressions.aggregate("latest", self.items, self.day), hidden=True)
        if self.last.type.optional and model.starts is not None:
            self.starts = rule.date(model.starts, ("starts",))

    def _counted(self, of: str) -> tuple[Items, Expr]:
        """The items of a list, and the day of each."""
        found, names = self.rule.meaning(of, ("of",)), self.rule.names
        if not isinstance(found, Items):
            raise self.rule.error(
                ("of",), f"of: {of} is not a list", "such as [v for v in household.visits if v.signed]"
            )
        key = self.rule.at(("of",), lambda: names.order_key(found))
        path = (*found.source.owner, found.source.name)
        field = subject_at(names.catalogue.schema, path).fields[key]
        return found, names.recorded(found.var, path, field)

    def next_due(self, every: str, measured: Measured, path: tuple[str, ...]) -> Expr:
        """The day by which it is due next."""
        span = self.rule.span(every, path)
        if measured == "rolling":
            base = self.last
            if self.starts is not None:
                base = build.choose(core.IsNone(base), self.starts, base)
            return self.rule.at(path, lambda: expressions.shift_date(base, span))
        months = self._months(every, span, path)
        after = _present(self.last, lambda last: self._end_after(last, months))
        if self.starts is None:
            return after
        first = _present(self.starts, lambda starts: last_of_months(first_of_period(starts, months), months))
        return build.choose(core.IsNone(self.last), first, after)

    def _months(self, every: str, span: Expr, path: tuple[str, ...]) -> int:
        """How many months a calendar period has."""
        unit = str(span.type.unit)
        if isinstance(span, core.Const) and isinstance(span.value, Fraction) and unit in ("month", "year"):
            months = span.value * (12 if unit == "year" else 1)
            if months > 0 and 12 % months == 0:
                return int(months)
        hint = "A month, a quarter, half a year or a year of the calendar; any other interval is rolling"
        raise self.rule.error(path, f"measured: calendar with every: {every}", "1, 2, 3, 4, 6 or 12 month", hint)

    def _end_after(self, last: Expr, months: int) -> Expr:
        """The end of the period after that of the last time; of that period itself where it was not enough in it."""
        first = first_of_period(last, months)
        later = last_of_months(first, 2 * months)
        if self.at_least == 1 or self.items is None:
            return later
        inside = build.compare(">=", self.day, first)
        where = inside if self.items.where is None else core.conjunction(self.items.where, inside)
        times = expressions.aggregate("count", replace(self.items, where=where), None)
        enough = build.compare(">=", times, build.number(self.at_least))
        return build.choose(enough, later, last_of_months(first, months))


def _present(day: Expr, make: Callable[[Expr], Expr]) -> Expr:
    """A day that follows from another; none where there is none."""
    if not day.type.optional:
        return make(day)
    none = core.Const(core.NO_DATE, core.OPTIONAL_DATE, "none")
    return build.choose(core.IsNone(day), none, make(day))
