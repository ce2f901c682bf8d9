"""What a case expects to be paid under a rule: how much, to whom, how often, from and until which month."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, get_args

from aidrules.decision.forms.outcomes import Every, PaymentLine
from aidrules.decision.names import PAYING
from aidrules.language.fields import near, one_of
from aidrules.language.units import decimal_text
from aidrules.testing.cases import NONE, UNKNOWN
from aidrules.testing.impossible import ImpossibleError

if TYPE_CHECKING:
    from aidrules.decision import Decision
    from aidrules.engine import Compiled
    from aidrules.engine.compiled import Rule

_WORDS = {"every": get_args(Every), "as": ("cash", "loan", "kind")}
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-\d{2})?\Z", re.ASCII)


def paying(name: str, compiled: Compiled) -> Rule:
    """The rule of a name, which pays.

    Raises:
        ImpossibleError: there is none, it pays nothing, or it pays for each item of another list than the members.
    """
    rule = compiled.rules.get(name)
    if rule is None or rule.kind not in PAYING or not rule.pays:
        known = [each.id for each in compiled.rules.values() if each.kind in PAYING and each.pays]
        found = f"there is no rule {name}" if rule is None else f"{name} is of kind {rule.kind} and pays nothing"
        raise ImpossibleError(found, "a rule that pays", near(name, known))
    if rule.owner not in ((), ("members",)):
        found = f"{name} pays for each item of {' of '.join(reversed(rule.owner))}"
        raise ImpossibleError(found, "a rule that pays the household or a member", f"Expect amounts: {name}")
    return rule


def check_term(term: str, value: str) -> None:
    """Fail if a term of a payment can never be so."""
    if term in _WORDS and value not in _WORDS[term]:
        raise ImpossibleError(f"{term} is never {value!r}", one_of(_WORDS[term]), near(value, _WORDS[term]))
    if term in ("from", "until") and value != NONE and not _MONTH.match(value):
        raise ImpossibleError(f"{term}: {value!r} is not a month", "a month such as 2025-07, a day or none")


def line_of(decision: Decision, rule: str, item: tuple[str, ...]) -> PaymentLine | None:
    """What is paid under a rule to the household or a member; None where nothing is."""
    member = item[0] if item else None
    return next((line for line in decision.payments if line.rule == rule and line.member == member), None)


def told(line: PaymentLine | None, term: str, wanted: str) -> str:
    """What a payment says of a term, as a case would write it; a month as long as what is wanted is one."""
    if line is None:
        return NONE
    match term:
        case "amount" if line.amount is not None:
            return decimal_text(Fraction(line.amount))
        case "amount" if line.bounds is not None:
            return f"{decimal_text(Fraction(line.bounds.low))}..{decimal_text(Fraction(line.bounds.high))}"
        case "amount":
            return UNKNOWN
        case "from" | "until":
            day: date | None = line.starts if term == "from" else line.ends
            return NONE if day is None else day.isoformat()[: max(len(wanted), len("2025-07"))]
        case "payee":
            return line.payee
        case "every":
            return line.every
        case "as":
            return line.form
    return "a payment"
