"""What is wrong with facts, in Chinese: where, what was found, what was expected, what to do."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from aidrules import decide, load
from aidrules.cli import main
from aidrules.errors import DecisionError, FactsError, Problem
from aidrules.facts.days import not_yet
from aidrules.facts.household import Household
from aidrules.facts.inputs import FindingInput, extend
from aidrules.facts.problems_zh import in_chinese
from aidrules.facts.schema import schema_of

SCHEMA = schema_of(Household)
WRONG: dict[str, Any] = {
    "name": "x",
    "expences": [],
    "residence": "urbane",
    "members": [
        {
            "id": "m1",
            "birth_date": "1985-02-30",
            "incomes": [{"kind": "wages", "amount": "9,00", "months": 1}, {"kind": "wages", "amount": "-1"}],
            "illness": {"serious": "no"},
        },
        {"id": "m 2", "birth_date": 5, "incomes": {}, "disability": {"kind": "none", "grade": 2.5}},
        {"birth_date": "none"},
    ],
    "expenses": [{"kind": "housing", "claimed": "1.234"}],
    "assets": {"vehicles": 10**9},
}


def problems(facts: Any) -> tuple[Problem, ...]:
    with pytest.raises(FactsError) as raised:
        Household.model_validate(facts)
    return raised.value.problems


def said(facts: Any) -> list[str]:
    return [in_chinese(problem, SCHEMA) for problem in problems(facts)]


def test_a_problem_is_one_sentence() -> None:
    told = "\n".join(said(WRONG))
    for sentence in (
        'members[0].birth_date："1985-02-30"不是日历上的日期；应为出生日期：1880-01-01至2199-12-31的日期（年-月-日）；',
        "members[1].incomes：填的是一个对象；应为“收入”的列表；未知的填 null。",
        "name：没有这一项。情况中不得含有个人身份信息，填编号即可。",
        "expences：没有这一项。是否应为：expenses？",
        "members[0].illness.serious：填的是",
        "小数不超过2位，如832或者",
        "members[2].id：没有填写；应为",
    ):
        assert sentence in told


@pytest.mark.parametrize(
    "facts",
    [
        WRONG,
        {"members": []},
        {"members": [{"id": "a"}], "case": {"findings": {}}},
        {"members": [{"id": "a"}], "zzz": 1},
        {"members": [{"id": "a", "sex": "男性"}]},
        {"members": [{"id": f"m{n}"} for n in range(40)]},
        {"members": [{"id": "520303198502101234"}]},
        {"members": [{"id": "none"}]},
        {"members": [{"id": "a"}, {"id": "a"}]},
        {"members": [{"id": "a", "died_on": "1990-01-01", "birth_date": "1991-01-01"}]},
        {"members": [{"id": "a", "disability": {"kind": "none", "grade": 2}}]},
        {"members": [{"id": "a", "disability": {"kind": "physical", "grade": 0}}]},
        {"members": [{"id": "a"}], "expenses": [{"kind": "housing", "member": "b"}]},
        {"members": [{"id": "a"}], "expenses": [{"kind": "housing", "claimed": 0.123}]},
        {"members": [{"id": "a"}], "payments": [{"rule": "a.b", "amount": 1, "paid_on": "2025-01-01"}] * 2},
        {"members": "a"},
        5,
    ],
)
def test_every_part_has_its_chinese(facts: Any) -> None:
    for problem in problems(facts):
        told = in_chinese(problem, SCHEMA)
        for part in (problem.found, problem.expected, problem.hint):
            assert part is None or part not in told, part


def test_text_that_is_no_json_and_days_ahead_are_said_too() -> None:
    with pytest.raises(FactsError) as raised:
        Household.model_validate_json("{")
    assert "文本不是JSON（没有写完就结束了）" in in_chinese(raised.value.problems[0], SCHEMA)
    household = Household.model_validate({"members": [{"id": "a", "birth_date": "2026-01-01"}]})
    (problem,) = not_yet(household, date(2025, 6, 1))
    assert in_chinese(problem, SCHEMA) == (
        "members[0].birth_date：2026-01-01晚于情况截止日2025-06-01；应为出生日期：不晚于2025-06-01的日期。"
        "请核对两个日期；尚未发生的不填。"
    )


def test_what_stands_beside_a_finding_is_said_too() -> None:
    household = extend({}, {"hardship": FindingInput(type="bool", zh="困难", en="hardship")})
    with pytest.raises(FactsError) as raised:
        household.model_validate(
            {"members": [{"id": "a"}], "findings": {"hardship": {"value": True, "by": "x" * 250, "on": 5}}}
        )
    assert [in_chinese(problem, schema_of(household)) for problem in raised.value.problems] == [
        "findings.hardship.by：填的是250个字符的文本；应为认定人岗位：非空的一行文本，不超过200个字符。",
        "findings.hardship.on：填的是5；应为认定日期：1880-01-01至2199-12-31的日期（年-月-日）。",
    ]


def test_what_the_table_does_not_know_stays_as_it_is() -> None:
    assert in_chinese(Problem("odd", "a", expected="even", hint="Turn."), SCHEMA) == "a：odd；应为even。Turn."


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_says_it_in_the_language_asked_for_and_in_english(tmp_path: Path, lang: str) -> None:
    file = tmp_path / "wrong.json"
    file.write_text('{"members": [{"id": "a", "birth_date": "1985-02-30"}]}', encoding="utf-8")
    arguments = ["decide", str(file), "--pack", "cn/national", "--on", "2025-06-01", "--lang", lang]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2 and "is not a day of the calendar" in result.stderr
    assert ("不是日历上的日期" in result.stderr) is (lang == "zh")


def test_that_a_pack_is_not_in_force_is_said_too() -> None:
    pack = load("cn/local/nanjing")
    with pytest.raises(DecisionError) as raised:
        decide(Household.model_validate({"members": [{"id": "a"}]}), pack, on=date(2021, 6, 30))
    assert in_chinese(raised.value.problems[0], SCHEMA) == (
        "law：cn/local/nanjing在2021-06-30不在施行期间；应为2021-07-01起的日期。"
        "请以 law 给出其施行期间内的日期，或者改用当时有效的规则包。"
    )


@pytest.mark.parametrize(
    ("options", "zh", "en"),
    [
        (["--set", "minimum_wag=1"], "没有参数 minimum_wag；应为", "there is no parameter 'minimum_wag'"),
        (["--set", "minimum_wage=a"], "minimum_wage：a不是数；应为以CNY/person/month计的数", "'a' is not a number"),
        (
            ["--set", "minimum_wage=0"],
            "minimum_wage：0超出文件允许的范围；应为value > 0。",
            "0 is outside what the text",
        ),
        (
            ["--set", "minimum_wage[a]=1"],
            "minimum_wage：minimum_wage 带了1个键；应为不带键。",
            "1 keys for minimum_wage",
        ),
        (["--set", "minimum_wage"], "应写成 名称=值", "is not of the form name=value"),
        (["--reading", "a=b"], "没有 a 这一项理解；应为", "there is no reading 'a'"),
        (["--reading", "something_spent=a"], "something_spent：没有 a 这一选项；应为", "unknown option 'a'"),
        (["--programme", "diba"], "没有项目 diba；应为dibao。是否应为：dibao？", "there is no programme 'diba'"),
        (["--law", "2025-3-15"], "不是日期；应如 2025-06-01", "'2025-3-15' is not a date"),
        (
            ["--strict"],
            "minimum_wage：此参数必须取值而没有取值；应为有取值，否则不能确定：",
            "a required parameter has no value",
        ),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_wrong_with_an_option_is_said_too(
    tmp_path: Path, options: list[str], zh: str, en: str, lang: str
) -> None:
    file, record = tmp_path / "family.json", tmp_path / "record.json"
    wages = '{"kind": "wages", "amount": 3000, "months": 1, "exempt": "none"}'
    file.write_text(f'{{"members": [{{"id": "a", "absence": {{"kind": "none"}}, "incomes": [{wages}]}}]}}')
    arguments = ["decide", str(file), "--pack", "cn/local/shanghai", "--on", "2025-03-15", "--record", str(record)]
    result = CliRunner().invoke(main, [*arguments, *options, "--lang", lang])
    assert result.exit_code == 2 and en in result.stderr and not record.exists()
    assert (zh in result.stderr) is (lang == "zh")
