"""One part of a pack in full: a rule, definition, parameter, finding, input, programme, reading or term."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from aidrules.decision.names import Item
from aidrules.decision.phrases import Phrases
from aidrules.language.parameters import ANY, Bracket, Cell, Keyed
from aidrules.language.units import decimal_text
from aidrules.show.heads import formula_heads, head
from aidrules.show.keys import key_label
from aidrules.show.kinds import kind_label

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang
    from aidrules.decision.view import View
    from aidrules.engine.compiled import Rule
    from aidrules.language.entries import Entry
    from aidrules.language.models import InForce
    from aidrules.language.pack import Pack
    from aidrules.language.parameters import Parameter, ParameterValue, Table
    from aidrules.language.readings import Reading
    from aidrules.show.written import Written

Row = tuple[str, str]


@dataclass(frozen=True)
class Single:
    """Any one part of a pack as it stands on a day."""

    pack: Pack
    on: date
    view: View
    written: Written

    @property
    def lang(self) -> Lang:
        """The language."""
        return self.written.lang

    @cached_property
    def _phrases(self) -> Phrases:
        return Phrases(self.view, self.lang)

    @cached_property
    def definitions(self) -> dict[str, Entry]:
        """The definitions of the pack and of its programmes, by full name."""
        own = [entry for programme in self.pack.programmes.values() for entry in programme.definitions.values()]
        return {**self.pack.definitions, **{entry.id: entry for entry in own}}

    @cached_property
    def _rules(self) -> dict[str, Entry]:
        return {entry.id: entry for made in self.pack.programmes.values() for entry in made.rules.values()}

    @cached_property
    def readings(self) -> dict[str, Reading]:
        """Every reading by name."""
        entries = (entry for _, entry in self._entries())
        return {reading.name: reading for entry in entries for reading in entry.readings}

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        yield from (("programme", programme.entry) for programme in self.pack.programmes.values())
        yield from (("rule", entry) for entry in self._rules.values())
        yield from (("definition", entry) for entry in self.definitions.values())
        yield from (("parameter", entry) for entry in self.pack.parameters.values())
        yield from (("finding", entry) for entry in self.pack.findings.values())
        yield from (("notice", entry) for entry in self.pack.notices.values())
        yield from (("reading", entry) for entry in self.pack.readings.values())

    @cached_property
    def names(self) -> list[str]:
        """Every name that can be shown."""
        return [*self.names_of(self.pack), *self.readings, *self.pack.terms]

    @staticmethod
    def names_of(pack: Pack) -> list[str]:
        """The names of rules, definitions, parameters, findings, notices, inputs and programmes of a pack."""
        programmes = pack.programmes
        return [
            *programmes,
            *(entry.id for made in programmes.values() for entry in (*made.rules.values(), *made.definitions.values())),
            *pack.definitions,
            *pack.parameters,
            *pack.findings,
            *(f"finding.{name}" for name in pack.findings),
            *pack.notices,
            *pack.readings,
            *(f"{subject}.{name}" for subject, named in pack.inputs.items() for name in named),
        ]

    def knows(self, name: str) -> bool:
        """Whether something in force has that name."""
        return name in self.names

    def rows(self, name: str) -> list[Row] | None:
        """What has that name, in full; None where nothing has."""
        found: list[Row] = []
        for section, entry in self._entries():
            if name in (entry.id, f"finding.{entry.id}" if section == "finding" else None):
                # A finding and a parameter may have one name; what follows is set apart by an empty row.
                found += [*([("", "")] if found else []), *self._entry(section, entry)]
        if found:
            return found
        if name in self.readings:
            return [*self._switch(self.readings[name])]
        subject, _, local = name.partition(".")
        declared = self.pack.inputs.get(subject, {}).get(local)
        if declared is not None:
            said = declared.model_dump(exclude_unset=True, by_alias=True)
            return [(self._head("input"), name), *self.written.plain_rows(said, "input")]
        term = self.pack.terms.get(name)
        return None if term is None else [(self._head("term"), name), (self._head("label"), self.written.label(term))]

    def _head(self, name: str) -> str:
        return head(name, self.lang)

    def span(self, dates: InForce | ParameterValue) -> str:
        """Between which days something holds."""
        if dates.start is None and dates.until is None:
            return self._head("undated")
        return f"{dates.start or ''} – {dates.until or ''}".strip()

    def _entry(self, section: str, entry: Entry) -> Iterator[Row]:
        rule = self.view.compiled.rules.get(entry.id) if section == "rule" else None
        yield self._head(section), entry.id
        yield self._head("label"), self.written.label(entry.label)
        if rule is not None:
            yield self._head("kind"), self.written.label(kind_label(rule.kind))
            yield self._head("force"), self.written.word(rule.force)
        if entry.cite:
            yield self._head("clause"), self.written.clauses(entry.cite)
        yield self._head("in_force"), self.span(entry.in_force)
        if rule is not None:
            yield from self._rule(rule)
        elif section == "definition":
            yield from self._formula(self._head("formula"), entry.id)
            yield from self._parts(entry)
        elif section == "reading":
            yield self._head("chosen"), self.pack.chosen[entry.id]
        yield from self._readings(entry.readings)
        yield self._head("written"), f"{entry.origin.pack} ({self._place(entry)})"
        without = ("kind", "force", "values") if section == "rule" else ("values",)
        yield from self.written.rows(entry.node, entry.kind or section, () if section == "finding" else without)
        if section == "parameter":
            yield from self._values(entry)
        elif section == "programme":
            yield self._head("rule"), ", ".join(self.pack.programmes[entry.id].rules)
        for version in entry.versions[:-1]:
            dates = f"{version.start or ''} – {version.until or ''}".strip()
            yield f"{self._key('versions')} {dates}", self.written.text(version.node)
        yield from self._overrode(entry)

    def _key(self, key: str) -> str:
        return self.written.label(key_label(key)).capitalize()

    def _place(self, entry: Entry) -> str:
        place = entry.node.place
        return f"{entry.origin.file}:{place.line}" if place.file == entry.origin.file else entry.origin.file

    def _rule(self, rule: Rule) -> Iterator[Row]:
        for name, definition in formula_heads(rule.roles, self.lang):
            yield from self._formula(name, definition)
        for part in rule.parts:
            text = f"{part.id}: {self.written.label(part.label)}: {self._in_words(part.definition)}"
            if part.value is not None:
                text = f"{text}; {self._in_words(part.value)}"
            cited = self.written.cited(part.cite)
            yield self._head("part"), f"{text} ({cited})" if cited else text

    def _parts(self, entry: Entry) -> Iterator[Row]:
        for part in self.view.compiled.parts.get(entry.id, ()):
            cited = self.written.cited(part.cite)
            text = f"{part.id}: {self.written.label(part.label)}: {self._in_words(part.definition)}"
            yield self._head("part"), f"{text} ({cited})" if cited else text

    def _formula(self, name: str, definition: str) -> Iterator[Row]:
        if definition in self.view.compiled.definitions:
            yield name, self._in_words(definition)

    def _in_words(self, name: str) -> str:
        definition = self.view.compiled.definitions[name]
        return self._phrases.formula(definition.expr, self.view.names.bindings(Item(definition.owner)))

    # Readings, and what wider packs said

    def _readings(self, readings: Sequence[Reading]) -> Iterator[Row]:
        for reading in readings:
            yield from self._switch(reading)

    def _switch(self, reading: Reading) -> Iterator[Row]:
        label = self.written.label
        cited = self.written.cited(reading.cite)
        text = f"{reading.name}: {label(reading.label)}"
        yield self._head("reading"), f"{text} ({cited})" if cited else text
        if reading.option_label is not None:
            yield self._head("chosen"), f"{reading.option}: {label(reading.option_label)}"
        for option, other in reading.alternatives:
            yield self._head("others"), f"{option}: {label(other)}"

    def _overrode(self, entry: Entry) -> Iterator[Row]:
        for wider in entry.overrode:
            changed = ", ".join(self.written.label(key_label(key, entry.kind or "")) for key in wider.changed)
            yield self._head("changed"), f"{wider.by.pack} ({wider.by.file}): {changed}"
            cited = self.written.cited(wider.cite)
            yield self._head("overrode"), f"{wider.pack}{f' ({cited})' if cited else ''}"
            label = wider.node.text(self.lang)
            if label is not None:
                yield self._head("before"), f"{self._head('label')}: {label}"
            for name, text in self.written.rows(wider.node, entry.kind or ""):
                yield self._head("before"), f"{name}: {text}"

    # Values of parameters

    def values_now(self, entry: Entry) -> str:
        """All values of a parameter that are in force, by key."""
        found = entry.model.on(self.on)
        return "" if found is None else self._value(entry.model, found)

    def _value(self, parameter: Parameter, value: ParameterValue) -> str:
        cells = [*_cells(value.table)] if value.table else [cell.written for _, cell in value.cells()]
        if value.formula is not None:
            use = self.view.compiled.parameters[parameter.name]
            computed = use.computed if value.covers(self.on) else None
            came_to = "" if computed is None else f" = {decimal_text(computed)}"
            cells.append(f"{value.formula}{came_to}")
        return self.written.joined(cells)

    def _values(self, entry: Entry) -> Iterator[Row]:
        """Every dated value with its dates and its clause, and what else it says."""
        parameter: Parameter = entry.model
        if not parameter.values:
            yield self._head("value"), self._head("missing")
        for value in parameter.values:
            now = f" ({self._head('now')})" if value.covers(self.on) else ""
            yield f"{self._head('value')} {self.span(value)}{now}", self._value(parameter, value)
            if value.each_more is not None:
                yield self._key("each_more"), self.written.joined(_cells(value.each_more))
            if value.round is not None:
                way = self.written.word(value.round.mode)
                yield self._key("round"), f"{value.round.to} {way}"
            if value.published is not None and value.formula is not None:
                yield self._key("published"), value.published.written
            if value.announced is not None:
                yield self._key("announced"), value.announced.isoformat()
            cited = self.written.cited(value.cite)
            if cited:
                yield self._head("clause"), cited


def _cells(table: Table, keys: tuple[str, ...] = ()) -> Iterator[str]:
    """Every cell of a table with its keys; a bracket is written with both its ends."""
    if isinstance(table, Cell):
        yield f"{', '.join(keys)}: {table.written}" if keys else table.written
    elif isinstance(table, Keyed):
        for key, row in table.rows.items():
            yield from _cells(row, (*keys, key))
    else:
        for bracket in table.rows:
            yield from _cells(bracket.value, (*keys, _ends(bracket)))


def _ends(bracket: Bracket) -> str:
    low = [f"{'≥' if bracket.low_included else '>'} {bracket.low}"] if bracket.low is not None else []
    high = [f"{'≤' if bracket.high_included else '<'} {bracket.high}"] if bracket.high is not None else []
    return " ".join([*low, *high]) or ANY
