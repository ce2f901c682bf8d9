"""The lesser or greater of several amounts in formulas, without limits that do not bind and gates that are closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.decision.figures import number_text
from aidrules.decision.names import Bindings
from aidrules.decision.pieces import ATOM, CHOICE, PRODUCT, Piece, Written, is_const
from aidrules.decision.values import Read
from aidrules.decision.wording import Reached, Rebind, at, filled, put
from aidrules.language import core
from aidrules.language.core import Expr

if TYPE_CHECKING:
    from aidrules.decision.formulas import Formula
    from aidrules.decision.view import View


@dataclass(frozen=True)
class Gate:
    """Reacheds that count only where a condition does not fail."""

    condition: Read
    rebind: Rebind | None
    operands: list[Reached | Gate]
    closed: Reached


@dataclass(frozen=True)
class Extremes:
    """Writes the lesser or the greater of several amounts as part of a formula."""

    formula: Formula

    def written(self, expr: core.Extreme, bound: Bindings) -> Piece:
        """The comparison; what a closed gate keeps out is known only once there are values."""
        operands = self._flattened(expr, bound, None)
        if not self.formula.values or not any(isinstance(operand, Gate) for operand in operands):
            return self._chosen(expr.which, list(_passing(operands, lambda _: True)))
        made: dict[tuple[bool, ...], Piece] = {}

        def piece(view: View, bound: Bindings) -> Written:
            seen: list[bool] = []

            def passes(gate: Gate) -> bool:
                here = bound if gate.rebind is None else gate.rebind(bound)
                seen.append(gate.condition(view, here) is not False)
                return seen[-1]

            passing = list(_passing(operands, passes))
            key = tuple(seen)
            if key not in made:
                made[key] = self._chosen(expr.which, passing)
            return filled(made[key], view, bound)

        return piece

    def _flattened(self, expr: core.Extreme, bound: Bindings, before: Rebind | None) -> list[Reached | Gate]:
        """What is compared: the operands of the same comparison inside, and what a gate lets through."""
        found: list[Reached | Gate] = []
        for arg in expr.args:
            inner, scope, own = self.formula.opened(arg, bound)
            rebind = _after(before, own)
            if isinstance(inner, core.Extreme) and inner.which == expr.which:
                found.extend(self._flattened(inner, scope, rebind))
            elif isinstance(inner, core.If) and inner.other == core.ZERO and expr.which == "max":
                found.append(self._gate(inner, scope, rebind))
            else:
                found.append((inner, scope, rebind))
        return found

    def _gate(self, expr: core.If, bound: Bindings, before: Rebind | None) -> Gate:
        """What a gate lets through: by names always its amount, with values only where it is open."""
        inner, scope, own = self.formula.wording.reached(expr.then, bound)
        rebind = _after(before, own)
        if isinstance(inner, core.Extreme) and inner.which == "max":
            operands = self._flattened(inner, scope, rebind)
        else:
            operands = [(inner, scope, rebind)]
        return Gate(self.formula.wording.reads.of(expr.condition), before, operands, (core.ZERO, bound, before))

    def _chosen(self, which: str, operands: list[Reached]) -> Piece:
        if self.formula.settled is not None and which == "min":
            operands = self._limited(self.formula.settled, operands)
        if which == "max":
            least = [Fraction(expr.value) for expr, *_ in operands if _is_least(expr) and isinstance(expr, core.Const)]
            rest = [operand for operand in operands if not _is_least(operand[0])]
            if len(rest) == 1 and least:
                return self._at_least(rest[0], max(least))
            operands = rest or operands
        if len(operands) == 1:
            expr, bound, rebind = operands[0]
            return at(self.formula.written(expr, bound), rebind)

        words = self.formula.wording.words

        def told(*texts: str) -> Written:
            several = list(dict.fromkeys(texts))
            if which == "max" and len(several) > 1:
                several = [text for text in several if text != "0"]
            return (several[0], PRODUCT) if len(several) == 1 else (words.extreme(which, several), CHOICE)

        return put(told, *(self.formula.operand(operand, PRODUCT) for operand in operands))

    def _limited(self, settled: View, operands: list[Reached]) -> list[Reached]:
        """An amount without the limits that do not bind; the amount is what stands first."""
        found = [settled.value(expr, bound) for expr, bound, _ in operands]
        numbers = [value for value in found if isinstance(value, Fraction)]
        return operands[:1] if len(numbers) == len(found) and numbers[0] == min(numbers) else operands

    def _at_least(self, operand: Reached, least: Fraction) -> Piece:
        """A number that is not let fall below 0, or a divisor below 1: said only where it matters."""
        expr, bound, rebind = operand
        free = at(self.formula.written(expr, bound), rebind)
        if least == 1 and not self.formula.values:
            return free
        number = number_text(least, self.formula.wording.lang)
        kept = put(
            lambda text: (self.formula.wording.words.at_least(text, number), ATOM),
            self.formula.operand(operand, CHOICE),
        )
        if not (self.formula.values or self.formula.settled):
            return kept
        value_of = self.formula.wording.reads.of(expr)

        def piece(view: View, bound: Bindings) -> Written:
            value = value_of(view, bound if rebind is None else rebind(bound))
            return filled(free if isinstance(value, Fraction) and value >= least else kept, view, bound)

        return piece


def _after(before: Rebind | None, own: Rebind | None) -> Rebind | None:
    """One change of variables after another."""
    if before is None or own is None:
        return own or before
    return lambda bound: own(before(bound))


def _passing(operands: list[Reached | Gate], passes: Callable[[Gate], bool]) -> Iterator[Reached]:
    """The operands that count; a gate that is closed is nothing."""
    for operand in operands:
        if not isinstance(operand, Gate):
            yield operand
        elif passes(operand):
            yield from _passing(operand.operands, passes)
        else:
            yield operand.closed


def _is_least(expr: Expr) -> bool:
    return is_const(expr, 0) or is_const(expr, 1)
