"""Rules of the shipped packs begin on the day that their text says, and not a day before."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from aidrules import load

RULES = Path(__file__).parents[2] / "rules"
NOTICE = date(2022, 10, 20)


@pytest.mark.parametrize(
    ("rule", "first"), [("dibao.confirm_where_delegated", NOTICE), ("dibao.review_after_death", NOTICE)]
)
def test_a_rule_begins_on_its_first_day(rule: str, first: date) -> None:
    pack = load("cn/national", path=RULES)
    assert rule in pack.on(first).rules
    assert rule not in pack.on(first - timedelta(days=1)).rules
