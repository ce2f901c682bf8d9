"""What a single fact is: its labels, unit and range, and how pydantic checks, writes and documents it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from aidrules.language.units import is_currency
from aidrules.visible import UNSEEN

# None is "unknown" in all of these; the string "none" is "there is none".
Money: TypeAlias = Decimal | None
Number: TypeAlias = int | None
Flag: TypeAlias = bool | None
Day: TypeAlias = date | None
DayOrNone: TypeAlias = date | Literal["none"] | None
Text: TypeAlias = str | None

FactType = Literal["money", "number", "bool", "date", "enum", "text"]

CURRENCY = "CNY"  # of the shipped facts; a pack may count them in another
FIRST_DAY, LAST_DAY = date(1880, 1, 1), date(2199, 12, 31)
STOCK_LIMIT = 1_000_000_000
FLOW_LIMIT = 10_000_000
NUMBER_LIMIT = 1_000_000
TEXT_LIMIT = 200

ISO_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_SEEN = rf"[^\x00-\x1f{UNSEEN}]"
_PRINTABLE = rf"^{_SEEN}*$"
WRITTEN_TEXT = rf"^{_SEEN}*[^\s\x00-\x1f{UNSEEN}]{_SEEN}*$"  # not blank
AS_TEXT, AS_NUMBER = "<text>", "<number>"  # the two ways to give an amount, in the place of a pydantic error
NOT_A_NUMBER = "not_a_number"
RULE_ID = r"^[a-z][a-z0-9_]*$"
OPAQUE_ID = r"^[A-Za-z0-9_.:\-]{1,64}$"
IDENTITY_NUMBER = re.compile(  # without looking round, which the engines of frames cannot
    r"(?:^|[^0-9])[1-9][0-9]{5}"  # of 18 digits, or of 15 as they were until 1999
    r"(?:(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]"
    r"|[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3})(?:[^0-9]|$)"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a Python annotation says about a fact: its type, and which special values it takes."""

    type: FactType
    options: tuple[str, ...] = ()
    optional: bool = False
    required: bool = True

    @classmethod
    def of(cls, annotation: Any) -> Shape:
        """Read `Decimal | None`, `Literal["urban", "rural"] | None`, `date | Literal["none"] | None` and the like.

        Raises:
            TypeError: the annotation is none of the types that a fact can have.
        """
        parts = list(get_args(annotation)) if get_origin(annotation) in (Union, UnionType) else [annotation]
        required = type(None) not in parts
        parts = [part for part in parts if part is not type(None)]
        if parts == [date, Literal["none"]]:
            return cls("date", optional=True, required=required)
        if len(parts) != 1:
            raise TypeError(f"a fact has one type, not {annotation}")
        if get_origin(parts[0]) is Literal:
            return cls("enum", options=get_args(parts[0]), required=required)
        names: dict[Any, FactType] = {Decimal: "money", int: "number", bool: "bool", date: "date", str: "text"}
        if parts[0] not in names:
            raise TypeError(f"a fact is money, a number, bool, date, enum or text, not {annotation}")
        return cls(names[parts[0]], required=required)


