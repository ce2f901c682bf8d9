"""Whose status turns under a reform, and until when phase-outs last, against what deciding one by one says."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import aidrules
from aidrules.frames import from_households
from aidrules.reforms import Comparison, compare

EXAMPLES = Path(__file__).parents[2] / "examples"
ON = date(2025, 6, 1)


@pytest.fixture(scope="module")
def pack() -> aidrules.Pack:
    overlays: list[str | Path] = ["cn/guizhou/zunyi/overlays/2025", EXAMPLES / "office.yaml"]
    return aidrules.load("cn/guizhou/zunyi/bozhou", overlays=overlays)


@pytest.fixture(scope="module")
def given(pack: aidrules.Pack) -> list[aidrules.Household]:
    """The example family, new and in payment, with wages on both sides of the line; of one the class is not known."""
    made = []
    for wage in (1800, 3396, 3599, 3700, 5000):
        for kind in (None, "first", "second", "open"):
            family: dict[str, Any] = json.loads((EXAMPLES / "household.json").read_text(encoding="utf-8"))
            family["id"] = f"{kind}{wage}"
            family["members"][0]["incomes"][0]["amount"] = wage
            if kind is not None:
                benefit = {"programme": "dibao", "since": "2024-01-01", "last_amount": 900, "top_up": 600}
                family["benefits"] = [{**benefit, "supplement": 300}]
                family["phase_out_class"] = None if kind == "open" else kind
            made.append(pack.Household.model_validate_json(json.dumps(family)))
    return made


@pytest.fixture(scope="module")
def reform(pack: aidrules.Pack) -> aidrules.Pack:
    return pack.with_parameters({"dibao_standard[urban]": 900, "phase_out_months[first]": 11})


@pytest.fixture(scope="module")
def found(pack: aidrules.Pack, reform: aidrules.Pack, given: list[aidrules.Household]) -> Comparison:
    programmes = ["dibao", "dibao_individual", "tekun"]
    return compare(from_households(given, pack), pack, reform, on=ON, outcomes=programmes)


def test_statuses_are_those_of_the_decisions(
    pack: aidrules.Pack, reform: aidrules.Pack, given: list[aidrules.Household], found: Comparison
) -> None:
    expected: Counter[tuple[str, ...]] = Counter()
    for household in given:
        before, after = (aidrules.decide(household, rules, on=ON, chain="exact") for rules in (pack, reform))
        for name in ("dibao", "dibao_individual", "tekun"):
            one, other = before.outcomes[name], after.outcomes[name]
            expected[name, "household", one.status, other.status] += 1
            for member, person in one.persons.items():
                expected[name, "person", person.status, other.persons[member].status] += 1
    assert {row[:4]: row[4] for row in found.statuses.iter_rows()} == expected
    assert found.statuses["programme"].unique(maintain_order=True).to_list() == ["dibao", "dibao_individual", "tekun"]
    # 3,599 - 900 = 2,699: above three times 832 and below three times 900.
    assert expected["dibao", "household", "ineligible", "eligible"] == 2
    assert expected["dibao", "household", "phasing_out", "eligible"] > 0


def test_phase_outs_with_their_last_months(
    pack: aidrules.Pack, reform: aidrules.Pack, given: list[aidrules.Household], found: Comparison
) -> None:
    rows = {row["id"]: row for row in found.phase_outs.filter(programme="dibao").iter_rows(named=True)}
    for household in given:
        sides = [aidrules.decide(household, rules, on=ON, chain="exact").outcomes["dibao"] for rules in (pack, reform)]
        if all(side.status != "phasing_out" for side in sides):
            assert household.id not in rows
            continue
        row = rows[household.id]
        for name, outcome in zip(("before", "after"), sides, strict=True):
            end = outcome.phase_out.end if outcome.phase_out else None
            assert row[f"{name}_last_month"] == (end.replace(day=1) if isinstance(end, date) else None)
            assert row[f"{name}_status"] == outcome.status
    # From July: the first class has 12 months before and 11 after; the second the same 6.
    assert rows["first5000"]["before_last_month"] == date(2026, 6, 1)
    assert rows["first5000"]["after_last_month"] == date(2026, 5, 1)
    assert (rows["first5000"]["months_later"], rows["second5000"]["months_later"]) == (-1, 0)
    assert rows["second3599"]["after_status"] == "eligible" and rows["second3599"]["months_later"] is None
    assert rows["open5000"]["before_last_month"] is None
    assert "None5000" not in rows


def test_phase_outs_of_persons_are_theirs(pack: aidrules.Pack, given: list[aidrules.Household]) -> None:
    family = given[-4].model_dump(mode="json", exclude_unset=True)
    benefit = {"programme": "dibao_individual", "since": "2024-01-01", "last_amount": 300}
    family["members"][1] |= {"benefits": [benefit], "kept_by_family": True, "can_form_household": False}
    family["phase_out_class"] = "second"
    family["outlays"] = []
    household = pack.Household.model_validate(family)
    shorter = pack.with_parameters({"phase_out_months[second]": 4})
    found = compare(from_households([household], pack), pack, shorter, on=ON, outcomes=["dibao_individual"])
    mother = family["members"][1]["id"]
    person = aidrules.decide(household, pack, on=ON, chain="exact").outcomes["dibao_individual"].persons[mother]
    assert person.status == "phasing_out"
    (row,) = found.phase_outs.iter_rows(named=True)
    assert (row["person"], row["before_status"], row["months_later"]) == (mother, "phasing_out", -2)


def test_a_programme_that_only_one_has_is_null_on_the_other_side(
    pack: aidrules.Pack, given: list[aidrules.Household]
) -> None:
    national = aidrules.load("cn/national")
    shared = from_households(given[:2], pack).select("id", "residence", "members")
    members = pl.element().struct.field("id", "birth_date")
    shared = shared.with_columns(pl.col("members").list.eval(pl.struct(members)))
    found = compare(shared, national, pack, on=ON, outcomes=["dibao", "education_aid"])
    rows = found.statuses.filter(programme="education_aid")
    assert set(rows["before"]) == {None} and None not in set(rows["after"])
    assert rows.filter(about="household")["count"].sum() == 2
