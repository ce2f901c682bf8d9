"""What a language must be able to say: the phrases that explanations are put together from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

Measure = Literal["money", "count", "age", "date", "enum"]


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
    always: str
    never: str
    both: str
    either: str
    position: str

    def between(self, low: str, high: str) -> str:
        """A value that is known only between bounds."""

    def with_value(self, name: str, value: str) -> str:
        """A name with its value."""

    def joined(self, parts: Sequence[str]) -> str:
        """Statements side by side."""

    def compared(self, left: str, op: str, right: str, kind: Measure, apart: str | None) -> str:
        """A comparison that is true as said; `apart` is how far the sides lie apart, if that can be said."""

    def unsettled(self, left: str, op: str, right: str, kind: Measure) -> str:
        """A comparison that cannot be made yet."""

    def one_of(self, item: str, options: Sequence[str], truth: bool | None) -> str:
        """A value is, is not, or may be one of several."""

    def is_none(self, item: str, truth: bool | None) -> str:
        """There is no such date, there is one, or that is unknown."""

    def recorded(self, name: str, truth: bool | None) -> str:
        """A yes-or-no fact as recorded."""

    def holds(self, name: str, truth: bool | None) -> str:
        """A named condition holds, does not hold, or is open."""

    def with_reason(self, said: str, reason: str) -> str:
        """A statement and what it rests on."""

    def about(self, item: str, said: str) -> str:
        """A statement about one item of a list."""

    def member(self, member: str) -> str:
        """A member by its id."""

    def item(self, items: str, place: int, of: str | None) -> str:
        """An item of a list by its place, from 1."""

    def list_unknown(self, items: str) -> str:
        """Nobody has said what a list holds."""

    def none_of(self, items: str, condition: str, count: int) -> str:
        """No item meets a condition."""

    def each_of(self, items: str, condition: str, count: int) -> str:
        """Every item meets a condition."""

    def rounded(self, formula: str, to: str, mode: str) -> str:
        """A number brought to a step."""

    def not_below_zero(self, formula: str) -> str:
        """A number, or 0 where it is negative."""

    def extreme(self, which: str, parts: Sequence[str]) -> str:
        """The lesser or greater of several."""

    def if_else(self, condition: str, then: str, other: str) -> str:
        """One value or another."""

    def call(self, function: str, args: Sequence[str]) -> str:
        """A function of dates."""

    def aggregate(self, function: str, items: str, body: str, where: str) -> str:
        """A value over the items of a list."""

    def negated(self, condition: str) -> str:
        """Not so."""

    def among(self, item: str, options: Sequence[str]) -> str:
        """One of several, inside a formula."""

    def absent(self, item: str) -> str:
        """There is no such date, inside a formula."""


Options = Mapping[str, str]
