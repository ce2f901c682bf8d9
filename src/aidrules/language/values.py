"""Reads parameters: every value checked and converted exactly to the parameter's unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, model_validator

from aidrules.errors import PackError, Problem
from aidrules.language import tree
from aidrules.language.fields import (
    Cite,
    Cites,
    Day,
    Expression,
    Expressions,
    Flag,
    Labelled,
    RefusedError,
    Strict,
    UnitField,
    is_identifier,
    near,
    one_of,
    plain_hint,
    read_bool,
    read_date,
)
from aidrules.language.models import Rounding
from aidrules.language.parameters import (
    Bracket,
    Brackets,
    Cell,
    Keyed,
    Parameter,
    ParameterValue,
    Range,
    Table,
    one_after_another,
)
from aidrules.language.parse import parse
from aidrules.language.units import PLAIN, Quantity, UnitError

_ONE_DAY = timedelta(days=1)
_WHOLE = re.compile(r"\d{1,6}\Z", re.ASCII)
_YEAR = re.compile(r"\d{4}\Z", re.ASCII)
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z", re.ASCII)


def _read_type(value: object) -> str | tuple[str, ...]:
    if isinstance(value, list) and value and all(isinstance(item, str) and is_identifier(item) for item in value):
        return tuple(value)
    if isinstance(value, str) and value in ("number", "range", "bool", "date", "text"):
        return value
    raise RefusedError("this is not a type", "number, range, bool, date, text or a list of options")


class ValueModel(Strict):
    """One dated value as written."""

    start: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    announced: Day | None = None
    value: Any = Field(default=None, alias="is")
    formula: Expression | None = None
    round: Rounding | None = None
    published: Any = None
    each_more: Any = None
    cite: Cites = ()


class ParameterModel(Labelled):
    """A parameter as written."""

    unit: UnitField = PLAIN
    type: Annotated[str | tuple[str, ...], PlainValidator(_read_type)] = "number"
    by: Expressions = ()
    keys: tuple[Any, ...] = ()
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
            expected = "names, or a list of names for each key"
            hint = plain_hint(part.value) if isinstance(part, tree.Text) else None
            problems.append(Problem(f"keys: {tree.describe(part)}", part.place, name, expected, hint))
        if len(set(names)) != len(names):
            problems.append(Problem("keys: a name twice", item.place, name))
        found.append(tuple(names))
    return tuple(found)


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


class Reader:
    """Reads the values of one parameter and collects what is wrong.

    Attributes:
        parameter: what the parameter says beside its values.
        argument: whether the values are given as arguments.
    """

    def __init__(self, parameter: Parameter, units: tuple[str, ...], argument: bool = False) -> None:
        self.parameter, self.units, self.argument = parameter, units, argument
        self.name, self.unit, self.kind = parameter.name, parameter.unit, parameter.type
        self.kinds, self.depth = parameter.key_kinds, len(parameter.key_kinds)
        self.problems: list[Problem] = []

    def refuse(self, found: str, node: tree.Node, expected: str | None = None, hint: str | None = None) -> None:
        self.problems.append(Problem(found, node.place, self.name, expected, hint))

    def value(self, model: ValueModel, node: tree.Mapping, cite: tuple[Cite, ...]) -> ParameterValue:
        """One dated value."""
        if model.start and model.until and model.until < model.start:
            self.refuse(f"until {model.until} is before from {model.start}", node)
        written, published = node.get("is"), node.get("published")
        bodies = [key for key in ("is", "formula") if key in node.items]
        if len(bodies) != 1:
            what = "both is: and formula:" if bodies else "neither is: nor formula:"
            self.refuse(what, node, "one of them")
        if published is not None and model.formula is None:
            self.refuse("published: without formula:", published, "the figure under is:")
        if model.round is not None and model.formula is None:
            self.refuse("round: without formula:", node.items["round"], "the figure under is:")
        if model.formula is not None and self.depth:
            hint = "Let the formula itself depend on facts, or write a parameter for each key"
            self.refuse("formula: of a parameter with keys", node.items["formula"], "values under is:", hint)
        table = self.table(written) if written is not None else None
        return ParameterValue(
            model.start,
            model.until,
            table,
            model.announced,
            model.formula,
            model.round,
            self.cell(published) if published is not None else None,
            self.more(node.items["each_more"], table) if "each_more" in node.items else None,
            model.cite or cite,
            place=node.place,
        )

    def more(self, node: tree.Node, table: Table | None) -> Table:
        """What each one more adds, by the keys before the count."""
        last = table
        for _ in range(self.depth - 1):
            last = next(iter(last.rows.values())) if isinstance(last, Keyed) else None
        if not isinstance(last, Keyed) or not all(_WHOLE.match(row) for row in last.rows) or self.kind != "number":
            self.refuse("each_more: beside what is not a table by count", node, "rows 1, 2, 3 ... under is:")
            return Cell(None, "", node.place)
        return self.table(node, 0, self.depth - 1)

    def table(self, node: tree.Node, level: int = 0, depth: int | None = None) -> Table:
        """A cell, a mapping by key, or a list of brackets."""
        depth = self.depth if depth is None else depth
        if isinstance(node, tree.Text) or (self.kind == "range" and self._is_pair(node)):
            return self.cell(node)
        if level >= depth:
            keys = f"{depth} key{'s' if depth != 1 else ''}"
            hint = "Say under by: or keys: what the value depends on"
            self.refuse(f"values by {level + 1} keys", node, f"values by {keys}", hint)
            return Cell(None, "", node.place)
        if isinstance(node, tree.Mapping):
            rows: dict[str, Table] = {}
            for key, item in node.items.items():
                wrong = self.wrong_key(key, level)
                if wrong is not None:
                    self.problems.append(replace(wrong, where=node.key_place(key)))
                rows[key] = self.table(item, level + 1, depth)
            if not rows:
                self.refuse("an empty mapping", node, "a value for each key")
            elif self._are_tiers(level) and list(rows) != [str(tier + 1) for tier in range(len(rows))]:
                self.refuse(f"the tiers {', '.join(rows)}", node, "the tiers 1, 2, 3 and so on, in order")
            return Keyed(rows)
        return self.brackets(node, level)

    def _are_tiers(self, level: int) -> bool:
        return self.parameter.ordered and level == self.depth - 1

    def wrong_key(self, key: str, level: int) -> Problem | None:
        """Why a row cannot have a key."""
        kind = self.kinds[level]
        options = self.parameter.keys[level] if level < len(self.parameter.keys) else ()
        if options and key not in options:
            return Problem(f"unknown key {key!r}", None, self.name, one_of(options), near(key, options))
        if kind == "year" and not _YEAR.match(key):
            return Problem(f"{key!r} is not a year", None, self.name, "a year such as 2024")
        if kind == "month" and not _MONTH.match(key):
            return Problem(f"{key!r} is not a month", None, self.name, "a month such as 2024-03")
        if self._are_tiers(level) and not _WHOLE.match(key):
            return Problem(f"{key!r} is not a tier", None, self.name, "a number from 1")
        return None

    def _is_pair(self, node: tree.Node) -> bool:
        return isinstance(node, tree.Sequence) and all(isinstance(item, tree.Text) for item in node.items)

    def brackets(self, node: tree.Sequence, level: int) -> Brackets:
        """A list of brackets in the words of the law."""
        if self.kinds[level] != "expression":
            self.refuse(f"brackets of a {self.kinds[level]}", node, "a row for each")
        rows = [row for item in node.items if (row := self.bracket(item, level))]
        rows.sort(key=lambda row: (row.low is not None, row.low or 0, not row.low_included))
        for left, right in pairwise(rows):
            touching = right.low is not None and right.low == left.high
            if (
                left.high is None
                or right.low is None
                or right.low < left.high
                or (touching and left.high_included and right.low_included)
            ):
                self.problems.append(
                    Problem(
                        f"this bracket overlaps the one in line {left.place.line}",
                        right.place,
                        self.name,
                        "each number in at most one bracket",
                    )
                )
        made = Brackets(tuple(rows))
        if self.parameter.marginal and any(gap.startswith("between") for gap in made.gaps):
            self.refuse(f"no rate {made.gaps[0]}", node, "a bracket for every part of the number")
        return made

    def bracket(self, node: tree.Node, level: int) -> Bracket | None:
        keys = {"below", "up_to", "at_least", "over", "value"}
        if not isinstance(node, tree.Mapping):
            self.refuse(tree.describe(node), node, "a bracket such as {at_least: 5, below: 10, value: 1}")
            return None
        for key in node.items.keys() - keys:
            place = tree.Text(key, node.key_place(key))
            self.refuse(f"unknown key {key!r}", place, one_of(sorted(keys)), near(key, keys))
        if {"below", "up_to"} <= node.items.keys() or {"at_least", "over"} <= node.items.keys():
            self.refuse("two limits on one side", node, "one of below and up_to, one of at_least and over")
        value = node.get("value")
        if value is None:
            self.refuse("the key 'value' is missing", node)
            return None
        limits = {key: self.limit(node, key) for key in sorted(keys - {"value"})}
        low = limits["at_least"] if "at_least" in node.items else limits["over"]
        high = limits["up_to"] if "up_to" in node.items else limits["below"]
        if low is not None and high is not None and high < low:
            self.refuse(f"the upper limit {high} is below the lower limit {low}", node)
        return Bracket(
            low,
            "at_least" in node.items,
            high,
            "up_to" in node.items,
            self.table(value, level + 1),
            node.place,
        )

    def limit(self, node: tree.Mapping, key: str) -> Fraction | None:
        item = node.get(key)
        if item is None:
            return None
        try:
            if isinstance(item, tree.Text):
                return Quantity.parse(item.value, self.units).number
            self.refuse(f"{key}: {tree.describe(item)}", item, "a number")
        except UnitError as error:
            self.refuse(f"{key}: {error}", item, "a number", error.hint)
        return None

    def cell(self, node: tree.Node) -> Cell:
        """One value of the parameter's type."""
        written = node.value if isinstance(node, tree.Text) else ""
        kind = self.kind
        value: Quantity | Range | bool | date | str | None = None
        try:
            if written == "none":
                value = None
            elif kind == "range":
                value = self.range(node)
                written = f"{value.low}–{value.high}"
            elif not isinstance(node, tree.Text):
                self.refuse(tree.describe(node), node, "a single value")
            elif kind == "number":
                value = self.number(node)
            elif kind == "bool":
                value = read_bool(written)
            elif kind == "date":
                value = read_date(written)
            elif isinstance(kind, tuple) and written not in kind:
                self.refuse(repr(written), node, one_of(kind), near(written, kind))
            else:
                value = written
        except UnitError as error:
            expected = f"a number measured in {self.unit}" if self.unit.powers else "a number"
            self.refuse(str(error), node, expected, error.hint)
        except RefusedError as error:
            self.refuse(error.found, node, error.expected, error.hint)
        return Cell(value, written, node.place, self.argument)

    def range(self, node: tree.Node) -> Range:
        """A pair `[low, high]`."""
        pair = node.items if isinstance(node, tree.Sequence) else ()
        texts = [item for item in pair if isinstance(item, tree.Text)]
        if len(pair) != 2 or len(texts) != 2:
            raise RefusedError(tree.describe(node), "a range such as [2000, 3000]")
        low, high = (self.number(item) for item in texts)
        if low.number > high.number:
            raise RefusedError(f"the range {low} to {high}", "the lower number first")
        return Range(low, high)

    def number(self, node: tree.Text) -> Quantity:
        """A number in the parameter's unit; a bare number means that unit."""
        quantity = Quantity.parse(node.value, self.units)
        if quantity.unit == PLAIN and self.unit != PLAIN:
            if "%" in node.value:
                raise RefusedError(f"{node.value!r} is a share", f"a number measured in {self.unit}")
            return Quantity(quantity.number, self.unit)
        return quantity.to(self.unit)
