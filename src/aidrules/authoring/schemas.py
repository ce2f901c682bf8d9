"""JSON Schemas of the files that authors write, for editors: packs, overlays, cases and lists of sources."""

from __future__ import annotations

import json
import keyword
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter

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
    linked,
    part,
    unless_changed,
)
from aidrules.decision.forms import Status
from aidrules.facts.inputs import Input
from aidrules.kinds import KINDS
from aidrules.language.models import (
    BODIES,
    DefinitionModel,
    FileHeader,
    FindingModel,
    InForce,
    OverlayHeader,
    ProgrammeModel,
    ReadingModel,
    SourceModel,
    TermModel,
)
from aidrules.language.notices import NoticeModel
from aidrules.language.statements import SUBJECTS
from aidrules.language.values import ParameterModel

FOLDER = ".schemas"
"""The folder beside packs in which files look for their schemas."""
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
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


def file_schema(kind: str) -> Schema:
    """The JSON Schema of a kind of file: `pack`, `overlay`, `case` or `sources`."""
    body, title = _FILES[kind]
    written = {"$schema": _DIALECT, "$id": f"aidrules-{kind}", "title": title, **linked(body())}
    return {**written, "$defs": _reached(written, linked(_definitions()))}


def schema_text(kind: str) -> str:
    """The schema as a file holds it."""
    return json.dumps(file_schema(kind), ensure_ascii=False, indent=1) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write the schemas of all files below a folder of packs, where the first lines of files look for them."""
    below = folder / FOLDER
    below.mkdir(exist_ok=True)
    made = [below / f"{kind}.json" for kind in _FILES]
    for file in made:
        file.write_text(schema_text(file.stem), encoding="utf-8", newline="\n")
    return made


def first_line(kind: str, depth: int) -> str:
    """The line by which the language server of an editor finds the schema of a file.

    Args:
        kind: the kind of file.
        depth: how many folders the file lies below the folder of packs.
    """
    return f"# yaml-language-server: $schema={'../' * depth}{FOLDER}/{kind}.json\n"


# The parts that files share


@cache
def _definitions() -> dict[str, Schema]:
    """Every part by name: what models read, the rules, and what changes say."""
    inputs = [(name, "validation", TypeAdapter(model).core_schema) for name, model in _MODELS.items()]
    found, below = WrittenSchema(by_alias=True).generate_definitions(inputs)  # type: ignore[arg-type]
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
    for kind in KINDS:
        rule = parts[f"{kind}_rule"]
        rule["properties"].update(kind={"const": kind, **described("kind")}, versions=_versions("rule_changes"))
        # In a group named by its kind, a rule does not say it again.
        needed = [key for key in rule["allOf"][0]["then"]["required"] if key != "kind"]
        rule["allOf"][0]["then"] = {"required": needed}
    return {**parts, **_FIXED}


def _need(parts: dict[str, Schema]) -> None:
    """What models say by validators rather than by their fields."""
    unless_changed(parts["definition"], {"oneOf": [{"required": [body]} for body in BODIES]})
    unless_changed(parts["parameter"], either({"required": ["values"]}, {"required": ["required"]}))


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
                "if": {"required": ["kind"]},
                "then": part("rule"),
                "else": {
                    "type": "object",
                    "propertyNames": IDENTIFIER,
                    "additionalProperties": {**part(f"{name}_rule"), "type": "object"},
                },
            }
            for name in KINDS
        },
        "additionalProperties": part("rule"),
    },
    "rule": {
        "type": "object",
        "properties": {"kind": {"enum": list(KINDS), **described("kind")}},
        "required": ["kind"],
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": part(f"{name}_rule"),
            }
            for name in KINDS
        ],
    },
}


def _named(schema: Schema, key: str, names: Schema = IDENTIFIER) -> Schema:
    return {"type": "object", "propertyNames": names, "additionalProperties": schema, **described(key)}


def _programme(changes: str, parts: Mapping[str, Schema]) -> Schema:
    """A programme with its own definitions and rules."""
    own = _definitions()[f"programme{changes}"]
    return {**own, "properties": {**own["properties"], **parts}}


def _sections() -> Schema:
    """The sections of a pack."""
    programme = _programme(
        "", {"definitions": _named(part("definition"), "definitions"), "rules": {**part("rules"), **described("rules")}}
    )
    return {
        "inputs": {
            "type": "object",
            "properties": {subject: _named(part("input"), subject) for subject in SUBJECTS},
            "additionalProperties": False,
            **described("inputs"),
        },
        "findings": _named(part("finding"), "findings"),
        "parameters": _named(part("parameter"), "parameters"),
        "readings": _named(part("shared_reading"), "readings"),
        "definitions": _named(part("definition"), "definitions"),
        "programmes": _named(programme, "programmes"),
        "terms": _named(part("term"), "terms"),
        "notices": _named(part("notice"), "notices"),
    }


def _overrides() -> Schema:
    """The same sections with changes instead of whole items."""
    programme = _programme(
        "_changes",
        {
            "definitions": _named(part("definition_changes"), "definitions"),
            "rules": _named(part("rule_changes"), "rules"),
        },
    )
    sections = {
        "inputs": {
            "type": "object",
            "properties": {subject: _named(part("input_changes"), subject) for subject in SUBJECTS},
            "additionalProperties": False,
        },
        "findings": _named(part("finding_changes"), "findings"),
        "parameters": _named(part("parameter_changes"), "parameters"),
        "readings": _chosen(),
        "definitions": _named(part("definition_changes"), "definitions"),
        "programmes": _named(programme, "programmes"),
        "terms": _named(part("term_changes"), "terms"),
        "notices": _named(part("notice_changes"), "notices"),
    }
    return {"type": "object", "properties": sections, "additionalProperties": False, **described("overrides")}


def _chosen() -> Schema:
    """Options by the names of readings."""
    names = {"type": "string", "pattern": r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$"}
    return _named(either(IDENTIFIER, {"type": "object"}), "readings", names)


# The files


def _file(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _pack() -> Schema:
    header = _definitions()["header"]["properties"]
    return _file({**header, **_sections(), "overrides": _overrides()}, ["pack"])


def _overlay() -> Schema:
    header = _definitions()["overlay_header"]["properties"]
    values = _definitions()["parameter"]["properties"]["values"]
    filled = {"type": "object", "properties": {"values": values}, "additionalProperties": False}
    sections = {
        "parameters": _named(filled, "parameters"),
        "readings": _chosen(),
        "sources": _named(part("source"), "sources", TEXT),
        "overrides": _overrides(),
    }
    return _file({**header, **sections}, ["overlay"])


def _sources() -> Schema:
    return {"type": "object", "additionalProperties": part("source")}


def _case() -> Schema:
    """A file of cases; facts are those of the pack, which `aidrules schema PACK` describes."""
    facts: Schema = {"type": "object"}
    values = {"type": "object", "additionalProperties": either(TEXT, {"type": "object"}, {"type": "array"})}
    shared = {
        "zh": TEXT,
        "en": TEXT,
        "on": DAY,
        "parameters": {**values, **described("parameters")},
        "readings": _chosen(),
        "overlays": {"type": "array", "items": TEXT, **described("overlays")},
        "default": {**facts, **described("default", "case")},
    }
    names = either(TEXT, {"type": "array", "items": TEXT})
    by_name = {"type": "object", "additionalProperties": TEXT}
    expect = _file(
        {
            "outcomes": {"type": "object", "additionalProperties": {"enum": list(get_args(Status))}},
            **{key: {**by_name, **described(key, "expect")} for key in ("amounts", "values", "dates")},
            **{
                key: {**names, **described(key, "expect")}
                for key in ("entitlements", "referrals", "gates", "not", "reasons", "missing")
            },
            "refused": {**TEXT, **described("refused")},
        },
        [],
    )
    case = _file(
        {
            **shared,
            "name": {**TEXT, **described("name")},
            "cite": CITE,
            "given": {**facts, **described("given")},
            "expect": {**expect, "minProperties": 1, **described("expect")},
        },
        ["name", "expect"],
    )
    return _file(
        {
            **shared,
            "source": TEXT,
            "items": {"type": "object", "additionalProperties": facts, **described("items", "case_file")},
            "unreached": {"type": "object", "additionalProperties": TEXT, **described("unreached")},
            "cases": {"type": "array", "items": case, "minItems": 1, **described("cases", "case_file")},
        },
        ["cases"],
    )


_FILES: Mapping[str, tuple[Callable[[], Schema], str]] = {
    "pack": (_pack, "规则包的一个文件 / a file of a rule pack"),
    "overlay": (_overlay, "叠加文件 / an overlay"),
    "case": (_case, "案例文件 / a file of cases"),
    "sources": (_sources, "文件目录 / a list of documents"),
}
FILES = tuple(_FILES)
"""The kinds of files that have a schema."""


def _reached(schema: Any, parts: Mapping[str, Schema]) -> dict[str, Schema]:
    """The parts that a schema refers to, and those that they refer to."""
    found: dict[str, Schema] = {}
    waiting: list[Any] = [schema]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            name = str(item.get("$ref", "")).removeprefix("#/$defs/") if isinstance(item.get("$ref"), str) else ""
            if name and name not in found:
                found[name] = parts[name]
                waiting.append(parts[name])
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return dict(sorted(found.items()))
