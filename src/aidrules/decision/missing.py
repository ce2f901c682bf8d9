"""Missing inputs: what nobody has given and something open depends on, what settles most first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aidrules.decision.asking_order import weight
from aidrules.decision.forms import OPEN, Missing
from aidrules.decision.gaps import Gap
from aidrules.decision.names import CLASSES, Item
from aidrules.decision.outcomes import Outcomes, due_of
from aidrules.decision.shown import is_open
from aidrules.decision.steps import CONFIDENTIAL
from aidrules.decision.view import View
from aidrules.decision.waiting import Waiting, together, waits
from aidrules.language import core

if TYPE_CHECKING:
    from aidrules.engine.compiled import Programme, Rule


@dataclass(frozen=True)
class Open:
    """Something that is open: an outcome (`dibao`, `tekun[m1]`) or an amount (`dibao.supplement[m1]`).

    Attributes:
        gaps: what it cannot be settled without.
        later: what will be needed once it is settled, if it comes to something: its amounts.
        roots: the definitions, each with its item, that are open.
    """

    name: str
    gaps: dict[str, Gap]
    later: dict[str, Gap] = field(default_factory=dict)
    roots: tuple[tuple[str, Item], ...] = ()


def open_points(outcomes: Outcomes) -> list[Open]:
    """Open outcomes; open amounts, and ends of phase-outs, of programmes whose outcome is settled."""
    view = outcomes.view
    found: list[Open] = []
    for programme in view.compiled.programmes.values():
        if programme.id not in outcomes.by_programme:
            continue
        for item in outcomes.items_of(programme):
            name = _name_of(view, programme.id, item)
            amounts = _open_amounts(outcomes, programme, item)
            if outcomes.status(programme, item) in OPEN:
                later = {gap: one for amount in amounts for gap, one in amount.gaps.items()}
                root = f"{programme.id}.outcome", item
                roots = (root, *(root for amount in amounts for root in amount.roots))
                found.append(Open(name, view.gaps_of(*root), later, roots))
            else:
                found.extend(amounts)
    return found


def open_deadlines(outcomes: Outcomes, points: Sequence[Open]) -> Iterator[Open]:
    """The deadlines of which it is open whether they run, until when, or whether they are kept.

    Those of programmes in question that certainly run until a certain day, or may once the points are settled, or by
    what the record of the case does not say: one answer can be enough where a day turns on any of several. With a
    record of the case also what recurs, or may once the points are settled, and has no certain next day.
    """
    view = outcomes.view
    asked = {key for point in points for key in (*point.gaps, *point.later)}
    has_case = getattr(view.run.household, "case", None) is not None
    kinds = ("deadline", "cadence") if has_case else ("deadline",)
    waiting = [
        (rule, item)
        for rule in view.compiled.rules.values()
        if rule.kind in kinds and _in_question(outcomes, rule)
        for item in view.items(rule.owner) or ()
        if outcomes.tracer.held(rule, item) is not False
    ]
    while True:
        left: list[tuple[Rule, Item]] = []
        for rule, item in waiting:
            roles = "condition", "due", "overdue"
            runs, due, kept = (view.gaps_of(rule.roles[role], item) for role in roles)
            if not runs and not kept and _is_done(view, rule, item):
                continue  # in time or late, whatever the last day was
            known = asked | ({key for key in (*runs, *due) if key.startswith("case.")} if has_case else set())
            begins = (runs, due) if rule.kind == "deadline" else (runs,)
            if any(needed and known.isdisjoint(needed) for needed in begins):
                left.append((rule, item))
            elif gaps := {**runs, **due, **kept}:
                asked.update(gaps)
                roots = tuple((rule.roles[role], item) for role in roles)
                yield Open(_name_of(view, rule.id, item), gaps, roots=roots)
        if len(left) == len(waiting):
            return
        waiting = left


def _is_done(view: View, rule: Rule, item: Item) -> bool:
    return "done" in rule.roles and view.definition(rule.roles["done"], item) not in (None, core.NO_DATE)


def _in_question(outcomes: Outcomes, rule: Rule) -> bool:
    """Whether the route of a rule's programme is open, or the programme has no outcome."""
    outcome = outcomes.by_programme.get(rule.programme)
    return outcome is None or outcome.status != "not_opened"


