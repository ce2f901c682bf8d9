"""What a pack decides: a household, or another kind of thing that the pack says it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar, Self

from pydantic import model_validator

from aidrules.errors import Problem
from aidrules.facts.base import Facts
from aidrules.facts.fact import CURRENCY, OPAQUE_ID, Fact, Items, Text, in_currency
from aidrules.facts.fitting import repeated
from aidrules.facts.items import Benefit, Payment
from aidrules.facts.problems import impossible
from aidrules.facts.procedure import Participant, Step


class Decided(Facts):
    """What all that is decided has: an id, and a currency for its amounts."""

    currency: ClassVar[str] = CURRENCY
    declarations: ClassVar[str] = ""
    references: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """The paths of the facts that name members by id."""
    subject_name: ClassVar[str] = "household"
    """What rules call it."""

    id: Annotated[Text, Fact("编号", "opaque id", pattern=OPAQUE_ID)] = None

    @property
    def member_ids(self) -> tuple[str, ...]:
        """The ids of its members, in their order; only a household has some."""
        return ()

    def __reduce__(self) -> tuple[Callable[[str, str], Decided], tuple[str, str]]:
        # A pack's model is a class made at run time, which pickle cannot find by name.
        from aidrules.facts.inputs import restore

        return restore, (self.declarations, self.model_dump_json(exclude_unset=True))

    @classmethod
    def model_json_schema(cls, *args: Any, **options: Any) -> dict[str, Any]:
        """The JSON Schema; every field has `x-label-zh` and `x-label-en`, every measured number `x-unit`."""
        schema: dict[str, Any] = in_currency(super().model_json_schema(*args, **options), cls.currency)
        return schema

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if problems := list(self._misfits()):
            raise impossible(problems)
        return self

    def _misfits(self) -> Iterator[Problem]:
        return repeated(self)


class Thing(Decided):
    """A thing other than a household, by what rules can ask of anything: what it was paid, what was done about it."""

    benefits: Annotated[
        tuple[Benefit, ...] | None, Items("benefit", "在享待遇", "benefits in payment", distinct_by="programme")
    ] = None
    payments: Annotated[
        tuple[Payment, ...] | None,
        Items("payment", "已获发放", "payments made", ordered_by="paid_on", distinct=True),
    ] = None
    steps: Annotated[tuple[Step, ...] | None, Items("step", "已办环节", "steps taken", distinct_by="step")] = None
    participants: Annotated[
        tuple[Participant, ...] | None,
        Items("participant", "环节参加人员", "persons who took part in a step", "person"),
    ] = None
