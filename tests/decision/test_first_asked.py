"""Which questions come first: what an urgent case is for, then who counts, and never two that wait for each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules.decision import decide
from borough import ON, pack_of

RULES = """
inputs:
  household: {hungry: {type: bool, zh: 缺粮, en: hungry}, lodging: {type: bool, zh: 寄居, en: lodges}}
  member:
    at_sea: {type: bool, zh: 出海, en: at sea}
    strength: {unit: 1, min: 0, max: 9, zh: 体力, en: strength}
    load: {unit: 1, min: 0, max: 9, zh: 负担, en: load}
definitions:
  ashore: {each: member, value: not member.at_sea, zh: 在岸, en: ashore}
  in_unit: {each: member, value: member.ashore and not member.home.eligible, zh: 计入, en: counts}
  unit: {value: "[m for m in household.members if m.in_unit]", zh: 计入者, en: those who count}
programmes:
  aid:
    rules:
      some: {kind: eligibility, when: count(unit) >= 1}
      here: {kind: eligibility, when: household.registered_here}
  home:
    subject: member
    rules: {frail: {kind: eligibility, when: member.strength < member.load}}
  bread:
    rules:
      hungry: {kind: eligibility, when: household.hungry}
      lodging: {kind: eligibility, when: household.lodging}
      at_once: {kind: gate, needed_when: case.urgent}
"""


def asked(folder: Path, urgent: bool | None) -> str:
    """What the letter says is missing."""
    rules = pack_of(folder, RULES)
    facts = {"members": [{"id": "a"}], "case": {"urgent": urgent}}
    decision = decide(rules.Household.model_validate(facts), rules, on=ON, chain="exact")
    return decision.explain(lang="en").partition("What is missing")[2]


def test_what_an_urgent_case_is_for_is_asked_first(tmp_path: Path) -> None:
    letter = asked(tmp_path, urgent=True)
    assert letter.index("“hungry”") < letter.index("“registered in this locality”")


@pytest.mark.parametrize("urgent", [False, None])
def test_a_case_of_which_nobody_says_that_it_is_urgent_is_asked_in_the_usual_order(
    tmp_path: Path, urgent: bool | None
) -> None:
    letter = asked(tmp_path, urgent)
    assert letter.index("“registered in this locality”") < letter.index("“hungry”")


def test_what_decides_who_counts_is_asked_before_what_settles_more_about_a_person(tmp_path: Path) -> None:
    letter = asked(tmp_path, urgent=False)
    assert letter.index("“at sea”") < letter.index("“strength”")


ROUND = """
inputs:
  household:
    born_here: {type: bool, zh: 生于本地, en: born here}
    settled: {type: bool, zh: 定居, en: settled}
definitions:
  of_here: {value: household.born_here or household.settled, zh: 本地, en: of here}
programmes:
  aid: {rules: {here: {kind: eligibility, when: of_here}}}
  care: {rules: {ill: {kind: eligibility, when: "any(e.kind == fire and of_here for e in household.events)"}}}
"""


def test_of_two_that_may_each_make_the_other_needless_one_is_asked_for(tmp_path: Path) -> None:
    rules = pack_of(tmp_path, ROUND)
    decision = decide(rules.Household.model_validate({"members": [{"id": "a"}]}), rules, on=ON, chain="exact")
    letter = decision.explain(lang="en").partition("What is missing")[2].splitlines()
    needless = next(line for line in letter if "may make this needless" in line)
    assert "settled" in needless
    assert "born here" not in needless
