"""Which facts a set of definitions reads, and in which order the definitions are computed.

Facts are laid out as rows: the household's own fields and lists, and a row per list item. Definitions are computed in
stages, each a run of definitions with one owner, so that a stage over members is one loop.
"""

from __future__ import annotations

import graphlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from aidrules.facts.schema import Path, Subject, subject_at
from aidrules.language import core
from aidrules.language.core import Definition, Expr


def item_vars(schema: Subject, owner: Path) -> dict[str, Path]:
    """The variables that a definition with this owner may use, and the list each runs through."""
    found: dict[str, Path] = {core.HOUSEHOLD: ()}
    for depth, name in enumerate(owner):
        listed = subject_at(schema, owner[:depth]).lists[name]
        found[listed.item] = owner[: depth + 1]
    return found


def own_var(schema: Subject, owner: Path) -> str:
    """The variable of the items themselves, in a definition with this owner."""
    return subject_at(schema, owner).name if owner else core.HOUSEHOLD


@dataclass
class Row:
    """What is read of one subject: fields by path, then lists by name, each with its place in the row."""

    fields: dict[str, core.Fact] = field(default_factory=dict)
    lists: dict[str, core.ListUse] = field(default_factory=dict)

    def slot(self, name: str) -> int:
        """The place of a field or list in the row."""
        return self._slots[name]

    @cached_property
    def _slots(self) -> dict[str, int]:
        # Asked for only once all that is read is laid out.
        return {name: place for place, name in enumerate((*self.fields, *self.lists))}


@dataclass(frozen=True, slots=True)
class Need:
    """A definition that must be there first; `whole` if all items of its list are needed, not just the same one."""

    name: str
    whole: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """Definitions with one owner that are computed in one loop (or, for the household, one after another)."""

    owner: Path
    definitions: tuple[Definition, ...]


def resting_on(definitions: Mapping[str, Definition], names: Iterable[str]) -> frozenset[str]:
    """Some definitions and all that these are computed from."""
    waiting = list(names)
    found = set(waiting)
    while waiting:
        for part in core.walk(definitions[waiting.pop()].expr):
            if isinstance(part, core.Ref) and part.name not in found:
                found.add(part.name)
                waiting.append(part.name)
    return frozenset(found)


class CycleError(ValueError):
    """Definitions that need each other; `names` is the circle."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(" → ".join(names))
        self.names = names


def scoped(expr: Expr, scope: Mapping[str, Path]) -> Iterator[tuple[Expr, Mapping[str, Path]]]:
    """Every part of an expression with the variables that are bound there, outermost first."""
    waiting = [(expr, scope)]
    while waiting:
        part, here = waiting.pop()
        yield part, here
        if isinstance(part, core.Agg):
            inner = {**here, part.var: (*part.source.owner, part.source.name)}
            parts = ((part.default, here), (part.body, inner), (part.where, inner))
            waiting.extend((child, scope) for child, scope in parts if child is not None)
        else:
            waiting.extend((child, here) for child in reversed(core.children(part)))


def rows_of(schema: Subject, definitions: Iterable[Definition]) -> dict[Path, Row]:
    """What the definitions read, by list path; outer lists come with inner ones."""
    rows: dict[Path, Row] = {(): Row()}

    def use(path: Path) -> Row:
        if path not in rows:
            rows[path] = Row()
            outer = use(path[:-1])
            listed = subject_at(schema, path[:-1]).lists[path[-1]]
            outer.lists[path[-1]] = core.ListUse(
                "", path[-1], path[:-1], listed.min_items, listed.max_items, listed.required
            )
        return rows[path]

    for definition in definitions:
        use(definition.owner)
        for part, scope in scoped(definition.expr, item_vars(schema, definition.owner)):
            if isinstance(part, core.Fact):
                use(scope[part.var]).fields.setdefault(part.path, part)
            elif isinstance(part, core.Agg):
                use((*part.source.owner, part.source.name))
    return rows


def needs_of(schema: Subject, definition: Definition) -> tuple[Need, ...]:
    """The definitions that one refers to, each once, in the order of its expression."""
    outer = item_vars(schema, definition.owner)
    own = {var for var, path in outer.items() if path == definition.owner}
    refs = (part for part in core.walk(definition.expr) if isinstance(part, core.Ref))
    return tuple(dict.fromkeys(Need(part.name, whole=part.var not in own) for part in refs))


def stages_of(schema: Subject, definitions: Mapping[str, Definition]) -> tuple[Stage, ...]:
    """Put definitions in an order in which each comes after what it needs, in as few loops as that allows.

    Raises:
        CycleError: some need each other.
    """
    needs = {name: needs_of(schema, definition) for name, definition in definitions.items()}
    try:
        graphlib.TopologicalSorter({name: [need.name for need in needs[name]] for name in needs}).prepare()
    except graphlib.CycleError as error:
        raise CycleError(tuple(reversed(error.args[1]))) from None
    readers: dict[str, list[tuple[str, bool]]] = {name: [] for name in definitions}
    for name, own in needs.items():
        for need in own:
            readers[need.name].append((name, need.whole))
    open_needs = {name: len(own) for name, own in needs.items()}
    pending = dict(definitions)
    stages: list[Stage] = []
    while pending:
        ready = [definition.owner for name, definition in pending.items() if not open_needs[name]]
        # The household's own definitions cost no loop; otherwise the owner with most to do goes first.
        owner = () if () in ready else max(ready, key=ready.count)
        current: list[Definition] = []
        after: list[str] = []
        progress = True
        while progress:
            progress = False
            for name, definition in list(pending.items()):
                if definition.owner == owner and not open_needs[name]:
                    current.append(pending.pop(name))
                    progress = True
                    for reader, whole in readers[name]:
                        if whole and owner:
                            after.append(reader)
                        else:
                            open_needs[reader] -= 1
        for reader in after:
            open_needs[reader] -= 1
        stages.append(Stage(owner, tuple(current)))
    return tuple(stages)
