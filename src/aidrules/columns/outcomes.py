"""What a programme comes to, in columns: statuses, amounts, phase-outs, and which of its rules held.

The same derivation as `aidrules.decision.outcomes` has for one household. Which rules are the reasons of an outcome is
asked of it, once for each pattern of rules that held.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from aidrules.columns.folds import Fold
from aidrules.columns.translate import PLACE
from aidrules.columns.writer import ColumnWriter
from aidrules.decision.figures import places
from aidrules.decision.forms import WAYS, Every, Way
from aidrules.decision.names import PAYING, names_of
from aidrules.engine.code import syntax
from aidrules.engine.code.forms import LoweringError, Num, Val
from aidrules.engine.compiled import Programme, Rule
from aidrules.facts.schema import Path, may_be_unlisted, subject_at

DECIDING = ("eligibility", "exclusion", "phase_out")
_WORD = 58
"""Bits of one whole number; a status beside them leaves it within 63."""

_ZERO: ast.expr = syntax.const(0)
_NONE: ast.expr = syntax.const(None)


@dataclass(frozen=True, slots=True)
class Amount:
    """The columns of a sum of payments, in minor units: its bounds, which are the same where it is known."""

    low: ast.expr
    high: ast.expr


@dataclass(frozen=True, slots=True)
class Ending:
    """The columns of a phase-out: its first day, its months, its last day; null where there is none."""

    start: ast.expr
    months: ast.expr
    end: ast.expr


@dataclass(frozen=True, slots=True)
class Bits:
    """The bits that say whether a rule held: one that is set if so, and a second one if that may be open and is."""

    word: int
    place: int
    width: int

    def read(self, words: Sequence[int]) -> bool | None:
        """Whether the rule held."""
        found = words[self.word] >> self.place
        return None if self.width == 2 and found & 2 else bool(found & 1)


Paid = Mapping[Way, Amount]
"""The columns of what is paid, by the ways in which something may be."""


@dataclass(frozen=True, slots=True)
class Told:
    """The columns of a programme for the rows that it is about.

    Attributes:
        status: the place of the outcome among all statuses; `undetermined` for all that is open.
        held: whether its deciding rules held, as bits of whole numbers (see `Bits`).
        unsettled: whether an amount is open; None where none can be.
        paid: what is paid.
        phase_out: for programmes that have one.
    """

    status: ast.expr
    held: tuple[ast.expr, ...]
    unsettled: ast.expr | None
    paid: Paid
    phase_out: Ending | None


@dataclass(frozen=True, slots=True)
class Decided:
    """The columns of a programme.

    Attributes:
        programme: the programme.
        own: for each household, or each member for a programme about persons.
        household: the sums of all persons, for a programme about persons.
    """

    programme: Programme
    own: Told
    household: Paid | None


class Outcomes:
    """Writes what programmes come to."""

    def __init__(self, writer: ColumnWriter) -> None:
        self._w, self._compiled = writer, writer.compiled
        self._minor = 10 ** places(writer.compiled.pack.currency or "CNY")

    def of(self, programme: Programme) -> Decided:
        """All columns of a programme."""
        with self._w.along(programme.owner):
            own = Told(
                self._w.keep(syntax.call(PLACE, self._status(programme))),
                tuple(self._w.keep(word) for word in self._held(programme)),
                self._unsettled(programme),
                dict(self._sums(programme)),
                self._phase_out(programme),
            )
        return Decided(programme, own, self._together(programme, own) if programme.owner else None)

    # Statuses

    def _value(self, name: str) -> Val:
        found = self._w.result(name)
        assert isinstance(found, Val)
        return found

    def condition(self, rule: Rule) -> Val:
        """Whether a rule holds; one without a condition does."""
        name = rule.roles.get("condition")
        if name is None or self._compiled.definitions[name].type.name != "bool":
            return Val(syntax.const(True if name is None else None), name is not None)
        return self._value(name)

    def _status(self, programme: Programme) -> ast.expr:
        outcome = self._value(f"{programme.id}.outcome")
        if not outcome.maybe:
            return outcome.code
        open_ = syntax.when(self._barred(programme), syntax.const("ineligible"), syntax.const("undetermined"))
        return syntax.when(syntax.is_(outcome.code, None), open_, outcome.code)

    def _barred(self, programme: Programme) -> ast.expr:
        """Whether something certainly stands against a programme, and nothing can be paid on."""
        against: list[ast.expr] = []
        paid_on: list[ast.expr] = []
        for rule in self._rules(programme):
            held = self.condition(rule).code
            if rule.kind == "phase_out":
                paid_on.append(syntax.is_(held, False))
            elif rule.kind == "eligibility" and rule.force != "in_principle":
                against.append(syntax.is_(held, False))
            elif rule.kind == "exclusion" and rule.force == "must":
                against.append(syntax.is_(held, True))
        if not against:
            return syntax.const(False)
        return syntax.both(syntax.either(*against), *paid_on)

    def _rules(self, programme: Programme) -> list[Rule]:
        return [self._compiled.rules[name] for name in programme.rules]

    def _held(self, programme: Programme) -> Iterator[ast.expr]:
        word: ast.expr = _ZERO
        last = 0
        for name, bits in self.bits(programme).items():
            if bits.word != last:
                yield word
                word, last = _ZERO, bits.word
            held = self.condition(self._compiled.rules[name])
            yes, open_ = syntax.const(1 << bits.place), _ZERO
            if held.maybe:
                open_ = syntax.when(syntax.is_(held.code, None), syntax.const(2 << bits.place), _ZERO)
            word = syntax.plus(word, syntax.when(syntax.is_(held.code, True), yes, open_))
        yield word

    def bits(self, programme: Programme) -> dict[str, Bits]:
        """Where it stands whether a deciding rule held, by its name."""
        found: dict[str, Bits] = {}
        word = place = 0
        for rule in self._rules(programme):
            if rule.kind in DECIDING:
                width = 2 if self.condition(rule).maybe else 1
                if place + width > _WORD:
                    word, place = word + 1, 0
                found[rule.id] = Bits(word, place, width)
                place += width
        return found

    # Amounts

    def _paying(self, programme: Programme, every: frozenset[Every]) -> list[Rule]:
        return [
            rule
            for rule in self._rules(programme)
            if rule.kind in PAYING
            and rule.pays
            and rule.payment is not None
            and (rule.payment.every or "occasion") in every
            and rule.payment.form != "loan"
        ]

    def _sums(self, programme: Programme) -> Iterator[tuple[Way, Amount]]:
        for way, every in WAYS.items():
            if rules := self._paying(programme, every):
                yield way, self._sum(programme, rules)

    def _sum(self, programme: Programme, rules: Sequence[Rule]) -> Amount:
        low: ast.expr = _ZERO
        high: ast.expr = _ZERO
        for rule in rules:
            name, owner = self.due_of(rule, programme)
            amount = self.brought(self._payable(rule, name, owner), owner, programme.owner)
            low, high = syntax.plus(low, amount.low), syntax.plus(high, amount.high)
        low = self._w.keep(low)
        return Amount(low, self._w.keep(high))

    def _unsettled(self, programme: Programme) -> ast.expr | None:
        """Whether something that is paid, or may be, is open."""
        tests: list[ast.expr] = []
        for rule in self._rules(programme):
            if not rule.pays:
                continue
            name, owner = self.due_of(rule, programme)
            value = self._number(name)
            if not value.exact:
                with self._w.along(owner):
                    apart = syntax.when(syntax.compare(value.low, "!=", value.high), syntax.const(1), _ZERO)
                    code = self._w.keep(apart)
                tests.append(syntax.compare(self.brought(Amount(code, code), owner, programme.owner).low, ">", _ZERO))
        return self._w.keep(syntax.either(*tests)) if tests else None

    def due_of(self, rule: Rule, programme: Programme) -> tuple[str, Path]:
        """The definition of what a rule pays, and its owner: the sum of the items of a list that may be unknown."""
        if may_be_unlisted(self._w.schema, rule.owner, programme.owner):
            return rule.roles["total"], programme.owner
        return rule.roles["amount"], rule.owner

    def _payable(self, rule: Rule, name: str, owner: Path) -> Amount:
        """What a rule pays, in minor units of the currency, along the rows of an owner."""
        self._w.current = rule.id
        value = self._number(name)
        denominator = value.denominator
        if denominator.factors or self._minor % denominator.const:
            raise LoweringError("what it pays may have a fraction of the smallest unit of money")
        scale = syntax.const(self._minor // denominator.const)
        with self._w.along(owner):
            low = self._w.keep(syntax.times(value.low, scale))
            return Amount(low, low if value.exact else self._w.keep(syntax.times(value.high, scale)))

    def _number(self, name: str) -> Num:
        found = self._w.result(name)
        assert isinstance(found, Num)
        return found

    def brought(self, amount: Amount, owner: Path, to: Path, fold: Fold = "sum") -> Amount:
        """Payments added up for the rows of a wider owner; none where a list on the way is unknown."""
        unlisted: list[ast.expr] = []
        low, high = amount.low, amount.high
        while len(owner) > len(to):
            inner, outer = self._w.ground.own(owner), self._w.ground.own(owner[:-1])
            listed = subject_at(self._w.schema, owner[:-1]).lists[owner[-1]]
            most = listed.max_items
            lost = [self._w.reduced("sum", outer, inner, code, most=most) for code in unlisted]
            unlisted = [syntax.compare(code, ">", _ZERO) for code in lost]
            if len(owner) - 1 > len(to) and not listed.required:
                unlisted.append(self._w.unlisted_of(owner[:-1], owner[-1]))
            same = low is high
            low = self._w.reduced(fold, outer, inner, low, most=most)
            high = low if same else self._w.reduced(fold, outer, inner, high, most=most)
            owner = owner[:-1]
        with self._w.along(to):
            for code in unlisted:
                low, high = (self._w.keep(syntax.when(code, _ZERO, end)) for end in (low, high))
        return Amount(low, high)

    # Phase-outs

    def _phase_out(self, programme: Programme) -> Ending | None:
        rules = [rule for rule in self._rules(programme) if rule.kind == "phase_out"]
        start = months = end = _NONE
        for rule in reversed(rules):
            amount = self._number(rule.roles["amount"])
            nothing = syntax.both(syntax.compare(amount.low, "==", _ZERO), syntax.compare(amount.high, "==", _ZERO))
            start, months, end = (
                syntax.when(nothing, rest, own)
                for rest, own in (
                    (start, self._day(rule.roles["start"])),
                    (months, self._months(rule.roles["months"])),
                    (end, self._day(rule.roles["end"])),
                )
            )
        if not rules:
            return None
        return Ending(*(self._w.keep(code) for code in (start, months, end)))

    def _day(self, name: str) -> ast.expr:
        if names_of(self._compiled).is_private_value(name):
            return _NONE
        day = self._value(name).code
        known = syntax.when(syntax.is_(day, None), _ZERO, day)
        return syntax.when(syntax.compare(self._w.keep(known), "==", _ZERO), _NONE, self._w.keep(known))

    def _months(self, name: str) -> ast.expr:
        if names_of(self._compiled).is_private_value(name):
            return _NONE
        value = self._number(name)
        if value.denominator.factors:
            raise LoweringError("a number of months over what divides it; round it first")
        whole = syntax.floor_divided(value.low, syntax.const(value.denominator.const))
        return syntax.when(syntax.compare(value.low, "==", value.high), whole, _NONE)

    # Persons together

    def _together(self, programme: Programme, own: Told) -> Paid:
        with self._w.along(()):
            return {way: self.brought(amount, programme.owner, ()) for way, amount in own.paid.items()}
