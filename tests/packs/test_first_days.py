"""Rules of the shipped packs begin on the day that their text says, and not a day before."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from aidrules import load

RULES = Path(__file__).parents[2] / "rules"
NOTICE, RIGID = date(2022, 10, 20), date(2025, 1, 1)


@pytest.mark.parametrize(
    ("rule", "first"),
    [
        ("dibao.confirm_where_delegated", NOTICE),
        ("dibao.review_after_death", NOTICE),
        ("dibao.declaration_instead", NOTICE),
        ("rigid_expenditure_hardship.decided_by_the_township", RIGID),
        ("rigid_expenditure_hardship.applied_by_a_member", RIGID),
        ("rigid_expenditure_hardship.written_decision", RIGID),
    ],
)
def test_a_rule_begins_on_its_first_day(rule: str, first: date) -> None:
    pack = load("cn/national", path=RULES)
    assert rule in pack.on(first).rules
    assert rule not in pack.on(first - timedelta(days=1)).rules
