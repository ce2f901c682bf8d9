"""Assertions about decisions: what they compare, and what they tell where they fail."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from agency import agency

import aidrules
from aidrules import DecisionError
from aidrules.decision import Decision
from aidrules.testing import assert_decision, explained, plain
from borough import ON, pack_of


def decided(folder: Path, **facts: Any) -> Decision:
    file = agency(folder)
    rules = file.parents[1] / "aid.yaml"
    rules.write_text(
        rules.read_text(encoding="utf-8").replace("{ill: {type: bool}}", "{ill: {type: bool, confidential: true}}"),
        encoding="utf-8",
    )
    pack = aidrules.load("town/aid", path=folder / "rules")
    return aidrules.decide(plain(pack, on=ON).having({"residence": "urban", **facts}), pack, on=ON)


def test_what_came_out_as_expected_passes(tmp_path: Path) -> None:
    decision = decided(tmp_path, income=99, members=[{"ill": True}])
    assert_decision(
        decision, {"outcomes": {"aid": "eligible"}, "entitlements": ["aid.care[m1]"], "values": {"aid.means": True}}
    )


def test_a_difference_is_told_with_the_letter_and_the_household(tmp_path: Path) -> None:
    decision = decided(tmp_path, income=100, members=[{"ill": True}])
    with pytest.raises(AssertionError) as error:
        assert_decision(decision, {"outcomes": {"aid": "eligible"}}, lang="en")
    said = str(error.value)
    assert said.startswith("aid: expected eligible, found ineligible\n  income is below the line: ")
    assert "Statement on a case of social assistance" in said
    assert said.splitlines()[-1].startswith('{"id": "h", "residence": "urban", "members": [{"id": "m1"')
    assert "ill" not in said.splitlines()[-1]
    with pytest.raises(AssertionError, match="收入低于标准"):
        assert_decision(decision, {"outcomes": {"aid": "eligible"}})


def test_a_failing_assertion_is_explained(tmp_path: Path) -> None:
    decision = decided(tmp_path, income=100)
    with pytest.raises(AssertionError) as error, explained(decision, "aid", lang="en") as same:
        assert same.outcomes["aid"].status == "eligible"
    (note,) = error.value.__notes__
    assert "Income is below the line: not met." in note
    assert '"income": "100.00"' in note


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"outcome": {"aid": "eligible"}}, "Did you mean outcomes?"),
        ({"outcomes": {"aids": "eligible"}}, "there is no programme aids"),
        ({"outcomes": {"aid": "granted"}}, "aid never comes to 'granted'"),
        ({"outcomes": ["aid: ineligible"]}, "expected: outcomes: a list of 1; expected texts by name"),
        ({"outcomes": "ineligible"}, "expected: outcomes: the text 'ineligible'; expected texts by name"),
        ({"amounts": "1"}, "expected: amounts: the text '1'; expected texts by name"),
        ({"payments": "none"}, "expected: payments: the text 'none'; expected the terms of payments by rule"),
        ({"values": {"aid.means": {"a": 1}}}, "expected: values: a mapping with aid.means; expected texts by name"),
        ({"reasons": [["aid.means"]]}, "expected: reasons: a list of 1; expected a list of names"),
        ({}, "says nothing that must come out; expected at least one result"),
        ({"outcomes": {}, "gates": []}, "says nothing that must come out; expected at least one result"),
        (None, "expected: found NoneType; expected sections by name"),
        ({3: "eligible"}, "nothing is expected under '3'"),
    ],
)
def test_what_the_pack_can_never_produce_is_refused(tmp_path: Path, expected: Any, said: str) -> None:
    with pytest.raises(DecisionError) as error:
        assert_decision(decided(tmp_path, income=100), expected)
    assert said in str(error.value)
    assert str(error.value).count("assert_decision") <= 1


SECRET = """
inputs:
  household:
    hush: {unit: CNY, confidential: true, max: 900000, zh: 秘额, en: hushed sum}
    day: {type: date, confidential: true, zh: 秘日, en: hushed day}
    sort: {type: [alpha, bravo], confidential: true, zh: 秘类, en: hushed sort}
    stays: {list: stay, confidential: true, fields: {cost: {unit: CNY, zh: 费, en: cost}}, zh: 住, en: stays}
