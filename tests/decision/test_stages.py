"""A phase-out that runs down by shares: which amount is paid from when to when, in a payment and in a letter."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from aidrules.decision import Decision, decide
from borough import pack_of

PACK = """
programmes:
  aid:
    payment: {every: month}
    rules:
      means: {kind: eligibility, when: household.housing.rent < 700 * CNY / month}
      sum: {kind: amount, amount: 500 * CNY / month}
      phase_out:
        kind: phase_out
        when: household.housing.rent >= 700 * CNY / month
        apart_from: means
        starts: next_month
        months: 6 * month
        pays: [100%, 100%, 80%, 80%, 60%]
        round: {to: 1, mode: down}
        again: after_a_new_award
        zh: 渐退
        en: phase-out
"""


def decided(tmp_path: Path, on: date, **terms: object) -> Decision:
    pack = pack_of(tmp_path, PACK)
    benefit = {"programme": "aid", "since": "2020-01-01", "last_amount": "500", **terms}
    facts = {"members": [{"id": "a"}], "housing": {"rent": 800}, "benefits": [benefit]}
    return decide(pack.Household.model_validate(facts), pack, on=on, chain="exact")


@pytest.mark.parametrize(
    ("on", "amount", "starts", "until"),
    [
        (date(2024, 10, 1), 500, date(2024, 10, 1), "2024年11月30日"),
        (date(2024, 11, 30), 500, date(2024, 10, 1), "2024年11月30日"),
        (date(2025, 1, 15), 400, date(2024, 12, 1), "2025年1月31日"),
        (date(2025, 3, 31), 300, date(2025, 2, 1), "2025年3月31日"),
    ],
)
def test_each_amount_has_months_of_its_own(tmp_path: Path, on: date, amount: int, starts: date, until: str) -> None:
    decision = decided(tmp_path, on, phase_out_since="2024-10-01", phase_out_months=6)
    (line,) = decision.payments
    assert (line.amount, line.starts, line.state) == (Decimal(amount), starts, "phasing_out")
    letter = decision.explain("zh")
    assert f"每月发放{amount}.00元，至{until}止" in letter and "继续发放" not in letter


def test_one_that_begins_is_told_for_its_first_share(tmp_path: Path) -> None:
    decision = decided(tmp_path, date(2024, 9, 10))
    (line,) = decision.payments
    assert (line.amount, line.starts) == (Decimal(500), date(2024, 10, 1))
    assert "until 30 November 2024" in decision.explain("en")
