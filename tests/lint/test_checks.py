"""One bad pack for each code: what is found, where, in which words, and nothing else beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from bad_files import BAD_FILES, OPEN, TOLD
from bad_packs import BAD, STEPS, WELL
from drafted import GOOD, changed, found, place_of, told, with_rules

from aidrules.lint import CHECKS


def test_nothing_is_found_in_a_good_pack(tmp_path: Path) -> None:
    assert told(found(tmp_path, GOOD), information=True) == []


@pytest.mark.parametrize("what", WELL)
def test_what_is_well_is_left_alone(what: str, tmp_path: Path) -> None:
    assert told(found(tmp_path, WELL[what]), information=True) == []


@pytest.mark.parametrize("code", BAD)
def test_a_bad_pack_is_told_by_its_code_place_and_sentence(code: str, tmp_path: Path) -> None:
    text, fragment, sentence = BAD[code]
    assert told(found(tmp_path, text)) == [(code, place_of(fragment, text), sentence)]


@pytest.mark.parametrize("code", BAD_FILES)
def test_bad_files_together_are_told_as_well(code: str, tmp_path: Path) -> None:
    files, fragment, sentence = BAD_FILES[code]
    file, text = next(iter(files.items())) if code != "L702" else ("town/pack.yaml", GOOD)
    name = "town/hill" if code == "L208" else "town"
    findings = found(tmp_path, {"town/pack.yaml": GOOD, **files}, name)
    assert told(findings) == [(code, place_of(fragment, text, file), sentence)]


SHARED = """readings:
  trade: {zh: 行当, en: trade, default: any, options: {any: {zh: 皆可, en: any}, own: {zh: 自营, en: own}}}
"""


@pytest.mark.parametrize(
    "text",
    [
        changed((", en: has a smith", ", en: has a smith, reading: {zh: 学徒不算, en: no apprentices}")),
        changed(
            ("smith: {kind: exclusion, when: ", "smith: {kind: exclusion, when: reading.trade == any and ")
        ).replace("definitions:\n", f"{SHARED}definitions:\n", 1),
        "lint:\n  L705 act art 5: everybody knows the smith\n" + GOOD,
    ],
    ids=["own", "shared", "excused"],
)
def test_an_open_point_that_is_read_or_excused_is_well(text: str, tmp_path: Path) -> None:
    assert told(found(tmp_path, {"town/pack.yaml": text, "clauses/act.yaml": OPEN}), information=True) == []


@pytest.mark.parametrize("code", TOLD)
def test_what_is_no_mistake_is_told_as_information(code: str, tmp_path: Path) -> None:
    files, fragment, sentence = TOLD[code]
    file, text = next(iter(files.items()))
    findings = found(tmp_path, {"town/pack.yaml": GOOD, **files})
    assert told(findings) == []
    assert told(findings, information=True) == [(code, place_of(fragment, text, file), sentence)]


def test_a_case_to_which_earlier_ones_leave_nothing_can_never_hold(tmp_path: Path) -> None:
    text = with_rules(STEPS)
    sentence = "relief.step.lower can never hold: its conditions contradict each other"
    assert told(found(tmp_path, text)) == [("L301", place_of("lower: {", text), sentence)]


VALUES = "    cite: art 1\n    values:\n      - {from: 2020-01-01, is: 500}\n"


def test_a_value_that_begins_after_its_pack_is_told_unless_the_agency_gives_what_was_before(tmp_path: Path) -> None:
    later = VALUES.replace("2020", "2021")
    text = changed((VALUES, later))
    before = ("L407", place_of("line:\n    unit", text), "line has no value before 2021-01-01")
    assert told(found(tmp_path / "late", text)) == [before]
    for name, well in (
        ("given", f"    required: true\n{later}"),
        ("own", f"    in_force: {{from: 2021-01-01}}\n{later}"),
    ):
        assert told(found(tmp_path / name, changed((VALUES, well)))) == []


def test_a_row_that_an_overlay_leaves_out_is_told(tmp_path: Path) -> None:
    keyed = "    required: true\n    by: household.residence\n    keys: [urban, rural]\n"
    given = "parameters: {line: {values: [{from: 2024-01-01, is: {urban: 600}}]}}"
    overlay = f"overlay: town/overlays/2024\nsource: act\n{given}\n"
    files = {"town/pack.yaml": changed((VALUES, keyed)), "town/overlays/2024.yaml": overlay}
    place = place_of("{from: 2024", overlay, "town/overlays/2024.yaml")
    assert told(found(tmp_path, files)) == [("L406", place, "line has no value for [rural]")]


def test_every_check_has_a_bad_pack() -> None:
    assert {*BAD, *BAD_FILES, *TOLD} == {check.code for check in CHECKS}
