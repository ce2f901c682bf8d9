"""Building core expressions: which units and types go together, and what a literal becomes where it stands."""

from __future__ import annotations

from fractions import Fraction

import pytest

from aidrules.language import build, core
from aidrules.language.build import ExpressionError
from aidrules.language.core import BOOL, DATE, OPTIONAL_DATE, Type
from aidrules.language.units import PLAIN, Unit


def unit(text: str) -> Unit:
    return Unit.parse(text, ("claim", "term")) if text else PLAIN


def fact(text: str) -> core.Fact:
    return core.Fact("household", "x", Type("number", unit(text)), Fraction(0), Fraction(9))


def amount(number: int, text: str) -> core.Const:
    """A literal such as `100 * CNY / month`, which takes its subject from where it stands."""
    return core.Const(Fraction(number), Type("number", unit(text), flexible=True))


FLAG = core.Fact("household", "flag", BOOL)
DAY = core.Fact("household", "day", DATE)
MAYBE = core.Fact("household", "maybe", OPTIONAL_DATE)


@pytest.mark.parametrize(
    ("left", "right", "together"),
    [
        (fact("CNY/person/month"), fact("CNY/person/month"), "CNY/person/month"),
        (fact("CNY/person/month"), amount(5, "CNY/month"), "CNY/person/month"),
        (amount(5, "CNY"), fact("CNY/claim"), "CNY/claim"),
        (amount(5, "CNY"), amount(5, "CNY"), "CNY"),
        (fact("CNY/term"), build.number(0), "CNY/term"),
        (build.number(0), fact("month"), "month"),
        (fact("person/household"), build.number(2), "person/household"),
        (fact("year"), build.number(18), "year"),
        (fact("claim/person"), build.number(2), "claim/person"),
        (fact(""), build.number(2), "1"),
        (fact("month"), build.number(2, unit("month")), "month"),
    ],
)
def test_numbers_of_one_measure_go_together(left: core.Expr, right: core.Expr, together: str) -> None:
    for one, other in ((left, right), (right, left)):
        assert str(build.add(one, other).type.unit) == together
        assert build.compare("<", one, other).type == BOOL
        assert str(build.extreme("max", (one, other)).type.unit) == together
        assert str(build.choose(FLAG, one, other).type.unit) == together


@pytest.mark.parametrize(
    ("left", "right", "hint"),
    [
        (fact("CNY/person/month"), fact("CNY/household/month"), "multiply by or divide by count(members)"),
        (fact("CNY/person/month"), fact("CNY/person/year"), "per_month() or per_year()"),
        (fact("CNY/person/month"), fact("CNY/person"), "a sum: write 100 * CNY / month"),
        (fact("CNY/person/month"), amount(5, "CNY"), "a sum: write 100 * CNY / month"),
        (fact("CNY/person/month"), build.number(5), "Give the bare number its unit"),
        (fact("month"), build.number(5), "3 * month"),
        (fact("day"), build.number(5), "3 * month"),
        (fact("CNY/person"), fact("month"), "Check what each side measures"),
        (fact("CNY/claim"), fact("CNY/term"), "Check what each side measures"),
        (fact("CNY"), core.Const(Fraction(5), Type("number", unit("USD"), flexible=True)), "Check what"),
    ],
)
def test_numbers_of_different_measures_do_not(left: core.Expr, right: core.Expr, hint: str) -> None:
    for one, other in ((left, right), (right, left)):
        for together in (build.add, build.subtract, lambda a, b: build.compare("==", a, b)):
            with pytest.raises(ExpressionError) as error:
                together(one, other)
            assert f"{one.type} and {other.type} together" in error.value.found
            assert hint in str(error.value.hint)


def test_the_unit_of_a_product_and_of_a_quotient_follows() -> None:
    per_person, persons = fact("CNY/person/month"), fact("person/household")
    assert str(build.multiply(per_person, persons).type.unit) == "CNY/household/month"
    assert str(build.divide(fact("CNY/household/month"), persons).type.unit) == "CNY/person/month"
    assert build.divide(per_person, per_person).type.unit == PLAIN
    assert build.multiply(build.multiply(per_person, persons), per_person) == core.Mul(
        (per_person, persons, per_person), Type("number", unit("CNY*CNY/household/month/person/month"))
    )


