"""Patterns: what few combinations of whole numbers stand for, told once each and held as places in a dictionary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np
import polars as pl

_DENSE = 2**21
"""Up to so many combinations are looked up by their number; more are looked for among those that occur."""


class Texts:
    """The texts of one column, collected over all chunks; safe to use from several threads."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._lock = Lock()

    def place(self, text: str) -> int:
        """The place of a text in the column's dictionary."""
        with self._lock:
            return self._places.setdefault(text, len(self._places))

    def column(self, places: pl.Series) -> pl.Series:
        """The texts of all rows, by their places; the type lists them in alphabetical order, whatever came first."""
        texts = sorted(self._places)
        order = np.zeros(len(texts), dtype=np.uint32)
        order[[self._places[text] for text in texts]] = np.arange(len(texts), dtype=np.uint32)
        return pl.Series(order[places.to_numpy()], dtype=pl.UInt32).cat.to(pl.Enum(texts or [""]))


class Patterns:
    """What combinations of numbers stand for.

    Args:
        texts: of the column.
        tell: the names that a combination of numbers stands for.
    """

    def __init__(self, texts: Texts, tell: Callable[[tuple[int, ...]], Sequence[str]]) -> None:
        self._texts, self._tell = texts, tell
        self._told: dict[tuple[int, ...], int] = {}

    def place(self, numbers: tuple[int, ...]) -> int:
        """The place of a combination's text."""
        found = self._told.get(numbers)
        if found is None:
            found = self._told[numbers] = self._texts.place(" ".join(self._tell(numbers)))
        return found

    def places(self, columns: Sequence[pl.Series], width: int) -> pl.Series:
        """The places of all rows.

        Args:
            columns: the numbers, none negative.
            width: bits of the first one, if there are two and they are few.
        """
        height = len(columns[0])
        if not height:
            return pl.Series([], dtype=pl.UInt32)
        numbers = [column.to_numpy() for column in columns]
        if len(numbers) <= 2 and sum(int(one.max()) << place * width for place, one in enumerate(numbers)) < _DENSE:
            key = numbers[0] if len(numbers) == 1 else numbers[0] + (numbers[1] << width)
            present = np.flatnonzero(np.bincount(key))
            table = np.zeros(present[-1] + 1, dtype=np.uint32)
            for number in present.tolist():
                table[number] = self.place((number,) if len(numbers) == 1 else (number % (1 << width), number >> width))
            return pl.Series(table[key])
        frame = pl.DataFrame([column.alias(str(place)) for place, column in enumerate(columns)])
        distinct = frame.unique()
        found = [self.place(numbers) for numbers in distinct.iter_rows()]
        known = distinct.with_columns(pl.Series("place", found, dtype=pl.UInt32))
        return frame.join(known, on=frame.columns, how="left", maintain_order="left")["place"]