def _name_of(view: View, name: str, item: Item) -> str:
    key = view.key(item)
    return f"{name}[{key}]" if key else name


def open_gates(outcomes: Outcomes) -> Iterator[Open]:
    """The steps that are taken only as long as nobody knows whether they are needed, of programmes in question.

    Not those that turn on something confidential: that it is asked for would tell that it is not known.
    """
    view = outcomes.view
    for rule in view.compiled.rules.values():
        if rule.details.get("if_undetermined") != "needed" or not _in_question(outcomes, rule):
            continue
        condition = rule.roles["condition"]
        for item in () if view.names.is_private_value(condition) else view.items(rule.owner) or ():
            if outcomes.tracer.held(rule, item) is None:
                yield Open(_name_of(view, rule.id, item), view.gaps_of(condition, item), roots=((condition, item),))


def open_classes(outcomes: Outcomes) -> Iterator[Open]:
    """The classes that are open, of programmes that have no outcome, or a settled one that is no refusal.

    Not those that turn on something confidential, for the same reason.
    """
    view = outcomes.view
    for rule in view.compiled.rules.values():
        role = rule.roles.get("class") or rule.roles.get("condition", "")
        if rule.kind not in CLASSES or view.names.is_private_value(role):
            continue
        outcome = outcomes.by_programme.get(rule.programme)
        if outcome is not None and outcome.status in (*OPEN, "not_opened", "ineligible"):
            continue  # what it waits for comes first, or nobody asks
        for item in view.items(rule.owner) or ():
            if is_open(view.definition(role, item)):
                yield Open(_name_of(view, rule.id, item), view.gaps_of(role, item), roots=((role, item),))


def _open_amounts(outcomes: Outcomes, programme: Programme, whose: Item) -> list[Open]:
    """The amounts that are open, and how long a phase-out that stands goes on."""
    view = outcomes.view
    found: list[Open] = []
    for name in programme.rules:
        rule = view.compiled.rules[name]
        if not rule.pays:
            continue
        for due, item in due_of(view, rule, whose):
            goes_on = rule.kind == "phase_out" and outcomes.tracer.held(rule, item)
            roots = tuple((rule.roles[role], item) for role in ((due, "end") if goes_on else (due,)))
            if gaps := {key: gap for root in roots for key, gap in view.gaps_of(*root).items()}:
                found.append(Open(_name_of(view, name, item), gaps, roots=roots))
    return found


def missing_inputs(outcomes: Outcomes) -> tuple[Missing, ...]:
    """The missing inputs: first those that settle most by themselves, then those that bear on most.

    What only classes, steps and deadlines turn on comes after what outcomes and amounts turn on, and what another
    input may make needless after what nothing makes so.
    """
    points = open_points(outcomes)
    rights = {point.name for point in points}
    points += _steps(outcomes, points)
    later = _waiting(outcomes, points)
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

    def place(key: str) -> tuple[int, ...]:
        of_steps, *most = weight(settles.get(key, ()), bears_on[key], rights.__contains__)
        return of_steps, key in later, *most

    order = sorted(gaps, key=place)
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


def _steps(outcomes: Outcomes, points: Sequence[Open]) -> list[Open]:
    """The classes, steps and deadlines that are open beside the points."""
    beside = [*open_classes(outcomes), *open_gates(outcomes)]
    return [*beside, *open_deadlines(outcomes, [*points, *beside])]


def waiting_inputs(outcomes: Outcomes) -> frozenset[str]:
    """The missing inputs that another may make needless, wherever they are read."""
    points = open_points(outcomes)
    return _waiting(outcomes, [*points, *_steps(outcomes, points)])


def _waiting(outcomes: Outcomes, points: Sequence[Open]) -> frozenset[str]:
    guards = Waiting(outcomes.view)
    return waits(together(guards.of(*root) for point in points for root in point.roots))


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
            name = _name_of(view, rule.id, item)
            points.extend(Open(name, view.gaps_of(role, item)) for role in rule.roles.values())
    for point in points:
        for gap in point.gaps.values():
            if gap.kind == "parameter" and compiled.parameters[gap.key.partition("[")[0]].required:
                found.setdefault(gap.key, {})[point.name] = None
    return {name: tuple(turning) for name, turning in found.items()}
