"""Values in code that is being written: numbers over a denominator, other values, bound items, places in a run."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from aidrules.engine.code import syntax
from aidrules.facts.schema import Path
from aidrules.language import core
from aidrules.language.core import Expr


class LoweringError(ValueError):
    """An expression that has no exact integer form; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Denominator:
    """What a numerator is divided by: a constant, and raw numerators of named positive quantities."""

    const: int = 1
    factors: tuple[Expr, ...] = ()

    def renamed(self, names: Mapping[str, str]) -> Denominator:
        """The same about other items."""
        return Denominator(self.const, tuple(core.rename(factor, names) for factor in self.factors))


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a definition's value stands in the values of a run.

    Attributes:
        stage: the stage that computes it.
        place: its place in the stage's row; of a number that may be unknown, the lower bound's.
        high: the place of the upper bound; None where the value is always exact.
        denominator: what a number is divided by.
    """

    stage: int
    place: int
    high: int | None
    denominator: Denominator


@dataclass(frozen=True, slots=True)
class Gather:
    """Values of a row that stand there together once more.

    Attributes:
        place: where in the row.
        places: where in the tuple that stands there, by definition.
    """

    place: int
    places: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Num:
    """A number in the code; `low` is the very same object as `high` where it is exactly known."""

    low: ast.expr
    high: ast.expr
    denominator: Denominator

    @property
    def exact(self) -> bool:
        """Whether the number can have no bounds."""
        return self.low is self.high


@dataclass(frozen=True, slots=True)
class Val:
    """A boolean, date, enum or text in the code; `maybe` if it can be None."""

    code: ast.expr
    maybe: bool


TRUE = Val(syntax.const(True), False)


@dataclass(slots=True)
class Binding:
    """A bound item: the list that it comes from, and which of its rows the loop has to run along."""

    name: str
    path: Path
    rows: set[str] = field(default_factory=set)

    def row(self, kind: str) -> ast.expr:
        """The item's row of facts ("f"), of a stage ("s3"), or its position ("i")."""
        self.rows.add(kind)
        return syntax.name(f"{self.name}_{kind}")
