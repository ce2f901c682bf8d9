"""What a pack asks beyond the shipped facts: its inputs and findings, and the typed household made of both."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from aidrules.errors import PackError, Problem
from aidrules.facts.base import Facts
from aidrules.facts.fact import Fact, Group, Items
from aidrules.facts.household import Case, Household
from aidrules.facts.member import Member
from aidrules.language.units import is_currency

NAME = r"^[a-z][a-z0-9_]{0,59}$"
Name = Annotated[str, Field(pattern=NAME)]
SubjectName = Literal["household", "member", "case"]
Model = TypeVar("Model", bound=Facts)
_SIMPLE = ("bool", "date", "text", "number", "money")
_TAKEN = {"household", "member", "members", "case", "finding", "findings", "none", "on", "this_month"}


class Input(BaseModel):
    """One input as a pack declares it; its scalars may be text, as YAML gives them.

    Attributes:
        type: `bool`, `date`, `text`, or the list of an enum's values; left out for a number, which has a unit.
        unit: unit of a number, such as `CNY/month`, `year` or `person`; `1` for a plain count.
        min: least value of a number.
        max: greatest value of a number.
        decimals: decimals of a number; 2 for money, else 0.
        optional: a date that may be "none".
        confidential: never printed.
        list: what one item is called, where the input is a list of items.
        fields: what an item of the list holds.
        ordered_by: the field of an item by which the list is read in order.
        max_items: greatest number of items.
        zh: label in Chinese.
        en: label in English.
        options_zh: labels in Chinese of an enum's values.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str | tuple[Name, ...] | None = None
    unit: str | None = None
    min: Decimal | None = None
    max: Decimal | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)
    optional: bool = False
    confidential: bool = False
    list: Name | None = None
    fields: dict[Name, Input] | None = None
    ordered_by: Name | None = None
    max_items: int = Field(default=60, ge=1, le=60)
    zh: str | None = None
    en: str | None = None
    options_zh: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        for found in _contradictions(self):
            raise ValueError(found)
        return self


class FindingInput(Input):
    """A finding as a pack declares it: a value that a person records, with who, when and why.

    Attributes:
        about: what the finding is about.
        needs: what must be recorded beside the value.
    """

    about: SubjectName = "household"
    needs: tuple[Literal["by", "on", "reason"], ...] = ()


def _contradictions(given: Input) -> list[str]:
    """What does not go together in one declaration, as sentences."""
    if given.list is not None:
        return _list_contradictions(given)
    found = [f"{key} belongs to a list; say `list:` too" for key in ("fields", "ordered_by") if getattr(given, key)]
    if isinstance(given.type, str) and given.type not in _SIMPLE:
        found.append(f"type {given.type!r} is unknown; expected {', '.join(_SIMPLE)} or a list of values")
    if isinstance(given.type, tuple) and not 1 <= len(set(given.type)) == len(given.type):
        found.append("the values of an enum are listed once each")
    if given.options_zh and (not isinstance(given.type, tuple) or len(given.type) != len(given.options_zh)):
        found.append("options_zh has one label for each value of an enum, in their order")
    if given.optional and given.type != "date":
        found.append("only a date can be optional")
    return found + (_number_contradictions(given) if _numeric(given) else _no_number_contradictions(given))


def _list_contradictions(given: Input) -> list[str]:
    if not given.fields:
        return ["a list needs `fields:`, what one item holds"]
    found = []
    if any(inner.list for inner in given.fields.values()):
        found.append("an item of a list cannot hold a list")
    if given.ordered_by is not None and given.ordered_by not in given.fields:
        found.append(f"ordered_by names {given.ordered_by!r}, which is not one of the fields")
    if given.type is not None or given.unit is not None:
        found.append("a list has no type or unit of its own; its fields have")
    return found


def _number_contradictions(given: Input) -> list[str]:
    if given.unit is None and given.type != "number":
        return ["a type, or a unit for a number, is needed"]
    if given.type == "money" and not _is_money(given):
        return ["money needs a unit that counts a currency, such as CNY/month"]
    low, high = _range(given)
    if low > high:
        return [f"min {low} is above max {high}"]
    return []


def _no_number_contradictions(given: Input) -> list[str]:
    return [
        f"{key} belongs to a number" for key in ("unit", "min", "max", "decimals") if getattr(given, key) is not None
    ]


def _numeric(given: Input) -> bool:
    return given.type in (None, "number", "money")


def _is_money(given: Input) -> bool:
    return is_currency((given.unit or "").partition("/")[0].strip())


def _range(given: Input) -> tuple[Decimal, Decimal]:
    usual = Fact("", "", unit=given.unit)
    low = Decimal(0) if given.min is None else given.min
    return low, Decimal(usual.limit) if given.max is None else given.max


