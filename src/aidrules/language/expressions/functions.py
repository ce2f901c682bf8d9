"""The functions that expressions can call."""

from __future__ import annotations

import ast
from dataclasses import replace
from fractions import Fraction

from aidrules.language import build, core
from aidrules.language.build import ExpressionError
from aidrules.language.core import DATE, Expr, Type
from aidrules.language.expressions import lists, names
from aidrules.language.expressions.dates import date_of, part_of_date, per, per_time, shift_date
from aidrules.language.expressions.literals import negative
from aidrules.language.expressions.meanings import Meaning, Period, Reader, dotted
from aidrules.language.expressions.syntax import PERCENT_NAME
from aidrules.language.hints import near
from aidrules.language.units import Unit

FORMS = {
    "age": "age(member.birth_date, on)",
    "all": "all(m.known for m in members)",
    "any": "any(m.known for m in members)",
    "at": "at(standard[urban], date(2018, 6, 30))",
    "calendar_year": "calendar_year(on)",
    "ceil": "ceil(x)",
    "count": "count(m.ill for m in members)",
    "count_distinct": "count_distinct(e.kind for e in household.expenses)",
    "date": "date(2024, 7, 1)",
    "days_between": "days_between(start, end)",
    "first": "first(member.offers).made_on",
    "first_of_month": "first_of_month(on)",
    "floor": "floor(x)",
    "last_of_month": "last_of_month(on)",
    "latest": "latest(member.offers).made_on",
    "length": "length(window, month)",
    "longest_run": "longest_run(o.refused for o in member.offers)",
    "max": "max(a, b)",
    "min": "min(a, b)",
    "months_between": "months_between(start, end)",
    "months_to": "months_to(on, 6 * month)",
    "paid": "paid(startup.rent)",
    "per_month": "per_month(x)",
    "per_year": "per_year(x)",
    "period": "period(first_day, last_day)",
    "round": "round(x, 0.01, half_up)",
    "sum": "sum(m.pay for m in members)",
}
"""Every function, with a call of it as errors show it."""
FUNCTION_NAMES = frozenset(FORMS)
_FUNCTION_HINT = f"The functions are {', '.join(FORMS)}."


def call(reader: Reader, node: ast.Call) -> Meaning:
    """A call of one of the functions."""
    if not isinstance(node.func, ast.Name):
        raise ExpressionError(f"`{ast.unparse(node.func)[:60]}` cannot be called", hint=_FUNCTION_HINT)
    name, args = node.func.id, node.args
    keywords = {word.arg: word.value for word in node.keywords}
    if name not in FUNCTION_NAMES and name != PERCENT_NAME:
        meant = near(name, FORMS)
        raise ExpressionError(
            f"there is no function {name}()", hint=f"{meant} {_FUNCTION_HINT}" if meant else _FUNCTION_HINT
        )
    if any(isinstance(arg, ast.Starred) for arg in args) or (set(keywords) - {"default", "to", "mode"}):
        raise ExpressionError(f"{name}() is called in a way that the language does not know", FORMS.get(name))
    if name == PERCENT_NAME:
        (digits,) = args
        percent = names.constant(_constant_of(digits), None)
        assert isinstance(percent, core.Const) and isinstance(percent.value, Fraction)
        return build.number(percent.value / 100, text=f"{percent.text}%")
    if name in lists.AGGREGATES and (
        name in ("sum", "count", "any", "all", "longest_run", "count_distinct")
        or (len(args) == 1 and not isinstance(args[0], ast.Constant))
    ):
        return lists.aggregated(reader, name, args, keywords.get("default"))
    if keywords and name != "round":
        raise ExpressionError(f"{name}() takes no named arguments", FORMS[name])
    return _function(reader, name, args, keywords)


