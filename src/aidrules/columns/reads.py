"""What programmes read: facts and lists, so that it can be told which of them are unknown in some rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aidrules.columns.chunk import Chunk
from aidrules.engine import Compiled
from aidrules.engine.layout import item_vars, scoped
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
        for name in _resting(compiled, programmes):
            definition = compiled.definitions[name]
            for part, scope in scoped(definition.expr, item_vars(compiled.schema, definition.owner)):
                if isinstance(part, core.Fact) and not part.required:
                    self.facts[scope[part.var], part.path] = part
                elif isinstance(part, core.Agg) and not part.source.required:
                    self.lists.add((*part.source.owner, part.source.name))

    def unknowns_in(self, chunk: Chunk) -> Unknowns:
        """What is not known of the rows of a chunk."""
        open_ = {(path[:-1], path[-1]) for path in self.lists if chunk.list_is_open(path)}
        open_ |= {(path, name) for (path, name), fact in self.facts.items() if chunk.fact(path, fact).null_count()}
        never = {key for key in open_ if (fact := self.facts.get(key)) and not chunk.has(key[0], fact)}
        paths = {*self.lists, *(path for path, _ in self.facts)}
        return Unknowns(frozenset(open_), frozenset(never), frozenset(path for path in paths if chunk.is_empty(path)))


def _resting(compiled: Compiled, programmes: Sequence[str]) -> set[str]:
    """The definitions that programmes come to, and those that these rest on."""
    waiting = [f"{name}.outcome" for name in programmes]
    for name in programmes:
        for rule in compiled.programmes[name].rules:
            waiting += [one for one in compiled.rules[rule].roles.values() if one in compiled.definitions]
    found = set(waiting)
    while waiting:
        for part in core.walk(compiled.definitions[waiting.pop()].expr):
            if isinstance(part, core.Ref) and part.name not in found:
                found.add(part.name)
                waiting.append(part.name)
    return found