@dataclass(frozen=True, slots=True)
class Fact:
    """The declaration of one fact, put beside its Python type with `Annotated`.

    Attributes:
        zh: label in Chinese.
        en: label in English.
        unit: unit of measure of a number, such as `CNY/month`; None for a plain count.
        low: least value of a number.
        high: greatest value of a number.
        past: of a day, that it is never after the date of the facts.
        scale: decimals of a number whose Python type is Decimal.
        options_zh: labels in Chinese of an enum's values, in their order.
        options_en: labels in English of an enum's values, in their order.
        confidential: never printed, neither in errors nor in explanations.
        pattern: what a text must look like.
        refers_to: what an id in a text refers to.
        note: what a person who fills in the fact should know, for its description.
    """

    zh: str
    en: str
    unit: str | None = None
    low: int | Decimal = 0
    high: int | Decimal | None = None
    past: bool = False
    scale: int = 2
    options_zh: tuple[str, ...] = ()
    options_en: tuple[str, ...] = ()
    confidential: bool = False
    pattern: str = _PRINTABLE
    refers_to: str | None = None
    note: str = ""

    @property
    def limit(self) -> int | Decimal:
        """The greatest value, declared or by default."""
        if self.high is not None:
            return self.high
        if not money_unit(self.unit):
            return NUMBER_LIMIT
        return FLOW_LIMIT if "/month" in str(self.unit) else STOCK_LIMIT

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        shape = Shape.of(source)
        if any(labels and len(labels) != len(shape.options) for labels in (self.options_zh, self.options_en)):
            raise TypeError(f"{self.en}: there is one label for each of {', '.join(shape.options)}")
        schema = self._value_schema(shape)
        return schema if shape.required else core_schema.nullable_schema(schema)

    def _value_schema(self, shape: Shape) -> CoreSchema:
        match shape.type:
            case "money":
                return self._amount()
            case "number":
                return core_schema.int_schema(strict=True, ge=int(self.low), le=int(self.limit))
            case "bool":
                return core_schema.bool_schema(strict=True)
            case "enum":
                return core_schema.literal_schema(list(shape.options))
            case "date":
                return _day_or_none() if shape.optional else _day()
            case "text":
                return core_schema.no_info_after_validator_function(
                    _without_identity_number,
                    core_schema.str_schema(strict=True, max_length=TEXT_LIMIT, pattern=self.pattern),
                )

    def _amount(self) -> CoreSchema:
        """A number with decimals: as a number, or as text of digits and a point.

        Python's Decimal reads more texts than are meant here ("2_600", "1e3", full-width digits), so text is matched
        first; and numbers are told apart by class, which `strict=False` does not loosen.
        """
        number = core_schema.decimal_schema(ge=Decimal(self.low), le=Decimal(self.limit), decimal_places=self.scale)
        as_text = core_schema.chain_schema([core_schema.str_schema(strict=True, pattern=self.amount_pattern), number])
        is_number = core_schema.json_or_python_schema(
            json_schema=core_schema.union_schema(
                [core_schema.int_schema(strict=True), core_schema.float_schema(strict=True)],
                custom_error_type=NOT_A_NUMBER,
                custom_error_message="not a number",
            ),
            python_schema=core_schema.is_instance_schema((int, float, Decimal)),
        )
        return core_schema.union_schema(
            [(as_text, AS_TEXT), (core_schema.chain_schema([is_number, number]), AS_NUMBER)],
            mode="left_to_right",
            serialization=_as_decimal_text(self.scale),
        )

    @property
    def amount_pattern(self) -> str:
        """What a number with decimals looks like as text."""
        sign = "-?" if self.low < 0 else ""
        return rf"^{sign}[0-9]+(\.[0-9]{{1,{self.scale}}})?$"

    def _amount_json_schema(self, *, written: bool) -> list[dict[str, Any]]:
        text = {"type": "string", "pattern": self.amount_pattern}
        number = {"type": "number", "minimum": float(self.low), "maximum": float(self.limit)}
        return [text] if written else [number, text]

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        inner = schema["schema"] if schema["type"] == "nullable" else schema
        if inner["type"] == "union" and "serialization" in inner:  # an amount
            branches = self._amount_json_schema(written=handler.mode == "serialization")
            branches += [{"type": "null"}] if inner is not schema else []
            written = {"anyOf": branches} if len(branches) > 1 else branches[0]
        else:
            written = dict(handler(schema))
            for branch in written.get("anyOf", [written]):
                if branch.get("pattern") == ISO_DAY:
                    branch["format"] = "date"
        return {**written, **_documentation(self.zh, self.en, self.unit, self.confidential, self.note)}


@dataclass(frozen=True, slots=True)
class Group:
    """The declaration of a group of facts, such as `disability`; an unknown group is None.

    Attributes:
        zh: label in Chinese.
        en: label in English.
        lapses: it is a finding that counts for a time only.
    """

    zh: str
    en: str
    lapses: bool = False

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), **_documentation(self.zh, self.en)}


