"""No value that is confidential, nor a date or figure reckoned from one, is printed, wherever a rule puts it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from test_confidential import everything_printed

from aidrules import load, simulate
from aidrules.decision import Decision, decide
from aidrules.errors import DecisionError
from aidrules.frames import from_households
from borough import pack_of

PACK = """
pack: hush
source: act
zh: 保密
en: hush
in_force: {from: 2020-01-01}
currency: CNY
inputs:
  household:
    sum: {unit: CNY/month, confidential: true, max: 900000, zh: 秘额, en: hushed sum}
    span: {unit: month, confidential: true, zh: 时长, en: hushed span}
    day: {type: date, optional: true, confidential: true, zh: 秘日, en: hushed day}
    kept: {type: date, optional: true, confidential: true, zh: 毕日, en: hushed end}
    sort: {type: [alpha, bravo, charlie], confidential: true, zh: 秘类, en: hushed sort}
    stays:
      {list: stay, confidential: true, ordered_by: came, fields: {came: {type: date, en: came}}, zh: 住, en: stays}
findings:
  need: {about: household, unit: CNY, within: [0, limit], who: council, zh: 需要, en: need, cite: 一}
  seen: {about: household, type: bool, who: council, valid: household.span, zh: 查看, en: seen, cite: 一}
parameters:
  rate:
    unit: CNY/household
    by: household.sort
    zh: 率
    en: rate
    values: [{from: 2020-01-01, is: {alpha: 111111, bravo: 222222, charlie: 333333}, cite: 一}]
definitions:
  limit: {unit: CNY/household, value: household.sum * 1 * month, zh: 限额, en: limit, cite: 一}
  gross: {unit: CNY/household/month, value: 800000 * CNY / month, zh: 总, en: gross, cite: 一}
  floor: {unit: CNY/household/month, value: 5 * CNY / month, zh: 线, en: floor, cite: 一}
  net: {unit: CNY/household/month, start: gross, less: [aid.off], zh: 净, en: net, cite: 一}
programmes:
  aid:
    zh: 救助
    en: aid
    subject: household
    payment: {every: occasion, payee: household}
    cite: 一
    rules:
      means: {kind: eligibility, when: net > floor, zh: 条件, en: means, cite: 一}
      off: {kind: deduction, claimed: household.sum, zh: 扣除, en: deduction, cite: 一}
      pays: {kind: amount, amount: "min(rate, 100 * CNY)", round: {to: 0.01, mode: half_up}, zh: 付, en: pays, cite: 一}
      runs: {kind: deadline, from: household.day, within: 900 day, until: case.decided_on, zh: 甲, en: first, cite: 一}
      late: {kind: deadline, from: household.day, within: 20 day, until: case.decided_on, zh: 乙, en: second, cite: 一}
      ends: {kind: deadline, from: household.day, within: 20 day, until: household.kept, zh: 丙, en: third, cite: 一}
      came:
        {kind: deadline, from: latest(household.stays).came, within: 9 day, until: case.decided_on, zh: 丁, en: fourth,
        cite: 一}
      visit: {kind: cadence, last: household.day, starts: household.day, every: 24 month, zh: 访, en: visit, cite: 一}
      refer:
        {kind: referral, when: limit > 0 * CNY, to: council, from: household.day, within: 10 day, zh: 转, en: refer,
        cite: 一}
      task:
        kind: referral
        when: limit > 0 * CNY
        to: council
        from: household.day
        opens: {task: call, within: 12 day, zh: 联系, en: call}
        zh: 再转
        en: refer again
        cite: 一
      short: {kind: check, must: limit >= 900000 * CNY, shortfall: 900000 * CNY - limit, zh: 查, en: check, cite: 一}
      look: {kind: entitlement, when: finding.seen, to: council, zh: 看, en: look, cite: 一}
"""
FACTS: dict[str, Any] = {
    "members": [{"id": "a"}],
    "sum": "424242",
    "span": 7,
    "day": "2024-07-17",
    "kept": "2024-12-24",
    "sort": "bravo",
    "stays": [{"came": "2024-03-13"}],
    "case": {"decided_on": "none"},
    "findings": {"need": {"value": "50"}, "seen": {"value": True, "on": "2024-05-21"}},
}
SECRET = (
    *("424242", "375758", "375,758", "475758", "475,758", "222222", "222,222", "bravo"),
    *("2024-07-17", "17 July 2024", "2024年7月17日", "2024-07-27", "27 July", "2024-07-29", "29 July", "2024-08-06"),
    *("6 August", "8月6日", "2024-12-24", "24 December", "12月24日", "2027-01-03", "3 January 2027", "2026-07-17"),
    *("17 July 2026", "2024-03-13", "13 March", "3月13日", "2024-03-22", "22 March", "3月22日", "2024-12-22"),
    *("22 December", "12月22日"),
)
"""What was given, and what is reckoned from it: sums left and short, last days, a day on which a finding lapsed."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hush").mkdir()
    (tmp_path / "hush" / "pack.yaml").write_text(PACK, "utf-8")
    (tmp_path / "sources.yaml").write_text("act: {zh: 法, en: Act, issuer: me, date: 2020-01-01}\n", "utf-8")
    return tmp_path