def _function(reader: Reader, name: str, args: list[ast.expr], keywords: dict[str | None, ast.expr]) -> Meaning:
    if name in ("min", "max"):
        return build.extreme("min" if name == "min" else "max", [reader.value(arg) for arg in args])
    if name in ("floor", "ceil"):
        (inner,) = _arguments(reader, name, args, "number")
        return core.Round(inner, Fraction(1), "down" if name == "floor" else "up")
    if name == "round":
        return _round(reader, args, keywords)
    if name == "at":
        return names.at(reader, args)
    if name == "date":
        return date_of([reader.value(arg) for arg in args])
    if name == "age":
        born, at = _arguments(reader, name, args, "date", "date")
        return core.Call("age", (_present(reader, born), _present(reader, at)), Type("number", Unit.parse("year")))
    if name in ("months_between", "days_between"):
        start, end = _arguments(reader, name, args, "date", "date")
        unit = Unit.parse("month" if name == "months_between" else "day")
        return core.Call(name, (_present(reader, start), _present(reader, end)), Type("number", unit))
    if name == "period":
        start, end = _arguments(reader, name, args, "date", "date")
        return Period(start, end)
    if name == "months_to":
        end, months = _arguments(reader, name, args, "date", "number")
        begin = shift_date(end, negative(build.as_amount(months, Unit.parse("month"), "the number of months")))
        return Period(shift_date(begin, build.number(1, Unit.parse("day"))), end)
    if name == "calendar_year":
        (day,) = _arguments(reader, name, args, "date")
        year = part_of_date("year", day)
        return Period(
            date_of([year, build.number(1), build.number(1)]),
            date_of([year, build.number(12), build.number(31)]),
        )
    if name == "length":
        return _length(reader, args)
    if name == "paid":
        parts = dotted(args[0]) if len(args) == 1 else None
        if parts is None:
            raise ExpressionError("paid() takes the name of a rule", FORMS["paid"])
        return reader.scope.paid(parts)
    if name in ("per_month", "per_year"):
        (amount,) = _arguments(reader, name, args, "number")
        return per(amount, "month" if name == "per_month" else "year")
    if name == "first_of_month" or name == "last_of_month":
        (day,) = _arguments(reader, name, args, "date")
        return core.Call(name, (day,), replace(DATE, optional=day.type.optional))
    raise ExpressionError(f"{name}() must be followed by a field", FORMS[name])


def _arguments(reader: Reader, name: str, args: list[ast.expr], *types: core.TypeName) -> list[Expr]:
    if len(args) != len(types):
        given = f"{len(args)} argument{'' if len(args) == 1 else 's'}"
        raise ExpressionError(f"{name}() with {given}", f"{len(types)}, as in {FORMS[name]}")
    return [
        build.expect(reader.value(arg), kind, f"an argument of {name}()") for arg, kind in zip(args, types, strict=True)
    ]


def _present(reader: Reader, day: Expr) -> Expr:
    if day.type.optional and day not in reader.present:
        raise ExpressionError(
            "a date that may be none is measured",
            hint="Write `d is not none and ...` in front of it.",
        )
    return day


def _round(reader: Reader, args: list[ast.expr], keywords: dict[str | None, ast.expr]) -> Expr:
    to_node = args[1] if len(args) > 1 else keywords.get("to")
    mode_node = args[2] if len(args) > 2 else keywords.get("mode")
    if not args or to_node is None or mode_node is None or not isinstance(mode_node, ast.Name):
        raise ExpressionError("round() without step and direction", FORMS["round"])
    step = reader.value(to_node)
    if not isinstance(step, core.Const) or not isinstance(step.value, Fraction) or step.value <= 0:
        raise ExpressionError("the step of round() is not a positive number")
    modes: dict[str, core.Rounding] = {"up": "up", "down": "down", "half_up": "half_up"}
    if mode_node.id not in modes:
        raise ExpressionError(f"the direction {mode_node.id}", expected="up, down or half_up")
    inner = build.expect(reader.value(args[0]), "number", "what is rounded")
    return core.Round(inner, step.value, modes[mode_node.id])


def _length(reader: Reader, args: list[ast.expr]) -> Expr:
    if len(args) != 2 or not isinstance(args[1], ast.Name) or args[1].id not in ("day", "month", "year"):
        raise ExpressionError("length() takes a period and a unit", FORMS["length"])
    period = reader.meaning(args[0])
    if not isinstance(period, Period):
        raise ExpressionError("length() measures a period")
    unit, after = args[1].id, shift_date(period.end, build.number(1, Unit.parse("day")))
    if unit == "day":
        return core.Call("days_between", (period.start, after), Type("number", Unit.parse("day")))
    months = core.Call("months_between", (period.start, after), Type("number", Unit.parse("month")))
    return months if unit == "month" else per_time(months, Fraction(1, 12), "year")


def _constant_of(node: ast.expr) -> ast.Constant:
    if not isinstance(node, ast.Constant):
        raise ExpressionError("% follows something that is not a number")
    return node
