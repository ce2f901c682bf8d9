"""Patterns: what few combinations of whole numbers stand for, told once each and held as places in a dictionary."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

import numpy as np
import polars as pl

_DENSE = 20
"""Numbers that differ in so many bits are looked up by these; others are looked for among those that occur."""


class Texts:
    """The texts of one column, collected over all chunks; safe to use from several threads."""

    def __init__(self) -> None:
        self._places: dict[str, int] = {}
        self._lock = Lock()

    def place(self, text: str) -> int:
        """The place of a text in the column's dictionary."""
        with self._lock:
            return self._places.setdefault(text, len(self._places))

    def ordered(self, places: pl.Series) -> tuple[pl.Series, pl.Enum]:
        """The places of all rows in a type that lists the texts in alphabetical order, whatever came first."""
        texts = sorted(self._places)
        order = np.zeros(len(texts), dtype=np.uint32)
        order[[self._places[text] for text in texts]] = np.arange(len(texts), dtype=np.uint32)
        if len(texts) > 1:
            places = pl.Series(places.name, order[places.to_numpy()])
        return places, pl.Enum(texts or [""])


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

    def places(self, numbers: Sequence[Any], unused: Any = None) -> pl.Series:
        """The places of all rows, by the numbers that each has.

        Args:
            numbers: NumPy arrays of them, none negative.
            unused: rows of which nothing is told, as a NumPy array of yes and no, if any.
        """
        keys = _keys(numbers)
        if keys is None:
            return self._looked_up(numbers, unused)
        rows = np.zeros(int(keys.max(initial=0)) + 1, dtype=np.int64)
        rows[keys] = np.arange(len(keys))
        table = np.zeros(len(rows), dtype=np.uint32)
        for key in np.flatnonzero(np.bincount(keys if unused is None else keys[~unused])).tolist():
            table[key] = self.place(tuple(int(number[rows[key]]) for number in numbers))
        return pl.Series(table[keys])

    def _looked_up(self, numbers: Sequence[Any], unused: Any) -> pl.Series:
        frame = pl.DataFrame({str(place): column for place, column in enumerate(numbers)})
        distinct = (frame if unused is None else frame.filter(pl.Series(~unused))).unique()
        found = [self.place(numbers) for numbers in distinct.iter_rows()]
        known = distinct.with_columns(pl.Series("place", found, dtype=pl.UInt32))
        return frame.join(known, on=frame.columns, how="left", maintain_order="left")["place"].fill_null(0)


def _keys(numbers: Sequence[Any]) -> Any:
    """One small number for each row, the bits in which rows differ put side by side; None where these are many."""
    keys = np.zeros(len(numbers[0]), dtype=np.int64)
    width = 0
    for number in numbers:
        differ = int(np.bitwise_or.reduce(number)) & ~int(np.bitwise_and.reduce(number)) if len(number) else 0
        while differ:
            first = (differ & -differ).bit_length() - 1
            run = differ >> first
            bits = (run ^ (run + 1)).bit_length() - 1
            if width + bits > _DENSE:
                return None
            keys |= ((number >> first) & ((1 << bits) - 1)) << width
            width += bits
            differ &= ~(((1 << bits) - 1) << first)
    return keys
