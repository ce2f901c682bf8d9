"""One part of a pack in full: a rule, definition, parameter, finding, input, programme, reading or term."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from aidrules.decision.names import Item
from aidrules.decision.phrases import Phrases
from aidrules.kinds import phase_out, procedure
from aidrules.language import core, tree
from aidrules.show.clauses import entries_of
from aidrules.show.heads import formula_heads, head
from aidrules.show.keys import key_label
from aidrules.show.kinds import kind_label
from aidrules.show.schedules import shares, whole_amount
from aidrules.show.values import Values

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang
    from aidrules.decision.view import View
    from aidrules.engine.compiled import Rule
    from aidrules.kinds.base import Part
    from aidrules.language.entries import Entry
    from aidrules.language.pack import Pack
    from aidrules.language.readings import Reading
    from aidrules.show.written import Written

Row = tuple[str, str]

_PLAIN = ("parameter", "programme")
"""Sections whose fields read alike in their files and in words."""
_TERMS = ("starts", "again", "payment")
"""What a phase-out says beside its formulas."""


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
    def readings(self) -> dict[str, Reading]:
        """Every reading by name."""
        return {reading.name: reading for _, entry in entries_of(self.pack) for reading in entry.readings}

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
        for section, entry in self._called(name):
            # A finding and a parameter may have one name; what follows is set apart by an empty row.
            found += [
                *([("", "")] if found else []),
                *self._in_words(section, entry),
                *self._as_written(section, entry),
            ]
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

    def in_words(self, section: str, name: str) -> list[Row]:
        """What an entry says, without how its file writes it and what wider packs said before."""
        called = (entry for found, entry in self._called(name) if found == section)
        return [row for entry in called for row in self._in_words(section, entry)]

    def _called(self, name: str) -> Iterator[tuple[str, Entry]]:
        for section, entry in entries_of(self.pack):
            if name == entry.id or (section == "finding" and name == f"finding.{entry.id}"):
                yield section, entry

    def _head(self, name: str) -> str:
        return head(name, self.lang)

    def values(self, entry: Entry) -> Values:
        """The values of a parameter."""
        return Values(entry.model, self.on, self.view, self.written)

    def _in_words(self, section: str, entry: Entry) -> Iterator[Row]:
        rule = self.view.compiled.rules.get(entry.id) if section == "rule" else None
        yield self._head(section), entry.id
        yield self._head("label"), self.written.label(entry.label)
        if rule is not None:
            yield self._head("kind"), self.written.label(kind_label(rule.kind))
            yield self._head("force"), self.written.word(rule.force)
        if entry.cite:
            yield self._head("clause"), self.written.clauses(entry.cite)
        if entry.like is not None:
            other = self.view.compiled.rules[entry.like]
            yield self._head("like"), f"{self.written.label(other.label)} ({entry.like})"
        yield self._head("in_force"), self.written.span(entry.in_force)
        if rule is not None:
            yield from self._rule(rule, entry)
        elif section == "definition":
            yield from self._definition(entry.id)
        elif section == "reading":
            yield self._head("chosen"), self.pack.chosen[entry.id]
        elif section in _PLAIN:
            yield from self.written.rows(entry.node, section, without=("values",))
        if section == "parameter":
            yield from self.values(entry).rows()
        for reading in entry.readings:
            yield from self._switch(reading)

    def _as_written(self, section: str, entry: Entry) -> Iterator[Row]:
        yield self._head("written"), f"{entry.origin.pack} ({self._place(entry)})"
        if section == "programme":
            yield self._head("rule"), ", ".join(self.pack.programmes[entry.id].rules)
        elif section not in _PLAIN:
            without = ("kind", "force", "values") if section == "rule" else ()
            yield from self.written.rows(entry.node, entry.kind or section, without)
        for version in entry.versions[:-1]:
            dates = f"{version.start or ''} – {version.until or ''}".strip()
            yield f"{self.written.key('versions')} {dates}", self.written.text(version.node)
        yield from self._overrode(entry)

    def _place(self, entry: Entry) -> str:
        place = entry.node.place
        return f"{entry.origin.file}:{place.line}" if place.file == entry.origin.file else entry.origin.file

    def _rule(self, rule: Rule, entry: Entry) -> Iterator[Row]:
        schedule = rule.details.get("schedule")
        for name, definition in formula_heads(rule.roles, self.lang):
            due = self.view.compiled.definitions[definition]
            if definition == rule.roles.get("value") and isinstance(schedule, tuple):
                whole = whole_amount(rule, self.view.compiled.definitions)
                yield (
                    name,
                    self._formula(due) if whole is None else f"{self._formula(due, whole)} × {self._head('share')}",
                )
                yield self._head("shares"), shares(schedule, self.lang)
            elif definition == rule.roles.get("due") and "extended" in rule.roles and isinstance(due.expr, core.If):
                yield name, self._formula(due, due.expr.other)
                yield self._head("due_extended"), self._formula(due, due.expr.then)
            else:
                yield name, self._formula(due)
        if isinstance(rule.model, procedure.Model):
            yield from self._steps(rule, entry)
        else:
            yield from self._parts(rule.parts)
        if isinstance(rule.model, phase_out.Model) and (apart := rule.model.apart_from):
            rules = self.pack.programmes[rule.programme].rules
            labels = (f"{self.written.label(rules[name].label)} ({name})" for name in apart)
            yield self.written.key("apart_from"), self.written.joined(labels)
        terms = _TERMS if rule.kind == "phase_out" else ("payment",)
        terms = (*terms, "round") if isinstance(schedule, tuple) else terms
        yield from self.written.rows(entry.node.only(terms), rule.kind)

    def _steps(self, rule: Rule, entry: Entry) -> Iterator[Row]:
        """The steps of a procedure: what each is called in the rules and takes, and not how its state is worked out."""
        steps = entry.node.get("steps")
        assert isinstance(steps, tree.Mapping)
        for name, step in steps.items.items():
            assert isinstance(step, tree.Mapping)
            text = self.written.text(step.without({"skipped_when"}), owner="steps")
            skipped = self.view.compiled.definitions.get(f"{rule.id}.{name}.skipped")
            if skipped is not None:
                text = self.written.joined(
                    [text, f"{self.written.label(key_label('skipped_when', 'procedure'))}: {self._formula(skipped)}"]
                )
            yield f"{self.written.key('steps')} · {name}", text

    def _definition(self, name: str) -> Iterator[Row]:
        definitions = self.view.compiled.definitions
        if name in definitions:
            yield self._head("formula"), self._formula(definitions[name])
        elif (counts := definitions.get(f"{name}.counts")) is not None:
            yield self._head("counts"), self._formula(counts)
        yield from self._parts(self.view.compiled.parts.get(name, ()))

    def _parts(self, parts: Iterable[Part]) -> Iterator[Row]:
        definitions = self.view.compiled.definitions
        for part in parts:
            text = f"{part.id}: {self.written.label(part.label)}: {self._formula(definitions[part.definition])}"
            if part.value is not None:
                text = f"{text}; {self._formula(definitions[part.value])}"
            cited = self.written.cited(part.cite)
            yield self._head("part"), f"{text} ({cited})" if cited else text

    def _formula(self, definition: core.Definition, expr: core.Expr | None = None) -> str:
        """A definition in words, or an expression in it."""
        return self._phrases.formula(expr or definition.expr, self.view.names.bindings(Item(definition.owner)))

    # Readings, and what wider packs said

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
            changed = dict.fromkeys(self.written.label(key_label(key, entry.kind or "")) for key in wider.changed)
            yield self._head("changed"), f"{wider.by.pack} ({wider.by.file}): {', '.join(changed)}"
            cited = self.written.cited(wider.cite)
            yield self._head("overrode"), f"{wider.pack}{f' ({cited})' if cited else ''}"
            label = wider.node.text(self.lang)
            if label is not None:
                yield self._head("before"), f"{self._head('label')}: {label}"
            for name, text in self.written.rows(wider.node, entry.kind or ""):
                yield self._head("before"), f"{name}: {text}"
