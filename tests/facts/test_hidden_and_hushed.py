"""Free texts hold no character that nobody sees, and no error about a confidential fact repeats it."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from aidrules import Pack, decide, frames
from aidrules.errors import AidrulesError, Problem
from aidrules.facts.fact import WRITTEN_TEXT
from aidrules.facts.problems_zh import in_chinese
from aidrules.language.tree import wrong_character
from borough import pack_of

pl = pytest.importorskip("polars")

ON = date(2025, 6, 15)
RULES = """
inputs:
  household:
    feared: {refers_to: member, confidential: true, zh: 甲, en: feared}
    kept: {refers_to: member, zh: 乙, en: kept}
    notes:
      list: note
      confidential: true
      zh: 记录
      en: notes
      fields: {whose: {refers_to: member, zh: 谁, en: whose}, said: {type: text, zh: 说, en: said}}
findings: {poor: {about: household, type: bool, who: council, zh: 查贫, en: found poor}}
programmes:
  aid:
    zh: 救助
    en: aid
    rules:
      asked: {kind: eligibility, when: household.findings.poor, zh: 条件, en: condition}
      known: {kind: eligibility, when: "any(m.id == household.feared for m in members)", zh: 知, en: known}
"""
UNSEEN = (
    *("\u2028", "\u2029", "\u202e", "\x9b", "\x85", "\u200b", "\u00ad", "\ufeff", "\u2066"),
    *("\U000e0041", "\x7f", "\n"),
)


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_of(tmp_path_factory.mktemp("hushed"), RULES)


@pytest.mark.parametrize("field", ["by", "reason"])
@pytest.mark.parametrize("character", UNSEEN)
def test_what_is_recorded_beside_a_finding_holds_no_character_that_nobody_sees(
    pack: Pack, field: str, character: str
) -> None:
    family = {"members": [{"id": "m1"}], "findings": {"poor": {"value": True, field: f"seen{character}here"}}}
    with pytest.raises(AidrulesError) as error:
        pack.Household.model_validate(family)
    (problem,) = error.value.problems
    assert (problem.where, problem.found) == (f"findings.poor.{field}", "found a text of 9 characters")
    assert problem.hint == f"It holds the invisible character U+{ord(character):04X}." or character == "\n"
    assert character not in str(problem)
    with pytest.raises(AidrulesError):
        pack.Household.model_validate_json(json.dumps(family))
    given = pl.DataFrame({"id": ["h"], "members": [[{"id": "m1"}]], "findings": [family["findings"]]})
    assert frames.check(given, pack, on=ON).faults.rows()[0][:3] == (0, "h", f"findings.poor.{field}")


def test_facts_and_labels_refuse_the_same_characters() -> None:

    written = re.compile(WRITTEN_TEXT.replace("$", r"\Z"))
    for code in (*range(0x20, 0xD800), *range(0xE000, 0x110000)):
        refused = wrong_character(f"a{chr(code)}") is not None
        assert refused is not bool(written.match(f"a{chr(code)}")), hex(code)


@pytest.mark.parametrize(
    ("facts", "where"),
    [({"feared": "SECRETNAME"}, "feared"), ({"notes": [{"whose": "SECRETNAME"}]}, "notes[0].whose")],
)
def test_a_confidential_fact_that_names_nobody_is_not_repeated(
    pack: Pack, facts: dict[str, object], where: str
) -> None:
    with pytest.raises(AidrulesError) as error:
        decide(pack.Household.model_validate({"members": [{"id": "m1"}], **facts}), pack, on=ON)
    (problem,) = error.value.problems
    assert str(problem) == f"{where}: who is named is no member, and not shown; expected the id of a member: m1"
    assert in_chinese(problem, pack.schema) == f"{where}：所填的人不是成员，不予显示；应为成员编号之一：m1。"


def test_a_fact_that_is_not_confidential_is_named(pack: Pack) -> None:
    with pytest.raises(AidrulesError, match="kept: there is no member 'somebody'"):
        pack.Household.model_validate({"members": [{"id": "m1"}], "kept": "somebody"})


def test_a_sentence_of_any_length_is_said_in_chinese(pack: Pack) -> None:
    deep = "found " * 3000 + "null"
    assert in_chinese(Problem(deep, "a"), pack.schema) == "a：填的是填的是填的是" + "found " * 2997 + "null。"
    shallow = "found a text of 3 characters"
    assert in_chinese(Problem(shallow, expected="kk: one of a, or null if unknown"), pack.schema) == (
        "填的是3个字符的文本；应为kk：a之一；未知的填 null。"
    )


SORTED = """
inputs:
  household:
    sort: {type: [alphaword, bravoword], confidential: true, zh: 类, en: hushed sort}
    spent: {unit: CNY/month, confidential: true, zh: 额, en: hushed sum}
    stays:
      list: stay
      confidential: true
      fields: {name: {type: [qqone, qqtwo], zh: 名, en: name}}
      zh: 住
      en: hushed stays
programmes:
  aid:
    zh: 救助
    en: aid
    rules: {known: {kind: eligibility, when: household.sort == 'alphaword', zh: 知, en: known}}
