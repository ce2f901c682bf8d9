"""Looking a value up: one dated value of a parameter as an expression, by its keys and brackets."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from aidrules.language import build, core
from aidrules.language.build import ExpressionError
from aidrules.language.core import Expr, Type
from aidrules.language.expressions import End
from aidrules.language.fields import near
from aidrules.language.parameters import Brackets, Cell, Keyed, Parameter, Range, Table
from aidrules.language.units import PLAIN, Quantity, UnitError, decimal_text

GREATEST = Fraction(10**9)
"""No parameter is larger; bounds of a missing one end here unless `must:` says less."""

LONG_TABLE = 16
"""A table with more rows is looked up by halves."""

USUAL_DECIMALS = 4
"""A rate that nobody has given yet may be as fine as 12.34%."""


def type_of(parameter: Parameter) -> Type:
    """The type of one cell."""
    if parameter.type in ("number", "range"):
        return Type("number", parameter.unit)
    if isinstance(parameter.type, tuple):
        return Type("enum", options=parameter.type)
    if parameter.type == "date":
        return core.OPTIONAL_DATE
    return core.BOOL if parameter.type == "bool" else core.TEXT


@dataclass(frozen=True, slots=True)
class Lookup:
    """Picks from the tables of one dated value.

    Attributes:
        limits: between which numbers a value lies that nobody has given.
        check: holds a cell against the parameter's `must:`.
        end: which end of a range is meant.
        more: what each one more adds beyond a table by count.
    """

    parameter: Parameter
    limits: tuple[Fraction, Fraction]
    check: Callable[[Cell], None]
    end: End | None = None
    more: Table | None = None

    def pick(self, table: Table | None, keys: tuple[Expr, ...]) -> Expr:
        """The value for keys; without a table, an unknown one."""
        if table is not None:
            return self._pick(table, keys, keys, self.parameter.name)
        return self.missing(keys, self.parameter.name)

    def missing(self, keys: tuple[Expr, ...], shown: str) -> Expr:
        """A value that nobody has given."""
        kind = type_of(self.parameter)
        unknown = core.Unknown(shown, kind, *self.limits, self._scale(kind))
        if self.parameter.marginal and keys:
            return build.multiply(unknown, build.floor_at_zero(keys[-1]))
        return unknown

    def _scale(self, kind: Type) -> int:
        """The decimals of a value to come: those of the values that there are, or what is usual for its unit."""
        if kind.name != "number":
            return 0
        denominators = [number.denominator for number in self._numbers()]
        if denominators:
            # A yearly amount can be one without end by the month: 6038 a year.
            whole = math.lcm(*denominators)
            return next((places for places in range(24) if 10**places % whole == 0), USUAL_DECIMALS)
        return usual_decimals(kind)

    def _numbers(self) -> Iterator[Fraction]:
        for value in self.parameter.values:
            for _, cell in value.cells():
                for number in (cell.value.low, cell.value.high) if isinstance(cell.value, Range) else (cell.value,):
                    if isinstance(number, Quantity):
                        yield number.number

    def _pick(self, table: Table, keys: tuple[Expr, ...], given: tuple[Expr, ...], shown: str) -> Expr:
        if isinstance(table, Cell):
            if self.parameter.marginal and given:
                return build.multiply(self.cell(table, shown), build.floor_at_zero(given[-1]))
            return self.cell(table, shown)
        if not keys:
            raise ExpressionError(f"{shown} has values by key", hint=f"Write {shown}[key].")
        if isinstance(table, Keyed):
            return self._row(table, keys, given, shown)
        if self.parameter.marginal:
            return self._bands(table, keys[0], shown)
        return self._bracket(table, keys, given, shown)

    def _row(self, table: Keyed, keys: tuple[Expr, ...], given: tuple[Expr, ...], shown: str) -> Expr:
        key, rest = keys[0], keys[1:]
        if isinstance(key, core.Const) and (text := written_key(key)) in table.rows:
            return self._pick(table.rows[text], rest, given, f"{shown}[{text}]")
        others = [option for option in key.type.options if option not in table.rows]
        other = written_key(key) if isinstance(key, core.Const) else others[0] if len(others) == 1 else "…"
        result = self.missing(given, f"{shown}[{other}]")
        if self.more is not None and not rest and key.type.name == "number":
            result = self._beyond(table, key, given, result)
        if isinstance(key, core.Const):
            return result
        cases = [
            (_is(key, text, shown), self._pick(row, rest, given, f"{shown}[{text}]"))
            for text, row in table.rows.items()
        ]
        covered = key.type.name == "enum" and set(key.type.options) <= set(table.rows)
        covered |= key.type.name == "bool" and set(table.rows) >= {"true", "false"}
        if covered:
            # One of the rows holds, so the last need not be asked for.
            result = cases.pop()[1]
        return _first_of(cases, result)

    def _beyond(self, table: Keyed, key: Expr, given: tuple[Expr, ...], below: Expr) -> Expr:
        """Beyond the last row of a table by count: that row, and so much for each one more."""
        assert self.more is not None
        top = max(table.rows, key=int)
        last = self._pick(table.rows[top], (), given, f"{self.parameter.name}[{top}]")
        each = self._pick(self.more, given[:-1], given, self.parameter.name)
        over = build.subtract(key, build.number(int(top), key.type.unit))
        added = build.retype(build.multiply(over, each), type_of(self.parameter))
        return build.choose(build.compare(">", over, core.ZERO), build.add(last, added), below)

    def _bracket(self, table: Brackets, keys: tuple[Expr, ...], given: tuple[Expr, ...], shown: str) -> Expr:
        key, rest = build.expect(keys[0], "number", f"the key of {shown}"), keys[1:]
        result = self.missing(given, f"{shown}[…]")
        rows = list(table.rows)
        open_end = rows[-1].high is None and rows[0].low is None and not table.gaps
        cases: list[tuple[Expr, Expr]] = []
        for index, row in enumerate(rows):
            chosen = self._pick(row.value, rest, given, shown)
            if open_end and index == len(rows) - 1:
                result = chosen
                continue
            limits: list[Expr] = []
            if row.low is not None:
                low = build.number(row.low, key.type.unit)
                limits.append(build.compare(">=" if row.low_included else ">", key, low))
            if row.high is not None:
                high = build.number(row.high, key.type.unit)
                limits.append(build.compare("<=" if row.high_included else "<", key, high))
            cases.append((core.conjunction(*limits), chosen))
        return _first_of(cases, result)

    def _bands(self, table: Brackets, key: Expr, shown: str) -> Expr:
        """Each band's rate on the part of the number in it; the lowest band without a lower limit begins at 0."""
        build.expect(key, "number", f"the key of {shown}")
        terms: list[Expr] = []
        for row in table.rows:
            if not isinstance(row.value, Cell):
                raise ExpressionError(f"{shown} has keys below its bands", hint="Name the number last under by:.")
            low = build.number(row.low or 0, key.type.unit)
            part = key if row.high is None else build.extreme("min", (key, build.number(row.high, key.type.unit)))
            inside = build.floor_at_zero(build.subtract(part, low) if row.low else part)
            terms.append(build.multiply(self.cell(row.value, shown), inside))
        return build.add(*terms)

    def cell(self, cell: Cell, shown: str) -> Expr:
        """One value."""
        kind = type_of(self.parameter)
        value = cell.value
        if value is None:
            empty: core.Value = (
                Fraction(0) if kind.name == "number" else core.NO_DATE if kind.name == "date" else "none"
            )
            return core.Const(empty, kind, "none")
        self.check(cell)
        if isinstance(value, Range):
            if self.end is None:
                raise ExpressionError(f"{shown} is a range", hint=f"Write {shown}.low or {shown}.high.")
            number = value.low if self.end == "low" else value.high
            return core.Const(number.number, kind, decimal_text(number.number))
        if isinstance(value, Quantity):
            return core.Const(value.number, kind, cell.written)
        if isinstance(value, bool | str):
            return core.Const(value, kind, cell.written)
        return core.Const(value.toordinal(), kind, cell.written)


