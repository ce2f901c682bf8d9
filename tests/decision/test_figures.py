"""Numbers, amounts, units and dates in words."""

from __future__ import annotations

import doctest
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from aidrules.decision import figures
from aidrules.decision.figures import Lang, date_text, money, month_text, number_text, places, quantity_text
from aidrules.language.units import Unit


def test_examples_in_the_module_hold() -> None:
    assert doctest.testmod(figures).failed == 0


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (Fraction(500), "500", "500"),
        (Fraction(1_234_567), "1234567", "1234567"),
        (Fraction(2799, 4), "699.75", "699.75"),
        (Fraction(1, 1000), "0.001", "0.001"),
        (Fraction(-3, 2), "−1.5", "−1.5"),
        (Fraction(2000, 3), "约666.67", "about 666.67"),
        (Fraction(-1000, 3), "约−333.33", "about −333.33"),
        (Fraction(1, 3000), "约0.00", "about 0.00"),
    ],
)
def test_numbers(number: Fraction, zh: str, en: str) -> None:
    assert (number_text(number, "zh"), number_text(number, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("number", "unit", "zh", "en"),
    [
        (Fraction(700), "CNY/person/month", "700元/人/月", "700 yuan per person per month"),
        (Fraction(600), "CNY/household/month", "600元/月", "600 yuan per month"),
        (Fraction(7260), "CNY/person/year", "7260元/人/年", "7260 yuan per person per year"),
        (Fraction(5), "EUR", "5欧元", "5 euros"),
        (Fraction(9), "person*person", "9人²", "9 persons²"),
        (Fraction(5), "XTS", "5XTS", "5 XTS"),
        (Fraction(1), "month", "1个月", "1 month"),
        (Fraction(6), "month", "6个月", "6 months"),
        (Fraction(30), "working_day", "30个工作日", "30 working days"),
        (Fraction(3), "person/household", "3人", "3 persons"),
        (Fraction(2), "term", "2个学期", "2 terms"),
        (Fraction(2), "1", "2", "2"),
        (Fraction(4000), "CNY/episode", "4000元/次", "4000 yuan per episode"),
    ],
)
def test_quantities(number: Fraction, unit: str, zh: str, en: str) -> None:
    measured = Unit.parse(unit, ("term", "episode"))
    assert (quantity_text(number, measured, "zh"), quantity_text(number, measured, "en")) == (zh, en)


def test_an_amount_to_be_paid_shows_its_decimals() -> None:
    assert quantity_text(Fraction(740), Unit.parse("CNY"), "zh", places("CNY")) == "740.00元"
    assert quantity_text(Fraction(1481, 2), Unit.parse("CNY"), "en", 2) == "740.50 yuan"


@pytest.mark.parametrize(
    ("number", "currency", "amount"),
    [
        (Fraction(740), "CNY", Decimal("740.00")),
        (Fraction(1, 100), "CNY", Decimal("0.01")),
        (Fraction(1, 1000), "CNY", None),
        (Fraction(740), "JPY", Decimal("740")),
        (Fraction(1, 2), "JPY", None),
    ],
)
def test_what_can_be_paid_out(number: Fraction, currency: str, amount: Decimal | None) -> None:
    assert money(number, currency) == amount
    assert amount is None or str(money(number, currency)) == str(amount)


@pytest.mark.parametrize(
    ("lang", "day", "month"), [("zh", "2024年2月29日", "2024年2月"), ("en", "29 February 2024", "February 2024")]
)
def test_dates(lang: Lang, day: str, month: str) -> None:
    assert (date_text(date(2024, 2, 29), lang), month_text(date(2024, 2, 29), lang)) == (day, month)
