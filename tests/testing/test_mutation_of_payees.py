"""Mutants of a definition that says who is paid: a case that expects the payee notices them."""

from __future__ import annotations

from pathlib import Path

import pytest
from agency import agency

from aidrules.testing.mutation import Asked, checked

PACK = """pack: town/paid
extends: none
source: byelaw
currency: CNY
definitions:
  recipient:
    zh: 收款人
    en: who receives it
    cases:
      office: {zh: 办公室, en: the office, when: household.registered_here}
      home: {zh: 家庭, en: the home, otherwise: "true"}
programmes:
  aid:
    zh: 救济
    en: aid
    rules: {once: {kind: amount, amount: 5 * CNY, payee: recipient, payment: {every: life}}}
"""
CASES = """on: 2025-06-15
cases:
  - name: here
    given: {registered_here: "true", members: [{id: a}]}
    expect: {payments: {aid.once: {EXPECTED}}}
"""


def alive(folder: Path, expected: str) -> list[str]:
    agency(folder)
    pack = folder / "rules" / "town" / "paid"
    (pack / "cases").mkdir(parents=True)
    (pack / "paid.yaml").write_text(PACK, encoding="utf-8")
    (pack / "cases" / "paid.yaml").write_text(CASES.replace("EXPECTED", expected), encoding="utf-8")
    found = checked(Asked("town/paid", folder / "rules", "recipient"))
    return [each.mutant.name for each in found.alive]


@pytest.mark.parametrize("expected", ["payee: office", "amount: 5, payee: office"])
def test_a_case_that_expects_the_payee_notices_another(tmp_path: Path, expected: str) -> None:
    assert alive(tmp_path, expected) == ["recipient: without cases.home", "recipient: without cases.home.otherwise"]


def test_a_case_that_expects_the_amount_alone_does_not(tmp_path: Path) -> None:
    assert "recipient: without cases.office" in alive(tmp_path, "amount: 5")
