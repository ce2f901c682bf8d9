"""Columns pay what a decision pays where benefits give way to each other, also where facts are open."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from points import differing

from borough import ON, pack_of

PACK = """
inputs:
  household: {poor: {type: bool}}
  member: {old: {type: bool}, ill: {type: bool}, care: {unit: CNY/month, max: 900}}
findings:
  wish: {about: household, type: [elder, relief], who: office}
programmes:
  elder:
    subject: member
    rules:
      is_old: {kind: eligibility, when: member.old}
      pay: {kind: amount, amount: member.care}
  sick:
    subject: member
    rules:
      is_ill: {kind: eligibility, when: member.ill}
      pay: {kind: supplement, grades: {ill: {when: member.ill, amount: 120 * CNY / month}}, stacking: sum}
      higher: {kind: combination, among: [elder, sick], keep: highest}
  relief:
    rules:
      is_poor: {kind: eligibility, when: household.poor}
      pay: {kind: amount, each: member, amount: 100 * CNY / month}
      one: {kind: combination, among: [relief, elder], keep: KEEP}
"""


@pytest.mark.parametrize("keep", ["first", "highest", "chosen, choice: finding.wish"])
def test_every_combination_of_facts_known_or_not(tmp_path: Path, keep: str) -> None:
    pack = pack_of(tmp_path, PACK.replace("KEEP", keep))
    facts = product((True, None), (True, False), (119, 121, None), (False, None), ("elder", "relief", None))
    households = [
        pack.Household.model_validate(
            {
                "id": f"h{row}",
                "poor": poor,
                "members": [
                    {"id": "a", "old": True, "ill": ill, "care": care},
                    {"id": "b", "old": old, "ill": True, "care": 90},
                ],
                **({} if wish is None else {"findings": {"wish": {"value": wish}}}),
            }
        )
        for row, (poor, ill, care, old, wish) in enumerate(facts)
    ]
    assert list(differing(pack, households, ON)) == []
