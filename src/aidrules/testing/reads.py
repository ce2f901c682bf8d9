"""What rules read: the facts and lists behind a definition, by their paths without items."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from aidrules.engine.layout import item_vars, scoped
from aidrules.language import core

if TYPE_CHECKING:
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


def read_by(compiled: Compiled, names: Iterable[str]) -> frozenset[str]:
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
