"""Tables with days that Python has not, and columns of pandas or Arrow that Polars cannot take, are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from framed import MADE_UP

from aidrules import frames
from aidrules.errors import FactsError

ON = date(2025, 6, 1)
PERSONAL = "11010519491231002X"
BEYOND, BEFORE = "after 9999-12-31", "before 0001-01-01"


def moments(count: int, unit: Any) -> pl.Series:
    return pl.Series([count, 0]).cast(pl.Datetime(unit))


def days(count: int) -> pl.Series:
    return pl.Series([count, 0], dtype=pl.Int32).cast(pl.Date)


def households(days: pl.Series) -> pl.DataFrame:
    """Two households of one member, whose birth dates are these."""
    members = pl.DataFrame({"h": ["0", "1"], "id": ["a", "b"], "birth_date": days})
    nested = members.group_by("h", maintain_order=True).agg(pl.struct("id", "birth_date").alias("members"))
    return nested.rename({"h": "id"})


def born_on(kernel: pl.DataFrame) -> list[date]:
    """The birth dates of a frame of households."""
    found: list[date] = kernel["members"].explode().struct.field("birth_date").to_list()
    return found


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (days(2**31 - 1), BEYOND),
        (days(-(2**31)), BEFORE),
        (days(2_932_897), BEYOND),  # 1 January 10000
        (days(-719_163), BEFORE),  # the day before 1 January 1
        (moments(1, "ns"), "1970-01-01T00:00:00.000000001"),
        (moments(2**63 - 1, "ns"), "2262-04-11T23:47:16.854775807"),
        (moments(2**63 - 1, "us"), BEYOND),
        (moments(2**63 - 1, "ms"), BEYOND),
        (moments(-(2**63) + 1, "ms"), BEFORE),
    ],
)
def test_a_day_that_python_has_not_is_a_problem_of_its_row(given: pl.Series, found: str) -> None:
    frame = households(given)
    checked = frames.check(frame, MADE_UP, on=ON)
    assert checked.rows.to_list() == [1] and checked.bad.height == 1
    assert checked.faults.select("row", "field", "found").rows() == [(0, "members[0].birth_date", f'found "{found}"')]
    with pytest.raises(FactsError, match=f'row 0, members\\[0\\].birth_date: found "{found}"'):
        frames.to_households(frame, MADE_UP)
    flat = frame.explode("members").unnest("members", separator="_").rename({"id": "household"})
    members = flat.rename({"members_id": "id", "members_birth_date": "birth_date"})
    nested = frames.nest(MADE_UP, households=frame.select(household="id"), members=members)
    assert frames.check(nested, MADE_UP, on=ON).faults.rows() == checked.faults.rows()


def test_days_of_every_type_are_the_same_days() -> None:
    born = [date(1880, 1, 1), date(2025, 5, 31)]
    for dtype in (pl.Date, pl.Datetime("ms"), pl.Datetime("us"), pl.String):
        checked = frames.check(households(pl.Series(born).cast(dtype)), MADE_UP, on=ON)
        assert checked.faults.height == 0
        assert born_on(checked.frame) == born


@pytest.mark.parametrize(
    "values",
    [[1, PERSONAL], [object(), PERSONAL], [1j, 2j], [10**30, 1], [date(2020, 1, 1), PERSONAL], [{PERSONAL: 1}, 2]],
    ids=["mixed", "objects", "complex", "huge", "days and text", "dictionaries"],
)
def test_what_pandas_cannot_give_is_refused_by_column_and_no_value_is_repeated(values: list[Any]) -> None:
    table = pd.DataFrame({"id": ["a", "b"], "residence": ["urban", None], "assets": values})
    with pytest.raises(FactsError) as error:
        frames.check(table, MADE_UP, on=ON)
    assert str(error.value).startswith("frame.assets: a mixed column, or values that no column can hold; expected ")
    assert PERSONAL not in str(error.value) and "df.astype" in str(error.value)


def union() -> pa.Array:
    return pa.UnionArray.from_sparse(pa.array([0], pa.int8()), [pa.array([1])])


@pytest.mark.parametrize(
    "column",
    [
        union(),
        pa.array([None], pa.decimal256(70, 2)),
        pa.array([(1, 2, 3)], pa.month_day_nano_interval()),
        pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int32())),
    ],
)
@pytest.mark.parametrize("nested", [False, True])
def test_types_of_arrow_that_are_not_read_are_refused(column: pa.Array, nested: bool) -> None:
    if nested:
        items = pa.StructArray.from_arrays([pa.array(["a"]), column], ["id", "birth_date"])
        column = pa.ListArray.from_arrays([0, 1], items)
    table = pa.table({"id": ["a"], "members": column})
    with pytest.raises(FactsError, match=r"frame\.members: a column of an Arrow type that is not read; expected "):
        frames.check(table, MADE_UP, on=ON)
    with pytest.raises(FactsError, match=r"frame\.members: a column of an Arrow type"):
        frames.check(pd.DataFrame({"members": pd.array(column, dtype=pd.ArrowDtype(column.type))}), MADE_UP, on=ON)


def test_seconds_are_read_and_not_wrapped() -> None:
    day = pd.Timestamp("2024-05-01")

    def arrow(count: int) -> pa.Table:
        born = pa.array([count], pa.timestamp("s"))
        members = pa.ListArray.from_arrays(
            [0, 1], pa.StructArray.from_arrays([pa.array(["a"]), born], ["id", "birth_date"])
        )
        return pa.table({"id": ["h"], "members": members})

    checked = frames.check(arrow(int(day.timestamp())), MADE_UP, on=ON)
    assert born_on(checked.frame) == [day.date()]
    with pytest.raises(FactsError, match="frame: a moment, or another value, that Polars cannot hold"):
        frames.check(arrow(2**62), MADE_UP, on=ON)
    members = pd.DataFrame({"household": ["h"], "id": ["a"], "birth_date": pd.array([day], dtype="datetime64[s]")})
    heads = pd.DataFrame({"household": ["h"]})
    assert frames.check(frames.nest(MADE_UP, households=heads, members=members), MADE_UP, on=ON).faults.height == 0
    members["birth_date"] = pd.Series([2**62]).astype("datetime64[s]")
    with pytest.raises(FactsError, match=r"members: pandas holds what cannot be a table"):
        frames.nest(MADE_UP, households=heads, members=members)


@pytest.mark.parametrize("of", ["pandas", "arrow"])
def test_two_columns_of_one_name_are_refused(of: str) -> None:
    twice: Any = pd.DataFrame([["a", "b"]], columns=["id", "id"])
    if of == "arrow":
        twice = pa.table([pa.array(["a"]), pa.array(["b"])], names=["id", "id"])
    with pytest.raises(FactsError, match=r"frame\.id: two columns have this name\. Keep one of the two"):
        frames.check(twice, MADE_UP, on=ON)


KINDS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "lazy polars": pl.DataFrame.lazy,
    "pandas": pl.DataFrame.to_pandas,
    "arrow": pl.DataFrame.to_arrow,
}


@pytest.mark.parametrize("name", ["", " ", "\u3000\t"])
@pytest.mark.parametrize("of", KINDS)
def test_a_column_without_a_name_is_refused(of: str, name: str) -> None:
    frame = KINDS[of](pl.DataFrame({"id": ["a"], name: ["b"]}))
    with pytest.raises(FactsError, match=r"^frame: a column has no name\. Give it one, or leave it out\.$"):
        frames.check(frame, MADE_UP, on=ON)


@pytest.mark.parametrize("name", ["*", "^.*$", "^.*residence.*$", "^id$"])
@pytest.mark.parametrize("of", KINDS)
def test_a_column_called_like_a_pattern_is_refused(name: str, of: str) -> None:
    frame = KINDS[of](pl.DataFrame({"id": ["a"], name: ["b"]}))
    said = "a column is called like a pattern of names. Rename it: tables take such a name for other columns too."
    with pytest.raises(FactsError) as refused:
        frames.check(frame, MADE_UP, on=ON)
    assert str(refused.value) == f"frame.{name}: {said}"
