"""Expressions: what each form gives, and how each thing that the language does not have is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from aidrules.engine.compile import lowered
from aidrules.engine.compiler import Compiler
from aidrules.language import core, expressions
from aidrules.language.build import ExpressionError
from aidrules.language.names import Names
from borough import pack_of
from reference.evaluator import Item, Reference

ON = date(2025, 6, 15)
PACK = """
inputs:
  household:
    rent: {unit: CNY/month}
    rooms: {unit: "1"}
    moved: {type: date}
    left: {type: date, optional: true}
    coastal: {type: bool}
  member:
    wage: {unit: CNY/month}
    level: {type: [low, high]}
    jobs:
      list: job
      ordered_by: begun
      fields: {pay: {unit: CNY/month}, begun: {type: date}, steady: {type: bool}, trade: {type: [sea, land]}}
findings:
  frail: {about: member, type: bool}
  storm: {about: household, type: bool}
readings:
  tide: {default: high, options: [high, low]}
parameters:
  line: {unit: CNY/person/month, by: household.residence, values: [{is: {urban: 700, rural: 450}}]}
  rate: {keys: [low, high], values: [{is: {low: 10%, high: 20%}}]}
  flat: {unit: CNY/household/month, values: [{is: 45.50}]}
  opening: {type: date, values: [{is: 2024-02-29}]}
definitions:
  income: {unit: CNY/household/month, value: sum(m.wage for m in members)}
  own: {each: member, value: member.wage}
  adults: {value: "[m for m in members if age(m.birth_date, on) >= 18]"}
  season: {value: "period(date(2024, 6, 1), date(2024, 8, 31))"}
programmes:
  grant: {rules: {lump: {kind: amount, amount: 5 * CNY}}}
