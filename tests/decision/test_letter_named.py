"""Letters name what was named: whoever receives something, for which item, and parameters with their keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aidrules.decision import Decision, decide
from borough import ON, pack_of

PACK = """
terms:
  dibao: {zh: 最低生活保障, en: dibao}
  school: {zh: 学校, en: the school}
  first: {zh: 首日, en: first day}
  last: {zh: 末日, en: last day}
parameters:
  term: {type: date, keys: [first, last], zh: 期限, en: term,
         values: [{is: {first: 2020-01-01, last: 2026-01-01}}]}
inputs:
  household:
    since: {type: date, zh: 始于, en: since}
    boats: {unit: "1", zh: 船, en: boats}
    risks:
      list: risk
      zh: 风险
      en: risks
      fields:
        kind: {type: [illness, school], options_zh: [疾病, 上学], options_en: [illness, schooling], zh: 种类, en: kind}
readings:
  at_the_line:
    default: above
    zh: 恰等于线的
    en: exactly at the line
    options: {above: {zh: 算超过, en: counts as above}, neither: {zh: 都不算, en: in no class}}
definitions:
  above:
    value: household.boats > 2 or reading.at_the_line == above and household.boats == 2
    zh: 超过
    en: above
programmes:
  aid:
    zh: 补助
    en: aid
    rules:
      asked: {kind: eligibility, when: "term[first] <= household.since <= term[last]", zh: 条件, en: condition}
      size:
        kind: classification
        cases: {many: {when: above, zh: 多, en: many}, few: {when: household.boats < 2, zh: 少, en: few}}
        zh: 规模
        en: size
      measures: {kind: entitlement, to: [dibao, school, nobody], zh: 措施, en: measures}
      lead:
        kind: referral
        each: household.risks
        to:
          clinic: {when: risk.kind == illness, zh: 诊所, en: the clinic}
          school: {when: risk.kind == school, zh: 学校, en: the school}
          dibao: {when: "true", zh: 最低生活保障, en: dibao}
        zh: 牵头
        en: who leads
      no_boat: {kind: check, must: household.boats <= 1, zh: 船只数量, en: one boat}
      diary: {kind: check, must: household.boats == 1, zh: 记好“日记”, en: the “diary” is kept}
      several:
        kind: check
        must:
          sails: {when: household.boats == 1, zh: 船帆, en: sails}
          oars: {when: household.boats == 2, zh: 船桨, en: oars}
        zh: 齐备
        en: all there
      aid_itself: {kind: entitlement, to: [school], cite: art 9, zh: 补助, en: aid}
      twice: {kind: check, when: household.boats >= 2, must: household.boats == 3, zh: 三条船, en: three boats}
"""


def decided(folder: Path, **changes: Any) -> Decision:
    rules = pack_of(folder, PACK)
    facts = {"members": [{"id": "m1"}], "since": "2021-02-03", "boats": 2, "risks": []} | changes
    return decide(rules.Household.model_validate(facts), rules, on=ON, chain="exact")


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "measures: dibao, the school."), ("zh", "措施：最低生活保障、学校。")]
)
def test_who_has_a_name_is_told_also_where_it_is_the_id_in_one_language(tmp_path: Path, lang: Any, said: str) -> None:
    letter = decided(tmp_path).explain(lang)
    assert said in letter and "nobody" not in letter


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        (
            ["illness", "school"],
            [
                "Who leads (item 1 of the risks, illness): the clinic, dibao.",
                "Who leads (item 2 of the risks, schooling), to the school, dibao.",
            ],
        ),
        (["illness", "illness"], ["Who leads: the clinic, dibao."]),
    ],
)
def test_items_that_go_to_others_have_lines_of_their_own(tmp_path: Path, kinds: list[str], said: list[str]) -> None:
    letter = decided(tmp_path, risks=[{"kind": kind} for kind in kinds]).explain("en")
    assert all(line in letter for line in said) and letter.count("Who leads") == len(said)


def test_a_parameter_is_told_with_the_key_under_which_it_is_named(tmp_path: Path) -> None:
    decision = decided(tmp_path)
    (rule,) = (one for one in decision.trace.rules if one.rule == "aid.asked")
    (step,) = rule.steps
    assert step.formula is not None
    assert step.formula.en == (
        "there is a term (first day) and term (first day) ≤ since and there is a term (last day) and "
        "since ≤ term (last day)"
    )
    assert step.formula.zh == "有期限（首日），且期限（首日） ≤ 始于，且有期限（末日），且始于 ≤ 期限（末日）"
    assert [(one.name, one.value) for one in step.inputs if one.kind == "parameter"] == [
        ("term[first]", "2020-01-01"),
        ("term[last]", "2026-01-01"),
    ]


@pytest.mark.parametrize(
    ("boats", "one", "three"),
    [
        (1, "the boats (1) is at most 1", "the boats (1) is less than 2"),
        (2, "the boats (2) is more than 1", "the boats (2) is at least 2; the boats (2) is not equal to 3"),
        (3, "the boats (3) is more than 1", "the boats (3) is equal to 3"),
    ],
)
def test_that_a_check_applies_is_not_said_in_the_name_of_what_it_asks(
    tmp_path: Path, boats: int, one: str, three: str
) -> None:
    rules = {rule.rule: rule for rule in decided(tmp_path, boats=boats).trace.rules}
    said = [rules[name].steps[0].statement for name in ("aid.no_boat", "aid.twice")]
    assert [sentence.en for sentence in said if sentence] == [one, three]


@pytest.mark.parametrize(("boats", "told"), [(2, True), (3, False)])
def test_a_reading_that_an_expression_asks_is_listed_and_told_where_it_makes_another_class(
    tmp_path: Path, boats: int, told: bool
) -> None:
    decision = decided(tmp_path, boats=boats)
    (asked,) = (one for one in decision.readings if one.name == "at_the_line")
    assert (asked.option, asked.default, asked.rules) == ("above", True, ("above",))
    assert [one.option for one in asked.alternatives] == ["neither"]
    assert ("Taken as “counts as above”; the other reading is “in no class”." in decision.explain("en")) is told


def test_marks_inside_a_quotation_are_single_and_a_name_is_said_once(tmp_path: Path) -> None:
    decision = decided(tmp_path)
    zh, en = decision.explain("zh"), decision.explain("en")
    assert "要求“记好‘日记’”：" in zh and "Required: “the ‘diary’ is kept”;" in en
    assert "补助：学校。" in zh and "Aid: the school." in en
    assert "补助：补助" not in zh and "id: aid" not in en


def test_what_is_required_is_done_or_not(tmp_path: Path) -> None:
    decision = decided(tmp_path)
    assert "要求“齐备”：目前没有做到。未做到“船帆”" in decision.explain("zh")
    (rule,) = (one for one in decision.trace.rules if one.rule == "aid.several")
    assert rule.steps[0].statement is not None
    assert rule.steps[0].statement.en.startswith("“sails” does not hold")
