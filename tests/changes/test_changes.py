"""What changed between two packs, in words, and the cases that are decided otherwise."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from aidrules.changes import Change, changes
from aidrules.cli import main
from aidrules.decision.words import letter_words
from aidrules.language.pack import Pack
from aidrules.show import Shown
from borough import pack_of

ON = date(2025, 6, 15)
RELIEF = """
zh: 区
en: Borough
parameters:
  line:
    zh: 补助标准
    en: relief line
    unit: CNY/person/month
    values:
      - {from: 2020-01-01, until: 2024-12-31, is: 500, cite: 一}
      - {from: 2025-01-01, is: 600, cite: 一}
definitions:
  earned:
    each: member
    zh: 本人收入
    en: the person's income
    unit: CNY/person/month
    value: sum(i.amount / i.months for i in member.incomes)
    cite: 二
  income:
    zh: 人均收入
    en: income per person
    unit: CNY/person/month
    round: {to: 0.01, mode: half_up}
    value: sum(m.earned for m in members) / count(members)
    cite: 二
programmes:
  relief:
    zh: 救济
    en: relief
    cite: 一
    rules:
      means:
        kind: eligibility
        zh: 收入低于标准
        en: income below the line
        when: income < line
        cite: 三
      top_up:
        kind: top_up
        zh: 补差
        en: top-up
        up_to: line
        income: income
        cite: 四
        round: {to: 0.01, mode: half_up}
"""
CASES = """
on: 2025-06-15
cases:
  - name: at_the_line
    given: {members: [{id: a, incomes: [{kind: wages, amount: 600, months: 1}]}]}
    expect: {outcomes: {relief: ineligible}}
  - name: below_the_line
    given: {members: [{id: a, incomes: [{kind: wages, amount: 100, months: 1}]}]}
    expect: {outcomes: {relief: eligible}, amounts: {relief.top_up: 500}}
