"""Coverage: what implements a clause, what tests it, and how the command counts it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from town import BY_LAW, CASES, PACK, write

from aidrules.cli import main
from aidrules.errors import PackError
from aidrules.register import Answer, citing, citing_cases, covered, in_total, read_register
from aidrules.register.reaching import reaching


def answers(path: Path, source: str = "by-law") -> dict[str, Answer]:
    found = covered(read_register(path), citing(path), citing_cases(path))[source]
    return {answer.clause.clause: answer for answer in found}


def test_all_that_cites_a_clause_implements_it(tmp_path: Path) -> None:
    found = answers(write(tmp_path))
    assert {clause: answer.by for clause, answer in found.items()} == {
        "2": ("line",),
        "3": ("income", "own", "relief.gap"),
        "4.1-a": ("relief.need",),
        "4.1-b": ("relief.gap",),
        "5": (),
        "6": (),
        "7": ("relief",),
    }
    assert [answer.state for answer in found.values()] == [*["implemented"] * 4, "open", "not_computed", "implemented"]


def test_overlays_implement_too(tmp_path: Path) -> None:
    assert answers(write(tmp_path), "standards")["table 1"].by == ("line",)


def test_overlays_may_cite_documents_that_they_describe_themselves(tmp_path: Path) -> None:
    rules = write(tmp_path)
    (rules / "town" / "overlays" / "2025.yaml").write_text(
        """
overlay: town/overlays/2025
source: bulletin
sources: {bulletin: {zh: 公报, en: Bulletin, issuer: Town, date: 2025-01-01}}
parameters: {line: {values: [{from: 2025-01-01, is: 550, cite: page 1}]}}
""",
        encoding="utf-8",
    )
    cited = {(source, clause) for one in citing(rules) for source, clause, _ in one.cites}
    assert {("bulletin", "page 1"), ("standards", "table 1")} <= cited


def test_a_clause_is_tested_where_a_case_cites_it_or_expects_a_result_of_what_cites_it(tmp_path: Path) -> None:
    found = answers(write(tmp_path))
    assert {clause: [case.rpartition(": ")[2] for case in answer.cases] for clause, answer in found.items()} == {
        "2": [],
        "3": ["below"],
        "4.1-a": ["above"],
        "4.1-b": ["below"],
        "5": [],
        "6": [],
        "7": [],
    }


BARRED = """
      barred:
        kind: exclusion
        zh: 不予救助
        en: no relief
        cite: "7"
        items:
          car: {when: any(m.own > 900 * CNY / month for m in members), zh: 高收入, en: high income, cite: "5"}
          crowd: {when: count(members) > 2, zh: 人多, en: a crowd, cite: "6"}
"""
BARRED_CASES = """
on: 2024-03-15
overlays: [town/overlays/2024]
cases:
  - name: none
    given: {members: [{id: a, incomes: []}]}
    expect: {values: {relief.barred: "false"}}
  - name: rich
    given: {members: [{id: a, incomes: [{kind: wages, amount: 901}]}]}
    expect: {values: {relief.barred: "true"}}
  - name: rich_and_many
    given: {members: [{id: a, incomes: [{kind: wages, amount: 901}]}, {id: b}, {id: c}]}
    expect: {outcomes: {relief: ineligible}}
  - name: cites_the_crowd
    cite: "6"
    given: {members: [{id: a, incomes: []}]}
    expect: {outcomes: {relief: eligible}}
