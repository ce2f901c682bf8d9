"""One household under the rules of several places."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from aidrules.callers import check_pack
from aidrules.decision.decide import decide
from aidrules.errors import DecisionError, FactsError, Problem
from aidrules.facts.fact import Items, item_model
from aidrules.facts.problems import printable
from aidrules.facts.repeated import repeated_keys
from aidrules.facts.schema import group_model
from aidrules.facts.sizes import bounded

if TYPE_CHECKING:
    from pydantic import BaseModel

    from aidrules.decision.decision import Decision
    from aidrules.facts.decided import Decided
    from aidrules.language.pack import Pack

_MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class PackDecision:
    """What the rules of one of several packs come to.

    Attributes:
        pack: the rules.
        decision: what they come to.
        left_out: facts that were given and that these rules do not have, by their path.
    """

    pack: Pack
    decision: Decision
    left_out: tuple[str, ...]


def across(
    household: str | bytes, packs: Sequence[Pack], *, on: date, law: date | None = None
) -> tuple[PackDecision, ...]:
    """Decide one household by the rules of several packs.

    Each pack asks for facts of its own, so the household is given as text and holds what any of them asks for. A fact
    that a pack does not have is left out there and named; one that none of them has is refused.

    Args:
        household: JSON text.
        packs: the rules, with what is laid over them and given to them.
        on: the date of the facts.
        law: the date of the law applied; that of the facts unless given.

    Raises:
        DecisionError: no packs, or as of `decide`.
        FactsError: a household that does not fit a pack; a fact that no pack has.
        PackError: as of `decide`.
    """
    if isinstance(packs, str):
        hint = "Load each by its name: [aidrules.load(name), ...]."
        raise DecisionError(Problem("found a text", "packs", expected="a list of packs", hint=hint))
    if not packs:
        raise DecisionError(Problem("there is nothing to decide by", "packs", expected="one pack or more"))
    for pack in packs:
        check_pack(pack)
    if not isinstance(household, str | bytes):
        hint = "Each pack asks for facts of its own: give what its file holds, or json.dumps of it."
        raise FactsError(Problem(f"found a {type(household).__name__}", expected="the JSON text of it", hint=hint))
    if len(subjects := {pack.subject.name for pack in packs}) > 1:
        found = f"the packs are about {' and '.join(sorted(subjects))}"
        raise DecisionError(Problem(found, "packs", expected="packs that are all about the same"))
    text = bounded(household)
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict) or repeated_keys(text):
        packs[0].Subject.model_validate_json(text)  # says what is wrong with it
        raise FactsError(Problem("the text is no household"))
    lacking: list[dict[str, None]] = [{} for _ in packs]
    known = [_known(pack.Subject, facts, "", absent) for pack, absent in zip(packs, lacking, strict=True)]
    nowhere = [path for path in lacking[0] if all(path in absent for absent in lacking)]
    if nowhere:
        hint = "Correct its name, or name a pack that asks for it."
        told = [Problem("no pack asks for this", printable(path), hint=hint) for path in nowhere[:_MOST_TOLD]]
        more = len(nowhere) - len(told)
        raise FactsError([*told, Problem(f"{more} more that no pack asks for")] if more else told)
    typed = [_typed(pack, own) for pack, own in zip(packs, known, strict=True)]
    return tuple(
        PackDecision(pack, decide(one, pack, on=on, law=law), tuple(absent))
        for pack, one, absent in zip(packs, typed, lacking, strict=True)
    )


def _typed(pack: Pack, facts: Mapping[str, Any]) -> Decided:
    """The household of a pack; what is wrong with it is said with the pack, as others may take it as it is."""
    try:
        typed: Decided = pack.Subject.model_validate_json(json.dumps(facts))
    except FactsError as error:
        raise FactsError([replace(one, rule=one.rule or pack.id) for one in error.problems]) from None
    return typed


def _known(model: type[BaseModel], facts: Mapping[str, Any], where: str, absent: dict[str, None]) -> dict[str, Any]:
    """Of the facts those that a model has; what is no object or list where one belongs stays, to be refused."""
    kept: dict[str, Any] = {}
    for name, value in facts.items():
        info, path = model.model_fields.get(name), f"{where}{name}"
        if info is None:
            absent[path] = None
            continue
        is_list = any(isinstance(mark, Items) for mark in info.metadata)
        inner = item_model(info.annotation) if is_list else group_model(info.annotation)
        if is_list and isinstance(value, list):
            kept[name] = [
                _known(inner, item, f"{path}[{place}].", absent) if inner and isinstance(item, dict) else item
                for place, item in enumerate(value)
            ]
        elif inner and isinstance(value, dict):
            kept[name] = _known(inner, value, f"{path}.", absent)
        else:
            kept[name] = value
    return kept
