"""Letters about amounts for members and for items of lists: how each of them is reckoned, and whose it is."""

from __future__ import annotations

from pathlib import Path

from aidrules.decision import Decision, decide
from borough import ON, pack_of

PACK = """
inputs:
  member:
    claims:
      list: term
      zh: 账单
      en: bills
      fields:
        cost: {unit: CNY, zh: 费用, en: cost}
        near: {type: bool, zh: 区内, en: nearby}
parameters:
  share: {keys: [near, far], values: [{is: {near: 50%, far: 35%}}], zh: 比例, en: share}
definitions:
  own:
    each: member
    unit: CNY/person
    value: sum(c.part for c in member.claims) + 1 * CNY
    zh: 本人部分
    en: own part
  part:
    each: member.claims
    unit: CNY/term
    value: "(share[near] if term.near else share[far]) * term.cost"
    zh: 每笔
    en: part of a bill
programmes:
  aid:
    subject: member
    zh: 救助
    en: aid
    payment: {every: occasion}
    rules:
      bills:
        kind: amount
        amount: sum(c.part for c in member.claims)
        round: {to: 0.01, mode: half_up}
        zh: 救助金
        en: payment
      rest: {kind: amount, amount: member.own, round: {to: 0.01, mode: half_up}, zh: 余额, en: rest}
"""


def decided(folder: Path, *bills: list[tuple[object, bool]]) -> Decision:
    """A member for each list of bills: what they cost, and whether nearby."""
    rules = pack_of(folder, PACK)
    members = [
        {"id": f"m{place}", "claims": [{"cost": cost, "near": near} for cost, near in listed]}
        for place, listed in enumerate(bills, 1)
    ]
    return decide(rules.Household.model_validate({"members": members}), rules, on=ON)


def test_each_item_and_each_member_has_its_figures(tmp_path: Path) -> None:
    told = decided(tmp_path, [("100", True), ("10", False)], [("30", True)]).explain("en")
    assert "Part of a bill (item 1 of the bills of member m1) = share (near) × cost = 50% × 100 = 50 yuan." in told
    assert "Part of a bill (item 2 of the bills of member m1) = share (far) × cost = 35% × 10 = 3.5 yuan." in told
    assert "Part of a bill (item 1 of the bills of member m2) = share (near) × cost = 50% × 30 = 15 yuan." in told
    assert "Own part (member m1) = " in told and "Own part (member m2) = " in told
    assert "Share (near): 50%." in told and "Share (far): 35%." in told


def test_a_share_that_no_item_takes_is_not_told(tmp_path: Path) -> None:
    told = decided(tmp_path, [("100", True)]).explain("zh")
    assert "每笔（成员 m1 的第1项账单） = 比例（near） × 费用 = 50% × 100 = 50元。" in told
    assert "35%" not in told


def test_a_number_that_is_rounded_is_said_once(tmp_path: Path) -> None:
    told = decided(tmp_path, [("2400.33", True)]).explain("en")
    assert "1200.165, rounded half up to 0.01 yuan" in told and "1200.165 = 1200.165" not in told


def test_what_is_open_of_an_item_is_asked_for_and_not_reckoned(tmp_path: Path) -> None:
    told = decided(tmp_path, [(None, True)]).explain("en")
    assert "“cost” (item 1 of the bills" not in told and "Part of a bill (item 1" not in told


def test_items_that_count_for_something_confidential_are_not_told_apart(tmp_path: Path) -> None:
    hushed = PACK.replace("{type: bool, zh: 区内", "{type: bool, confidential: true, zh: 区内")
    hushed = hushed.replace('"(share[near] if term.near else share[far]) * term.cost"', "share[near] * term.cost")
    hushed = hushed.replace("in member.claims)\n        round", "in member.claims if c.near)\n        round")
    rules = pack_of(tmp_path, hushed.partition("      rest:")[0])
    bills = [{"cost": 100, "near": True}, {"cost": 10, "near": False}]
    facts = {"members": [{"id": "m1", "claims": bills}]}
    told = decide(rules.Household.model_validate(facts), rules, on=ON).explain("en")
    assert "50.00 yuan" in told and "Part of a bill" not in told
