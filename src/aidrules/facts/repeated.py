"""Keys that stand twice in one object of a JSON text: pydantic would silently take the last of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from aidrules.errors import Problem
from aidrules.facts.problems import printable

MOST_TOLD = 50


def repeated_keys(text: str | bytes | bytearray) -> list[Problem]:
    """What is given twice in a JSON text that pydantic could read; empty if nothing is."""
    try:
        json.loads(text, object_pairs_hook=_distinct)
    except _RepeatedError:
        pairs = json.loads(text, object_pairs_hook=_Pairs)
        return [
            Problem(
                "this key stands twice in one object",
                where=place,
                expected="each key once",
                hint="Which of the values is meant cannot be known: keep one.",
            )
            for place in dict.fromkeys(_places(pairs, ""))
        ][:MOST_TOLD]
    return []


class _RepeatedError(Exception):
    """A key stands twice."""


class _Pairs(tuple[tuple[str, Any], ...]):
    """An object of JSON as it is written, key by key."""

    __slots__ = ()


def _distinct(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise _RepeatedError


def _places(value: object, place: str) -> Iterator[str]:
    if isinstance(value, _Pairs):
        known: set[str] = set()
        for key, inner in value:
            written = key if printable(key) == key else "..."
            path = f"{place}.{written}" if place else written
            if key in known:
                yield path
            known.add(key)
            yield from _places(inner, path)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, f"{place}[{index}]")
