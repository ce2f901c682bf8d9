"""Which cases two packs decide otherwise: statuses, amounts and what is opened, person by person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from aidrules.decision.decide import decide
from aidrules.decision.forms import WAYS, Entitlement, Gate
from aidrules.errors import AidrulesError

if TYPE_CHECKING:
    from aidrules.decision import Decision
    from aidrules.decision.forms import Outcome, PersonOutcome
    from aidrules.language.pack import Pack
    from aidrules.testing import Case


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case that is decided otherwise.

    Attributes:
        pack: the pack that it stands beside.
        differences: what came out before and what comes out now, by name; None where there was nothing.
    """

    pack: str
    case: Case
    differences: Mapping[str, tuple[str | None, str | None]]


def case_changes(
    old: Pack, new: Pack, cases: Mapping[str, list[Case]], laws: tuple[date | None, date | None] = (None, None)
) -> Iterator[CaseChange]:
    """The cases that two packs decide otherwise, each with its own standards, readings and overlays.

    A programme, right or referral that only one of the packs has is no difference of a case.

    Args:
        old: a pack.
        new: another one, or the same.
        cases: by the pack that they stand beside.
        laws: the dates of the law on either side; None takes the date of the case.
    """
    for pack, listed in cases.items():
        for case in listed:
            was, now = (_results(side, case, law) for side, law in zip((old, new), laws, strict=True))
            refused = REFUSED in was or REFUSED in now
            found = {
                name: (was.get(name), now.get(name))
                for name in dict.fromkeys([*was, *now])
                if was.get(name) != now.get(name) and (name == REFUSED if refused else _known(name, old, new))
            }
            if found:
                yield CaseChange(pack, case, found)


REFUSED = "refused"


def _known(name: str, old: Pack, new: Pack) -> bool:
    """Whether both packs could have said it."""
    programme, _, rule = name.partition("[")[0].partition(":")[0].partition(".")
    both = [pack.programmes.get(programme) for pack in (old, new)]
    return all(found is not None and (not rule or rule in found.rules) for found in both)


def _results(pack: Pack, case: Case, law: date | None) -> dict[str, str]:
    """All that comes out for the case, by name; why it is refused where it is."""
    try:
        chosen = case.laid_over(pack)
        decision = decide(chosen.Household.from_text(case.given), chosen, on=case.on, law=law, chain="exact")
    except AidrulesError as error:
        return {REFUSED: str(error)}
    return dict(_named(decision))


def _named(decision: Decision) -> Iterator[tuple[str, str]]:
    for name, outcome in decision.outcomes.items():
        yield from _outcome(name, outcome)
        for member, person in outcome.persons.items():
            yield from _outcome(f"{name}[{member}]", person)
    tasks = (decision.entitlements, decision.referrals, decision.gates, decision.deadlines)
    for section in tasks:
        for task in section:
            due = None if isinstance(task, Entitlement | Gate) else task.due
            about = task.member if isinstance(task, Entitlement) else task.about
            yield f"{task.rule}{f'[{about}]' if about else ''}", f"{task.state}{f', {due}' if due else ''}"


def _outcome(name: str, outcome: Outcome | PersonOutcome) -> Iterator[tuple[str, str]]:
    yield name, outcome.status
    for way in WAYS:
        yield f"{name}: {way}", _amount(getattr(outcome, way))


def _amount(amount: Decimal | None) -> str:
    return "open" if amount is None else str(amount)
