"""`aidrules lint`: what it prints in each form, what it looks at, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result
from drafted import GOOD, changed, write

from aidrules.cli import main

BAD = changed((", en: has a smith", ""))
BROKEN = changed(("when: earned < line", "when: earned < lime"))


def run(*args: str) -> Result:
    return CliRunner().invoke(main, ["lint", "--lang", "en", *args])


def test_a_clean_pack_ends_with_0(tmp_path: Path) -> None:
    done = run(str(write(tmp_path, GOOD)))
    assert (done.exit_code, done.output) == (0, "errors: 0, warnings: 0, information: 0\n")


def test_a_warning_is_told_and_ends_with_1_where_it_is_strict(tmp_path: Path) -> None:
    packs = write(tmp_path, BAD)
    done = run(str(packs))
    line, count = done.output.splitlines()
    assert line.startswith(f"{packs}/town/pack.yaml:50:7: L101 warning: relief.smith has no label in English. Write ")
    assert (count, done.exit_code) == ("errors: 0, warnings: 1, information: 0", 0)
    assert run(str(packs), "--strict").exit_code == 1


def test_an_error_ends_with_1(tmp_path: Path) -> None:
    text = changed(("when: earned < line", "when: earned < line and earned > line"))
    assert run(str(write(tmp_path, text))).exit_code == 1


def test_the_sentences_are_in_chinese_unless_asked(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["lint", str(write(tmp_path, BAD))])
    assert "L101 警告: relief.smith 没有英文名称。" in done.output
    assert done.output.endswith("0 个错误，1 个警告，0 条提示\n")


def test_information_is_counted_and_listed_when_asked(tmp_path: Path) -> None:
    required = "    values:\n      - {from: 2020-01-01, is: 500}\n"
    packs = write(tmp_path, changed((required, "    required: true\n")))
    assert run(str(packs)).output == "errors: 0, warnings: 0, information: 1 (-v lists it)\n"
    assert "L401 information: line is required and has no value" in run(str(packs), "-v").output


def test_json_has_every_finding_in_both_languages(tmp_path: Path) -> None:
    packs = write(tmp_path, BAD)
    said = json.loads(run(str(packs), "--format", "json").output)
    (finding,) = said["findings"]
    assert (finding["code"], finding["severity"], finding["name"]) == ("L101", "warning", "relief.smith")
    assert (finding["file"], finding["line"], finding["column"]) == (f"{packs}/town/pack.yaml", 50, 7)
    assert finding["sentence"]["zh"] == "relief.smith 没有英文名称" and finding["fix"]["en"].startswith("Write")
    assert said["problems"] == []


def test_github_shows_findings_beside_the_files(tmp_path: Path) -> None:
    packs = write(tmp_path, BAD)
    line = run(str(packs), "--format", "github").output
    assert line.startswith(f"::warning file={packs}/town/pack.yaml,line=50,col=7,title=L101::relief.smith has no label")


def test_a_pack_that_cannot_be_used_ends_with_2(tmp_path: Path) -> None:
    packs = str(write(tmp_path, BROKEN))
    done = run(packs)
    assert done.exit_code == 2 and "nothing is called lime" in done.stderr
    for form in ("json", "github"):
        told = run(packs, "--format", form)
        assert told.exit_code == 2 and "nothing is called lime" in told.output


def test_packs_are_found_by_name_and_below_folders(tmp_path: Path) -> None:
    packs = write(tmp_path, {"town/pack.yaml": BAD, "other/pack.yaml": "pack: other\nsource: act\n"})
    assert run("town", "--path", str(packs), "--strict").exit_code == 1
    assert run("other", "--path", str(packs), "--strict").exit_code == 0
    assert run(str(packs / "town"), "--strict").exit_code == 1
    assert run(str(packs / "other"), "--strict").exit_code == 0


def test_a_folder_without_packs_and_an_unknown_name_end_with_2(tmp_path: Path) -> None:
    done = run(str(tmp_path))
    assert done.exit_code == 2 and "An overlay is looked at with the pack in whose folder overlays" in done.stderr
    done = run("town/hill", "--path", str(write(tmp_path, GOOD)))
    assert done.exit_code == 2 and "there is no pack 'town/hill'" in done.stderr


def test_a_file_is_no_pack(tmp_path: Path) -> None:
    file = tmp_path / "notice.yaml"
    file.write_text("overlay: notice\n", encoding="utf-8")
    done = run(str(file))
    assert done.exit_code == 2
    assert "notice.yaml: this is a file; expected packs or folders of packs. An overlay is looked at" in done.stderr


def test_an_overlay_that_lies_elsewhere_is_looked_at_over_its_pack_and_nothing_else(tmp_path: Path) -> None:
    left_open = ("    cite: art 1\n    values:\n      - {from: 2020-01-01, is: 500}\n", "    required: true\n")
    town = changed((", en: has a smith", ""), left_open)
    packs, mine = write(tmp_path / "rules", town), tmp_path / "mine.yaml"
    text = "overlay: mine\npack: town\nparameters: {line: {values: [{from: 2024-01-01, is: 600}]}}\n"
    mine.write_text(text, encoding="utf-8")
    done = run("town", "--path", str(packs), "--overlay", str(mine), "--strict")
    told, count = done.output.splitlines()
    assert told.startswith(f"{mine}:3:30: L404 ") and "a value of line has no clause" in told
    assert done.exit_code == 1 and "warnings: 1" in count
    excused = tmp_path / "excused.yaml"
    excused.write_text(text + "lint: {L404 line: announced by word of mouth}\n", encoding="utf-8")
    assert run("town", "--path", str(packs), "--overlay", str(excused), "--strict").exit_code == 0
    for names in ([], ["town", "other"], [str(packs)]):
        done = run(*names, "--path", str(packs), "--overlay", str(mine))
        assert done.exit_code == 2 and "name the one pack over which it is laid" in done.stderr
