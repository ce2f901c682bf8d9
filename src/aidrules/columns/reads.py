"""What programmes read: facts and lists, so that it can be told which of them are unknown in some rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from aidrules.columns.chunk import Chunk, attributes
from aidrules.engine import Compiled
from aidrules.engine.layout import item_vars, resting_on, scoped
from aidrules.facts.schema import Path
from aidrules.language import core


@dataclass(frozen=True, slots=True)
class Unknowns:
    """What is not known of some rows, of all that some programmes read.

    Attributes:
        open: the facts and lists that are unknown in some row.
        never: the facts that are known in no row.
        empty: the lists that have no item in any row, known or not.
    """

    open: frozenset[tuple[Path, str]]
    never: frozenset[tuple[Path, str]]
    empty: frozenset[Path]


class Reads:
    """The facts and lists that some programmes read, with all that they rest on."""

    def __init__(self, compiled: Compiled, programmes: Sequence[str]) -> None:
        self.facts: dict[tuple[Path, str], core.Fact] = {}
        self.lists: set[Path] = set()
        self._schema = compiled.schema
        for name in _resting(compiled, programmes):
            definition = compiled.definitions[name]
            for part, scope in scoped(definition.expr, item_vars(compiled.schema, definition.owner)):
                if isinstance(part, core.Fact) and not part.required:
                    self.facts[scope[part.var], part.path] = part
                elif isinstance(part, core.Agg) and not part.source.required:
                    self.lists.add((*part.source.owner, part.source.name))

    def known_nowhere(self, types: Mapping[str, Any]) -> set[tuple[Path, str]]:
        """The facts without a column in a kernel frame, by its types, unless they count as something then."""
        return {
            (path, name)
            for (path, name), fact in self.facts.items()
            if fact.absent is None and not _has(types, (*path, *attributes(self._schema, path, name)))
        }

    def unknowns_in(self, chunk: Chunk, nowhere: Set[tuple[Path, str]]) -> Unknowns:
        """What is not known of the rows of a chunk.

        Args:
            chunk: the rows.
            nowhere: the facts that are known in no row, here or in other chunks: what differs from chunk to chunk would
                need a kernel for each.
        """
        open_ = {(path[:-1], path[-1]) for path in self.lists if chunk.list_is_open(path)}
        # They are not read: they are unknown for every row, if there is any.
        never = {(path, name) for path, name in nowhere if not chunk.is_empty(path)}
        open_ |= never
        open_ |= {key for key, fact in self.facts.items() if key not in never and chunk.fact(key[0], fact).null_count()}
        paths = {*self.lists, *(path for path, _ in self.facts)}
        return Unknowns(frozenset(open_), frozenset(never), frozenset(path for path in paths if chunk.is_empty(path)))

    def incomplete(self, chunk: Chunk, unknowns: Unknowns) -> Any:
        """The rows of a chunk in which something is unknown, as a NumPy array of yes and no."""
        found = np.zeros(chunk.height, dtype=bool)
        by_path: dict[Path, Any] = {}
        for path, name in unknowns.open:
            fact = self.facts.get((path, name))
            missing = chunk.unlisted((*path, name)) if fact is None else chunk.fact(path, fact).is_null()
            by_path[path] = by_path.get(path, False) | missing.to_numpy()
        for path, items in by_path.items():
            found[chunk.households(path, np.flatnonzero(items))] = True
        return found

    def fill(self, chunk: Chunk, unknowns: Unknowns) -> bool:
        """Put something possible for all that is unknown in a chunk, of which what comes is not used.

        Returns:
            False where that cannot be: a list that must have items is unknown.
        """
        missing = [self.facts.get(key) for key in unknowns.open]
        lists = [key for key, fact in zip(unknowns.open, missing, strict=True) if fact is None]
        if any(chunk.least_items((*path, name)) for path, name in lists):
            return False
        for (path, _), fact in zip(unknowns.open, missing, strict=True):
            if fact is not None:
                chunk.fill(path, fact)
        return True


def _has(types: Mapping[str, Any], names: Sequence[str]) -> bool:
    """Whether there is something by a name that stands in lists and groups of other names."""
    for name in names:
        if name not in types:
            return False
        inner = types[name].inner if isinstance(types[name], pl.List) else types[name]
        types = inner.to_schema() if isinstance(inner, pl.Struct) else {}
    return True


def _resting(compiled: Compiled, programmes: Sequence[str]) -> frozenset[str]:
    """The definitions that programmes come to, and those that these rest on."""
    waiting = [f"{name}.outcome" for name in programmes]
    for name in programmes:
        for rule in compiled.programmes[name].rules:
            waiting += [one for one in compiled.rules[rule].roles.values() if one in compiled.definitions]
    return resting_on(compiled.definitions, waiting)
