"""Procedures in a decision and its letters: where a case stands, why a step does not count, by when it is full."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from aidrules import Pack, decide
from aidrules.decision import Decision
from aidrules.decision.document import json_schema
from borough import ON, pack_of

RULES = """
inputs:
  member: {hidden: {type: bool, confidential: true, zh: 隐情, en: hidden matter}}
terms: {clerk: {zh: 办事员, en: clerk}}
programmes:
  watch:
    zh: 监测
    en: watch
    rules:
      entry:
        kind: procedure
        when: case.applied_on is not none
        steps:
          review: {who: [clerk], zh: 评议, en: review, cite: art 1}
          notice: {posted: 5 day, skipped_when: any(m.hidden for m in members), zh: 公示, en: notice, cite: art 2}
          visit: {zh: 入户, en: visit, cite: art 3}
          approval: {zh: 审定, en: approval, cite: art 4}
        zh: 纳入程序
        en: entry
        cite: art 9
"""
REVIEW = {"step": "review", "done_on": "2025-06-01", "result": "passed"}
POSTED = {"step": "notice", "begun_on": "2025-06-10", "done_on": "none"}
VISIT = {"step": "visit", "done_on": "2025-06-02", "result": "passed"}
APPROVAL = {"step": "approval", "done_on": "2025-06-02", "result": "passed"}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_of(tmp_path_factory.mktemp("watch"), RULES)


def decided(rules: Pack, *steps: Any, applied: str = "2025-05-30", hidden: bool = False, **facts: Any) -> Decision:
    facts = {"participants": [{"step": "review", "role": "clerk"}], "steps": list(steps), **facts}
    household = {"members": [{"id": "m1", "hidden": hidden}], "case": {"applied_on": applied}, **facts}
    return decide(rules.Household.model_validate(household), rules, on=ON)


def procedure_of(text: str) -> list[str]:
    """The lines of the part on procedure, without clauses."""
    return [
        line.strip().partition("（依据")[0].partition(" (Byelaw")[0] for line in text.split("\n\n")[-1].splitlines()[1:]
    ]


def test_a_decision_tells_the_state_and_the_days_of_each_step(rules: Pack) -> None:
    decision = decided(rules, REVIEW, POSTED, VISIT, participants=[])
    (entry,) = decision.procedures
    assert (entry.rule, entry.programme, entry.state) == ("watch.entry", "watch", "open")
    assert entry.stands_at is not None and entry.stands_at.name == "review"
    assert [(step.name, step.state) for step in entry.steps] == [
        ("review", "without_all"),
        ("notice", "missing"),
        ("visit", "out_of_order"),
        ("approval", "missing"),
    ]
    assert [role.label.zh for role in entry.steps[0].without] == ["办事员"]
    assert (entry.steps[1].begun, entry.steps[1].done, entry.steps[1].full_on) == (
        date(2025, 6, 10), None, date(2025, 6, 15)
    )  # fmt: skip
    assert not list(Draft202012Validator(json_schema()).iter_errors(json.loads(decision.to_json())))


@pytest.mark.parametrize(
    ("steps", "state", "stands_at"),
    [
        ((REVIEW, VISIT, APPROVAL), "complete", None),
        ((REVIEW, VISIT), "open", "approval"),
        ((REVIEW, {**VISIT, "result": None}), "open", None),
        ((REVIEW, {**VISIT, "result": None}, APPROVAL), "undetermined", None),
    ],
)
def test_it_is_complete_open_or_undetermined(rules: Pack, steps: Any, state: str, stands_at: str | None) -> None:
    (entry,) = decided(rules, *steps, hidden=True).procedures
    assert (entry.state, entry.stands_at and entry.stands_at.name) == (state, stands_at)


def test_what_does_not_apply_is_not_listed(rules: Pack) -> None:
    decision = decided(rules, applied="none")
    assert decision.procedures == ()
    assert "纳入程序" not in decision.explain("zh")


def test_letters_say_where_it_stands_and_why(rules: Pack) -> None:
    decision = decided(rules, REVIEW, POSTED, VISIT)
    assert procedure_of(decision.explain("zh")) == [
        "纳入程序：现在的环节为“公示”。",
        "- “公示”尚未办结；2025年6月10日起公示，2025年6月15日期满。",
        "- “入户”早于应当在先的环节。",
        "- 其后尚未办理：审定。",
    ]
    assert procedure_of(decision.explain("en")) == [
        "Entry: it stands at “notice”.",
        "- “notice” is not done yet; posted on 10 June 2025, for long enough on 15 June 2025.",
        "- “visit” was taken before a step that precedes it.",
        "- Not taken yet after it: approval.",
    ]
    assert "art 2" in decision.explain("en")


def test_letters_say_that_it_is_complete_or_that_the_record_does_not_tell(rules: Pack) -> None:
    whole = decided(rules, REVIEW, VISIT, APPROVAL, hidden=True)
    assert procedure_of(whole.explain("zh")) == ["纳入程序：各环节均已按规定办理。", "- “公示”可以不办理。"]
    assert procedure_of(whole.explain("en"))[0] == "Entry: every step was taken as it must be."
    unclear = decided(rules, {**REVIEW, "done_on": None})
    assert procedure_of(unclear.explain("zh"))[0] == "纳入程序：记录不全，尚不能确定办到哪一环节。"
    assert procedure_of(unclear.explain("en"))[0] == "Entry: the record does not show how far it is."
    assert "纳入程序" not in decided(rules, steps=None).explain("zh")


def test_a_procedure_of_which_it_is_open_whether_it_applies_is_not_told(rules: Pack) -> None:
    unknown: Any = None
    decision = decided(rules, REVIEW, applied=unknown)
    assert [one.state for one in decision.procedures] == ["undetermined"]
    assert "纳入程序" not in decision.explain("zh")


def test_who_is_lacking_is_named_as_the_pack_calls_them(rules: Pack) -> None:
    decision = decided(rules, REVIEW, participants=[])
    assert "- “评议”没有办事员参加。" in procedure_of(decision.explain("zh"))
    assert "- “review” was without clerk." in procedure_of(decision.explain("en"))


def test_why_a_step_may_be_left_out_is_kept_to_oneself(rules: Pack) -> None:
    decision = decided(rules, REVIEW, VISIT, APPROVAL, hidden=True)
    told = decision.to_json() + decision.explain("zh") + decision.explain("en")
    assert "隐情" not in told and "hidden matter" not in told
    inputs = [one for rule in decision.trace.rules for step in rule.steps for one in step.inputs]
    assert [one.value for one in inputs if one.confidential] and not [
        one.value for one in inputs if one.confidential and one.value
    ]


def test_that_the_day_of_posting_is_not_counted_is_told_where_it_was_used(tmp_path: Path) -> None:
    plain = pack_of(tmp_path, RULES.replace(" skipped_when: any(m.hidden for m in members),", ""))

    def used(*steps: Any) -> list[str]:
        rules = decided(plain, *steps).trace.rules
        return [one.id for rule in rules if rule.rule == "watch.entry" for one in rule.conventions]

    assert used(REVIEW, POSTED) == ["due.starting_day_not_counted"]
    assert used(REVIEW) == []
