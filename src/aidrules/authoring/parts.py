"""The parts that schemas of files share: what models read, the rules of each kind, and what changes say."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Mapping
from functools import cache

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from pydantic_core import CoreSchema

from aidrules.authoring.written import (
    CITE,
    DAY,
    IDENTIFIER,
    IDENTIFIERS,
    TAKEN_OUT,
    TEXT,
    Schema,
    WrittenSchema,
    described,
    either,
    part,
    unless_changed,
)
from aidrules.facts.inputs import Input
from aidrules.kinds import KINDS
from aidrules.language.declared import ParameterModel
from aidrules.language.models import (
    BODIES,
    DefinitionModel,
    FileHeader,
    FindingModel,
    InForce,
    OverlayHeader,
    ProgrammeModel,
    ReadingModel,
    TermModel,
)
from aidrules.language.notices import NoticeModel
from aidrules.language.sources import SourceModel
from aidrules.language.subject import ABOUT_HOUSEHOLDS

_ITEMS: Mapping[str, type[BaseModel]] = {
    "input": Input,
    "finding": FindingModel,
    "parameter": ParameterModel,
    "shared_reading": ReadingModel,
    "definition": DefinitionModel,
    "programme": ProgrammeModel,
    "term": TermModel,
    "notice": NoticeModel,
}
_MODELS: Mapping[str, type[BaseModel]] = {
    **_ITEMS,
    **{f"{name}_rule": kind.model for name, kind in KINDS.items()},
    "in_force": InForce,
    "source": SourceModel,
    "header": FileHeader,
    "overlay_header": OverlayHeader,
}
_DOTTED: Schema = {r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$": {}}
_CHANGES: Mapping[str, Schema] = {
    "without": either(TEXT, {"type": "array", "items": TEXT}),
    "replace": {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2},
}
_PLAIN = ("definitions", "findings", "notices", "parameters", "terms")
"""Sections of items by name, called by what they hold."""


@cache
def definitions() -> dict[str, Schema]:
    """Every part by name: what models read, the rules, and what changes say."""
    inputs: list[tuple[str, JsonSchemaMode, CoreSchema]] = [
        (name, "validation", TypeAdapter(model).core_schema) for name, model in _MODELS.items()
    ]
    found, below = WrittenSchema(by_alias=True).generate_definitions(inputs)
    parts: dict[str, Schema] = {name: dict(schema) for name, schema in below.items()}
    for (name, _), schema in found.items():
        target = schema.get("$ref", "").rpartition("/")[2]
        parts[str(name)] = parts[target] if target else dict(schema)
    _need(parts)
    for name in [*_ITEMS, *(f"{kind}_rule" for kind in KINDS)]:
        changed = {key: {**schema, **described(key)} for key, schema in TAKEN_OUT.items()}
        parts[name]["properties"] = {**parts[name]["properties"], **changed}
    for name in _ITEMS:
        parts[f"{name}_changes"] = _changes([parts[name]])
    parts["rule_changes"] = _changes(parts[f"{kind}_rule"] for kind in KINDS)
    parts["definition"]["properties"]["versions"] = _versions("definition_changes")
    parts["rule_changes"]["properties"]["like"] = {**TEXT, **described("like")}
    for kind in KINDS:
        rule = parts[f"{kind}_rule"]
        rule["properties"].pop("also", None)
        rule["properties"].update(kind={"const": kind, **described("kind")}, versions=_versions("rule_changes"))
        # In a group named by its kind, a rule does not say it again.
        needed = [key for key in rule["allOf"][0]["then"]["required"] if key != "kind"]
        rule["allOf"][0]["then"] = {"required": needed}
    return {**parts, **_FIXED}


def _need(parts: dict[str, Schema]) -> None:
    """What models say by validators rather than by their fields."""
    unless_changed(parts["definition"], {"oneOf": [{"required": [body]} for body in BODIES]})
    unless_changed(parts["parameter"], either({"required": ["values"]}, {"required": ["required"]}))
    unless_changed(parts["deadline_rule"], {"oneOf": [{"required": ["due"]}, {"required": ["from", "within"]}]})


def _versions(changes: str) -> Schema:
    dated = {"properties": {"from": DAY, "until": DAY}}
    return {"type": "array", "items": {**dated, **part(changes)}, "minItems": 1, **described("versions")}


def _changes(wholes: Iterable[Schema]) -> Schema:
    """Any of the keys of something, none needed, and the ways of changing a part of it."""
    keys: dict[str, list[Schema]] = {}
    for whole in wholes:
        for key, schema in whole["properties"].items():
            said = {name: value for name, value in schema.items() if name != "description"}
            if said not in keys.setdefault(key, []):
                keys[key].append(said)
    made = {key: said[0] if len(said) == 1 else either(*said) for key, said in keys.items()}
    properties = {**made, "from": either(*keys.get("from", []), DAY), "until": either(*keys.get("until", []), DAY)}
    return {
        "type": "object",
        "properties": {key: {**schema, **described(key)} for key, schema in {**properties, **_CHANGES}.items()},
        "patternProperties": _DOTTED,
        "additionalProperties": False,
    }


def _or_alike(whole: Schema) -> Schema:
    """A rule written out, or one that is like another and says only what differs."""
    return {"type": "object", "if": {"required": ["like"]}, "then": part("rule_changes"), "else": whole}


_NOTE: Schema = {"zh": TEXT, "en": TEXT, "cite": CITE}
_FIXED: Mapping[str, Schema] = {
    "identifier": {
        "type": "string",
        "pattern": "^[a-z][a-z0-9_]{0,59}$",
        "not": {"enum": sorted([*keyword.kwlist, "true", "false", "none"])},
    },
    "cite": either(TEXT, part("clause"), {"type": "array", "items": either(TEXT, part("clause"))}),
    "clause": {
        "type": "object",
        "properties": {"source": TEXT, "clause": TEXT},
        "minProperties": 1,
        "additionalProperties": False,
    },
    "reading": {
        "type": "object",
        "minProperties": 1,
        "if": either(*({"required": [key]} for key in ("default", "options", "of"))),
        "then": part("switch"),
        "else": {
            "if": {"propertyNames": {"enum": list(_NOTE)}},
            "then": {"properties": _NOTE},
            "else": {
                "propertyNames": IDENTIFIER,
                "additionalProperties": {
                    "type": "object",
                    "if": {"propertyNames": {"enum": list(_NOTE)}},
                    "then": {"properties": _NOTE},
                    "else": part("switch"),
                },
            },
        },
    },
    "switch": {
        "type": "object",
        "properties": {
            **_NOTE,
            "default": {**IDENTIFIER, **described("default")},
            "of": {**IDENTIFIER, **described("reading")},
            "options": {
                **either(
                    IDENTIFIERS,
                    {
                        "type": "object",
                        "propertyNames": IDENTIFIER,
                        "minProperties": 1,
                        "additionalProperties": {"type": "object", "properties": _NOTE},
                    },
                ),
                **described("options"),
            },
        },
        "required": ["options"],
        "anyOf": [{"required": ["default"]}, {"required": ["of"]}],
        "additionalProperties": False,
    },
    "rules": {
        "type": "object",
        "propertyNames": IDENTIFIER,
        "properties": {
            name: {
                "if": either({"required": ["kind"]}, {"required": ["like"]}),
                "then": part("rule"),
                "else": {
                    "type": "object",
                    "propertyNames": IDENTIFIER,
                    "additionalProperties": _or_alike(part(f"{name}_rule")),
                },
            }
            for name in KINDS
        },
        "additionalProperties": part("rule"),
    },
    "rule": _or_alike(
        {
            "properties": {"kind": {"enum": list(KINDS), **described("kind")}},
            "required": ["kind"],
            "allOf": [
                {
                    "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                    "then": part(f"{name}_rule"),
                }
                for name in KINDS
            ],
        }
    ),
}


def named(schema: Schema, key: str, names: Schema = IDENTIFIER) -> Schema:
    return {"type": "object", "propertyNames": names, "additionalProperties": schema, **described(key)}


def sections(changes: str = "") -> Schema:
    """The sections of a pack; with `_changes`, those of `overrides:`, where nothing needs to be whole."""
    programme = definitions()[f"programme{changes}"]
    rules = named(part("rule_changes"), "rules") if changes else {**part("rules"), **described("rules")}
    whole = {"definitions": named(part(f"definition{changes}"), "definitions"), "rules": rules}
    programme = {**programme, "properties": {**programme["properties"], **whole}}
    return {
        "inputs": {
            "type": "object",
            "propertyNames": IDENTIFIER,
            "properties": {subject: named(part(f"input{changes}"), subject) for subject in ABOUT_HOUSEHOLDS},
            "additionalProperties": named(part(f"input{changes}"), "inputs"),
            **described("inputs"),
        },
        "programmes": named(programme, "programmes"),
        "readings": chosen() if changes else named(part("shared_reading"), "readings"),
        **{key: named(part(f"{key[:-1]}{changes}"), key) for key in _PLAIN},
    }


def overrides() -> Schema:
    """The changes to what wider packs say."""
    return {
        "type": "object",
        "properties": sections("_changes"),
        "additionalProperties": False,
        **described("overrides"),
    }


def chosen() -> Schema:
    """Options by the names of readings."""
    names = {"type": "string", "pattern": r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"}
    return named(either(IDENTIFIER, {"type": "object"}), "readings", names)
