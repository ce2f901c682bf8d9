"""The JSON text of plain values and of frozen records: each form is written by a function made once from its fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

Write = Callable[[Any], str]


class _Writers(dict[type, Write]):
    """How values of a type are written; worked out where a type is met first."""

    def __missing__(self, kind: type) -> Write:
        made = self[kind] = _writer(kind)
        return made


def written(value: object) -> str:
    """A value as JSON text: amounts are decimal text, dates ISO text, records their fields in order.

    >>> written({"a": (Decimal("1.50"), date(2025, 6, 1), None)})
    '{"a": ["1.50", "2025-06-01", null]}'
    """
    return _WRITERS[type(value)](value)


def fields_text(**fields: object) -> str:
    """Fields as they stand inside a record.

    >>> fields_text(name="a", missing=False)
    '"name": "a", "missing": false'
    """
    return ", ".join([f'"{name}": {written(value)}' for name, value in fields.items()])


def _writer(kind: type) -> Write:
    if is_dataclass(kind):
        return _record(kind)
    for known, write in _KNOWN.items():
        if issubclass(kind, known):
            return write
    raise TypeError(f"{kind.__name__} has no JSON form")


def _record(kind: type) -> Write:
    names = [field.name for field in fields(kind)]
    form = ", ".join(f'"{name}": %s' for name in names).join("{}")
    values: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
    if len(names) == 1:
        return lambda record: form % written(values(record))
    return lambda record: form % tuple([_WRITERS[type(value)](value) for value in values(record)])


def _mapping(value: Mapping[str, Any]) -> str:
    return ", ".join([f"{encode_basestring(key)}: {written(one)}" for key, one in value.items()]).join("{}")


def _listed(value: tuple[Any, ...]) -> str:
    return ", ".join([_WRITERS[type(one)](one) for one in value]).join("[]")


_KNOWN: dict[type, Write] = {
    str: encode_basestring,
    bool: lambda value: "true" if value else "false",
    int: str,
    type(None): lambda _: "null",
    date: lambda value: f'"{value.isoformat()}"',
    Decimal: lambda value: f'"{value}"',
    Mapping: _mapping,
    tuple: _listed,
    list: _listed,
}
_WRITERS = _Writers(_KNOWN)
