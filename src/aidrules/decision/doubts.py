"""What is on record, was taken as it stands, and may be a slip: a mistyped id, the same item listed twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import reduce
from typing import Any
from weakref import WeakKeyDictionary

from aidrules.decision.forms import Doubt
from aidrules.decision.view import View
from aidrules.engine.program import Compiled
from aidrules.facts.fact import RULE_ID
from aidrules.facts.items import PROGRAMME
from aidrules.facts.schema import Field, ListField, Subject
from aidrules.language import core
from aidrules.language.fields import Label

_IDS = (RULE_ID, PROGRAMME)
_FEWEST = 2
"""Items of fewer facts than this are often alike."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What a pack reads: the ids that it knows, by the fact that holds them, and which facts of a subject hold ids."""

    known: Mapping[str, frozenset[str]]
    ids: dict[str, tuple[Field, ...]]


_reads: WeakKeyDictionary[Compiled, _Read] = WeakKeyDictionary()


def doubts_of(view: View) -> tuple[Doubt, ...]:
    """What may be a slip in the record that a run read."""
    read = _reads.get(view.compiled)
    if read is None:
        read = _reads.setdefault(view.compiled, _Read(_known(view.compiled), {}))
    return tuple(_under(read, view.run.household, view.names.schema, "", None))


def _known(compiled: Compiled) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {"programme": {*compiled.programmes}, "rule": {*compiled.rules}}
    for definition in compiled.definitions.values():
        for part in core.walk(definition.expr):
            match part:
                case core.Compare(left=core.Fact(path=path), right=core.Const(value=str(id_))):
                    found.setdefault(path, set()).add(id_)
    return {name: frozenset(ids) for name, ids in found.items()}


def _under(read: _Read, found: Any, subject: Subject, where: str, member: str | None) -> Iterator[Doubt]:
    for name, listed in subject.lists.items():
        items = getattr(found, name)
        if not items or listed.confidential or listed.refers_to:
            continue
        label, earlier = Label(listed.label_zh, listed.label_en), dict[Any, int]()
        for place, item in enumerate(items):
            at = f"{where}{name}[{place}]"
            about = _about(item, listed.item) or member
            for field, id_, nearest in _misspelt(read, item, listed):
                called = Label(field.label_zh, field.label_en)
                yield Doubt("unknown_id", f"{at}.{field.name}", label, place + 1, about, called, id_, nearest, None)
            shown = not _is_partly_confidential(listed.subject) and _is_telling(item, listed.subject)
            first = earlier.setdefault(item, place) if shown else place
            if first != place:
                yield Doubt("listed_twice", at, label, place + 1, about, None, None, None, first + 1)
            yield from _under(read, item, listed.subject, f"{at}.", about)


def _misspelt(read: _Read, item: Any, listed: ListField) -> Iterator[tuple[Field, str, str]]:
    """The ids in an item that no rule has, each with the one that it is like."""
    subject = listed.subject
    if subject.name not in read.ids:
        fields = (field for field in subject.fields.values() if field.pattern in _IDS and not field.confidential)
        read.ids[subject.name] = tuple(fields)
    for field in read.ids[subject.name]:
        id_, known = getattr(item, field.name), read.known.get(field.name, frozenset())
        if id_ is not None and id_ not in known:
            for nearest in get_close_matches(id_, known, n=1, cutoff=0.6):
                yield field, id_, nearest


def _is_partly_confidential(subject: Subject) -> bool:
    """Whether some of it is withheld from records; without it, other items would be alike."""
    return any(field.confidential for field in subject.fields.values()) or any(
        _is_partly_confidential(listed.subject) for listed in subject.lists.values()
    )


def _is_telling(item: Any, subject: Subject) -> bool:
    """Whether two items that say this are likely one: they say several things, a day or a sum of money among them."""
    values = [(field, reduce(_inner, field.name.split("."), item)) for field in subject.fields.values()]
    said = [(field, value) for field, value in values if value not in (None, "none")]
    return len(said) >= _FEWEST and any(
        isinstance(value, date) or (field.type == "money" and value != 0) for field, value in said
    )


def _about(item: Any, kind: str) -> str | None:
    """The member that an item is, or that it names."""
    found: str | None = item.id if kind == "member" else getattr(item, "member", None)
    return None if found == "none" else found


def _inner(found: Any, name: str) -> Any:
    return getattr(found, name, None)
