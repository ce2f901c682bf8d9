"""Months paid: the first, and the last where a right has ended or ends within the month of the facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aidrules.decision import Decision, PaymentLine, decide
from borough import pack_of

PACK = """
parameters:
  rate: {unit: CNY/person/month, zh: 标准, en: rate, values: [{is: 100}]}
programmes:
  care:
    zh: 照料
    en: care
    subject: member
    payment: {every: month, starts: next_month, ends: %s}
    rules:
      child: {kind: eligibility, when: "age(member.birth_date, on) < 18", zh: 未成年, en: under age}
      grant: {kind: amount, amount: rate, zh: 津贴, en: grant}
"""
CARE = [{"programme": "care", "since": "2020-01-01", "last_amount": "100"}]


def decided(folder: Path, birth: str, on: date, *, ends: str = "next_month", **member: Any) -> Decision:
    pack = pack_of(folder, PACK % ends)
    people = [{"id": "m1", "birth_date": birth, "benefits": [], **member}]
    return decide(pack.Household.model_validate({"members": people, "benefits": []}), pack, on=on)


def paid(decision: Decision) -> tuple[date | None, date | None]:
    (line,) = decision.payments
    assert isinstance(line, PaymentLine)
    return line.starts, line.ends


@pytest.mark.parametrize(
    ("birth", "months"),
    [
        ("2007-06-16", (None, date(2025, 6, 1))),
        ("2007-06-30", (None, date(2025, 6, 1))),
        ("2007-07-01", (date(2025, 7, 1), None)),
    ],
)
def test_nothing_begins_after_the_month_in_which_time_ends_the_right(
    tmp_path: Path, birth: str, months: tuple[date | None, date | None]
) -> None:
    assert paid(decided(tmp_path, birth, date(2025, 6, 15))) == months


def test_on_the_last_day_of_a_month_nothing_is_looked_for(tmp_path: Path) -> None:
    assert paid(decided(tmp_path, "2007-07-01", date(2025, 6, 30))) == (date(2025, 7, 1), None)


def test_a_right_may_end_with_the_month_before(tmp_path: Path) -> None:
    assert paid(decided(tmp_path, "2007-06-16", date(2025, 6, 15), ends="this_month")) == (None, date(2025, 5, 1))


def test_a_benefit_that_has_ended_has_a_last_month(tmp_path: Path) -> None:
    ended = decided(tmp_path, "2007-06-02", date(2025, 6, 2), benefits=CARE)
    assert ended.outcomes["care"].persons["m1"].last_month == date(2025, 6, 1)
    assert "发放至2025年6月（含）" in ended.explain("zh", ["care"])
    assert "June 2025 is the last month paid" in ended.explain("en", ["care"])
    before = decided(tmp_path, "2007-06-02", date(2025, 6, 2), benefits=CARE, ends="this_month")
    assert before.outcomes["care"].persons["m1"].last_month == date(2025, 5, 1)
    for member in ({}, {"benefits": None}):
        never = decided(tmp_path, "2007-06-02", date(2025, 6, 2), **member)
        assert never.outcomes["care"].persons["m1"].last_month is None


def test_a_letter_announces_no_month_after_the_end(tmp_path: Path) -> None:
    decision = decided(tmp_path, "2007-06-16", date(2025, 6, 15), benefits=CARE)
    chinese, english = decision.explain("zh"), decision.explain("en")
    assert "至2025年6月30日即不再符合条件，自2025年7月起不发放。" in chinese
    assert "hold no longer by 30 June 2025; nothing is paid from July 2025." in english
    assert "from July 2025, " not in english and "继续发放" not in chinese


def test_terms_that_say_no_end_say_no_last_month(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, (PACK % "next_month").replace(", ends: next_month", ""))
    people = [{"id": "m1", "birth_date": "2007-06-16", "benefits": CARE}]
    household = pack.Household.model_validate({"members": people, "benefits": []})
    assert paid(decide(household, pack, on=date(2025, 6, 15))) == (date(2025, 7, 1), None)
    assert decide(household, pack, on=date(2025, 6, 16)).outcomes["care"].persons["m1"].last_month is None


@pytest.mark.parametrize("confirmed", [None, "none", "2025-06-01"])
def test_the_first_month_is_counted_from_the_day_of_the_facts(tmp_path: Path, confirmed: str | None) -> None:
    found = confirmed_on(tmp_path, confirmed)
    assert "起付月份按2025年6月15日作出决定计；决定作出的日期不同，起付月份随之变动。" in found.explain("zh")


def test_a_confirmation_on_record_in_another_month_is_told(tmp_path: Path) -> None:
    found = confirmed_on(tmp_path, "2025-05-26")
    assert paid(found)[0] == date(2025, 7, 1)
    assert "登记的确认日期为2025年5月26日，当日已经确认的待遇，起付月份按该日计。" in found.explain("zh")
    english = "The day of confirmation on record is 26 May 2025: what was confirmed then is counted from it."
    assert english in found.explain("en")


def confirmed_on(folder: Path, day: str | None) -> Decision:
    pack = pack_of(folder, PACK % "next_month")
    facts = {"members": [{"id": "m1", "birth_date": "2020-01-01"}], "case": {"decided_on": day}}
    return decide(pack.Household.model_validate(facts), pack, on=date(2025, 6, 15))