@pytest.mark.parametrize(
    ("value", "wanted", "fits"),
    [
        (fact("CNY/person"), "CNY/person", True),
        (fact("CNY/household"), "CNY/person", False),
        (amount(5, "CNY"), "CNY/person", True),
        (amount(5, "CNY/month"), "CNY/person", False),
        (amount(5, "CNY/month"), "CNY/claim/month", True),
        (build.number(0), "CNY/claim/month", True),
        (build.number(5), "CNY", False),
        (build.number(5), "person", True),
        (build.number(5), "month", False),
        (build.number(5), "year", True),
        (fact(""), "person", False),
        (FLAG, "CNY", False),
    ],
)
def test_an_amount_takes_the_unit_of_its_place_or_is_refused(value: core.Expr, wanted: str, fits: bool) -> None:
    if fits:
        assert build.as_amount(value, unit(wanted), "it").type == Type("number", unit(wanted))
        return
    with pytest.raises(ExpressionError, match="it is"):
        build.as_amount(value, unit(wanted), "it")


@pytest.mark.parametrize("op", ["<", "<=", ">", ">=", "=="])
def test_a_date_that_is_none_is_not_before_after_or_on_another(op: str) -> None:
    compared = build.compare(op, MAYBE, DAY)
    assert isinstance(compared, core.And)
    assert compared.items[0] == core.Not(core.IsNone(MAYBE))


def test_a_date_that_is_none_differs_from_every_other() -> None:
    assert isinstance(build.compare("!=", MAYBE, DAY), core.Not)
    assert build.compare("!=", DAY, DAY) == core.Compare("!=", DAY, DAY)


def test_what_is_settled_already_is_not_asked() -> None:
    assert build.choose(core.TRUE, DAY, MAYBE) == DAY
    assert build.choose(core.FALSE, DAY, MAYBE) == MAYBE
    assert build.choose(FLAG, FLAG, core.FALSE) == core.And((FLAG, FLAG))
    assert build.choose(FLAG, core.TRUE, FLAG) == core.Or((FLAG, FLAG))
    assert core.conjunction() == core.conjunction(core.TRUE) == core.TRUE
    assert core.conjunction(FLAG, core.FALSE) == core.FALSE
    assert core.conjunction(core.TRUE, FLAG) == FLAG
    assert core.conjunction(core.And((FLAG, DAY)), MAYBE) == core.And((FLAG, DAY, MAYBE))
    assert core.disjunction(FLAG, core.FALSE) == FLAG
    assert core.disjunction(FLAG, core.TRUE) == core.TRUE
    assert core.negation(core.negation(FLAG)) == FLAG
    assert core.negation(core.TRUE) == core.FALSE


def test_two_sides_are_of_one_type_and_an_optional_date_stays_optional() -> None:
    assert build.choose(FLAG, DAY, MAYBE).type.optional
    with pytest.raises(ExpressionError, match="the two sides of if/else are a date and yes or no"):
        build.choose(FLAG, DAY, FLAG)
    with pytest.raises(ExpressionError, match="the condition is a date"):
        build.choose(DAY, FLAG, FLAG)


def test_the_options_of_two_enumerations_are_put_together() -> None:
    a, b = (core.Const(text, Type("enum", options=(text, "c"))) for text in ("a", "b"))
    assert build.choose(FLAG, a, b).type.options == ("a", "c", "b")


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        ("CNY/household", "CNY/person", True),
        ("CNY/person/month", "CNY/household/month", True),
        ("CNY/person/person", "CNY/person", False),
        ("CNY", "CNY/person", False),
        ("CNY", "CNY/household", False),
        ("person", "household", False),
    ],
)
def test_to_count_the_members_is_advised_between_person_and_household_alone(left: str, right: str, told: bool) -> None:
    with pytest.raises(ExpressionError) as error:
        build.compare("<", fact(left), fact(right))
    assert ("divide by count(members)" in str(error.value.hint)) is told
