"""What a case assumes: facts that it does not give itself, but takes from the defaults of its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_LONG = 40


@dataclass(frozen=True, slots=True)
class Assumed:
    """A fact, a group of facts or a list that the case does not give.

    Attributes:
        field: its path without items, such as `members[].absence`.
        item: whose it is, where items of lists are on its path: `a`, or the place from 1.
        value: what is taken, as text.
    """

    field: str
    item: str
    value: str

    def bears_on(self, read: Iterable[str]) -> bool:
        """Whether any of the facts that are read, by their paths without items, lies in it."""
        below = f"{self.field}.", f"{self.field}["
        return any(path == self.field or path.startswith(below) for path in read)


def assumed(given: Mapping[str, Any], completed: Mapping[str, Any]) -> tuple[Assumed, ...]:
    """What the completed facts have beyond those that a case gives, the widest groups that it says nothing of."""
    return tuple(_beyond(given, completed, "", ""))


def _beyond(given: Any, completed: Any, field: str, item: str) -> Iterator[Assumed]:
    if isinstance(completed, Mapping) and (isinstance(given, Mapping) or not field):
        for key, value in completed.items():
            path = f"{field}.{key}" if field else key
            if isinstance(given, Mapping) and key in given:
                yield from _beyond(given[key], value, path, item)
            elif value is not None:
                yield from _whole(value, path, item)
    elif isinstance(completed, list) and isinstance(given, list):
        for place, (own, value) in enumerate(zip(given, completed, strict=True), 1):
            yield from _beyond(own, value, f"{field}[]", _within(item, value, place))


def _whole(value: Any, field: str, item: str) -> Iterator[Assumed]:
    """A list that the case does not give is told item by item, everything else in one."""
    if isinstance(value, list) and value:
        for place, each in enumerate(value, 1):
            yield Assumed(f"{field}[]", _within(item, each, place), short(each))
    else:
        yield Assumed(field, item, short(value))


def _within(item: str, value: Any, place: int) -> str:
    own = str(value.get("id", place)) if isinstance(value, Mapping) else str(place)
    return f"{item}/{own}" if item else own


def short(value: Any) -> str:
    """Facts in one line, as a case file would have them.

    >>> short({"kind": "none", "since": "none"})
    '{kind: none, since: none}'
    """
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {short(item)}' for key, item in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(short(item) for item in value)}]"
    return str(value)


def lines(found: Iterable[Assumed]) -> list[str]:
    """What is assumed, a line for the household and for each list of items: `members[a, b]: lives_here: true`."""
    whose: dict[tuple[str, str], list[str]] = {}
    for entry in found:
        whose.setdefault((entry.field, entry.value), []).append(entry.item)
    said: dict[str, list[str]] = {}
    for (field, value), items in whose.items():
        owner, listed, name = field.rpartition("[]")
        head = f"{owner.replace('[]', '')}[{', '.join(items)}]" if listed else ""
        shown = value if len(value) <= _LONG else f"{value[: _LONG - 1]}…"
        said.setdefault(head, []).append(f"{name.lstrip('.')}: {shown}" if name or not listed else shown)
    return [f"{head}: {', '.join(parts)}" if head else ", ".join(parts) for head, parts in said.items()]
