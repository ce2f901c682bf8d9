"""The overview of a decision: a row for each outcome, persons of whom the same is true together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.decision.figures import Lang, is_wide, quantity_text
from aidrules.decision.forms import OPEN
from aidrules.decision.words import letter_words
from aidrules.language.units import Unit

if TYPE_CHECKING:
    from decimal import Decimal

    from aidrules.decision.decision import Decision
    from aidrules.decision.forms import Bounds, Outcome, PersonOutcome, Status

HEADS = {
    "zh": ("项目", "对象", "结果", "每月", "一次性"),
    "en": ("Programme", "About", "Outcome", "Monthly", "One-off"),
}


def rows(decision: Decision, lang: Lang, programmes: Sequence[str] | None) -> Iterator[tuple[str, ...]]:
    """Programme, members, outcome, monthly and one-off amount; a programme's name only in its first row."""
    for outcome in decision.outcomes.values():
        if programmes is not None and outcome.programme not in programmes:
            continue
        name = outcome.label.text(lang)
        groups: dict[tuple[str, ...], list[str]] = {}
        for whose in outcome.persons.values() if outcome.persons else (outcome,):
            if whose.status != "not_opened":
                shown = (
                    _said(decision, outcome, whose, lang),
                    _amount(outcome, whose.monthly, whose.monthly_bounds, lang),
                    _amount(outcome, whose.one_off, whose.one_off_bounds, lang),
                )
                groups.setdefault(shown, []).append(getattr(whose, "member", ""))
        for cells, members in groups.items():
            yield name, ", ".join(filter(None, members)), *cells
            name = ""


def _said(decision: Decision, outcome: Outcome, whose: Outcome | PersonOutcome, lang: Lang) -> str:
    """The outcome and, where that is settled and an amount is not, that this is open."""
    words, said = letter_words(lang), [said_of(decision, outcome.programme, whose.status, lang)]
    if whose.status not in OPEN:
        said += [words.still_open("month", None)] if whose.monthly is None else []
        said += [words.still_open("occasion", None)] if whose.one_off is None else []
    return words.listed(said)


def said_of(decision: Decision, programme: str, status: Status, lang: Lang) -> str:
    """What a status of a programme is called: of one that only hands somebody over, that it does."""
    words = letter_words(lang)
    handed_over = words.handed_over.get(status) if programme in decision._view.names.referring else None
    return handed_over or words.outcomes[status]


def _amount(outcome: Outcome, amount: Decimal | None, bounds: Bounds | None, lang: Lang) -> str:
    if amount is None:
        if bounds is None or is_wide(bounds.high - bounds.low):
            return "?"
        return f"{bounds.low}–{bounds.high}"
    return "" if amount == 0 else quantity_text(Fraction(amount), Unit.of({outcome.currency: 1}), lang, 2)