parameters:
  rate:
    unit: CNY/household
    by: household.sort
    zh: 率
    en: rate
    values: [{from: 2020-01-01, is: {alpha: 11, bravo: 22222}, cite: 一}]
definitions:
  limit: {unit: CNY/household, value: household.hush + 1 * CNY, zh: 限, en: limit, cite: 一}
  last: {value: household.day, zh: 末, en: last, cite: 一}
  sorted: {value: household.sort, zh: 类, en: sorted, cite: 一}
  open: {unit: CNY, value: 7 * CNY, zh: 开, en: open, cite: 一}
  dear: {each: household.stays, value: stay.cost > 3 * CNY, zh: 贵, en: dear, cite: 一}
programmes:
  aid:
    zh: 助
    en: aid
    payment: {every: occasion, payee: household}
    cite: 一
    rules:
      lack: {kind: check, must: limit > 900000 * CNY, shortfall: 900000 * CNY - limit, zh: 缺, en: lack, cite: 一}
      due: {kind: deadline, from: household.day, within: 9 day, until: case.decided_on, zh: 期, en: due, cite: 一}
      pays: {kind: amount, amount: "min(limit, rate, 8 * CNY)", round: {to: 0.01, mode: half_up},
        zh: 付, en: pays, cite: 一}
"""


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ({"values": {"limit": 1}}, "limit: expected 1, found a value that is not shown"),
        ({"values": {"rate": 11}}, "rate: expected 11, found a value that is not shown"),
        ({"values": {"sorted": "alpha"}}, "sorted: expected alpha, found a value that is not shown"),
        ({"values": {"dear[1]": False}}, "dear[1]: expected false, found a value that is not shown"),
        ({"values": {"aid.lack.shortfall": 1}}, "aid.lack.shortfall: expected 1, found a value that is not shown"),
        ({"dates": {"last": "2020-01-01"}}, "last: expected 2020-01-01, found a value that is not shown"),
        ({"dates": {"aid.due.due": "2020-01-01"}}, "aid.due.due: expected 2020-01-01, found a value that is not shown"),
        ({"values": {"open": 7}, "amounts": {"aid.pays": 3}}, "aid.pays: expected 3, found 8"),
    ],
)
def test_a_difference_tells_nothing_confidential(tmp_path: Path, expected: Any, found: str) -> None:
    pack = pack_of(tmp_path, SECRET)
    secret = {"hush": "424242", "day": "2024-07-17", "sort": "bravo", "stays": [{"cost": "98765"}]}
    household = pack.Household.model_validate({"members": [{"id": "m1"}], "case": {"decided_on": "none"}, **secret})
    with pytest.raises(AssertionError) as error:
        assert_decision(aidrules.decide(household, pack, on=ON, chain="exact"), expected, lang="en")
    said = str(error.value)
    assert said.splitlines()[0] == found
    told = ("424242", "424243", "475757", "2024-07-17", "2024-07-26", "July", "bravo", "22222", "98765")
    assert [value for value in told if value in said] == []


def test_how_many_items_a_confidential_list_has_is_not_told(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, SECRET)
    household = pack.Household.model_validate({"members": [{"id": "m1"}], "stays": [{"cost": "1"}, {"cost": "2"}]})
    with pytest.raises(DecisionError, match=r"there is no item 5; expected one of its items, which are not shown$"):
        assert_decision(aidrules.decide(household, pack, on=ON, chain="exact"), {"values": {"dear[5]": True}})


def test_the_package_is_imported_without_hypothesis() -> None:
    code = "import sys, aidrules.testing; aidrules.testing.assert_decision; assert 'hypothesis' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
