"""JSON Schemas of the files that authors write, for editors: packs, overlays, cases and lists of sources."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

from aidrules.authoring.parts import chosen, definitions, named, overrides, sections
from aidrules.authoring.written import CITE, DAY, TEXT, Schema, described, either, linked, part
from aidrules.decision.forms.outcomes import Every, Status
from aidrules.language import search
from aidrules.language.subject import ABOUT_HOUSEHOLDS
from aidrules.testing.cases import TERMS

FOLDER = ".schemas"
"""The folder beside packs in which files look for their schemas."""
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def file_schema(kind: str) -> Schema:
    """The JSON Schema of a kind of file: `pack`, `overlay`, `case` or `sources`."""
    body, title = _FILES[kind]
    written = {"$schema": _DIALECT, "$id": f"aidrules-{kind}", "title": title, **linked(body())}
    return {**written, "$defs": _reached(written, linked(definitions()))}


def schema_text(kind: str) -> str:
    """The schema as a file holds it."""
    return json.dumps(file_schema(kind), ensure_ascii=False, indent=1) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write the schemas of all files below a folder of packs, where the first lines of files look for them."""
    below = folder / FOLDER
    made = [search.inside(below / f"{kind}.json", folder) for kind in _FILES]
    below.mkdir(exist_ok=True)
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


def _file(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _pack() -> Schema:
    header = definitions()["header"]["properties"]
    asked = {"properties": {"inputs": {"propertyNames": {"enum": [*ABOUT_HOUSEHOLDS]}}}}
    # Of a file that does not say what it is about, an editor takes it to be about households.
    about = {"if": {"not": {"required": ["subject"]}}, "then": asked}
    return {**_file({**header, **sections(), "overrides": overrides()}, ["pack"]), **about}


def _overlay() -> Schema:
    header = definitions()["overlay_header"]["properties"]
    values = definitions()["parameter"]["properties"]["values"]
    filled = {"type": "object", "properties": {"values": values}, "additionalProperties": False}
    sections = {
        "parameters": named(filled, "parameters"),
        "readings": chosen(),
        "sources": named(part("source"), "sources", TEXT),
        "overrides": overrides(),
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
        "readings": chosen(),
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
            "payments": {"type": "object", "additionalProperties": _payment(), **described("payments")},
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
    unnoticed = {"because": {**TEXT, **described("because")}, "mutants": {**names, **described("mutants")}}
    listed = _file(unnoticed, ["because", "mutants"])
    whole = _file(
        {
            **shared,
            "source": TEXT,
            "items": {"type": "object", "additionalProperties": facts, **described("items", "case_file")},
            "unreached": {"type": "object", "additionalProperties": TEXT, **described("unreached")},
            "unnoticed": {"type": "array", "items": listed, **described("unnoticed")},
            "cases": {"type": "array", "items": case, "minItems": 1, **described("cases", "case_file")},
        },
        [],
    )
    return {**whole, "anyOf": [{"required": [key]} for key in ("cases", "unreached", "unnoticed")]}


def _payment() -> Schema:
    """The terms of one payment that a case expects, or none."""
    words = {"every": {"enum": list(get_args(Every))}, "as": {"enum": ["cash", "loan", "kind"]}}
    terms = _file({term: {**words.get(term, TEXT), **described(term)} for term in TERMS}, [])
    return either({"const": "none"}, {**terms, "minProperties": 1})


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
