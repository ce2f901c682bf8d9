"""Entitlements in columns: which services and rights a programme opens, and of which that is open.

A rule that says it of each item is told for the rows of its programme too, if it holds for one of them.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aidrules.columns.outcomes import Amount, Outcomes
from aidrules.columns.writer import ColumnWriter
from aidrules.engine.code import syntax
from aidrules.engine.code.forms import LoweringError
from aidrules.engine.compiled import Programme, Rule
from aidrules.facts.schema import Path

MEMBERS: Path = ("members",)
_RULES = 30
"""Entitlements in one whole number, two bits for each: it is given, it is open."""


@dataclass(frozen=True, slots=True)
class Entitled:
    """The entitlements of a programme, as bits of whole numbers.

    Attributes:
        rules: in the order of their bits.
        own: for the rows that the programme is about.
        members: for each member, where the programme is about the household and has rules about members.
    """

    rules: tuple[str, ...]
    own: tuple[ast.expr, ...]
    members: tuple[ast.expr, ...]

    def named(self, state: int) -> Callable[[tuple[int, ...]], list[str]]:
        """Tells the rules that are given (`state` is 1) or open (2) from the numbers."""

        def tell(words: tuple[int, ...]) -> list[str]:
            return [
                name for place, name in enumerate(self.rules) if words[place // _RULES] >> 2 * (place % _RULES) & state
            ]

        return tell


def entitled(writer: ColumnWriter, outcomes: Outcomes, programme: Programme) -> Entitled | None:
    """The entitlements of a programme; None if it has none.

    Raises:
        LoweringError: one for items that are none of what the programme is about.
    """
    rules = [rule for name in programme.rules if (rule := writer.compiled.rules[name]).kind == "entitlement"]
    if not rules:
        return None
    bits = [_bits(writer, outcomes, rule, 2 * (place % _RULES)) for place, rule in enumerate(rules)]
    each = [rule.owner[:1] == MEMBERS for rule in rules]
    return Entitled(
        tuple(rule.id for rule in rules),
        _words(writer, outcomes, programme.owner, rules, bits, [True] * len(rules)),
        _words(writer, outcomes, MEMBERS, rules, bits, each) if any(each) and not programme.owner else (),
    )


def _bits(writer: ColumnWriter, outcomes: Outcomes, rule: Rule, place: int) -> ast.expr:
    writer.current = rule.id
    held = outcomes.condition(rule)
    given, open_ = syntax.const(1 << place), syntax.const(2 << place)
    with writer.along(rule.owner):
        unknown = syntax.when(syntax.is_(held.code, None), open_, syntax.const(0))
        return writer.keep(syntax.when(syntax.is_(held.code, True), given, unknown))


def _words(
    writer: ColumnWriter,
    outcomes: Outcomes,
    owner: Path,
    rules: Sequence[Rule],
    bits: Sequence[ast.expr],
    told: Sequence[bool],
) -> tuple[ast.expr, ...]:
    """The whole numbers for the rows of an owner, of those rules that are told there."""
    words: list[ast.expr] = [syntax.const(0)] * (-(-len(rules) // _RULES))
    for place, (rule, code) in enumerate(zip(rules, bits, strict=True)):
        if not told[place]:
            continue
        if rule.owner[: len(owner)] != owner:
            raise LoweringError("an entitlement of items that are none of what its programme is about")
        brought = outcomes.brought(Amount(code, code), rule.owner, owner, "bits").low
        if owner and rule.owner != owner:
            # As for one household: if a list of one member is unknown, nothing is told of such items of any member.
            everybody = outcomes.brought(Amount(code, code), rule.owner, (), "bits").low
            brought = syntax.when(syntax.compare(everybody, "==", syntax.const(0)), syntax.const(0), brought)
        words[place // _RULES] = syntax.plus(words[place // _RULES], brought)
    with writer.along(owner):
        return tuple(writer.keep(word) for word in words)
