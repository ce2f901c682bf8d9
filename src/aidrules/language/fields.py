"""Fields of a rule file: how text becomes a date, a number, a quantity, a list, a label or a citation."""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
)

from aidrules.language.hints import WIDE as WIDE
from aidrules.language.hints import near as near
from aidrules.language.hints import one_of as one_of
from aidrules.language.hints import plain_hint as plain_hint
from aidrules.language.tree import short
from aidrules.language.units import Quantity, Unit, UnitError

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,59}\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,24}(\.\d{1,12})?\Z", re.ASCII)
_QUANTITY = re.compile(r"\s*-?[\d.]+ [A-Za-z_]+\s*\Z")
_WHOLE = re.compile(r"-?\d{1,12}\Z", re.ASCII)
_WORDS = frozenset([*keyword.kwlist, "true", "false", "none"])


class RefusedError(ValueError):
    """A value that a field cannot take: what was found, what was expected, what to do."""

    def __init__(self, found: str, expected: str | None = None, hint: str | None = None) -> None:
        super().__init__(found)
        self.found, self.expected, self.hint = found, expected, hint


def is_identifier(text: str) -> bool:
    """Whether a text can be the id of a rule, definition, parameter, input or item."""
    return _IDENTIFIER.match(text) is not None and text not in _WORDS


def read_bool(value: object) -> bool:
    """`true` or `false`, and nothing else."""
    if value in ("true", "false"):
        return value == "true"
    raise RefusedError(f"{short(value)}", "true or false")


EARLIEST, LATEST = date(1800, 1, 1), date(2999, 12, 31)
"""Between which days rules can begin and end; a law without an end says none, rather than the year 9999."""


def read_date(value: object) -> date:
    """A day as `2025-04-01`."""
    if isinstance(value, str) and _DATE.match(value):
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise RefusedError(f"{value} is not a day of the calendar", "a date such as 2025-04-01") from error
        if EARLIEST <= day <= LATEST:
            return day
        expected = f"a day from {EARLIEST} to {LATEST}"
        raise RefusedError(
            f"{value} is outside what rules can be about", expected, "Leave out a limit that there is not"
        )
    raise RefusedError(f"{short(value)} is not a date", "a date such as 2025-04-01", plain_hint(str(value)))


def read_decimal(value: object) -> Decimal:
    """A decimal number written in digits."""
    if isinstance(value, str) and _DECIMAL.match(value):
        return Decimal(value)
    hint = plain_hint(str(value))
    raise RefusedError(f"{short(value)} is not a number", "digits with at most 12 decimals", hint)


def plain_number(text: str) -> Decimal | None:
    """A number in digits; None for any other expression."""
    try:
        return read_decimal(text)
    except RefusedError:
        return None


def read_whole(value: object) -> int:
    """A whole number written in digits."""
    if isinstance(value, str) and _WHOLE.match(value):
        return int(value)
    raise RefusedError(f"{short(value)} is not a whole number", "digits only", plain_hint(str(value)))


def read_quantity(value: object, info: ValidationInfo) -> Quantity:
    """A number with its unit; the pack's counting units come with the validation context."""
    if not isinstance(value, str):
        raise RefusedError("this is not text", "a quantity such as 832 CNY/person/month")
    try:
        return Quantity.parse(value, (info.context or {}).get("units", ()))
    except UnitError as error:
        raise RefusedError(str(error), "a quantity such as 832 CNY/person/month", error.hint) from error


def read_unit(value: object, info: ValidationInfo) -> Unit:
    """A unit such as `CNY/person/month`."""
    if not isinstance(value, str):
        raise RefusedError("this is not text", "a unit such as CNY/person/month")
    try:
        return Unit.parse(value, (info.context or {}).get("units", ()))
    except UnitError as error:
        raise RefusedError(str(error), "a unit such as CNY/person/month", error.hint) from error


def check_unit(text: str, info: ValidationInfo) -> str:
    """Refuse what is no unit, where a file is read: elsewhere nobody says which units its pack has."""
    if info.context is not None:
        read_unit(text, info)
    return text


def read_identifier(value: object) -> str:
    """The id of something in a pack."""
    if isinstance(value, str) and is_identifier(value):
        return value
    raise RefusedError(
        f"{short(value)} cannot be a name",
        "small letters, digits and _, beginning with a letter, and no word of the language",
        plain_hint(str(value)),
    )


def one_or_many(value: object) -> list[object]:
    """A list, also where a single item was written."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def text_under(key: str) -> BeforeValidator:
    """Lets a text stand for a mapping with the single key `key`."""

    def wrap(value: object) -> object:
        return {key: value} if isinstance(value, str) else value

    return BeforeValidator(wrap)


@dataclass(frozen=True, slots=True)
class ExpressionMark:
    """Marks the fields that hold an expression, for tools that look for them."""


def _can_be_read(text: str) -> str:
    """Refuse what is no expression as soon as its field is read; a quantity such as `30 day` stands for itself."""
    from aidrules.language.expressions.syntax import parse

    if not _QUANTITY.match(text):
        parse(text)
    return text


Expression = Annotated[
    str, StringConstraints(min_length=1, max_length=4000), AfterValidator(_can_be_read), ExpressionMark()
]
Expressions = Annotated[tuple[Expression, ...], BeforeValidator(one_or_many)]
Identifier = Annotated[str, BeforeValidator(read_identifier)]
Identifiers = Annotated[tuple[Identifier, ...], BeforeValidator(one_or_many)]
Texts = Annotated[tuple[str, ...], BeforeValidator(one_or_many)]
Flag = Annotated[bool, BeforeValidator(read_bool)]
Day = Annotated[date, PlainValidator(read_date)]
DecimalNumber = Annotated[Decimal, BeforeValidator(read_decimal)]
WholeNumber = Annotated[int, BeforeValidator(read_whole)]
QuantityField = Annotated[Quantity, PlainValidator(read_quantity)]
UnitField = Annotated[Unit, PlainValidator(read_unit)]
UnitText = Annotated[str, AfterValidator(check_unit)]
Force = Literal["must", "may", "in_principle", "encouraged"]
Select = Literal["one", "first", "all"]


def told_apart(labels: tuple[str, ...]) -> bool:
    """Whether labels of options say something each, and none the same as another."""
    said = {label.strip() for label in labels}
    return "" not in said and len(said) == len(labels)


class Strict(BaseModel):
    """Base of everything read from a rule file: frozen, and no key that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class Label:
    """What something is called in each language."""

    zh: str
    en: str

    def text(self, lang: str) -> str:
        """The label in `zh` or `en`."""
        return self.zh if lang == "zh" else self.en


class Cite(Strict):
    """A clause of a source."""

    source: str
    clause: str = ""


def _as_cites(value: object) -> list[object]:
    return [{"clause": item} if isinstance(item, str) else item for item in one_or_many(value)]


Cites = Annotated[tuple[Cite, ...], BeforeValidator(_as_cites)]


class Labelled(Strict):
    """Anything with a label and a citation; both come from the file, and lint reports missing ones."""

    zh: str | None = None
    en: str | None = None
    cite: Cites = ()

    def label(self, name: str) -> Label:
        """The label, with `name` in the place of a missing language."""
        return Label(self.zh or name, self.en or name)