def _first_of(cases: list[tuple[Expr, Expr]], other: Expr) -> Expr:
    """The value of the first case that holds; long tables are halved, so that no expression nests deeply."""
    if len(cases) > LONG_TABLE:
        half = len(cases) // 2
        first = core.disjunction(*(condition for condition, _ in cases[:half]))
        return build.choose(first, _first_of(cases[:half], other), _first_of(cases[half:], other))
    for condition, value in reversed(cases):
        other = build.choose(condition, value, other)
    return other


def written_key(key: core.Const) -> str:
    """A fixed key as its row is written."""
    if isinstance(key.value, Fraction):
        return decimal_text(key.value)
    if key.type.name == "date":
        return date.fromordinal(int(key.value)).strftime("%Y-%m") if key.value != core.NO_DATE else "none"
    return str(key.value).lower() if isinstance(key.value, bool) else str(key.value)


def _is(key: Expr, text: str, shown: str) -> Expr:
    """Whether a key is that of a row."""
    if key.type.name == "bool":
        if text not in ("true", "false"):
            raise ExpressionError(f"{shown} has a row {text!r}, where its key is yes or no", expected="true or false")
        return key if text == "true" else core.negation(key)
    if key.type.name == "number":
        try:
            number = Quantity.parse(text).number
        except UnitError:
            raise ExpressionError(f"{shown} has a row {text!r}, where its key is a number") from None
        return build.compare("==", key, build.number(number, key.type.unit))
    if key.type.name == "date":
        begins = core.Const(date.fromisoformat(f"{text}-01").toordinal(), core.DATE, text)
        first = key if key == core.Today("this_month") else core.Call("first_of_month", (key,), key.type)
        return build.compare("==", first, begins)
    if text not in key.type.options:
        raise ExpressionError(
            f"{shown} has a row {text!r}, which its key never is",
            expected=", ".join(key.type.options),
            hint=near(text, key.type.options),
        )
    return core.Compare("==", key, core.Const(text, key.type, text))


def key_types(parameter: Parameter, own: tuple[Type, ...]) -> tuple[Type, ...]:
    """The types that keys have where they are named.

    Args:
        parameter: what the keys are of.
        own: the types of the parameter's own expressions.
    """
    given, types = iter(own), list[Type]()
    for level, kind in enumerate(parameter.key_kinds):
        mine = next(given) if kind == "expression" else None
        if level < len(parameter.keys):
            types.append(Type("enum", options=parameter.keys[level]))
        elif kind == "month":
            types.append(core.OPTIONAL_DATE)
        else:
            types.append(mine if mine is not None else Type("number", PLAIN, literal=True))
    return tuple(types)


def usual_decimals(kind: Type) -> int:
    """The decimals that numbers of a unit usually have: two for money, none for what is counted, four for shares."""
    if kind.unit.currency is not None:
        return 2
    return 0 if kind.unit.powers else USUAL_DECIMALS
