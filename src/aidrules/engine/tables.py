"""Parameters as expressions: by their own keys or named ones, on the date of the law or on another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.engine.bounds import DivisorError, bounds, narrowed
from aidrules.engine.lookups import GREATEST, Lookup, key_types, type_of, usual_decimals, written_key
from aidrules.errors import PackError, Place, Problem
from aidrules.facts.schema import Path, subject_at
from aidrules.language import build, core, expressions
from aidrules.language.build import ExpressionError
from aidrules.language.core import Definition, Expr, Type
from aidrules.language.expressions import End, Keys
from aidrules.language.names import Names
from aidrules.language.parameters import YEAR, Cell, Keyed, Parameter, ParameterValue, Range
from aidrules.language.units import Quantity, decimal_text

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler

MOST_TIERS = 60


class Tables:
    """Gives the expressions of a pack's parameters on the compiler's date."""

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._all_items: Names | None = None
        self._open: list[tuple[str, date | None]] = []

    def value(
        self, name: str, scope: Names, keys: Keys | None = None, on: Expr | None = None, end: End | None = None
    ) -> Expr:
        """A parameter as an expression names it.

        Args:
            name: the parameter.
            scope: where it is named.
            keys: reads the keys that are named, told their types; None where none is.
            on: another date than that of the law.
            end: which end of a range.

        Raises:
            ExpressionError: keys that are missing or do not fit, an item that is not in reach.
        """
        parameter = self._parameter(name)
        if end is not None and parameter.type != "range":
            raise ExpressionError(f"{name} is not a range", expected=f"{name} alone")
        if keys is not None:
            types = key_types(parameter, tuple(key.type for key in self._keys(parameter)))
            if not types:
                raise ExpressionError(f"{name} has no keys", hint=f"Write {name} alone.")
            named = keys(types)
            fixed = tuple(written_key(key) for key in named if isinstance(key, core.Const))
            value = self._on(parameter, named, scope, on, end)
            return core.Param(name, value, _day(on), fixed if len(fixed) == len(named) else ())
        if parameter.named:
            raise ExpressionError(f"{name} has values by key", hint=f"Write {name}[key].")
        if on is None and parameter.by:
            return self._looked_up(name, scope, end)
        own = tuple(self._seen_from(key, scope, name) for key in self._keys(parameter))
        return core.Param(name, self._on(parameter, own, scope, on, end), _day(on))

    def tiers(self, name: str) -> Expr:
        """How many tiers an ordered parameter has."""
        parameter = self._parameter(name)
        if not parameter.ordered:
            raise ExpressionError(f"{name} is not ordered", hint="Say ordered: true and give its tiers 1, 2, 3 ...")
        value = parameter.on(self._compiler.day)
        table = value.table if value is not None else None
        for _ in parameter.key_kinds[:-1]:
            table = next(iter(table.rows.values())) if isinstance(table, Keyed) else None
        if not isinstance(table, Keyed) or set(table.rows) != {str(tier + 1) for tier in range(len(table.rows))}:
            return core.Param(name, core.Unknown(name, Type("number"), Fraction(1), Fraction(MOST_TIERS)))
        return core.Param(name, build.number(len(table.rows)))

    def computed(self, name: str) -> Fraction | None:
        """What the formula in force comes to, where it is the same for everybody."""
        parameter = self._parameter(name)
        value = parameter.on(self._compiler.day)
        if value is None or value.formula is None:
            return None
        try:
            low, high = bounds(self._formula(parameter, value), self._compiler.intervals)
        except DivisorError:
            return None
        return low if low == high else None

    def check(self, name: str) -> None:
        """Hold every value of a parameter against its `must:` and read its formula, used or not."""
        parameter = self._parameter(name)
        value = parameter.on(self._compiler.day)
        if value is None:
            return
        for _, cell in value.cells():
            self._must(parameter, cell)
        if value.formula is not None:
            self.computed(name)

    def check_share(self, share: Expr) -> None:
        """Refuse a share above the whole, of any parameter that it is, unless its author wrote the sign %.

        Raises:
            ExpressionError: a number such as 30, written in the expression itself.
            PackError: the same, in the values of a parameter.
        """
        match share:
            case core.Const(value=Fraction() as value, text=text):
                if (found := _beyond_the_whole(value, text)) is not None:
                    raise ExpressionError(found, "a share of at most 1", _share_hint(value))
            case core.Param(name=name):
                self._check_cells(name)
            case core.Ref(name=name) if (made := self._compiler.made.get(name)) and made.parameter is not None:
                self._check_cells(made.parameter)
            case core.If(then=then, other=other):
                self.check_share(then)
                self.check_share(other)
            case core.Extreme(args=args):
                for arg in args:
                    self.check_share(arg)

    def _check_cells(self, name: str) -> None:
        parameter = self._parameter(name)
        for _, cell in (each for value in parameter.values for each in value.cells()):
            numbers = (cell.value.low, cell.value.high) if isinstance(cell.value, Range) else (cell.value,)
            for number in numbers:
                if not isinstance(number, Quantity) or number.unit.powers:
                    continue
                if (found := _beyond_the_whole(number.number, cell.written)) is not None:
                    place = None if cell.argument else cell.place
                    hint = _share_hint(number.number)
                    raise PackError(Problem(found, place, name, "a share of at most 1", hint))

    def _parameter(self, name: str) -> Parameter:
        found: Parameter = self._compiler.pack.parameters[name].model
        return found

    def _place(self, name: str) -> Place:
        return self._compiler.pack.parameters[name].node.place

    # Keys.

    def _items(self) -> Names:
        """A scope with the items of all lists, for the keys of parameters."""
        if self._all_items is None:
            scope = self._compiler.item_scope((), None)
            bound = dict(scope.bound)
            schema = self._compiler.schema
            for outer, listed in schema.lists.items():
                bound.setdefault(listed.item, (listed.item, (outer,)))
            members = schema.lists.get("members")
            for inner, listed in members.subject.lists.items() if members else ():
                bound.setdefault(listed.item, (listed.item, ("members", inner)))
            self._all_items = Names(self._compiler, None, bound, {})
        return self._all_items

    def _keys(self, parameter: Parameter) -> tuple[Expr, ...]:
        return tuple(expressions.read_value(text, self._items()) for text in parameter.by if text != YEAR)

    def _seen_from(self, expr: Expr, scope: Names, name: str) -> Expr:
        """An expression about the items of all lists, about those that a scope has bound."""
        renamed: dict[str, str] = {}
        loops = {part.var for part in core.walk(expr) if isinstance(part, core.Agg)}
        for part in core.walk(expr):
            var = part.source.var if isinstance(part, core.Agg) else getattr(part, "var", core.HOUSEHOLD)
            if var in loops or var == core.HOUSEHOLD:
                continue
            path = dict(self._items().bound.values())[var]
            here = scope.variable(path)
            if here is None:
                item = subject_at(self._compiler.schema, path).name
                raise ExpressionError(f"{name} depends on each {item}", hint=f"Name its key: {name}[...].")
            renamed[var] = here
        return core.rename(expr, renamed)

    def _looked_up(self, name: str, scope: Names, end: End | None) -> Expr:
        """A parameter by its own keys, read where it is named."""
        full = self.lower(name, end)
        var = scope.variable(self._compiler.made[full].owner)
        if var is None:
            item = subject_at(self._compiler.schema, self._compiler.made[full].owner).name
            raise ExpressionError(f"{name} depends on each {item}", hint=f"Name its key: {name}[...].")
        return self._compiler.reference(full, var)

    def lower(self, name: str, end: End | None = None) -> str:
        """Make a definition of a parameter with `by:`, which has its own keys; the definition's name."""
        parameter, full = self._parameter(name), f"{name}.{end or 'value'}"
        if full not in self._compiler.made:
            self._compiler.places[full] = self._place(name)
            with self._compiler.lowering(full):
                try:
                    keys = self._keys(parameter)
                    value = self._dated(parameter, parameter.on(self._compiler.day), keys, end)
                except ExpressionError as error:
                    place = self._compiler.pack.parameters[name].node.at(("by",))
                    raise PackError(Problem(error.found, place, name, error.expected, error.hint)) from None
            label = self._compiler.pack.parameters[name].label
            self._compiler.define(Definition(full, self._owner(keys), value, label, parameter=name))
        return full

    def _owner(self, keys: tuple[Expr, ...]) -> Path:
        deepest: Path = ()
        paths = dict(self._items().bound.values())
        for key in keys:
            for part in core.walk(key):
                path = paths.get(getattr(part, "var", ""), ())
                if len(path) > len(deepest):
                    deepest = path
        return deepest

    # Dated values.

    def _on(self, parameter: Parameter, keys: tuple[Expr, ...], scope: Names, on: Expr | None, end: End | None) -> Expr:
        """The value for keys on a date: that of the law, a fixed one, or a date of the case."""

        def dated(value: ParameterValue | None) -> Expr:
            return self._seen_from_formula(self._dated(parameter, value, keys, end), value, scope, parameter.name)

        if on is None:
            return dated(parameter.on(self._compiler.day))
        build.expect(on, "date", "the second argument of at()")
        if isinstance(on, core.Const):
            return dated(parameter.on(date.fromordinal(int(on.value))) if on.value != core.NO_DATE else None)
        result = dated(None)
        for value in reversed(parameter.values):
            limits = [core.TRUE if not on.type.optional else core.negation(core.IsNone(on))]
            if value.start is not None:
                limits.append(build.compare(">=", on, core.Const(value.start.toordinal(), core.DATE)))
            if value.until is not None:
                limits.append(build.compare("<=", on, core.Const(value.until.toordinal(), core.DATE)))
            result = build.choose(core.conjunction(*limits), dated(value), result)
        return result

    def _seen_from_formula(self, expr: Expr, value: ParameterValue | None, scope: Names, name: str) -> Expr:
        """Only a formula can be about items; keys are seen from the scope already."""
        if value is None or value.formula is None or value.published is not None:
            return expr
        return self._seen_from(expr, scope, name)

    def _dated(
        self, parameter: Parameter, value: ParameterValue | None, keys: tuple[Expr, ...], end: End | None
    ) -> Expr:
        lookup = Lookup(
            parameter,
            self._limits(parameter),
            lambda cell: self._must(parameter, cell),
            end,
            value.each_more if value is not None else None,
        )
        if value is None or value.table is not None:
            return lookup.pick(value.table if value is not None else None, keys)
        if value.published is not None:
            return lookup.cell(value.published, parameter.name)
        if value.formula is not None:
            return self._formula(parameter, value)
        return lookup.pick(None, keys)

    @contextmanager
    def _reading(self, parameter: Parameter, value: ParameterValue) -> Iterator[None]:
        here = (parameter.name, value.start)
        if here in self._open:
            names = [name for name, _ in self._open[self._open.index(here) :]]
            raise ExpressionError(f"{' → '.join([*names, parameter.name])} is a circle")
        self._open.append(here)
        try:
            yield
        finally:
            self._open.pop()

    def _formula(self, parameter: Parameter, value: ParameterValue) -> Expr:
        try:
            with self._reading(parameter, value):
                found = expressions.read_value(value.formula or "", self._items())
            found = build.as_amount(found, parameter.unit, "the formula")
        except ExpressionError as error:
            raise PackError(Problem(error.found, value.place, parameter.name, error.expected, error.hint)) from None
        if value.round is None:
            return found
        return core.Round(found, Fraction(value.round.to), value.round.mode)

    # What the text allows.

    def _limits(self, parameter: Parameter) -> tuple[Fraction, Fraction]:
        if parameter.must is None or parameter.type not in ("number", "range"):
            return Fraction(0), GREATEST
        # Persons, days and months are whole; above 0 yuan or 0 % lies whatever is more.
        scale = usual_decimals(type_of(parameter))
        value = core.Fact("value", "value", Type("number", parameter.unit), -GREATEST, GREATEST, scale)
        condition = self._must_condition(parameter, value)
        low, high = narrowed(condition, True, {}, {}).get(value, (-GREATEST, GREATEST))
        # Below zero lies only what a lower end says.
        return (low if low > -GREATEST else Fraction(0)), high

    def _must_condition(self, parameter: Parameter, value: Expr) -> Expr:
        scope = Names(self._compiler, None, {}, {"value": value})
        try:
            if re.search(rf"(?<![\w.]){parameter.name}\b", parameter.must or ""):
                hint = "The figure itself is called value."
                raise ExpressionError(f"{parameter.name} in its own must:", "a condition on value", hint)
            return build.expect(expressions.read_value(parameter.must or "", scope), "bool", "must:")
        except ExpressionError as error:
            place = self._compiler.pack.parameters[parameter.name].node.at(("must",))
            raise PackError(Problem(error.found, place, parameter.name, error.expected, error.hint)) from None

    def _must(self, parameter: Parameter, cell: Cell) -> None:
        """Fail if a value breaks the parameter's `must:`; both ends of a range have to keep it."""
        ends = (cell.value.low, cell.value.high) if isinstance(cell.value, Range) else (cell.value,)
        for number in ends:
            if not isinstance(number, Quantity):
                continue
            value = core.Const(number.number, type_of(parameter), cell.written)
            if parameter.must is not None and holds(self._must_condition(parameter, value)) is False:
                raise PackError(
                    Problem(
                        f"{cell.written} is outside what the text allows",
                        cell.place,
                        parameter.name,
                        expected=parameter.must,
                        hint="A local rule that goes further changes must: under overrides:, with its own clause.",
                    )
                )
            if number.number < 0 <= self._limits(parameter)[0]:
                raise PackError(
                    Problem(
                        f"{cell.written} is negative",
                        cell.place,
                        parameter.name,
                        expected="0 or more",
                        hint="Where a negative value has a meaning, it needs a lower end, as in must: value >= -100%.",
                    )
                )


def _beyond_the_whole(value: Fraction, written: str) -> str | None:
    """What is wrong with a share above 1, unless it is written with the sign %."""
    if value <= 1 or "%" in written:
        return None
    return f"{written or decimal_text(value)} is a share of {decimal_text(value * 100)}%"


def _share_hint(value: Fraction) -> str:
    return f"Write {decimal_text(value)}% or, if that is what is meant, {decimal_text(value * 100)}%"


def _day(on: Expr | None) -> int | None:
    """The day that `core.Param.on` keeps."""
    return None if on is None else int(on.value) if isinstance(on, core.Const) else core.NO_DATE


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
