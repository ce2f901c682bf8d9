"""Building core expressions: each function checks types and units and says what does not go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from aidrules.language import core
from aidrules.language.core import BOOL, Expr, Type
from aidrules.language.units import PLAIN, TIME, Unit, UnitError, decimal_text

COMPARISONS: dict[str, Literal["<", "<=", ">", ">=", "==", "!="]] = {
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "==": "==",
    "!=": "!=",
}


class ExpressionError(ValueError):
    """Parts of an expression that do not go together.

    Attributes:
        found: what is there.
        expected: what would fit, if it can be said.
        hint: what to do.
        column: where in the expression's text, from 0, if known.
    """

    def __init__(
        self, found: str, expected: str | None = None, hint: str | None = None, column: int | None = None
    ) -> None:
        super().__init__(found)
        self.found, self.expected, self.hint, self.column = found, expected, hint, column


def number(value: Fraction | int, unit: Unit = PLAIN, text: str = "") -> core.Const:
    """A constant; without a unit it is a bare number, which fits counts, ages and factors."""
    literal = not unit.powers
    exact = Fraction(value)
    return core.Const(exact, Type("number", unit, literal=literal), text or decimal_text(exact))


def is_zero(expr: Expr) -> bool:
    """Whether it is the constant 0, which fits every unit."""
    inner = expr.inner if isinstance(expr, core.Param) else expr
    return isinstance(inner, core.Const) and inner.value == 0 and inner.type.name == "number"


def expect(expr: Expr, name: core.TypeName, what: str) -> Expr:
    """Require a type by name.

    Raises:
        ExpressionError: it is of another type.
    """
    if expr.type.name != name:
        raise ExpressionError(f"{what} is {expr.type}", expected=str(Type(name)))
    return expr


def subject_free(unit: Unit) -> Unit:
    """The unit without persons, households and other counted things: currency and time alone."""
    return Unit(tuple((n, p) for n, p in unit.powers if n in TIME or (len(n) == 3 and n.isupper())))


def _countable(unit: Unit) -> bool:
    return all(name == "year" or not (name in TIME or name.isupper()) for name, _ in unit.powers)


def unify(left: Expr, right: Expr, what: str) -> Unit:
    """The common unit of two numbers that are added or compared.

    Raises:
        ExpressionError: they measure different things; the message names both units.
    """
    a, b = left.type, right.type
    if a.unit == b.unit or is_zero(right):
        return a.unit
    if is_zero(left):
        return b.unit
    for one, other in ((a, b), (b, a)):
        if one.literal and _countable(other.unit):
            return other.unit
        if one.flexible and subject_free(other.unit) == subject_free(one.unit):
            return other.unit
    raise ExpressionError(
        f"{what} puts {a} and {b} together",
        expected="the same unit on both sides",
        hint=_unit_hint(a.unit, b.unit),
    )


def _unit_hint(a: Unit, b: Unit) -> str:
    subjects = {(unit.power("person"), unit.power("household")) for unit in (a, b)}
    if subjects == {(-1, 0), (0, -1)} and a.without("person", "household") == b.without("person", "household"):
        return "One is per person and the other per household: multiply by or divide by count(members)."
    if not a.powers or not b.powers:
        return "Give the bare number its unit (10000 * CNY, 3 * month), or multiply the rate by its base."
    times = [unit.power("year") + unit.power("month") for unit in (a, b)]
    if a.without("year", "month") == b.without("year", "month") and times[0] == times[1]:
        return "One is per month and the other per year: use per_month() or per_year()."
    if a.currency is not None and a.currency == b.currency and times[0] != times[1]:
        return "One is an amount for each month or year and the other a sum: write 100 * CNY / month, or 100 * CNY."
    if a.currency is not None and a.currency == b.currency:
        return "Check what each side measures. A figure for each event is a parameter: `unit: CNY/event`."
    return "Check what each side measures."


def _merge(terms: Sequence[Expr], what: str) -> Type:
    first = terms[0]
    unit, flexible, literal = first.type.unit, first.type.flexible, first.type.literal
    base: Expr = first
    for term in terms[1:]:
        unit = unify(base, term, what)
        flexible = (flexible or is_zero(base)) and (term.type.flexible or is_zero(term))
        literal = (literal or is_zero(base)) and (term.type.literal or is_zero(term))
        base = core.Ref("", "", Type("number", unit, flexible=flexible, literal=literal and not unit.powers))
    return Type("number", unit, flexible=flexible, literal=literal and not unit.powers)


def _numbers(args: Sequence[Expr], what: str) -> None:
    for arg in args:
        expect(arg, "number", f"a part of {what}")


def add(*terms: Expr) -> Expr:
    """The sum of numbers of one unit."""
    _numbers(terms, "a sum")
    if len(terms) == 1:
        return terms[0]
    return core.Add(tuple(terms), _merge(terms, "the sum"))


def subtract(left: Expr, right: Expr) -> Expr:
    """One number less another of the same unit."""
    _numbers((left, right), "a difference")
    return core.Add((left, core.Neg(right)), _merge((left, right), "the difference"))


def multiply(*factors: Expr) -> Expr:
    """A product; its unit is the product of the units."""
    _numbers(factors, "a product")
    unit = PLAIN
    for factor in factors:
        unit = unit * factor.type.unit
    flexible = any(factor.type.flexible for factor in factors)
    literal = all(factor.type.literal for factor in factors)
    flat: list[Expr] = []
    for factor in factors:
        flat.extend(factor.factors if isinstance(factor, core.Mul) else (factor,))
    return core.Mul(tuple(flat), Type("number", unit, flexible=flexible, literal=literal))


def divide(above: Expr, below: Expr) -> Expr:
    """A quotient; that the divisor cannot be zero is checked when all bounds are known."""
    _numbers((above, below), "a quotient")
    kind = Type(
        "number",
        above.type.unit / below.type.unit,
        flexible=above.type.flexible or below.type.flexible,
        literal=above.type.literal and below.type.literal,
    )
    return core.Div(above, below, kind)


def extreme(which: Literal["min", "max"], args: Sequence[Expr]) -> Expr:
    """The least or greatest of numbers of one unit."""
    if not args:
        raise ExpressionError(f"{which}() of nothing", expected="one or more numbers, or a list")
    _numbers(args, f"{which}()")
    return args[0] if len(args) == 1 else core.Extreme(which, tuple(args), _merge(args, f"{which}()"))


def floor_at_zero(value: Expr) -> Expr:
    """The number, or 0 where it is negative."""
    return extreme("max", (core.ZERO, value))


def compare(op: str, left: Expr, right: Expr) -> Expr:
    """A comparison; an optional date that is `none` makes it false (`!=`: true)."""
    symbol = COMPARISONS[op]
    if left.type.name == "number" and right.type.name == "number":
        unify(left, right, f"the comparison with {op}")
        return core.Compare(symbol, left, right)
    if left.type.name == "date" and right.type.name == "date":
        plain = core.Compare(symbol, left, right)
        present = [core.Not(core.IsNone(side)) for side in (left, right) if side.type.optional]
        if not present:
            return plain
        if symbol == "!=":
            return core.negation(core.conjunction(*present, core.Compare("==", left, right)))
        return core.conjunction(*present, plain)
    if left.type.name != right.type.name:
        raise ExpressionError(f"the comparison with {op} puts {left.type} and {right.type} together")
    if symbol not in ("==", "!="):
        raise ExpressionError(f"{left.type} cannot be put in order with {op}", expected="== or !=")
    return core.Compare(symbol, left, right)


def choose(condition: Expr, then: Expr, other: Expr) -> Expr:
    """One of two values of the same type, by a condition."""
    expect(condition, "bool", "the condition")
    if condition == core.TRUE:
        return then
    if condition == core.FALSE:
        return other
    a, b = then.type, other.type
    if a.name != b.name:
        raise ExpressionError(f"the two sides of if/else are {a} and {b}", expected="the same type")
    if a.name == "bool":
        if other == core.FALSE:
            return core.conjunction(condition, then)
        if then == core.TRUE:
            return core.disjunction(condition, other)
        return core.If(condition, then, other, BOOL)
    if a.name == "number":
        return core.If(condition, then, other, _merge((then, other), "if/else"))
    if a.name == "enum":
        options = a.options + tuple(option for option in b.options if option not in a.options)
        return core.If(condition, then, other, Type("enum", options=options))
    return core.If(condition, then, other, replace(a, optional=a.optional or b.optional))


def gate(condition: Expr, amount: Expr) -> Expr:
    """The amount if the condition holds, else 0."""
    return choose(condition, amount, core.ZERO)


def as_amount(expr: Expr, unit: Unit, what: str) -> Expr:
    """Require a number in a unit; a literal amount adopts it.

    Raises:
        ExpressionError: it is measured in something else.
    """
    expect(expr, "number", what)
    kind = expr.type
    fits = (
        kind.unit == unit
        or is_zero(expr)
        or (kind.flexible and subject_free(kind.unit) == subject_free(unit))
        or (kind.literal and _countable(unit))
    )
    if not fits:
        raise ExpressionError(
            f"{what} is measured in {kind}",
            expected=str(unit) if unit.powers else "a plain number",
            hint=_wanted_time(kind.unit, unit) or _unit_hint(kind.unit, unit),
        )
    if kind == Type("number", unit):
        return expr
    return retype(expr, Type("number", unit))


def _wanted_time(found: Unit, wanted: Unit) -> str | None:
    """How an amount is written that has no time and should have, or the other way round."""
    if found.currency is None or found.currency != wanted.currency:
        return None
    times = [next((name for name in ("month", "year") if unit.power(name) == -1), None) for unit in (found, wanted)]
    if times[0] is None and times[1] is not None:
        return f"It is paid for each {times[1]}: write 100 * {wanted.currency} / {times[1]}."
    if times[0] is not None and times[1] is None:
        return f"It is a sum, not one for each {times[0]}: write 100 * {wanted.currency}."
    return None


def retype(expr: Expr, kind: Type) -> Expr:
    """The same expression with its type settled."""
    if isinstance(expr, core.Param | core.Neg | core.Round):
        return replace(expr, inner=retype(expr.inner, kind))
    return replace(expr, type=kind)


def parse_unit(text: str, known: Sequence[str]) -> Unit:
    """Read a unit inside an expression or a rule.

    Raises:
        ExpressionError: it is not a unit.
    """
    try:
        return Unit.parse(text, known)
    except UnitError as error:
        raise ExpressionError(str(error), hint=error.hint) from None
