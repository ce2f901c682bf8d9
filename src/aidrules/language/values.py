"""Reads the values of a parameter, each checked and converted exactly to the parameter's unit."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any

from pydantic import Field

from aidrules.errors import Problem
from aidrules.language import tree
from aidrules.language.fields import (
    Cite,
    Cites,
    Day,
    Expression,
    RefusedError,
    Strict,
    near,
    one_of,
    read_bool,
    read_date,
)
from aidrules.language.hints import WIDE
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
)
from aidrules.language.units import PLAIN, Quantity, UnitError, written_in

_WHOLE = re.compile(r"\d{1,6}\Z", re.ASCII)
_YEAR = re.compile(r"\d{4}\Z", re.ASCII)
_LIMIT = re.compile(r"\s*([<>]=?|[≤≥＜＞])")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])\Z", re.ASCII)


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
            hint = "Say under by: what the value depends on, or under keys: by which names it is looked up"
            expected = f"values by {_keys(depth)}" if depth else "a single value"
            self.refuse(f"values by {_keys(level + 1)}", node, expected, hint)
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
            self.refuse(str(error), node, expected, _bound(written) or written_in(self.unit, written, self.units))
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


def _keys(number: int) -> str:
    return f"{number} key{'s' if number != 1 else ''}"


def _bound(written: str) -> str | None:
    """A hint where a limit was written in the place of a value."""
    sign = _LIMIT.match(written)
    if sign is None:
        return None
    plain = "".join(WIDE.get(character, character) for character in sign.group(1))
    return f"A limit is no value: write required: true, and the limit as must: value {plain} ..."
