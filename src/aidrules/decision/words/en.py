"""English: how values and conditions are said."""

from __future__ import annotations

from collections.abc import Sequence

from aidrules.decision.figures import MONTHS
from aidrules.decision.words.base import Measure, quoted

_COMPARED: dict[Measure, dict[str, str]] = {
    "money": {
        "<": "is below",
        "<=": "is not above",
        ">": "is above",
        ">=": "is not below",
        "==": "is equal to",
        "!=": "is not equal to",
    },
    "count": {
        "<": "is less than",
        "<=": "is at most",
        ">": "is more than",
        ">=": "is at least",
        "==": "is equal to",
        "!=": "is not equal to",
    },
    "date": {
        "<": "is before",
        "<=": "is not after",
        ">": "is after",
        ">=": "is not before",
        "==": "is",
        "!=": "is not",
    },
    "age": {
        "<": "is under",
        "<=": "is not over",
        ">": "is over",
        ">=": "has reached",
        "==": "is",
        "!=": "is not",
    },
    "age_line": {
        "<": "has not reached",
        "<=": "is not over",
        ">": "is over",
        ">=": "has reached",
        "==": "is exactly",
        "!=": "is not exactly",
    },
}
_PERIODS = {2: "two months", 3: "quarter", 4: "four months", 6: "half-year", 12: "year"}
_ROUNDING = {"up": "up", "down": "down", "half_up": "half up"}
_RESULTS = {
    "in_payment": (
        "{0} in payment",
        "{0} is in payment now",
        "{0} is not in payment now",
        "it is not settled whether {0} is in payment",
    ),
    "eligible": (
        "eligible for {0}",
        "the conditions for {0} are met",
        "the conditions for {0} are not met",
        "it is not settled whether the conditions for {0} are met",
    ),
    "active": (
        "on {0}, a phase-out included",
        "{0} is granted, a phase-out included",
        "{0} is not granted",
        "it is not settled whether {0} is granted",
    ),
    "phasing_out": (
        "{0} in phase-out",
        "{0} is in phase-out",
        "{0} is not in phase-out",
        "it is not settled whether {0} is in phase-out",
    ),
    "excluded": (
        "excluded from {0}",
        "a ground stands against {0}",
        "no ground stands against {0}",
        "it is not settled whether a ground stands against {0}",
    ),
    "conditions": (
        "conditions for {0}",
        "every condition for {0} is met",
        "a condition for {0} is not met",
        "the conditions for {0} are not all settled",
    ),
    "gives_way": (
        "{0} given up for another benefit",
        "{0} is due and not paid beside another benefit",
        "{0} gives way to no other benefit",
        "it is not settled whether {0} gives way to another benefit",
    ),
    "opened": (
        "route to {0}",
        "the route to {0} is open",
        "the route to {0} is not open",
        "it is not settled whether the route to {0} is open",
    ),
}
_NAMED_RESULTS = {
    "since": "first day of {0}",
    "last_amount": "last monthly amount of {0}",
    "last_top_up": "last top-up of {0}",
    "last_supplement": "last supplement of {0}",
    "phase_out_since": "first day of the phase-out of {0}",
    "phase_out_months": "months of phase-out granted for {0}",
    "amount_alone": "monthly amount of {0} before other benefits are looked at",
    "amount": "monthly amount of {0}",
    "termly": "amount of {0} each term",
    "yearly": "yearly amount of {0}",
    "one_off": "one-off amount of {0}",
    "share": "the person's share of {0}",
    "outcome": "outcome of {0}",
}


