"""What a language must be able to say: the phrases that explanations are put together from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

Measure = Literal["money", "count", "age", "age_line", "date"]
"""What is compared: amounts, counts, an age with a number or with a line that has a name, dates."""


def capital(text: str) -> str:
    """A phrase as a sentence or heading begins with it."""
    return text[:1].upper() + text[1:]


class Words(Protocol):
    """The phrases of one language about values and conditions.

    Attributes are fixed phrases; methods put parts into a phrase. No phrase ends with a full stop.
    """

    unknown: str
    yes: str
    no: str
    no_date: str
    today: str
    this_month: str
    confidential: str
    confidential_decides: str
    confidential_open: str
    always: str
    never: str
    both: str
    either: str
    position: str

    def between(self, low: str, high: str) -> str:
        """A value that is known only between bounds."""

    def with_value(self, name: str, value: str) -> str:
        """A name with its value."""

    def the(self, name: str) -> str:
        """A name as it stands in a sentence."""

    def joined(self, parts: Sequence[str]) -> str:
        """Statements side by side."""

    def compared(self, left: str, op: str, right: str, kind: Measure, apart: str | None) -> str:
        """A comparison that is true as said; `apart` is how far the sides lie apart, if that can be said."""

    def unsettled(self, left: str, op: str, right: str, kind: Measure) -> str:
        """A comparison that cannot be made yet."""

    def one_of(self, name: str, value: str, options: Sequence[str], truth: bool | None) -> str:
        """What a value is, and where that is none of the options asked for, that too."""

    def is_none(self, name: str, value: str, truth: bool | None) -> str:
        """There is no such date, there is one, or that is unknown."""

    def recorded(self, name: str, truth: bool | None) -> str:
        """A yes-or-no fact as recorded."""

    def found(self, name: str, truth: bool | None, *, made: bool) -> str:
        """A finding as somebody made it; `made` is false where nobody did and it counts as `truth`."""

    def lapsed(self, name: str, day: str, truth: bool | None) -> str:
        """A finding that is on record and no longer counts since a day; it counts as `truth`."""

    def result(self, programme: str, result: str) -> str | None:
        """A programme's own result as a name, where there is a word for it."""

    def result_said(self, programme: str, result: str, truth: bool | None) -> str | None:
        """A programme's own result as a statement, where there is one."""

    def counted(self, name: str, number: int, of: int, which: Sequence[str]) -> str:
        """A number of conditions that hold: of how many, and which."""

    def years_of_age(self, number: str) -> str:
        """An age."""

    def none_of_these(self, names: Sequence[str]) -> str:
        """None of several named conditions holds."""

    def holds(self, name: str, truth: bool | None) -> str:
        """A named condition holds, does not hold, or is open."""

    def belongs(self, name: str, truth: bool | None, *, person: bool) -> str:
        """A person, or an item, is on a named list, is not, or that is open."""

    def required(self, name: str, truth: bool) -> str:
        """One of several things that are required is so, or is not."""

    def with_reason(self, said: str, reason: str) -> str:
        """A statement and what it rests on."""

    def about(self, item: str, said: str) -> str:
        """A statement about one item of a list."""

    def member(self, member: str) -> str:
        """A member by its id."""

    def item(self, items: str, place: int, of: str | None, kind: str | None) -> str:
        """An item of a list by its place, from 1, and of what kind it is."""

    def dated(self, item: str, day: str) -> str:
        """An item with the day by which it is known."""

    def list_unknown(self, items: str) -> str:
        """Nobody has said what a list holds."""

    def none_of(self, items: str, condition: str, count: int) -> str:
        """No item meets a condition."""

    def each_of(self, items: str, condition: str, count: int) -> str:
        """Every item meets a condition."""

    def rounded(self, formula: str, to: str, mode: str) -> str:
        """A number brought to a step."""

    def at_least(self, formula: str, least: str) -> str:
        """A number that is not let fall below another."""

    def extreme(self, which: str, parts: Sequence[str]) -> str:
        """The lesser or greater of several."""

    def if_else(self, condition: str, then: str, other: str) -> str:
        """One value or another."""

    def if_alone(self, condition: str, then: str) -> str:
        """A value where a condition holds, and 0 elsewhere."""

    def call(self, function: str, args: Sequence[str]) -> str:
        """A function of dates."""

    def year(self, number: str) -> str:
        """A calendar year by its number."""

    def year_of(self, day: str) -> str:
        """The calendar year in which a day lies."""

    def day_in(self, year: str, month: int, day: int) -> str:
        """A day of a calendar year."""

    def period_end(self, day: str, months: int, after: bool) -> str:
        """The last day of the calendar period of so many months in which a day lies, or of the one after it."""

    def within(self, day: str, year: str) -> str:
        """A day lies in a calendar year, inside a formula."""

    def aggregate(self, function: str, items: str, body: str, where: str) -> str:
        """A value over the items of a list."""

    def negated(self, condition: str) -> str:
        """Not so."""

    def among(self, item: str, options: Sequence[str]) -> str:
        """One of several, inside a formula."""

    def not_among(self, item: str, options: Sequence[str]) -> str:
        """None of several, inside a formula."""

    def absent(self, item: str) -> str:
        """There is no such date, inside a formula."""

    def present(self, item: str) -> str:
        """There is such a date, inside a formula."""


def quoted(text: str) -> str:
    """A text in quotation marks; marks inside become single ones."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


def between(shortfall: str, to: str) -> str:
    """What is lacking, as it stands or from its least to its most."""
    return shortfall.replace("..", to)
