"""Expressions: the text in which rules are written, read into core expressions."""

from __future__ import annotations

from aidrules.language.expressions.dates import shift_date
from aidrules.language.expressions.functions import FUNCTION_NAMES
from aidrules.language.expressions.lists import aggregate
from aidrules.language.expressions.meanings import End, Items, Keys, Meaning, Period, Scope
from aidrules.language.expressions.reader import read, read_span, read_value
from aidrules.language.expressions.syntax import parse

__all__ = [
    "FUNCTION_NAMES",
    "End",
    "Items",
    "Keys",
    "Meaning",
    "Period",
    "Scope",
    "aggregate",
    "parse",
    "read",
    "read_span",
    "read_value",
    "shift_date",
]
