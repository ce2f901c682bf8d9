"""Mutants of a rule that another is like: what the other comes to notices them too."""

from __future__ import annotations

from pathlib import Path

from agency import agency

from aidrules.testing.mutation import Asked, checked

PACK = """pack: town/alike
extends: none
source: byelaw
inputs: {member: {ill: {type: bool}, here: {type: bool}}}
programmes:
  aid:
    zh: 救济
    en: aid
    subject: member
    rules: {care: {kind: entitlement, when: member.ill or member.here}}
  lodging:
    zh: 住宿
    en: lodging
    subject: member
    rules: {care: {like: aid.care}}
"""
CASES = """on: 2025-06-15
cases:
  - name: ill_or_here
    given: {members: [{id: a, ill: "true", here: "false"}, {id: b, ill: "false", here: "true"}]}
    expect: {entitlements: ["lodging.care[a]", "lodging.care[b]"]}
"""


def test_a_case_of_the_rule_that_is_like_it_notices(tmp_path: Path) -> None:
    agency(tmp_path)
    pack = tmp_path / "rules" / "town" / "alike"
    (pack / "cases").mkdir(parents=True)
    (pack / "alike.yaml").write_text(PACK, encoding="utf-8")
    (pack / "cases" / "alike.yaml").write_text(CASES, encoding="utf-8")
    found = checked(Asked("town/alike", tmp_path / "rules", "aid.care"))
    by = {each.mutant.name: (each.state, each.by) for each in found.verdicts}
    assert by["aid.care when: or -> and"] == ("noticed", "ill_or_here")


NARROW = """pack: town/alike/quarter
source: byelaw
overrides:
  programmes:
    aid:
      rules:
        care:
          any_of.ill.when: member.ill and member.here
          any_of.ill.cite: art 1
          any_of.ill.zh: 有病
          any_of.ill.en: ill
"""


def test_words_that_a_dotted_key_changes_are_no_rule(tmp_path: Path) -> None:
    agency(tmp_path)
    pack = tmp_path / "rules" / "town" / "alike"
    (pack / "quarter").mkdir(parents=True)
    parts = "any_of: {ill: {when: member.ill, zh: 病, en: sick}, here: {when: member.here, zh: 在此, en: here}}"
    (pack / "alike.yaml").write_text(PACK.replace("when: member.ill or member.here", parts), encoding="utf-8")
    (pack / "quarter" / "quarter.yaml").write_text(NARROW, encoding="utf-8")
    found = checked(Asked("town/alike/quarter", tmp_path / "rules"))
    names = [each.mutant.name for each in found.verdicts]
    assert "aid.care any_of.ill.when: and -> or" in names and not any(
        f"any_of.ill.{words}" in name for name in names for words in ("zh", "en", "cite")
    )
