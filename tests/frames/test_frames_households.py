"""Households go into a frame and come back as they were."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from framed import BOZHOU, MADE_UP
from hypothesis import given, settings
from hypothesis import strategies as st

import aidrules
from aidrules import frames, testing
from aidrules.errors import FactsError

ON = date(2025, 6, 1)
SRC = str(Path(aidrules.__file__).parents[1])


@pytest.mark.parametrize("pack", [BOZHOU, MADE_UP], ids=["bozhou", "made-up"])
@pytest.mark.parametrize("known", [True, 0.7])
def test_there_and_back(pack: aidrules.Pack, known: bool | float) -> None:
    drawn = st.lists(testing.households(pack, on=ON, known=known, everything=True), max_size=3)

    @settings(max_examples=60)
    @given(drawn)
    def same(households: list[aidrules.Household]) -> None:
        frame = frames.from_households(households, pack)
        assert frames.to_households(frame, pack) == households
        assert frames.to_households(frame.to_arrow(), pack) == households
        table = frames.from_households(households, pack, to="arrow")
        assert table.schema.equals(pack.arrow_schema)
        assert frames.to_households(table, pack) == households
        assert frames.to_households(frame.lazy(), pack) == households

    same()


def test_through_parquet(tmp_path) -> None:
    households = [MADE_UP.Household(id="h1", members=[{"id": "m", "disability": {}, "incomes": [], "died_on": None}])]
    frames.from_households(households, MADE_UP).write_parquet(tmp_path / "h.parquet")
    back = frames.to_households(pl.scan_parquet(tmp_path / "h.parquet"), MADE_UP)
    assert back == households
    assert back[0].members[0].disability is not None and back[0].members[0].illness is None
    assert back[0].members[0].incomes == () and back[0].members[0].episodes is None


def test_a_column_that_is_left_out_is_unsaid_and_null_is_unknown() -> None:
    frame = pl.DataFrame({"members": [[{"id": "m", "incomes": [{"amount": "12.5"}]}]]})
    income = frames.to_households(frame, MADE_UP)[0].members[0].incomes[0]
    assert (income.months, income.exempt, income.kind) == (1, "none", None)
    given = pl.DataFrame({"members": [[{"id": "m", "incomes": [{"amount": 12, "months": None}]}]]})
    assert frames.to_households(given, MADE_UP)[0].members[0].incomes[0].months is None


def test_pandas_comes_in() -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {
            "id": ["a", "b"],
            "members": [[{"id": "m", "birth_date": date(1980, 1, 1)}], [{"id": "n"}]],
        }
    )
    assert [one.members[0].id for one in frames.to_households(frame, MADE_UP)] == ["m", "n"]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"residense": ["urban"]}, "residense: no fact has this name; .*Did you mean residence"),
        ({"assets": [{"savings": 1.5}]}, r"assets.savings: a column of Float64; .*Floats are not exact.*round\(2\)"),
        ({"assets": [{"vehicles": 1.0}]}, r"assets.vehicles: a column of Float64; .*convert_dtypes"),
        ({"assets": [{"car": 1}]}, "assets.car: no fact has this name"),
        (
            {"single_parent": ["是"]},
            r"single_parent: a column of String; expected Boolean.*replace_strict\({'是': True, '否': False}\)",
        ),
        ({"members": ["m"]}, "members: a column of String; expected a list of structs"),
        ({"members": [[{"sex": "male"}]]}, "members.id: the column is missing"),
    ],
)
def test_columns_that_fit_no_fact_are_told(column: dict[str, list[object]], message: str) -> None:
    frame = pl.DataFrame({"members": [[{"id": "m"}]], **column})
    with pytest.raises(FactsError, match=message):
        frames.to_households(frame, MADE_UP)


def test_facts_that_cannot_be_right_are_told_with_their_row() -> None:
    frame = pl.DataFrame({"id": ["a", "b"], "residence": ["urban", "city"], "members": [[{"id": "m"}]] * 2})
    with pytest.raises(FactsError, match='row 1, residence: "city" is not one of its values'):
        frames.to_households(frame, MADE_UP)


def test_what_is_no_table_is_told() -> None:
    with pytest.raises(FactsError, match="found a list; expected a Polars DataFrame"):
        frames.to_households([], MADE_UP)
    with pytest.raises(FactsError, match=r"found a str; .*Read the file first; aidrules\.simulate_file decides files"):
        frames.to_households("families.parquet", MADE_UP)


def test_the_library_loads_no_tables_until_they_are_needed() -> None:
    code = (
        "import sys, aidrules, aidrules.frames; aidrules.load('cn/national'); "
        "sys.exit(bool({'polars', 'pyarrow', 'pandas'} & {*sys.modules}))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], check=False, env={**os.environ, "PYTHONPATH": SRC}).returncode == 0
    )
