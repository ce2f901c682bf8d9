"""A pack for readers: its programmes, rules, parameters and readings, and any one of them in full."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from aidrules.decision.figures import Lang
from aidrules.decision.names import Item
from aidrules.decision.phrases import Phrases
from aidrules.decision.view import View
from aidrules.errors import PackError, Problem
from aidrules.language.fields import Label, near
from aidrules.language.sources import Citation
from aidrules.language.units import decimal_text

if TYPE_CHECKING:
    from aidrules.engine.compiled import ParameterUse, Rule
    from aidrules.language.layers import Overridden
    from aidrules.language.pack import Pack
    from aidrules.language.readings import Reading

_WORDS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "layers": "层级",
        "digest": "内容摘要",
        "sources": "依据的文件",
        "rule": "规则",
        "kind": "类别",
        "label": "名称",
        "clause": "依据",
        "parameter": "参数",
        "value": "数值",
        "since": "施行日期",
        "missing": "未给定",
        "given": "给定",
        "reading": "理解",
        "chosen": "采用",
        "others": "其他选项",
        "formula": "算式",
        "part": "分项",
        "force": "约束力",
        "file": "文件",
        "in_force": "施行期间",
        "undated": "未注明",
        "overrode": "替代",
        "must": "应当",
        "may": "可以",
        "in_principle": "原则上",
        "encouraged": "鼓励",
    },
    "en": {
        "layers": "Layers",
        "digest": "Digest",
        "sources": "Documents cited",
        "rule": "Rule",
        "kind": "Kind",
        "label": "Label",
        "clause": "Clause",
        "parameter": "Parameter",
        "value": "Value",
        "since": "In force since",
        "missing": "not given",
        "given": "given",
        "reading": "Reading",
        "chosen": "Taken",
        "others": "Other options",
        "formula": "Formula",
        "part": "Part",
        "force": "Force",
        "file": "File",
        "in_force": "In force",
        "undated": "undated",
        "overrode": "Takes the place of",
        "must": "must",
        "may": "may",
        "in_principle": "in principle",
        "encouraged": "encouraged",
    },
}


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
    def _view(self) -> View:
        return View(self.pack.on(self.on))

    @cached_property
    def _phrases(self) -> Phrases:
        return Phrases(self._view, self.lang)

    @property
    def _words(self) -> Mapping[str, str]:
        return _WORDS[self.lang]

    def _label(self, label: Label) -> str:
        return label.text(self.lang)

    def _clauses(self, cited: Sequence[Citation]) -> str:
        return "; ".join(f"{self._label(citation.title)} {citation.clause}".strip() for citation in cited)

    def _short(self, cited: Sequence[Citation]) -> str:
        return "; ".join(dict.fromkeys(citation.clause for citation in cited if citation.clause))

    # The whole

    def head(self) -> list[tuple[str, str]]:
        """What the pack is: title, layers, digest, documents."""
        documents = [
            f"{self._label(source.title)}{f' ({source.number})' if source.number else ''}"
            for source in self.pack.sources.values()
        ]
        return [
            (self.pack.id, self._label(self.pack.title)),
            (self._words["layers"], " < ".join(self.pack.layers)),
            (self._words["digest"], self.pack.digest),
            (self._words["sources"], "; ".join(documents)),
        ]

    def tables(self) -> Iterator[Rows]:
        """A table of rules for each programme, of parameters, and of readings that can be switched."""
        compiled = self._view.compiled
        heads = tuple(self._words[head] for head in ("rule", "kind", "label", "clause"))
        for programme in compiled.programmes.values():
            rules = [compiled.rules[name] for name in programme.rules]
            rows = tuple((rule.id, rule.kind, self._label(rule.label), self._short(rule.cite)) for rule in rules)
            yield Rows(f"{self._label(programme.label)} ({programme.id})", heads, rows)
        heads = tuple(self._words[head] for head in ("parameter", "label", "value", "since", "clause"))
        yield Rows(self._words["parameter"], heads, tuple(self._parameter(use) for use in compiled.parameters.values()))
        heads = tuple(self._words[head] for head in ("reading", "label", "chosen", "others"))
        switches = {r.name: r for readings in self._readings() for r in readings if not r.note}
        yield Rows(self._words["reading"], heads, tuple(self._reading(r) for r in switches.values()))

    def _readings(self) -> Iterator[Sequence[Reading]]:
        compiled = self._view.compiled
        yield from (programme.readings for programme in compiled.programmes.values())
        yield from (rule.readings for rule in compiled.rules.values())
        yield from (stated.readings for stated in compiled.stated.values())

    def _parameter(self, use: ParameterUse) -> tuple[str, ...]:
        value = self._words["missing"] if use.missing else self._values(use.name)
        since = self._words["given"] if use.argument else use.start.isoformat() if use.start else ""
        return use.name, self._label(use.label), value, since, self._short(use.cite)

    def _values(self, name: str) -> str:
        """All values of a parameter that are in force, by key."""
        found = self.pack.parameters[name].model.on(self.on)
        if found is None:
            return ""
        cells = [(", ".join(keys), cell.written) for keys, cell in found.cells()]
        if found.formula is not None:
            computed = self._view.compiled.parameters[name].computed
            came_to = "" if computed is None else f" = {decimal_text(computed)}"
            return "; ".join([*(cell.written for _, cell in found.cells()), f"{found.formula}{came_to}"])
        return "; ".join(f"{key}: {written}" if key else written for key, written in cells)

    def _reading(self, reading: Reading) -> tuple[str, ...]:
        chosen = f"{reading.option}: {self._label(reading.option_label)}" if reading.option_label else ""
        others = "; ".join(f"{option}: {self._label(label)}" for option, label in reading.alternatives)
        return reading.name, self._label(reading.label), chosen, others

    # One rule, value or parameter

    def one(self, name: str) -> list[tuple[str, str]]:
        """A rule, a value or a parameter in full.

        Raises:
            PackError: the pack has nothing of that name.
        """
        compiled = self._view.compiled
        if name in compiled.rules:
            return self._rule(compiled.rules[name])
        if name in compiled.parameters:
            heads = [self._words[head] for head in ("parameter", "label", "value", "since", "clause")]
            use = compiled.parameters[name]
            *most, _ = self._parameter(use)
            return list(zip(heads, (*most, self._clauses(use.cite)), strict=True))
        if name in compiled.stated and name in compiled.definitions:
            return self._value(name)
        known = [*compiled.rules, *compiled.parameters, *compiled.stated]
        hint = near(name, known) or f"Run `aidrules show {self.pack.id}` for all names."
        raise PackError(Problem(f"{self.pack.id} has nothing called {name!r}", hint=hint))

    def _rule(self, rule: Rule) -> list[tuple[str, str]]:
        found = [
            (self._words["rule"], rule.id),
            (self._words["label"], self._label(rule.label)),
            (self._words["kind"], rule.kind),
            (self._words["force"], self._words[rule.force]),
            (self._words["clause"], self._clauses(rule.cite)),
            (self._words["in_force"], self._span(rule.in_force.start, rule.in_force.until)),
            (self._words["file"], f"{rule.origin.pack} ({rule.origin.file})"),
        ]
        wanted = ("trigger", "months", "value") if rule.kind == "phase_out" else ("value", "each", "class", "condition")
        shown = [rule.roles[role] for role in wanted if role in rule.roles]
        for name in shown if rule.kind == "phase_out" else shown[:1]:
            found.append((self._words["formula"], self._formula(name)))
        for part in rule.parts:
            text = f"{part.id}: {self._label(part.label)}: {self._formula(part.definition)}"
            found.append((self._words["part"], text))
        found += self._choices(rule.readings, rule.overrode)
        return found

    def _value(self, name: str) -> list[tuple[str, str]]:
        definition, stated = self._view.compiled.definitions[name], self._view.compiled.stated[name]
        return [
            (self._words["value"], name),
            (self._words["label"], self._label(definition.label)),
            (self._words["clause"], self._clauses(stated.cite)),
            (self._words["in_force"], self._span(stated.in_force.start, stated.in_force.until)),
            (self._words["file"], f"{stated.origin.pack} ({stated.origin.file})"),
            (self._words["formula"], self._formula(name)),
            *self._choices(stated.readings, stated.overrode),
        ]

    def _choices(self, readings: Sequence[Reading], overrode: Sequence[Overridden]) -> Iterator[tuple[str, str]]:
        for reading in readings:
            name, label, chosen, _ = self._reading(reading)
            yield self._words["reading"], f"{name}: {label}"
            if chosen:
                yield self._words["chosen"], chosen
            for option, other in reading.alternatives:
                yield self._words["others"], f"{option}: {self._label(other)}"
        for wider in overrode:
            cited = self._clauses(self.pack.citations(wider.cite))
            yield self._words["overrode"], f"{wider.pack}: {', '.join(wider.changed)}{f' ({cited})' if cited else ''}"

    def _formula(self, name: str) -> str:
        definition = self._view.compiled.definitions[name]
        return self._phrases.formula(definition.expr, self._view.names.bindings(Item(definition.owner)))

    def _span(self, start: date | None, until: date | None) -> str:
        if start is None and until is None:
            return self._words["undated"]
        return f"{start or ''} – {until or ''}".strip()
