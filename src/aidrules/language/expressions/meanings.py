"""What an expression can mean, and what reading one needs to know of its place in a pack."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from aidrules.language import core
from aidrules.language.build import ExpressionError
from aidrules.language.core import Expr, Type
from aidrules.language.units import Unit


@dataclass(frozen=True, slots=True)
class Items:
    """A list as it stands in an expression: its source and, about `var`, which of its items are meant."""

    source: core.ListUse
    var: str
    where: Expr | None
    unit: Unit


@dataclass(frozen=True, slots=True)
class Period:
    """Two dates and all days between, both ends in."""

    start: Expr
    end: Expr


Meaning = Expr | Items | Period
Keys = Callable[[tuple[Type, ...]], tuple[Expr, ...]]
End = Literal["low", "high"]


class Scope(Protocol):
    """What names mean at one place of a pack."""

    @property
    def units(self) -> tuple[str, ...]:
        """Counting units that the pack declares."""

    def resolve(self, parts: tuple[str, ...]) -> Meaning:
        """The meaning of a dotted name.

        Raises:
            ExpressionError: nothing here has that name.
        """

    def parameter(
        self, parts: tuple[str, ...], keys: Keys | None = None, on: Expr | None = None, end: End | None = None
    ) -> Expr:
        """The value of a parameter.

        Args:
            parts: its name.
            keys: reads the keys that are named, told the types that they should have; None where none is.
            on: another date than that of the law.
            end: which end of a range.
        """

    def tiers(self, parts: tuple[str, ...]) -> Expr | None:
        """How many tiers a parameter has; None where the name is not a parameter."""

    def paid(self, rule: tuple[str, ...]) -> Items:
        """The payments made so far under a rule."""

    def bind(self, name: str, items: Items) -> tuple[str, Scope]:
        """A scope in which `name` is an item of a list, and the variable that it got."""

    def order_key(self, items: Items) -> str:
        """The date field by which a list is ordered."""


class Reader(Protocol):
    """Reads one parsed expression in one scope; the modules beside this one each read some of its forms.

    Attributes:
        present: dates that may be `none` and are known not to be at this point of a condition.
    """

    scope: Scope
    present: frozenset[Expr]

    def meaning(self, node: ast.expr, expected: Type | None = None) -> Meaning:
        """What a node means; an error gets its column."""

    def value(self, node: ast.expr, expected: Type | None = None) -> Expr:
        """A node that is a single value."""

    def condition(self, node: ast.expr) -> Expr:
        """A node that is a condition."""

    def pair(self, left: ast.expr, right: ast.expr, expected: Type | None = None) -> tuple[Expr, Expr]:
        """Two values that belong together; a bare enum value takes its type from the other side."""

    def inside(self, scope: Scope) -> Reader:
        """The reader of what stands in a list, where more names mean something."""


def single(meaning: Meaning) -> Expr:
    """A meaning where only one value fits."""
    if isinstance(meaning, Items):
        raise ExpressionError("a list stands where one value is needed", hint="Use sum(), count(), any() or all().")
    if isinstance(meaning, Period):
        raise ExpressionError("a period stands where one value is needed", hint="Use `date in period` or length().")
    return meaning


def dotted(node: ast.expr) -> tuple[str, ...] | None:
    """The parts of a name with dots; None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return (node.id, *reversed(parts))
