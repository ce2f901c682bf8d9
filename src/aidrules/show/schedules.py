"""What a phase-out pays by shares, in words: of which amount, and which share in which month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from aidrules.decision.figures import Lang
from aidrules.language import core
from aidrules.language.units import decimal_text

if TYPE_CHECKING:
    from aidrules.engine.compiled import Rule

_WORDS = {
    "zh": (
        "第{}个月{}",
        "第{}至{}个月{}",
        "第{}个月起{}",
        "各月均为{}",
        "；",
    ),
    "en": (
        "month {}: {}",
        "months {} to {}: {}",
        "from month {}: {}",
        "every month: {}",
        "; ",
    ),
}


def whole_amount(rule: Rule, definitions: Mapping[str, core.Definition]) -> core.Expr | None:
    """The amount of which a schedule pays shares, rounding left out; None where it is limited too."""
    inner = definitions[rule.roles["value"]].expr
    inner = inner.inner if isinstance(inner, core.Round) else inner
    if isinstance(inner, core.Ref) and inner.name.startswith(f"{rule.id}."):
        inner = definitions[inner.name].expr
    if not isinstance(inner, core.Mul) or len(inner.factors) != 2:
        return None
    share, amount = inner.factors
    return amount if isinstance(share, core.If | core.Const) else None


def shares(schedule: Sequence[Fraction], lang: Lang) -> str:
    """Which share is paid in which month; the last goes on.

    >>> shares([Fraction(1), Fraction(1), Fraction(1, 2)], "en")
    'months 1 to 2: 100%; from month 3: 50%'
    """
    between = _WORDS[lang][-1]
    return between.join(_runs(schedule, lang))


def _runs(schedule: Sequence[Fraction], lang: Lang) -> Iterator[str]:
    one, several, onwards, always, _ = _WORDS[lang]
    month = 1
    for share, alike in groupby(schedule):
        last, said = month + len(list(alike)) - 1, f"{decimal_text(share * 100)}%"
        if last == len(schedule):
            yield always.format(said) if month == 1 else onwards.format(month, said)
        else:
            yield one.format(month, said) if month == last else several.format(month, last, said)
        month = last + 1
