"""Days that cannot be known yet: facts of what has happened, dated after the day of the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from aidrules.errors import Problem
from aidrules.facts.base import Facts
from aidrules.facts.fact import Fact, Items, item_model
from aidrules.facts.schema import group_model


def not_yet(facts: Facts, on: date, place: str = "") -> Iterator[Problem]:
    """What a household, or a part of it, says of the past that lies after a day.

    Args:
        facts: the household or part.
        on: the day of the facts.
        place: where the part is in the household, such as `members[0].`; empty for the household.
    """
    if not _any_after(facts, on):
        return
    dated = _dated(type(facts))
    for name, fact in dated.facts.items():
        day = getattr(facts, name)
        if isinstance(day, date) and day > on:
            yield Problem(
                f"{'a day that is not shown' if fact.confidential else day} is after the date of the facts, {on}",
                where=f"{place}{name}",
                expected=f"{fact.en}: a day not after {on}",
                hint="Check both dates. What has not happened yet is left out.",
            )
    for name in dated.parts:
        found = getattr(facts, name)
        if isinstance(found, Facts):
            yield from not_yet(found, on, f"{place}{name}.")
        elif found is not None:
            for index, item in enumerate(found):
                yield from not_yet(item, on, f"{place}{name}[{index}].")


def _any_after(facts: Facts, on: date) -> bool:
    """Whether anything lies after a day: asked of every household, where most often nothing does."""
    dated = _dated(type(facts))
    for day in dated.read_days(facts):
        if isinstance(day, date) and day > on:
            return True
    for part in dated.read_parts(facts):
        if part is None:
            continue
        for item in part if isinstance(part, tuple) else (part,):
            if _any_after(item, on):
                return True
    return False


@dataclass(frozen=True, slots=True)
class _Dated:
    """What of a model tells of the past: its own days, and the groups and lists that hold some."""

    facts: dict[str, Fact]
    parts: tuple[str, ...]
    read_days: Callable[[Facts], tuple[Any, ...]]
    read_parts: Callable[[Facts], tuple[Any, ...]]


@lru_cache(maxsize=2048)
def _dated(model: type[Facts]) -> _Dated:
    facts: dict[str, Fact] = {}
    parts: list[str] = []
    for name, info in model.model_fields.items():
        fact = next((mark for mark in info.metadata if isinstance(mark, Fact)), None)
        if fact is not None:
            if fact.past:
                facts[name] = fact
            continue
        listed = any(isinstance(mark, Items) for mark in info.metadata)
        below = item_model(info.annotation) if listed else group_model(info.annotation)
        if below is not None and (_dated(below).facts or _dated(below).parts):
            parts.append(name)
    return _Dated(facts, tuple(parts), _reading(tuple(facts)), _reading(tuple(parts)))


def _reading(names: tuple[str, ...]) -> Callable[[Facts], tuple[Any, ...]]:
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda facts: (only(facts),)
    return attrgetter(*names) if names else lambda _: ()
