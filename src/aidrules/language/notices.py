"""Notices: what a pack has families told beside certain outcomes, such as what they may do if they disagree."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from aidrules.language.fields import Identifiers, Labelled, RefusedError, one_or_many

Occasion = Literal[
    "eligible",
    "at_discretion",
    "exception_possible",
    "phasing_out",
    "ineligible",
    "not_opened",
    "ended",
    "reduced",
]
"""An outcome of a programme, or what became of a benefit that was in payment."""


class NoticeModel(Labelled):
    """A sentence that belongs to some outcomes.

    Attributes:
        when: the outcomes that it belongs to, any of which opens it.
        programmes: those that it is said of; all unless given.
    """

    when: Annotated[tuple[Occasion, ...], BeforeValidator(one_or_many), Field(min_length=1)]
    programmes: Identifiers = ()

    @model_validator(mode="after")
    def _said(self) -> Self:
        if not (self.zh and self.en):
            raise RefusedError("a notice without its sentence", "zh: and en:, the sentence that letters print")
        return self
