"""The overview of a decision: a row for each outcome, persons of whom the same is true together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from aidrules.decision.figures import Lang, quantity_text
from aidrules.decision.forms import OPEN, WAYS, Every, Way
from aidrules.decision.words import letter_words
from aidrules.language.units import Unit

if TYPE_CHECKING:
    from decimal import Decimal

    from aidrules.decision.decision import Decision
    from aidrules.decision.forms import Bounds, Outcome, PersonOutcome, Status

_HEADS = {"zh": ("项目", "对象", "结果"), "en": ("Programme", "About", "Outcome")}
_WAYS: Mapping[Lang, Mapping[Way, str]] = {
    "zh": {"monthly": "每月", "termly": "每学期", "yearly": "每年", "one_off": "一次性"},
    "en": {"monthly": "Monthly", "termly": "Each term", "yearly": "Yearly", "one_off": "One-off"},
}
_EVERY: Mapping[Way, Every] = {"monthly": "month", "termly": "term", "yearly": "year", "one_off": "occasion"}
_EVERYWHERE: tuple[Way, ...] = ("monthly", "one_off")
"""The sums that have a column also where nothing is paid so."""


def ways(outcomes: Iterable[Outcome]) -> tuple[Way, ...]:
    """The sums of some outcomes that have a column."""
    shown = list(outcomes)
    return tuple(way for way in WAYS if way in _EVERYWHERE or any(getattr(each, way) != 0 for each in shown))


def heads(lang: Lang, sums: Iterable[Way]) -> tuple[str, ...]:
    """The heads of the columns that `rows` has."""
    return (*_HEADS[lang], *(_WAYS[lang][way] for way in sums))


def overview(
    decision: Decision, lang: Lang, programmes: Sequence[str] | None
) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    """The heads of the columns, and the rows."""
    outcomes = decision.outcomes.values()
    sums = ways(each for each in outcomes if programmes is None or each.programme in programmes)
    return heads(lang, sums), rows(decision, lang, programmes, sums)


def rows(
    decision: Decision, lang: Lang, programmes: Sequence[str] | None, sums: Sequence[Way]
) -> Iterator[tuple[str, ...]]:
    """Programme, members, outcome, and what is paid; a programme's name only in its first row."""
    for outcome in decision.outcomes.values():
        if programmes is not None and outcome.programme not in programmes:
            continue
        name = outcome.label.text(lang)
        groups: dict[tuple[str, ...], list[str]] = {}
        for whose in outcome.persons.values() if outcome.persons else (outcome,):
            if whose.status != "not_opened":
                paid = ((getattr(whose, way), getattr(whose, f"{way}_bounds")) for way in sums)
                shown = (_said(decision, outcome, whose, lang), *(_amount(outcome, *each, lang) for each in paid))
                groups.setdefault(shown, []).append(getattr(whose, "member", ""))
        for cells, members in groups.items():
            yield name, ", ".join(filter(None, members)), *cells
            name = ""


def _said(decision: Decision, outcome: Outcome, whose: Outcome | PersonOutcome, lang: Lang) -> str:
    """The outcome and, where that is settled and an amount is not, that this is open."""
    member = getattr(whose, "member", None)
    words, said = letter_words(lang), [said_of(decision, outcome.programme, whose.status, lang, [member])]
    if whose.status not in OPEN:
        said += [words.still_open(_EVERY[way], None) for way in WAYS if getattr(whose, way) is None]
    return words.listed(said)


def said_of(decision: Decision, programme: str, status: Status, lang: Lang, members: Sequence[str | None]) -> str:
    """What a status of a programme is called; of one that only hands somebody over, whether it does.

    Args:
        decision: the decision.
        programme: the programme.
        status: the status.
        lang: the language.
        members: whose status it is; None for the household.
    """
    words = letter_words(lang)
    if programme not in decision._view.names.referring or status not in words.handed_over:
        if status == "ineligible" and _may_not_be_in_question(decision, programme, members):
            return words.ineligible_if_asked
        return words.outcomes[status]
    if status == "eligible":
        made = {
            entry.state
            for entry in decision.referrals
            if entry.programme == programme
            and (entry.about is None or None in members or entry.about.partition(".")[0] in members)
        }
        if "applied" not in made:
            return words.to_hand_over_open if made else words.nothing_to_hand_over
    return words.handed_over[status]


def _may_not_be_in_question(decision: Decision, programme: str, members: Sequence[str | None]) -> bool:
    """Whether, of each of those members or the household, it is open whether the route is open at all."""
    view, held = decision._view, decision._tracer.held
    about = decision.run.compiled.programmes[programme]
    routes = [rule for rule in view.names.by_effect[programme].settling if rule.opens_route]
    items = [item for item in decision._outcomes.items_of(about) if view.member_id(item) in members]
    return all(any(held(rule, item) is None for rule in routes) for item in items)


def _amount(outcome: Outcome, amount: Decimal | None, bounds: Bounds | None, lang: Lang) -> str:
    if amount is None:
        return "?" if bounds is None else f"{bounds.low}–{bounds.high}"
    return "" if amount == 0 else quantity_text(Fraction(amount), Unit.of({outcome.currency: 1}), lang, 2)
