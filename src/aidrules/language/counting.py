"""Counting units: those that a pack declares, with what readers call them, and those that its lists count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, StringConstraints

from aidrules.errors import Place, Problem
from aidrules.language import tree
from aidrules.language.fields import Identifier, RefusedError, Strict, one_or_many

if TYPE_CHECKING:
    from aidrules.facts.schema import Subject

Measures = tuple[tuple[str, tuple[str, str, str, str]], ...]
"""What own units are called: as a quantity in Chinese, below a line in Chinese, singular and plural in English."""


class UnitModel(Strict):
    """What readers call a counting unit."""

    zh: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    en: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    plural: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None


def read_units(value: object) -> dict[Any, object]:
    """Units with their labels; a list, or a single name, has none."""
    if isinstance(value, Mapping):
        return dict(value)
    names = one_or_many(value)
    if not all(isinstance(name, str) for name in names):
        raise RefusedError("this is not a list of names", "[visit, term], or visit: {zh: 次, en: visit}")
    return dict.fromkeys(names)


Units = Annotated[dict[Identifier, UnitModel | None], BeforeValidator(read_units)]


def measures(declared: Iterable[Mapping[str, UnitModel | None]]) -> Measures:
    """What the units are called that have a label."""
    labels = {name: model for units in declared for name, model in units.items() if model is not None}
    return tuple((name, (one.zh, one.zh, one.en, one.plural or f"{one.en}s")) for name, one in labels.items())


def clashes(files: Iterable[tree.Mapping]) -> Iterator[Problem]:
    """Units to which two files give different labels."""
    said: dict[str, tuple[tree.Plain, Place]] = {}
    for file in files:
        units = file.mapping("units")
        for name, label in units.items.items() if units is not None else ():
            first, place = said.setdefault(name, (label.plain(), label.place))
            if label.plain() != first:
                found = f"units: {name} is called something else than at {place}"
                yield Problem(found, label.place, hint="Leave it out here, or take a name of its own")


def shipped() -> Iterator[str]:
    """The units in which the shipped lists of a household are counted."""
    from aidrules.facts.household import Household
    from aidrules.facts.schema import schema_of

    return counted(schema_of(Household))


def counted(subject: Subject) -> Iterator[str]:
    """The units in which a subject's lists are counted, and theirs."""
    for listed in subject.lists.values():
        yield listed.unit
        yield from counted(listed.subject)
