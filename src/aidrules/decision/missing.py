"""Missing inputs: what nobody has given and something open depends on, what settles most first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aidrules.decision.forms import OPEN, Missing
from aidrules.decision.gaps import Gap
from aidrules.decision.names import Item
from aidrules.decision.outcomes import Outcomes
from aidrules.decision.trace import CONFIDENTIAL
from aidrules.decision.view import View

if TYPE_CHECKING:
    from aidrules.engine.compiled import Programme, Rule


@dataclass(frozen=True)
class Open:
    """Something that is open: an outcome (`dibao`, `tekun[m1]`) or an amount (`dibao.supplement[m1]`).

    Attributes:
        gaps: what it cannot be settled without.
        later: what will be needed once it is settled, if it comes to something: its amounts.
    """

    name: str
    gaps: dict[str, Gap]
    later: dict[str, Gap] = field(default_factory=dict)


def open_points(outcomes: Outcomes) -> list[Open]:
    """Open outcomes, open amounts of programmes whose outcome is settled, deadlines that may not be kept."""
    view = outcomes.view
    found: list[Open] = []
    for programme in view.compiled.programmes.values():
        if programme.id not in outcomes.by_programme:
            continue
        for item in outcomes.items_of(programme):
            key = view.key(item)
            name = f"{programme.id}[{key}]" if key else programme.id
            amounts = _open_amounts(view, programme, item)
            if outcomes.status(programme, item) in OPEN:
                later = {gap: one for amount in amounts for gap, one in amount.gaps.items()}
                found.append(Open(name, view.gaps_of(f"{programme.id}.outcome", item), later))
            else:
                found.extend(amounts)
    return [*found, *_open_deadlines(outcomes, found)]


def _open_deadlines(outcomes: Outcomes, points: Sequence[Open]) -> Iterator[Open]:
    """The deadlines of which it may be open whether they were kept, once what is asked for is answered.

    Those that certainly run until a certain day, and those that may once the points are settled: one answer can be
    enough where a day turns on any of several.
    """
    view = outcomes.view
    asked = {key for point in points for key in (*point.gaps, *point.later)}
    waiting = [
        (rule, item)
        for rule in view.compiled.rules.values()
        if rule.kind == "deadline"
        for item in view.items(rule.owner) or ()
        if outcomes.tracer.held(rule, item) is not False
    ]
    while True:
        left: list[tuple[Rule, Item]] = []
        for rule, item in waiting:
            runs, due = view.gaps_of(rule.roles["condition"], item), view.gaps_of(rule.roles["due"], item)
            gaps = view.gaps_of(rule.roles["overdue"], item)
            if any(needed and asked.isdisjoint(needed) for needed in (runs, due)):
                left.append((rule, item))
            elif gaps:
                asked.update(gaps)
                key = view.key(item)
                yield Open(f"{rule.id}[{key}]" if key else rule.id, gaps)
        if len(left) == len(waiting):
            return
        waiting = left


def _open_amounts(view: View, programme: Programme, whose: Item) -> list[Open]:
    found: list[Open] = []
    for name in programme.rules:
        rule = view.compiled.rules[name]
        if not rule.pays:
            continue
        for item in view.items(rule.owner, whose) or ():
            gaps = view.gaps_of(rule.roles["amount"], item)
            if gaps:
                key = view.key(item)
                found.append(Open(f"{name}[{key}]" if key else name, gaps))
    return found


def missing_inputs(outcomes: Outcomes) -> tuple[Missing, ...]:
    """The missing inputs: first those that settle most open points by themselves, then those that bear on most."""
    points = open_points(outcomes)
    gaps: dict[str, Gap] = {}
    settles: dict[str, list[str]] = {}
    bears_on: dict[str, list[str]] = {}
    for point in points:
        for key, gap in point.gaps.items():
            gaps.setdefault(key, gap)
            bears_on.setdefault(key, []).append(point.name)
            if len(point.gaps) == 1:
                settles.setdefault(key, []).append(point.name)
        for key, gap in point.later.items():
            if key not in point.gaps:
                gaps.setdefault(key, gap)
                bears_on.setdefault(key, []).append(point.name)
    order = sorted(gaps, key=lambda key: (-len(settles.get(key, ())), -len(bears_on[key])))
    return tuple(
        Missing(
            input=key,
            kind=gaps[key].kind,
            label=CONFIDENTIAL if gaps[key].confidential else gaps[key].label,
            confidential=gaps[key].confidential,
            member=gaps[key].about,
            who=gaps[key].who,
            settles=tuple(settles.get(key, ())),
            bears_on=tuple(bears_on[key]),
            lapsed_on=None if _lapses_unseen(outcomes.view, key) else gaps[key].lapsed_on,
        )
        for key in order
    )


def _lapses_unseen(view: View, key: str) -> bool:
    """Whether a finding counts for a time that is reckoned from something confidential."""
    last_day = f"finding.{key.rpartition('findings.')[2]}.last_day"
    return last_day in view.compiled.definitions and view.names.is_private_value(last_day)


def parameters_wanted(outcomes: Outcomes) -> dict[str, tuple[str, ...]]:
    """The required parameters without a value that leave something open, each with what it leaves open.

    That is an outcome or an amount, or anything else that a rule works out where it applies, or may: months, dates.
    """
    view, compiled = outcomes.view, outcomes.view.compiled
    found: dict[str, dict[str, None]] = {}
    points = open_points(outcomes)
    for rule in compiled.rules.values():
        for item in view.items(rule.owner) or ():
            if outcomes.tracer.held(rule, item) is False:
                continue
            key = view.key(item)
            name = f"{rule.id}[{key}]" if key else rule.id
            points.extend(Open(name, view.gaps_of(role, item)) for role in rule.roles.values())
    for point in points:
        for gap in point.gaps.values():
            if gap.kind == "parameter" and compiled.parameters[gap.key.partition("[")[0]].required:
                found.setdefault(gap.key, {})[point.name] = None
    return {name: tuple(turning) for name, turning in found.items()}
