"""What rules read: the facts, lists and findings behind a definition, by their paths without items."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aidrules.engine.layout import item_vars, scoped
from aidrules.language import core

if TYPE_CHECKING:
    from aidrules.decision import Decision
    from aidrules.engine import Compiled


def pattern(path: str) -> str:
    """A path with any item in the place of each.

    >>> pattern("members[a].incomes[0].amount")
    'members[].incomes[].amount'
    """
    return re.sub(r"\[[^\]]*\]", "[]", path)


def _path(owner: tuple[str, ...], name: str) -> str:
    return "".join(f"{each}[]." for each in owner) + name


@lru_cache(maxsize=8)
def inputs_of(compiled: Compiled) -> frozenset[str]:
    """Every fact and list that any rule reads."""
    return frozenset(_path(owner, name) for owner, row in compiled.rows.items() for name in (*row.fields, *row.lists))


@lru_cache(maxsize=256)
def read_by(compiled: Compiled, names: tuple[str, ...]) -> frozenset[str]:
    """Every fact and list on which definitions rest, be it through others."""
    waiting, seen, found = list(names), set[str](), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in compiled.definitions:
            continue
        seen.add(name)
        definition = compiled.definitions[name]
        for part, scope in scoped(definition.expr, item_vars(compiled.schema, definition.owner)):
            match part:
                case core.Fact():
                    found.add(_path(scope[part.var], part.path))
                case core.Agg():
                    found.add(_path(part.source.owner, part.source.name))
                case core.Ref():
                    waiting.append(part.name)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of the pack for the household, or for a member.

    Attributes:
        path: without items.
        item: the member.
        if_absent: what it counts as where nobody made it.
        made: whether somebody did.
    """

    name: str
    path: str
    item: str
    if_absent: str
    made: bool


def findings(decision: Decision) -> Iterator[Finding]:
    """Every finding, for everybody whom it is about."""
    for name, entry in decision.pack.findings.items():
        members = entry.model.about == "member"
        household: Any = decision.subject
        holders: Sequence[Any] = household.members if members else (household,)
        for holder in holders:
            made = holder.findings is not None and getattr(holder.findings, name) is not None
            path = _path(("members",) if members else (), f"findings.{name}")
            yield Finding(name, path, holder.id if members else "", entry.model.if_absent, made)