def extend(
    inputs: Mapping[str, Mapping[str, Input]],
    findings: Mapping[str, FindingInput] | None = None,
    *,
    currency: str = "CNY",
) -> type[Household]:
    """Make the typed household of a pack: the shipped facts, the pack's inputs and its findings.

    Args:
        inputs: inputs by subject (`household`, `member`, `case`) and name.
        findings: findings by name.
        currency: what the pack counts money in; shipped amounts are in it too.

    Raises:
        PackError: an input whose name is taken or cannot be a name.
    """
    found = findings or {}
    on_member = {name: finding for name, finding in found.items() if finding.about == "member"}
    on_household = {name: finding for name, finding in found.items() if finding.about != "member"}
    fields: dict[str, Any] = {}
    if inputs.get("member") or on_member:
        member = _extended(Member, "member", inputs.get("member", {}), on_member)
        fields["members"] = (_again(Household, "members", tuple[member, ...]), ...)  # type: ignore[valid-type]
    if inputs.get("case"):
        case = _extended(Case, "case", inputs["case"], {})
        fields["case"] = (_again(Household, "case", case | None), None)
    household = _extended(Household, "household", inputs.get("household", {}), on_household, fields)
    household.currency = currency
    return household


def _extended(
    base: type[Model],
    subject: str,
    inputs: Mapping[str, Input],
    findings: Mapping[str, FindingInput],
    fields: Mapping[str, Any] = MappingProxyType({}),
) -> type[Model]:
    """A model with the fields of `base`, those given, and the pack's."""
    own = dict(fields)
    for name, declared in inputs.items():
        _check_name(base, subject, name)
        own[name] = (_items(name, declared) if declared.list else _fact(name, declared), None)
    if findings:
        records = {name: (_finding(name, declared), None) for name, declared in findings.items()}
        group = _created(f"{base.__name__}Findings", Facts, records)
        own["findings"] = (Annotated[group | None, Group("认定事项", "findings")], None)
    return _created(base.__name__, base, own)


def _created(name: str, base: type[Model], fields: Mapping[str, Any]) -> type[Model]:
    definitions: dict[str, Any] = dict(fields)
    return create_model(name, __base__=base, __doc__=base.__doc__, **definitions)


def _again(model: type[BaseModel], name: str, annotation: Any) -> Any:
    """A field of a wider model with another type and the same declaration."""
    return Annotated[annotation, *model.model_fields[name].metadata]


def _fact(name: str, declared: Input, required: bool = False) -> Any:
    """The annotation of one fact that a pack declares."""
    value, fact = _value(declared), _declaration(name, declared)
    return Annotated[value if required else value | None, fact]


def _value(declared: Input) -> Any:
    if isinstance(declared.type, tuple):
        return Literal[declared.type]
    if _numeric(declared):
        return Decimal if _decimals(declared) else int
    if declared.type == "date" and declared.optional:
        return date | Literal["none"]
    return {"bool": bool, "date": date, "text": str}[str(declared.type)]


def _declaration(name: str, declared: Input) -> Fact:
    unit = None if declared.unit in (None, "1") else declared.unit
    fact = Fact(
        declared.zh or name,
        declared.en or name.replace("_", " "),
        unit,
        options_zh=declared.options_zh,
        confidential=declared.confidential,
        shipped=False,
    )
    if not _numeric(declared):
        return fact
    low, high = _range(declared)
    return replace(fact, low=_plain(low), high=_plain(high), scale=_decimals(declared))


def _decimals(declared: Input) -> int:
    if declared.decimals is not None:
        return declared.decimals
    return 2 if _is_money(declared) else 0


def _plain(number: Decimal) -> int | Decimal:
    return int(number) if number == int(number) else number


def _items(name: str, declared: Input) -> Any:
    """The annotation of a list that a pack declares, with its item model."""
    fields = {key: (_fact(key, inner), None) for key, inner in (declared.fields or {}).items()}
    item: Any = _created("".join(part.capitalize() for part in str(declared.list).split("_")), Facts, fields)
    label = (declared.zh or name, declared.en or name.replace("_", " "))
    items = Items(str(declared.list), *label, at_most=declared.max_items, ordered_by=declared.ordered_by)
    return Annotated[tuple[item, ...] | None, items]


def _finding(name: str, declared: FindingInput) -> Any:
    """The annotation of a finding: its value, and by whom, when and why it was recorded."""
    beside: dict[str, Any] = {
        "by": (str, Fact("认定人岗位", "role of the person who found it")),
        "on": (date, Fact("认定日期", "day of the finding")),
        "reason": (str, Fact("认定理由", "reason of the finding")),
    }
    fields: dict[str, Any] = {
        key: (Annotated[kind, fact], ...) if key in declared.needs else (Annotated[kind | None, fact], None)
        for key, (kind, fact) in beside.items()
    }
    fields["value"] = (_fact(name, declared, required=True), ...)
    record = _created(f"{name.title().replace('_', '')}Finding", Facts, fields)
    return Annotated[record | None, Group(declared.zh or name, declared.en or name.replace("_", " "))]


def _check_name(base: type[BaseModel], subject: str, name: str) -> None:
    """Fail if a pack's input cannot have its name."""
    place = f"inputs.{subject}.{name}"
    if name in base.model_fields:
        raise PackError(
            Problem(
                f"{subject}.{name} is a shipped fact already",
                rule=place,
                hint="Use the shipped fact, or give the input another name.",
            )
        )
    if not re.match(NAME, name) or keyword.iskeyword(name) or name in _TAKEN or hasattr(base, name):
        raise PackError(
            Problem(
                f"{name!r} cannot be the name of an input",
                rule=place,
                expected="a new word of lower-case letters, digits and _, and none of the language's own words",
            )
        )
