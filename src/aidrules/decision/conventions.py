"""Which conventions a rule or value relied on in a decision, read from the values of the run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules import calendar
from aidrules.decision.names import MOST_KEPT, Bindings, Item
from aidrules.decision.view import View
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.decision.shown import Shown
    from aidrules.engine.compiled import Rule

_PAID = frozenset({"top_up", "amount", "supplement"})
_FLOORED = {
    "deduction": ("claimed", "deduction.not_negative"),
    "imputation": ("claimed", "imputation.not_negative"),
    "check": ("shortfall", "check.shortfall_not_negative"),
}


def of_rule(view: View, rule: Rule, item: Item, held: bool | None) -> Iterator[str]:
    """The ids of the conventions on which a rule relied for an item that it reached; some may come twice.

    Args:
        view: of the run.
        rule: the rule.
        item: the item.
        held: whether the rule applied; None while that is open.
    """
    used = _Used(view, rule, item, held is True)
    match rule.kind:
        case "top_up":
            yield from used.top_up()
        case "supplement":
            yield from used.supplement()
        case "phase_out":
            yield from used.phase_out()
        case "deadline" | "cadence" | "referral" | "gate":
            yield from used.dates()
        case "procedure":
            yield from used.postings()
        case "classification" | "risk_elimination":
            found = used.role("class")
            if found in ("none", "ambiguous"):
                yield f"classification.{found}"
        case "eligibility" | "exclusion":
            yield from used.force(held)
        case "deduction" | "imputation" | "check":
            yield from used.floors()
    if rule.kind in _PAID and held:
        yield from used.payment()
    yield from used.cap()
    for name in definitions_of(rule):
        open_date = name == rule.roles.get("due") and not held
        if view.compiled.definitions[name].owner == item.owner and not open_date:
            yield from of_value(view, name, item)


def definitions_of(rule: Rule) -> set[str]:
    """The names of what a rule works out itself."""
    parts = {name for part in rule.parts for name in (part.definition, part.value) if name is not None}
    return parts | set(rule.roles.values())


def of_value(view: View, name: str, item: Item) -> Iterator[str]:
    """The ids of the conventions on which a definition's own formula relied for an item."""
    definition = view.compiled.definitions[name]
    yield from _of_formula(view, definition.expr, view.names.bindings(item))


def is_estimated(view: View, expr: Expr, bound: Bindings) -> bool:
    """Whether a day counts working days of a year whose holidays are not announced."""
    return "working_days.estimated" in _of_formula(view, expr, bound)


