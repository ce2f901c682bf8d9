"""What every rule of a kind promises, whatever it says: each function lists how a run breaks it, whatever is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from aidrules.calendar import add_months, first_of_month, last_of_month
from aidrules.engine import NONE, Bounds, Result, Run
from aidrules.engine.compiled import Programme, Rule
from aidrules.engine.results import paid_by


@dataclass(frozen=True, slots=True)
class Breach:
    """How a rule or programme breaks what was promised.

    Attributes:
        subject: the rule, programme or definition.
        found: what it does, as a sentence.
        through: the alternatives that came to hold with it, by their definitions.
    """

    subject: str
    found: str
    through: tuple[str, ...] = ()


Broken = Iterator[str]


def everyone(run: Run, name: str) -> Iterator[tuple[tuple[int, ...], Result]]:
    """A value for every item that it is computed for."""
    for item in run.items(run.compiled.definitions[name].owner):
        yield item, run.value(name, *item)


def _at(run: Run, rule: Rule, role: str, item: tuple[int, ...]) -> Any:
    """What a role of a rule gives for an item of the rule (or for what the item hangs on)."""
    name = rule.roles[role]
    return run.value(name, *item[: len(run.compiled.definitions[name].owner)])


def _fields(rule: Rule) -> Any:
    """The fields of a rule of a known kind."""
    return rule.model


def _result(run: Run, programme: str, result: str, item: tuple[int, ...]) -> Any:
    """A result of a programme; False where it has none of that name."""
    name = f"{programme}.{result}"
    return run.value(name, *item) if name in run.compiled.definitions else False


def least(number: Any) -> Fraction:
    """The least that a number can be."""
    found: Fraction = number.low if isinstance(number, Bounds) else number
    return found


def most(number: Any) -> Fraction:
    """The most that a number can be."""
    found: Fraction = number.high if isinstance(number, Bounds) else number
    return found


def _is_something(number: Any) -> bool:
    """Whether a number is certainly not zero."""
    return least(number) > 0 or most(number) < 0


def programme(run: Run, programme: Programme) -> Broken:
    """Nothing is paid to whom an exclusion stands or a condition fails against, unless it phases out."""
    for item in run.items(programme.owner):
        eligible, phasing = (_result(run, programme.id, name, item) for name in ("eligible", "phasing_out"))
        for rule in (run.compiled.rules[name] for name in programme.rules):
            if rule.kind in ("eligibility", "exclusion"):
                stands = _at(run, rule, "condition", item)
                if eligible and stands is (rule.kind == "exclusion"):
                    yield f"{programme.id} is eligible although {rule.id} is {stands}"
        if eligible and phasing:
            yield f"{programme.id} is eligible and phases out"
        for result in paid_by(run.compiled, programme.id).values():
            paid = _result(run, programme.id, result, item)
            if _is_something(paid) and eligible is False and phasing is False:
                yield f"{programme.id}.{result} is {paid} where eligible is {eligible}, phasing out {phasing}"


def paying(run: Run, rule: Rule) -> Broken:
    """An amount is not negative, a multiple of what it is rounded to, and paid only where the programme pays."""
    step = Fraction(_fields(rule).round.to) if getattr(rule.model, "round", None) else Fraction(1, 100)
    for item, amount in everyone(run, rule.roles["amount"]):
        outer = item[: len(run.compiled.programmes[rule.programme].owner)]
        if most(amount) < 0:
            yield f"{rule.id} pays {amount}"
        if isinstance(amount, Fraction) and amount % step:
            yield f"{rule.id} pays {amount}, which is no multiple of {step}"
        eligible = _result(run, rule.programme, "eligible", outer)
        if rule.kind != "phase_out" and _is_something(amount) and eligible is False:
            yield f"{rule.id} pays {amount} to somebody who is not eligible"


def supplement(run: Run, rule: Rule) -> Broken:
    """The highest only, where the rule says so."""
    if rule.details["stacking"] == "highest_per_person":
        yield from above_highest(run, rule)


def above_highest(run: Run, rule: Rule) -> Broken:
    """Never more than the dearest grade that the person is in, and nothing without a grade."""
    for item, value in everyone(run, rule.roles["value"]):
        worth = [
            most(run.value(part.value, *item))
            for part in rule.parts
            if part.value and run.value(part.definition, *item) is not False
        ]
        highest = max([Fraction(0), *worth])
        if least(value) >= highest + Fraction(_fields(rule).round.to) or (_is_something(value) and not worth):
            yield f"{rule.id} gives {value} where the highest grade is worth {highest}"


def deduction(run: Run, rule: Rule) -> Broken:
    """Not negative, not more than claimed, and nothing where it does not apply."""
    for item, allowed in everyone(run, rule.roles["amount"]):
        claimed, applies = (_at(run, rule, role, item) for role in ("claimed", "condition"))
        outside = most(allowed) < 0 or least(allowed) > most(claimed)
        if outside or (_is_something(allowed) and applies is False):
            yield f"{rule.id} allows {allowed} of {claimed}"


def phase_out(run: Run, rule: Rule) -> Broken:
    """It starts with a month and ends with one, so many months on; it pays nobody who is still eligible."""
    for item, runs in everyone(run, rule.roles["condition"]):
        start, end, months = (_at(run, rule, role, item) for role in ("start", "end", "months"))
        amount, last = _at(run, rule, "amount", item), _result(run, rule.programme, "last_amount", item)
        if runs and isinstance(start, date) and isinstance(months, Fraction) and months >= 1:
            if end not in (None, last_of_month(add_months(start, int(months) - 1))):
                yield f"{rule.id} of {months} months from {start} ends on {end}"
            if run.value(f"{rule.id}.not_yet_granted", *item):
                opening = first_of_month(run.on, 1 if _fields(rule).starts == "next_month" else 0)
                if start != opening:
                    yield f"{rule.id} starts on {start}, not on {opening}"
        changed = _fields(rule).pays == "frozen" and (least(amount) > most(last) or most(amount) < least(last))
        if _is_something(amount) and (runs is False or changed):
            yield f"{rule.id} pays {amount}, runs: {runs}, paid last: {last}"


def classification(run: Run, rule: Rule) -> Broken:
    """The case that holds; the first of several, or `ambiguous` where only one should."""
    if "class" not in rule.roles:
        return
    for item, found in everyone(run, rule.roles["class"]):
        cases = {part.id: run.value(part.definition, *item) for part in rule.parts if part.id in _fields(rule).cases}
        if None in (found, *cases.values()):
            continue
        held = [case for case, holds in cases.items() if holds]
        several = len(held) > 1 and rule.details["select"] == "one"
        if found != ("ambiguous" if several else held[0] if held else "none"):
            yield f"{rule.id} is {found} where {held} hold"


def deadline(run: Run, rule: Rule) -> Broken:
    """Overdue is what runs, is past its day, and was not done by it."""
    for item, runs in everyone(run, rule.roles["condition"]):
        due, overdue = _at(run, rule, "due", item), _at(run, rule, "overdue", item)
        done: Any = _at(run, rule, "done", item) if "done" in rule.roles else NONE
        if None in (runs, overdue, done) or not isinstance(due, date):
            continue
        late = (run.on if done == NONE else done) > due
        if overdue is not (runs and late):
            yield f"{rule.id} was due {due}, done {done}, runs: {runs}, overdue: {overdue}"


def procedure(run: Run, rule: Rule) -> Broken:
    """It is complete where it does not apply or every step counts, and stands at the first step that does not."""
    for item, complete in everyone(run, rule.roles["condition"]):
        counted = {part.id: run.value(part.definition, *item) for part in rule.parts}
        applies, stands_at = _at(run, rule, "applies", item), _at(run, rule, "stands_at", item)
        states = {name: run.value(f"{rule.id}.{name}.state", *item) for name in counted}
        if None in (applies, *counted.values(), *states.values()):
            continue
        first = next((name for name, counts in counted.items() if not counts), "none")
        if stands_at != first or complete is not (not applies or first == "none"):
            yield f"{rule.id} stands at {stands_at}, complete: {complete}, applies: {applies}, steps: {counted}"
        yield from (
            f"{rule.id}.{name} is {state}, counts: {counted[name]}"
            for name, state in states.items()
            if counted[name] is not (state in ("done", "skipped"))
        )


def cadence(run: Run, rule: Rule) -> Broken:
    """Overdue is what applies and whose next day is past; the next day comes after the last."""
    for item, applies in everyone(run, rule.roles["condition"]):
        due, overdue = _at(run, rule, "due", item), _at(run, rule, "overdue", item)
        known = isinstance(due, date) and None not in (applies, overdue)
        if known and overdue is not (applies and run.on > due):
            yield f"{rule.id} is due on {due}, applies: {applies}, overdue: {overdue}"


def check(run: Run, rule: Rule) -> Broken:
    """A shortfall is not negative."""
    if "shortfall" in rule.roles:
        for _, missing in everyone(run, rule.roles["shortfall"]):
            if most(missing) < 0:
                yield f"{rule.id} falls short by {missing}"


def opened(run: Run, rule: Rule) -> Broken:
    """Only an active programme opens services and refers."""
    for item, holds in everyone(run, rule.roles["condition"]):
        outer = item[: len(run.compiled.programmes[rule.programme].owner)]
        if holds and _result(run, rule.programme, "active", outer) is False:
            yield f"{rule.id} holds although {rule.programme} is not active"


Promises = Mapping[str, tuple[Callable[[Run, Rule], Broken], ...]]

PROMISES: Promises = {
    "top_up": (paying,),
    "amount": (paying,),
    "supplement": (paying, supplement),
    "phase_out": (paying, phase_out),
    "classification": (classification,),
    "risk_elimination": (classification,),
    "procedure": (procedure,),
    "deadline": (deadline,),
    "cadence": (cadence,),
    "check": (check,),
    "entitlement": (opened,),
    "referral": (opened,),
}
"""What holds whatever a rule says."""

SENSIBLE: Promises = {"deduction": (deduction,)}
"""What holds where no share is above 100 %."""


def broken(run: Run, *promises: Promises) -> list[Breach]:
    """How a run breaks what the kinds of its rules promise; what is open in it breaks nothing."""
    found = [Breach(each.id, line) for each in run.compiled.programmes.values() for line in programme(run, each)]
    for rule in run.compiled.rules.values():
        for promise in (promise for each in promises for promise in each.get(rule.kind, ())):
            found += [Breach(rule.id, line) for line in promise(run, rule)]
    return found
