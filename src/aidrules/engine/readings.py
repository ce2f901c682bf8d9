"""Readings of the pack that expressions ask: the option that counts, and who rests on it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from aidrules.language import core
from aidrules.language.build import ExpressionError
from aidrules.language.core import Type
from aidrules.language.entries import Entry
from aidrules.language.fields import near
from aidrules.language.models import ReadingModel
from aidrules.language.readings import Alternative, Reading, cites_of

if TYPE_CHECKING:
    from aidrules.engine.compiler import Compiler


class Readings:
    """Answers `reading.name` and remembers for which rule or definition it was asked.

    Attributes:
        instead: options to count in the place of those that the pack takes.
    """

    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._asked: dict[str, dict[str, None]] = defaultdict(dict)
        self.instead: dict[str, str] = {}

    def chosen(self, name: str) -> core.Const:
        """See `names.Catalogue`."""
        readings = self._compiler.pack.readings
        if name not in readings:
            raise ExpressionError(f"there is no reading {name}", hint=near(name, readings))
        self._asked[self._compiler.circles.innermost][name] = None
        model: ReadingModel = readings[name].model
        option = self.instead.get(name) or self._option(name)
        return core.Const(option, Type("enum", options=tuple(model.options)), option)

    def _option(self, name: str) -> str:
        model: ReadingModel = self._compiler.pack.readings[name].model
        return self._compiler.pack.chosen.get(name, model.default)

    def alternatives(self, entry: Entry) -> Iterator[Alternative]:
        """An entry as it stands, under the other options of what its expressions ask."""
        for name in self._asked.get(entry.id, ()):
            model: ReadingModel = self._compiler.pack.readings[name].model
            yield from (Alternative(name, each, entry.node) for each in model.options if each != self._option(name))

    def disclose(self) -> None:
        """Give each rule and definition the readings that its expressions ask beside its own."""
        rules, stated = self._compiler.rules.made, self._compiler.definitions.stated
        for name, asked in self._asked.items():
            if name in rules:
                rules[name] = replace(rules[name], readings=self._with(rules[name].readings, asked))
            elif name in stated:
                stated[name] = replace(stated[name], readings=self._with(stated[name].readings, asked))

    def _with(self, own: tuple[Reading, ...], asked: dict[str, None]) -> tuple[Reading, ...]:
        known = {reading.name for reading in own}
        return (*own, *(self._reading(name) for name in asked if name not in known))

    def _reading(self, name: str) -> Reading:
        entry, option = self._compiler.pack.readings[name], self._option(name)
        model: ReadingModel = entry.model
        labels = {each: said.label(f"{name}.{each}") for each, said in model.options.items()}
        others = tuple((each, label) for each, label in labels.items() if each != option)
        return Reading(name, entry.label, option, labels[option], others, option == model.default, cites_of(entry.node))
