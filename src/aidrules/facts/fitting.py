"""What is wrong with facts that are each possible but do not fit together in one household."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from aidrules.errors import Problem
from aidrules.facts.base import Facts
from aidrules.facts.circumstances import DisabilityKind
from aidrules.facts.fact import Items
from aidrules.facts.schema import Field, Subject, schema_of

if TYPE_CHECKING:
    from aidrules.facts.household import Household


def misfits(household: Household) -> Iterator[Problem]:
    """Items that stand twice, members who do not exist, deaths before births, a kind of disability without a grade."""
    yield from repeated(household)
    for index, member in enumerate(household.members):
        place = f"members[{index}]"
        yield from repeated(member, f"{place}.")
        died, born = member.died_on, member.birth_date
        if died is not None and died != "none" and born is not None and died < born:
            yield Problem(
                f"the member died on {died}, before the birth on {born}",
                where=f"{place}.died_on",
                expected=f"a day not before {born}",
                hint="Check both dates.",
            )
        if member.disability is not None:
            yield from _ungraded(member.disability.kind, member.disability.grade, f"{place}.disability.grade")
    for index, obligor in enumerate(household.obligors or ()):
        place = f"obligors[{index}].disability_grade"
        yield from _ungraded(obligor.disability_kind, obligor.disability_grade, place)
    yield from _strangers(household)


def _ungraded(kind: DisabilityKind | None, grade: int | None, where: str) -> Iterator[Problem]:
    """Grade 0 says that there is no disability, and so does the kind `none`: neither goes without the other."""
    if kind is None or grade is None or (kind == "none") == (grade == 0):
        return
    yield Problem(
        f"the disability is of grade {grade}, its kind is {kind!r}",
        where=where,
        expected="0 for the kind 'none'" if kind == "none" else "a grade from 1 to 4",
        hint="Check both; leave out what is not known.",
    )


def repeated(holder: Facts, place: str = "") -> Iterator[Problem]:
    """Items that stand twice in a list of what holds them."""
    for name, items in _distinct(type(holder)):
        listed = getattr(holder, name)
        if listed is None or len(listed) < 2:
            continue
        first: dict[Any, int] = {}
        for index, item in enumerate(listed):
            value = _told_by(item, items.distinct_by)
            earlier = index if value is None else first.setdefault(value, index)
            if earlier == index:
                continue
            if items.distinct_by is None:
                yield Problem(
                    f"it is in everything the same as {place}{name}[{earlier}]",
                    where=f"{place}{name}[{index}]",
                    expected=f"each {items.item} once",
                    hint=f"Keep one record; where there was a second {items.item}, let it give the sum of both.",
                )
            else:
                kind: type[Facts] = type(item)
                hushed = schema_of(kind).fields[items.distinct_by].confidential
                shown = "that is not shown" if hushed else repr(value)
                yield Problem(
                    f"the {items.distinct_by} {shown} is that of {place}{name}[{earlier}] already",
                    where=f"{place}{name}[{index}].{items.distinct_by}",
                    expected=f"one {items.item} per {items.distinct_by}",
                    hint=f"Give each {items.item} its own, or keep only the record that is right.",
                )


def _told_by(item: Facts, field: str | None) -> Any:
    """What tells an item from others: one field or all of them; None where that is not known."""
    if field is not None:
        return getattr(item, field)
    values = tuple(item.__dict__.values())  # its fields, and nothing else
    return None if None in values else values


@lru_cache(maxsize=256)
def _distinct(model: type[Facts]) -> tuple[tuple[str, Items], ...]:
    """The lists of a model of which no two items are alike, in one field or in everything."""
    return tuple(
        (name, mark)
        for name, info in model.model_fields.items()
        for mark in info.metadata
        if isinstance(mark, Items) and (mark.distinct_by or mark.distinct)
    )


def _strangers(household: Household) -> Iterator[Problem]:
    known = {member.id: None for member in household.members}
    if "none" in known:
        where = f"members[{list(known).index('none')}].id"
        yield Problem("'none' stands for nobody", where=where, expected="another id, such as m1")
    for path in household.references:
        hushed = _fact_at(schema_of(type(household)), path).confidential
        for place, member in _named(household, path, ""):
            if member not in known:
                expected = "the id of a member: " + ", ".join(known)
                found = "who is named is no member, and not shown" if hushed else f"there is no member {member!r}"
                yield Problem(found, where=place, expected=expected)


def _fact_at(subject: Subject, path: tuple[str, ...]) -> Field:
    """The fact at a path that leads through lists."""
    for depth, name in enumerate(path):
        if name in subject.lists:
            return _fact_at(subject.lists[name].subject, path[depth + 1 :])
    return subject.fields[".".join(path)]


def _named(holder: Any, path: tuple[str, ...], place: str) -> Iterator[tuple[str, str]]:
    """Where in a household members are named by id, and the ids."""
    found = getattr(holder, path[0])
    here = f"{place}.{path[0]}" if place else path[0]
    if found is None or found == type(holder).model_fields[path[0]].default:
        return
    if len(path) == 1:
        yield here, found
    elif isinstance(found, tuple):
        for index, item in enumerate(found):
            yield from _named(item, path[1:], f"{here}[{index}]")
    else:
        yield from _named(found, path[1:], here)
