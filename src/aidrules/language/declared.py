"""Reads parameters as packs declare them: unit, keys, and values one after another in time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, PlainValidator, model_validator

from aidrules.errors import PackError, Problem
from aidrules.language import tree
from aidrules.language.fields import (
    Cite,
    Expression,
    Expressions,
    Flag,
    Labelled,
    RefusedError,
    UnitField,
    is_identifier,
    plain_hint,
)
from aidrules.language.parameters import Parameter, ParameterValue, one_after_another
from aidrules.language.parse import parse
from aidrules.language.tree import short
from aidrules.language.units import PLAIN
from aidrules.language.values import Reader, ValueModel

_KEYS = "a list of names such as [urban, rural], or a list of such lists"
_FACT = re.compile(r"[a-z_]+(?:\.[a-z_]+)+")


def _read_type(value: object) -> str | tuple[str, ...]:
    if isinstance(value, list) and value and all(isinstance(item, str) and is_identifier(item) for item in value):
        return tuple(value)
    if isinstance(value, str) and value in ("number", "range", "bool", "date", "text"):
        return value
    raise RefusedError("this is not a type", "number, range, bool, date, text or a list of options")


def _read_lists(value: object) -> tuple[object, ...]:
    if isinstance(value, list):
        return tuple(value)
    hint = "Write [urban, rural]; the values of each stand under is:"
    if isinstance(value, str):
        hint = _key_hint(value) or f"Write [{value}]"
    raise RefusedError(short(value) if isinstance(value, str) else "a mapping", _KEYS, hint)


class ParameterModel(Labelled):
    """A parameter as written."""

    unit: UnitField = PLAIN
    type: Annotated[str | tuple[str, ...], PlainValidator(_read_type)] = "number"
    by: Expressions = ()
    keys: Annotated[tuple[Any, ...], BeforeValidator(_read_lists)] = ()
    series: Literal["month"] | None = None
    ordered: Flag = False
    apply: Literal["whole", "marginal"] = "whole"
    required: Flag = False
    must: Expression | None = None
    values: tuple[ValueModel, ...] = ()

    @model_validator(mode="after")
    def _one_kind_of_key(self) -> Self:
        if self.series and (self.by or self.keys or self.ordered):
            raise RefusedError("series: beside by:, keys: or ordered:", "series: month alone")
        if self.apply == "marginal" and (self.type != "number" or not (self.by or self.keys)):
            raise RefusedError("apply: marginal without a number to divide", "by: the number, and brackets of rates")
        return self


def read_parameter(name: str, node: tree.Mapping, units: Iterable[str] = (), source: str | None = None) -> Parameter:
    """The parameter that a node describes.

    Args:
        name: its id.
        node: with all cites written out.
        units: counting units that the pack declares.
        source: the document that the values are from, where it is not the one that the parameter cites.

    Raises:
        PackError: whatever is wrong with it, with places.
    """
    model = parse(ParameterModel, node, rule=name, units=units)
    problems: list[Problem] = []
    keys = _read_keys(name, node, problems)
    if problems:
        raise PackError(problems)
    bare = Parameter(
        name,
        model.unit,
        model.type,
        model.by,
        keys,
        model.required,
        model.must,
        (),
        model.cite,
        model.series,
        model.ordered,
        model.apply == "marginal",
    )
    reader = Reader(bare, tuple(units))
    fallback = (Cite(source=source),) if source else model.cite
    values = []
    written = node.get("values")
    items = written.items if isinstance(written, tree.Sequence) else ()
    for value, item in zip(model.values, items, strict=True):
        assert isinstance(item, tree.Mapping)
        values.append(reader.value(value, item, fallback))
    problems.extend(reader.problems)
    if not values and not model.required and "values" not in node.items:
        hint = "Give values:, or required: true where an agency or an argument fills it in"
        problems.append(Problem("no values", node.place, name, hint=hint))
    ordered = _in_time(name, values, problems)
    if problems:
        raise PackError(problems)
    return replace(bare, values=ordered)


def _read_keys(name: str, node: tree.Mapping, problems: list[Problem]) -> tuple[tuple[str, ...], ...]:
    """The fixed options of each key: one list of names, or a list of lists."""
    written = node.get("keys")
    if not isinstance(written, tree.Sequence):
        return ()
    nested = [item for item in written.items if isinstance(item, tree.Sequence)]
    lists = nested if len(nested) == len(written.items) else [written]
    found = []
    for item in lists:
        names = [part.value if isinstance(part, tree.Text) else "" for part in item.items]
        wrong = [part for part, text in zip(item.items, names, strict=True) if not is_identifier(text)]
        for part in wrong:
            hint = _key_hint(part.value) if isinstance(part, tree.Text) else None
            problems.append(Problem(f"keys: {tree.describe(part)}", part.place, name, _KEYS, hint))
        if len(set(names)) != len(names):
            problems.append(Problem("keys: a name twice", item.place, name))
        found.append(tuple(names))
    return tuple(found)


def _key_hint(text: str) -> str | None:
    """How a key that is no name is written."""
    plain = re.sub(r"\W+", "_", text.lower(), flags=re.ASCII)
    if _FACT.fullmatch(text):
        return f"What the value depends on stands under by: {text}"
    if " " in text and all(is_identifier(word) for word in text.split()):
        return f"Write {', '.join(text.split())}"
    if text.isdigit() and text.isascii():
        return "Rows 1, 2, 3 need no keys:, but by: and what is counted, such as by: count(members)"
    if plain_hint(text):
        return plain_hint(text)
    if text.isascii() and is_identifier(plain):
        return None if plain == text else f"Write {plain}"
    return "Names are small letters, digits and _, beginning with a letter"


def _in_time(name: str, values: list[ParameterValue], problems: list[Problem]) -> tuple[ParameterValue, ...]:
    """Values from the earliest; one without an end holds until the next begins.

    Two that are in force on the same day are a problem.
    """
    ordered = sorted(values, key=lambda value: value.start or date.min)
    for value, following in pairwise(ordered):
        begins = following.start
        if begins is None or begins == value.start or (value.until and value.until >= begins):
            problems.append(
                Problem(
                    f"two values are in force on {begins or value.until or 'every day'}: "
                    f"one {_span(value)}, one {_span(following)}",
                    following.place,
                    name,
                    expected="at most one value on each day",
                    hint="Give from: and until: so that they do not meet",
                )
            )
    return one_after_another(ordered)


def _span(value: ParameterValue) -> str:
    parts = [f"from {value.start}" if value.start else "", f"until {value.until}" if value.until else ""]
    return " ".join(part for part in parts if part) or "without dates"