class _Used:
    """One rule for one item."""

    def __init__(self, view: View, rule: Rule, item: Item, applied: bool) -> None:
        self.view, self.rule, self.item, self.applied = view, rule, item, applied
        self.bound = view.names.bindings(item)

    def role(self, role: str) -> Shown:
        """The value in a role; None where the rule has no such role."""
        name = self.rule.roles.get(role)
        return None if name is None else self.named(name)

    def named(self, name: str) -> Shown:
        """The value of a definition for the item; None where there is no such definition."""
        return self.view.definition(name, self.item) if name in self.view.compiled.definitions else None

    def positive(self, name: str) -> bool:
        """Whether a definition of the rule is above zero."""
        value = self.named(f"{self.rule.id}.{name}")
        return isinstance(value, Fraction) and value > 0

    def top_up(self) -> Iterator[str]:
        up_to, counted = (self.rule.details.get(end) for end in ("up_to", "income"))
        if not (isinstance(up_to, core.Expr) and isinstance(counted, core.Expr)):
            return
        standard, income = (self.view.value(end, self.bound) for end in (up_to, counted))
        if isinstance(standard, Fraction) and isinstance(income, Fraction) and income > standard:
            yield "top_up.not_negative"
        if (
            self.role("amount") not in (None, 0)
            and not self.rule.owner
            and getattr(self.rule.model, "persons", None) is None
        ):
            yield "top_up.per_person"

    def supplement(self) -> Iterator[str]:
        grades = getattr(self.rule.model, "grades", {})
        worth: list[Shown] = []
        for part in self.rule.parts:
            holds = self.named(part.definition) is True
            if holds and part.value is not None:
                worth.append(self.named(part.value))
                if grades[part.id].instead is not None and _below_zero(
                    self.view, self.view.compiled.definitions[part.value].expr, self.bound
                ):
                    yield "supplement.not_negative"
            if grades[part.id].once_per is not None and self._shares_the_grade(part.id):
                yield "supplement.first_listed_member"
        known = [value for value in worth if isinstance(value, Fraction)]
        if self.rule.details["stacking"] == "highest_per_person" and known and known.count(max(known)) > 1:
            yield "supplement.equal_grades"

    def _shares_the_grade(self, grade: str) -> bool:
        """Whether the item and another one are in a grade that is paid once."""
        name = f"{self.rule.id}.{grade}.in_grade"
        items = list(self.view.items(self.rule.owner) or ())
        inside = sum(self.view.definition(name, item) is True for item in items)
        return inside > 1 and self.named(name) is True

    def phase_out(self) -> Iterator[str]:
        programme = self.rule.programme
        since, end = self.named(f"{programme}.phase_out_since"), self.role("end")
        granted = isinstance(since, int) and since != core.NO_DATE
        if self.role("condition") is True:
            if end is not None:
                yield "phase_out.whole_months"
            if granted:
                yield "phase_out.as_granted"
            if self.named(f"{programme}.outcome") == "phasing_out":
                yield "phase_out.pays_alone"
            month, schedule = self.role("month_index"), self.rule.details.get("schedule", ())
            if isinstance(month, Fraction) and isinstance(schedule, tuple) and month >= len(schedule):
                yield "phase_out.last_share_goes_on"
        elif granted and self.role("trigger") is True and isinstance(end, int) and end < self.view.run.on.toordinal():
            yield "phase_out.once_for_an_award"

    def dates(self) -> Iterator[str]:
        due = self.role("due")
        if not self.applied or not isinstance(due, int) or due == core.NO_DATE:
            return
        said = getattr(self.rule.model, "starts", None)
        if self.rule.kind == "gate" or (self.rule.kind == "referral" and said is None):
            yield "due.from_the_day_of_the_facts"
        if not self._by_the_calendar() and getattr(self.rule.model, "due", None) is None:
            yield "due.starting_day_not_counted"
        done = self.role("done")
        ended = done if isinstance(done, int) and done != core.NO_DATE else self.view.run.on.toordinal()
        if self.rule.kind in ("deadline", "cadence") and due == ended:
            yield "due.in_time_on_the_last_day"

    def _by_the_calendar(self) -> bool:
        """Whether the interval that counts ends with a calendar month, quarter, half-year or year."""
        calendar = self.rule.details.get("calendar")
        held = (part.id for part in self.rule.parts if self.named(part.definition) is True)
        return isinstance(calendar, frozenset) and next(held, "") in calendar

    def postings(self) -> Iterator[str]:
        full = (self.named(f"{part.definition}.full_on") for part in self.rule.parts)
        if any(day not in (None, core.NO_DATE) for day in full):
            yield "due.starting_day_not_counted"

    def force(self, held: bool | None) -> Iterator[str]:
        stands = held is (self.rule.kind == "exclusion")
        outcome = self.named(f"{self.rule.programme}.outcome")
        if self.rule.force == "in_principle" and stands and outcome == "exception_possible":
            yield "force.in_principle"
        told = stands if self.rule.kind == "exclusion" else held is True
        if self.rule.force in ("may", "encouraged") and told and outcome == "at_discretion":
            yield "force.may"

    def floors(self) -> Iterator[str]:
        role, convention = _FLOORED[self.rule.kind]
        name = self.rule.roles.get(role)
        if self.rule.kind == "check" and not self.applied:
            return
        if name is not None and _below_zero(self.view, self.view.compiled.definitions[name].expr, self.bound):
            yield convention
        if self.role("lasts") is not None and self.rule.kind != "check":
            yield "stage.first_day_in_last_day_out"

    def payment(self) -> Iterator[str]:
        terms, amount = self.rule.payment, self.role("amount")
        if terms is None or amount in (None, 0):
            return
        programme = self.rule.programme
        goes_on = self.named(f"{programme}.in_payment") is True and (
            self.named(f"{programme}.last_amount") == self.named(f"{programme}.amount")
        )
        if terms.starts is not None and self.rule.pays == "month" and not goes_on:
            yield "payment.decided_on_the_day_of_the_facts"
        if terms.form == "loan":
            yield "payment.loans_apart"

    def cap(self) -> Iterator[str]:
        if self.positive("before_cap"):
            if self.positive("earlier_items"):
                yield "cap.shared_in_order"
            if self.positive("paid_before"):
                yield "cap.counts_payments_on_record"


