"""Combination: of benefits that may not be had together one is paid and the others give way."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from aidrules import Decision, decide
from aidrules.decision.names import names_of
from aidrules.engine import Bounds, Compiled
from aidrules.errors import PackError
from borough import ON, compiled, pack_of, problems_of, run

PACK = """
inputs:
  household: {poor: {type: bool}, hurt: {type: bool}, town: {type: bool}}
  member: {old: {type: bool}, disabled: {type: bool}, orphan: {type: bool}, care: {unit: CNY/month, max: 900}}
findings:
  wish: {about: member, type: [elder, disability, orphans], who: guardian}
programmes:
  elder:
    subject: member
    zh: 养老护理补贴
    en: elder care
    rules:
      is_old: {kind: eligibility, when: member.old}
      pay: {kind: amount, amount: member.care}
  disability:
    subject: member
    zh: 残疾人护理补贴
    en: disability care
    rules:
      is_disabled: {kind: eligibility, when: member.disabled}
      pay: {kind: amount, amount: 120 * CNY / month, zh: 护理, en: care}
  orphans:
    subject: member
    zh: 孤儿保障
    en: orphan allowance
    rules:
      is_orphan: {kind: eligibility, when: member.orphan}
      pay: {kind: amount, amount: 1000 * CNY / month}
  relief:
    zh: 救济
    en: relief
    rules:
      is_poor: {kind: eligibility, when: household.poor}
      pay: {kind: amount, amount: 300 * CNY / month}
  once:
    rules:
      is_hurt: {kind: eligibility, when: household.hurt}
      pay: {kind: amount, amount: 500 * CNY}
  rules_across:
    subject: member
    rules:
      care:
        kind: combination
        among: [elder, disability]
        keep: KEEP
        zh: 两项护理补贴不重复享受
        en: the two care allowances are not had together
        cite: art 5
"""


def across(tmp_path: Path, keep: str = "highest", more: str = "") -> Compiled:
    return compiled(tmp_path, PACK.replace("KEEP", keep) + more)


def person(**facts: Any) -> dict[str, Any]:
    return {"old": True, "disabled": True, "orphan": False, "care": 200, **facts}


def paid(rules: Compiled, *names: str, **facts: Any) -> list[Any]:
    found = run(rules, members=[person(**facts)], poor=False, hurt=False)
    return [found.value(f"{name}.amount", 0) for name in names]


@pytest.mark.parametrize(("care", "elder", "disability"), [(119, 0, 120), (120, 120, 0), (121, 121, 0)])
def test_the_higher_is_paid_and_of_equal_ones_the_first(tmp_path: Path, care: int, elder: int, disability: int) -> None:
    rules = across(tmp_path)
    assert paid(rules, "elder", "disability", care=care) == [elder, disability]
    assert paid(rules, "elder", "disability", care=care, old=False) == [0, 120]
    assert paid(rules, "elder", "disability", care=care, disabled=False) == [care, 0]


def test_the_first_listed_is_paid_whatever_it_comes_to(tmp_path: Path) -> None:
    rules = across(tmp_path, "first")
    assert paid(rules, "elder", "disability", care=1) == [1, 0]
    assert paid(rules, "elder", "disability", care=1, old=False) == [0, 120]


def test_both_are_paid_where_they_may_be_had_together(tmp_path: Path) -> None:
    rules = across(tmp_path, "all")
    assert paid(rules, "elder", "disability", care=200) == [200, 120]
    assert run(rules, members=[person()]).value("rules_across.care", 0) is True
    assert run(rules, members=[person(old=False)]).value("rules_across.care", 0) is False


@pytest.mark.parametrize(
    ("wish", "amounts"),
    [("elder", [200, 0, 0]), ("disability", [0, 120, 0]), ("orphans", [0, 0, 1000]), (None, [None, None, None])],
)
def test_the_one_chosen_is_paid(tmp_path: Path, wish: str | None, amounts: list[int | None]) -> None:
    text = PACK.replace("KEEP", "chosen\n        choice: finding.wish")
    rules = compiled(tmp_path, text.replace("[elder, disability]", "[elder, disability, orphans]"))
    wished = {} if wish is None else {"findings": {"wish": {"value": wish}}}
    found = paid(rules, "elder", "disability", "orphans", orphan=True, **wished)
    bounds = [Bounds(Fraction(0), Fraction(most)) for most in (200, 120, 1000)]
    assert found == [most if one is None else one for one, most in zip(amounts, bounds, strict=True)]
    if wish == "orphans":  # what is not due cannot be had by choice; then the first listed is paid
        assert paid(rules, "elder", "disability", **wished) == [200, 0]
    if wish is None:  # nothing needs to be chosen where one alone is due
        assert paid(rules, "elder", "disability", "orphans", disabled=False) == [200, 0, 0]


def test_what_gave_way_to_one_is_in_the_way_of_no_other(tmp_path: Path) -> None:
    more = """
      orphan_first: {kind: combination, among: [orphans, elder], keep: first}
