"""Excuses: what stands under `lint:` of a file is left out, for a reason, and decides nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from drafted import GOOD, changed, found, told, write

from aidrules import load
from aidrules.errors import PackError

BAD = changed((", en: has a smith", ""))


def test_a_finding_is_excused_by_code_and_name(tmp_path: Path) -> None:
    assert told(found(tmp_path, "lint: {L101 relief.smith: the office has no English word}\n" + BAD)) == []


def test_a_code_alone_excuses_all_of_its_findings_in_the_file(tmp_path: Path) -> None:
    assert told(found(tmp_path, "lint: {L101: a file in Chinese}\n" + BAD.replace(", en: top-up", ""))) == []


def test_another_name_excuses_nothing_and_is_told(tmp_path: Path) -> None:
    codes = [code for code, _, _ in told(found(tmp_path, "lint: {L101 relief.gap: reason}\n" + BAD))]
    assert codes == ["L001", "L101"]


def test_an_excuse_counts_in_its_own_file_only(tmp_path: Path) -> None:
    files = {"town/pack.yaml": BAD, "town/more.yaml": "pack: town\nlint: {L101 relief.smith: elsewhere}\n"}
    assert [code for code, _, _ in told(found(tmp_path, files))] == ["L001", "L101"]


@pytest.mark.parametrize("said", ["{L101: ''}", "{smith: because}", "{L1 smith: because}", "L101"])
def test_an_excuse_needs_a_code_and_a_reason(said: str, tmp_path: Path) -> None:
    with pytest.raises(PackError, match="lint"):
        load("town", path=write(tmp_path, f"lint: {said}\n{GOOD}"))


def test_excuses_change_no_digest(tmp_path: Path) -> None:
    plain = load("town", path=write(tmp_path / "a", GOOD)).digest
    assert load("town", path=write(tmp_path / "b", "lint: {L101: reason}\n" + GOOD)).digest == plain


def test_overlays_are_looked_at_and_have_excuses_of_their_own(tmp_path: Path) -> None:
    town = changed(("    cite: art 1\n    values:\n      - {from: 2020-01-01, is: 500}\n", "    required: true\n"))
    overlay = "overlay: town/overlays/2024\nparameters: {line: {values: [{from: 2024-01-01, is: 600}]}}\n"
    bare = {"town/pack.yaml": town, "town/overlays/2024.yaml": overlay}
    assert told(found(tmp_path / "a", bare)) == [
        ("L404", "town/overlays/2024.yaml:2:30", "a value of line has no clause")
    ]
    excused = {**bare, "town/overlays/2024.yaml": overlay + "lint: {L404 line: announced by word of mouth}\n"}
    assert told(found(tmp_path / "b", excused)) == []


def test_a_case_of_another_pack_that_cannot_be_read_is_no_matter(tmp_path: Path) -> None:
    other = {"other/pack.yaml": "pack: other\nsource: act\n", "other/cases/a.yaml": "cases: [\n"}
    assert [code for code, _, _ in told(found(tmp_path, {"town/pack.yaml": BAD, **other}))] == ["L101"]
    with pytest.raises(PackError, match=r"a\.yaml"):
        found(tmp_path, {}, "other")


def test_what_a_narrower_pack_reads_is_read(tmp_path: Path) -> None:
    wide = changed(
        ("definitions:\n", "definitions:\n  size: {value: count(members), zh: 人数, en: persons, cite: art 2}\n")
    )
    narrow = """pack: town/hill
source: act
zh: 山
en: Hill
definitions:
  many: {value: size > 3, zh: 人多, en: many, cite: art 2}
lint:
  L204 many: read by offices
"""
    assert told(found(tmp_path, {"town/pack.yaml": wide, "town/hill/pack.yaml": narrow})) == []
