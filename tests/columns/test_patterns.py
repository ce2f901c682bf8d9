"""Combinations of numbers are told once each, few or many, and those of rows that are not used never."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from aidrules.columns.patterns import Patterns, Texts

NARROW = [[0, 8, 8, 9, 0], [3, 3, 3, 3, 3], [1 << 60, 0, 0, 1 << 60, 0]]
WIDE = [[0, 5**20, 5**20, 7**20, 0], [3**30, 3, 3, 3**30, 3**31], [2**62, 1, 1, 0, 0]]


@pytest.mark.parametrize("numbers", [NARROW, WIDE], ids=["few bits", "many"])
@pytest.mark.parametrize("unused", [[], [4], [0, 3]])
def test_each_combination_has_its_text(numbers: list[list[int]], unused: list[int]) -> None:
    told: list[tuple[int, ...]] = []

    def tell(found: tuple[int, ...]) -> Sequence[str]:
        told.append(found)
        return [str(number) for number in found]

    texts = Texts()
    left_out = np.zeros(5, dtype=bool)
    left_out[unused] = True
    columns = [np.array(each, dtype=np.int64) for each in numbers]
    places = Patterns(texts, tell).places(columns, left_out)
    ordered, type_ = texts.ordered(places)
    used = [row for row in range(5) if row not in unused]
    expected = [tuple(each[row] for each in numbers) for row in used]
    assert sorted(told) == sorted(set(expected))
    assert [type_.categories[ordered[row]] for row in used] == [" ".join(map(str, each)) for each in expected]


def test_nobody_has_no_text() -> None:
    texts = Texts()
    places = Patterns(texts, lambda found: [str(found)]).places([np.zeros(0, dtype=np.int64)])
    assert texts.ordered(places)[0].to_list() == []
