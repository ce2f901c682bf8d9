"""What an expression yields: truth values, measured numbers, dates, options and texts."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from aidrules.language.units import PLAIN, Unit

NO_DATE = 0
"""The ordinal that stands for the explicit date `none`; the calendar starts at 1."""

TypeName = Literal["bool", "number", "date", "enum", "text"]
Value = bool | Fraction | int | str


@dataclass(frozen=True, slots=True)
class Type:
    """What an expression yields.

    Attributes:
        name: bool, number, date, enum or text.
        unit: the measure of a number.
        options: the values of an enum.
        optional: a date that may be `none`.
        flexible: a literal amount whose subject (per person, per household) is taken from where it stands.
        literal: a bare number, which fits counts, ages and factors.
    """

    name: TypeName
    unit: Unit = PLAIN
    options: tuple[str, ...] = ()
    optional: bool = False
    flexible: bool = False
    literal: bool = False

    def __str__(self) -> str:
        if self.name == "number":
            return str(self.unit) if self.unit.powers else "a plain number"
        if self.name == "enum":
            return f"one of {', '.join(self.options)}"
        return {"bool": "yes or no", "date": "a date", "text": "a text"}[self.name]


BOOL = Type("bool")
DATE = Type("date")
OPTIONAL_DATE = Type("date", optional=True)
TEXT = Type("text")
NUMBER = Type("number")
