"""The same households in tables of other kinds come to the same; so do packs with overlays, empty lists, large sums."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from points import differing
from test_simulate import ON, drawn, pack_of
from varied import varied

import aidrules
from aidrules.columns import simulate
from aidrules.frames import from_households

EXAMPLES = Path(__file__).parents[2] / "examples"


def _sliced(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in three pieces that lie within longer ones."""
    longer = pl.concat([frame.tail(2), frame, frame.head(3)])
    cut = [longer[2:5], longer[5:-10], longer[-10:-3]]
    return pl.concat(cut, rechunk=False)


def _pandas(frame: pl.DataFrame) -> Any:
    return frame.to_pandas(use_pyarrow_extension_array=True)


@pytest.mark.parametrize("kind", [_sliced, pl.DataFrame.lazy, pl.DataFrame.to_arrow, _pandas])
def test_tables_of_other_kinds_come_to_the_same(kind: Callable[[pl.DataFrame], Any]) -> None:
    pack = pack_of("cn/national")
    frame = from_households(drawn(pack, 0.9, count=40), pack)
    whole = simulate(frame, pack, on=ON, outcomes=["dibao", "tekun"])
    other = simulate(kind(frame), pack, on=ON, outcomes=["dibao", "tekun"])
    assert other.frame.equals(whole.frame)
    assert whole.frame.height == 40


def test_a_city_with_the_standards_of_a_year_and_what_it_leaves_open() -> None:
    pack = aidrules.load("cn/guizhou/zunyi", overlays=["cn/guizhou/zunyi/overlays/2025"])
    few = drawn(pack, 0.9, count=30)
    assert differing(pack, varied(pack, ON, few, 80, unknown=0.1), ON) == []


@pytest.mark.parametrize(
    "given",
    [
        {"parameters": {"dibao_standard": {"urban": "832", "rural": "605"}}},
        {"readings": {"dibao.property.property_test": "not_tested"}},
        {"law": date(2024, 12, 31)},
        {"known": date(2025, 3, 1)},
    ],
)
def test_what_is_given_beside_the_pack_is_given_to_both(given: dict[str, Any]) -> None:
    overlays = ["cn/guizhou/zunyi/overlays/2025", EXAMPLES / "office.yaml"]
    pack = aidrules.load("cn/guizhou/zunyi/bozhou")
    few = drawn(pack, 0.95, count=15)
    assert differing(pack, few, ON, overlays=overlays, **given) == []


def test_empty_lists_and_the_largest_sums() -> None:
    pack = pack_of("cn/national")
    income = {"kind": "wages", "months": 1}
    most = Decimal("99999999")
    members = [
        {"id": f"m{place}", "incomes": [{**income, "amount": most - n} for n in range(40)]} for place in range(30)
    ]
    none: dict[str, Any] = {"benefits": [], "expenses": [], "obligors": []}
    facts: list[dict[str, Any]] = [
        {"members": members},
        {"members": members, **none},
        {"members": [{"id": "a", "incomes": [], "benefits": []}], **none},
        {"members": [{"id": "a"}]},
    ]
    households = [pack.Household.model_validate({"residence": "urban", **one}) for one in facts]
    assert differing(pack, households, ON) == []
