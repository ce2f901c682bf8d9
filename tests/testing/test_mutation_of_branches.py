"""Mutants of a pack in which a rule reads a case of a definition that nothing before it reads."""

from __future__ import annotations

from pathlib import Path

from agency import agency

from aidrules.testing.mutation import Asked, checked

PACK = """pack: town/care
extends: none
source: byelaw
inputs:
  member: {ill: {type: bool}, old: {type: bool}, here: {type: bool}}
definitions:
  in_need: {each: member, any_of: {ill: {when: member.ill}, old: {when: member.old}}}
programmes:
  aid:
    zh: 救济
    en: aid
    subject: member
    rules:
      care: {kind: entitlement, when: member.here and member.in_need.ill}
"""
CASES = """on: 2025-06-15
items: {members: {old: "false", here: "true"}}
cases:
  - name: ill_or_not
    given: {members: [{id: a, ill: "true"}, {id: b, ill: "false"}, {id: c, ill: "true", here: "false"}]}
    expect: {entitlements: ["aid.care[a]"], not: ["aid.care[b]", "aid.care[c]"]}
"""


def test_a_case_of_a_definition_is_found_before_anything_else_reads_it(tmp_path: Path) -> None:
    agency(tmp_path)
    pack = tmp_path / "rules" / "town" / "care"
    (pack / "cases").mkdir(parents=True)
    (pack / "care.yaml").write_text(PACK, encoding="utf-8")
    (pack / "cases" / "care.yaml").write_text(CASES, encoding="utf-8")
    found = checked(Asked("town/care", tmp_path / "rules", "aid"))
    assert found.counts["noticed"] > 2 and found.alive == ()