@dataclass(frozen=True, slots=True)
class Items:
    """The declaration of a list: None is unknown, empty is none.

    Attributes:
        item: what one item is called; rules bind it by this name.
        zh: label in Chinese.
        en: label in English.
        unit: counting unit of one item; the item's name by default.
        at_least: least number of items.
        at_most: greatest number of items.
        ordered_by: the field of an item by which a list is read in order.
        distinct_by: the field of an item that no two items have alike.
        distinct: no two items are known to be alike in everything.
        refers_to: what the items refer to by id, where they are only that.
    """

    item: str
    zh: str
    en: str
    unit: str | None = None
    at_least: int = 0
    at_most: int = 60
    ordered_by: str | None = None
    distinct_by: str | None = None
    distinct: bool = False
    refers_to: str | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = core_schema.tuple_variable_schema(
            handler.generate_schema(item_model(source)), min_length=self.at_least, max_length=self.at_most
        )
        required = get_origin(source) is tuple
        return schema if required else core_schema.nullable_schema(schema)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), **_documentation(self.zh, self.en)}


def money_unit(unit: str | None) -> bool:
    """Whether a unit counts a currency.

    >>> money_unit("CNY/month"), money_unit("person"), money_unit(None)
    (True, False, False)
    """
    return unit is not None and is_currency(unit.partition("/")[0].strip())


def in_currency(schema: Any, currency: str) -> Any:
    """A JSON Schema whose amounts are in another currency than that of the shipped facts."""
    if currency == CURRENCY:
        return schema
    if isinstance(schema, list):
        return [in_currency(item, currency) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: value.replace(CURRENCY, currency)
        if key in ("x-unit", "description") and isinstance(value, str)
        else in_currency(value, currency)
        for key, value in schema.items()
    }


def item_model(annotation: Any) -> Any:
    """The model of one item of `tuple[Model, ...]` or `tuple[Model, ...] | None`."""
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return next(get_args(part)[0] for part in parts if get_origin(part) is tuple)


def _documentation(
    zh: str, en: str, unit: str | None = None, confidential: bool = False, note: str = ""
) -> Mapping[str, Any]:
    """The keys of JSON Schema that tell a person, or a form, what a field holds."""
    text = f"{en} ({zh})" + (f", in {unit}" if unit else "") + (", confidential" if confidential else "")
    text += f"; {note}" if note else ""
    more: dict[str, Any] = {"x-unit": unit} if unit else {}
    if confidential:
        more["x-confidential"] = True
    return {"title": en, "description": text, "x-label-zh": zh, "x-label-en": en, **more}


def _as_decimal_text(scale: int) -> core_schema.PlainSerializerFunctionSerSchema:
    # One written form per amount ("832.00", never "8.32E+2"), so that equal facts give equal text.
    return core_schema.plain_serializer_function_ser_schema(
        lambda value: format(value, f"z.{scale}f"),
        return_schema=core_schema.str_schema(),
        when_used="json-unless-none",
    )


def _day() -> CoreSchema:
    # Pydantic reads "19800101" and 19800101 as seconds since 1970; only a date and its ISO text are let through.
    iso = core_schema.chain_schema(
        [core_schema.str_schema(pattern=ISO_DAY), core_schema.date_schema(ge=FIRST_DAY, le=LAST_DAY)]
    )
    as_python = core_schema.union_schema(
        [core_schema.date_schema(strict=True, ge=FIRST_DAY, le=LAST_DAY), iso],
        mode="left_to_right",
        custom_error_type="day",
        custom_error_message="not a date",
    )
    return core_schema.json_or_python_schema(
        json_schema=iso, python_schema=as_python, serialization=core_schema.to_string_ser_schema(when_used="json")
    )


def _day_or_none() -> CoreSchema:
    return core_schema.union_schema(
        [core_schema.literal_schema(["none"]), _day()],
        mode="left_to_right",
        custom_error_type="day",
        custom_error_message="not a date",
    )


def _without_identity_number(text: str) -> str:
    if IDENTITY_NUMBER.search(text):
        raise PydanticCustomError("identity_number", "an identity number")
    return text
