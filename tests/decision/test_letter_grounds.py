"""Letters name the ground of what they say: who found what, what was claimed, where a share and a number come from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from vale import decided, wages

from aidrules import Pack, load
from aidrules.decision import Decision, decide
from borough import pack_of

ROOT = Path(__file__).parents[2]
GRAVE = {"grave": {"value": True, "by": "council", "on": "2025-06-10", "reason": "the roof is gone."}}


@pytest.fixture(scope="module")
def bozhou() -> Pack:
    return load(
        "cn/guizhou/zunyi/bozhou",
        path=ROOT / "rules",
        overlays=["cn/guizhou/zunyi/overlays/2025", ROOT / "examples" / "office.yaml"],
    )


def example(rules: Pack, name: str = "household", **changes: Any) -> Decision:
    facts = json.loads((ROOT / "examples" / f"{name}.json").read_text(encoding="utf-8"))
    facts |= changes
    return decide(rules.Household.model_validate(facts), rules, on=date(2025, 6, 1), chain="exact")


def test_a_finding_is_told_with_who_made_it_on_what_day_and_why() -> None:
    fire = decided(events=[{"kind": "fire"}], findings=GRAVE)
    assert "情况严重：是（议事会，2025年6月10日）。理由：the roof is gone。" in fire.explain("zh", ["relief"])
    told = fire.explain("en")
    assert "The case is grave: yes (the council, 10 June 2025). Reason: the roof is gone." in told
    assert told.count("the roof is gone") == 1


def test_a_finding_against_somebody_is_told_too_and_one_that_bears_on_nothing_is_not() -> None:
    small = {"grave": {"value": False, "by": "council", "reason": "small damage"}}
    told = decided(events=[{"kind": "fire"}], findings=small).explain("en", ["relief"])
    assert "The case is grave: no (the council). Reason: small damage." in told
    assert "small damage" not in decided(findings=small).explain("en")


def test_a_finding_of_which_nothing_is_recorded_beside_its_value_has_no_line() -> None:
    told = decided(events=[{"kind": "fire"}], findings=GRAVE).explain("en")
    assert "Months of aid granted: " not in told
    months = {"months_granted": {"value": 2, "by": "elder"}}
    told = decided(events=[{"kind": "fire"}], findings=GRAVE | months).explain("en")
    assert "Months of aid granted: 2 months (the elder)." in told


def test_an_expense_of_which_nothing_is_allowed_is_told_with_the_reason() -> None:
    def spent(**changes: Any) -> str:
        claim = {"kind": "disability", "claimed": 90, "reimbursed": 0, "verified": 90, "member": "m1"} | changes
        return decided([wages(800), {}], expenses=[claim]).explain("zh")

    assert "准予扣减0元" not in spent()
    assert "第1项刚性支出“残疾”：申报90元/月，准予扣减0元。残疾支出扣减 = " in spent(verified=0)
    assert "支出类别为住房，不是残疾。" in spent(kind="housing")
    assert "准予扣减0元" not in spent(claimed=0) and "准予扣减0元" not in spent(verified=None)


def test_a_business_cost_that_is_counted_with_others_is_not_told_as_refused(bozhou: Pack) -> None:
    def spent(verified: int) -> str:
        claim = {"kind": "business", "claimed": 80, "reimbursed": 0, "verified": verified, "member": "father"}
        trade = [{"kind": "business", "amount": 900, "months": 1}]
        facts = json.loads((ROOT / "examples" / "household.json").read_text(encoding="utf-8"))
        facts["members"][0]["incomes"] = trade
        return example(bozhou, expenses=[claim], members=facts["members"]).explain("zh")

    assert "准予扣减0元" not in spent(80)
    assert "“经营性成本”：申报80元/月，准予扣减0元。可查证的经营性成本 = " in spent(0)


def test_a_share_is_written_as_the_rules_write_it_and_its_grade_has_its_ground(bozhou: Pack) -> None:
    facts = json.loads((ROOT / "examples" / "household.json").read_text(encoding="utf-8"))
    person = facts["members"][0] | {"birth_date": "1950-01-01", "support_mode": "home", "incomes": []}
    person["labour"] = person["labour"] | {"employed": False}
    abilities = ("eats", "dresses", "leaves_bed", "uses_toilet", "walks", "bathes")
    person["self_care"] = {name: name not in ("walks", "bathes") for name in abilities}
    found = {"value": True, "by": "street_office", "on": "2025-05-20"}
    person["findings"] = {"put_forward_for_tekun": found, "property_within_tekun_rules": found}
    told = example(bozhou, members=[person], obligors=[], expenses=[]).explain("zh", ["tekun"])
    assert "1134.00元/月，即照料护理费占最低工资标准的比例 × 当地最低工资标准 = 60% × 1890。" in told
    assert "照料护理费占最低工资标准的比例（部分丧失生活自理能力）为60%。" in told
    assert "不能达到的自理指标数：6项中2项（“室内自主行走”登记为否，“自主洗澡”登记为否）。" in told


def test_a_line_that_is_missed_is_told_with_its_figure(bozhou: Pack) -> None:
    members = json.loads((ROOT / "examples" / "refused.json").read_text(encoding="utf-8"))["members"]
    members[0]["disability"] = {"kind": "physical", "grade": 1}  # so that he may apply alone
    told = example(bozhou, "refused", members=members).explain("zh")
    assert "150% × 当地最低生活保障标准（1248元/人/月）" in told
    assert "家庭月人均收入（1500元/人/月）高于低保边缘家庭收入线（1248元/人/月），高出252元/人/月" in told


def test_the_months_of_a_phase_out_have_their_parameter() -> None:
    paid = [{"programme": "allowance", "since": "2023-01-10", "last_amount": "600.00"}]
    told = decided([wages(1402), {}], benefits=paid).explain("en")
    assert "Months of phase-out (first): 6 months" in told and "as it was granted" not in told


def test_what_is_required_and_not_so_is_told_with_why() -> None:
    told = decided(case={"documents_complete": False}).explain("zh")
    assert "要求“材料齐备”：目前没有做到。“材料齐备”登记为否。" in told
    told = decided(case={"documents_complete": None}).explain("en")
    assert "Required: “the papers are complete”; it is not settled whether that is so. “" in told
    assert "材料齐备" not in decided(case={"documents_complete": True}).explain("zh")


def test_an_open_reading_is_told_only_where_it_may_change_something() -> None:
    facts = [{"incomes": None}, {}]
    on_the_line = "reading is “equal counts as below”"
    assert on_the_line in decided(facts).explain("en")
    boat = decided(facts, residence=None).explain("en")
    assert on_the_line in boat


def test_a_reading_about_cases_in_payment_is_not_told_to_others(bozhou: Pack) -> None:
    kept = "保留在册，补差为零，标记复核"
    paid = [{"programme": "dibao", "since": "2024-01-01", "last_amount": "500"}]
    facts = json.loads((ROOT / "examples" / "household.json").read_text(encoding="utf-8"))
    facts["members"][0]["incomes"] = None
    members = facts["members"]
    assert kept not in example(bozhou, members=members).explain("zh")
    assert kept in example(bozhou, members=members, benefits=paid).explain("zh")


def test_what_recurs_without_a_certain_next_day_is_told_with_what_it_turns_on(bozhou: Pack) -> None:
    paid = [{"programme": "dibao", "since": "2024-01-01", "last_amount": "500"}]
    asked = "“收入来源固定”未登记，有关期限尚不能确定：“家庭经济状况定期核查”。"
    case = {"last_review_on": "2025-01-10"}
    assert asked in example(bozhou, benefits=paid, case=case).explain("zh")
    assert asked not in example(bozhou, benefits=paid, case=case, income_source_fixed=True).explain("zh")


CLASSES = """
in_force: undated
parameters:
  low: {unit: CNY/household/month, zh: 低线, en: low line, values: [{is: 500}]}
  high: {unit: CNY/household/month, zh: 高线, en: high line, values: [{is: 900}]}
definitions:
  means: {zh: 家庭收入, en: income of the household, value: "household.housing.rent"}
programmes:
  watch:
    zh: 监测
    en: monitoring
    rules:
      kind_of_home:
        kind: classification
        select: first
        zh: 类别
        en: class
        cases:
          urgent: {zh: 急难, en: urgent, when: household.single_parent and means < high}
          poor: {zh: 困难, en: poor, when: means < low}
      in_a_class: {kind: eligibility, zh: 属于某一类, en: in a class, when: watch.kind_of_home != none}
"""


def test_who_is_in_no_class_is_told_the_amounts_that_stand_against_each(tmp_path: Path) -> None:
    rules = pack_of(tmp_path, CLASSES)
    given = {"members": [{"id": "a"}], "single_parent": False, "housing": {"rent": 600}}
    letter = decide(rules.Household.model_validate(given), rules, on=date(2025, 6, 1), chain="exact")
    assert "Not met: “in a class”." in letter.explain("en")
    assert "The income of the household (600 yuan per month) is above the low line (500" in letter.explain("en")
    assert "家庭收入（600元/月）高于低线（500元" in letter.explain("zh")
    assert "900" not in letter.explain("en")  # of “urgent” it is not the amount that fails
