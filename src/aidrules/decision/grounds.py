"""The grounds of an outcome as lines of a letter: conditions, exclusions, amounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.decision.behind import Behind
from aidrules.decision.figures import places, quantity_text
from aidrules.decision.forms import State
from aidrules.decision.letter import Line, Tone
from aidrules.decision.names import PAYING, Item
from aidrules.decision.words.base import quoted
from aidrules.kinds import combination
from aidrules.language import core
from aidrules.language.sources import Citation
from aidrules.language.units import Unit

if TYPE_CHECKING:
    from aidrules.engine.compiled import Programme, Rule
    from aidrules.kinds.base import Part


@dataclass
class Grounds(Behind):
    """Tells the grounds of outcomes in one language; `brief` leaves out what does not bear on the case."""

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

    def in_short(self, reasons: Sequence[str]) -> list[Line]:
        """The open conditions of a programme of which much is open, by their names alone."""
        rules = [self.view.compiled.rules[name] for name in reasons]
        named = [quoted(rule.label.text(self.lang)) for rule in rules]
        clauses = self.clauses(tuple(dict.fromkeys(cited for rule in rules for cited in rule.cite)))
        heading = self.words.heading(self.words.conditions["undetermined"])
        return [Line(self.words.open_still(heading, named), clauses, "open")]

    def met(self, programme: Programme, item: Item) -> list[Line]:
        """The conditions of an open programme that are met already, by their names."""
        named: list[str] = []
        for rule in map(self.view.compiled.rules.__getitem__, programme.rules):
            if rule.kind != "eligibility" or self.tracer.held(rule, item) is not True or self._opens(rule, item):
                continue
            if "waived" not in rule.roles or self.tracer.held(rule, item, "waived") is not True:
                named.append(quoted(rule.label.text(self.lang)))
                self.await_records(rule.roles["condition"], item)
        heading = self.words.heading(self.words.conditions["applied"])
        return [Line(self.words.open_still(heading, named), tone="good")] if named else []

    def _opens(self, rule: Rule, item: Item) -> bool:
        """Whether a rule only lets the route be open, as it is."""
        return rule.opens_route and self.tracer.held(rule, item) is True

    def rule_line(self, rule: Rule, item: Item, role: str = "condition") -> Line:
        """A condition or exclusion: whether it holds, and why."""
        self.note(rule.id, rule.label, rule.readings)
        held = self.tracer.held(rule, item)
        label = rule.label.text(self.lang)
        below = self.overrode(rule.overrode)
        if held is True and self.tracer.held(rule, item, "waived") is True and "waived" in rule.roles:
            text = self.words.waived(label, self._statement(rule.roles["waived"], item))
            self.await_records(rule.roles["waived"], item)
            return Line(text, self.clauses(rule.cite), "good", below)
        state: State = "undetermined" if held is None else "applied" if held else "not_applied"
        says = self.words.exclusions if rule.kind == "exclusion" else self.words.conditions
        tone: Tone = "open" if held is None else "good" if held is (rule.kind != "exclusion") else "bad"
        said = self.record_of(rule.roles[role], item) or self._statement(rule.roles[role], item)
        text = self.words.condition(label, says[state], said, rule.force)
        self.await_figures(rule.roles[role], item)
        self.await_records(rule.roles[role], item)
        against = self.compared(rule.roles[role], item, truth=False, told=said) if state == "not_applied" else ()
        return Line(text, self.clauses(self.what_stands(rule, item) or rule.cite), tone, (*against, *below))

    def standing(self, rule: Rule, item: Item) -> list[Part]:
        """The items of an exclusion that shut out, where these may be told."""
        private = any(self.view.names.is_private_value(part.definition) for part in rule.parts)
        if rule.kind != "exclusion" or rule.owner != item.owner or private:
            return []
        return [part for part in rule.parts if self.view.definition(part.definition, item) is True]

    def what_stands(self, rule: Rule, item: Item) -> tuple[Citation, ...]:
        """The clauses of the items of an exclusion that shut out, where these have clauses of their own."""
        standing = self.standing(rule, item)
        return self.view.compiled.pack.citations(tuple(dict.fromkeys(cite for part in standing for cite in part.cite)))

    def granted_before(self, rule: Rule, item: Item) -> bool:
        """Whether a phase-out was granted before this decision."""
        return self.view.definition(f"{rule.programme}.phase_out_since", item) not in (None, core.NO_DATE)

    def phase_out_line(self, rule: Rule, item: Item) -> Line:
        """A phase-out: what opened it, or that it was granted before and has not ended, or may have."""
        if not self.granted_before(rule, item):
            self.await_figures(rule.roles["months"], item)
            self.await_records(rule.roles["months"], item)
            return self.rule_line(rule, item, role="trigger")
        since = self.view.definition(f"{rule.programme}.phase_out_since", item)
        self.note(rule.id, rule.label, rule.readings)
        running = self.view.definition(rule.roles["running"], item) is True
        said = self.words.granted_before(self.phrases.quantity(since, core.DATE), running=running)
        held = self.tracer.held(rule, item) is True
        state: State = "applied" if held else "undetermined"
        tone: Tone = "good" if held else "open"
        text = self.words.condition(rule.label.text(self.lang), self.words.conditions[state], said, rule.force)
        return Line(text, self.clauses(rule.cite), tone, self.overrode(rule.overrode))

    def _statement(self, name: str, item: Item) -> str:
        definition = self.view.compiled.definitions[name]
        return self.phrases.statement(definition.expr, self._bindings(name, item))

    def gave_way(self, programme: Programme, item: Item) -> list[Line]:
        """That what is due is not paid beside another benefit, and by which rule."""
        lines: list[Line] = []
        for rule in self.view.compiled.rules.values():
            if not isinstance(rule.model, combination.Model) or programme.id not in rule.model.among:
                continue
            whose = Item(rule.owner, item.index[: len(rule.owner)])
            given = {part.id: self.view.definition(part.definition, whose) for part in rule.parts}
            if given.get(programme.id) is not True:
                continue
            self.note(rule.id, rule.label, rule.readings)
            stays = [
                name
                for name, gone in given.items()
                if gone is not True and self.view.definition(f"{rule.id}.{name}.due_here", whose) is not False
            ]
            labels = [self.view.compiled.programmes[name].label.text(self.lang) for name in stays]
            text = self.words.gave_way.format(self.words.listed(labels), rule.label.text(self.lang))
            lines.append(Line(text, self.clauses(rule.cite), "plain", self.overrode(rule.overrode)))
        return lines

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
            alike: dict[Line, list[Item]] = {}
            for own in self.view.items(rule.owner, item) or ():
                if self.view.definition(rule.roles["amount"], own) != 0:
                    alike.setdefault(self._amount_line(rule, own, None), []).append(own)
            for items in alike.values():
                whose = None if rule.owner == programme.owner else self._whose(items)
                lines.append(self._amount_line(rule, items[0], whose))
        return lines

    def _whose(self, items: Sequence[Item]) -> str | None:
        """Whose something is, for readers; of the household it need not be said."""
        if any(item.owner != ("members",) for item in items):
            return self.words.listed([self.phrases.item_name(item) for item in items if item.owner]) or None
        persons = self.words.persons([self.view.key(item) for item in items])
        return self.words.each(persons) if len(items) > 1 else persons

    def _amount_line(self, rule: Rule, item: Item, whose: str | None) -> Line:
        self.note(rule.id, rule.label, rule.readings)
        amount = self.view.definition(rule.roles["amount"], item)
        self.await_records(rule.roles["amount"], item)
        kind = self.view.compiled.definitions[rule.roles["amount"]].type
        unit = self.view.names.shown_unit(kind).without("person")
        if isinstance(amount, Fraction):
            fewest = places(kind.unit.currency or "CNY")
            text = quantity_text(amount, unit, self.lang, fewest, own=self.view.names.measures)
        else:
            text = self.phrases.quantity(amount, core.Type("number", unit))
        below = self._grades(rule, item) if rule.kind == "supplement" else ()
        graded = rule.kind == "supplement"
        settled = amount if isinstance(amount, Fraction) else None
        reckoning = "" if graded else self.reckoning(rule.roles["value"], item, told=settled)
        if not graded:
            self.await_figures(rule.roles["value"], item)
            self.await_items(rule.roles["value"], item)
        label = rule.label.text(self.lang)
        tone: Tone = "open" if settled is None else "good"
        line = self.words.amount(label, whose, text, reckoning, settled=settled is not None)
        return Line(line, self.clauses(rule.cite), tone, (*below, *self.overrode(rule.overrode)))

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
            label, reckoning = part.label.text(self.lang), self.reckoning(part.value, item)
            why = "" if held else self._statement(part.definition, item)
            clauses = self.clauses(self.view.compiled.pack.citations(part.cite))
            lines.append(Line(self.words.grade(label, reckoning, why), clauses))
            self.await_figures(part.value, item)
            self.await_items(part.value, item)
        stacking = rule.details.get("stacking")
        if len(lines) > 1 and isinstance(stacking, str):
            lines.append(Line(self.words.stacking(stacking)))
        return tuple(lines)
