"""What is paid for each item of a list that nobody has listed is open, and not nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from points import differing

import aidrules
from aidrules.language.pack import Pack

ON = date(2025, 6, 15)
RULES = """
pack: harbour
extends: none
source: order
zh: 港口
en: harbour
in_force: {from: 2020-01-01}
currency: CNY
inputs:
  household:
    boats:
      list: boat
      max_items: 3
      zh: 船
      en: boats
      fields: {sunk: {type: bool, zh: 沉没, en: has sunk}}
  member:
    nets:
      list: net
      max_items: 2
      zh: 渔网
      en: nets
      fields: {cost: {unit: CNY, max: 1000, zh: 价格, en: cost}}
programmes:
  repair:
    zh: 修船补助
    en: help with boats
    cite: 一
    payment: {every: occasion}
    rules:
      local: {kind: eligibility, when: household.registered_here, zh: 本地户籍, en: registered here, cite: 一}
      aid:
        kind: amount
        each: household.boats
        when: boat.sunk
        amount: 400 * CNY
        zh: 每船补助
        en: help for each boat
        cite: 一
  new_nets:
    zh: 渔网补助
    en: help with nets
    subject: member
    cite: 二
    payment: {every: occasion}
    rules:
      aid: {kind: amount, each: member.nets, amount: net.cost, zh: 每网补助, en: help for each net, cite: 二}
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "sources.yaml").write_text(
        "order: {zh: 办法, en: order, issuer: nobody, date: undated}\n", encoding="utf-8"
    )
    (folder / "harbour").mkdir()
    (folder / "harbour" / "pack.yaml").write_text(RULES, encoding="utf-8")
    return aidrules.load("harbour", path=folder)


SUNK, AFLOAT = {"sunk": True}, {"sunk": False}


@pytest.mark.parametrize(
    ("boats", "here", "least", "most", "missing"),
    [
        ([], True, "0.00", "0.00", []),
        ([SUNK, AFLOAT], True, "400.00", "400.00", []),
        ([SUNK, {}], True, "400.00", "800.00", ["boats[1].sunk"]),
        (None, True, "0.00", "1200.00", ["boats"]),
        (None, False, "0.00", "0.00", []),
    ],
)
def test_of_a_household(pack: Pack, boats: Any, here: bool, least: str, most: str, missing: list[str]) -> None:
    facts = {"registered_here": here, "boats": boats, "members": [{"id": "a", "nets": []}]}
    household = pack.Household.model_validate(facts)
    decision = aidrules.decide(household, pack, on=ON)
    found = decision.outcomes["repair"]
    assert found.status == ("eligible" if here else "ineligible")
    if least == most:
        assert (found.one_off, found.one_off_bounds) == (Decimal(least), None)
    else:
        assert found.one_off is None and found.one_off_bounds is not None
        assert (found.one_off_bounds.low, found.one_off_bounds.high) == (Decimal(least), Decimal(most))
    assert [one.input for one in decision.missing] == missing and decision.is_open is bool(missing)
    assert differing(pack, [household], ON) == []


def test_of_a_person(pack: Pack) -> None:
    nets = [{"cost": "300"}, {"cost": "200.50"}]
    members = [{"id": "a", "nets": nets}, {"id": "b"}, {"id": "c", "nets": []}, {"id": "d", "nets": [{}]}]
    household = pack.Household.model_validate({"registered_here": True, "boats": [], "members": members})
    decision = aidrules.decide(household, pack, on=ON)
    found = {
        name: (person.one_off, person.one_off_bounds and str(person.one_off_bounds.high))
        for name, person in decision.outcomes["new_nets"].persons.items()
    }
    assert found == {
        "a": (Decimal("500.50"), None),
        "b": (None, "2000.00"),
        "c": (Decimal("0.00"), None),
        "d": (None, "1000.00"),
    }
    total = decision.outcomes["new_nets"].one_off_bounds
    assert total is not None and (str(total.low), str(total.high)) == ("500.50", "3500.50")
    assert [one.input for one in decision.missing] == ["members[1].nets", "members[3].nets[0].cost"]
    assert differing(pack, [household], ON) == []


def test_the_letter_says_what_nobody_has_listed(pack: Pack) -> None:
    household = pack.Household.model_validate({"registered_here": True, "members": [{"id": "a", "nets": []}]})
    said = aidrules.decide(household, pack, on=ON).explain("en")
    assert "Not settled yet, nor how much: help for each boat" in said
    assert "“boats”: nothing is recorded, not even that there are none" in said
