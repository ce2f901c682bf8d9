"""The shipped packs have the properties of every sensible pack; what a text makes otherwise is named."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shipped import NAMES, ON, RULES, shipped

from aidrules import Pack, load
from aidrules.engine import Bounds, Result
from aidrules.testing import plain, properties
from aidrules.testing.promises import PROMISES, SENSIBLE, broken, everyone

# Above the line of the household a person is taken in alone, and one ground of temporary assistance opens; see
# test_cliffs.py.
CLIFFS = {
    "more_income_never_pays_more": {
        "dibao_individual": "taken in alone above the line, up to 1.5 times it",
        "emergency_cause.uninsured_jobless": "the uninsured jobless are helped only while they are not on dibao",
    }
}
LATER = date(2025, 6, 1)
OPEN = {
    "national": ("cn/national",),
    "county": ("cn/guizhou/zunyi",),
    "street": ("cn/guizhou/zunyi/bozhou",),
    "street_with_standards": ("cn/guizhou/zunyi/bozhou", "cn/guizhou/zunyi/overlays/2025"),
}
"""Shipped packs as they are, in which parameters have no values, with overlays."""

test_national_framework = properties.suite(shipped(NAMES[0]).pack, on=ON, excused=CLIFFS, lang="en")
test_street_plan = properties.suite(shipped(NAMES[1]).pack, on=ON, excused=CLIFFS, lang="en")


def test_the_guide_excuses_what_packs_that_extend_the_shipped_ones_need(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(RULES.parent)
    page = (RULES.parent / "docs" / "testing.md").read_text(encoding="utf-8")
    written: dict[str, Any] = {}
    exec(page.partition("```text\n")[2].partition("```")[0], written)
    (mark,) = written["test_bozhou"].pytestmark
    excused = {each.values[0].name: set(each.values[0].excused) for each in mark.args[1] if each.values[0].excused}
    assert excused == {name: set(reasons) for name, reasons in CLIFFS.items()}


@cache
def left_open(name: str) -> Pack:
    pack, *overlays = OPEN[name]
    return load(pack, overlays=overlays)


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.parametrize("which", properties.CHECKS)
def test_a_pack_without_some_of_its_parameters_breaks_nothing(name: str, which: str) -> None:
    (holds,) = (each for each in properties.all_of(left_open(name), on=LATER, excused=CLIFFS) if each.name == which)

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(household=holds.tested.households(which), data=st.data())
    def test(household: object, data: st.DataObject) -> None:
        holds.check(household, data.draw)  # type: ignore[arg-type]

    test()


def settled(value: Result) -> bool:
    return value is not None and not isinstance(value, Bounds)


@pytest.mark.parametrize("name", OPEN)
@pytest.mark.parametrize(
    "facts",
    [
        {"case": {"accepted_on": "2025-06-01"}, "members": [{}]},
        {"members": [{"disability": {"kind": "physical", "grade": 1}}]},
    ],
    ids=["whether_a_deadline_runs", "how_much_is_paid"],
)
def test_what_is_open_breaks_no_promise(name: str, facts: dict[str, object]) -> None:
    pack = left_open(name)
    run = pack.on(LATER).run(plain(pack, on=LATER).having(facts), LATER)
    assert not all(settled(value) for each in run.compiled.definitions for _, value in everyone(run, each))
    assert broken(run, PROMISES, SENSIBLE) == []
