"""The facts and lists that a household holds, each with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aidrules.facts.schema import Field, Subject
from aidrules.testing.plain_household import is_day_of_a_finding

Facts = dict[str, Any]


@dataclass(frozen=True)
class Held:
    """A known fact or list of a household that is written as plain values.

    Attributes:
        steps: the names and places that lead to it.
        field: the fact; None for a list.
        value: what it is; of a finding, the whole record.
    """

    steps: tuple[str | int, ...]
    field: Field | None
    value: Any

    def __str__(self) -> str:
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.steps)[1:]

    __repr__ = __str__

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        # Hypothesis would show the dataclass, with all that is declared of the fact.
        printer.text(str(self))

    @property
    def path(self) -> str:
        """Where it stands, without items: `members.incomes.amount`."""
        return ".".join(step for step in self.steps if isinstance(step, str))

    def put(self, facts: Facts, value: Any) -> None:
        """Make it something else in a household."""
        holder: Any = facts
        for step in self.steps[:-1]:
            holder = holder[step]
        holder[self.steps[-1]] = value


def held(subject: Subject, facts: Mapping[str, Any], before: tuple[str | int, ...] = ()) -> Iterator[Held]:
    """Every known fact and list of a household that may be unknown, in the order of the schema.

    Args:
        subject: what the household, or the item at `before`, can hold.
        facts: its plain values, as `model_dump` gives them.
    """
    for field in subject.fields.values():
        value: Any = facts
        for name in field.name.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None and not field.required and field.name != "id" and not is_day_of_a_finding(field):
            yield Held((*before, *field.name.split(".")), field, value)
    for name, listed in subject.lists.items():
        items = facts.get(name)
        if items is not None and not listed.required:
            yield Held((*before, name), None, items)
        for place, item in enumerate(items or ()):
            yield from held(listed.subject, item, (*before, name, place))