"""


def borough(folder: Path, text: str = RELIEF, cases: str = "") -> Pack:
    folder.mkdir()
    pack = pack_of(folder, text)
    if cases:
        (folder / "rules" / "borough" / "cases").mkdir()
        (folder / "rules" / "borough" / "cases" / "relief.yaml").write_text(cases, encoding="utf-8")
    return pack


def found(old: Pack, new: Pack, on: tuple[date, date] = (ON, ON)) -> dict[str, Change]:
    both = (Shown(pack, day, "en") for pack, day in zip((old, new), on, strict=True))
    return {change.name: change for change in changes(*both)}


def lines(change: Change) -> set[tuple[str | None, ...]]:
    return {(line.old, line.new) for line in change.lines}


def test_a_pack_differs_in_nothing_from_itself(tmp_path: Path) -> None:
    assert found(borough(tmp_path / "a"), borough(tmp_path / "b")) == {}


def test_a_condition_that_changed_is_told_in_words_and_as_written(tmp_path: Path) -> None:
    change = found(
        borough(tmp_path / "a"), borough(tmp_path / "b", RELIEF.replace("when: income < line", "when: income <= line"))
    )
    assert list(change) == ["relief.means"] and change["relief.means"].state == "changed"
    assert lines(change["relief.means"]) == {
        ("income per person < relief line", "income per person ≤ relief line"),
        ("income < line", "income <= line"),
    }


def test_what_only_one_side_has_is_told_whole(tmp_path: Path) -> None:
    without = RELIEF[: RELIEF.index("      top_up:")]
    change = found(borough(tmp_path / "a", without), borough(tmp_path / "b"))
    assert change["relief.top_up"].state == "added"
    assert all(line.old is None for line in change["relief.top_up"].lines)
    assert ("means", "means, top_up") in lines(change["relief"])
    back = found(borough(tmp_path / "c"), borough(tmp_path / "d", without))
    assert back["relief.top_up"].state == "removed"
    assert all(line.new is None for line in back["relief.top_up"].lines)


def test_two_dates_of_a_pack_differ_in_the_values_in_force(tmp_path: Path) -> None:
    pack = borough(tmp_path / "a")
    change = found(pack, pack, (date(2024, 6, 1), ON))
    assert list(change) == ["line"]
    assert [(line.old, line.new) for line in change["line"].lines] == [("500", "600")]


@pytest.fixture
def two(tmp_path: Path) -> tuple[str, str]:
    borough(tmp_path / "old", cases=CASES)
    borough(tmp_path / "new", RELIEF.replace("when: income < line", "when: income <= line"), CASES)
    return str(tmp_path / "old" / "rules"), str(tmp_path / "new" / "rules")


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["diff", *args])


def test_the_command_says_what_changed_and_which_cases_come_out_otherwise(two: tuple[str, str]) -> None:
    done = run("borough", "borough", "--old-path", two[0], "--path", two[1], "--lang", "en")
    assert done.exit_code == 1, done.output
    assert "changed · Rule · relief.means · income below the line" in done.output
    assert "Cases decided otherwise: 1 of 2" in done.output
    assert "at_the_line" in done.output and "below_the_line" not in done.output
    assert "ineligible" in done.output


def test_in_chinese_what_cases_come_to_is_told_in_chinese(two: tuple[str, str]) -> None:
    done = run("borough", "borough", "--old-path", two[0], "--path", two[1], "--lang", "zh")
    assert letter_words("zh").outcomes["ineligible"] in done.output and "ineligible" not in done.output
    done = run("borough@2024-06-01", "borough@2025-06-01", "--path", two[0], "--lang", "zh")
    assert "relief：每月" in done.output and "monthly" not in done.output


def test_headings_stand_on_a_line_of_their_own_and_no_table_is_empty(two: tuple[str, str]) -> None:
    done = run("borough", "borough", "--old-path", two[0], "--path", two[1], "--lang", "en")
    assert "changed · Rule · relief.means · income below the line" in done.output.splitlines()
    same = run("borough", "borough", "--path", two[0], "--lang", "en").output
    assert same.splitlines()[-1] == "Cases decided otherwise: 0 of 2"


def test_json_says_the_same(two: tuple[str, str]) -> None:
    done = run("borough", "borough", "--old-path", two[0], "--path", two[1], "--lang", "zh", "--format", "json")
    said = json.loads(done.output)
    assert [each["name"] for each in said["changes"]] == ["relief.means"]
    assert said["cases_decided"] == 2
    assert [each["case"] for each in said["cases"]] == ["at_the_line"]
    assert said["cases"][0]["differences"] == {"relief": {"old": "ineligible", "new": "eligible"}}


def test_a_case_is_decided_by_the_law_of_the_days_that_are_given(two: tuple[str, str]) -> None:
    done = run("borough@2024-06-01", "borough@2025-06-01", "--path", two[0], "--format", "json")
    said = json.loads(done.output)
    assert said["cases"][0]["case"] == "below_the_line"
    assert said["cases"][0]["differences"]["relief: monthly"] == {"old": "400.00", "new": "500.00"}


def test_nothing_changed_ends_with_0_and_says_so(two: tuple[str, str]) -> None:
    done = run("borough", "borough", "--path", two[0], "--lang", "zh")
    assert done.exit_code == 0, done.output
    assert "规则没有改变。" in done.output and "结果改变的案例：0/2" in done.output


def test_a_case_that_one_side_refuses_is_told(two: tuple[str, str]) -> None:
    cases = Path(two[0]) / "borough" / "cases" / "relief.yaml"
    cases.write_text(CASES.replace("given: {members", "given: {rent: 100, members", 1), encoding="utf-8")
    file = Path(two[0]) / "borough" / "pack.yaml"
    asked = "units: [term]\ninputs:\n  household:\n    rent: {unit: CNY/month, zh: 房租, en: rent}"
    file.write_text(file.read_text(encoding="utf-8").replace("units: [term]", asked), encoding="utf-8")
    done = run("borough", "borough", "--old-path", two[0], "--path", two[1], "--format", "json")
    first = json.loads(done.output)["cases"][0]
    assert first["case"] == "at_the_line" and list(first["differences"]) == ["refused"]
    assert first["differences"]["refused"]["old"] is None and "rent" in first["differences"]["refused"]["new"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("borough@June", "borough"), "'June' is not a date"),
        (("boroug", "borough"), "Did you mean borough?"),
        (("borough", "borough", "--set", "lin=3"), "Did you mean line?"),
    ],
)
def test_wrong_arguments_are_told(two: tuple[str, str], given: tuple[str, ...], says: str) -> None:
    done = run(*given, "--path", two[0])
    assert done.exit_code == 2 and says in done.output
