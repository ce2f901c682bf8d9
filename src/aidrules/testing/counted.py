"""How many facts a case has with those that its file says for all, counted before any of them is entered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aidrules.language import tree

MOST_VALUES = 5_000_000
"""The cases of one file have so many facts together, with those that the file says for all of them."""


def values_of(case: tree.Node, common: Mapping[str, Any], most: int) -> int:
    """How many values a case has, with what the file says for all; whatever is beyond the most is not counted."""
    own = case.mapping("given") if isinstance(case, tree.Mapping) else None
    given = {**_mapping(common.get("default")), **(own.plain() if own else {})}
    found = _counted(given, most)
    for path, item in _mapping(common.get("items")).items():
        if found > most:
            break
        found += _counted(item, most) * _items_at(given, path.split("."))
    return found


def _items_at(given: Any, path: list[str]) -> int:
    """How many items the lists at a path have."""
    listed = given.get(path[0]) if isinstance(given, dict) else None
    if not isinstance(listed, list):
        return 0
    return sum(_items_at(each, path[1:]) for each in listed) if path[1:] else len(listed)


def _counted(value: Any, most: int) -> int:
    """How many values there are in a value, itself included, until there are more than the most."""
    waiting, found = [value], 0
    while waiting and found <= most:
        each = waiting.pop()
        found += 1
        waiting.extend(each.values() if isinstance(each, Mapping) else each if isinstance(each, list) else ())
    return found


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
