"""Phase-outs whose months are open: what is certain all the same, and what a letter says of their start and end."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from points import differing

from aidrules.decision import Decision, decide
from aidrules.language.pack import Pack
from borough import pack_of

PACK = """
inputs: {household: {length: {type: [short, long], zh: 渐退类别, en: length}}}
parameters:
  months:
    by: household.length
    unit: month
    must: 3 * month <= value <= 12 * month
    values: [{is: {short: 3, long: 12}}]
    zh: 月数
    en: months
  line: {unit: CNY/household/month, values: [{is: 700}], zh: 标准, en: line}
programmes:
  aid:
    payment: {every: month, starts: next_month}
    rules:
      means: {kind: eligibility, when: household.housing.rent < line}
      sum: {kind: amount, amount: line}
      phase_out:
        {kind: phase_out, when: household.housing.rent >= line, apart_from: means, starts: next_month, months: months,
         pays: frozen, again: after_a_new_award, zh: 渐退, en: phase-out}
"""
BENEFIT = {"programme": "aid", "since": "2020-01-01", "last_amount": "500"}


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return pack_of(tmp_path, PACK)


def household(pack: Pack, length: str | None = None, **terms: Any) -> Any:
    facts = {"members": [{"id": "a"}], "housing": {"rent": 800}, "benefits": [{**BENEFIT, **terms}], "length": length}
    return pack.Household.model_validate(facts)


def decided(pack: Pack, on: date, length: str | None = None, **terms: Any) -> Decision:
    facts = household(pack, length, **terms)
    assert differing(pack, [facts], on) == []
    return decide(facts, pack, on=on, chain="exact")


@pytest.mark.parametrize("length", [None, "short", "long"])
@pytest.mark.parametrize(
    ("on", "status"),
    [
        (date(2025, 4, 1), "phasing_out"),
        (date(2025, 4, 30), "phasing_out"),
        (date(2025, 5, 1), "undetermined"),
        (date(2030, 3, 31), "undetermined"),
        (date(2030, 4, 1), "ineligible"),  # more than 60 months cannot be recorded
    ],
)
def test_a_phase_out_whose_months_are_not_on_record_is_certain_for_one_month(
    pack: Pack, length: str | None, on: date, status: str
) -> None:
    assert decided(pack, on, length, phase_out_since="2025-04-01").outcomes["aid"].status == status


@pytest.mark.parametrize(("months", "last"), [(2, date(2025, 5, 31)), (24, date(2027, 3, 31))])
def test_months_on_record_stand_whatever_the_rules_allow(pack: Pack, months: int, last: date) -> None:
    terms = {"phase_out_since": "2025-04-01", "phase_out_months": months}
    assert decided(pack, last, **terms).outcomes["aid"].status == "phasing_out"
    after = date.fromordinal(last.toordinal() + 1)
    assert decided(pack, after, **terms).outcomes["aid"].status == "ineligible"


def test_a_phase_out_granted_in_the_middle_of_a_month_runs_to_the_end_of_its_last(pack: Pack) -> None:
    terms = {"phase_out_since": "2025-04-15", "phase_out_months": 3}
    assert decided(pack, date(2025, 6, 30), **terms).outcomes["aid"].status == "phasing_out"
    assert decided(pack, date(2025, 7, 1), **terms).outcomes["aid"].status == "ineligible"


def test_a_letter_tells_how_long_a_granted_one_runs_at_the_least(pack: Pack) -> None:
    letter = decided(pack, date(2025, 4, 30), phase_out_since="2025-04-01")
    told = letter.explain("zh")
    assert "每月发放500.00元，何时止尚不能确定" in told
    assert "自2025年4月起，核定的月数未登记：最少1个月（至2025年4月30日止）。" in told
    assert "最多" not in told and "作出决定计" not in told
    assert "From April 2025; for how many months is not yet recorded: at least 1 month (until 30 April 2025)." in (
        letter.explain("en")
    )


def test_a_letter_says_once_that_it_is_not_known_whether_a_phase_out_has_ended(pack: Pack) -> None:
    letter = decided(pack, date(2025, 7, 1), phase_out_since="2025-04-01")
    told = letter.explain("zh")
    assert "渐退：尚不能确定。已核定自2025年4月1日起的渐退期，核定的月数未登记，是否已届满尚不能确定。" in told
    assert "尚未届满" not in told and "何时止" not in told
    assert "so it is not known whether it has ended" in letter.explain("en")


def test_a_new_phase_out_tells_its_start_and_between_what_its_end_lies(pack: Pack) -> None:
    letter = decided(pack, date(2025, 6, 1))
    chinese, english = letter.explain("zh"), letter.explain("en")
    assert "每月发放500.00元，何时止尚不能确定" in chinese
    assert (
        "自2025年7月起，月数尚待确定：最少3个月（至2025年9月30日止），最多12个月（至2026年6月30日止）。"
        "起止月份按2025年6月1日作出决定计；决定作出的日期不同，起止月份随之变动。"
    ) in chinese
    assert "500.00 yuan a month, until when is not yet known" in english
    assert "at least 3 months (until 30 September 2025), at most 12 months (until 30 June 2026)." in english


def test_the_start_of_a_new_phase_out_rests_on_the_day_of_the_decision(pack: Pack) -> None:
    letter = decided(pack, date(2025, 6, 1), "short")
    assert "自2025年7月起，共3个月，至2025年9月30日止。起止月份按2025年6月1日作出决定计" in letter.explain("zh")
    assert "counted as if the decision were taken on 1 June 2025; another day may move them." in letter.explain("en")
    granted = decided(pack, date(2025, 6, 1), phase_out_since="2025-06-01", phase_out_months=3).explain("zh")
    assert "共3个月（按原核定的月数），至2025年8月31日止。" in granted and "作出决定计" not in granted


@pytest.mark.parametrize(
    ("on", "terms", "asked"),
    [(date(2025, 6, 1), {}, "渐退类别"), (date(2025, 7, 1), {"since": "2025-04-01"}, "核定的渐退月数")],
)
def test_what_the_months_turn_on_is_asked_of_the_office(
    pack: Pack, on: date, terms: dict[str, str], asked: str
) -> None:
    """The class for a new phase-out; of one that was granted only the months, which the class moves no more."""
    decision = decided(pack, on, **{f"phase_out_{name}": value for name, value in terms.items()})
    told = decision.explain("zh")
    assert [entry.label.zh for entry in decision.missing] == [asked]
    assert "经办机构：" in told and asked in told and "全家：" not in told
    assert ("补充后即可确定：渐退的期限。" in told) is (not terms)