"""


def test_the_clause_of_a_part_is_tested_by_a_case_that_expects_the_rule_and_reaches_the_part(tmp_path: Path) -> None:
    path = write(tmp_path, pack=PACK + BARRED, cases=BARRED_CASES)
    found = covered(read_register(path), citing(path), citing_cases(path), reaching(path))["by-law"]
    tested = {answer.clause.clause: [case.rpartition(": ")[2] for case in answer.cases] for answer in found}
    assert tested["7"] == ["none", "rich"], "the rule as a whole, whatever it comes to"
    assert tested["5"] == ["rich"], "not by a sibling's case, nor by one that expects only the programme's outcome"
    assert tested["6"] == ["cites_the_crowd"]


def test_what_a_case_reaches_is_told_by_the_command(tmp_path: Path) -> None:
    path = write(tmp_path, pack=PACK + BARRED, cases=BARRED_CASES)
    done = CliRunner().invoke(main, ["coverage", "by-law", "--path", str(path), "--format", "json"])
    listed = json.loads(done.output)["documents"][0]["list"]
    assert {one["clause"]: len(one["cases"]) for one in listed if one["clause"] in "567"} == {"5": 1, "6": 1, "7": 2}


@pytest.mark.parametrize("asked", [["by-law"], []])
def test_nothing_is_counted_of_a_pack_that_cannot_be_used(tmp_path: Path, asked: list[str]) -> None:
    path = write(tmp_path, pack=PACK + BARRED.replace("m.own", "m.owned"), cases=BARRED_CASES)
    done = CliRunner().invoke(main, ["coverage", *asked, "--path", str(path), "--format", "json"])
    assert done.exit_code == 2 and done.stdout == "" and "owned" in done.stderr


def test_the_outcome_of_a_programme_tests_none_of_its_clauses(tmp_path: Path) -> None:
    cases = CASES.replace("    cite: 4.1-a\n", "").replace(", amounts: {relief.gap: 500}", ", amounts: {relief: 500}")
    assert not any(answer.tested for answer in answers(write(tmp_path, cases=cases)).values())


@pytest.mark.parametrize("expected", ["values: {'income': 0}", "values: {'relief.need': true}", "not: relief.gap"])
def test_results_are_expected_in_every_section(expected: str, tmp_path: Path) -> None:
    cases = CASES.replace("    cite: 4.1-a\n", "").replace("amounts: {relief.gap: 500}", expected)
    assert any(answer.tested for answer in answers(write(tmp_path, cases=cases)).values())


def test_a_case_that_cites_a_clause_of_no_document_is_refused(tmp_path: Path) -> None:
    town = PACK.replace("currency: CNY\n", "")
    other = "pack: town\nsource: standards\ncurrency: CNY\n"
    path = write(tmp_path, pack=town, **{"town/more.yaml": other})
    with pytest.raises(PackError, match=r"relief\.yaml:13:11: a clause of no source\. .* or source: at the top"):
        citing_cases(path)
    path = write(tmp_path, pack=town, cases="source: by-law\n" + CASES)
    assert answers(path)["4.1-a"].tested


def test_what_is_tested_is_counted_among_what_is_implemented(tmp_path: Path) -> None:
    cases = CASES.replace("cite: 4.1-a", 'cite: "5"')
    found = answers(write(tmp_path, cases=cases))
    assert found["5"].cases and not found["5"].tested
    assert in_total(found.values()).as_json() == {
        "clauses": 7,
        "implemented": 5,
        "tested": 2,
        "not_computed": 1,
        "open": 1,
    }


def test_the_command_prints_a_row_for_each_document(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["coverage", "--path", str(write(tmp_path)), "--lang", "en"])
    assert done.exit_code == 0, done.output
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.output.splitlines() if "│" in line]
    assert ["by-law", "7", "5", "3", "1", "1", "Town By-law"] in rows
    total = next(row for row in rows if row[0] == "Total")
    numbers = [[int(cell) for cell in row[1:6]] for row in rows if row[0] not in ("", "Total")]
    assert [int(cell) for cell in total[1:6]] == [sum(column) for column in zip(*numbers, strict=True)]


def test_the_command_lists_the_clauses_of_one_document(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["coverage", "by-law", "--path", str(write(tmp_path))])
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.output.splitlines() if "│" in line]
    assert ["4.1-b", "救济", "top_up", "已实现", "relief.gap", "1"] in rows
    assert ["5", "复核", "cadence", "未实现", "", "0"] in rows
    assert ["6", "监督", "check", "不计算", "由人监督", "0"] in rows


def test_the_command_as_json(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["coverage", "by-law", "--format", "json", "--path", str(write(tmp_path))])
    said = json.loads(done.output)
    assert said["total"] == {"clauses": 7, "implemented": 5, "tested": 3, "not_computed": 1, "open": 1}
    (document,) = said["documents"]
    assert (document["source"], document["title"]["en"], document["open"]) == ("by-law", "Town By-law", 1)
    assert document["list"][5] == {
        "clause": "6",
        "programme": {"zh": "监督", "en": "supervision"},
        "kind": "check",
        "state": "not_computed",
        "by": [],
        "cases": [],
        "not_computed": {"zh": "由人监督", "en": "people supervise it"},
        "open_point": None,
        "stated": None,
        "named": None,
    }


def test_what_the_text_leaves_open_is_listed_too(tmp_path: Path) -> None:
    said = "kind: cadence, open_point: {zh: 未写期限, en: no time is set}, stated: 8, named: 7"
    path = str(write(tmp_path, by_law=BY_LAW.replace("kind: cadence", said)))
    done = CliRunner().invoke(main, ["coverage", "by-law", "--path", path, "--lang", "en"])
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.output.splitlines() if "│" in line]
    assert ["5", "no time is set; 8 items are announced and 7 named"] in rows
    done = CliRunner().invoke(main, ["coverage", "by-law", "--format", "json", "--path", path])
    clause = json.loads(done.output)["documents"][0]["list"][4]
    assert clause["open_point"] == {"zh": "未写期限", "en": "no time is set"}
    assert (clause["stated"], clause["named"]) == (8, 7)


def test_an_unknown_document_is_refused_with_a_near_name(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["coverage", "bylaw", "--path", str(write(tmp_path))])
    assert done.exit_code == 2
    assert "there is no register of 'bylaw'" in done.stderr and "Did you mean by-law?" in done.stderr
    assert f"A new one is written as {tmp_path / 'rules' / 'clauses' / 'bylaw.yaml'}" in done.stderr