def _below_zero(view: View, expr: Expr, bound: Bindings) -> bool:
    """Whether a number that is kept at zero or above would be below."""
    if not isinstance(expr, core.Extreme) or expr.which != "max":
        return False
    values = [view.value(arg, bound) for arg in expr.args if arg != core.ZERO]
    return any(isinstance(value, Fraction) and value < 0 for value in values)


def _of_formula(view: View, expr: Expr, bound: Bindings) -> Iterator[str]:
    """What the parts of a formula that counted relied on; named values have a place of their own in the trace."""
    if not _can_rely(view, expr):
        return
    match expr:
        case core.Ref(name=name):
            definition = view.compiled.definitions[name]
            if name.startswith("finding.") and _has_a_last_day(view, name, bound[expr.var]):
                yield "finding.counts_on_its_last_day"
            elif definition.hidden:
                item = Item(definition.owner, bound[expr.var].index[: len(definition.owner)])
                yield from _of_formula(view, definition.expr, view.names.bindings(item))
            return
        case core.If(condition=condition, then=then, other=other):
            chosen = view.value(condition, bound)
            yield from _of_formula(view, condition, bound)
            if chosen is not None:
                yield from _of_formula(view, then if chosen else other, bound)
            return
        case core.Agg():
            for scope in view.chosen(expr, bound) or ():
                for part in (expr.where, expr.body):
                    if part is not None:
                        yield from _of_formula(view, part, scope)
            return
        case core.Call():
            args = [view.value(arg, bound) for arg in expr.args]
            yield from _of_call(expr.function, args, view.value(expr, bound))
        case core.Round(inner=inner, to=to):
            value = view.value(inner, bound)
            if isinstance(value, Fraction) and value < 0 and value % to:
                yield "rounding.below_zero"
    for child in core.children(expr):
        yield from _of_formula(view, child, bound)


def _can_rely(view: View, expr: Expr) -> bool:
    """Whether a formula can rely on a convention at all, whatever the case."""
    known = view.names.relying
    if id(expr) not in known:
        if len(known) >= MOST_KEPT:
            known.clear()
        relies = any(_relies(view, part) for part in core.walk(expr))
        known[id(expr)] = expr, relies
        return relies
    return known[id(expr)][1]


def _relies(view: View, part: Expr) -> bool:
    if isinstance(part, core.Ref):
        definition = view.compiled.definitions[part.name]
        return part.name.startswith("finding.") or (definition.hidden and _can_rely(view, definition.expr))
    return isinstance(part, core.Call | core.Round)


def _has_a_last_day(view: View, name: str, item: Item) -> bool:
    finding = view.compiled.findings.get(name.removeprefix("finding."))
    if finding is None or finding.last_day is None:
        return False
    return view.definition(finding.last_day, item) not in (None, core.NO_DATE)


def _of_call(function: str, args: list[Shown], result: Shown) -> Iterator[str]:
    """A function of dates that are known."""
    if core.NO_DATE in args[:1] or None in args or not args or not isinstance(args[0], int):
        return
    start = date.fromordinal(args[0])
    if function == "add_months" and isinstance(result, int) and date.fromordinal(result).day != start.day:
        yield "date.shorter_month"
    if function == "add_working_days" and isinstance(result, int):
        yield "working_days.of_china"
        if calendar.unannounced_years(start, date.fromordinal(result)):
            yield "working_days.estimated"
    if function in ("age", "months_between") and isinstance(args[1], int) and args[1] != core.NO_DATE:
        end = date.fromordinal(args[1])
        if function == "months_between" and end.day < start.day and end == calendar.last_of_month(end):
            yield "months.end_of_month"
        if function == "age" and (start.month, start.day) == (2, 29) and end.month == 2 and end.day == 28 == _last(end):
            yield "age.leap_day"


def _last(day: date) -> int:
    return calendar.last_of_month(day).day
