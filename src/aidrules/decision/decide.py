"""decide: one household against the rules of a pack on a date."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aidrules.decision.decision import Decision
from aidrules.errors import DecisionError, Problem
from aidrules.language.pack import Pack

if TYPE_CHECKING:
    from aidrules.engine import Compiled
    from aidrules.facts.household import Household

Engine = Literal["durable", "exact"]


def decide(
    household: Household,
    pack: Pack,
    *,
    on: date,
    law: date | None = None,
    parameters: Mapping[str, object] | None = None,
    readings: Mapping[str, str] | None = None,
    overlays: Sequence[str | Path | Mapping[str, object]] = (),
    chain: Engine | None = None,
    strict: bool = False,
) -> Decision:
    """Decide one household.

    Args:
        household: of the pack's `Household`; a plain `aidrules.Household` is taken over into it.
        pack: the rules, from `aidrules.load`.
        on: the date of the facts.
        law: the date of the law applied; that of the facts unless given.
        parameters: values of parameters, see `Pack.with_parameters`.
        readings: options of readings, see `Pack.with_readings`.
        overlays: laid over the pack, see `Pack.with_overlay`.
        chain: which engine chains the conclusions a second time; `durable` wherever durable-rules can be loaded,
            unless `exact` is asked for.
        strict: refuse where a required parameter has no value, rather than leave open what reads it.

    Raises:
        DecisionError: a date outside the pack's, a member born after the date of the facts, a missing parameter.
        PackError: an unknown parameter, reading or overlay, or a value that does not fit.
        FactsError: a household that does not fit the pack.
    """
    if not isinstance(pack, Pack):
        found = f"{pack!r} is a {type(pack).__name__}"
        raise DecisionError(Problem(found, "pack", expected="a pack", hint="Load it: aidrules.load('cn/national')."))
    if overlays:
        pack = pack.with_overlay(*overlays)
    if readings:
        pack = pack.with_readings(readings)
    if parameters:
        pack = pack.with_parameters(parameters)
    facts_on = _day(on, "on")
    law_on = facts_on if law is None else _day(law, "law")
    if not pack.in_force.covers(law_on):
        raise _outside(pack, law_on)
    compiled = pack.on(law_on)
    if type(household) is not pack.Household:
        household = _taken_over(household, pack)
    for place, member in enumerate(household.members):
        if member.birth_date is not None and member.birth_date > facts_on:
            raise _not_yet_born(place, member.birth_date, facts_on)
    if strict:
        _nothing_missing(compiled)
    from aidrules.engine.findings import outside

    run = compiled.run(household, facts_on)
    if problems := tuple(outside(run)):
        raise DecisionError(problems)
    chained = run.chain(chain)
    if not chained.agrees:
        differing = ", ".join(sorted({name for name, _ in chained.differing}))
        warnings.warn(f"the second entry differs on {differing}; the exact result stands", RuntimeWarning, stacklevel=2)
    return Decision(run, pack, law_on, chained)


def _day(day: object, name: str) -> date:
    if isinstance(day, date) and not isinstance(day, datetime):
        return day
    found = f"{day!r} is a {type(day).__name__}"
    raise DecisionError(Problem(found, name, expected="a datetime.date", hint="Give a day, such as date(2025, 6, 1)."))


def _outside(pack: Pack, day: date) -> DecisionError:
    start, until = pack.in_force.start, pack.in_force.until
    span = " ".join([*([f"from {start}"] if start else []), *([f"until {until}"] if until else [])])
    hint = "Give `law` a date in that time, or load the pack that was in force."
    return DecisionError(Problem(f"{pack.id} is not in force on {day}", "law", expected=f"a date {span}", hint=hint))


def _taken_over(household: object, pack: Pack) -> Household:
    from aidrules.facts.household import Household

    if not isinstance(household, Household):
        found = f"a {type(household).__name__}"
        hint = "Build it with pack.Household(...) or pack.Household.model_validate_json(text)."
        raise DecisionError(Problem(found, "household", expected=f"a Household of {pack.id}", hint=hint))
    model = pack.Household
    known = {name: getattr(household, name) for name in household.model_fields_set}
    return model.model_validate(known)


def _not_yet_born(place: int, born: date, on: date) -> DecisionError:
    where = f"members[{place}].birth_date"
    found = f"the member was born on {born}, after the date of the facts, {on}"
    return DecisionError(Problem(found, where, expected=f"a day not after {on}", hint="Check both dates."))


def _nothing_missing(compiled: Compiled) -> None:
    problems = [
        Problem("a required parameter has no value", rule=use.name, hint=f"Give it: parameters={{{use.name!r}: ...}}.")
        for use in compiled.parameters.values()
        if use.required and use.missing
    ]
    if problems:
        raise DecisionError(problems)
