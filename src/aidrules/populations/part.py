"""Parts of a population, and where they come from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl

HOUSEHOLDS = 50_000
"""Households in a part: so much is decided again at most, by each worker, when a run is stopped."""

ROW, KEY = " row", " key"
"""Columns beside the facts of a household, which have no such names: its place in the input, and what it lies with."""


@dataclass(frozen=True, slots=True)
class Part:
    """Households that are decided together.

    Attributes:
        number: of the part, from 0.
        frame: the households, as of `pack.arrow_schema`.
        rows: the place of each in the input, from 0, rising.
        kept: the columns that are carried through.
        faults: what is wrong with households as they were written, as of `aidrules.frames.check`; `row` is the place
            in the input.
    """

    number: int
    frame: pl.DataFrame
    rows: pl.Series
    kept: tuple[pl.Series, ...] = ()
    faults: pl.DataFrame | None = None


class Source(Protocol):
    """What parts come from."""

    @property
    def none(self) -> Part:
        """A part of no households, with all columns."""

    @property
    def households(self) -> int:
        """How many there are."""

    @property
    def numbers(self) -> range:
        """The numbers of all parts."""

    def parts(self, but: Collection[int]) -> Iterator[Part]:
        """The parts in order.

        Args:
            but: the numbers of those that are not wanted.
        """
