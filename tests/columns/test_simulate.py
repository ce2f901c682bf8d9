"""A population in columns comes to what deciding its households one by one comes to, in every point."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from points import differing
from varied import varied

import aidrules
from aidrules.columns import simulate
from aidrules.columns.kernel import Kernel
from aidrules.columns.reads import Unknowns
from aidrules.errors import DecisionError
from aidrules.facts import Household
from aidrules.frames import from_households
from aidrules.language.pack import Pack
from aidrules.language.recent import Recent
from aidrules.testing import households

ON = date(2025, 6, 30)
HOUSEHOLDS = int(os.environ.get("SIMULATED_HOUSEHOLDS", "150"))
PACKS = ("cn/national", "cn/guizhou/zunyi/bozhou")


@lru_cache
def pack_of(name: str) -> Pack:
    return aidrules.load(name)


def drawn(pack: Pack, known: float, members: tuple[int, int] = (1, 4), count: int = HOUSEHOLDS) -> list[Household]:
    """Households near the lines that a pack draws, the same ones every time."""
    found: list[Household] = []

    @settings(max_examples=count, phases=[Phase.generate])
    @given(households(pack, on=ON, known=known, members=members))
    def collect(household: Household) -> None:
        found.append(household)

    collect()
    return found


@pytest.mark.parametrize("known", [True, 0.9, 0.4])
@pytest.mark.parametrize("name", PACKS)
def test_every_point_is_that_of_the_decision(name: str, known: float) -> None:
    pack = pack_of(name)
    assert differing(pack, drawn(pack, known), ON) == []


@pytest.mark.parametrize("unknown", [0.0, 0.15])
@pytest.mark.parametrize("name", PACKS)
def test_every_point_at_the_lines(name: str, unknown: float) -> None:
    pack = pack_of(name)
    few = drawn(pack, 1 - unknown, count=40) + drawn(pack, 0.95, (8, 13), 6)
    assert differing(pack, varied(pack, ON, few, 2 * HOUSEHOLDS, unknown=unknown), ON) == []


def test_findings_that_nobody_made_count_as_the_pack_says_beside_one_that_was_made() -> None:
    examples = Path(__file__).parents[2] / "examples"
    overlays = ["cn/guizhou/zunyi/overlays/2025", examples / "office.yaml"]
    pack = aidrules.load("cn/guizhou/zunyi/bozhou", overlays=overlays)
    household = pack.Household.model_validate_json((examples / "household.json").read_bytes())
    assert aidrules.decide(household, pack, on=ON).outcomes["dibao"].status == "eligible"
    assert differing(pack, [household], ON) == []


@pytest.mark.parametrize("name", PACKS)
def test_twelve_persons_and_more(name: str) -> None:
    pack = pack_of(name)
    large = drawn(pack, 0.95, (12, 14), 12) + drawn(pack, 0.95, (13, 14), 2)
    assert any(len(household.members) > 12 for household in large)
    assert differing(pack, large, ON) == []


def test_a_population_of_nobody_has_all_columns() -> None:
    pack = pack_of("cn/national")
    one = from_households(drawn(pack, True, count=1), pack)
    assert simulate(one.head(0), pack, on=ON).frame.columns == simulate(one, pack, on=ON).frame.columns


def test_a_population_of_nobody_whose_rules_divide_by_what_members_come_to() -> None:
    pack = aidrules.load("vale/county", path=Path(__file__).parents[1] / "packs")
    one = from_households([pack.Household.model_validate({"id": "h", "members": [{"id": "m"}]})], pack)
    assert simulate(one.head(0), pack, on=ON).frame.columns == simulate(one, pack, on=ON).frame.columns


def test_chunks_and_workers_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = pack_of("cn/national")
    frame = from_households(drawn(pack, 0.9, count=60), pack)
    whole = simulate(frame, pack, on=ON).frame
    monkeypatch.setattr("aidrules.columns.simulation.CHUNK", 7)
    parts = simulate(frame, pack, on=ON, workers=2).frame
    assert parts.equals(whole)


def test_what_is_wrong_with_rows_is_told_alike_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = pack_of("cn/national")
    frame = from_households(drawn(pack, 0.9, count=20), pack).with_columns(pl.col("residence").cast(pl.String))
    wrong = pl.int_range(pl.len()).is_in([0, 6, 7, 8, 19])
    frame = frame.with_columns(pl.when(wrong).then(pl.lit("?")).otherwise(pl.col("residence")).alias("residence"))
    whole = simulate(frame, pack, on=ON)
    assert whole.faults["row"].to_list() == [0, 6, 7, 8, 19]
    monkeypatch.setattr("aidrules.columns.simulation.CHUNK", 3)
    parts = simulate(frame, pack, on=ON)
    assert parts.frame.equals(whole.frame) and parts.faults.equals(whole.faults) and parts.bad.equals(whole.bad)


def test_a_fact_that_few_chunks_have_is_known_somewhere_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = pack_of("cn/national")
    frame = from_households(drawn(pack, True, count=3), pack)
    only = pl.when(pl.int_range(pl.len()) == 1)
    frame = frame.with_columns(only.then(pl.col("registered_here")).alias("registered_here"))
    whole = simulate(frame, pack, on=ON).frame
    found: list[Unknowns] = []

    def made(*given: Any, **options: Any) -> Kernel:
        found.append(given[2])
        return Kernel(*given, **options)

    monkeypatch.setattr("aidrules.columns.population.Kernel", made)
    monkeypatch.setattr("aidrules.columns.population._kernels", Recent(32))
    monkeypatch.setattr("aidrules.columns.simulation.CHUNK", 1)
    assert simulate(frame, pack, on=ON).frame.equals(whole)
    key = ((), "registered_here")
    assert any(key in unknowns.open for unknowns in found)
    assert not any(key in unknowns.never for unknowns in found)


def test_programmes_that_are_wanted() -> None:
    pack = pack_of("cn/national")
    frame = from_households(drawn(pack, True, count=5), pack)
    result = simulate(frame, pack, on=ON, outcomes=["tekun"]).frame
    assert {name.partition(".")[0] for name in result.columns} == {"row", "id", "tekun"}
    with pytest.raises(DecisionError, match=r"there is no programme 'dibo'.*dibao"):
        simulate(frame, pack, on=ON, outcomes=["dibo"])
    with pytest.raises(DecisionError, match=r"outcomes: tekun stands twice\. Name it once\."):
        simulate(frame, pack, on=ON, outcomes=["tekun", "tekun"])


def test_a_row_is_explained_by_its_decision() -> None:
    pack = pack_of("cn/national")
    some = drawn(pack, 0.9, count=20)
    result = simulate(
        from_households(some, pack), pack, on=ON, parameters={"dibao_standard": {"urban": 832, "rural": 605}}
    )
    explained = result.explain(3)
    assert explained.household == some[3]
    assert explained.outcomes["dibao"].status == result.frame["dibao.status"][3]
    for row in (result.frame["row"].to_numpy()[3], result.frame.to_pandas()["row"].iloc[3], np.int8(3)):
        assert result.explain(row).household == some[3]


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (2, "2 is no row of the frame that was given"),
        (-1, "-1 is no row"),
        (np.int64(-1), "-1 is no row"),
        pytest.param(10**5000, "a number of more than 30 digits is no row", id="huge"),
        ("11010519491231002X", "found a str"),
        (None, "found a NoneType"),
        (True, "found a bool"),
        (np.True_, "found a bool"),
        (1.0, "found a float"),
        (slice(1), "found a slice"),
    ],
)
def test_what_is_no_row_is_not_explained(row: Any, found: str) -> None:
    pack = pack_of("cn/national")
    result = simulate(from_households(drawn(pack, 0.9, count=2), pack), pack, on=ON, outcomes=["tekun"])
    with pytest.raises(DecisionError) as caught:
        result.explain(row)
    assert str(caught.value).startswith(f"row: {found}")
    assert "; expected a whole number from 0 to 1. Take it from the column row of .frame" in str(caught.value)


def test_of_no_rows_none_is_explained() -> None:
    pack = pack_of("cn/national")
    result = simulate(from_households([], pack), pack, on=ON, outcomes=["tekun"])
    with pytest.raises(DecisionError, match=r"row: 0 is no row of .*; expected nothing: that frame has no rows"):
        result.explain(0)


def test_importing_aidrules_leaves_polars_out() -> None:
    code = "import aidrules, sys; assert not {'polars', 'pyarrow', 'numpy'} & sys.modules.keys()"
    source = str(Path(aidrules.__file__).parents[1])
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": source})
