"""What lies behind the grounds of an outcome: figures and findings, each told once in a letter, and clauses cited."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, cast

from aidrules.decision.bearing import bears
from aidrules.decision.claims import Claims
from aidrules.decision.clauses import by_document
from aidrules.decision.figures import Lang, date_text, number_text, quantity_text
from aidrules.decision.formulas import LISTED, Formula
from aidrules.decision.left_out import LeftOut
from aidrules.decision.letter import Line
from aidrules.decision.names import STAGES, Bindings, Item
from aidrules.decision.phrases import Phrases
from aidrules.decision.records import Recorded, Records
from aidrules.decision.shown import Interval
from aidrules.decision.trace import Tracer
from aidrules.decision.view import View
from aidrules.decision.words import LetterWords, letter_words
from aidrules.language import core
from aidrules.language.core import Expr
from aidrules.language.fields import Label
from aidrules.language.readings import Reading
from aidrules.language.sources import Citation
from aidrules.language.units import Unit

if TYPE_CHECKING:
    from aidrules.engine.compiled import Rule
    from aidrules.language.layers import Overridden

_LEFT_STANDING = frozenset({"zh", "en", "cite", "reading", "also"})
"""What a change leaves of the wider rule as it is: what it asks for and comes to."""


@dataclass
class Shown:
    """What a letter has told so far: documents, readings, figures and findings, and those still to tell."""

    sources: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    readings: dict[str, tuple[Label, Reading]] = field(default_factory=dict)
    figures: set[str] = field(default_factory=set)
    waiting: dict[str, tuple[Expr, Bindings]] = field(default_factory=dict)
    records: dict[tuple[str, Item], Recorded] = field(default_factory=dict)
    records_told: set[tuple[str, Item]] = field(default_factory=set)

    def note(self, label: Label, readings: Sequence[Reading]) -> None:
        """Remember the readings of a rule or value that is told."""
        for reading in readings:
            self.readings.setdefault(reading.name, (label, reading))


@dataclass
class Behind:
    """Tells in one language what grounds rest on; `brief` leaves out what does not bear on the case."""

    tracer: Tracer
    lang: Lang
    shown: Shown
    brief: bool

    @property
    def view(self) -> View:
        return self.tracer.view

    @cached_property
    def phrases(self) -> Phrases:
        """The phrases of the language for this run."""
        return Phrases(self.view, self.lang)

    @cached_property
    def words(self) -> LetterWords:
        """The sentences of the language."""
        return letter_words(self.lang)

    def note(self, owner: str, label: Label, readings: Sequence[Reading]) -> None:
        """Remember the readings of what is told; in brief, those under which another option would change something."""
        self.shown.note(label, [one for one in readings if not self.brief or bears(self.view, owner, one)])

    def _bindings_of(self, leaf: core.Ref, scope: Bindings) -> Bindings:
        return self._bindings(leaf.name, scope[leaf.var])

    def _bindings(self, name: str, item: Item) -> Bindings:
        owner = self.view.compiled.definitions[name].owner
        return self.view.names.bindings(Item(owner, item.index[: len(owner)]))

    def reckoning(self, name: str, item: Item, *, told: Fraction | None = None) -> str:
        """A value as formula, formula with values, and result; rounding is told where it changed something.

        Args:
            name: the definition.
            item: for whom.
            told: a result that the reader has before them: it is not said again, unless it was rounded.
        """
        definition = self.view.compiled.definitions[name]
        bound = self._bindings(name, item)
        if self.view.names.is_private_value(definition.name):
            return self.words.confidential
        expr, scope = self.phrases.opened(definition.expr, bound)
        result = self.view.definition(name, item)
        unit = self.view.names.shown_unit(definition.type)
        own = self.view.names.measures
        said = "" if not isinstance(result, Fraction) else quantity_text(result, unit, self.lang, own=own)
        known, bare = result == told, number_text(result, self.lang) if isinstance(result, Fraction) else ""
        if isinstance(expr, core.Round):
            before = self.view.value(expr.inner, scope)
            if isinstance(before, Fraction) and before != result:
                to = quantity_text(expr.to, Unit.of({unit.currency: 1} if unit.currency else {}), self.lang)
                cut = self.phrases.words.rounded(number_text(before, self.lang), to, expr.mode)
                said, known, bare = self.words.rounded_result(cut, said), False, number_text(before, self.lang)
            expr = expr.inner
        names = self.phrases.formula(expr, scope, settled=True)
        values = self.phrases.formula(expr, scope, values=True, settled=True)
        names, values = ("" if said and text == bare else text for text in (names, values))
        return self.words.reckoning(names, values, "" if known else said)

    # Figures

    def await_figures(self, name: str, item: Item) -> None:
        """Note the values and parameters that a definition reads, to be told once after the rules."""
        self.await_leaves(self.view.compiled.definitions[name].expr, self._bindings(name, item))

    def await_leaves(self, expr: Expr, bound: Bindings) -> None:
        """Note those that an expression reads."""
        for leaf, scope in self.tracer.leaves(expr, bound):
            self._await(leaf, scope)

    def await_items(self, name: str, item: Item) -> None:
        """Note the values of members and of items of lists that a definition adds up or reads, each for whom it is."""
        for leaf, scope in self._bearing(self.view.compiled.definitions[name].expr, self._bindings(name, item)):
            if not isinstance(leaf, core.Ref) or leaf.name not in self.view.compiled.stated:
                self._await(leaf, scope)
                continue
            whose = self._item(leaf, scope)
            if whose.owner and isinstance(self.view.definition(leaf.name, whose), Fraction):
                self.shown.waiting.setdefault(f"{leaf.name} {self.view.key(whose)}", (leaf, scope))

    def _bearing(self, expr: Expr, bound: Bindings) -> Iterator[tuple[Expr, Bindings]]:
        """The parameters and named values on which an expression rests in this case, also item by item of few."""
        expr, bound, _ = Formula(self.phrases.wording, False, self.view).opened(expr, bound)
        if self.view.names.is_private(expr):
            return  # which items are added up tells what is confidential of them
        if isinstance(expr, core.Ref | core.Param):
            yield expr, bound
        elif isinstance(expr, core.Agg):
            chosen = self.view.chosen(expr, bound) if expr.body is not None else None
            for inner in chosen or () if len(chosen or ()) <= LISTED else ():
                yield from self._bearing(cast("Expr", expr.body), inner)
        else:
            for part in core.children(expr):
                yield from self._bearing(part, bound)

    def _item(self, leaf: core.Ref, scope: Bindings) -> Item:
        """For which item a definition is read."""
        owner = self.view.compiled.definitions[leaf.name].owner
        return Item(owner, scope[leaf.var].index[: len(owner)])

    def _await(self, leaf: Expr, scope: Bindings) -> None:
        if self.view.names.is_private(leaf):
            return  # such as the value of a parameter, which tells the key by which it was chosen
        if isinstance(leaf, core.Param):
            written = leaf.inner.text if isinstance(leaf.inner, core.Const) else ""
            self.shown.waiting.setdefault(" ".join((leaf.name, *leaf.keys, written)), (leaf, scope))
        elif isinstance(leaf, core.Ref):
            definition = self.view.compiled.definitions[leaf.name]
            if definition.parameter:  # members may have it by other keys
                keys = self.phrases.branches(definition.expr, self._bindings_of(leaf, scope))
                self.shown.waiting.setdefault(" ".join((leaf.name, *keys)), (leaf, scope))
            elif definition.type.name == "number" and not definition.owner:
                self.shown.waiting.setdefault(leaf.name, (leaf, scope))
        elif isinstance(leaf, core.Agg) and leaf.body is not None:
            for part in core.walk(leaf.body):
                if isinstance(part, core.Ref) and part.name in self.view.compiled.rules:
                    self.shown.waiting.setdefault(part.name, (part, scope))

    def figures(self) -> list[Line]:
        """The values behind what was told since the last time, each once in a letter."""
        lines: list[Line] = []
        while self.shown.waiting:
            name = next(iter(self.shown.waiting))
            leaf, scope = self.shown.waiting.pop(name)
            if name not in self.shown.figures:
                self.shown.figures.add(name)
                lines.extend(self._figure(leaf, scope))
        return [Line(self.words.figures, below=tuple(lines))] if lines else []

    def await_records(self, name: str, item: Item) -> None:
        """Note the findings on which a definition rests, to be told once after the rules."""
        self.shown.records.update(self._records.under(name, item))

    @cached_property
    def _records(self) -> Records:
        return Records(self.view)

    def await_reason(self, name: str, item: Item) -> None:
        """Note the findings on which it rests that a rule stands for or against somebody."""
        self.await_records(self.view.compiled.rules[name].roles["condition"], item)

    def record_of(self, name: str, item: Item) -> str | None:
        """The record of the one finding that a condition asks for, in the place of a sentence about it; told once.

        A finding about the household has a line of its own where persons are told of, so that theirs stay alike.
        """
        expr = self.view.compiled.definitions[name].expr
        while isinstance(expr, core.Ref):
            expr = self.view.compiled.definitions[expr.name].expr
        found = self._records.under(name, item)
        if not isinstance(expr, core.Fact) or len(found) != 1:
            return None
        ((key, record),) = found.items()
        if key != (expr.path, item) or key in self.shown.records_told:
            return None
        self.shown.records_told.add(key)
        return self._recorded(record, named=False).removesuffix(self.words.stop)

    def records(self) -> list[Line]:
        """Who recorded the findings that were relied on since the last time, on what day and why; each once."""
        lines: list[Line] = []
        for key, record in self.shown.records.items():
            if key not in self.shown.records_told:
                self.shown.records_told.add(key)
                lines.append(Line(self._recorded(record)))
        self.shown.records.clear()
        return [Line(self.words.findings, below=tuple(lines))] if lines else []

    def _recorded(self, record: Recorded, *, named: bool = True) -> str:
        # Where any member will do, the one who was found is the variable of the list.
        bound = {**self.view.names.bindings(record.item), record.fact.var: record.item}
        name = self.phrases.name(record.fact, bound)
        if record.item.owner and named:
            name = self.phrases.words.with_value(name, self.phrases.item_name(record.item))
        value = self.phrases.quantity(self.view.fact_as_given(record.fact, bound), record.fact.type)
        by = None if record.by is None else self.office(record.by)
        on = None if record.on is None else date_text(record.on, self.lang)
        return self.words.recorded(name, value, by, on, record.reason)

    def _figure(self, leaf: Expr, scope: Bindings) -> Iterator[Line]:
        compiled = self.view.compiled
        definition = compiled.definitions[leaf.name] if isinstance(leaf, core.Ref) else None
        parameter = leaf.name if isinstance(leaf, core.Param) else definition.parameter if definition else None
        if parameter is not None and parameter in compiled.parameters:
            yield from self._parameter(parameter, leaf, scope)
        elif isinstance(leaf, core.Ref):
            rule = self._stage(leaf.name)
            yield from self._value(leaf.name, self._item(leaf, scope)) if rule is None else self._stage_lines(rule)

    def _stage(self, name: str) -> Rule | None:
        """The deduction or imputation whose total or amount a definition is."""
        rules = self.view.compiled.rules
        rule = rules.get(name) or rules.get(name.removesuffix(".total"))
        return rule if rule is not None and rule.kind in STAGES else None

    def _stage_lines(self, rule: Rule) -> Iterator[Line]:
        """What a deduction takes off (or an imputation adds), item by item; nothing where it is nothing."""
        name = rule.roles["amount"]
        for item in self.view.items(rule.owner) or ():
            value = self.view.definition(name, item)
            if value == 0:
                yield from self._nothing_allowed(rule, item)
                continue
            self.note(rule.id, rule.label, rule.readings)
            label = rule.label.text(self.lang)
            if item.owner:
                label = self.phrases.words.with_value(label, self.phrases.item_name(item))
            why = self.compared(rule.roles["condition"], item, truth=True) if "condition" in rule.roles else ()
            yield Line(self.words.figure(label, self.reckoning(name, item)), self.clauses(rule.cite), below=why)
            self.await_figures(name, item)

    def compared(self, name: str, item: Item, *, truth: bool, told: str = "") -> tuple[Line, ...]:
        """The amounts and days on which a condition rests that holds, or does not, but for what is told already."""
        lines: dict[str, None] = {}
        for text, compared, bound in self.phrases.comparisons(name, item, truth):
            if text not in told:
                lines[f"{self.words.heading(text)}{self.words.stop}"] = None
                self.await_leaves(compared, bound)
        return tuple(Line(text) for text in lines)

    def _nothing_allowed(self, rule: Rule, item: Item) -> Iterator[Line]:
        """That nothing of a claimed expense is deducted, once for each."""
        told = f"claimed {item}"
        if rule.kind == "deduction" and told not in self.shown.figures:
            self.shown.figures.add(told)
            yield from Claims(self).nothing_allowed(rule, item)

    def _value(self, name: str, item: Item) -> Iterator[Line]:
        stated, definition = self.view.compiled.stated.get(name), self.view.compiled.definitions[name]
        if stated is None or self.view.names.is_private_value(name):
            return
        self.note(name, definition.label, stated.readings)
        label = definition.label.text(self.lang)
        if item.owner:
            label = self.phrases.words.with_value(label, self.phrases.item_name(item))
        left_out = LeftOut(self).lines(definition.expr, self.view.names.bindings(item))
        changed = self.overrode([wider for wider in stated.overrode if wider.by.overlay])
        text = self.words.figure(label, self.reckoning(name, item))
        yield Line(text, self.clauses(stated.cite), below=(*left_out, *changed))
        (self.await_items if item.owner else self.await_figures)(name, item)

    def _parameter(self, parameter: str, leaf: Expr, scope: Bindings) -> Iterator[Line]:
        """A parameter with its value, since when it is in force, and its clause."""
        use = self.view.compiled.parameters[parameter]
        other = leaf.on if isinstance(leaf, core.Param) else None
        value = None if use.missing and other is None else self.view.value(leaf, scope)
        if value is None or isinstance(value, Interval):
            return
        said = self.phrases.share(leaf, scope) or self.phrases.quantity(value, leaf.type)
        label = self.phrases.name(leaf, scope)
        if isinstance(leaf, core.Ref):
            keys = self.phrases.branches(self.view.compiled.definitions[leaf.name].expr, self._bindings_of(leaf, scope))
            label = self.phrases.words.with_value(label, self.words.listed(keys)) if keys else label
        start, cite = use.start, use.cite
        if other is not None:
            held = self.view.compiled.pack.parameters[parameter].model.on(date.fromordinal(other)) if other else None
            start, cite = (held.start, self.view.compiled.pack.citations(held.cite)) if held else (None, ())
        since = date_text(start, self.lang) if start else None
        text = self.words.parameter(label, said, since, self._filled_in(parameter, cite), given=use.argument)
        if other is None and use.differs and use.computed is not None:
            text += self.words.formula_differs(self.phrases.quantity(use.computed, leaf.type))
        yield Line(text, "" if use.argument else self.clauses(cite))
        if isinstance(leaf, core.Ref):
            yield from self._tiers(leaf, scope)

    def _filled_in(self, parameter: str, cite: Sequence[Citation]) -> str | None:
        """The overlay that fills a parameter in, unless it cites what only an overlay describes, which says it."""
        pack = self.view.compiled.pack
        filled = [one.by for one in pack.parameters[parameter].overrode if one.by.overlay and "values" in one.changed]
        described = {key for overlay in pack.overlays for key in overlay.described}
        told = not filled or (cite and all(citation.source in described for citation in cite))
        return None if told else filled[-1].name

    def overrode(self, changes: Sequence[Overridden]) -> tuple[Line, ...]:
        """What was changed of a wider rule, with its clauses; in brief, only what an overlay changed."""
        citations = self.view.compiled.pack.citations
        return tuple(
            Line(self.words.overrode(self.clauses(citations(wider.cite)), wider.by.name if wider.by.overlay else None))
            for wider in changes
            if (wider.by.overlay or (wider.cite and not self.brief)) and set(wider.changed) - _LEFT_STANDING
        )

    def _tiers(self, leaf: core.Ref, scope: Bindings) -> Iterator[Line]:
        """The grounds of the grades by which a keyed parameter has its value, where the rules work them out."""
        bound = self._bindings_of(leaf, scope)
        for key in self.phrases.keys(self.view.compiled.definitions[leaf.name].expr, bound):
            if isinstance(key, core.Ref) and key.name in self.view.compiled.stated:
                chosen = self.phrases.quantity(self.view.value(key, bound), key.type)
                whose = bound[key.var]
                label = self.phrases.definition(key.name)
                if whose.owner:
                    label = self.phrases.words.with_value(label, self.phrases.item_name(whose))
                said = self.phrases.case(key.name, self._bindings(key.name, whose))
                if said:
                    cited = self.clauses(self.view.compiled.stated[key.name].cite)
                    yield Line(self.words.tier(label, chosen, said), cited)

    # Clauses and names

    def clauses(self, cited: Sequence[Citation]) -> str:
        """Clauses in brackets; empty where nothing is cited."""
        for citation in cited:
            self.shown.sources.setdefault(citation.source, (citation.title.text(self.lang), citation.number))
        return self.words.clauses(by_document(cited, self.lang)) if cited else ""

    def office(self, name: str) -> str:
        """An office or role for readers; a definition that says who it is, while that is open, by its own name."""
        names = self.view.names
        known = name in self.view.compiled.definitions
        label = names.term(name) or (names.definition(name) if known else None)
        return name.replace("_", " ") if label is None else label.text(self.lang)