def decided(folder: Path, **changes: Any) -> Decision:
    pack = load("hush", path=folder)
    return decide(pack.Household.model_validate({**FACTS, **changes}), pack, on=date(2025, 6, 1))


def test_no_value_is_printed_wherever_a_rule_puts_it(folder: Path) -> None:
    decision = decided(folder)
    whole = [decision.why("aid", "en"), decision.why("aid", "zh"), decision.why_not("aid", "en"), decision.record()]
    text = "\n".join([everything_printed(decision), *whole])
    assert [value for value in SECRET if value in text] == []


def test_what_is_decided_is_told_without_the_day(folder: Path) -> None:
    decision = decided(folder)
    assert {one.rule: (one.state, one.due, one.done) for one in decision.deadlines} == {
        "aid.runs": ("running", None, None),
        "aid.late": ("overdue", None, None),
        "aid.ends": ("late", None, None),
        "aid.came": ("overdue", None, None),
    }
    assert [(one.state, one.next) for one in decision.cadences] == [("scheduled", None)]
    assert [(one.state, one.shortfall) for one in decision.checks] == [("not_kept", None)]
    assert {(one.due, one.counted_from) for one in decision.referrals} == {(None, None)}
    assert str(decision.outcomes["aid"].one_off) == "100.00"
    letter = decision.explain("en")
    assert "Second (aid): the deadline of a confidential day has passed and it is not done." in letter
    assert "Third (aid): done on a confidential day, after the deadline of a confidential day." in letter
    assert "Visit (aid): next due by a confidential day." in letter
    assert "乙（救助）：期限（日期保密）已过，尚未完成。" in decision.explain("zh")


def test_a_bound_that_is_confidential_is_not_in_the_error(folder: Path) -> None:
    with pytest.raises(DecisionError) as error:
        decided(folder, findings={"need": {"value": "500000"}})
    assert "need: 500000 CNY; expected at least a bound that is not shown" in str(error.value)
    assert "424242" not in str(error.value)


@pytest.mark.parametrize("hushed", [True, False])
def test_a_finding_that_stands_beside_a_confidential_circumstance_is_not_told(tmp_path: Path, hushed: bool) -> None:
    pack = pack_of(
        tmp_path,
        f"""
        inputs:
          household: {{marked: {{type: bool, confidential: {str(hushed).lower()}, zh: 秘记, en: hushed mark}}}}
        findings: {{poor: {{about: household, type: bool, who: council, zh: 查贫, en: found poor}}}}
        programmes:
          aid:
            zh: 救助
            en: aid
            rules:
              asked: {{kind: eligibility, when: household.marked and household.findings.poor, zh: 条件, en: condition}}
        """,
    )
    poor = {"value": True, "by": "council", "on": "2025-05-20", "reason": "seen at home"}
    family = {"members": [{"id": "m1"}], "marked": True, "findings": {"poor": poor}}
    decision = decide(pack.Household.model_validate(family), pack, on=date(2025, 6, 15), chain="exact")
    assert decision.outcomes["aid"].status == "eligible"
    told = "found poor", "查贫", "20 May 2025", "2025年5月20日", "seen at home"
    letter = decision.explain("en", ["aid"]) + decision.explain("zh", ["aid"])
    assert [text in letter for text in told] == [not hushed] * len(told)


@pytest.mark.parametrize("name", ["limit", "net", "aid.off", "rate.value", "aid.late.due", "finding.need"])
def test_no_column_has_what_is_reckoned_from_something_confidential(folder: Path, name: str) -> None:
    pack = load("hush", path=folder)
    frame = from_households([pack.Household.model_validate(FACTS)], pack)
    said = f"values: {name} is confidential, or is reckoned from what is. What rules decide from it is told"
    with pytest.raises(DecisionError, match=re.escape(said)) as error:
        simulate(frame, pack, on=date(2025, 6, 1), values=[name])
    assert [value for value in SECRET if value in str(error.value)] == []


def test_columns_have_what_rules_decide_from_something_confidential(folder: Path) -> None:
    pack = load("hush", path=folder)
    frame = from_households([pack.Household.model_validate(FACTS)], pack)
    names = ["gross", "aid.means", "aid.late", "aid.pays", "aid.refer"]
    found = simulate(frame, pack, on=date(2025, 6, 1), values=names).frame.select(names)
    decision = decided(folder)
    assert list(found.row(0)) == [decision.value(name) for name in names]
