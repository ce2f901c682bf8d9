"""A record read back: its text, its form, its bounds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from types import UnionType
from typing import Any

from aidrules.decision.canonical import written
from aidrules.decision.record import FORMAT
from aidrules.errors import Problem, RecordError
from aidrules.facts.sizes import values_in
from aidrules.language.search import is_name

GREATEST_TEXT = 50_000_000
_MOST_VALUES = 1_000_000

_DEEPEST = 60

_FORM: Mapping[str, type | UnionType] = {
    "chain": str,
    "confidential": list,
    "decision": dict,
    "digest": str,
    "format": str,
    "household": dict,
    "known": str | None,
    "law": str,
    "library": dict,
    "on": str,
    "overlays": list,
    "pack": dict,
    "parameters": dict,
    "readings": dict,
    "withheld": list,
}
_KINDS: Mapping[type | UnionType, str] = {
    str: "a text",
    str | None: "a text or null",
    list: "a list",
    dict: "an object",
}


def read_record(text: str | bytes) -> dict[str, Any]:
    """The content of a record.

    Raises:
        RecordError: it is not one.
    """
    content = as_recorded(text)
    missing = sorted(key for key in _FORM if key not in content)
    if content.get("format") != FORMAT or missing:
        found = f"format {written(content.get('format'))}" + (f", without {', '.join(missing)}" if missing else "")
        hint = "Give a file that `aidrules decide --record` or Decision.record() wrote."
        raise RecordError(Problem(found, "record", expected=f"format {FORMAT!r}", hint=hint))
    if problems := list(_form_problems(content)):
        raise RecordError(problems)
    return content


def _form_problems(content: Mapping[str, Any]) -> Iterator[Problem]:
    """Parts that have another form than they should."""
    for key, value in content.items():
        kind = _FORM.get(key)
        if kind is None:
            yield Problem(f"unknown key {written(key)}", "record", expected=f"one of {', '.join(sorted(_FORM))}")
        elif not isinstance(value, kind):
            yield Problem("this has another form than it should", key, expected=_KINDS[kind])
    for key in ("on", "law", "known"):
        if isinstance(day := content[key], str) and not _is_day(day):
            found = f"{written(day)} is not a day of the calendar"
            yield Problem(found, key, expected="a date written YYYY-MM-DD")
    for key in ("withheld", "confidential"):
        paths = content[key]
        if isinstance(paths, list) and not (all(isinstance(path, str) for path in paths) and _are_distinct(paths)):
            yield Problem("this has another form than it should", key, expected="a list of paths, each once")
    if isinstance(library := content["library"], dict) and not (
        library.keys() == {"name", "version"} and library["name"] == "aidrules" and isinstance(library["version"], str)
    ):
        yield Problem("this has another form than it should", "library", expected="aidrules and its version")
    if isinstance(pack := content["pack"], dict) and not (
        pack.keys() == {"id", "digest", "layers"}
        and isinstance(pack["id"], str)
        and isinstance(pack["digest"], str)
        and isinstance(pack["layers"], list)
    ):
        yield Problem("this has another form than it should", "pack", expected="its id, digest and layers")
    if content["chain"] not in ("durable", "exact"):
        yield Problem("this has another form than it should", "chain", expected="durable or exact")
    if isinstance(content["overlays"], list):
        for number, overlay in enumerate(content["overlays"]):
            if not _is_overlay(overlay):
                expected = "a name, an id or null, and content: the JSON text of an object"
                yield Problem("this has another form than it should", f"overlays[{number}]", expected=expected)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _are_distinct(paths: list[str]) -> bool:
    return len(set(paths)) == len(paths)


def _is_overlay(overlay: object) -> bool:
    """Whether this is an overlay by its content: a text alone would be taken for the name of a file."""
    if not isinstance(overlay, dict) or overlay.keys() != {"name", "id", "content"}:
        return False
    if not isinstance(overlay["content"], str) or not (overlay["id"] is None or is_name(overlay["id"])):
        return False
    try:
        return isinstance(json.loads(overlay["content"], object_pairs_hook=_distinct), dict)
    except (ValueError, RecursionError):
        return False


def as_recorded(text: str | bytes) -> dict[str, Any]:
    """The JSON object of a text, within bounds, whatever its keys are.

    Raises:
        RecordError: it is no such object.
    """
    if not isinstance(text, str | bytes):
        raise RecordError(Problem(f"found a {type(text).__name__}", "record", expected="the text of a record"))
    if len(text) > GREATEST_TEXT:
        raise RecordError(Problem(f"the text has {len(text)} bytes", "record", expected=f"at most {GREATEST_TEXT}"))
    if values_in(text) > _MOST_VALUES:
        raise RecordError(Problem(f"the text has more than {_MOST_VALUES:,} values", "record", expected="a record"))
    try:
        # Some editors write a byte order mark; of bytes, json.loads takes it away itself.
        text = text.removeprefix("\ufeff") if isinstance(text, str) else text
        content = json.loads(text, object_pairs_hook=_distinct, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise RecordError(Problem(f"this is not JSON as a record has it: {error}", "record")) from None
    if not isinstance(content, dict):
        raise RecordError(Problem("this is not a JSON object", "record", expected="an object with the record's fields"))
    if _is_deeper(content, _DEEPEST):
        raise RecordError(Problem("this is nested too deeply", "record", expected=f"at most {_DEEPEST} levels"))
    return content


def _is_deeper(content: object, most: int) -> bool:
    level: list[object] = [content]
    for _ in range(most):
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_float(text: str) -> Any:
    raise ValueError(f"the number {text} is not exact; records hold decimals as text")
