"""A parameter whose value begins later or has ended: the letter says when, and not that nobody has given it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from aidrules.decision import decide
from borough import pack_of

RULES = """
in_force: undated
parameters:
  line: {unit: CNY/household/month, zh: 标准, en: line, values: [{from: 2025-07-01, is: 500}]}
  rent: {unit: CNY/household/month, required: true, zh: 房租, en: rent}
programmes:
  aid:
    zh: 救助
    en: aid
    rules:
      means: {kind: eligibility, when: household.housing.rent < line, zh: 低于标准, en: below the line}
  home:
    zh: 住房
    en: home
    rules:
      dear: {kind: eligibility, when: household.housing.rent > rent, zh: 房租高, en: a dear home}
"""


def told(tmp_path: Path, on: date, lang: str) -> str:
    rules = pack_of(tmp_path, RULES)
    facts = rules.Household.model_validate({"members": [{"id": "a"}], "housing": {"rent": 100}})
    said: str = decide(facts, rules, on=on, chain="exact").explain(lang=lang)
    return said


def test_the_day_from_which_there_is_a_value_is_told(tmp_path: Path) -> None:
    day = date(2025, 6, 30)
    assert "“line” has a value only from 1 July 2025; with it this is settled: aid." in told(tmp_path / "en", day, "en")
    assert "“标准”自2025年7月1日起才有数值；补充后即可确定：救助。" in told(tmp_path / "zh", day, "zh")


def test_the_day_until_which_there_was_a_value_is_told(tmp_path: Path) -> None:
    ended = RULES.replace("{from: 2025-07-01, is: 500}", "{from: 2024-01-01, until: 2025-06-30, is: 500}")
    rules = pack_of(tmp_path, ended)
    facts = rules.Household.model_validate({"members": [{"id": "a"}], "housing": {"rent": 100}})
    decision = decide(facts, rules, on=date(2025, 7, 1), chain="exact")
    said = "the last value of “line” was in force until 30 June 2025, and no later one has been given; with it"
    assert said in decision.explain(lang="en")
    assert "“标准”的数值适用至2025年6月30日，此后的尚未给定；补充后即可确定：救助。" in decision.explain(lang="zh")


def test_what_nobody_has_given_is_told_apart(tmp_path: Path) -> None:
    for name, day in (("before", date(2025, 6, 30)), ("after", date(2025, 7, 1))):
        said = told(tmp_path / name, day, "en")
        assert "no local value has been given for “rent”" in said
        assert ("“line” has a value only" in said) == (name == "before")


def test_the_decision_says_so_too_and_tells_no_limits_of_a_parameter_as_an_amount(tmp_path: Path) -> None:
    ended = RULES.replace("{from: 2025-07-01, is: 500}", "{from: 2024-01-01, until: 2025-06-30, is: 500}")
    paid = (
        "      gap: {kind: amount, amount: line - household.housing.rent, floor: 0, payment: {every: month},"
        " zh: 差额, en: gap}\n"
    )
    rules = pack_of(tmp_path, ended.replace("  home:", paid + "  home:"))
    facts = rules.Household.model_validate({"members": [{"id": "a"}], "housing": {"rent": 100}})
    decision = decide(facts, rules, on=date(2025, 7, 1), chain="exact")
    assert [(one.input, one.lapsed_on) for one in decision.missing if one.input == "line"] == [
        ("line", date(2025, 7, 1))
    ]
    aid = decision.outcomes["aid"]
    assert (aid.status, aid.monthly, aid.monthly_bounds, [line.bounds for line in aid.lines]) == (
        ("undetermined", None, None, [None])
    )
    before = decide(facts, rules, on=date(2025, 6, 30), chain="exact").outcomes["aid"]
    assert before.monthly == 400


def test_what_was_not_announced_yet_is_not_said_not_to_be_given(tmp_path: Path) -> None:
    values = "values: [{until: 2025-06-30, is: 500}, {from: 2025-07-01, announced: 2025-06-20, is: 600}]"
    rules = pack_of(tmp_path, RULES.replace("values: [{from: 2025-07-01, is: 500}]", values))
    facts = rules.Household.model_validate({"members": [{"id": "a"}], "housing": {"rent": 100}})
    decision = decide(facts, rules, on=date(2025, 7, 1), known=date(2025, 6, 19), chain="exact")
    said = (
        "the last value of “line” was in force until 30 June 2025, and no later one was announced by 19 June 2025; with"
    )
    assert said in decision.explain(lang="en")
    assert "“标准”的数值适用至2025年6月30日，截至2025年6月19日未公布此后的数值；" in decision.explain(lang="zh")


def test_the_one_row_that_is_missing_is_named(tmp_path: Path) -> None:
    line = (
        "line: {unit: CNY/household/month, by: household.residence, zh: 标准, en: line, values: [{is: {urban: 500}}]}"
    )
    rules = pack_of(tmp_path, RULES.replace(RULES.split("\n")[3].strip(), line))
    given = {"members": [{"id": "a"}], "residence": "rural", "housing": {"rent": 100}}
    decision = decide(rules.Household.model_validate(given), rules, on=date(2025, 7, 1), chain="exact")
    assert [one.input for one in decision.missing] == ["line[rural]", "rent"]
    assert "no local value has been given for “line (rural)”" in decision.explain("en")
    assert "当地标准“标准（农村）”尚未给定" in decision.explain("zh")
    more = rules.with_parameters({"line[rural]": 400, "line[urban]": 500})
    assert decide(rules.Household.model_validate(given), more, on=date(2025, 7, 1)).outcomes["aid"].status == "eligible"
