"""Every small pack has the properties of a sensible pack, and keeps them where its parameters have no values."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shipped import shipped

from aidrules import load
from aidrules.testing import properties
from shipped_packs import small

ON = date(2025, 6, 1)
EXCUSED: dict[str, dict[str, dict[str, str]]] = {
    "cn/local/shanghai": {
        "more_income_never_pays_more": {
            "dibao": "art. 27: earnings are left out only from the minimum wage on",
            "dibao.earnings_left_out": "art. 27: only from the minimum wage on",
        }
    },
    "cn/ningxia": {
        "more_income_never_pays_more": {"individual_dibao": "二1c: taken in alone above the line, up to a share of it"}
    },
    "cn/zhejiang": {
        "more_income_never_pays_more": {
            "dibao_individual": "as in the national framework: taken in alone above the line, up to 1.5 times it",
            "emergency_cause.uninsured_jobless": "as in the national framework: only while they are not on dibao",
            "living_aid": "art. 41: for who is above the line, and below it after necessary spending",
        }
    },
    "cn/zhejiang/jiaxing/tongxiang": {
        "more_income_never_pays_more": {"children": "二2h: what dibao pays a child is made up to their standard"}
    },
}
"""By pack and property: what a text makes otherwise, and why."""
EXAMPLES = {"cn/zhejiang": 12}
"""Fewer than elsewhere, since most rules are those of a large pack, which has tests of its own."""


@pytest.mark.parametrize("name", small())
@pytest.mark.parametrize("which", properties.CHECKS)
def test_a_small_pack_has_the_properties_of_a_sensible_one(name: str, which: str) -> None:
    excused = EXCUSED.get(name, {})
    for pack in (shipped(name, ON).pack, load(name)):
        for holds in properties.all_of(pack, on=ON, excused=excused):
            if holds.name == which:
                holds_for(holds, EXAMPLES.get(name, 60))


def holds_for(holds: properties.Property, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(household=holds.tested.households(holds.name), data=st.data())
    def drawn(household: object, data: st.DataObject) -> None:
        holds.check(household, data.draw)  # type: ignore[arg-type]

    drawn()
