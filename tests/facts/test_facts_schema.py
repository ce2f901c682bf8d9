"""The schema that compilers and documents read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from aidrules.facts import Household
from aidrules.facts.fact import Fact, Items, item_model
from aidrules.facts.schema import Field, Subject, group_model, schema_of


def subjects(subject: Subject) -> Iterator[Subject]:
    yield subject
    for listed in subject.lists.values():
        yield from subjects(listed.subject)


SCHEMA = schema_of(Household)
MEMBER = SCHEMA.lists["members"].subject


def fields(kind: str | None = None) -> Iterator[Field]:
    for subject in subjects(SCHEMA):
        yield from (field for field in subject.fields.values() if kind in (None, field.type))


def declared(model: type[BaseModel]) -> Iterator[Fact]:
    for info in model.model_fields.values():
        yield from (item for item in info.metadata if isinstance(item, Fact))
        if any(isinstance(item, Items) for item in info.metadata):
            yield from declared(item_model(info.annotation))
        elif (inner := group_model(info.annotation)) is not None:
            yield from declared(inner)


def test_fields_of_groups_have_dotted_names() -> None:
    assert MEMBER.fields["disability.grade"] == Field(
        name="disability.grade",
        type="number",
        unit=None,
        low=0,
        high=4,
        scale=0,
        options=(),
        options_zh=(),
        options_en=(),
        optional=False,
        past=False,
        required=False,
        label_zh="残疾等级",
        label_en="disability grade",
        confidential=False,
        finding=None,
        refers_to=None,
        pattern=None,
    )
    assert SCHEMA.fields["case.applied_on"].optional


def test_lists_know_their_items() -> None:
    members = SCHEMA.lists["members"]
    assert (members.item, members.unit, members.min_items, members.max_items, members.required) == (
        ("member", "person", 1, 30, True)
    )
    incomes = MEMBER.lists["incomes"]
    assert (incomes.item, incomes.unit, incomes.required, incomes.ordered_by) == (
        ("income", "income", False, "received_on")
    )
    assert incomes.subject.fields["amount"].type == "money"
    assert SCHEMA.lists["obligors"].unit == "person"


def test_lists_are_at_most_two_deep_and_bounded() -> None:
    for listed in SCHEMA.lists.values():
        assert listed.max_items <= 60
        for inner in listed.subject.lists.values():
            assert inner.max_items <= 60
            assert not inner.subject.lists


def test_a_list_is_ordered_by_a_date_of_its_items() -> None:
    for subject in subjects(SCHEMA):
        for listed in subject.lists.values():
            if listed.ordered_by:
                assert listed.subject.fields[listed.ordered_by].type == "date"


def test_every_fact_is_labelled_in_both_languages_and_every_list_too() -> None:
    labelled: list[Any] = list(fields()) + [item for subject in subjects(SCHEMA) for item in subject.lists.values()]
    for item in labelled:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in item.label_zh), item.name
        assert item.label_en.isascii(), item.name


def test_labels_tell_the_facts_of_a_subject_apart() -> None:
    for subject in subjects(SCHEMA):
        for labels in (
            [field.label_zh for field in subject.fields.values()],
            [field.label_en for field in subject.fields.values()],
        ):
            assert len(labels) == len(set(labels)), subject.name


def test_every_amount_has_a_currency_and_every_number_a_range() -> None:
    for field in fields("money"):
        assert field.unit in ("CNY", "CNY/month"), field.name
        assert field.scale == 2
    for field in [*fields("money"), *fields("number")]:
        assert field.low is not None and field.high is not None and 0 <= field.low < field.high, field.name


def test_every_enum_has_a_label_per_value() -> None:
    for field in fields("enum"):
        assert len(field.options) == len(field.options_zh) == len(field.options_en) > 1, field.name
        assert field.options_zh != field.options, field.name


def test_every_enum_of_the_models_has_labels_of_its_own_in_english() -> None:
    enums = [fact for fact in declared(Household) if fact.options_zh]
    assert len(enums) == len(list(fields("enum")))
    assert [fact.en for fact in enums if not fact.options_en] == []


def test_only_ids_and_lists_are_required() -> None:
    assert [field.name for field in fields() if field.required] == ["id"]


def test_no_field_holds_a_personal_identifier() -> None:
    assert {field.name for field in fields("text")} == {"id", "member", "programme", "rule", "step", "role"}


def json_properties(schema: Any) -> Iterator[tuple[str, Any]]:
    for model in (schema, *schema["$defs"].values()):
        yield from model["properties"].items()


def test_json_schema_carries_units_and_labels() -> None:
    written = Household.model_json_schema()
    income = written["$defs"]["Income"]["properties"]
    assert income["amount"]["x-unit"] == "CNY"
    assert income["amount"]["x-label-zh"] == "收入金额"
    assert income["amount"]["description"] == ("income received (收入金额), in CNY; net of the costs of earning it")
    assert {"format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "type": "string"} in (
        income["received_on"]["anyOf"]
    )
    for name, property_ in json_properties(written):
        assert property_["x-label-zh"] and property_["x-label-en"] and property_["description"], name
    json.dumps(written)


def test_json_schema_can_be_written_for_output_too() -> None:
    amount = Household.model_json_schema(mode="serialization")["$defs"]["Income"]["properties"]["amount"]
    assert {"type": "string", "pattern": r"^[0-9]+(\.[0-9]{1,2})?$"} in amount["anyOf"]
