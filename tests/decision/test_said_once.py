"""Letters say a thing once, in the words of what it is: hand-overs, findings, amounts, what a sum leaves out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aidrules.decision import Decision, decide
from aidrules.decision.overview import overview
from borough import ON, pack_of

PACK = """
terms: {office: {zh: 办事处, en: the office}}
findings:
  poor: {about: household, type: bool, who: office, zh: 确有困难, en: in real hardship}
definitions:
  level:
    cases:
      grave: {when: household.boats >= 4, zh: 严重, en: grave}
      light: {otherwise: "true", zh: 较轻, en: slight}
    zh: 程度
    en: level
  is_ill: {each: member, value: member.illness.serious, zh: 有病, en: ill}
  spared: {each: member.incomes, value: income.exempt == scholarship, zh: 奖学金不计入, en: scholarships are left out}
  own:
    each: member
    unit: CNY/person/month
    value: sum(i.amount / i.months for i in member.incomes if not i.spared and i.kind != property)
    zh: 本人收入
    en: own income
  total: {unit: CNY/household/month, value: sum(m.own for m in members), zh: 家庭收入, en: income}
inputs: {household: {boats: {unit: "1", zh: 船, en: boats}}}
programmes:
  aid:
    zh: 补助
    en: aid
    payment: {every: month}
    rules:
      asked: {kind: eligibility, when: finding.poor, zh: 条件, en: condition}
      grant: {kind: amount, amount: "max(700 * CNY / month - total, 0 * CNY / month)", zh: 津贴, en: grant,
              round: {to: 0.01, mode: half_up}}
  care:
    subject: member
    zh: 照料
    en: care
    payment: {every: month}
    rules:
      needed: {kind: eligibility, when: member.is_ill, otherwise: not_opened, zh: 需要照料, en: needs care}
      open: {kind: eligibility, when: member.illness.chronic, otherwise: not_opened, zh: 久病, en: long ill}
      fee: {kind: amount, amount: 5 * CNY / month, zh: 照料费, en: fee}
  warning:
    subject: member
    zh: 预警
    en: warning
    rules:
      ill: {kind: eligibility, when: member.illness.serious, zh: 患重病的, en: is ill}
      pass_on: {kind: referral, when: member.illness.serious and PASSED_ON, to: office, zh: 转办, en: passed on}