class English:
    """The phrases of English about values and conditions."""

    unknown = "not known"
    yes = "yes"
    no = "no"
    no_date = "none"
    today = "the date of the facts"
    this_month = "this month"
    confidential = "a confidential circumstance"
    confidential_decides = "this follows from a confidential circumstance"
    confidential_open = "a confidential circumstance is not recorded, so this is not settled"
    always = "nothing needs to be shown"
    never = "no case of this kind can arise"
    both = " and "
    either = " or "
    position = "place in the list"

    def between(self, low: str, high: str) -> str:
        return f"between {low} and {high}"

    def with_value(self, name: str, value: str) -> str:
        return f"{name} ({value})"

    def the(self, name: str) -> str:
        return name if name.startswith(("the ", "The ", "what ", "who ", "whether ")) else f"the {name}"

    def joined(self, parts: Sequence[str]) -> str:
        return "; ".join(parts)

    def compared(self, left: str, op: str, right: str, kind: Measure, apart: str | None) -> str:
        if op == "==" and kind == "money":
            return f"{left} is exactly {right}"
        said = f"{left} {_COMPARED[kind][op]} {right}"
        return f"{said}, by {apart}" if apart else said

    def unsettled(self, left: str, op: str, right: str, kind: Measure) -> str:
        if op == "!=":
            op = "=="
        return f"it is not settled whether {left} {_COMPARED[kind][op]} {right}"

    def one_of(self, name: str, value: str, options: Sequence[str], truth: bool | None) -> str:
        listed = _either(options)
        if truth is None:
            return f"it is not settled whether {name} is {listed}"
        return f"{name} is {value}" if truth else f"{name} is {value}, not {listed}"

    def is_none(self, name: str, value: str, truth: bool | None) -> str:
        if truth is None:
            return f"it is not known whether there is a {_bare(name)}"
        return f"there is no {_bare(name)}" if truth else f"{self.the(name)} is {value}"

    def recorded(self, name: str, truth: bool | None) -> str:
        if truth is None:
            return f"{quoted(name)} is not recorded"
        return f"{quoted(name)} is recorded as {self.yes if truth else self.no}"

    def found(self, name: str, truth: bool | None, *, made: bool) -> str:
        if truth is None:
            return f"a finding on {quoted(name)} is awaited"
        if not made:
            return f"no finding of {quoted(name)} is on record"
        return f"it was found: {name}" if truth else f"it was found that {quoted(name)} is not so"

    def lapsed(self, name: str, day: str, truth: bool | None) -> str:
        awaited = ", and a new one is awaited" if truth is None else ""
        return f"the finding on {quoted(name)} lapsed on {day}{awaited}"

    def result(self, programme: str, result: str) -> str | None:
        named = _NAMED_RESULTS.get(result) or _RESULTS.get(result, (None,))[0]
        return named.format(programme) if named else None

    def result_said(self, programme: str, result: str, truth: bool | None) -> str | None:
        if result not in _RESULTS:
            return None
        return _RESULTS[result][3 if truth is None else 1 if truth else 2].format(programme)

    def counted(self, name: str, number: int, of: int, which: Sequence[str]) -> str:
        return f"{name}: {number} of {of}" + (f" ({', '.join(which)})" if which else "")

    def years_of_age(self, number: str) -> str:
        return number

    def none_of_these(self, names: Sequence[str]) -> str:
        return f"none of these holds: {'; '.join(names)}"

    def holds(self, name: str, truth: bool | None) -> str:
        if truth is None:
            return f"it is not settled whether {quoted(name)} holds"
        return f"{quoted(name)} holds" if truth else f"{quoted(name)} does not hold"

    def belongs(self, name: str, truth: bool | None, *, person: bool) -> str:
        who = "the person" if person else "it"
        if truth is None:
            return f"it is not settled whether {who} is one of {self.the(name)}"
        return f"{who} is {'' if truth else 'not '}one of {self.the(name)}"

    def required(self, name: str, truth: bool) -> str:
        return self.holds(name, truth)

    def with_reason(self, said: str, reason: str) -> str:
        return f"{said} ({reason})"

    def about(self, item: str, said: str) -> str:
        return f"{item}: {said}"

    def member(self, member: str) -> str:
        return f"member {member}"

    def item(self, items: str, place: int, of: str | None, kind: str | None) -> str:
        whose = f" of {of}" if of else ""
        return f"item {place} of {self.the(items)}{whose}{f', {kind}' if kind else ''}"

    def dated(self, item: str, day: str) -> str:
        return f"{item}, {day}"

    def list_unknown(self, items: str) -> str:
        return f"{self.the(items)} are not recorded"

    def none_of(self, items: str, condition: str, count: int) -> str:
        return f"none of {self.the(items)} meets {quoted(condition)}" if count else f"there are no {_bare(items)}"

    def each_of(self, items: str, condition: str, count: int) -> str:
        return f"all of {self.the(items)} meet {quoted(condition)}" if count else f"there are no {_bare(items)}"

    def rounded(self, formula: str, to: str, mode: str) -> str:
        return f"{formula}, rounded {_ROUNDING[mode]} to {to}"

    def at_least(self, formula: str, least: str) -> str:
        return f"({formula}, at least {least})"

    def extreme(self, which: str, parts: Sequence[str]) -> str:
        return f"the {'lesser' if which == 'min' else 'greater'} of {_both(parts)}"

    def if_else(self, condition: str, then: str, other: str) -> str:
        return f"{then} if {condition}, otherwise {other}"

    def if_alone(self, condition: str, then: str) -> str:
        return f"{then} (if {condition})"

    def call(self, function: str, args: Sequence[str]) -> str:
        form = {
            "add_days": "{1} after {0}",
            "add_months": "{1} after {0}",
            "add_working_days": "{1} after {0}",
            "age": "age",
            "before": "{1} before {0}",
            "day_of": "the day of the month of {0}",
            "days_between": "days from {0} to {1}",
            "first_of_month": "the first day of the month of {0}",
            "last_of_month": "the last day of the month of {0}",
            "month_of": "the month of {0}",
            "months_between": "full months from {0} to {1}",
            "year_of": "the year of {0}",
        }[function]
        return form.format(*args)

    def year(self, number: str) -> str:
        return f"the calendar year {number}"

    def year_of(self, day: str) -> str:
        return f"the calendar year of {day}"

    def day_in(self, year: str, month: int, day: int) -> str:
        return f"{day} {MONTHS[month - 1]} of {year}"

    def period_end(self, day: str, months: int, after: bool) -> str:
        which = f"{_PERIODS[months]} after the one" if after else _PERIODS[months]
        return f"the last day of the calendar {which} in which {day} lies"

    def within(self, day: str, year: str) -> str:
        return f"{day} in {year}"

    def aggregate(self, function: str, items: str, body: str, where: str) -> str:
        among = f"{items} with {quoted(where)}" if where else items
        over = self.the(among)
        return {
            "sum": f"{body}, added up over {over}",
            "count": f"the number of {among}",
            "any": f"some of {self.the(items)} with {quoted(body or where)}",
            "all": f"all of {self.the(items)} with {quoted(body)}",
            "min": f"the least {body} of {over}",
            "max": f"the greatest {body} of {over}",
            "first": f"the earliest {body} of {over}",
            "latest": f"the latest {body} of {over}",
            "longest_run": f"the longest run of {body} in {self.the(items)}",
            "count_distinct": f"the number of different {body} among {over}",
        }[function]

    def negated(self, condition: str) -> str:
        return f"not {quoted(condition)}"

    def among(self, item: str, options: Sequence[str]) -> str:
        return f"{item} is {_either(options)}"

    def not_among(self, item: str, options: Sequence[str]) -> str:
        return f"{item} is not {_either(options)}"

    def absent(self, item: str) -> str:
        return f"there is no {_bare(item)}"

    def present(self, item: str) -> str:
        return f"there is a {_bare(item)}"


def _either(options: Sequence[str]) -> str:
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"


def _both(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _bare(name: str) -> str:
    """A name without its article."""
    return name.removeprefix("the ")
