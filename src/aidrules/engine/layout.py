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


class CycleError(ValueError):
    """Definitions that need each other; `names` is the circle."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(" → ".join(names))
        self.names = names


def scoped(expr: Expr, scope: Mapping[str, Path]) -> Iterator[tuple[Expr, Mapping[str, Path]]]:
    """Every part of an expression with the variables that are bound there, outermost first."""
    yield expr, scope
    if isinstance(expr, core.Agg):
        inner = {**scope, expr.var: (*expr.source.owner, expr.source.name)}
        for part in (expr.where, expr.body):
            if part is not None:
                yield from scoped(part, inner)
        if expr.default is not None:
            yield from scoped(expr.default, scope)
    else:
        for child in core.children(expr):
            yield from scoped(child, scope)


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


def needs_of(schema: Subject, definition: Definition) -> set[Need]:
    """The definitions that one refers to."""
    outer = item_vars(schema, definition.owner)
    own = {var for var, path in outer.items() if path == definition.owner}
    return {
        Need(part.name, whole=part.var not in own)
        for part, _ in scoped(definition.expr, outer)
        if isinstance(part, core.Ref)
    }


def stages_of(schema: Subject, definitions: Mapping[str, Definition]) -> tuple[Stage, ...]:
    """Put definitions in an order in which each comes after what it needs, in as few loops as that allows.

    Raises:
        CycleError: some need each other.
    """
    needs = {name: needs_of(schema, definition) for name, definition in definitions.items()}
    try:
        graphlib.TopologicalSorter({name: {need.name for need in needs[name]} for name in needs}).prepare()
    except graphlib.CycleError as error:
        raise CycleError(tuple(reversed(error.args[1]))) from None
    done: set[str] = set()
    pending = dict(definitions)
    stages: list[Stage] = []
    while pending:
        ready = [d.owner for name, d in pending.items() if all(need.name in done for need in needs[name])]
        # The household's own definitions cost no loop; otherwise the owner with most to do goes first.
        owner = () if () in ready else max(ready, key=ready.count)
        current: dict[str, Definition] = {}
        progress = True
        while progress:
            progress = False
            for name, definition in list(pending.items()):
                if definition.owner == owner and all(
                    need.name in done or (need.name in current and (not need.whole or not owner))
                    for need in needs[name]
                ):
                    current[name] = pending.pop(name)
                    progress = True
        done.update(current)
        stages.append(Stage(owner, tuple(current.values())))
    return tuple(stages)
