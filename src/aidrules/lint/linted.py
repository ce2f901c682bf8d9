"""What checks look at: a pack or an overlay, what it says itself, and what is built on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from aidrules.errors import Place
from aidrules.language import tree
from aidrules.language.entries import Entry
from aidrules.language.pack import Pack
from aidrules.language.statements import Layer, Statement, name_of, statements
from aidrules.lint.check import Finding
from aidrules.lint.reads import Readers

if TYPE_CHECKING:
    from aidrules.engine import Compiled
    from aidrules.register import Answer, Citing, CitingCase, Document

PARTS = frozenset({"also", "any_of", "all_of", "cases", "grades", "items", "to"})
"""The fields that hold named parts with labels of their own."""


@dataclass(frozen=True, slots=True)
class Register:
    """The register of clauses, with what cites them."""

    documents: Mapping[str, Document]
    stated: Sequence[Citing]
    cases: Sequence[CitingCase]
    answers: Mapping[str, Sequence[Answer]]


@dataclass(frozen=True)
class Part:
    """A named part of a rule or definition, as its resolved fields hold it."""

    entry: Entry
    name: str
    node: tree.Node
    place: Place

    @property
    def id(self) -> str:
        """The full name of the part."""
        return f"{self.entry.id}.{self.name}"


@dataclass(frozen=True)
class Linted:
    """A pack, or an overlay laid over one.

    Attributes:
        layer: what it says itself.
        folder: where the pack lies.
        readers: what mentions the names of the pack, in it and in all packs that build on it.
        overlay: whether it is an overlay that is looked at.
        found: what the checks found that went before.
    """

    pack: Pack
    layer: Layer
    folder: Path
    readers: Readers
    register: Register
    overlay: bool = False
    found: tuple[Finding, ...] = ()

    @cached_property
    def stated(self) -> tuple[Statement, ...]:
        """What the files themselves say."""
        return tuple(statement for file in self.layer.files for statement in statements(file))

    @cached_property
    def files(self) -> frozenset[str]:
        """The names of the files."""
        return frozenset(file.origin.file for file in self.layer.files)

    def declared(self, *sections: str) -> Iterator[tuple[Statement, str]]:
        """What the files declare in some sections, with its name."""
        for statement in self.stated:
            if not statement.override and (not sections or statement.section in sections):
                yield statement, name_of(statement.key)

    @cached_property
    def entries(self) -> dict[str, Entry]:
        """The rules and definitions of the pack that the files declare or change, by name."""
        found = {}
        for statement in self.stated:
            if statement.section in ("rules", "definitions") and (entry := self.entry(statement)) is not None:
                found[entry.id] = entry
        return found

    def entry(self, statement: Statement) -> Entry | None:
        """A rule, definition, parameter or finding as it stands after all layers."""
        pack, key = self.pack, statement.key
        if len(key) == 4:
            programme = pack.programmes.get(key[1])
            if programme is None:
                return None
            return (programme.rules if key[2] == "rules" else programme.definitions).get(key[3])
        listed = {"definitions": pack.definitions, "parameters": pack.parameters, "findings": pack.findings}
        return listed[key[0]].get(key[1]) if key[0] in listed else None

    def place(self, entry: Entry) -> Place:
        """Where the files say something of an entry, the last word first."""
        said = (one.place for one in reversed(self.stated) if one.section in _ENTRIES and name_of(one.key) == entry.id)
        return next(said, entry.node.place)

    def parts(self, *keys: str) -> Iterator[Part]:
        """The named parts that stand in the files, of rules and definitions."""
        wanted = frozenset(keys) or PARTS
        for entry in self.entries.values():
            for path, node in tree.walk(entry.node):
                if not (path and path[-1] in wanted and isinstance(node, tree.Mapping)):
                    continue
                for name, item in node.items.items():
                    if node.key_place(name).file in self.files:
                        yield Part(entry, name, item, node.key_place(name))

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The fewest days, from the last, on which each rule and definition of the files is in force on one."""
        missing = set(self.entries)
        found: list[date] = []
        for day in reversed(self._stretches()):
            pack = self.pack.at(day)
            there = set(pack.definitions)
            for one in pack.programmes.values():
                there.update(entry.id for entry in (*one.rules.values(), *one.definitions.values()))
            if not found or missing & there:
                missing -= there
                found.append(day)
        return tuple(found)

    def _stretches(self) -> list[date]:
        within = self.pack.in_force
        days = {within.start or (min(self.pack.boundaries, default=date(2020, 1, 1))), *self.pack.boundaries}
        return sorted(day for day in days if within.covers(day))

    def compiled(self) -> Iterator[Compiled]:
        """The rules on each of those days."""
        for day in self.days:
            yield self.pack.on(day)


_ENTRIES = ("rules", "definitions")