"""


@pytest.fixture(scope="module")
def sorted_pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_of(tmp_path_factory.mktemp("sorted"), SORTED)


def problem_of(pack: Pack, **facts: object) -> Problem:
    with pytest.raises(AidrulesError) as error:
        pack.Household.model_validate({"members": [{"id": "m1"}], **facts})
    (problem,) = error.value.problems
    return problem


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        ({"sort": "alphawordd"}, "sort"),
        ({"stays": [{"name": "qqonee"}]}, "stays[0].name"),
        ({"spent": "1,5"}, "spent"),
        ({"spent": 1.234}, "spent"),
        ({"stays": "qqone"}, "stays"),
        ({"stays": 77}, "stays"),
    ],
)
def test_what_to_do_does_not_tell_a_confidential_value(sorted_pack: Pack, facts: dict[str, object], where: str) -> None:
    problem = problem_of(sorted_pack, **facts)
    assert (problem.where, problem.hint) == (where, None)
    assert re.match(
        r"(found )?a value that is not shown( is not one of its values| has more than 2 decimals)?\Z", problem.found
    )
    frame = pl.DataFrame({"id": ["h"], "members": [[{"id": "m1"}]], **{name: [given] for name, given in facts.items()}})
    if where in ("sort", "stays[0].name"):
        assert frames.check(frame, sorted_pack, on=ON).faults.rows() == [
            (0, "h", where, problem.found, problem.expected, None)
        ]


def test_how_long_a_confidential_list_is_is_not_told(sorted_pack: Pack) -> None:
    problem = problem_of(sorted_pack, stays=[{"name": "qqone"}] * 501)
    assert (problem.where, problem.found) == ("stays", "more") and str(problem.expected).startswith("at most ")


NUMBER = "52030219800101123X"


@pytest.mark.parametrize(
    ("facts", "where", "found"),
    [
        ({"residence": NUMBER}, "residence", '"…" is not one of its values'),
        ({"residence": f"a{NUMBER}"}, "residence", '"a…" is not one of its values'),
        ({"residence": "张三丰"}, "residence", "a text of 3 characters is not one of its values"),
        ({"residence": "Urban"}, "residence", '"Urban" is not one of its values'),
        ({"assets": {"savings": NUMBER}}, "assets.savings", 'found "…"'),
        ({"assets": {"savings": int(NUMBER[:17])}}, "assets.savings", "a number of 17 digits is above 1000000000"),
        ({"assets": {"savings": float(NUMBER[:15])}}, "assets.savings", "a number of 15 digits is above 1000000000"),
        ({"assets": {"savings": "1,200元"}}, "assets.savings", 'found "1,200元"'),
        ({"assets": {"savings": "12 yuan per month"}}, "assets.savings", 'found "12 yuan per month"'),
        ({"assets": {"savings": "Zhang San"}}, "assets.savings", "found a text of 9 characters"),
        ({"assets": {"savings": "ouyang 3"}}, "assets.savings", "found a text of 8 characters"),
        ({"single_parent": "li"}, "single_parent", "found a text of 2 characters"),
        ({"residence": "Wang Wei"}, "residence", "a text of 8 characters is not one of its values"),
        ({"members": [{"id": "m1", "birth_date": NUMBER}]}, "members[0].birth_date", 'found "…"'),
        ({"members": [{"id": "m1", "birth_date": "13800138000"}]}, "members[0].birth_date", 'found "…"'),
        ({"members": [{"id": "m1", "birth_date": "李四"}]}, "members[0].birth_date", "found a text of 2 characters"),
        ({"members": [{"id": "m1", "birth_date": "1980年1月1日"}]}, "members[0].birth_date", 'found "1980年1月1日"'),
        ({NUMBER: 1}, "…", "unknown field"),
        ({"housing": {f"no{NUMBER}": 1}}, "housing.no…", "unknown field"),
    ],
)
def test_a_number_or_name_of_a_person_in_a_wrong_place_is_not_repeated(
    pack: Pack, facts: dict[str, object], where: str, found: str
) -> None:
    problem = problem_of(pack, **facts)
    assert (problem.where, problem.found) == (where, found)
    assert NUMBER[:11] not in in_chinese(problem, pack.schema)


def test_a_key_that_stands_twice_is_not_repeated_where_it_may_be_a_person(pack: Pack) -> None:
    with pytest.raises(AidrulesError) as error:
        pack.Household.model_validate_json(f'{{"{NUMBER}": 1, "{NUMBER}": 2, "members": [{{"id": "m1"}}]}}')
    assert NUMBER not in str(error.value)


@pytest.mark.parametrize(
    ("spent", "said"),
    [
        ("1.234", "spent：不予显示的值的小数超过2位"),
        ("-1", "spent：不予显示的值"),
        ("seven", "spent：填的是不予显示的值"),
    ],
)
def test_what_is_not_shown_is_said_in_chinese(sorted_pack: Pack, spent: str, said: str) -> None:
    told = in_chinese(problem_of(sorted_pack, spent=spent), sorted_pack.schema)
    assert told.startswith(said) and "not shown" not in told
