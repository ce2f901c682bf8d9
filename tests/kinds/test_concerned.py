"""What is asked of persons, and watched for them, in a programme about some of them: of these alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from aidrules.decision import decide
from borough import pack_of

RULES = """
in_force: undated
definitions:
  grown: {zh: 成年人, en: adults, value: "[m for m in household.members if m.sex == male]"}
programmes:
  work:
    subject: member
    members: grown
    zh: 就业
    en: work
    rules:
      seen: {kind: check, zh: 已到场, en: was seen, must: member.lives_here}
      papers: {kind: gate, zh: 交材料, en: papers, needed_when: not member.lives_here}
      call: {kind: deadline, zh: 回访, en: a call, from: member.birth_date, within: 30 day}
      visit: {kind: cadence, zh: 走访, en: a visit, every: 1 month, last: member.birth_date}
  home:
    subject: member
    zh: 居家
    en: home
    rules:
      seen: {kind: check, zh: 已到场, en: was seen, must: member.lives_here}
"""


def test_rules_that_open_no_benefit_concern_whom_the_programme_is_about(tmp_path: Path) -> None:
    rules = pack_of(tmp_path, RULES)
    own = {"lives_here": False, "birth_date": "2025-05-01"}
    members = [{"id": "a", "sex": "male", **own}, {"id": "b", "sex": "female", **own}]
    household = rules.Household.model_validate({"members": [{**m, "birth_date": date(2025, 5, 1)} for m in members]})
    found = decide(household, rules, on=date(2025, 6, 1), chain="exact")
    needed = [gate for gate in found.gates if gate.state == "needed"]
    duties = (*found.checks, *needed, *found.deadlines, *found.cadences)
    work = {(f"work.{rule}", "a") for rule in ("seen", "papers", "call", "visit")}
    assert {(each.rule, each.about) for each in duties} == {*work, ("home.seen", "a"), ("home.seen", "b")}
