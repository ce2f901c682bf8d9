"""Numbers, amounts, units and dates as readers of Chinese and of English write them; nothing is rounded unsaid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from aidrules.language.counting import Measures
from aidrules.language.units import PLAIN, TIME, Unit, decimal_text

Lang = Literal["zh", "en"]

_CURRENCIES = {
    "CNY": ("元", "yuan"),
    "EUR": ("欧元", "euros"),
    "GBP": ("英镑", "pounds"),
    "JPY": ("日元", "yen"),
    "USD": ("美元", "US dollars"),
}
MEASURES = {  # as a quantity in Chinese, below a line in Chinese, singular and plural in English
    "person": ("人", "人", "person", "persons"),
    "household": ("户", "户", "household", "households"),
    "day": ("天", "天", "day", "days"),
    "working_day": ("个工作日", "工作日", "working day", "working days"),
    "month": ("个月", "月", "month", "months"),
    "year": ("年", "年", "year", "years"),
    "term": ("个学期", "学期", "term", "terms"),
    "episode": ("次", "次", "episode", "episodes"),
}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

MINOR_UNIT = {"JPY": 0, "KRW": 0, "VND": 0}
"""Decimals of the currencies that do not have two."""

MOST_PAID = 2**63 - 1
"""The greatest amount that can be told, in the currency's smallest unit: what a column of whole numbers holds."""


def places(currency: str) -> int:
    """How many decimals a currency's payable amounts have."""
    return MINOR_UNIT.get(currency, 2)


def exact_text(number: Fraction) -> str:
    """A number for machines: a decimal where it has a finite one, else a fraction.

    >>> exact_text(Fraction(2799, 4)), exact_text(Fraction(1000, 3))
    ('699.75', '1000/3')
    """
    return decimal_text(number)


def money(number: Fraction | Decimal | int, currency: str = "CNY") -> Decimal | None:
    """A payable amount as a decimal with the currency's decimals; None if it is not whole in its minor unit.

    >>> money(Fraction(740)), money(Fraction(1, 3))
    (Decimal('740.00'), None)
    """
    digits = places(currency)
    scaled = Fraction(number) * 10**digits
    if scaled.denominator != 1:
        return None
    return shifted(scaled.numerator, digits)


def shifted(whole: int, digits: int) -> Decimal:
    """A count of the smallest unit as an amount, whatever precision the caller's decimal context has.

    >>> shifted(108720, 2)
    Decimal('1087.20')
    """
    return Decimal((int(whole < 0), tuple(int(digit) for digit in str(abs(whole))), -digits))


def number_text(number: Fraction, lang: Lang, fewest: int = 0, cut: int = 2) -> str:
    """A number for readers; one without a finite decimal form is cut at two decimals, or as told, and says so.

    >>> number_text(Fraction(1000, 3), "en"), number_text(Fraction(1000, 3), "zh"), number_text(Fraction(500), "zh")
    ('about 333.33', '约333.33', '500')
    """
    text = decimal_text(number)
    if "/" in text:
        scale = 10**cut
        steps = (abs(number.numerator) * 2 * scale // number.denominator + 1) // 2
        sign = "−" if number < 0 else ""
        short = f"{sign}{steps // scale}.{steps % scale:0{cut}d}"
        return f"约{short}" if lang == "zh" else f"about {short}"
    if fewest:
        whole, _, digits = text.partition(".")
        text = f"{whole}.{digits.ljust(fewest, '0')}"
    return text.replace("-", "−")


def unit_text(unit: Unit, lang: Lang, number: Fraction | None = None, own: Measures = ()) -> str:
    """A unit in words: `元/人/月`, `yuan per person per month`; a household in the denominator is not said.

    Args:
        unit: the unit.
        lang: the language of the words.
        number: what stands before it, which may be one.
        own: what a pack calls its counting units.

    >>> unit_text(Unit.parse("CNY/person/month"), "zh"), unit_text(Unit.parse("CNY/household/month"), "en")
    ('元/人/月', 'yuan per month')
    >>> unit_text(Unit.of({"person": 2}), "zh"), unit_text(Unit.of({"person": 2}), "en")
    ('人²', 'persons²')
    """
    return _unit_words(unit, lang, number == 1, own)


@lru_cache(maxsize=1024)
def _unit_words(unit: Unit, lang: Lang, one: bool, own: Measures) -> str:
    """A unit in words, beside the number one or another."""
    above = [(name, power) for name, power in unit.powers if power > 0]
    below = [(name, power) for name, power in unit.powers if power < 0 and name != "household"]
    below.sort(key=lambda item: (item[0] in (*TIME, "term"), item[0]))
    alone = not below and len(above) == 1
    raised = {name: str(power).translate(_RAISED) for name, power in above if power > 1}
    head = [_above(name, lang, alone, one, own) + raised.get(name, "") for name, _ in above]
    tail = [_below(name, lang, own) for name, power in below for _ in range(-power)]
    if lang == "zh":
        return "/".join(["·".join(head), *tail]) if head or not tail else "每" + "/".join(tail)
    return " ".join([*head, *(f"per {name}" for name in tail)])


def _above(name: str, lang: Lang, alone: bool, one: bool, own: Measures) -> str:
    if name in _CURRENCIES:
        return _CURRENCIES[name][lang == "en"]
    quantity, short, single, many = _called(name, own)
    if lang == "zh":
        return quantity if alone else short
    return single if one else many


def _below(name: str, lang: Lang, own: Measures) -> str:
    if name in _CURRENCIES:
        return _CURRENCIES[name][lang == "en"]
    _, short, one, _ = _called(name, own)
    return short if lang == "zh" else one


def _called(name: str, own: Measures) -> tuple[str, str, str, str]:
    """What a unit is called; its id where nobody says."""
    spoken = name.replace("_", " ")
    return dict(own).get(name) or MEASURES.get(name) or (name, name, spoken, spoken)


def telling_decimals(difference: Fraction) -> int:
    """How many decimals two numbers need so that readers see that they differ by this much; two at least.

    >>> telling_decimals(Fraction(1, 3)), telling_decimals(Fraction(1, 1200))
    (2, 4)
    """
    cut = 2
    while abs(difference) * 10**cut < 1:
        cut += 1
    return cut


def quantity_text(number: Fraction, unit: Unit, lang: Lang, fewest: int = 0, cut: int = 2, own: Measures = ()) -> str:
    """A number with its unit, `500元/人/月`, `500 yuan per person per month`, `6 months`.

    >>> quantity_text(Fraction(6), Unit.parse("month"), "zh"), quantity_text(Fraction(1), Unit.parse("month"), "en")
    ('6个月', '1 month')
    """
    text = number_text(number, lang, fewest, cut)
    if unit == PLAIN:
        return text
    words = unit_text(unit, lang, number, own)
    return f"{text}{words}" if lang == "zh" else f"{text} {words}".rstrip()


def is_wide(apart: Fraction | Decimal) -> bool:
    """Whether bounds are so far apart that they are those of a fact or parameter, and say nothing about the case."""
    return apart > 1_000_000


def date_text(day: date, lang: Lang) -> str:
    """A date in words.

    >>> date_text(date(2025, 6, 1), "zh"), date_text(date(2025, 6, 1), "en")
    ('2025年6月1日', '1 June 2025')
    """
    if lang == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def month_text(day: date, lang: Lang) -> str:
    """A month in words.

    >>> month_text(date(2024, 4, 1), "zh"), month_text(date(2024, 4, 1), "en")
    ('2024年4月', 'April 2024')
    """
    return f"{day.year}年{day.month}月" if lang == "zh" else f"{MONTHS[day.month - 1]} {day.year}"
