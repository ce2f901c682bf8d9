"""What is on record and may be a slip is told to the agency: nothing of it was read, or it was read twice."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aidrules.decision import Decision, decide, verify
from borough import pack_of

RULES = """
in_force: undated
programmes:
  aid:
    zh: 救助
    en: aid
    rules:
      path:
        kind: procedure
        zh: 程序
        en: procedure
        when: "true"
        steps:
          annual_plan: {zh: 年度计划, en: annual plan}
          posted_list: {zh: 公示名单, en: posted list, who: {township: {zh: 乡镇, en: township}}}
      bills:
        kind: amount
        zh: 报销
        en: refund
        amount: sum(one.claimed for one in household.expenses)
  housing_aid:
    zh: 住房救助
    en: housing aid
    rules:
      open: {kind: eligibility, zh: 无, en: not, when: not housing_aid.in_payment}
"""


def decided(tmp_path: Path, **facts: Any) -> Decision:
    rules = pack_of(tmp_path, RULES)
    given = {"members": [{"id": "a"}], "expenses": [], **facts}
    return decide(rules.Household.model_validate_json(json.dumps(given)), rules, on=date(2025, 6, 1), chain="exact")


def told(decision: Decision) -> list[tuple[Any, ...]]:
    return [(one.kind, one.at, one.member, one.found, one.nearest, one.same_as) for one in decision.doubts]


def test_an_id_like_one_of_the_rules_is_told_with_that_one(tmp_path: Path) -> None:
    steps = [{"step": "annual_plan", "done_on": "2025-05-01"}, {"step": "anual_plan", "done_on": "2025-05-02"}]
    decision = decided(tmp_path, steps=steps, participants=[{"step": "posted_list", "role": "town"}])
    assert told(decision) == [
        ("unknown_id", "steps[1].step", None, "anual_plan", "annual_plan", None),
        ("unknown_id", "participants[0].role", None, "town", "township", None),
    ]
    assert "为“anual_plan”，本规则中没有这一编号，未予采用；请核对是否应为“annual_plan”。" in decision.explain("zh")
    said = (
        "is recorded as “anual_plan”, which these rules do not have, so it was not used; check whether “annual_plan” is"
    )
    assert said in decision.explain("en")


def test_ids_of_other_rules_and_those_of_these_are_no_doubt(tmp_path: Path) -> None:
    steps = [{"step": "annual_plan"}, {"step": "hearing"}]
    benefits = [{"programme": "housing_aid"}, {"programme": "pension"}]
    assert told(decided(tmp_path, steps=steps, benefits=benefits)) == []
    benefits = [{"programme": "housing_aids"}]
    assert told(decided(tmp_path, benefits=benefits)) == [
        ("unknown_id", "benefits[0].programme", None, "housing_aids", "housing_aid", None)
    ]


def test_the_same_item_twice_is_told_and_both_count(tmp_path: Path) -> None:
    spent = {"kind": "other_medical", "member": "a", "claimed": "100.00"}
    decision = decided(tmp_path, expenses=[spent, {**spent, "claimed": "90.00"}, spent])
    assert told(decision) == [("listed_twice", "expenses[2]", "a", None, None, 1)]
    assert decision.outcomes["aid"].monthly == 290
    assert "（成员 a）第1项和第3项登记的内容完全相同，已按两项处理；请核对是否重复登记。" in decision.explain("zh")
    assert "(member a) are the same in everything recorded and were taken as two; check" in decision.explain("en")


@pytest.mark.parametrize("spent", [{}, {"claimed": "100.00"}, {"kind": "other", "claimed": "0.00"}, {"kind": "other"}])
def test_items_that_say_little_may_well_be_alike(tmp_path: Path, spent: dict[str, Any]) -> None:
    assert told(decided(tmp_path, expenses=[spent, spent])) == []


def test_they_are_in_the_json_form_and_a_record_holds_them(tmp_path: Path) -> None:
    decision = decided(tmp_path, steps=[{"step": "anual_plan"}])
    (doubt,) = json.loads(decision.to_json())["doubts"]
    assert (doubt["kind"], doubt["at"], doubt["item"]) == ("unknown_id", "steps[0].step", 1)
    assert verify(decision.record(), path=tmp_path / "rules")


def test_items_of_which_something_is_withheld_are_not_compared(tmp_path: Path) -> None:
    inputs = """
inputs:
  household:
    shots:
      list: shot
      zh: 注射
      en: shots
      max_items: 9
      fields:
        day: {type: date, zh: 日期, en: day}
        cost: {unit: CNY, zh: 费用, en: cost}
        drug: {type: text, confidential: true, zh: 药品, en: drug}
"""
    for place, hidden in enumerate((inputs, inputs.replace("confidential: true, ", ""))):
        rules = pack_of(tmp_path / str(place), hidden + RULES)
        shot = {"day": "2025-05-01", "cost": "10.00", "drug": "x"}
        facts = rules.Household.model_validate_json(json.dumps({"members": [{"id": "a"}], "shots": [shot, shot]}))
        decision = decide(facts, rules, on=date(2025, 6, 1), chain="exact")
        assert [one.kind for one in decision.doubts] == ["listed_twice"] * place
