"""Boundaries of what is paid: a least amount, grades with clauses of their own, a standard that an overlay gives."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from edges import SOURCES

from aidrules import load
from aidrules.cli import main
from aidrules.testing.boundaries import Boundary, boundaries
from aidrules.testing.boundaries.told import lines

PACK = """pack: vale/least
extends: none
source: act
currency: CNY
inputs:
  household: {income: {unit: CNY/month, max: 100000, zh: 收入, en: income}}
  member: {old: {type: bool, zh: 老人, en: old}, ill: {type: bool, zh: 患病, en: ill}}
parameters:
  line: {unit: CNY/household/month, zh: 标准, en: line, required: true}
programmes:
  relief:
    zh: 救济
    en: relief
    rules:
      poor: {kind: eligibility, when: household.income < line, zh: 低于标准, en: below the line, cite: art 1}
      gap:
        kind: amount
        amount: line - household.income
        floor: 20% * line
        zh: 差额
        en: gap
        cite: art 2
      extra:
        kind: supplement
        each: member
        stacking: highest_per_person
        zh: 增发
        en: supplement
        cite: art 3
        grades:
          old: {when: member.old, amount: 50 * CNY / month, zh: 老人, en: an old person, cite: art 3(1)}
          ill: {when: member.ill, amount: 80 * CNY / month, zh: 患病, en: an ill person}
"""
CASES = """on: 2025-02-28
overlays: [vale/least/overlays/2025]
cases:
  - name: one
    given: {income: 700, members: [{id: a, old: "true", ill: "false"}]}
    expect: {amounts: {relief.gap: 300}}
"""
OVERLAY = """overlay: vale/least/overlays/2025
pack: vale/least
source: act
parameters: {line: {values: [{from: 2025-01-01, is: 1000}]}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found: Path = tmp_path_factory.mktemp("least")
    home = found / "vale" / "least"
    (home / "cases").mkdir(parents=True)
    (home / "overlays").mkdir()
    (home / "pack.yaml").write_text(PACK, encoding="utf-8")
    (home / "cases" / "one.yaml").write_text(CASES, encoding="utf-8")
    (home / "overlays" / "2025.yaml").write_text(OVERLAY, encoding="utf-8")
    other = OVERLAY.replace("/2025", "/2026").replace("2025-01-01, is: 1000", "2026-01-01, is: 2000")
    (home / "overlays" / "2026.yaml").write_text(other, encoding="utf-8")
    (found / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    return found


def made(folder: Path, *overlays: str) -> dict[str, Boundary]:
    pack = load("vale/least", path=folder).with_overlay(*overlays)
    return {boundary.name: boundary for boundary in boundaries(pack, path=folder)}


def test_the_standard_is_that_of_the_overlay_which_the_cases_name_from_its_first_day(folder: Path) -> None:
    found = boundaries(load("vale/least", path=folder), path=folder)
    assert (found.on, found.overlays, found.open) == (date(2025, 1, 1), ("vale/least/overlays/2025",), ())
    poor = next(boundary for boundary in found if boundary.name == "relief.poor#1")
    assert [(side.given, side.holds) for side in poor.sides] == [
        (Fraction("999.99"), True),
        (1000, False),
        (Fraction("1000.01"), False),
    ]
    assert "# Overlays taken from the cases: vale/least/overlays/2025\n" in lines(found)


def test_a_floor_is_a_line_below_which_no_more_is_lost(folder: Path) -> None:
    """A fifth of 1000 is 200: the gap of an income of 800, and less than the gap of any lower one."""
    (least,) = (boundary for name, boundary in made(folder).items() if name.startswith("relief.gap.value#"))
    assert [(side.given, side.left, side.right, side.value) for side in least.sides] == [
        (Fraction("800.01"), Fraction("199.99"), 200, 200),
        (800, 200, 200, 200),
        (Fraction("799.99"), Fraction("200.01"), 200, Fraction("200.01")),
    ]


def test_an_overlay_that_is_given_goes_before_those_of_the_cases(folder: Path) -> None:
    poor = made(folder, "vale/least/overlays/2026")["relief.poor#1"]
    assert [side.right for side in poor.sides] == [2000, 2000, 2000]


def test_a_grade_has_its_own_clause_or_that_of_its_rule(folder: Path) -> None:
    found = made(folder)
    cited = {name: [cite.clause for cite in found[name].place.cite] for name in found if "extra" in name}
    assert cited["relief.extra.old#1"] == ["art 3(1)"]
    assert cited["relief.extra.ill#1"] == ["art 3"]


def test_the_command_takes_overlays(folder: Path) -> None:
    asked = ["boundaries", "vale/least", "relief.poor", "--path", str(folder), "--format", "json"]
    told = json.loads(CliRunner().invoke(main, asked).output)
    assert (told["on"], told["overlays"]) == ("2025-01-01", ["vale/least/overlays/2025"])
    laid = json.loads(CliRunner().invoke(main, [*asked, "--overlay", "vale/least/overlays/2026"]).output)
    assert (laid["on"], laid["overlays"]) == ("2026-01-01", [])
    refused = CliRunner().invoke(main, [*asked, "--overlay", "vale/least/overlays/2027"])
    assert refused.exit_code == 2 and "2027" in refused.output


def test_what_is_none_lies_on_no_side_of_a_line(tmp_path: Path) -> None:
    home = tmp_path / "vale" / "late"
    (home / "cases").mkdir(parents=True)
    (tmp_path / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    rule = "{kind: eligibility, when: 'case.applied_on <= date(2025, 1, 31)', zh: 按时, en: in time, cite: art 1}"
    head = "pack: vale/late\nextends: none\nsource: act\ncurrency: CNY\n"
    pack = f"{head}programmes: {{relief: {{zh: 救济, en: relief, rules: {{in_time: {rule}}}}}}}\n"
    (home / "pack.yaml").write_text(pack, encoding="utf-8")
    case = (
        "{name: a, given: {members: [{id: a}], case: {applied_on: 2025-01-31}}, expect: {outcomes: {relief: eligible}}}"
    )
    (home / "cases" / "a.yaml").write_text(f"on: 2025-02-28\ncases: [{case}]\n", encoding="utf-8")
    (found,) = boundaries(load("vale/late", path=tmp_path), date(2025, 2, 28), path=tmp_path)
    holds = {side.position: side.holds for side in found.sides}
    assert holds == {"below": True, "on": True, "above": False, "none": None}
