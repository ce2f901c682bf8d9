"""Notices: the sentences that rules have families told, beside the outcomes that they belong to, and only there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aidrules.decision import Decision, decide
from aidrules.errors import PackError
from borough import ON, pack_of

PACK = """
parameters:
  line: {unit: CNY/household/month, zh: 标准, en: line, values: [{from: 2020-01-01, is: 500}]}
notices:
  appeal: {when: [ineligible, ended, reduced], zh: 可以申诉, en: you may appeal, cite: art 7}
  aid_appeal: {when: ineligible, programmes: aid, zh: 可以申诉, en: you may appeal, cite: art 8}
  welcome: {when: eligible, programmes: aid, zh: 请留存本件, en: keep this letter, cite: art 9}
programmes:
  aid:
    zh: 补助
    en: aid
    rules:
      poor: {kind: eligibility, when: "sum(m.monthly_income for m in members) < line", zh: 收入低, en: low income}
      gap: {kind: amount, amount: "line - sum(m.monthly_income for m in members)", zh: 差额, en: gap,
            floor: 0, round: {to: 0.01, mode: half_up}, payment: {every: month}}
  care:
    zh: 照料
    en: care
    subject: member
    rules:
      asked: {kind: eligibility, when: member.education.stage == none, otherwise: not_opened, zh: 已申请, en: asked}
      frail: {kind: eligibility, when: "age(member.birth_date, on) >= 80", zh: 高龄, en: of 80}
definitions:
  monthly_income: {each: member, value: "sum(i.amount / i.months for i in member.incomes)"}
"""
YOUNG = {"birth_date": "2000-01-01", "education": {"stage": "none"}}
OLD = {"birth_date": "1940-01-01", "education": {"stage": "none"}}
BEFORE = {"programme": "aid", "since": "2024-01-01", "last_amount": "300"}


def decided(folder: Path, *members: dict[str, Any], **facts: Any) -> Decision:
    pack = pack_of(folder, PACK)
    people = [{"id": f"m{place}", "incomes": [], "benefits": [], **member} for place, member in enumerate(members, 1)]
    return decide(pack.Household.model_validate({"benefits": [], "members": people, **facts}), pack, on=ON)


def earning(amount: int) -> dict[str, Any]:
    return {**OLD, "incomes": [{"kind": "wages", "amount": str(amount), "months": 1}]}


def given(decision: Decision) -> dict[str, tuple[str, ...]]:
    return {notice.name: notice.about for notice in decision.notices}


def test_a_notice_belongs_to_its_outcomes_for_the_household_and_for_persons(tmp_path: Path) -> None:
    decision = decided(tmp_path, earning(900), YOUNG, OLD)
    assert given(decision) == {"appeal": ("aid", "care[m2]"), "aid_appeal": ("aid",)}
    assert given(decided(tmp_path, OLD)) == {"welcome": ("aid",)}


def test_what_becomes_of_a_benefit_in_payment(tmp_path: Path) -> None:
    assert given(decided(tmp_path, earning(200), benefits=[BEFORE])) == {"welcome": ("aid",)}
    assert given(decided(tmp_path, earning(201), benefits=[BEFORE])) == {"appeal": ("aid",), "welcome": ("aid",)}
    pupil = {**OLD, "education": {"stage": "primary"}}
    care = {"programme": "care", "since": "2024-01-01"}
    ended = decided(tmp_path, {**pupil, "benefits": [care]})
    assert ended.outcomes["care"].status == "not_opened"
    assert given(ended)["appeal"] == ("care[m1]",)
    assert "appeal" not in given(decided(tmp_path, pupil))


def test_while_it_is_open_what_was_paid_nothing_is_said(tmp_path: Path) -> None:
    unknown = decided(tmp_path, earning(450), benefits=[{**BEFORE, "last_amount": None}])
    assert given(unknown) == {"welcome": ("aid",)}
    assert given(decided(tmp_path, {**OLD, "incomes": None})) == {}


def test_a_refusal_told_while_the_route_is_open_has_its_notice(tmp_path: Path) -> None:
    decision = decided(tmp_path, earning(900), {**YOUNG, "education": {"stage": None}}, {**OLD, "education": None})
    assert decision.outcomes["care"].persons["m2"].status == "ineligible"
    assert decision.outcomes["care"].persons["m3"].status == "undetermined"
    assert given(decision)["appeal"] == ("aid", "care[m2]")


def test_a_letter_closes_with_the_notices_the_same_words_once(tmp_path: Path) -> None:
    decision = decided(tmp_path, earning(900), YOUNG)
    assert "告知事项\n  补助、照料（成员 m2）：可以申诉。（依据：《区规》art 7、art 8）\n\n依据" in decision.explain(
        "zh"
    )
    assert "Please note\n  Aid; care (member m2): you may appeal. (Byelaw, art 7, art 8)\n\nDoc" in decision.explain(
        "en"
    )
    assert "care" not in decision.explain("en", ["aid"]).partition("Please note")[2]
    assert "you may appeal" in decision.to_html("en") and "art 8" in decision.to_html("en")
    assert decision.to_dict()["notices"][0] == {
        "name": "appeal",
        "label": {"zh": "可以申诉", "en": "you may appeal"},
        "about": ["aid", "care[m2]"],
        "clauses": [
            {"source": "byelaw", "clause": "art 7", "title": {"zh": "区规", "en": "Byelaw"}, "number": None},
        ],
    }


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("{when: refused, zh: 一, en: one}", r"appeal: when.*refused"),
        ("{zh: 一, en: one}", r"appeal: the key 'when' is missing"),
        ("{when: ineligible, zh: 一}", r"appeal: a notice without its sentence; expected zh: and en:"),
        ("{when: ended, programmes: aids, zh: 一, en: one}", r"appeal: there is no programme 'aids'.*Did you mean aid"),
    ],
)
def test_a_notice_that_does_not_fit(tmp_path: Path, fields: str, found: str) -> None:
    text = PACK.replace("{when: [ineligible, ended, reduced], zh: 可以申诉, en: you may appeal, cite: art 7}", fields)
    with pytest.raises(PackError, match=found):
        pack_of(tmp_path, text)
