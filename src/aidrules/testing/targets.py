"""What cases can reach of a pack: its rules, the parts of them, brackets, exceptions, readings and findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import product
from typing import TYPE_CHECKING

from aidrules.errors import Place
from aidrules.language import core
from aidrules.language.parameters import Brackets, Keyed, Parameter
from aidrules.testing.expected import leaves
from aidrules.testing.reads import inputs_of

if TYPE_CHECKING:
    from aidrules.engine import Compiled
    from aidrules.engine.compiled import Rule
    from aidrules.kinds.base import Part
    from aidrules.language.entries import Entry
    from aidrules.language.layers import Overridden
    from aidrules.language.pack import Pack

_WORDS = frozenset({"zh", "en", "cite", "reading"})
"""What an override changes without changing what is computed."""
_SPECIAL = ("excepted", "waived", "extended", "cancelled", "lifted")
"""What a rule keeps apart from its condition: exceptions and extensions, each by its role."""
PARTS = ("also", "any_of", "all_of", "cases", "grades", "items", "to", "must")
"""The fields of rules and definitions that hold named parts."""


def targets_of(pack: Pack) -> dict[str, Place]:
    """What the pack itself says and a case can reach, with its place; what it takes over is for the wider pack's cases.

    Args:
        pack: without anything laid over it.
    """
    found: dict[str, Place] = {}
    for day in _days(pack):
        found = {**_Targets(pack.on(day)).all(), **found}
    return found


def _days(pack: Pack) -> Iterator[date]:
    """A day in each stretch of time in which the pack is in force."""
    first = pack.boundaries[0] - timedelta(days=1) if pack.boundaries else date.today()
    days = (first, *pack.boundaries, pack.in_force.start, pack.in_force.until)
    return (day for day in days if day is not None and pack.in_force.covers(day))


def parts_that_fail(model: object) -> frozenset[str]:
    """The parts that all must hold: a case reaches one by failing it."""
    found = [getattr(model, key, None) for key in ("all_of", "must")]
    return frozenset(name for parts in found if isinstance(parts, dict) for name in parts)


def part_name(name: str, part: str, fails: bool) -> str:
    """How a part is named as a target."""
    return f"{name}.{part} fails" if fails else f"{name}.{part}"


def states(pack: Pack, origin: str, overrode: Iterable[Overridden], words: frozenset[str] = _WORDS) -> bool:
    """Whether the pack itself declares something, or changes more of it than words."""
    return origin == pack.id or any(change.by.pack == pack.id and set(change.changed) - words for change in overrode)


class _Targets:
    """What can be reached of a pack's own rules on a day."""

    def __init__(self, compiled: Compiled) -> None:
        self.pack, self.compiled = compiled.pack, compiled
        layers = (layer for layer in self.pack.content.layers if layer.name == self.pack.id)
        self.files = {file.origin.file for layer in layers for file in layer.files}
        self.found: dict[str, Place] = {}

    def all(self) -> dict[str, Place]:
        """Every target, with its place."""
        programmes = self.pack.programmes
        entries = {entry.id: entry for programme in programmes.values() for entry in programme.rules.values()}
        for rule in self.compiled.rules.values():
            self._rule(rule, entries[rule.id])
        definitions = {**self.pack.definitions}
        for programme in programmes.values():
            definitions |= {entry.id: entry for entry in programme.definitions.values()}
        for name, entry in definitions.items():
            if self._own(entry.origin.pack, entry.overrode):
                self._parts(name, entry, parts_that_fail(entry.model), self.compiled.parts.get(name, ()))
        for name, entry in self.pack.parameters.items():
            if self._own(entry.origin.pack, entry.overrode):
                self._cells(name, entry.model, entry.node.place)
        self._readings({name: each.entry for name, each in programmes.items()} | entries | definitions)
        read = inputs_of(self.compiled)
        for name, entry in self.pack.findings.items():
            paths = {f"findings.{name}", f"members[].findings.{name}"}
            if paths & read and self._own(entry.origin.pack, entry.overrode):
                self.found[f"finding.{name} recorded"] = self._place(entry)
        return self.found

    def _own(self, origin: str, overrode: Iterable[Overridden], words: frozenset[str] = _WORDS) -> bool:
        return states(self.pack, origin, overrode, words)

    def _place(self, entry: Entry) -> Place:
        """Where the pack itself says something of an entry."""
        changed = (key for change in entry.overrode if change.by.pack == self.pack.id for key in change.changed)
        return entry.node.at(next(((key,) for key in changed if key in entry.node.items), ()))

    def _rule(self, rule: Rule, entry: Entry) -> None:
        if not self._own(rule.origin.pack, rule.overrode):
            return
        place = self._place(entry)
        expr = self.compiled.definitions[main(rule)].expr
        if "applies" in rule.roles:
            self.found |= {f"{rule.id} kept": place, f"{rule.id} not kept": place}
        else:
            if expr != core.FALSE:
                self.found[f"{rule.id} applied"] = place
            if expr != core.TRUE and not ("class" in rule.roles and "none" not in leaves(expr)):
                self.found[f"{rule.id} not applied"] = place
        for role, name in special(rule):
            if self.compiled.definitions[name].expr != core.FALSE:
                self.found[f"{rule.id} {role}"] = place
        self._parts(rule.id, entry, parts_that_fail(rule.model), rule.parts)

    def _parts(self, name: str, entry: Entry, fails: frozenset[str], parts: Iterable[Part]) -> None:
        for part in parts:
            lists = (entry.node.mapping(key) for key in PARTS)
            place = next(
                (node.key_place(part.id) for node in lists if node and part.id in node.items), entry.node.place
            )
            if place.file in self.files:  # what an override leaves as it was is for the wider pack's cases
                self.found[part_name(name, part.id, part.id in fails)] = place

    def _cells(self, name: str, parameter: Parameter, place: Place) -> None:
        if parameter.marginal or not parameter.by:
            return
        value = parameter.on(self.compiled.law)
        if value is not None and isinstance(value.table, Keyed | Brackets):
            self.found |= {cell_name(name, keys): cell.place for keys, cell in value.cells()}
        elif parameter.keys and all(parameter.keys):
            self.found |= {cell_name(name, keys): place for keys in product(*parameter.keys)}

    def _readings(self, entries: Mapping[str, Entry]) -> None:
        for name, (_, options) in self.pack.switches.items():
            entry = self.pack.readings.get(name) or entries.get(_owner(name, entries))
            if entry is not None and self._own(entry.origin.pack, entry.overrode, _WORDS - {"reading"}):
                self.found |= {f"reading {name}: {option}": self._place(entry) for option in options}


def _owner(reading: str, entries: Mapping[str, Entry]) -> str:
    """The rule or definition to which a reading belongs."""
    while reading and reading not in entries:
        reading = reading.rpartition(".")[0]
    return reading


def cell_name(name: str, keys: Iterable[str]) -> str:
    """How a value of a table is named as a target."""
    return name + "".join(f"[{key}]" for key in keys)


def special(rule: Rule) -> Iterator[tuple[str, str]]:
    """The exceptions and extensions of a rule, with their definitions."""
    return ((role, name) for role, name in rule.roles.items() if role in _SPECIAL or role.endswith("_excepted"))


def main(rule: Rule) -> str:
    """The definition that tells whether a rule applied to an item."""
    paying = rule.kind in ("top_up", "amount", "supplement")
    roles = ("amount",) if paying else ("each", "class", "condition", "amount")
    return next(rule.roles[role] for role in roles if role in rule.roles)
