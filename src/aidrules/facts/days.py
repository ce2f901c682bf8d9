"""Days that cannot be known yet: facts of what has happened, dated after the day of the facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from aidrules.errors import Problem
from aidrules.facts.base import Facts
from aidrules.facts.fact import Fact


def not_yet(facts: Facts, on: date, place: str = "") -> Iterator[Problem]:
    """What a household, or a part of it, says of the past that lies after a day.

    Args:
        facts: the household or part.
        on: the day of the facts.
        place: where the part is in the household, such as `members[0].`; empty for the household.
    """
    days, parts = _dated(type(facts))
    for name, fact in days:
        day = getattr(facts, name)
        if isinstance(day, date) and day > on:
            yield Problem(
                f"{'a day that is not shown' if fact.confidential else day} is after the date of the facts, {on}",
                where=f"{place}{name}",
                expected=f"{fact.en}: a day not after {on}",
                hint="Check both dates. What has not happened yet is left out.",
            )
    for name in parts:
        found = getattr(facts, name)
        if isinstance(found, Facts):
            yield from not_yet(found, on, f"{place}{name}.")
        elif isinstance(found, tuple):
            for index, item in enumerate(found):
                yield from not_yet(item, on, f"{place}{name}[{index}].")


@lru_cache(maxsize=2048)
def _dated(model: type[Facts]) -> tuple[tuple[tuple[str, Fact], ...], tuple[str, ...]]:
    """The days of a model that are never ahead, and what else may hold some: its groups and lists."""
    declared = [(name, mark) for name, info in model.model_fields.items() for mark in info.metadata]
    facts = {name: mark for name, mark in declared if isinstance(mark, Fact)}
    days = tuple((name, fact) for name, fact in facts.items() if fact.past)
    return days, tuple(name for name in model.model_fields if name not in facts)
