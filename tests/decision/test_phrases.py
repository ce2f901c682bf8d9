"""Conditions and formulas in words: true sentences, whatever is known, in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from vale import ON

from aidrules.decision import Decision, decide
from aidrules.language.pack import Pack
from borough import pack_of

PACK = """
inputs:
  household:
    colour: {type: [red, green, blue], zh: 颜色, en: colour}
    wedding: {type: date, optional: true, zh: 婚期, en: wedding day}
findings:
  poor: {about: household, type: bool, who: council, zh: 确有困难, en: in real hardship}
  lied: {about: household, type: bool, who: council, if_absent: "false", zh: 说谎, en: told lies}
parameters:
  line: {unit: CNY/household/month, zh: 标准线, en: line, values: [{from: 2020-01-01, is: 500}]}
  age_line: {unit: year, zh: 老年线, en: old age, values: [{from: 2020-01-01, is: 60}]}
definitions:
  old: {each: member, value: "age(member.birth_date, on) >= age_line", zh: 老年人, en: old person}
  adult: {each: member, value: "age(member.birth_date, on) >= 18", zh: 成年人, en: adult}
  calm:
    value: household.colour != red
    zh: 平静
    en: calm
    says: {"true": {zh: 家中平静, en: the home is calm}, "false": {zh: 家中不平静, en: the home is not calm}}
  adults: {value: "[m for m in members if m.adult]", zh: 成年成员, en: adult members}
programmes:
  aid:
    zh: 补助
    en: aid
    rules:
      asked: {kind: eligibility, when: "%s", zh: 条件, en: condition}
