"""Whole numbers in columns: however products, sums and quotients are put together, they come to what Python says."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aidrules.columns.column import Column, WideError, constant, floor_divided, plus, times

STEPS: dict[str, tuple[Callable[[Column, Column], Column], Callable[[int, int], int]]] = {
    "times": (times, lambda a, b: a * b),
    "plus": (plus, lambda a, b: a + b),
    "over": (floor_divided, lambda a, b: a // b),
}
LARGE = 2**62

number = st.one_of(st.integers(-250, 250), st.integers(-LARGE, LARGE), st.just(0), st.sampled_from([-100, 2, 10, 200]))
step = st.one_of(
    st.tuples(st.sampled_from(["times", "plus"]), number),
    st.tuples(st.just("over"), st.one_of(st.integers(1, 400), st.integers(1, LARGE))),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(st.none(), number), min_size=1, max_size=6), st.lists(step, min_size=1, max_size=6))
def test_chains_of_constants(values: list[int | None], steps: list[tuple[str, int]]) -> None:
    known = [value for value in values if value is not None] or [0]
    column = Column("int", pl.col("x"), nullable=None in values, low=min(known), high=max(known))
    try:
        made = reduce(lambda part, one: STEPS[one[0]][0](part, constant(one[1])), steps, column)
    except WideError:
        return
    expected = [
        None if value is None else reduce(lambda part, one: STEPS[one[0]][1](part, one[1]), steps, value)
        for value in values
    ]
    found = pl.DataFrame({"x": pl.Series(values, dtype=pl.Int64)}).select(made.at().alias("found"))["found"]
    assert found.to_list() == expected
    assert all(made.low <= value <= made.high for value in expected if value is not None)


def test_a_multiple_is_divided_before_it_needs_more_bits() -> None:
    fen = Column("int", pl.col("x"), low=0, high=2**59)
    rounded = floor_divided(plus(times(times(fen, constant(100)), constant(2)), constant(10)), constant(20))
    assert not rounded.wide
    assert rounded.dtype == pl.Int64
    assert (rounded.low, rounded.high) == (0, 10 * 2**59)


@pytest.mark.parametrize(("factor", "by"), [(6, 4), (-6, 4), (7, 7), (0, 5), (100, 20)])
def test_quotients_of_multiples_round_down(factor: int, by: int) -> None:
    column = Column("int", pl.col("x"), low=-50, high=50)
    values = list(range(-50, 51))
    for more in (-9, -1, 0, 1, 9):
        made = floor_divided(plus(times(column, constant(factor)), constant(more)), constant(by))
        found = pl.DataFrame({"x": values}).select(made.at())
        assert found.to_series().to_list() == [(value * factor + more) // by for value in values]
