"""What a pack is about: a household unless it says another kind of thing, such as a village or an office."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from aidrules.errors import Problem
from aidrules.language import tree
from aidrules.language.fields import Identifier, RefusedError, Strict, is_identifier, near, one_of
from aidrules.language.units import BASE

ABOUT_HOUSEHOLDS = ("household", "member", "case")
"""What inputs and findings can be about in a pack about households."""
_TAKEN = frozenset({*BASE, "member", "members", "case", "finding", "reading", "on", "this_month"})


class SubjectModel(Strict):
    """The kind of thing that a pack is about: its name in rules, and what readers call one of it."""

    name: Identifier
    zh: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    en: Annotated[str, StringConstraints(min_length=1, max_length=40)]

    @model_validator(mode="after")
    def _free(self) -> Self:
        if self.name in _TAKEN:
            hint = "Leave subject: out for a pack about households" if self.name == "household" else None
            raise RefusedError(f"name: {self.name}, which the language uses itself", "a name of its own", hint)
        return self

    @property
    def is_household(self) -> bool:
        """Whether it is a household, which has members and the shipped facts."""
        return self.name == "household"

    @property
    def asked_about(self) -> tuple[str, ...]:
        """What inputs and findings can be about."""
        return ABOUT_HOUSEHOLDS if self.is_household else (self.name,)


HOUSEHOLD = SubjectModel.model_construct(name="household", zh="家庭", en="household")
"""What a pack is about that does not say."""


def disagreements(layers: Mapping[str, Sequence[tree.Mapping]]) -> Iterator[Problem]:
    """What the files of a pack and of those that it extends say of other subjects than the one that it is about.

    Args:
        layers: the files of each pack, from the widest.
    """
    subject: tree.Node | None = None
    for number, (pack, files) in enumerate(layers.items()):
        for said in (file.get("subject") for file in files):
            if said is None:
                continue
            if subject is None and number:
                found = f"subject: in a pack that extends {next(iter(layers))}, which is about households"
                hint = "Write extends: none; a pack and all that it extends are about one kind of thing"
                yield Problem(found, said.place, pack, hint=hint)
            subject = subject or said
            if said.plain() != subject.plain():
                found = f"subject: says something else than at {subject.place}"
                hint = "A pack and all that it extends are about one kind of thing; say it once"
                yield Problem(found, said.place, pack, hint=hint)
    name = subject.text("name") if isinstance(subject, tree.Mapping) else None
    if name is not None and not is_identifier(name):
        return  # what is wrong with the name is told where it stands
    known = (name,) if name else ABOUT_HOUSEHOLDS
    missing = None if name else "For a pack about something else, say at its top subject: {name: …, zh: …, en: …}"
    nodes = [node for files in layers.values() for node in files]
    for holder in [*nodes, *(changes for node in nodes if (changes := node.mapping("overrides")) is not None)]:
        inputs = holder.get("inputs")
        if not isinstance(inputs, tree.Mapping):
            continue
        for about in inputs.items.keys() - set(known):
            place, found = inputs.key_place(about), f"unknown subject {about!r}"
            yield Problem(found, place, "inputs", one_of(known), near(about, known) or missing)
