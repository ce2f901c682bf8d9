"""Mutants of the bounds of a finding: a case that gives one at the bound notices that it is refused."""

from __future__ import annotations

from pathlib import Path

from agency import agency

from aidrules.testing.mutation import Asked, checked

PACK = """pack: town/found
extends: none
source: byelaw
currency: CNY
findings:
  months:
    about: household
    unit: month
    within: [1, 6]
    beyond: {up_to: 9, needs: [reason]}
    who: town
    zh: 月数
    en: months
terms: {town: {zh: 镇政府, en: the town}}
programmes:
  aid:
    zh: 救济
    en: aid
    rules: {once: {kind: amount, amount: 5 * CNY / month * finding.months, payment: {every: life, payee: household}}}
"""
CASES = """on: 2025-06-15
cases:
  - {name: at_the_bound, given: {findings: {months: {value: 6}}, members: [{id: a}]}, expect: {amounts: {aid.once: 30}}}
  - name: beyond_it
    given: {findings: {months: {value: 7}}, members: [{id: a}]}
    expect: {refused: months}
"""


def test_a_case_at_the_bound_notices_that_it_is_moved(tmp_path: Path) -> None:
    agency(tmp_path)
    pack = tmp_path / "rules" / "town" / "found"
    (pack / "cases").mkdir(parents=True)
    (pack / "found.yaml").write_text(PACK, encoding="utf-8")
    (pack / "cases" / "found.yaml").write_text(CASES, encoding="utf-8")
    found = checked(Asked("town/found", tmp_path / "rules", "months"))
    by = {each.mutant.name: (each.state, each.by) for each in found.verdicts}
    assert by["months within.1: 6 -> 5"] == ("noticed", "at_the_bound")
    assert by["months within.1: 6 -> 7"] == ("noticed", "beyond_it")
