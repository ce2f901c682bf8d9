"""`aidrules test`: which cases run, what is told of them, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from agency import CASES, REST, WRONG, agency
from click.testing import CliRunner
from rich.cells import cell_len

from aidrules.cli import main
from aidrules.testing.cases import read_cases
from aidrules.testing.comparison import Difference
from aidrules.testing.report import told
from aidrules.testing.trial import Trial


def run(*arguments: str | Path) -> tuple[int, str]:
    language = [] if "--lang" in arguments else ["--lang", "en"]
    found = CliRunner().invoke(main, ["test", *map(str, arguments), *language])
    return found.exit_code, found.output


@pytest.mark.parametrize("how", ["file", "folder of cases", "folder", "pack", "all"])
def test_what_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    file = agency(tmp_path)
    monkeypatch.chdir(tmp_path)
    folder = {"file": file, "folder of cases": file.parent, "folder": tmp_path, "pack": "town/aid"}.get(how)
    asked = ["-k", "at_the_line", "--path", "rules"] if folder is None else [folder, "--path", "rules"]
    code, text = run(*asked)
    assert code == 0 and "rules/town/aid/cases/aid.yaml: " in text and "passed" in text


def test_a_pack_of_a_folder_that_nobody_named(tmp_path: Path) -> None:
    assert run(agency(tmp_path)) == (0, f"{tmp_path}/rules/town/aid/cases/aid.yaml: 2 passed\n2 passed\n")


def test_a_difference_is_told_with_what_was_assumed_and_why(tmp_path: Path) -> None:
    code, text = run(agency(tmp_path, CASES + WRONG), "--lang", "en")
    assert code == 1
    assert "aid.yaml: 2 passed, 1 failed" in text and "cases/aid.yaml:6:5: wrong\n" in text
    assert "outcomes: aid  expected eligible  found ineligible" in text
    assert "not: aid.care[a]" not in text  # nothing of it differs: the programme is closed
    assert "income is below the line: the income (120 yuan per month) is above the line (100" in text
    assert "assumed: residence: urban" in text


def test_a_wrong_choice_for_a_whole_file_is_told_once_where_it_stands(tmp_path: Path) -> None:
    file = agency(tmp_path)
    for chosen, said in (
        ("parameters: {lin: 5 CNY/household/month}", "3:14: there is no parameter 'lin'; expected one of line."),
        ("readings: {aid.means.at_the_lin: within}", "3:12: there is no reading 'aid.means.at_the_lin'"),
        ("overlays: [nowhere]", "3:12: there is no overlay 'nowhere'."),
    ):
        file.write_text(CASES.replace("cases:", f"{chosen}\ncases:", 1), encoding="utf-8")
        code, text = run(file)
        assert code == 2 and text.endswith("2 cannot be used\n") and text.count(f"aid.yaml:{said}") == 1, text
        assert text.count("there is no") == 1
    file.write_text(CASES.replace("- {name: below,", "- {name: below, parameters: {lin: 5},"), encoding="utf-8")
    code, text = run(file)
    assert code == 2 and "1 passed, 1 cannot be used" in text and "below: there is no parameter 'lin'" in text


def test_the_same_is_told_in_chinese(tmp_path: Path) -> None:
    more = "  - {name: asked, given: {income: 99}, expect: {missing: [residence]}}\n"
    more += "  - {name: accepted, given: {income: 99}, expect: {refused: never}}\n"
    code, text = run(agency(tmp_path, CASES + WRONG + more), "--lang", "zh", "--coverage")
    assert code == 1 and "aid.yaml：通过 2 个，未通过 3 个\n" in text
    assert "outcomes: aid  应为 eligible  实为 ineligible\n" in text and "取用默认：residence: urban\n" in text
    assert "missing: residence  应为 所缺信息之一  实为 不缺信息\n" in text
    assert "refused: refused  应为 被拒绝，且说明中有 'never'  实为 未被拒绝\n" in text
    assert "：没有案例触及 " in text and "附理由 0 处\n" in text
    assert run("--lang", "zh", "-k", "no such case") == (2, "通过 0 个\n没有这样的案例。\n")


def test_differences_stand_below_each_other_where_characters_are_wide(tmp_path: Path) -> None:
    (case,) = read_cases(agency(tmp_path, CASES.rpartition("  - {name")[0]))
    place = case.place
    texts = [("values", "office", "民政局", "街道办事处"), ("outcomes", "aid", "eligible", "ineligible")]
    found = told(Trial(case, tuple(Difference(place, *text) for text in texts)), "zh").splitlines()
    columns = [[cell_len(line[: line.index(word)]) for word in ("应为", "实为")] for line in found[1:3]]
    assert columns[0] == columns[1]


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        (CASES.replace("aid: eligible", "aid: granted"), "aid never comes to 'granted'"),
        (CASES.replace("aid.care[a]", "aid.carre[a]"), "there is no entitlement aid.carre"),
        (CASES.replace("income: 99", "income: much"), "refused:"),
        (CASES.replace("expect", "expcet", 1), "unknown key 'expcet'"),
        (CASES.replace("on: 2025-06-15\n", ""), "a case without on:"),
    ],
)
def test_what_cannot_be_used_ends_with_two(tmp_path: Path, cases: str, message: str) -> None:
    code, text = run(agency(tmp_path, cases))
    assert code == 2 and message in text and "aid.yaml:" in text


@pytest.mark.parametrize("asked", ["nowhere/at/all", "-k"])
def test_nothing_to_run_ends_with_two(tmp_path: Path, asked: str) -> None:
    file = agency(tmp_path)
    code, text = run(file, "-k", "no such name") if asked == "-k" else run(asked)
    assert code == 2 and ("There are no such cases." in text or "there is no pack 'nowhere/at/all'" in text)


def test_a_file_that_is_none_of_cases(tmp_path: Path) -> None:
    code, text = run(agency(tmp_path).parents[1] / "aid.yaml")
    assert code == 2 and "this is no file of cases; expected a YAML file in the folder cases of a pack" in text


def test_every_case_by_name_with_what_it_assumes(tmp_path: Path) -> None:
    text = run(agency(tmp_path), "-v")[1]
    assert "  below\n    assumed: residence: urban\n    assumed: members[a]: {id: a, ill: true}\n" in text


def test_as_json(tmp_path: Path) -> None:
    code, text = run(agency(tmp_path, CASES + WRONG), "--format", "json", "--coverage")
    found = json.loads(text)
    (file,) = found["files"]
    assert code == 1 and file["pack"] == "town/aid"
    assert [(case["case"], case["line"], case["state"]) for case in file["cases"]] == [
        ("below", 4, "passed"),
        ("at_the_line", 5, "passed"),
        ("wrong", 6, "failed"),
    ]
    (difference,) = file["cases"][2]["differences"]
    assert (difference["section"], difference["expected"], difference["found"]) == (
        "outcomes",
        "eligible",
        "ineligible",
    )
    assert found["coverage"]["town/aid"]["unreached"].keys() == {"line[rural]", "reading aid.means.at_the_line: within"}


def test_coverage_lists_what_no_case_reaches(tmp_path: Path) -> None:
    code, text = run(agency(tmp_path), "--coverage")
    assert code == 1 and "town/aid: 6 of 8 reached, 0 excused" in text
    assert "aid/aid.yaml:8:96: no case reaches line[rural]" in text


def test_coverage_is_whole(tmp_path: Path) -> None:
    code, text = run(agency(tmp_path, CASES + REST), "--coverage", "-v")
    assert code == 0 and "town/aid: 8 of 8 reached" in text and "  line[rural]: rural\n" in text


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("line[rural]", 1, "6 of 8 reached, 1 excused"),
        ("line[urban]", 2, "unreached: line[urban]: below reaches it. Take the excuse out"),
        ("line[rurall]", 2, "unreached: line[rurall]: nothing of this name can be reached. Did you mean line[rural]"),
    ],
)
def test_what_needs_no_case_is_excused_with_a_reason(tmp_path: Path, name: str, code: int, message: str) -> None:
    found, text = run(agency(tmp_path, f"unreached: {{'{name}': nobody lives there}}\n{CASES}"), "--coverage")
    assert found == code and message in text


def test_what_is_wrong_with_a_pack_is_said_once(tmp_path: Path) -> None:
    file = agency(tmp_path)
    (file.parent / "more.yaml").write_text(CASES, encoding="utf-8")
    pack = file.parents[1] / "aid.yaml"
    pack.write_text(pack.read_text("utf-8").replace("income < line", "incom < line"), encoding="utf-8")
    code, text = run(file.parent, "--coverage")
    said = f"  {pack}:16:15: aid.means: household has no incom. Did you mean income?\n"
    assert code == 2
    assert text == (
        f"{file}: 2 cannot be used\n{said}{file.parent / 'more.yaml'}: 2 cannot be used\n4 cannot be used\n"
    )


def test_a_file_that_cannot_be_read_as_a_pack_is_said_once(tmp_path: Path) -> None:
    file = agency(tmp_path)
    pack = file.parents[1] / "aid.yaml"
    pack.write_text(pack.read_text("utf-8").replace("kind: entitlement", "kind: entitelment"), encoding="utf-8")
    code, text = run(file)
    assert code == 2 and text.count("Did you mean entitlement?") == 1 and "2 cannot be used" in text
