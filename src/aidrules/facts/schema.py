"""What the fact models declare, as plain data: subjects, their fields with units and ranges, their lists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from aidrules.facts.fact import CURRENCY, Fact, Group, Items, Shape, item_model, money_unit

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Field:
    """One fact of a subject.

    Attributes:
        name: dotted path from the subject, such as `disability.grade`; a finding's is `findings.<name>`, its day's
            `findings.<name>.on`.
        type: money is a number with a currency in its unit.
        unit: unit as written, such as `CNY/month`; None for a plain count and for what is not a number.
        low: least value, numbers only, inclusive.
        high: greatest value, numbers only, inclusive.
        scale: decimals that a value may have.
        options: an enum's values.
        options_zh: their labels in Chinese, in the same order; the values themselves where none is declared.
        options_en: their labels in English, in the same order; the values as words where none is declared.
        optional: a date that may be the text "none".
        past: a date that is never after that of the facts.
        required: never None.
        label_zh: label in Chinese.
        label_en: label in English.
        confidential: never printed.
        finding: the finding's name, when a person records this fact with a reason; its value is at `.value`.
        refers_to: what an id in a text refers to, such as `member`.
        pattern: what a text must look like; None for what is not a text.
    """

    name: str
    type: Literal["money", "number", "bool", "date", "enum", "text"]
    unit: str | None
    low: int | Decimal | None
    high: int | Decimal | None
    scale: int
    options: tuple[str, ...]
    options_zh: tuple[str, ...]
    options_en: tuple[str, ...]
    optional: bool
    past: bool
    required: bool
    label_zh: str
    label_en: str
    confidential: bool
    finding: str | None
    refers_to: str | None
    pattern: str | None


@dataclass(frozen=True, slots=True)
class ListField:
    """A list that hangs on a subject.

    Attributes:
        name: the field's name, such as `members`.
        item: the variable that one item is bound to, such as `member`.
        unit: counting unit of one item: `person` for members.
        min_items: least number of items.
        max_items: greatest number of items.
        required: never None.
        ordered_by: the field of an item by which the list is read in order.
        distinct_by: the field of an item that no two items have alike.
        distinct: no two items are known to be alike in everything.
        label_zh: label in Chinese.
        label_en: label in English.
        subject: what one item holds.
        refers_to: what the items refer to by id, such as `member`, where they are only that.
    """

    name: str
    item: str
    unit: str
    min_items: int
    max_items: int
    required: bool
    ordered_by: str | None
    distinct_by: str | None
    distinct: bool
    label_zh: str
    label_en: str
    subject: Subject
    refers_to: str | None = None

    @property
    def confidential(self) -> bool:
        """Whether all that its items hold is never printed; then neither is how many there are."""
        return bool(self.subject.fields) and all(field.confidential for field in self.subject.fields.values())


@dataclass(frozen=True, slots=True)
class Subject:
    """What is known about a household, a member or an item of a list.

    Attributes:
        name: `household`, `member`, `income` and so on.
        unit: counting unit: `household`, `person`, `income`.
        fields: facts by dotted path.
        lists: lists by name.
    """

    name: str
    unit: str
    fields: dict[str, Field]
    lists: dict[str, ListField]


Path = tuple[str, ...]
"""A list by the names that lead to it from the household, such as `("members", "incomes")`; () is the household."""


def subject_at(schema: Subject, path: Path) -> Subject:
    """The subject of the items of a list; the household itself for ()."""
    for name in path:
        schema = schema.lists[name].subject
    return schema


def may_be_unlisted(schema: Subject, path: Path, within: Path) -> bool:
    """Whether nobody may have said what the items of a list are, of those of the wider list that it hangs on."""
    lists = (subject_at(schema, path[:depth]).lists[path[depth]] for depth in range(len(within), len(path)))
    return not all(listed.required for listed in lists)


@lru_cache(maxsize=64)
def schema_of(model: type[BaseModel]) -> Subject:
    """Read the declarations of a model of what is decided, shipped or extended by a pack.

    Amounts of the shipped models are in the currency of the model (`currency`, CNY unless a pack says otherwise).
    That of the models read last is kept, since every refusal needs it: it is not to be changed.
    """
    name = getattr(model, "subject_name", "household")
    return _subject(model, name, name, getattr(model, "currency", CURRENCY))


def _subject(model: type[BaseModel], name: str, unit: str, currency: str) -> Subject:
    fields: dict[str, Field] = {}
    lists: dict[str, ListField] = {}
    for key, info in model.model_fields.items():
        items = _declared(info, Items)
        if items is not None:
            counting = items.unit or items.item
            lists[key] = ListField(
                name=key,
                item=items.item,
                unit=counting,
                min_items=items.at_least,
                max_items=items.at_most,
                required=info.is_required(),
                ordered_by=items.ordered_by,
                distinct_by=items.distinct_by,
                distinct=items.distinct,
                label_zh=items.zh,
                label_en=items.en,
                subject=_subject(item_model(info.annotation), items.item, counting, currency),
                refers_to=items.refers_to,
            )
        else:
            fields.update(_fields(key, info, currency))
    return Subject(name, unit, fields, lists)


def _fields(path: str, info: FieldInfo, currency: str) -> dict[str, Field]:
    fact = _declared(info, Fact)
    if fact is not None:
        return {path: field_of(path, info.annotation, fact, currency)}
    group = _declared(info, Group)
    model = group_model(info.annotation)
    if group is None or model is None:
        raise TypeError(f"{path} is declared neither as a fact nor as a group nor as a list")
    if path == "findings":
        return {
            field.name: field
            for name, inner in model.model_fields.items()
            for field in _finding(f"{path}.{name}", name, inner, currency)
        }
    return {
        name: field
        for key, inner in model.model_fields.items()
        for name, field in _fields(f"{path}.{key}", inner, currency).items()
    }


def _finding(path: str, name: str, info: FieldInfo, currency: str) -> Iterator[Field]:
    """What a person finds; and the day on which, where the finding lapses."""
    record, group = group_model(info.annotation), _declared(info, Group)
    value = record.model_fields["value"] if record else None
    fact = _declared(value, Fact) if value else None
    if value is None or fact is None:
        raise TypeError(f"{path} is not declared as a finding")
    yield field_of(path, value.annotation, fact, currency, finding=name)
    if record is not None and group is not None and group.lapses:
        yield from _fields(f"{path}.on", record.model_fields["on"], currency).values()


def field_of(path: str, annotation: Any, fact: Fact, currency: str, finding: str | None = None) -> Field:
    """One fact as plain data."""
    shape = Shape.of(annotation)
    numeric = shape.type in ("money", "number")
    return Field(
        name=path,
        type="number" if shape.type == "money" and not money_unit(fact.unit) else shape.type,
        unit=fact.unit and fact.unit.replace(CURRENCY, currency),
        low=fact.low if numeric else None,
        high=fact.limit if numeric else None,
        scale=fact.scale if shape.type == "money" else 0,
        options=shape.options,
        options_zh=fact.options_zh or shape.options,
        options_en=fact.options_en or tuple(option.replace("_", " ") for option in shape.options),
        optional=shape.optional,
        past=fact.past,
        required=shape.required and finding is None,
        label_zh=fact.zh,
        label_en=fact.en,
        confidential=fact.confidential,
        finding=finding,
        refers_to=fact.refers_to,
        pattern=fact.pattern if shape.type == "text" else None,
    )


def group_model(annotation: Any) -> type[BaseModel] | None:
    """The model in `Group | None`, or None where the annotation holds no model."""
    parts = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    return next((part for part in parts if isinstance(part, type) and issubclass(part, BaseModel)), None)


def _declared(info: FieldInfo, kind: type[Kind]) -> Kind | None:
    return next((item for item in info.metadata if isinstance(item, kind)), None)
