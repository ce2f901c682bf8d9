"""What is proven about conditions: contradictions through names, lists, options, whole numbers and bounds."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from drafted import changed, write

from aidrules import load
from aidrules.language import core
from aidrules.lint.logic import Logic

IMPOSSIBLE = [
    "earned > line and earned + 1 * CNY / month < line",
    "poor and earned >= 2 * line",
    "count(members) < 1",
    "count(members) > 2 and count(members) < 3",
    "household.residence == urban and household.residence == rural",
    "household.residence not in [urban, rural]",
    "finding.grave and not (finding.grave or poor)",
    "any(m.own > line and m.own < line for m in members)",
    "earned < 0",
    "(earned < line or earned < line / 2) and earned > line",
    "case.applied_on is not none and case.applied_on > on and case.applied_on < on",
]
POSSIBLE = [
    "earned > line / 2 and earned < line",
    "count(members) > 2 and count(members) < 4",
    "household.residence == urban or household.residence == rural",
    "any(m.own > line for m in members) and any(m.own < line for m in members)",
    "earned >= line and earned <= line",
    "not poor or finding.grave",
]
POOR = "definitions:\n  poor: {value: earned < line, zh: 贫困, en: poor, cite: art 2}\n"


def _condition(text: str, folder: Path) -> tuple[Logic, core.Expr]:
    pack = changed(
        ("definitions:\n", f"{POOR}  asked: {{value: '{text}', zh: 问, en: asked, cite: art 2}}\n"),
    )
    compiled = load("town", path=write(folder, pack)).on(date(2024, 1, 1))
    return Logic(compiled), compiled.definitions["asked"].expr


@pytest.mark.parametrize("text", IMPOSSIBLE)
def test_a_contradiction_is_proven(text: str, tmp_path: Path) -> None:
    logic, condition = _condition(text, tmp_path)
    assert not logic.possible(condition)
    assert logic.certain(core.Not(condition))


@pytest.mark.parametrize("text", POSSIBLE)
def test_what_can_hold_is_not_refused(text: str, tmp_path: Path) -> None:
    logic, condition = _condition(text, tmp_path)
    assert logic.possible(condition)


def test_one_condition_implies_another(tmp_path: Path) -> None:
    logic, both = _condition("earned < line / 2 and finding.grave", tmp_path)
    assert isinstance(both, core.And)
    assert logic.implies(both, both.items[0])
    assert not logic.implies(both.items[0], both)


def test_a_proof_that_becomes_too_long_is_given_up(tmp_path: Path) -> None:
    many = " and ".join(f"(earned < {n} * CNY / month or earned > {n + 1} * CNY / month)" for n in range(3, 40, 2))
    logic, condition = _condition(f"({many}) and earned > line and earned < line", tmp_path)
    assert not logic.possible(condition)
    logic, condition = _condition(f"({many}) and count(members) > 99", tmp_path)
    assert not logic.possible(condition)
