"""How a pack declares an input or a finding."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from aidrules.facts.fact import Fact, money_unit
from aidrules.language.fields import UnitText, told_apart

NAME = r"^[a-z][a-z0-9_]{0,59}$"
Name = Annotated[str, Field(pattern=NAME)]
Limit = Annotated[Decimal, Field(ge=-(10**15), le=10**15, decimal_places=12)]
SimpleType = Literal["bool", "date", "text", "number", "money"]
_SIMPLE: tuple[SimpleType, ...] = ("bool", "date", "text", "number", "money")


def _read_type(given: Any) -> str | tuple[str, ...]:
    if isinstance(given, str) and given in _SIMPLE:
        return given
    if isinstance(given, list | tuple) and given and all(isinstance(value, str) for value in given):
        if len(set(given)) < len(given):
            raise ValueError("the values of an enum are listed once each")
        return tuple(given)
    raise ValueError(f"the type is one of {', '.join(_SIMPLE)} or a list of values, such as [low, high]")


class Input(BaseModel):
    """One input as a pack declares it; its scalars may be text, as YAML gives them.

    Attributes:
        type: `bool`, `date`, `text`, or the list of an enum's values; may be left out for a number that has a unit.
        unit: unit of a number, such as `CNY/month`, `year` or `person`; none, or `1`, for a plain count.
        min: least value of a number; 0 by default.
        max: greatest value of a number.
        decimals: decimals of a number; 2 by default for money, else 0.
        optional: a date that may be "none".
        past: a date that is never after that of the facts.
        confidential: never printed.
        list: what one item is called, where the input is a list of items.
        fields: what an item of the list holds.
        ordered_by: the field of an item by which the list is read in order.
        max_items: greatest number of items.
        zh: label in Chinese.
        en: label in English.
        options_zh: labels in Chinese of an enum's values, in their order.
        options_en: labels in English of an enum's values, in their order.
        refers_to: it names a member by id.
        many: it names several.
        applies_when: a condition on other facts of the same subject; elsewhere the input is neither asked nor needed.
        counts_as: what it counts as where it does not apply.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Annotated[str | tuple[str, ...] | None, BeforeValidator(_read_type)] = None
    unit: UnitText | None = None
    min: Limit | None = None
    max: Limit | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)
    optional: bool = False
    past: bool = False
    confidential: bool = False
    list: Name | None = None
    fields: dict[Name, Input] | None = None
    ordered_by: Name | None = None
    max_items: int = Field(default=60, ge=1, le=60)
    zh: str | None = None
    en: str | None = None
    options_zh: tuple[str, ...] = ()
    options_en: tuple[str, ...] = ()
    refers_to: Literal["member"] | None = None
    many: bool = False
    applies_when: str | None = None
    counts_as: str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        for contradiction in _list_contradictions(self) if self.list else _contradictions(self):
            raise ValueError(contradiction)
        return self

    @property
    def numeric(self) -> bool:
        """Whether this is a number or money."""
        return self.list is None and self.refers_to is None and self.type in (None, "number", "money")

    @property
    def scale(self) -> int:
        """Decimals of a number."""
        if self.decimals is not None:
            return self.decimals
        return 2 if self.numeric and money_unit(self.unit) else 0

    @property
    def range(self) -> tuple[Decimal, Decimal]:
        """Least and greatest value of a number, declared or by default."""
        low = Decimal(0) if self.min is None else self.min
        return low, Decimal(Fact("", "", unit=self.unit).limit) if self.max is None else self.max


class FindingInput(Input):
    """A finding as a pack declares it: a value that a person records, with who, when and why.

    Attributes:
        about: what the finding is about; one about the case hangs on the household, or on what is decided instead.
        needs: what must be recorded beside the value: `by`, `on`, `reason`, or what was held, such as `quorum`.
        may_need: what can be recorded beside it, and must be in some cases.
        lapses: it counts for a time only, so that rules read the day on which it was recorded.
    """

    about: Literal["household", "member", "case"] = "household"
    needs: tuple[Name, ...] = ()
    may_need: tuple[Name, ...] = ()
    lapses: bool = False


def _contradictions(given: Input) -> Iterator[str]:
    """What does not go together in the declaration of one value."""
    if given.many and given.refers_to is None:
        yield "many: belongs to refers_to: member"
    if given.many and (given.confidential or given.applies_when):
        yield "a list of members is neither confidential nor bound to a condition"
    if given.refers_to is not None and given.type is not None:
        yield "type: beside refers_to:, which is the id of a member"
    for key in ("fields", "ordered_by"):
        if getattr(given, key) is not None:
            yield f"{key}: belongs to a list; say what one item is called with list:"
    for key in ("options_zh", "options_en"):
        labels = getattr(given, key)
        if labels and (not isinstance(given.type, tuple) or len(given.type) != len(labels)):
            yield f"{key}: has one label for each value of an enum, in their order"
        elif not told_apart(labels):
            yield f"{key}: has labels that are empty or the same, and readers could not tell the values apart"
    if (given.applies_when is None) != (given.counts_as is None):
        yield "applies_when: and counts_as: go together: what it counts as where it does not apply"
    if given.optional and given.type != "date":
        yield "optional: belongs to a date"
    if given.past and given.type != "date":
        yield "past: belongs to a date"
    if given.numeric:
        yield from _number_contradictions(given)
    else:
        for key in ("unit", "min", "max", "decimals"):
            if getattr(given, key) is not None:
                yield f"{key}: belongs to a number, which has no type: but a unit:"


def _number_contradictions(given: Input) -> Iterator[str]:
    if given.type is None and given.unit is None:
        yield "a type: is needed, or a unit: for a number"
    if given.type == "money" and not money_unit(given.unit):
        yield "money has a unit: that counts a currency, such as CNY/month"
    low, high = given.range
    if low > high:
        yield f"min {low} is above max {high}"


def _list_contradictions(given: Input) -> Iterator[str]:
    """What does not go together in the declaration of a list."""
    if not given.fields:
        yield "a list has fields:, what one item holds"
    for name, inner in (given.fields or {}).items():
        if inner.list is not None or inner.many:
            yield f"{name} is a list inside a list; lists of a pack are one deep"
    if given.ordered_by is not None and given.ordered_by not in (given.fields or {}):
        yield f"ordered_by: names {given.ordered_by}, which is not one of the fields"
    for key in ("type", "unit", "min", "max", "decimals", "refers_to", "applies_when", "counts_as"):
        if getattr(given, key) is not None:
            yield f"{key}: belongs to a value; the fields of a list have their own"
