"""A pack as a whole: what it is, and a table for each of its sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import PurePath
from typing import TYPE_CHECKING

from aidrules.decision.figures import Lang
from aidrules.decision.view import View
from aidrules.errors import PackError, Problem
from aidrules.language.content import cited
from aidrules.language.fields import Label, near
from aidrules.language.models import FileHeader, InForce
from aidrules.show.clauses import citing
from aidrules.show.heads import head
from aidrules.show.kinds import kind_label
from aidrules.show.single import Single
from aidrules.show.written import Written

if TYPE_CHECKING:
    from aidrules.facts.inputs import Input
    from aidrules.language.core import Type
    from aidrules.language.entries import Entry
    from aidrules.language.pack import Pack
    from aidrules.language.readings import Reading
    from aidrules.language.sources import Citation


@dataclass(frozen=True)
class Rows:
    """A table: a title, heads, and rows of text."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Shown:
    """A pack on a date, in one language."""

    pack: Pack
    on: date
    lang: Lang

    @cached_property
    def _now(self) -> Pack:
        """The pack with only what is in force on the day."""
        return self.pack.at(self.on)

    @cached_property
    def _view(self) -> View:
        return View(self.pack.on(self.on))

    @cached_property
    def _written(self) -> Written:
        return Written(self._now, self.lang)

    @cached_property
    def _single(self) -> Single:
        return Single(self._now, self.on, self._view, self._written)

    def _heads(self, *names: str) -> tuple[str, ...]:
        return tuple(head(name, self.lang) for name in names)

    def _short(self, cited: Sequence[Citation]) -> str:
        """Clauses; those of another document than the pack's own with the id of it."""
        named = (f"{'' if one.source in self._own else f'{one.source} '}{one.clause}" for one in cited if one.clause)
        return "; ".join(dict.fromkeys(named))

    @cached_property
    def _own(self) -> frozenset[str]:
        """The documents of which the pack's own files are."""
        headers = (file.header for file in self.pack.content.layers[-1].files)
        return frozenset(str(getattr(header, "source", None)) for header in headers)

    # The whole

    def head(self) -> list[tuple[str, str]]:
        """What the pack is: title, layers, dates, digest, and the documents that its layers cite."""
        keys = {key for key, *_ in cited(self.pack.content.layers, dict(self.pack.sources))}
        documents = [
            f"{self._written.label(source.title)}{f' ({source.number})' if source.number else ''}"
            for source in self.pack.sources.values()
            if source.key in keys
        ]
        return [
            (self.pack.id, self._written.label(self.pack.title)),
            (head("layers", self.lang), " < ".join(self.pack.layers)),
            (head("in_force", self.lang), self._in_force()),
            (head("currency", self.lang), self.pack.currency or ""),
            (head("digest", self.lang), self.pack.digest),
            (head("sources", self.lang), self._written.joined(documents)),
        ]

    def _in_force(self) -> str:
        """Between which days the pack is in force, and which of its own files give none though others do."""
        files = [
            (file, file.header.in_force)
            for file in self.pack.content.layers[-1].files
            if isinstance(file.header, FileHeader)
        ]
        dated = [span for _, span in files if span.start or span.until]
        undated = [PurePath(file.origin.file).name for file, span in files if not (span.start or span.until)]
        whole = self.pack.in_force
        if not (dated and undated) or whole.start or whole.until:
            return self._written.span(whole)
        starts, ends = [span.start for span in dated], [span.until for span in dated]
        start = min((day for day in starts if day), default=None) if None not in starts else None
        until = max((day for day in ends if day), default=None) if None not in ends else None
        span = self._written.span(InForce.model_construct(start=start, until=until))
        return f"{span} ({head('undated', self.lang)}: {self._written.joined(undated)})"

    def tables(self) -> Iterator[Rows]:
        """A table of rules for each programme, then one for each other section of the pack."""
        compiled, label = self._view.compiled, self._written.label
        heads = self._heads("rule", "kind", "label", "clause")
        for programme in compiled.programmes.values():
            rules = [compiled.rules[name] for name in programme.rules]
            rows = tuple(
                (rule.id, label(kind_label(rule.kind)), label(rule.label), self._short(rule.cite)) for rule in rules
            )
            yield Rows(f"{label(programme.label)} ({programme.id})", heads, rows)
        yield from self._table("definition", ("name", "label", "unit", "clause"), self._definitions())
        parameters = (self._parameter(entry) for entry in self._now.parameters.values())
        yield from self._table("parameter", ("parameter", "label", "value", "since", "clause"), parameters)
        findings = (self._finding(entry) for entry in self._now.findings.values())
        yield from self._table("finding", ("name", "label", "about", "kind", "clause"), findings)
        inputs = (
            (f"{subject}.{name}", label(_input_label(name, declared)), self._written.kind_of(declared))
            for subject, named in self._now.inputs.items()
            for name, declared in named.items()
        )
        yield from self._table("input", ("name", "label", "kind"), inputs)
        notices = ((entry.id, label(entry.label), self._short(entry.cite)) for entry in self._now.notices.values())
        yield from self._table("notice", ("name", "label", "clause"), notices)
        yield from self._table("reading", ("reading", "label", "chosen", "others"), self._readings())

    def _table(self, title: str, heads: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[Rows]:
        if made := tuple(rows):
            yield Rows(head(title, self.lang), self._heads(*heads), made)

    def _definitions(self) -> Iterator[tuple[str, ...]]:
        for entry in self._single.definitions.values():
            compiled = self._view.compiled.definitions.get(entry.id)
            measure = self._measure(compiled.type) if compiled else ""
            yield entry.id, self._written.label(entry.label), measure, self._short(entry.cite)

    def _measure(self, kind: Type) -> str:
        """What a definition comes to: its unit, or its options."""
        if not kind.options:
            return self._written.type_of(kind)
        labels = (self._view.names.option(kind.options, option) for option in kind.options)
        return self._written.options(kind.options, (label.text(self.lang) if label else "" for label in labels))

    def _parameter(self, entry: Entry) -> tuple[str, ...]:
        use = self._view.compiled.parameters[entry.id]
        value = head("missing", self.lang) if use.missing else self._single.values(entry).now()
        begins = entry.model.next_start(self.on) if use.missing else None
        if begins is not None:
            value = f"{value} ({head('begins', self.lang).format(begins)})"
        if use.required:
            value = f"{value} ({head('required', self.lang)})"
        since = head("given", self.lang) if use.argument else use.start.isoformat() if use.start else ""
        return entry.id, self._written.label(use.label), value, since, self._short(use.cite)

    def _finding(self, entry: Entry) -> tuple[str, ...]:
        about = self._written.word(entry.model.about)
        return (
            entry.id,
            self._written.label(entry.label),
            about,
            self._written.kind_of(entry.model),
            self._short(entry.cite),
        )

    def _readings(self) -> Iterator[tuple[str, ...]]:
        """The readings that can be switched, those that rules share first."""
        for entry in self._now.readings.values():
            taken, options = self._now.chosen[entry.id], entry.model.options
            labels = {name: self._written.label(option.label(name)) for name, option in options.items()}
            others = self._written.joined(f"{name}: {label}" for name, label in labels.items() if name != taken)
            yield entry.id, self._written.label(entry.label), f"{taken}: {labels[taken]}", others
        shared = self._now.readings
        for reading in self._single.readings.values():
            if not reading.note and reading.name not in shared:
                yield self._reading(reading)

    def _reading(self, reading: Reading) -> tuple[str, ...]:
        label = self._written.label
        chosen = f"{reading.option}: {label(reading.option_label)}" if reading.option_label else ""
        others = self._written.joined(f"{option}: {label(other)}" for option, other in reading.alternatives)
        return reading.name, label(reading.label), chosen, others

    # A part of it

    @property
    def definitions(self) -> dict[str, Entry]:
        """The definitions that are in force, by full name."""
        return self._single.definitions

    @property
    def parameters(self) -> dict[str, Entry]:
        """The parameters that are in force."""
        return self._now.parameters

    def one(self, name: str) -> list[tuple[str, str]]:
        """A rule, definition, parameter, finding, input, programme, reading or term in full.

        Raises:
            PackError: the pack has nothing of that name in force.
        """
        found = self._single.rows(name)
        if found is not None:
            return found
        if name in self._everything():
            found_text = f"{name} is not in force on {self.on}"
            raise PackError(Problem(found_text, self.pack.id, hint="Give a day on which it is, with --on"))
        hint = near(name, self._everything()) or f"Run `aidrules show {self.pack.id}` for all names."
        expected = "a name, or a clause that the pack cites"
        raise PackError(Problem(f"{self.pack.id} has nothing called {name!r}", expected=expected, hint=hint))

    def in_words(self, section: str, name: str) -> list[tuple[str, str]]:
        """What a `rule`, `definition`, `parameter` or `programme` says, without how its file writes it."""
        return self._single.in_words(section, name)

    def clause(self, asked: str) -> Rows | None:
        """What cites a clause or a part of it; None where nothing does, or where it is a name."""
        if self._single.knows(asked):
            return None
        rows = tuple(
            (
                found.entry.id,
                found.section,
                self._written.label(found.entry.label),
                f"{self._written.cited(found.cites)}{f' ({before})' if found.before else ''}",
            )
            for before in [head("before", self.lang)]
            for found in citing(self._now, asked)
        )
        return Rows(asked, self._heads("name", "kind", "label", "clause"), rows) if rows else None

    def parts(self) -> dict[str, list[tuple[str, str]]]:
        """All that is in force, by name, each part in full; a parameter also with its value on the day."""
        found: dict[str, list[tuple[str, str]]] = {}
        for name in self._single.names:
            if not name.startswith("finding.") and (rows := self._single.rows(name)):
                found[name] = rows
        for name, entry in self._now.parameters.items():
            found[name] = [*found[name], (head("now", self.lang), self._single.values(entry).now())]
        return found

    def _everything(self) -> list[str]:
        """The names of all that the pack has, in force or not."""
        return list(dict.fromkeys([*self._single.names, *Single.names_of(self.pack)]))


def _input_label(name: str, declared: Input) -> Label:
    return Label(declared.zh or name, declared.en or name)
