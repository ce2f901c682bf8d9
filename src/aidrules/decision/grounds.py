"""The grounds of an outcome as lines of a letter: conditions, exclusions, amounts, and the figures behind them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from aidrules.decision.bearing import bears
from aidrules.decision.clauses import by_document
from aidrules.decision.figures import Lang, date_text, number_text, places, quantity_text
from aidrules.decision.forms import State
from aidrules.decision.letter import Line, Tone
from aidrules.decision.names import HOUSEHOLD, STAGES, Bindings, Item
from aidrules.decision.phrases import Phrases
from aidrules.decision.shown import Interval
from aidrules.decision.trace import PAYING, Tracer
from aidrules.decision.view import View
from aidrules.decision.words import LetterWords, letter_words
from aidrules.language import core
from aidrules.language.core import Expr
from aidrules.language.fields import Label
from aidrules.language.readings import Reading
from aidrules.language.sources import Citation
from aidrules.language.units import Unit

if TYPE_CHECKING:
    from aidrules.engine.compiled import Programme, Rule

_MERE_WORDS = frozenset({"zh", "en", "cite", "reading"})


@dataclass
class Shown:
    """What a letter has told so far: documents cited, readings met, figures given, and those still to give."""

    sources: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    readings: dict[str, tuple[Label, Reading]] = field(default_factory=dict)
    figures: set[str] = field(default_factory=set)
    waiting: dict[str, tuple[Expr, Bindings]] = field(default_factory=dict)

    def note(self, label: Label, readings: Sequence[Reading]) -> None:
        """Remember the readings of a rule or value that is told."""
        for reading in readings:
            self.readings.setdefault(reading.name, (label, reading))


@dataclass
class Grounds:
    """Tells the grounds of outcomes in one language; `brief` leaves out what does not bear on the case."""

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

    def _note(self, owner: str, label: Label, readings: Sequence[Reading]) -> None:
        """Remember the readings of what is told; in brief, those under which another option would change something."""
        self.shown.note(label, [one for one in readings if not self.brief or bears(self.view, owner, one)])

    # Conditions

    def conditions(
        self, programme: Programme, item: Item, *, everything: bool, reasons: Sequence[str] = ()
    ) -> list[Line]:
        """The conditions and exclusions of a programme for the household or a person.

        Args:
            programme: the programme.
            item: the household or a member.
            everything: also those that hold, or do not stand; otherwise those that decide.
            reasons: the rules that decide.
        """
        lines: list[Line] = []
        clear: list[Rule] = []
        for name in programme.rules:
            rule = self.view.compiled.rules[name]
            if rule.kind not in ("eligibility", "exclusion"):
                continue
            if rule.kind == "exclusion" and self.tracer.held(rule, item) is False:
                clear.append(rule)
            elif name in reasons or (everything and not (self.brief and self._opens(rule, item))):
                lines.append(self.rule_line(rule, item))
        if clear and everything:
            labels = self.words.listed([rule.label.text(self.lang) for rule in clear])
            lines.append(Line(self.words.clear(labels)))
        return lines

    def _opens(self, rule: Rule, item: Item) -> bool:
        """Whether a rule only lets the route be open, as it is."""
        return getattr(rule.model, "otherwise", None) == "not_opened" and self.tracer.held(rule, item) is True

    def rule_line(self, rule: Rule, item: Item, role: str = "condition") -> Line:
        """A condition or exclusion: whether it holds, and why."""
        self._note(rule.id, rule.label, rule.readings)
        held = self.tracer.held(rule, item)
        label = rule.label.text(self.lang)
        below = self._overrode(rule)
        if held is True and self.tracer.held(rule, item, "waived") is True and "waived" in rule.roles:
            text = self.words.waived(label, self._statement(rule.roles["waived"], item))
            return Line(text, self.clauses(rule.cite), "good", below)
        state: State = "undetermined" if held is None else "applied" if held else "not_applied"
        says = self.words.exclusions if rule.kind == "exclusion" else self.words.conditions
        tone: Tone = "open" if held is None else "good" if held is (rule.kind != "exclusion") else "bad"
        text = self.words.condition(label, says[state], self._statement(rule.roles[role], item), rule.force)
        self._await_figures(rule.roles[role], item)
        return Line(text, self.clauses(rule.cite), tone, below)

    def phase_out_line(self, rule: Rule, item: Item) -> Line:
        """A phase-out: what opened it, or that it was granted before and has not ended."""
        since = self.view.definition(f"{rule.programme}.phase_out_since", item)
        if since in (None, core.NO_DATE):
            return self.rule_line(rule, item, role="trigger")
        self._note(rule.id, rule.label, rule.readings)
        said = self.words.granted_before(self.phrases.quantity(since, core.DATE))
        text = self.words.condition(rule.label.text(self.lang), self.words.conditions["applied"], said, rule.force)
        return Line(text, self.clauses(rule.cite), "good", self._overrode(rule))

    def _statement(self, name: str, item: Item) -> str:
        definition = self.view.compiled.definitions[name]
        return self.phrases.statement(definition.expr, self._bindings(name, item))

    def _bindings_of(self, leaf: core.Ref, scope: Bindings) -> Bindings:
        return self._bindings(leaf.name, scope[leaf.var])

    def _bindings(self, name: str, item: Item) -> Bindings:
        owner = self.view.compiled.definitions[name].owner
        return self.view.names.bindings(Item(owner, item.index[: len(owner)]))

    def _overrode(self, rule: Rule) -> tuple[Line, ...]:
        if self.brief:
            return ()
        pack = self.view.compiled.pack
        return tuple(
            Line(self.words.overrode(self.clauses(pack.citations(wider.cite))))
            for wider in rule.overrode
            if wider.cite and set(wider.changed) - _MERE_WORDS
        )

    # Amounts

    def money(self, amount: object, currency: str) -> str:
        """A payable amount."""
        if not isinstance(amount, Decimal | Fraction | int):
            return self.phrases.words.unknown
        return quantity_text(Fraction(amount), Unit.of({currency: 1}), self.lang, places(currency))

    def amounts(self, programme: Programme, item: Item) -> list[Line]:
        """What the rules of a programme pay, and how it is reckoned."""
        lines: list[Line] = []
        for name in programme.rules:
            rule = self.view.compiled.rules[name]
            if rule.kind not in PAYING or rule.kind == "phase_out":
                continue
            for own in self.view.items(rule.owner, item) or ():
                if self.view.definition(rule.roles["amount"], own) != 0:
                    lines.append(self._amount_line(rule, own, programme))
        return lines

    def _amount_line(self, rule: Rule, item: Item, programme: Programme) -> Line:
        self._note(rule.id, rule.label, rule.readings)
        amount = self.view.definition(rule.roles["amount"], item)
        whose = None if item.owner == programme.owner or not item.owner else self.phrases.item_name(item)
        kind = self.view.compiled.definitions[rule.roles["amount"]].type
        unit = kind.unit.without("person", "household")
        if isinstance(amount, Fraction):
            text = quantity_text(amount, unit, self.lang, places(kind.unit.currency or "CNY"))
        else:
            text = self.phrases.quantity(amount, core.Type("number", unit))
        below = self._grades(rule, item) if rule.kind == "supplement" else ()
        graded = rule.kind == "supplement"
        reckoning = "" if graded else self.reckoning(rule.roles["value"], item)
        if not graded:
            self._await_figures(rule.roles["value"], item)
        label = rule.label.text(self.lang)
        tone: Tone = "good" if isinstance(amount, Fraction) else "open"
        line = self.words.amount(label, whose, text, reckoning)
        return Line(line, self.clauses(rule.cite), tone, (*below, *self._overrode(rule)))

    def _grades(self, rule: Rule, item: Item) -> tuple[Line, ...]:
        """The grades that a person is in, or may be in, with what each would give, and which of them counts."""
        lines: list[Line] = []
        for part in rule.parts:
            held = self.view.definition(part.definition, item)
            if held is False or part.value is None:
                continue
            if self.view.names.is_private_value(part.definition):
                lines.append(Line(f"{self.words.heading(self.words.confidential)}{self.words.stop}"))
                continue
            said = self.words.grade if held else self.words.grade_open
            clauses = self.clauses(self.view.compiled.pack.citations(part.cite))
            lines.append(Line(said(part.label.text(self.lang), self.reckoning(part.value, item)), clauses))
            self._await_figures(part.value, item)
        stacking = rule.details.get("stacking")
        if len(lines) > 1 and isinstance(stacking, str):
            lines.append(Line(self.words.stacking(stacking)))
        return tuple(lines)

    def reckoning(self, name: str, item: Item) -> str:
        """A value as formula, formula with values, and result; rounding is told where it changed something."""
        definition = self.view.compiled.definitions[name]
        bound = self._bindings(name, item)
        if self.view.names.is_private_value(definition.name):
            return self.words.confidential
        expr, scope = self.phrases.opened(definition.expr, bound)
        result = self.view.definition(name, item)
        unit = self.view.names.shown_unit(definition.type)
        said = "" if not isinstance(result, Fraction) else quantity_text(result, unit, self.lang)
        if isinstance(expr, core.Round):
            before = self.view.value(expr.inner, scope)
            if isinstance(before, Fraction) and before != result:
                to = quantity_text(expr.to, Unit.of({unit.currency: 1} if unit.currency else {}), self.lang)
                cut = self.phrases.words.rounded(number_text(before, self.lang), to, expr.mode)
                said = self.words.rounded_result(cut, said)
            expr = expr.inner
        names = self.phrases.formula(expr, scope, settled=True)
        values = self.phrases.formula(expr, scope, values=True, settled=True)
        bare = number_text(result, self.lang) if isinstance(result, Fraction) else ""
        return self.words.reckoning(names, values if values != bare else "", said)

    # Figures

    def _await_figures(self, name: str, item: Item) -> None:
        """Note the values and parameters that a definition reads, to be told once after the rules."""
        for leaf, scope in self.tracer.leaves(self.view.compiled.definitions[name].expr, self._bindings(name, item)):
            self._await(leaf, scope)

    def _await(self, leaf: Expr, scope: Bindings) -> None:
        if self.view.names.is_private(leaf):
            return  # such as the value of a parameter, which tells the key by which it was chosen
        if isinstance(leaf, core.Param):
            written = leaf.inner.text if isinstance(leaf.inner, core.Const) else ""
            self.shown.waiting.setdefault(f"{leaf.name} {written}", (leaf, scope))
        elif isinstance(leaf, core.Ref):
            definition = self.view.compiled.definitions[leaf.name]
            if definition.parameter or (definition.type.name == "number" and not definition.owner):
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
                lines.extend(self._figure(name, leaf, scope))
        return [Line(self.words.figures, below=tuple(lines))] if lines else []

    def _figure(self, name: str, leaf: Expr, scope: Bindings) -> Iterator[Line]:
        compiled = self.view.compiled
        definition = compiled.definitions.get(name)
        parameter = leaf.name if isinstance(leaf, core.Param) else definition.parameter if definition else None
        if parameter is not None and parameter in compiled.parameters:
            yield from self._parameter(parameter, leaf, scope)
        elif definition is not None:
            rule = self._stage(name)
            yield from self._value(name, definition) if rule is None else self._stage_lines(rule)

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
                continue
            self._note(rule.id, rule.label, rule.readings)
            label = rule.label.text(self.lang)
            if item.owner:
                label = self.phrases.words.with_value(label, self.phrases.item_name(item))
            yield Line(self.words.figure(label, self.reckoning(name, item)), self.clauses(rule.cite))
            self._await_figures(name, item)

    def _value(self, name: str, definition: core.Definition) -> Iterator[Line]:
        stated = self.view.compiled.stated.get(name)
        if stated is None or self.view.names.is_private_value(definition.name):
            return
        self._note(name, definition.label, stated.readings)
        text = self.words.figure(definition.label.text(self.lang), self.reckoning(name, HOUSEHOLD))
        yield Line(text, self.clauses(stated.cite))
        self._await_figures(name, HOUSEHOLD)

    def _parameter(self, parameter: str, leaf: Expr, scope: Bindings) -> Iterator[Line]:
        """A parameter with its value, since when it is in force, and its clause."""
        use = self.view.compiled.parameters[parameter]
        other = leaf.on if isinstance(leaf, core.Param) else None
        value = None if use.missing and other is None else self.view.value(leaf, scope)
        if value is None or isinstance(value, Interval):
            return
        said, key = self.phrases.quantity(value, leaf.type), None
        if isinstance(leaf, core.Param) and isinstance(leaf.inner, core.Const):
            said = leaf.inner.text if leaf.inner.text.endswith("%") else said
            key = self.view.names.key_of(parameter, leaf.inner.text, self.view.compiled.law)
        label = use.label.text(self.lang)
        if isinstance(leaf, core.Ref):
            keys = self.phrases.branches(self.view.compiled.definitions[leaf.name].expr, self._bindings_of(leaf, scope))
            label = self.phrases.words.with_value(label, self.words.listed(keys)) if keys else label
        if key is not None:
            label = self.phrases.words.with_value(label, key.text(self.lang))
        start, cite = use.start, use.cite
        if other is not None:
            held = self.view.compiled.pack.parameters[parameter].model.on(date.fromordinal(other)) if other else None
            start, cite = (held.start, self.view.compiled.pack.citations(held.cite)) if held else (None, ())
        since = date_text(start, self.lang) if start else None
        text = self.words.parameter(label, said, since, given=use.argument)
        if other is None and use.differs and use.computed is not None:
            text += self.words.formula_differs(self.phrases.quantity(use.computed, leaf.type))
        yield Line(text, "" if use.argument else self.clauses(cite))

    # Clauses and names

    def clauses(self, cited: Sequence[Citation]) -> str:
        """Clauses in brackets; empty where nothing is cited."""
        for citation in cited:
            self.shown.sources.setdefault(citation.source, (citation.title.text(self.lang), citation.number))
        return self.words.clauses(by_document(cited, self.lang)) if cited else ""

    def office(self, name: str) -> str:
        """An office or role for readers."""
        label = self.view.names.term(name)
        return name.replace("_", " ") if label is None else label.text(self.lang)
