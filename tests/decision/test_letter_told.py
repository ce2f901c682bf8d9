"""What a letter owes its readers: readings that decide, why somebody is refused, and that a sum is for each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aidrules import load
from aidrules.decision import Decision, decide
from borough import ON, pack_of
from shipped_packs import RULES

PACK = """
definitions:
  child:
    each: member
    value: age(member.birth_date, on) < 18
    zh: 孩子
    en: child
    reading:
      default: minors
      zh: 谁算孩子
      en: who is a child
      options:
        minors: {zh: 未满十八, en: under 18}
        students: {zh: 未满二十五, en: under 25, value: "age(member.birth_date, on) < 25"}
        babies: {zh: 未满三岁, en: under 3, value: "age(member.birth_date, on) < 3"}
  children: {value: count(m.child for m in members), zh: 孩子数, en: number of children}
  elders:
    value: count(age(m.birth_date, on) >= 80 for m in members)
    zh: 老人数
    en: number of elders
    reading:
      default: eighty
      zh: 谁算老人
      en: who is an elder
      options:
        eighty: {zh: 八十, en: 80}
        sixty: {zh: 六十, en: 60, value: "count(age(m.birth_date, on) >= 60 for m in members)"}
programmes:
  aid:
    zh: 补助
    en: aid
    rules:
      family:
        kind: eligibility
        when: children >= 1
        zh: 有孩子
        en: there are children
        reading:
          default: one
          zh: 几个
          en: how many
          options:
            one: {zh: 一个, en: one}
            two: {zh: 两个, en: two, when: children >= 2}
      sum: {kind: amount, amount: "children * 100 * CNY / month", zh: 金额, en: amount, payment: {every: month}}
  care:
    zh: 照料
    en: care
    rules:
      old: {kind: eligibility, when: elders >= 1, zh: 有老人, en: there are elders}
"""
READINGS = {"child": ("students", "babies"), "elders": ("sixty",), "aid.family": ("two",)}


def household(*born: str | None) -> dict[str, Any]:
    return {"members": [{"id": f"m{place}", "birth_date": day} for place, day in enumerate(born, 1)]}


def results(decision: Decision) -> dict[str, tuple[object, object]]:
    return {name: (one.status, one.monthly) for name, one in decision.outcomes.items()}


@pytest.mark.parametrize(
    ("born", "told"),
    [
        (("1990-01-01", "2015-01-01"), {"child", "aid.family"}),
        (("1990-01-01", "2024-01-01", "2023-01-01"), set()),
        (("1990-01-01", "2024-01-01", "2003-01-01"), {"child", "aid.family"}),
        (("1990-01-01",), set()),
        (("1960-01-01", "2003-01-01"), {"child", "elders"}),
    ],
)
def test_those_are_told_under_which_a_decision_would_be_another(tmp_path: Path, born: Any, told: set[str]) -> None:
    rules = pack_of(tmp_path, PACK)
    facts = rules.Household.model_validate(household(*born))
    letter = decide(facts, rules, on=ON).explain("en")
    labels = {"child": "who is a child", "elders": "who is an elder", "aid.family": "how many"}
    assert {name for name, label in labels.items() if f"{label}. Taken as" in letter} == told
    plain = results(decide(facts, rules, on=ON))
    differing = set()
    for name, options in READINGS.items():
        for option in options:
            if results(decide(facts, rules, on=ON, readings={name: option})) != plain:
                differing.add(name)
    assert differing == told


def test_each_programme_tells_its_own_also_where_an_amount_is_open(tmp_path: Path) -> None:
    rules = pack_of(tmp_path, PACK)
    decision = decide(rules.Household.model_validate(household("1960-01-01", "2015-01-01", None)), rules, on=ON)
    assert "who is an elder" in decision.why("care", "en")
    assert "who is an elder" not in decision.why("aid", "en")
    assert "who is a child. Taken as “under 18”; the other reading is “under 25” or “under 3”" in decision.explain("en")


PERSONS = """
programmes:
  care:
    zh: 照料
    en: care
    subject: member
    rules:
      poor: {kind: eligibility, when: "sum(i.amount / i.months for i in member.incomes) < 100 * CNY / month",
             zh: 收入低, en: low income}
      frail: {kind: eligibility, when: "age(member.birth_date, on) >= 80", zh: 高龄, en: of 80}
      sum: {kind: amount, amount: 50 * CNY / month, zh: 金额, en: amount, payment: {every: month}}
