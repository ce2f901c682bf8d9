"""Mutants of a parameter that a case expects to be missing, though nothing else that it expects rests on it."""

from __future__ import annotations

from pathlib import Path

from agency import agency

from aidrules.testing.mutation import Asked, checked

PACK = """pack: town/dated
extends: none
source: byelaw
parameters:
  rate:
    unit: CNY/household/month
    required: true
    values: [{from: 2025-01-01, until: 2025-12-31, is: 50}]
programmes:
  aid:
    zh: 救济
    en: aid
    rules: {monthly: {kind: amount, amount: rate, payment: {every: month, payee: household}}}
"""
CASES = """cases:
  - {name: last_day, on: 2025-12-31, given: {members: [{id: a}]}, expect: {amounts: {aid.monthly: 50}}}
  - {name: next_day, on: 2026-01-01, given: {members: [{id: a}]}, expect: {outcomes: {aid: eligible}, missing: [rate]}}
"""


def test_the_last_day_of_a_value_is_noticed_by_what_is_missing(tmp_path: Path) -> None:
    agency(tmp_path)
    pack = tmp_path / "rules" / "town" / "dated"
    (pack / "cases").mkdir(parents=True)
    (pack / "dated.yaml").write_text(PACK, encoding="utf-8")
    (pack / "cases" / "dated.yaml").write_text(CASES, encoding="utf-8")
    found = checked(Asked("town/dated", tmp_path / "rules", "rate"))
    by = {each.mutant.name: (each.state, each.by) for each in found.verdicts}
    assert by["rate values.0.until: 2025-12-31 -> 2026-01-01"] == ("noticed", "next_day")
