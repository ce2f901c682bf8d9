"""Exclusions with exceptions: what is owned and excepted is told as both, and what shuts out with its own clause."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aidrules.decision import Decision, decide
from borough import pack_of

PACK = """
programmes:
  aid:
    payment: {every: month}
    rules:
      somebody: {kind: eligibility, when: count(members) >= 1}
      property:
        kind: exclusion
        zh: 财产超标
        en: property
        items:
          car:
            zh: 拥有机动车
            en: a motor vehicle is owned
            when: household.assets.vehicles >= 1
            unless: any(member.disability.grade == 1 for member in members)
            cite: 第八条(一)
          rent:
            zh: 租住高档住房
            en: the home is dear
            each: members
            when: household.housing.rent > 5000 * CNY / month
            unless: member.disability.grade == 2
            cite: 第八条(二)
      sum: {kind: amount, amount: 100 * CNY / month}
"""


def decided(tmp_path: Path, vehicles: int, grade: int, rent: int = 0) -> Decision:
    pack = pack_of(tmp_path, PACK)
    members = [{"id": "a", "disability": {"kind": "physical", "grade": grade}}]
    facts = {"members": members, "assets": {"vehicles": vehicles}, "housing": {"rent": rent}}
    return decide(pack.Household.model_validate(facts), pack, on=date(2025, 1, 1), chain="exact")


def told(decision: Decision) -> tuple[str, str]:
    (rule,) = (rule for rule in decision.trace.rules if rule.rule == "aid.property")
    statement = rule.steps[0].statement
    assert statement is not None
    return rule.state, statement.en


@pytest.mark.parametrize(
    ("vehicles", "grade", "outcome", "said", "unsaid"),
    [
        (1, 1, "eligible", "the disability grade (1) is equal to 1", "“a motor vehicle is owned” does not hold"),
        (
            1,
            2,
            "ineligible",
            "“a motor vehicle is owned” holds (the motor vehicles (1)",
            "does not hold",
        ),
        (
            0,
            2,
            "eligible",
            "“a motor vehicle is owned” does not hold (the motor",
            "grade (2)",
        ),
    ],
)
def test_an_exception_is_told(tmp_path: Path, vehicles: int, grade: int, outcome: str, said: str, unsaid: str) -> None:
    decision = decided(tmp_path, vehicles, grade)
    assert decision.outcomes["aid"].status == outcome
    state, statement = told(decision)
    assert state == ("applied" if outcome == "ineligible" else "not_applied")
    assert said in statement and unsaid not in statement


def test_a_refusal_cites_the_item_that_shuts_out(tmp_path: Path) -> None:
    letter = decided(tmp_path, 1, 2).explain("zh")
    assert "第八条(一)" in letter and "第八条(二)" not in letter
    letter = decided(tmp_path, 0, 1, rent=6000).explain("zh")
    assert "第八条(二)" in letter and "第八条(一)" not in letter


@pytest.mark.parametrize(
    ("force", "headline"),
    [("in_principle", "not eligible in principle; an exception is possible under the rules"), ("must", "not eligible")],
)
def test_a_line_names_the_item_that_shuts_out_with_its_clause(tmp_path: Path, force: str, headline: str) -> None:
    text = PACK.replace("sum: {kind: amount, amount: 100 * CNY / month}", "care: {kind: entitlement}")
    text = text.replace("payment: {every: month}", "zh: 补助\n    en: aid")
    pack = pack_of(tmp_path, text.replace("kind: exclusion\n", f"kind: exclusion\n        force: {force}\n"))
    facts = {"members": [{"id": "a"}], "assets": {"vehicles": 1}, "housing": {"rent": 0}}
    facts["members"][0]["disability"] = {"kind": "physical", "grade": 2}
    letter = decide(pack.Household.model_validate(facts), pack, on=date(2025, 1, 1)).explain("en")
    assert f"Aid: {headline}. This is the case: “a motor vehicle is owned”. (Byelaw, 第八条(一)" in letter