"""


def test_who_is_refused_is_told_why_where_others_are_still_open_and_alike_amounts_are_for_each(tmp_path: Path) -> None:
    rules = pack_of(tmp_path, PERSONS)
    people: list[dict[str, Any]] = [
        {"id": "m1", "birth_date": "2000-01-01", "incomes": []},
        {"id": "m2", "birth_date": "1940-01-01"},
        {"id": "m3", "birth_date": "1940-01-01"},
    ]
    facts = rules.Household.model_validate({"members": people})
    decision = decide(facts, rules, on=ON)
    assert [one.status for one in decision.outcomes["care"].persons.values()] == ["ineligible", *["undetermined"] * 2]
    for text in (decision.explain("en"), decision.why_not("care", "en")):
        assert "Member m1: not eligible.\n     - Of 80: not met." in text
        assert "Members m2, m3, each: cannot be settled yet, the monthly amount is not settled" in text
    assert "成员 m2、m3，每人：尚不能确定" in decision.explain("zh")


FAMILY = """
inputs: {member: {lodger: {type: bool, zh: 寄宿, en: lodger}, jailed: {type: bool, zh: 服刑, en: jailed}}}
definitions:
  left_out:
    each: member
    any_of:
      in_prison: {when: member.jailed, zh: 在服刑, en: serving a sentence}
      deceased: {when: member.died_on <= on, zh: 已死亡, en: deceased}
    zh: 不计入的人
    en: left out
  counted: {each: member, value: not member.lodger and not member.left_out, zh: 计入, en: counted}
  family: {value: "[m for m in members if m.counted]", zh: 计入的成员, en: members who count}
  lodgers: {value: "[m for m in members if m.lodger]", zh: 寄宿的人, en: lodgers}
  persons: {value: count(family), zh: 计入人数, en: persons counted}
  guests: {value: count(lodgers), zh: 寄宿人数, en: number of lodgers}
programmes:
  aid:
    zh: 救助
    en: aid
    members: family
    rules:
      small: {kind: eligibility, when: persons < 3 and guests < 3, zh: 人口少, en: a small family}
      sum:
        kind: amount
        amount: (persons + guests) * 100 * CNY / month
        zh: 金额
        en: amount
        payment: {every: month}
"""


def test_who_is_not_counted_among_those_a_programme_is_for_is_told_with_why(tmp_path: Path) -> None:
    rules = pack_of(tmp_path, FAMILY)
    said = {"lodger": False, "jailed": False, "died_on": "none"}
    others = [{"lodger": True}, {"jailed": True, "died_on": "2020-01-01"}]
    members = [{"id": f"m{place}", **said, **one} for place, one in enumerate([{}, *others])]
    decision = decide(rules.Household.model_validate({"members": members}), rules, on=ON)
    english, chinese = decision.explain(lang="en"), decision.explain(lang="zh")
    assert [line.strip(" -") for line in english.splitlines() if "Not counted" in line] == [
        "Not counted: member m1 (“lodger” is recorded as yes).",
        "Not counted: member m2 (serving a sentence; deceased).",
    ]
    assert "没有计入：成员 m2（在服刑；已死亡）。" in chinese


def test_who_is_not_counted_in_a_divisor_is_told_too(tmp_path: Path) -> None:
    shared = (
        '  rent_of_each: {value: "household.housing.rent / max(1, count(family))", zh: 每人房租, en: rent of each}\n'
    )
    rules = FAMILY.replace("programmes:\n", f"{shared}programmes:\n", 1)
    pack = pack_of(
        tmp_path,
        rules.replace("(persons + guests) * 100 * CNY / month", "rent_of_each * count(family)").replace(
            "payment: {every", "round: {to: 1, mode: up}\n        payment: {every"
        ),
    )
    members = [{"id": name, "lodger": name == "b", "jailed": False, "died_on": "none"} for name in "ab"]
    household = pack.Household.model_validate({"members": members, "housing": {"rent": 300}})
    told = decide(household, pack, on=ON).explain(lang="en")
    assert told.count("Not counted: member b (“lodger” is recorded as yes).") == 1


def test_who_is_kept_off_a_list_by_one_fact_is_told_with_it() -> None:
    pack = load("cn/hunan/yongzhou/lingling", path=RULES).with_parameters(
        {"standard[urban]": 650, "standard[rural]": 450}
    )
    household = pack.Subject.model_validate(
        {
            "residence": "urban",
            "members": [
                {"id": "a", "incomes": [{"kind": "wages", "amount": Decimal(300)}]},
                {"id": "b", "died_on": date(2021, 9, 1), "incomes": []},
            ],
        }
    )
    letter = decide(household, pack, on=date(2021, 9, 15)).explain(lang="en")
    assert "Not counted: member b (the day of death is 1 September 2021)." in letter
