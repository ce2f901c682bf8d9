"""Parameters as expressions: single values, tables by key, and brackets of a number, as they stand on a date."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.engine.bounds import DivisorError, bounds, narrowed
from aidrules.engine.layout import Path, subject_at
from aidrules.engine.names import Names
from aidrules.errors import PackError, Place, Problem
from aidrules.language import build, core, expressions
from aidrules.language.build import ExpressionError
from aidrules.language.core import Definition, Expr, Type
from aidrules.language.fields import near
from aidrules.language.parameters import Brackets, Cell, Keyed, Parameter, ParameterValue, Range, Table
from aidrules.language.units import Quantity

if TYPE_CHECKING:
    from aidrules.engine.compile import Compiler

GREATEST = Fraction(10**9)
"""No parameter is larger; bounds of a missing one end here unless `must:` says less."""


class Tables:
    """Gives the expressions of a pack's parameters on the compiler's date."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._all_items: Names | None = None

    def bare(self, name: str, scope: Names) -> Expr:
        """A parameter by its bare name: its one value, or the one that its own keys pick."""
        parameter = self._parameter(name)
        if not parameter.by:
            if isinstance(self._table(parameter), Keyed | Brackets):
                raise ExpressionError(f"{name} has values by key", hint=f"Write {name}[key].")
            return core.Param(name, self._made(parameter, ()))
        self._keyed(name, parameter)
        owner = self._compiler.owner(f"{name}.value")
        var = scope.variable(owner)
        if var is None:
            item = subject_at(self._compiler.schema, owner).name
            raise ExpressionError(f"{name} depends on each {item}", hint=f"Name its key: {name}[...].")
        return self._compiler.reference(f"{name}.value", var)

    def indexed(self, name: str, keys: Callable[[tuple[Type, ...]], tuple[Expr, ...]]) -> Expr:
        """A parameter for keys given in the expression."""
        parameter = self._parameter(name)
        types = self._key_types(parameter)
        if not types:
            raise ExpressionError(f"{name} has no keys", hint=f"Write {name} alone.")
        found = keys(types)
        return core.Param(name, self._made(parameter, found))

    def check(self, name: str) -> None:
        """Hold every value of a parameter against its `must:`, whether anything reads it or not."""
        parameter = self._parameter(name)
        value = parameter.on(self._compiler.day)
        if parameter.must is None or value is None:
            return
        for _, cell in value.cells():
            if isinstance(cell.value, Quantity):
                self._must(parameter, cell)

    def _parameter(self, name: str) -> Parameter:
        found: Parameter = self._compiler.pack.parameters[name].model
        return found

    def _place(self, name: str) -> Place:
        return self._compiler.pack.parameters[name].node.place

    def _table(self, parameter: Parameter) -> Table | None:
        value = parameter.on(self._compiler.day)
        return None if value is None else value.table

    def _items(self) -> Names:
        """A scope with the items of all lists, for the keys of parameters."""
        if self._all_items is None:
            scope = self._compiler.item_scope((), None)
            bound = dict(scope.bound)
            schema = self._compiler.schema
            for outer, listed in schema.lists.items():
                bound.setdefault(listed.item, (listed.item, (outer,)))
            for inner, listed in schema.lists["members"].subject.lists.items():
                bound.setdefault(listed.item, (listed.item, ("members", inner)))
            self._all_items = Names(self._compiler, None, bound, {})
        return self._all_items

    def _keys(self, parameter: Parameter) -> tuple[Expr, ...]:
        return tuple(expressions.read_value(text, self._items()) for text in parameter.by)

    def _key_types(self, parameter: Parameter) -> tuple[Type, ...]:
        if parameter.keys:
            return tuple(Type("enum", options=options) for options in parameter.keys)
        if parameter.by:
            return tuple(key.type for key in self._keys(parameter))
        table = self._table(parameter)
        types: list[Type] = []
        while isinstance(table, Keyed):
            types.append(Type("enum", options=tuple(table.rows)))
            table = next(iter(table.rows.values()))
        return tuple(types)

    def _keyed(self, name: str, parameter: Parameter) -> None:
        """Enter the look-up of a parameter by its own keys."""
        full = f"{name}.value"
        if full in self._compiler.made:
            return
        self._compiler.places[full] = self._place(name)
        with self._compiler._at_work(full):
            try:
                keys = self._keys(parameter)
                owner = self._owner(keys)
                value = self._made(parameter, keys)
            except ExpressionError as error:
                place = self._compiler.pack.parameters[name].node.at(("by",))
                raise PackError(Problem(error.found, place, name, error.expected, error.hint)) from None
        label = self._compiler.pack.parameters[name].label
        self._compiler.define(Definition(full, owner, value, label, parameter=name))

    def _owner(self, keys: tuple[Expr, ...]) -> Path:
        deepest: Path = ()
        paths = dict(self._items().bound.values())
        for key in keys:
            for part in core.walk(key):
                path = paths.get(getattr(part, "var", ""), ())
                if len(path) > len(deepest):
                    deepest = path
        return deepest

    def _made(self, parameter: Parameter, keys: tuple[Expr, ...]) -> Expr:
        value = parameter.on(self._compiler.day)
        if value is None:
            return self._unknown(parameter, parameter.name)
        if value.table is not None:
            return self._pick(parameter, value.table, keys, parameter.name)
        if value.published is not None:
            return self._cell(parameter, value.published, parameter.name)
        return self._formula(parameter, value)

    def _formula(self, parameter: Parameter, value: ParameterValue) -> Expr:
        try:
            found = expressions.read_value(value.formula or "", self._items())
            found = build.as_amount(found, parameter.unit, "the formula")
        except ExpressionError as error:
            raise PackError(Problem(error.found, value.place, parameter.name, error.expected, error.hint)) from None
        if value.round is None:
            return found
        return core.Round(found, Fraction(value.round.to), value.round.mode)

    def _pick(self, parameter: Parameter, table: Table, keys: tuple[Expr, ...], shown: str) -> Expr:
        if isinstance(table, Cell):
            return self._cell(parameter, table, shown)
        if not keys:
            raise ExpressionError(f"{shown} has values by key", hint=f"Write {shown}[key].")
        key, rest = keys[0], keys[1:]
        if isinstance(table, Keyed):
            return self._row(parameter, table, key, rest, shown)
        return self._bracket(parameter, table, key, rest, shown)

    def _row(self, parameter: Parameter, table: Keyed, key: Expr, rest: tuple[Expr, ...], shown: str) -> Expr:
        if isinstance(key, core.Const):
            text = key.text if key.type.name == "number" else str(key.value).lower()
            if text in table.rows:
                return self._pick(parameter, table.rows[text], rest, f"{shown}[{text}]")
            return self._unknown(parameter, f"{shown}[{text}]")
        result = self._unknown(parameter, f"{shown}[…]")
        for text, row in reversed(table.rows.items()):
            chosen = self._pick(parameter, row, rest, f"{shown}[{text}]")
            result = build.choose(self._is(key, text, shown), chosen, result)
        covered = key.type.name == "enum" and set(key.type.options) <= set(table.rows)
        covered |= key.type.name == "bool" and set(table.rows) >= {"true", "false"}
        if covered and isinstance(result, core.If):
            return _without_last(result)
        return result

    def _is(self, key: Expr, text: str, shown: str) -> Expr:
        if key.type.name == "bool":
            return key if text == "true" else core.negation(key)
        if key.type.name == "number":
            return build.compare("==", key, build.number(Quantity.parse(text).number, key.type.unit))
        if text not in key.type.options:
            raise ExpressionError(
                f"{shown} has a row {text!r}, which its key never is",
                expected=", ".join(key.type.options),
                hint=near(text, key.type.options),
            )
        return core.Compare("==", key, core.Const(text, key.type, text))

    def _bracket(self, parameter: Parameter, table: Brackets, key: Expr, rest: tuple[Expr, ...], shown: str) -> Expr:
        build.expect(key, "number", f"the key of {shown}")
        result = self._unknown(parameter, f"{shown}[…]")
        rows = list(table.rows)
        open_end = rows[-1].high is None and rows[0].low is None and not table.gaps
        for index, row in reversed(list(enumerate(rows))):
            chosen = self._pick(parameter, row.value, rest, shown)
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
            result = build.choose(core.conjunction(*limits), chosen, result)
        return result

    def _cell(self, parameter: Parameter, cell: Cell, shown: str) -> Expr:
        kind = self._type(parameter)
        value = cell.value
        if value is None:
            empty: core.Value = (
                Fraction(0) if kind.name == "number" else core.NO_DATE if kind.name == "date" else "none"
            )
            return core.Const(empty, kind, "none")
        if isinstance(value, Quantity):
            self._must(parameter, cell)
            return core.Const(value.number, kind, cell.written)
        if isinstance(value, Range):
            raise ExpressionError(f"{shown} is a range", hint=f"Write {shown}.low or {shown}.high.")
        if isinstance(value, bool | str):
            return core.Const(value, kind, cell.written)
        return core.Const(value.toordinal(), kind, cell.written)

    def _type(self, parameter: Parameter) -> Type:
        if parameter.type in ("number", "range"):
            return Type("number", parameter.unit)
        if isinstance(parameter.type, tuple):
            return Type("enum", options=parameter.type)
        if parameter.type == "date":
            return core.OPTIONAL_DATE
        return core.BOOL if parameter.type == "bool" else core.TEXT

    def _unknown(self, parameter: Parameter, shown: str) -> Expr:
        low, high = self._limits(parameter)
        return core.Unknown(shown, self._type(parameter), low, high)

    def _limits(self, parameter: Parameter) -> tuple[Fraction, Fraction]:
        whole = core.Fact("value", "value", Type("number", parameter.unit), Fraction(0), GREATEST)
        if parameter.must is None or parameter.type not in ("number", "range"):
            return Fraction(0), GREATEST
        condition = self._must_condition(parameter, whole)
        return narrowed(condition, True, {}, {}).get(whole, (Fraction(0), GREATEST))

    def _must_condition(self, parameter: Parameter, value: Expr) -> Expr:
        scope = Names(self._compiler, None, {}, {"value": value})
        try:
            return build.expect(expressions.read_value(parameter.must or "", scope), "bool", "must:")
        except ExpressionError as error:
            place = self._compiler.pack.parameters[parameter.name].node.at(("must",))
            raise PackError(Problem(error.found, place, parameter.name, error.expected, error.hint)) from None

    def _must(self, parameter: Parameter, cell: Cell) -> None:
        """Fail if a value breaks the parameter's `must:`."""
        if parameter.must is None or not isinstance(cell.value, Quantity):
            return
        value = core.Const(cell.value.number, Type("number", parameter.unit), cell.written)
        if holds(self._must_condition(parameter, value)) is False:
            raise PackError(
                Problem(
                    f"{cell.written} is outside what the text allows",
                    cell.place,
                    parameter.name,
                    expected=parameter.must,
                    hint="A local rule that goes further changes must: under overrides:, with its own clause.",
                )
            )


def _without_last(chain: core.If) -> Expr:
    """A chain of choices that covers every case: its last condition need not be asked."""
    if isinstance(chain.other, core.If):
        return build.choose(chain.condition, chain.then, _without_last(chain.other))
    return chain.then


def holds(condition: Expr) -> bool | None:
    """Whether a condition on constants holds; None where it reads something else."""
    match condition:
        case core.Const(value=bool() as value):
            return value
        case core.And(items=items):
            found = [holds(item) for item in items]
            return False if False in found else None if None in found else True
        case core.Or(items=items):
            found = [holds(item) for item in items]
            return True if True in found else None if None in found else False
        case core.Not(inner=inner):
            inside = holds(inner)
            return None if inside is None else not inside
        case core.Compare(op=op, left=left, right=right) if left.type.name == "number":
            try:
                (a, top), (b, other_top) = bounds(left, {}), bounds(right, {})
            except (KeyError, DivisorError):
                return None
            if a != top or b != other_top:
                return None
            return {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}[op]
    return None