"""
FACTS: dict[str, Any] = {
    "residence": "rural",
    "rent": "1000",
    "rooms": 3,
    "moved": "2024-01-31",
    "left": "none",
    "coastal": True,
    "case": {"applied_on": "2025-06-01"},
    "payments": [
        {"rule": "grant.lump", "amount": "5", "paid_on": "2025-01-01"},
        {"rule": "other", "amount": "7", "paid_on": "2025-01-01"},
    ],
    "members": [
        {
            "id": "a",
            "birth_date": "2004-02-29",
            "wage": "100.50",
            "level": "high",
            "jobs": [
                {"pay": "10", "begun": "2025-05-01", "steady": True, "trade": "sea"},
                {"pay": "40", "begun": "2023-05-01", "steady": True, "trade": "sea"},
                {"pay": "25", "begun": "2024-05-01", "steady": False, "trade": "land"},
            ],
        },
        {"id": "b", "birth_date": "2010-06-16", "wage": "0", "level": "low", "jobs": []},
    ],
}


@pytest.fixture(scope="module")
def compiler(tmp_path_factory: pytest.TempPathFactory) -> Compiler:
    return lowered(pack_of(tmp_path_factory.mktemp("expressions"), PACK).at(ON), ON)


@pytest.fixture(scope="module")
def in_household(compiler: Compiler) -> Names:
    return compiler.item_scope((), None)


@pytest.fixture(scope="module")
def in_member(compiler: Compiler) -> Names:
    return compiler.item_scope(("members",), None)


@pytest.fixture(scope="module")
def value(compiler: Compiler, in_member: Names) -> Callable[[str], Any]:
    """The value of a text for the first member of the household."""
    household = compiler.pack.Household.from_text(FACTS)
    reference = Reference(compiler.schema, compiler.made, household, ON)
    scope = {core.HOUSEHOLD: reference.household, "member": Item((0,), household.members[0])}

    def evaluated(text: str) -> Any:
        expr = expressions.read_value(text, in_member)
        found = reference.of(expr, scope)
        if expr.type.name == "date":
            return date.fromordinal(found).isoformat() if found else "none"
        return found[0] if isinstance(found, tuple) else found

    return evaluated


def said(error: ExpressionError) -> str:
    return "; ".join(part for part in (error.found, error.expected, error.hint) if part)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Numbers: as written, never as binary fractions.
        ("0.1 + 0.2", "3/10"),
        ("1 - 2 * 3", "-5"),
        ("-(1 - 3)", "2"),
        ("7 / 3", "7/3"),
        ("150%", "3/2"),
        ("12.5 % * 8", "1"),
        ("5% -2", "-39/20"),  # a percentage less two, not five modulo minus two
        ("30% if household.coastal else 20%", "3/10"),
        ("123456789012345678901234", "123456789012345678901234"),
        ("min(3, 1, 2)", "1"),
        ("max(household.rent, 1200 * CNY / month)", "1200"),
        ("household.rent / household.rooms", "1000/3"),
        ("floor(household.rent / 3)", "333"),
        ("ceil(household.rent / 3)", "334"),
        ("round(household.rent / 3, 0.01, down)", "333.33"),
        ("round(household.rent / 3, 0.01, up)", "333.34"),
        ("round(household.rent / 3, to=0.01, mode=half_up)", "333.33"),
        ("round(2.5, 1, half_up)", "3"),
        ("round(-2.5, 1, half_up)", "-2"),  # halves go up
        ("round(-2.5, 1, down)", "-3"),  # down is towards minus infinity
        ("round(1001, 12, up)", "1008"),
        ("round(0.07, 0.01, up)", "0.07"),
        # Conditions.
        ("1 < 2 <= 2", True),
        ("1 < 2 < 2", False),
        ("not household.coastal or 2 == 2", True),
        ("household.coastal and household.rooms != 3", False),
        ("any([household.coastal, 1 > 2])", True),
        ("all([household.coastal, 1 > 2])", False),
        ("count([household.coastal, 1 > 2, 2 > 1])", "2"),
        ("household.rooms in [1, 3]", True),
        ("household.rooms not in [1, 3]", False),
        ("household.residence == rural", True),
        ("rural == household.residence", True),
        ('household.residence == "rural"', True),
        ("household.residence in (urban, rural)", True),
        ("member.level != high", False),
        ("1 if household.coastal else 2", "1"),
        ("reading.tide == high", True),
        # Dates.
        ("on", "2025-06-15"),
        ("this_month", "2025-06-01"),
        ("date(2024, 2, 29)", "2024-02-29"),
        ("date(on.year - 1, 12, 31)", "2024-12-31"),
        ("household.moved + 1 * month", "2024-02-29"),
        ("household.moved - 1 * day", "2024-01-30"),
        ("household.moved + 1 * year", "2025-01-31"),
        ("household.moved + 5 * working_day", "2024-02-06"),  # Sunday 4 February 2024 is worked
        ("first_of_month(household.moved)", "2024-01-01"),
        ("last_of_month(household.moved + 1 * month)", "2024-02-29"),
        ("on.year", "2025"),
        ("household.moved.month", "1"),
        ("on.day", "15"),
        ("age(member.birth_date, date(2022, 2, 28))", "17"),
        ("age(member.birth_date, date(2022, 3, 1))", "18"),
        ("months_between(household.moved, date(2024, 2, 29))", "1"),
        ("months_between(household.moved, date(2024, 2, 28))", "0"),
        ("days_between(household.moved, date(2024, 3, 1))", "30"),
        ("household.moved in period(household.moved, household.moved)", True),
        ("date(2024, 8, 31) in season", True),
        ("date(2024, 9, 1) in season", False),
        ("date(2024, 12, 16) in months_to(on, 6 * month)", True),
        ("date(2024, 12, 15) in months_to(on, 6 * month)", False),
        ("date(2025, 12, 31) in calendar_year(on)", True),
        ("length(season, day)", "92"),
        ("length(season, month)", "3"),
        ("length(calendar_year(on), year)", "1"),
        ("season.start", "2024-06-01"),
        ("household.left is none", True),
        ("household.left is not none and days_between(household.left, on) > 0", False),
        ("household.left is none or days_between(household.left, on) > 3 * day", True),
        ("household.left < on", False),  # a date that does not exist is neither before nor after
        ("household.left >= on", False),
        ("household.left != on", True),
        ("case.applied_on == date(2025, 6, 1)", True),
        # Lists.
        ("sum(m.wage for m in members)", "100.5"),
        ("sum(j.pay for j in member.jobs if j.steady)", "50"),
        ("count(members)", "2"),
        ("count(m for m in members if m.wage > 0)", "1"),
        ("count(m.wage > 0 for m in members)", "1"),
        ("count(adults)", "1"),
        ("any(m.level == low for m in members)", True),
        ("all(j.steady for j in member.jobs)", False),
        ("min(m.wage for m in members)", "0"),
        ("max((j.pay for j in member.jobs if j.trade == sea), default=0)", "40"),
        ("max((j.pay for j in member.jobs if j.pay > 99 * CNY / month), default=1 * CNY / month)", "1"),
        ("first(member.jobs).begun", "2023-05-01"),
        ("latest(j for j in member.jobs if not j.steady).begun", "2024-05-01"),
        ("latest(j for j in member.jobs if j.pay > 99 * CNY / month).begun", "none"),
        ("longest_run(j.steady for j in member.jobs)", "2"),
        ("longest_run(j.steady for j in member.jobs if j.trade == land)", "0"),
        ("count_distinct(j.trade for j in member.jobs)", "2"),
        ("sum(sum(j.pay for j in m.jobs) for m in members)", "75"),
        ("sum(p.amount for p in paid(grant.lump))", "5"),
        ("count(paid(grant.lump))", "1"),
        # Parameters, definitions, results.
        ("line", "450"),
        ("line[urban]", "700"),
        ("rate[member.level]", "1/5"),
        ("flat / 2", "22.75"),
        ("income", "100.5"),
        ("member.own", "100.5"),
        ("per_year(line)", "5400"),
        ("per_month(per_year(line))", "450"),
        ("opening", "2024-02-29"),
    ],
)
def test_a_form_gives_its_value(value: Callable[[str], Any], text: str, expected: Any) -> None:
    found = value(text)
    assert found == (Fraction(expected) if isinstance(found, Fraction) else expected)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("member.wage", "CNY/person/month"),
        ("household.rent", "CNY/household/month"),
        ("sum(m.wage for m in members)", "CNY/household/month"),
        ("max(m.wage for m in members)", "CNY/person/month"),
        ("line * count(members)", "CNY/household/month"),
        ("household.rent / count(members)", "CNY/person/month"),
        ("household.rent / line", "person/household"),
        ("member.wage / line", "a plain number"),
        ("per_year(member.wage)", "CNY/person/year"),
        ("age(member.birth_date, on)", "year"),
        ("months_between(household.moved, on)", "month"),
        ("count(members)", "person/household"),
        ("sum(p.amount for p in paid(grant.lump))", "CNY/household"),
        ("20% * line", "CNY/person/month"),
    ],
)
def test_amounts_know_whose_they_are(in_member: Names, text: str, unit: str) -> None:
    assert str(expressions.read_value(text, in_member).type) == unit


REFUSED = [
    # Units that do not go together.
    ("household.rent < line", "CNY/household/month and CNY/person/month", "divide by count(members)"),
    ("household.rent < 500", "CNY/household/month and a plain number", "Give the bare number its unit"),
    ("household.rent + 20%", "the sum puts CNY/household/month and a plain number", "multiply the rate by its base"),
    ("household.rent - household.rooms", "the difference puts", "Give the bare number its unit"),
    ("per_year(member.wage) < member.wage", "CNY/person/year and CNY/person/month", "use per_month() or per_year()"),
    ("months_between(household.moved, on) >= 3", "month and a plain number", "3 * month"),
    ("months_between(household.moved, on) > age(member.birth_date, on)", "month and year", "per_month() or per_year()"),
    ("days_between(household.moved, on) > 3 * month", "day and month", "Check what each side measures"),
    ("household.rent < 100 * CNY", "CNY/household/month and CNY together", "100 * CNY / month"),
    ("max((m.wage for m in adults), default=5)", "max() puts CNY/person/month and a plain number", "its unit"),
    ("household.rent if household.coastal else household.rooms", "if/else puts", "Give the bare number"),
    ("min(household.rent, line)", "min() puts CNY/household/month and CNY/person/month", "count(members)"),
    ("household.moved + 3", "a date is moved by a plain number", "Write 3 * month"),
    ("household.moved + 3 * CNY", "a date is moved by CNY", "days, working days, months or years"),
    ("household.moved - 5 * working_day", "working days are counted forward only", "from the earlier date"),
    ("per_month(member.wage)", "per_month() of CNY/person/month", "something measured per year"),
    ("per_month(5)", "per_month() of a plain number", "something measured per year"),
    # Types that do not go together.
    ("household.rent == household.coastal", "CNY/household/month and yes or no", ""),
    ("household.coastal == 1", "yes or no and a plain number", ""),
    ("household.moved == 5", "a date and a plain number", ""),
    ("household.rooms * household.coastal", "a part of a product is yes or no", ""),
    ("-household.coastal", "what stands after - is yes or no", ""),
    ("not household.rent", "`household.rent` is CNY/household/month", "yes or no"),
    ("household.coastal and household.rooms", "`household.rooms` is a plain number", "yes or no"),
    ("household.rent if household.rooms else 0", "`household.rooms` is a plain number", "yes or no"),
    ("household.residence < urban", "cannot be put in order with <", "== or !="),
    ("household.moved + household.moved", "a date can only be moved by a span", "months_between or days_between"),
    ("household.moved - household.moved", "a date can only be moved by a span", "months_between or days_between"),
    ("3 * month + household.moved", "a date can only be moved by a span", "date + 3 * month"),
    ("age(on, 5)", "an argument of age() is a plain number", "a date"),
    ("round(household.coastal, 1, up)", "what is rounded is yes or no", ""),
    ("any(m.wage for m in members)", "`m.wage` is CNY/person/month", "yes or no"),
    ("sum([1, 2])", "`1` is a plain number", "yes or no"),
    # Values of enumerations.
    ("household.residence == city", "nothing is called city", "urban, rural"),
    ("city == household.residence", "nothing is called city", "urban, rural"),
    ("household.residence in [urban, city]", "nothing is called city", "urban, rural"),
    ('household.residence == "city"', "'city' is not one of the values", "urban, rural"),
    ("member.level == household.residence", "never the same", "low, high"),
    ("line[city]", "nothing is called city", "urban, rural"),
    ("rate[medium]", "nothing is called medium", "low, high"),
    ("reading.tide == middle", "nothing is called middle", "high, low"),
    ("household.residence in [urban, household.residence]", "fixed values only", "Use == and `or`"),
    # Names.
    ("household.rnt", "household has no rnt", "Did you mean rent?"),
    ("incom", "nothing is called incom", "Did you mean income?"),
    ("m.wage", "nothing is called m.wage", "Did you mean member.wage?"),
    ("member", "member is an item, not a value", "member.x"),
    ("household.own", "own is said of each member", "member"),
    ("member.income", "income is not said of each member", "Write income alone"),
    ("finding.none_such", "there is no finding none_such", "findings:"),
    ("reading.ebb == high", "there is no reading ebb", ""),
    ("grant.nothing", "nothing is called grant.nothing", ""),
    ("paid(grant.nothing)", "there is no rule grant.nothing", "a rule such as"),
    ("paid(5)", "paid() takes the name of a rule", "paid(startup.rent)"),
    ("10 * week", "nothing is called week", ""),
    ("on.weekday", "nothing is called on.weekday", ""),
    ("household.rent.year", "household has no rent.year", ""),
    ("line[urban, rural]", "2 keys", "1"),
    ("flat[urban]", "flat has no keys", "Write flat alone"),
    ("rate", "rate has values by key", "Write rate[key]"),
    ("household.rent[0]", "household.rent is not a parameter with keys", ""),
    ("members[0]", "members is not a parameter with keys", ""),
    # Dates.
    ("2018-10-30", "the day 2018-10-30", "Write date(2018, 10, 30)"),
    ("on - 2018-10-30", "the day 2018-10-30", "Write date(2018, 10, 30)"),
    ("date(2023, 2, 29)", "there is no such date", ""),
    ("date(2024, 13, 1)", "there is no such date", ""),
    ("date(on.year, 2, 29)", "29 February of a computed year", "last day of February"),
    ("date(on.year, 2, 30)", "there is no such date", ""),
    ("date(2024, on.month, 1)", "month and day of date() are not fixed", ""),
    ("date(2024, 1)", "date() with 2 arguments", "date(year, month, day)"),
    ("months_between(household.left, on)", "a date that may be none is measured", "is not none and"),
    ("household.left is none and months_between(household.left, on) > 0", "may be none is measured", ""),
    ("household.moved is none", "a date and never none", ""),
    ("household.coastal is none", "yes or no and never none", ""),
    ("household.left is not None", "`is` is only for `is none`", ""),
    ("household.left is 5", "`is` is only for `is none`", ""),
    ("household.moved in on", "after `in` stands a list in brackets or a period", ""),
    ("household.moved in period(on)", "period() with 1 argument", "2, as in period(first_day, last_day)"),
    ("season", "a period stands where one value is needed", "length()"),
    ("length(season)", "length() takes a period and a unit", "length(window, month)"),
    ("length(season, week)", "length() takes a period and a unit", ""),
    ("length(on, month)", "length() measures a period", ""),
    # Lists.
    ("members", "a list stands where one value is needed", "sum(), count()"),
    ("sum(members)", "sum() needs a value for each item", "sum(m.x for m in ...)"),
    ("sum(household.rent)", "`household.rent` is not a list", "for m in members"),
    ("max([1, 2])", "`1` is a plain number", ""),
    ("count([])", "count() of an empty list", ""),
    ("max(m.wage for m in adults)", "max() of a list that may be empty", "default=0"),
    ("min(j.pay for j in member.jobs)", "min() of a list that may be empty", "default=0"),
    ("any(m for m in members)", "m is an item, not a value", "m.x"),
    ("sum(j.pay for m in members for j in m.jobs)", "one `for` with one name", "Define the inner list"),
    ("sum(m.wage for m, n in members)", "one `for` with one name", ""),
    ("first(member.jobs)", "first() must be followed by a field", ""),
    ("first(member.jobs).pay", "first() of a list that may be empty", "default="),
    ("first(members).birth_date", "members is not ordered", "ordered_by:"),
    ("latest(j.begun for j in member.jobs).begun", "latest() takes a list of items", ""),
    ("latest(member.jobs, 1).begun", "latest() takes one list", ""),
    # Functions.
    ("foo(1)", "there is no function foo()", "The functions are age, all, any"),
    ("len(members)", "there is no function len()", "The functions are"),
    ("household.rent.foo()", "`household.rent.foo` cannot be called", "The functions are"),
    ("round(household.rent)", "round() without step and direction", "round(x, 0.01, half_up)"),
    ("round(household.rent, 0.01)", "round() without step and direction", "round(x, 0.01, half_up)"),
    ("round(household.rent, 0.01, nearest)", "the direction nearest", "up, down or half_up"),
    ("round(household.rent, 0, up)", "the step of round() is not a positive number", ""),
    ("round(household.rent, -1, up)", "the step of round() is not a positive number", ""),
    ("round(household.rent, household.rooms, up)", "the step of round() is not a positive number", ""),
    ("floor()", "floor() with 0 arguments", "1"),
    ("age(birth=on)", "age() is called in a way", ""),
    ("sum(*members)", "sum() is called in a way", ""),
    ("max(1, 2, key=3)", "max() is called in a way", ""),
    ("max(1, 2, default=3)", "max() takes no named arguments", ""),
    # Numbers.
    ("household.rooms % 2", "% stands between two values", "30%"),
    ("5 % household.rooms", "% stands between two values", "30%"),
    ("5%household.rooms", "% stands between two values", "30%"),
    ("5%(household.rooms)", "% stands between two values", "30%"),
    ("1234567890123456789012345", "the number 1234567890123456789012345", "at most 24"),
    ("1_000", "the number 1_000", "plain digits"),
    ("0x10", "the number 0x10", "plain digits"),
    ("1e5", "the number 1e5", "plain digits"),
    (".5", "the number .5", "plain digits"),
    ("1j", "`1j` is not a value of the language", ""),
    ("1 / 0", "a division by zero", ""),
    ("household.rooms ** 2", "the operator in `household.rooms ** 2` is not part", ""),
    ("household.rooms // 2", "the operator in `household.rooms // 2` is not part", ""),
    ("household.rooms & 1", "the sign &", "Write and"),
    # Ways out of the language.
    ("household.__class__", "'__class__' begins with an underscore", "Only declared names"),
    ("_x", "'_x' begins with an underscore", ""),
    ("().__class__", "has no such part", ""),
    ("(1).real", "has no such part", ""),
    ("'x'.join", "has no such part", ""),
    ('__import__("os")', "there is no function __import__()", ""),
    ("_percent(5)", "the name _percent is reserved", ""),
    ("lambda: 1", "is not part of the language (Lambda)", "Names, numbers"),
    ("(lambda: 1)()", "`lambda: 1` cannot be called", ""),
    ("[x for x in members for y in x.jobs]", "one `for` with one name", ""),
    ("[m.wage for m in members]", "a list keeps whole items", ""),
    ("{m for m in members}", "(SetComp)", ""),
    ("{1: 2}", "(Dict)", ""),
    ('f"{household.rent}"', "(JoinedStr)", ""),
    ("(x := 1)", "(NamedExpr)", ""),
    ("await x", "(Await)", ""),
    ("yield x", "(Yield)", ""),
    ("[1, 2]", "(List)", ""),
    ("(1, 2)", "(Tuple)", ""),
    ("...", "is not a value of the language", ""),
    ('b"x"', "is not a value of the language", ""),
    ("None", "None is Python's word", "is none"),
    ("+household.rent", "(UnaryOp)", ""),
    ("~household.rooms", "(UnaryOp)", ""),
    ("household.ｒent", "ｒent", "plain letters"),
    # What is no expression at all.
    ("", "an empty expression", "leave the key out"),
    ("   ", "an empty expression", ""),
    ("household.coastal and", "is not an expression", ""),
    ("((household.rent)", "'(' was never closed", ""),
    ("household.rent = 5", "is not an expression: = compares nothing", "Write =="),
    ("household.rent; 1", "is not an expression", ""),
    ("import os", "is not an expression", ""),
    ("x if household.coastal", "expected 'else'", ""),
    ("a\x00b", "is not an expression", ""),
    ("household.rent\x07", "is not an expression", ""),
    ("household.rent # a note", "is not an expression", ""),
    # Size and depth.
    ("x" * 4001, "an expression of 4001 characters", "at most 4000"),
    ("(" * 10_000 + "1" + ")" * 10_000, "an expression of 20001 characters", "at most 4000"),
    ("(" * 61 + "1" + ")" * 61, "brackets nested 61 deep", "at most 60"),
    ("[" * 1900 + "]" * 1900, "brackets nested 1900 deep", "at most 60"),
    ("not " * 900 + "true", "nested", ""),
    ("-" * 3000 + "1", "nested", ""),
    ("+".join(["1"] * 1500), "nested", ""),
    ("household" + ".a" * 500, "nested", ""),
    ("1 if true else " * 100 + "1", "nested", ""),
]


@pytest.mark.parametrize(("text", "found", "more"), REFUSED, ids=[text[:40] or "empty" for text, _, _ in REFUSED])
def test_what_is_not_in_the_language_is_refused(in_member: Names, text: str, found: str, more: str) -> None:
    with pytest.raises(ExpressionError) as error:
        expressions.read_value(text, in_member)
    assert found in error.value.found
    assert more in said(error.value)


def test_a_finding_about_a_member_needs_a_member(in_household: Names, in_member: Names) -> None:
    assert expressions.read_value("finding.frail", in_member) == expressions.read_value(
        "member.finding.frail", in_member
    )
    with pytest.raises(ExpressionError, match="is about a member") as error:
        expressions.read_value("finding.frail", in_household)
    assert error.value.hint == "Write m.finding.frail for a member m."


def test_what_is_said_of_each_member_needs_one(in_household: Names) -> None:
    with pytest.raises(ExpressionError, match="own is said of each member") as error:
        expressions.read_value("own", in_household)
    assert error.value.hint == "Write any(m.own for m in ...) or sum(...)."


def test_many_conditions_side_by_side_are_not_deep(value: Callable[[str], Any]) -> None:
    assert value(" and ".join(["household.coastal"] * 150)) is True


def test_lines_of_a_folded_text_are_one_expression(value: Callable[[str], Any]) -> None:
    assert value("household.coastal\n  and household.rooms\n  == 3\n") is True


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("household.coastal and incom > 5", 22),
        ("(household.rent) < 5 * CNY / month + lin", 37),
        ("sum(m.wge for m in members)", 4),
        ("30% * lin", 6),
    ],
)
def test_an_error_points_at_its_column(in_household: Names, text: str, column: int) -> None:
    with pytest.raises(ExpressionError) as error:
        expressions.read_value(text, in_household)
    assert error.value.column == column


@pytest.mark.parametrize("text", ["true", "household.rent", "(members)", "household.moved + 1 * month"])
def test_reading_twice_gives_the_same(in_household: Names, text: str) -> None:
    assert expressions.read(text, in_household) == expressions.read(text, in_household)


@pytest.mark.parametrize("text", ["1" * 60_000, "1." * 30_000, "1%" + " " * 60_000 + "(", "1" * 60_000 + " per"])
def test_long_runs_of_digits_take_no_more_than_their_length(text: str) -> None:
    from aidrules.language.expressions import slips, syntax

    started = time.process_time()
    syntax._PERCENT.search(text), syntax._PERCENT_OR_QUOTED.search(text)
    slips.unread(text[:60_000]), slips.refuse_signs(text[:60_000])
    assert time.process_time() - started < 1
