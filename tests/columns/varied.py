"""Many households out of few: some facts put on a line that the pack draws, or just beside it, or made unknown."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from aidrules.errors import FactsError
from aidrules.facts import Household
from aidrules.facts.schema import schema_of
from aidrules.language.pack import Pack
from aidrules.testing.candidates import candidates
from aidrules.testing.held import Held, held


def varied(pack: Pack, on: date, drawn: Sequence[Household], count: int, *, unknown: float) -> list[Household]:
    """Households that differ from those drawn in up to four facts or lists, the same ones every time.

    Args:
        pack: the rules.
        on: the date of the facts.
        drawn: the households to begin with.
        count: how many are made.
        unknown: the share of changes that make a fact unknown.
    """
    made: list[Household] = []
    for place, household in enumerate(_endless(drawn)):
        if len(made) == count:
            break
        choose = random.Random(place)
        facts = household.model_dump(mode="json", exclude_unset=True)
        for _ in range(choose.randint(1, 4)):
            _change(pack, on, facts, choose, unknown)
        try:
            made.append(pack.Household.model_validate({**facts, "id": f"h{place}"}))
        except FactsError:
            continue  # facts that cannot be true together
    return made


def _endless(drawn: Sequence[Household]) -> Iterator[Household]:
    while True:
        yield from drawn


def _change(pack: Pack, on: date, facts: dict[str, Any], choose: random.Random, unknown: float) -> None:
    places = list(held(schema_of(pack.Household), facts))
    if not places:
        return
    place = choose.choice(places)
    if choose.random() < unknown:
        place.put(facts, None)
    elif place.field is None:
        place.put(facts, choose.choice(_lists(place)))
    else:
        options = candidates(pack.on(on), on).of(place.field)
        if options:
            value = choose.choice(options)
            place.put(facts, {**place.value, "value": value} if place.field.finding is not None else value)


def _lists(place: Held) -> list[list[Any]]:
    """Other lists: none, one less, the first item time and again."""
    items = place.value
    again = deepcopy(items[:1])
    return [[], items[1:], items + again, items + again * 5]
