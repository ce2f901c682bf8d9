"""The example's population is made of households that can be decided, always the same, and roughly as it says."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from framed import BOZHOU

from aidrules import frames

EXAMPLE = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "population.py"))


@pytest.fixture(scope="module")
def made() -> pl.DataFrame:
    return EXAMPLE["population"](4000, BOZHOU)


def test_all_households_can_be_decided(made: pl.DataFrame) -> None:
    checked = frames.check(made, BOZHOU, on=EXAMPLE["ON"])
    assert checked.faults.height == 0 and checked.frame.height == 4000


def test_a_seed_makes_the_same_households(made: pl.DataFrame) -> None:
    assert EXAMPLE["population"](300, BOZHOU).equals(made.head(300))
    assert not EXAMPLE["population"](300, BOZHOU, seed=1).equals(made.head(300))


def test_shares_are_those_that_it_states(made: pl.DataFrame) -> None:
    members = made["members"].explode().struct.unnest()
    ages = (pl.Series([EXAMPLE["ON"]]) - members["birth_date"].drop_nulls()).dt.total_days() / 365.25
    disabled = members["disability"].struct.field("grade") > 0
    assert (made["members"].list.len() == 1).mean() == pytest.approx(0.254, abs=0.02)
    assert members.height / made.height == pytest.approx(2.62, abs=0.1)
    assert (made["residence"] == "urban").mean() == pytest.approx(0.64, abs=0.02)
    assert (ages < 15).mean() == pytest.approx(0.18, abs=0.03)
    assert (ages >= 60).mean() == pytest.approx(0.19, abs=0.03)
    assert disabled.mean() == pytest.approx(0.063, abs=0.01)


def test_the_command_writes_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr("sys.argv", ["population.py", str(tmp_path / "p.parquet"), "--rows", "20"])
    EXAMPLE["main"]()
    assert capsys.readouterr().out.startswith("20 households")
    assert len(frames.to_households(pl.scan_parquet(tmp_path / "p.parquet"), BOZHOU)) == 20
