"""How what a model reads may be written in YAML: the JSON Schema of the text, rather than of what becomes of it.

Rule files hold text only: the loader takes `500`, `"500"`, `true` and `"true"` alike, where an editor sees numbers and
truth values. So every scalar may be any of these, as far as what it says allows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from aidrules.language.fields import Labelled
from aidrules.show.keys import key_label

Schema = dict[str, Any]

TEXT: Schema = {"type": ["string", "number", "boolean"]}
DAY: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
FLAG: Schema = {"enum": [True, False, "true", "false"]}
PART = "x-part"


def part(name: str) -> Schema:
    """A reference to a part that files share; `linked` turns it into one that JSON Schema knows."""
    return {PART: name}


CITE, IDENTIFIER, READING = part("cite"), part("identifier"), part("reading")
TEXTS: Schema = {"type": "array", "items": TEXT, "minItems": 1}
IDENTIFIERS: Schema = {"type": "array", "items": IDENTIFIER, "minItems": 1}
TAKEN_OUT: Mapping[str, Schema] = {
    "reading": READING,
    "in_force": part("in_force"),
    "versions": {"type": "array", "items": {"type": "object"}, "minItems": 1},
    "chosen_by": TEXT,
}
"""What the layers take out of an item before its model reads the rest."""

ReadBy = Callable[[Schema], Schema]


def either(*schemas: Schema) -> Schema:
    """Written in one of several ways."""
    return {"anyOf": list(schemas)}


def _type(*words: str, options: Schema = IDENTIFIERS) -> ReadBy:
    return lambda _: either({"enum": list(words)}, options)


def _one_or_many(inner: Schema) -> Schema:
    return either(inner.get("items", {}), inner)


_READ_BY: Mapping[str, ReadBy] = {
    "aidrules.facts.declared._read_type": _type("bool", "date", "text", "number", "money", options=TEXTS),
    "aidrules.kinds.check.<lambda>": lambda inner: inner,
    "aidrules.language.counting.read_units": lambda inner: either(inner, IDENTIFIER, IDENTIFIERS),
    "aidrules.language.fields._as_cites": lambda _: CITE,
    "aidrules.language.fields.one_or_many": _one_or_many,
    "aidrules.language.fields.read_bool": lambda _: FLAG,
    "aidrules.language.fields.read_date": lambda _: DAY,
    "aidrules.language.fields.read_decimal": lambda inner: inner,
    "aidrules.language.fields.read_identifier": lambda _: IDENTIFIER,
    "aidrules.language.fields.read_unit": lambda _: TEXT,
    "aidrules.language.fields.read_whole": lambda inner: inner,
    "aidrules.language.fields.text_under.<locals>.wrap": lambda inner: either(TEXT, inner),
    "aidrules.language.models.DefinitionModel._open_stays_open": lambda inner: inner,
    "aidrules.language.models.InForce._undated": lambda inner: either({"const": "undated"}, inner),
    "aidrules.language.sources.<lambda>": lambda _: either(DAY, {"const": "undated"}),
    "aidrules.language.models._options": lambda inner: either(inner, IDENTIFIERS),
    "aidrules.language.models._read_currency": lambda _: {"type": "string", "pattern": "^[A-Z]{3}$"},
    "aidrules.language.models.read_type": _type("bool", "date", "text"),
    "aidrules.language.declared._read_lists": lambda inner: inner,
    "aidrules.language.declared._read_type": _type("number", "range", "bool", "date", "text"),
}
"""What a reading function takes, beside what it gives to the model."""


class WrittenSchema(GenerateJsonSchema):
    """Generates the schema of what is written; a reading function that it does not know is an error."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> JsonSchemaValue:
        return self._read_by(schema["function"]["function"])(self.generate_inner(schema["schema"]))

    def function_plain_schema(self, schema: core_schema.PlainValidatorFunctionSchema) -> JsonSchemaValue:
        return self._read_by(schema["function"]["function"])({})

    def _read_by(self, function: Any) -> ReadBy:
        name = f"{function.__module__}.{function.__qualname__}"
        if name not in _READ_BY:
            raise TypeError(f"nothing says how what {name} reads is written; enter it in {__name__}")
        return _READ_BY[name]

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        written = super().str_schema(schema)
        return written if "pattern" in written else {**written, **TEXT}

    def bool_schema(self, _: core_schema.BoolSchema) -> JsonSchemaValue:
        return dict(FLAG)

    def int_schema(self, schema: core_schema.IntSchema) -> JsonSchemaValue:
        return either(super().int_schema(schema), {"type": "string", "pattern": "^-?[0-9]{1,12}$"})

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> JsonSchemaValue:
        number: Schema = {"type": "number"}
        if "gt" in schema:
            number["exclusiveMinimum"] = float(schema["gt"])
        return either(number, {"type": "string", "pattern": r"^[+-]?[0-9]{1,24}(\.[0-9]{1,12})?$"})

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        names = self.generate_inner(schema["keys_schema"])
        written: Schema = {"type": "object", "additionalProperties": self.generate_inner(schema["values_schema"])}
        if names != TEXT:
            written["propertyNames"] = names
        if "min_length" in schema:
            written["minProperties"] = schema["min_length"]
        return written

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        written = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        # What may be written in another way (`undated`) has its keys in the last of the ways.
        whole = written if "properties" in written else written["anyOf"][-1]
        for name in {"title", "description", "additionalProperties"} & written.keys():
            whole[name] = written.pop(name)
        whole.pop("title", None)
        whole["description"] = (model.__doc__ or "").partition("\n")[0]
        whole["additionalProperties"] = False
        if issubclass(model, Labelled):
            whole["properties"]["reading"] = dict(READING)
            unless_changed(whole, {"required": whole.pop("required", [])})
        for key, item in whole["properties"].items():
            whole["properties"][key] = {**item, **described(key, _owner(model))}
            whole["properties"][key].pop("title", None)
        return written


def _owner(model: type[BaseModel]) -> str:
    """What keys are called by: the kind of rule, or the model's own name."""
    kind = getattr(__import__(model.__module__, fromlist=["KIND"]), "KIND", None)
    return str(kind) if kind else model.__name__.removesuffix("Model").lower()


def described(key: str, owner: str = "") -> Schema:
    """What an editor says of a key, in both languages."""
    label = key_label(key, owner)
    return {"description": f"{label.zh} / {label.en}"}


def unless_changed(written: Schema, needed: Schema) -> None:
    """What an item needs, unless a reading or a version of it may give that."""
    if needed in ({"required": []}, {}):
        return
    changed = either(*({"required": [key]} for key in ("reading", "versions")))
    written.setdefault("allOf", []).append({"if": {"not": changed}, "then": needed})


def linked(schema: Any) -> Any:
    """The schema with all references as JSON Schema writes them."""
    if isinstance(schema, dict):
        found = {key: linked(item) for key, item in schema.items() if key != PART}
        return {"$ref": f"#/$defs/{schema[PART]}", **found} if PART in schema else found
    return [linked(item) for item in schema] if isinstance(schema, list) else schema