"""
PERSON = {"id": "m1", "incomes": [], "illness": {"serious": True, "chronic": True}}
FOUND = {"value": True, "by": "office", "on": "2025-05-20"}


def decided(folder: Path, passed_on: str = "true", member: Any = None, others: Any = ()) -> Decision:
    rules = pack_of(folder, PACK.replace("PASSED_ON", passed_on))
    facts = {"members": [{**PERSON, **(member or {})}, *others], "findings": {"poor": FOUND}, "boats": 5}
    return decide(rules.Household.model_validate(facts), rules, on=ON, chain="exact")


def test_who_is_only_handed_over_is_not_said_to_qualify_for_anything(tmp_path: Path) -> None:
    decision = decided(tmp_path)
    assert ("预警", "m1", "须转介办理", "", "") in [*overview(decision, "zh", None)[1]]
    assert ("warning", "m1", "to be handed over", "", "") in [*overview(decision, "en", None)[1]]
    well = decided(tmp_path, member={"illness": {"serious": False}})
    assert "预警（成员 m1）：无须转介。未满足：“患重病的”。" in well.explain("zh")
    assert "Warning (member m1): not to be handed over. Not met: “is ill”." in well.explain("en")


def test_a_hand_over_that_is_not_in_question_is_not_told_among_what_the_family_does_not_have(tmp_path: Path) -> None:
    closed = PACK.replace("患重病的, en: is ill}", "患重病的, en: is ill, otherwise: not_opened}")
    rules = pack_of(tmp_path, closed.replace("PASSED_ON", "true"))
    well = {**PERSON, "illness": {"serious": False, "chronic": True}}
    facts = {"members": [well], "findings": {"poor": FOUND}, "boats": 5}
    decision = decide(rules.Household.model_validate(facts), rules, on=ON, chain="exact")
    assert decision.outcomes["warning"].status == decision.outcomes["care"].status == "not_opened"
    letter = decision.explain(lang="en")
    assert "Not in question" in letter and "care" in letter
    assert "arning" not in letter


@pytest.mark.parametrize(("passed_on", "line"), [("true", False), ("false", True)])
def test_a_hand_over_that_is_told_is_not_told_again_as_a_programme(tmp_path: Path, passed_on: str, line: bool) -> None:
    told = decided(tmp_path, passed_on).explain("zh")
    assert ("预警（成员 m1）：属于此项情形，目前没有须转介办理的事项。" in told) is line and "须转介办理。" not in told
    assert ("转办（成员 m1），转办事处。" in told) is not line


def test_a_finding_that_is_the_whole_ground_is_told_there_with_who_made_it_and_nowhere_else(tmp_path: Path) -> None:
    told = decided(tmp_path).explain("zh")
    assert told.count("确有困难") == 1 and "条件：符合。确有困难：是（办事处，2025年5月20日）。" in told
    assert "以上所依据的认定" not in told


def test_an_amount_stands_once_before_its_formula(tmp_path: Path) -> None:
    earned = {"incomes": [{"kind": "wages", "amount": "150", "months": 1}]}
    assert "津贴：550.00元/月，即700元/月 − 家庭收入 = 700 − 150。" in decided(tmp_path, member=earned).explain("zh")
    said = "Grant: 550.00 yuan per month, which is 700 yuan per month − income = 700 − 150."
    assert said in decided(tmp_path, member=earned).explain("en")


def test_those_who_are_outside_where_somebody_qualifies_share_a_line(tmp_path: Path) -> None:
    well = {**PERSON, "illness": {"serious": False, "chronic": False}}
    decision = decided(tmp_path, others=[{**well, "id": "m2"}, {**well, "id": "m3"}])
    assert "照料（成员 m1）：符合条件，每月发放5.00元。" in decision.explain("zh")
    assert "成员 m2、m3：不在此项范围内。未满足：“需要照料”。" in decision.explain("zh")
    assert "久病：不符合" not in decision.explain("zh")
    assert "Members m2, m3: not in question. Not met: “needs care”." in decision.explain("en")
    assert "Long ill: not met." in decision.why("care", "en")


def test_what_a_sum_leaves_out_is_told_with_what_it_comes_to_and_why(tmp_path: Path) -> None:
    grant = {"kind": "transfer", "amount": "60", "months": 2, "exempt": "scholarship"}
    incomes = [grant, {**grant, "amount": "0"}, {"kind": "wages", "amount": "150", "months": 1}]
    rent = {"kind": "property", "amount": "90", "months": 1}
    decision = decided(tmp_path, member={"incomes": [*incomes, rent, {**rent, "exempt": "scholarship"}]})
    assert "家庭收入 = 家庭成员的本人收入合计 = 150元/月。\n       - 没有计入：" in decision.explain("zh")
    assert decision.explain("zh").count("没有计入") == 1
    assert "没有计入：成员 m1 的第1项收入“转移净收入”，30元/月（奖学金不计入）。" in decision.explain("zh")
    said = (
        "Not counted: item 1 of the incomes of member m1, net transfers, 30 yuan per month (scholarships are left out)."
    )
    assert said in decision.explain("en")


def test_an_open_condition_is_told_by_what_is_not_recorded(tmp_path: Path) -> None:
    told = decided(tmp_path, member={"illness": None}).explain("zh", ["care"])
    assert "需要照料：尚不能确定。“患重病”未登记。" in told
    assert "“有病”尚不能确定" not in told


def test_a_case_is_not_its_own_condition(tmp_path: Path) -> None:
    (step,) = next(value for value in decided(tmp_path).trace.values if value.name == "level").steps
    assert step.formula is not None
    assert (step.formula.zh, step.formula.en) == ("船 ≥ 4的为严重，否则为较轻", "grave if boats ≥ 4, otherwise slight")