"""


def asked(folder: Path, condition: str, members: Any = None, **facts: Any) -> tuple[str, str]:
    """What the trace says of a condition about a household."""
    rules = pack_of(folder, PACK % condition)
    decision = decided(rules, members, **facts)
    (step,) = next(rule for rule in decision.trace.rules if rule.rule == "aid.asked").steps
    assert step.statement is not None
    return step.statement.zh, step.statement.en


def decided(rules: Pack, members: Any = None, **facts: Any) -> Decision:
    people = [{"id": f"m{place}", **member} for place, member in enumerate(members or [{}], 1)]
    return decide(rules.Household.model_validate({"members": people, **facts}), rules, on=ON, chain="exact")


RENT = {"housing": {"rent": "450.50"}}


@pytest.mark.parametrize(
    ("condition", "facts", "zh", "en"),
    [
        (
            "household.housing.rent < line",
            RENT,
            "房租（450.5元/月）低于标准线（500元/月），低49.5元/月",
            "the rent (450.5 yuan per month) is below the line (500 yuan per month), by 49.5 yuan per month",
        ),
        (
            "household.housing.rent >= line",
            RENT,
            "房租（450.5元/月）低于标准线（500元/月），低49.5元/月",
            "the rent (450.5 yuan per month) is below the line (500 yuan per month), by 49.5 yuan per month",
        ),
        (
            "household.housing.rent < line",
            {"housing": {"rent": 500}},
            "房租（500元/月）恰好等于标准线（500元/月）",
            "the rent (500 yuan per month) is exactly the line (500 yuan per month)",
        ),
        (
            "household.housing.rent > 150% * line",
            {"housing": {"rent": 750}},
            "房租（750元/月）恰好等于150% × 标准线（750元/月）",
            "the rent (750 yuan per month) is exactly 150% × line (750 yuan per month)",
        ),
        (
            "household.housing.rent < line",
            {},
            "房租是否低于标准线，尚不能确定",
            "it is not settled whether the rent is below the line",
        ),
        (
            "household.housing.rent < line and household.single_parent",
            {**RENT, "single_parent": False},
            "“单亲家庭”登记为否",
            "“single-parent family” is recorded as no",
        ),
        (
            "household.housing.rent > line or household.single_parent",
            {**RENT, "single_parent": True},
            "“单亲家庭”登记为是",
            "“single-parent family” is recorded as yes",
        ),
        (
            "household.single_parent and household.contracted_land",
            {"single_parent": True},
            "“拥有承包土地”未登记",
            "“holds contracted land” is not recorded",
        ),
        ("household.colour == red", {"colour": "red"}, "颜色为red", "colour is red"),
        ("household.colour == red", {"colour": "blue"}, "颜色为blue，不是red", "colour is blue, not red"),
        (
            "household.residence in [urban, rural]",
            {"residence": "rural"},
            "居住地城乡属性为农村",
            "urban or rural residence is rural",
        ),
        (
            "household.colour not in [red, green]",
            {"colour": "green"},
            "颜色为green",
            "colour is green",
        ),
        ("calm", {"colour": "red"}, "家中不平静", "the home is not calm"),
        ("not calm", {"colour": "red"}, "家中不平静", "the home is not calm"),
        (
            "household.wedding is none",
            {"wedding": "2024-05-01"},
            "婚期为2024年5月1日",
            "the wedding day is 1 May 2024",
        ),
        ("household.wedding is none", {"wedding": "none"}, "没有婚期", "there is no wedding day"),
        (
            "household.wedding is none",
            {},
            "有无婚期，尚不能确定",
            "it is not known whether there is a wedding day",
        ),
        (
            "household.wedding < date(2025, 1, 1)",
            {"wedding": "2024-05-01"},
            "婚期为2024年5月1日；婚期（2024年5月1日）早于2025年1月1日",
            "the wedding day is 1 May 2024; the wedding day (1 May 2024) is before 1 January 2025",
        ),
        ("finding.poor", {"findings": {"poor": {"value": True}}}, "经认定：确有困难", "it was found: in real hardship"),
        ("finding.poor", {}, "“确有困难”尚待认定", "a finding on “in real hardship” is awaited"),
        (
            "finding.poor",
            {"findings": {"poor": {"value": False}}},
            "经认定，“确有困难”不成立",
            "it was found that “in real hardship” is not so",
        ),
        ("not finding.lied", {}, "没有“说谎”的认定", "no finding of “told lies” is on record"),
        (
            "count(members) >= 2",
            {},
            "家庭成员数（1人）少于2",
            "the number of members (1 person) is less than 2",
        ),
    ],
)
def test_statement(tmp_path: Path, condition: str, facts: dict[str, Any], zh: str, en: str) -> None:
    assert asked(tmp_path, condition, **facts) == (zh, en)


@pytest.mark.parametrize(
    ("condition", "members", "zh", "en"),
    [
        (
            "any(m.old for m in members)",
            [{"birth_date": "1950-01-01"}, {"birth_date": "2000-01-01"}],
            "成员 m1：属于“老年人”（年龄（75周岁）已达到老年线（60周岁））",
            "member m1: “old person” holds (the age (75) has reached the old age (60))",
        ),
        (
            "any(m.old for m in members)",
            [{"birth_date": "2000-01-01"}],
            "家庭成员中没有“老年人”的情形",
            "none of the members meets “old person”",
        ),
        (
            "all(m.adult for m in members)",
            [{"birth_date": "2010-01-01"}, {"birth_date": "2000-01-01"}],
            "成员 m1：不属于“成年人”（年龄（15周岁）未满18周岁）",
            "member m1: “adult” does not hold (the age (15) is under 18)",
        ),
        (
            "all(m.adult for m in members)",
            [{"birth_date": "2000-01-01"}],
            "家庭成员均属于“成年人”",
            "all of the members meet “adult”",
        ),
        (
            "any(m.old for m in members)",
            [{}],
            "成员 m1：“老年人”尚不能确定（年龄是否达到老年线，尚不能确定）",
            "member m1: it is not settled whether “old person” holds "
            "(it is not settled whether the age has reached the old age)",
        ),
    ],
)
def test_statement_about_persons(tmp_path: Path, condition: str, members: Any, zh: str, en: str) -> None:
    assert asked(tmp_path, condition, members) == (zh, en)


def test_a_statement_about_a_list_that_is_empty_or_unknown(tmp_path: Path) -> None:
    condition = "any(e.kind == fire for e in household.events)"
    assert asked(tmp_path, condition, events=[]) == ("没有事件", "there are no events")
    assert asked(tmp_path, condition) == ("“事件”未登记", "the events are not recorded")


FORMULAS = """
definitions:
  a: {unit: CNY/household/month, value: household.housing.rent, zh: 甲, en: A}
  b: {unit: CNY/household/month, value: 30 * CNY / month, zh: 乙, en: B}
  n: {value: count(members), zh: 人数, en: persons}
  result: {%s, zh: 结果, en: result}