"""
    rules = across(tmp_path, "first", more)
    # elder takes the place of disability, and then gives way to the orphan allowance itself
    assert paid(rules, "orphans", "elder", "disability", orphan=True) == [1000, 0, 0]
    turned = PACK.replace("KEEP", "first").replace("      care:\n", f"      {more.strip()}\n      care:\n")
    # the other way round elder is gone before disability is looked at
    assert paid(compiled(tmp_path, turned), "orphans", "elder", "disability", orphan=True) == [1000, 0, 120]


def test_a_household_as_a_whole_has_one_of_two(tmp_path: Path) -> None:
    more = """
  household_rules:
    rules:
      one: {kind: combination, among: [relief, elder], keep: highest, when: household.town}
"""
    rules = across(tmp_path, "all", more)
    members = [person(care=160), person(care=140)]

    def amounts(**facts: Any) -> list[Any]:
        found = run(rules, members=members, poor=True, hurt=False, **facts)
        return [found.value("relief.amount"), found.value("elder.amount", 0), found.value("elder.amount", 1)]

    assert amounts(town=True) == [300, 0, 0]  # 160 + 140 is no more than 300
    assert amounts(town=False) == [300, 160, 140]
    members[1]["care"] = 141
    assert amounts(town=True) == [0, 160, 141]


def test_unknown_whether_another_is_due_leaves_the_amount_between_bounds(tmp_path: Path) -> None:
    rules = across(tmp_path, "first")
    assert paid(rules, "disability", old=None) == [Bounds(Fraction(0), Fraction(120))]
    assert paid(rules, "disability", old=None, disabled=False) == [0]
    higher = across(tmp_path)
    assert paid(higher, "elder", "disability", care=None, old=False) == [0, 120]


def decided(tmp_path: Path, **facts: Any) -> Decision:
    pack = pack_of(tmp_path, PACK.replace("KEEP", "highest"))
    known = {"members": [{"id": "a", **person(**facts)}], "poor": True, "hurt": False, "town": False, "benefits": []}
    return decide(pack.Household.model_validate(known), pack, on=ON)


def test_letter_and_trace_say_what_gave_way_and_by_which_clause(tmp_path: Path) -> None:
    decision = decided(tmp_path)
    assert (decision.outcomes["disability"].status, decision.outcomes["disability"].monthly) == ("eligible", Decimal(0))
    assert {line.rule for line in decision.payments} == {"elder.pay", "relief.pay"}
    said = "Not paid beside elder care: the two care allowances are not had together. (Byelaw, art 5)"
    assert said in decision.explain("en")
    assert "与养老护理补贴不重复发放：两项护理补贴不重复享受。（依据：《区规》art 5）" in decision.explain("zh")
    rules = {rule.rule: rule for rule in decision.trace.rules}
    states = {part.id: part.state for part in rules["rules_across.care"].steps[0].parts}
    assert states == {"elder": "not_applied", "disability": "applied"}
    assert rules["rules_across.care"].clauses[0].clause == "art 5"
    assert rules["disability.pay"].steps[0].state == "not_reached"
    assert "Not paid beside" not in decided(tmp_path, old=False).explain("en")


def test_what_would_be_paid_alone_is_not_told_where_it_is_confidential(tmp_path: Path) -> None:
    text = PACK.replace("KEEP", "highest").replace("max: 900}", "max: 900, confidential: true}")
    names = names_of(compiled(tmp_path, text))
    told = [names.may_be_told(f"elder.{name}") for name in ("amount_alone", "amount", "gives_way")]
    assert told == [False, True, True]


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("[elder, disabilty]", "there is no programme 'disabilty'; expected one of"),
        ("[elder, relief]", "relief is due to the household; expected a programme with subject: member"),
        ("[elder, elder]", "among: names a programme twice; expected each programme once"),
        ("[elder]", "among"),
        ("[elder, disability]\n        each: member.incomes", "each: of a combination"),
        (
            "[elder, disability]\n        choice: finding.wish",
            "choice: beside keep: highest; expected keep: ch",
        ),
    ],
)
def test_what_is_refused(tmp_path: Path, change: str, found: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, PACK.replace("KEEP", "highest").replace("[elder, disability]", change, 1))
    assert found in problems_of(error)


def test_what_cannot_be_compared_or_chosen(tmp_path: Path) -> None:
    more = "\n  household_rules: {rules: {one: {kind: combination, among: [relief, once], keep: highest}}}\n"
    with pytest.raises(PackError) as error:
        across(tmp_path, "all", more)
    assert "once.pay is not paid by the month; expected programmes that pay by the month" in problems_of(error)
    for choice, said in [("household.poor", "`household.poor` is yes or no"), ("finding.wihs", "wihs")]:
        with pytest.raises(PackError) as error:
            across(tmp_path, f"chosen\n        choice: {choice}")
        assert said in problems_of(error)
