"""The calendar over columns says of every pair of arguments what it says of one day."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import polars as pl
import pytest

from aidrules.columns import dates
from aidrules.columns.column import Column
from aidrules.engine.runtime import NAMESPACE

FEW = (0, 1, 2, 31, 32, 59, 60, 365, 366, *(dates.LAST - n for n in (0, 1, 29, 30, 31, 58, 365, 366)))
LEAP = [
    date(year, month, day).toordinal() for year in (1900, 2000, 2023, 2024) for month in (1, 2, 3) for day in (1, 28)
]
ENDS = [day + n for day in LEAP for n in (-1, 0, 1, 2)]
SHIFTS = (0, 1, -1, 11, 12, 13, -12, 39_999, 40_000, 40_001, 119_999, -119_999, 10**9, -(10**9), 2**62, -(2**62))


def _arguments(function: str, chance: random.Random) -> list[tuple[int | None, ...]]:
    days = [*FEW, *ENDS, *(chance.randrange(1, dates.LAST + 1) for _ in range(100))]
    if function in ("_day_of", "_month_of", "_year_of", "_first_of_month", "_last_of_month"):
        return [(None,), *((day,) for day in days)]
    if function in ("_add_days", "_add_months", "_add_working_days"):
        shifts = [*SHIFTS, *(chance.randrange(-70, 70) for _ in range(20))]
        if function == "_add_working_days":
            days = [date(2024, 1, 1).toordinal() + n for n in range(0, 700, 7)] + [0, dates.LAST]
            shifts = [n for n in shifts if abs(n) < 100]
        return [(None, 1), (1, None), *((day, n) for day in days for n in shifts)]
    near = [(day, min(dates.LAST, max(0, day + chance.randrange(-800, 800)))) for day in days for _ in range(20)]
    return [(None, 1), (1, None), *near, *((a, b) for a in ENDS for b in ENDS)]


@pytest.mark.parametrize(
    "function", [name for name in NAMESPACE if name in {*dates._OF_DAY, *dates._BETWEEN, *dates._SHIFTS}]
)
def test_the_calendar_over_columns_is_that_of_one_day(function: str) -> None:
    arguments = _arguments(function, random.Random(7))
    names = [str(place) for place in range(len(arguments[0]))]
    frame = pl.DataFrame(arguments, schema=dict.fromkeys(names, pl.Int64), orient="row")
    columns = [Column("int", pl.col(name), nullable=True, low=0, high=dates.LAST) for name in names]
    found = dates.called(function, columns)
    assert found.expr is not None
    plain: Any = NAMESPACE[function]
    expected = [None if None in one else plain(*one) for one in arguments]
    assert frame.select(found.expr).to_series().to_list() == expected
    assert frame.head(0).select(found.expr).height == 0
