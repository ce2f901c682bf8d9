"""Units of measure and quantities: what `CNY/person/month` means, and exact conversion between units."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from aidrules.language.hints import SPOKEN_NUMBER, in_digits, unit_meant

TIME = ("year", "month", "day", "working_day")
BASE = ("person", "household", *TIME)
_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}\Z")
_NUMBER = re.compile(r"[+-]?\d{1,24}(\.\d{1,12})?\Z", re.ASCII)


_LOOSE = re.compile(r"([+-]?[\d.]+%?)\s*([^\s\d.%*()+-]*)\Z", re.ASCII)
"""A number and a unit as people write them: without a space between, or with the unit in Chinese."""
_THOUSANDS = re.compile(r"(?<=\d)[,_](?=\d{3}(?!\d))")


class UnitError(ValueError):
    """A unit that cannot be read, or two units that do not go together.

    Attributes:
        hint: what to write instead, if it can be said.
    """

    def __init__(self, found: str, hint: str | None = None) -> None:
        super().__init__(found)
        self.hint = hint


def is_currency(name: str) -> bool:
    """Whether a base unit is a currency code of ISO 4217 form.

    >>> is_currency("CNY"), is_currency("person")
    (True, False)
    """
    return _CURRENCY.match(name) is not None


@dataclass(frozen=True)
class Unit:
    """A product of base units with whole exponents, such as CNY^1 person^-1 month^-1.

    Attributes:
        powers: base unit and exponent, sorted by name, without zero exponents.
    """

    powers: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, powers: Mapping[str, int]) -> Unit:
        """Build from a mapping of base units to exponents; zero exponents drop out."""
        return cls(tuple(sorted((name, power) for name, power in powers.items() if power)))

    @classmethod
    def parse(cls, text: str, known: Iterable[str] = ()) -> Unit:
        """Read `CNY/person/month`, `month` or `person*month`; an empty text or `1` is a plain number.

        Args:
            text: the unit as written.
            known: counting units a pack declares beside the built-in ones.

        Raises:
            UnitError: a base unit that neither the language nor the pack knows.
        """
        allowed = {*BASE, *known}
        known_units = ", ".join(sorted(allowed))
        powers: dict[str, int] = {}
        for index, group in enumerate(text.replace(" ", "").split("/")):
            for name in group.split("*"):
                if name in ("", "1") and index == 0:
                    continue
                if name == "%":
                    raise UnitError("% is a way to write a number (10% is 0.1), not a unit; leave the unit out")
                if not _NAME.match(name) or (name not in allowed and not is_currency(name)):
                    meant = unit_meant(name[:40], allowed)
                    own = "Declare a counting unit of the pack's own under units:" if _NAME.match(name) else None
                    hint = f"Did you mean {meant}?" if meant else own
                    raise UnitError(f"unknown unit {name[:40]!r}; known are {known_units} and currency codes", hint)
                powers[name] = powers.get(name, 0) + (1 if index == 0 else -1)
        return cls.of(powers)

    def __mul__(self, other: Unit) -> Unit:
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, 0) + power
        return Unit.of(powers)

    def __truediv__(self, other: Unit) -> Unit:
        return self * Unit(tuple((name, -power) for name, power in other.powers))

    @cached_property
    def currency(self) -> str | None:
        """The currency code in the numerator, if any."""
        return next((name for name, power in self.powers if is_currency(name) and power == 1), None)

    def power(self, name: str) -> int:
        """The exponent of one base unit."""
        return next((power for base, power in self.powers if base == name), 0)

    def without(self, *names: str) -> Unit:
        """The same unit with some base units left out."""
        return Unit(tuple((name, power) for name, power in self.powers if name not in names))

    def __str__(self) -> str:
        above = [name for name, power in self.powers for _ in range(power)]
        below = [name for name, power in sorted(self.powers, key=_below_order) for _ in range(-power)]
        return "/".join(["*".join(sorted(above, key=lambda n: (not is_currency(n), n))) or "1", *below])


def _below_order(item: tuple[str, int]) -> tuple[bool, str]:
    return (item[0] in TIME, item[0])


PLAIN = Unit()


@dataclass(frozen=True, slots=True)
class Quantity:
    """An exact number with its unit.

    >>> str(Quantity.parse("7260 CNY/person/year"))
    '7260 CNY/person/year'
    """

    number: Fraction
    unit: Unit

    @classmethod
    def parse(cls, text: str, known: Iterable[str] = ()) -> Quantity:
        """Read a number with an optional unit: `832`, `7260 CNY/person/year`, `12.5%`, `3 month`.

        Raises:
            UnitError: the number or the unit cannot be read.
        """
        head, _, tail = text.strip().partition(" ")
        digits, percent = (head[:-1], True) if head.endswith("%") else (head, False)
        if not _NUMBER.match(digits):
            shown = text if len(text) <= 60 else f"{text[:57]}..."
            hint = written_plainly(text, known)
            raise UnitError(f"{shown!r} is not a number; write digits with at most 12 decimals, then the unit", hint)
        number = Fraction(digits) / (100 if percent else 1)
        try:
            return cls(number, Unit.parse(tail.strip(), known))
        except UnitError as error:
            raise UnitError(str(error), error.hint or written_plainly(text, known)) from None

    def to(self, unit: Unit) -> Quantity:
        """Convert exactly between per-year and per-month (or years and months).

        Raises:
            UnitError: the units measure different things.
        """
        if self.unit == unit:
            return self
        if self.unit.without("year", "month") != unit.without("year", "month"):
            raise UnitError(f"{self} is not measured in {unit}")
        months = unit.power("month") - self.unit.power("month")
        if self.unit.power("year") + self.unit.power("month") != unit.power("year") + unit.power("month"):
            raise UnitError(f"{self} is not measured in {unit}")
        return Quantity(self.number * Fraction(12) ** months, unit)

    def __str__(self) -> str:
        text = decimal_text(self.number)
        return text if not self.unit.powers else f"{text} {self.unit}"


def written_plainly(text: str, known: Iterable[str] = ()) -> str | None:
    """A hint with the quantity that a text stands for, if that can be told.

    >>> written_plainly("20个工作日"), written_plainly("1,832 CNY"), written_plainly("1.5 万元"), written_plainly("ten")
    ('Write 20 working_day', 'Write 1832 CNY', 'Write 15000 CNY', None)
    """
    meant = _meant(text, known)
    return f"Write {' '.join(filter(None, meant))}" if meant else None


def written_in(unit: Unit, text: str, known: Iterable[str] = ()) -> str | None:
    """A hint with a figure as it is written where `unit` is meant unless another one is named.

    >>> price = Unit.parse("CNY/person/month")
    >>> written_in(price, "1030元"), written_in(price, "7260元/年"), written_in(price, "20 day")
    ('Write 1030 alone: it is measured in CNY/person/month', 'Write 7260 CNY/person/year', None)
    """
    meant = _meant(text, known)
    if meant is None or not meant[1]:
        return f"Write {meant[0]}" if meant else None
    number, said = meant[0], Unit.parse(meant[1], known)
    if said == unit:
        return f"Write {number} {unit}"
    if set(said.powers) <= set(unit.powers):
        return f"Write {number} alone: it is measured in {unit}"
    yearly = Unit.of({"year" if name == "month" else name: power for name, power in unit.powers})
    return f"Write {number} {yearly}" if set(said.powers) <= set(yearly.powers) else None


def _meant(text: str, known: Iterable[str]) -> tuple[str, str] | None:
    """The number and the unit that a text stands for, if that can be told."""
    plain = unicodedata.normalize("NFKC", text[:100]).strip()
    plain = SPOKEN_NUMBER.sub(lambda spoken: in_digits(spoken) + (spoken["unit"] or ""), plain)
    found = _LOOSE.match(_THOUSANDS.sub("", plain))
    if found is None or not _NUMBER.match(found[1].rstrip("%")):
        return None
    words = found[2].split("/") if found[2] else []
    units = [word if is_currency(word) else unit_meant(word, (*BASE, *known)) for word in words]
    return None if None in units else (found[1], "/".join(filter(None, units)))


def decimal_text(number: Fraction) -> str:
    """A number as a decimal where it has a finite one, else as a fraction.

    >>> decimal_text(Fraction(1, 8)), decimal_text(Fraction(1, 3))
    ('0.125', '1/3')
    """
    denominator, twos, fives = number.denominator, 0, 0
    if denominator == 1:
        return str(number.numerator)
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    if denominator != 1:
        return f"{number.numerator}/{number.denominator}"
    places = max(twos, fives)
    scaled = abs(number.numerator) * 10**places // number.denominator
    digits = str(scaled).rjust(places + 1, "0")
    sign = "-" if number < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"