"""


@pytest.mark.parametrize(
    ("body", "zh", "en", "values"),
    [
        ("value: a - b", "甲 − 乙", "A − B", "100 − 30"),
        ("value: a - (b - a)", "甲 − (乙 − 甲)", "A − (B − A)", "100 − (30 − 100)"),
        ("value: (a + b) * 2", "(甲 + 乙) × 2", "(A + B) × 2", "(100 + 30) × 2"),
        ("value: a / n", "甲 ÷ 人数", "A ÷ persons", "100 ÷ 2"),
        ("value: 'a / max(1, n)'", "甲 ÷ 人数", "A ÷ persons", "100 ÷ 2"),
        ("value: 20% * a", "20% × 甲", "20% × A", "20% × 100"),
        ("value: 'max(0, b - a)'", "（乙 − 甲，低于0的按0计）", "(B − A, at least 0)", "（30 − 100，低于0的按0计）"),
        ("value: 'max(0, a - b)'", "（甲 − 乙，低于0的按0计）", "(A − B, at least 0)", "100 − 30"),
        ("value: 'min(a, b)'", "甲、乙取低者", "the lesser of A and B", "100、30取低者"),
        ("value: a if n > 1 else b", "人数 > 1的为甲，否则为乙", "A if persons > 1, otherwise B", "100"),
        (
            "value: a, round: {to: 10, mode: up}",
            "甲，向上进位到10元",
            "A, rounded up to 10 yuan",
            "100，向上进位到10元",
        ),
        (
            "unit: CNY/household/month, value: sum(m.x for m in members)",
            "家庭成员的某数合计",
            "some number, added up over the members",
            "5 + 5",
        ),
    ],
)
def test_formula(tmp_path: Path, body: str, zh: str, en: str, values: str) -> None:
    text = (
        FORMULAS % body
        + "  x: {each: member, unit: CNY/person/month, value: 5 * CNY / month, zh: 某数, en: some number}\n"
    )
    decision = decided(pack_of(tmp_path, text), [{}, {}], housing={"rent": 100})
    (step,) = next(found for found in decision.trace.values if found.name == "result").steps
    assert step.formula is not None and step.with_values is not None
    assert (step.formula.zh, step.formula.en, step.with_values.zh) == (zh, en, values)


def test_a_formula_keeps_the_name_of_what_is_unknown(tmp_path: Path) -> None:
    decision = decided(pack_of(tmp_path, FORMULAS % "value: a - b"))
    (step,) = next(found for found in decision.trace.values if found.name == "result").steps
    assert step.with_values is not None and step.with_values.en == "A − 30"


def test_terms_name_the_values_of_an_enum_that_has_no_labels(tmp_path: Path) -> None:
    terms = "\nterms: {red: {zh: 红色, en: bright red}}\n"
    rules = pack_of(tmp_path, PACK % "household.colour == red" + terms)
    (step,) = next(r for r in decided(rules, colour="red").trace.rules if r.rule == "aid.asked").steps
    assert step.statement is not None and step.statement.zh == "颜色为红色"
    (step,) = next(r for r in decided(rules, colour="blue").trace.rules if r.rule == "aid.asked").steps
    assert step.statement is not None and step.statement.en == "colour is blue, not bright red"


def test_the_options_of_an_enum_are_told_by_their_labels_in_both_languages(tmp_path: Path) -> None:
    labels = "type: [red, blue], options_zh: [朱红, 海蓝], options_en: [vermilion, sea blue], zh: 颜色"
    written = PACK.replace("type: [red, green, blue], zh: 颜色", labels) % "household.colour == red"
    rules = pack_of(tmp_path, written)
    (step,) = next(r for r in decided(rules, colour="blue").trace.rules if r.rule == "aid.asked").steps
    assert step.statement is not None
    assert (step.statement.zh, step.statement.en) == (
        "颜色为海蓝，不是朱红",
        "colour is sea blue, not vermilion",
    )


def test_a_referral_tells_the_line_that_was_crossed_and_an_event_by_its_kind(tmp_path: Path) -> None:
    rules = """
      alarm:
        kind: referral
        when: household.housing.rent > line and household.single_parent
        to: council
        zh: 转介
        en: referred
      struck:
        kind: eligibility
        when: hit
        zh: 受灾
        en: struck
"""
    hit = """definitions:
  hit:
    any_of:
      fire: {when: "any(e.kind == fire for e in household.events)", zh: 火灾类, en: fires}
      flood: {when: "any(e.kind == natural_disaster for e in household.events)", zh: 水灾类, en: floods}
    zh: 受灾情形
    en: cause
    says: {"true": {zh: 有灾情, en: there is a cause}, "false": {zh: 无灾情, en: there is no cause}}
"""
    text = PACK.replace("definitions:\n", hit) % "household.single_parent" + rules.lstrip("\n")
    facts = {"housing": {"rent": "500.01"}, "single_parent": True, "events": [{"kind": "fire"}]}
    told = decided(pack_of(tmp_path, text), **facts).explain("zh")
    assert "- 房租（500.01元/月）高于标准线（500元/月），高出0.01元/月。" in told
    assert "单亲" not in told.split("转介\n")[1].split("\n\n")[0]
    assert "有灾情（第1项事件“火灾”）" in decided(pack_of(tmp_path, text), **facts).why("aid", "zh")
