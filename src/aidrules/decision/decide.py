"""decide: one household, or one of what a pack is about, against the rules of a pack on a date."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from aidrules.callers import check_day, check_pack
from aidrules.decision.decision import Decision
from aidrules.decision.names import names_of
from aidrules.engine.findings import outside
from aidrules.errors import DecisionError, FactsError, Problem
from aidrules.facts.days import not_yet
from aidrules.facts.decided import Decided
from aidrules.language.fields import near
from aidrules.language.pack import Pack

if TYPE_CHECKING:
    from aidrules.engine import Compiled

Engine = Literal["durable", "exact"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
_CHAINED_BY = (None, *ENGINES)


def decide(
    household: Decided,
    pack: Pack,
    *,
    on: date,
    law: date | None = None,
    known: date | None = None,
    parameters: Mapping[str, object] | None = None,
    readings: Mapping[str, str] | None = None,
    overlays: Sequence[str | Path | Mapping[str, object]] = (),
    chain: Engine | None = None,
    strict: bool = False,
) -> Decision:
    """Decide one household, or one of what the pack is about.

    Args:
        household: of the pack's `Subject`; a plain `aidrules.Household` is taken over into it.
        pack: the rules, from `aidrules.load`.
        on: the date of the facts.
        law: the date of the law applied; that of the facts unless given.
        known: decide as it could have been decided on this day: values of parameters that were announced after it
            are left out, and earlier ones go on. Unless given, all that the pack knows counts.
        parameters: values of parameters, see `Pack.with_parameters`.
        readings: options of readings, see `Pack.with_readings`.
        overlays: laid over the pack, see `Pack.with_overlay`.
        chain: which engine chains the conclusions a second time; `durable` wherever durable-rules can be loaded,
            unless `exact` is asked for.
        strict: refuse where something stays open because a required parameter has no value, in the outcomes or in a
            rule that applies. A required parameter that this case does not turn on may be missing.

    Raises:
        DecisionError: a date outside the pack's, something past that lies after the date of the facts, no such engine,
            a missing parameter.
        PackError: an unknown parameter, reading or overlay, or a value that does not fit.
        FactsError: a household that does not fit the pack.
    """
    if chain not in _CHAINED_BY:
        hint = near(str(chain), ENGINES)
        raise DecisionError(Problem(f"{chain!r} is no engine", "chain", expected="one of durable, exact", hint=hint))
    rules = in_force(pack, on, law, known, parameters, readings, overlays)
    pack, compiled, facts_on = rules.pack, rules.compiled, rules.on
    if type(household) is not pack.Subject:
        household = _taken_over(household, pack)
    elif len(household.__dict__) < len(pack.Subject.__pydantic_fields__):
        hint = "Build it with model_validate: model_construct checks nothing."
        raise FactsError(Problem("some of its facts are neither given nor unknown", "household", hint=hint))
    run = compiled.run(household, facts_on)
    if run.ahead:
        raise DecisionError(tuple(not_yet(household, facts_on)))
    if compiled.bounded_findings and (problems := tuple(outside(run, names_of(compiled).is_private_value))):
        raise DecisionError(problems)
    chained = run.chain(chain)
    if not chained.agrees:
        differing = ", ".join(sorted({name for name, _ in chained.differing}))
        warnings.warn(f"the second entry differs on {differing}; the exact result stands", RuntimeWarning, stacklevel=2)
    decision = Decision(run, pack, rules.law, known, chained)
    if strict:
        _nothing_missing(decision)
    return decision


class InForce(NamedTuple):
    """The rules that households are decided by: with all that is laid over them, compiled for the date of the law."""

    pack: Pack
    compiled: Compiled
    on: date
    law: date


def in_force(
    pack: Pack,
    on: date,
    law: date | None,
    known: date | None,
    parameters: Mapping[str, object] | None,
    readings: Mapping[str, str] | None,
    overlays: Sequence[str | Path | Mapping[str, object]],
) -> InForce:
    """The rules of a pack on a date; arguments and errors as for `decide`."""
    if not isinstance(pack, Pack):
        check_pack(pack)
    if type(overlays) is not tuple or overlays:
        pack = pack.with_overlays(overlays)
    if readings:
        pack = pack.with_readings(readings)
    if parameters:
        pack = pack.with_parameters(parameters)
    facts_on = check_day(on, "on")
    law_on = facts_on if law is None else check_day(law, "law")
    compiled = _compiled(pack, law_on, None if known is None else check_day(known, "known"))
    return InForce(pack, compiled, facts_on, law_on)


@lru_cache(maxsize=64)
def _compiled(pack: Pack, law: date, known: date | None) -> Compiled:
    """The rules of a day; kept by day, since cases of one day are decided one after another."""
    if not pack.in_force.covers(law):
        raise _outside(pack, law)
    return pack.on(law, known)


def _outside(pack: Pack, day: date) -> DecisionError:
    start, until = pack.in_force.start, pack.in_force.until
    span = " ".join([*([f"from {start}"] if start else []), *([f"until {until}"] if until else [])])
    hint = "Give `law` a date in that time, or load the pack that was in force."
    return DecisionError(Problem(f"{pack.id} is not in force on {day}", "law", expected=f"a date {span}", hint=hint))


def _taken_over(household: object, pack: Pack) -> Decided:
    model = pack.Subject
    if not isinstance(household, Decided) or household.subject_name != model.subject_name:
        found, own = f"a {type(household).__name__}", "Household" if pack.subject.is_household else "Subject"
        hint = f"Build it with pack.{own}(...) or pack.{own}.model_validate_json(text)."
        raise DecisionError(Problem(found, "household", expected=f"a {model.__name__} of {pack.id}", hint=hint))
    known = {name: getattr(household, name) for name in household.model_fields_set}
    return model.model_validate(known)


def _nothing_missing(decision: Decision) -> None:
    problems = [
        Problem(
            "a required parameter has no value",
            rule=name,
            expected=f"a value: {_listed(turning)} cannot be settled without",
            hint=f"Give it: parameters={{{name!r}: ...}}, or with the command --set '{name}=...'.",
        )
        for name, turning in decision.parameters_wanted.items()
    ]
    if problems:
        raise DecisionError(problems)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"
