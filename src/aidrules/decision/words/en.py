"""English: how values and conditions are said."""

from __future__ import annotations

from collections.abc import Sequence

from aidrules.decision.words.base import Measure

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
    "enum": {"==": "is", "!=": "is not"},
    "age": {
        "<": "is under",
        "<=": "is not over",
        ">": "is over",
        ">=": "has reached",
        "==": "is",
        "!=": "is not",
    },
}
_ROUNDING = {"up": "up", "down": "down", "half_up": "half up"}


class English:
    """The phrases of English about values and conditions."""

    unknown = "not known"
    yes = "yes"
    no = "no"
    no_date = "none"
    today = "the day of the decision"
    this_month = "this month"
    confidential = "a confidential circumstance"
    confidential_decides = "this follows from a confidential circumstance"
    always = "nothing needs to be shown"
    never = "no case of this kind can arise"
    both = " and "
    either = " or "
    position = "place in the list"

    def between(self, low: str, high: str) -> str:
        return f"between {low} and {high}"

    def with_value(self, name: str, value: str) -> str:
        return f"{name} ({value})"

    def joined(self, parts: Sequence[str]) -> str:
        return "; ".join(parts)

    def compared(self, left: str, op: str, right: str, kind: Measure, apart: str | None) -> str:
        if op == "==" and kind == "money":
            return f"{left} is exactly {right}"
        said = f"{left} {_COMPARED[kind][op]} {right}"
        return f"{said}, by {apart}" if apart else said

    def unsettled(self, left: str, op: str, right: str, kind: Measure) -> str:
        return f"it is not settled whether {left} {_COMPARED[kind][op]} {right}"

    def one_of(self, item: str, options: Sequence[str], truth: bool | None) -> str:
        listed = _either(options)
        if truth is None:
            return f"it is not settled whether {item} is {listed}"
        return f"{item} is {listed}" if truth else f"{item} is not {listed}"

    def is_none(self, item: str, truth: bool | None) -> str:
        if truth is None:
            return f"it is not known whether there is a {item}"
        return f"there is no {item}" if truth else f"there is a {item}"

    def recorded(self, name: str, truth: bool | None) -> str:
        if truth is None:
            return f"“{name}” is not recorded"
        return f"“{name}” is recorded as {self.yes if truth else self.no}"

    def holds(self, name: str, truth: bool | None) -> str:
        if truth is None:
            return f"it is not settled whether “{name}” holds"
        return f"“{name}” holds" if truth else f"“{name}” does not hold"

    def with_reason(self, said: str, reason: str) -> str:
        return f"{said} ({reason})"

    def about(self, item: str, said: str) -> str:
        return f"{item}: {said}"

    def member(self, member: str) -> str:
        return f"member {member}"

    def item(self, items: str, place: int, of: str | None) -> str:
        whose = f" of {of}" if of else ""
        return f"item {place} of the {items}{whose}"

    def list_unknown(self, items: str) -> str:
        return f"the {items} are not recorded"

    def none_of(self, items: str, condition: str, count: int) -> str:
        return f"none of the {items} meets “{condition}”" if count else f"there are no {items}"

    def each_of(self, items: str, condition: str, count: int) -> str:
        return f"all of the {items} meet “{condition}”" if count else f"there are no {items}"

    def rounded(self, formula: str, to: str, mode: str) -> str:
        return f"{formula}, rounded {_ROUNDING[mode]} to {to}"

    def not_below_zero(self, formula: str) -> str:
        return f"({formula}, or 0 if negative)"

    def extreme(self, which: str, parts: Sequence[str]) -> str:
        return f"the {'lesser' if which == 'min' else 'greater'} of {_both(parts)}"

    def if_else(self, condition: str, then: str, other: str) -> str:
        return f"{then} if {condition}, otherwise {other}"

    def call(self, function: str, args: Sequence[str]) -> str:
        form = {
            "add_days": "{1} days after {0}",
            "add_months": "{1} months after {0}",
            "add_working_days": "{1} working days after {0}",
            "age": "age",
            "day_of": "the day of the month of {0}",
            "days_between": "days from {0} to {1}",
            "first_of_month": "the first day of the month of {0}",
            "last_of_month": "the last day of the month of {0}",
            "month_of": "the month of {0}",
            "months_between": "full months from {0} to {1}",
            "year_of": "the year of {0}",
        }[function]
        return form.format(*args)

    def aggregate(self, function: str, items: str, body: str, where: str) -> str:
        among = f"{items} with {where}" if where else items
        return {
            "sum": f"the sum of {body} over the {among}",
            "count": f"the number of {among}",
            "any": f"some of the {items} with {body or where}",
            "all": f"all of the {items} with {body}",
            "min": f"the least {body} of the {among}",
            "max": f"the greatest {body} of the {among}",
            "first": f"the earliest {body} of the {among}",
            "latest": f"the latest {body} of the {among}",
            "longest_run": f"the longest run of {body} in the {items}",
            "count_distinct": f"the number of different {body} among the {among}",
        }[function]

    def negated(self, condition: str) -> str:
        return f"not ({condition})"

    def among(self, item: str, options: Sequence[str]) -> str:
        return f"{item} is {_either(options)}"

    def absent(self, item: str) -> str:
        return f"there is no {item}"


def _either(options: Sequence[str]) -> str:
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"


def _both(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
