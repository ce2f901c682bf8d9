"""Files of the register: what they hold, and a sentence for everything that is wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from town import BY_LAW, FILES, write

from aidrules import packs
from aidrules.errors import PackError
from aidrules.language.fields import Label
from aidrules.register import read_register


def test_a_document_lists_its_clauses_in_its_own_order(tmp_path: Path) -> None:
    document = read_register(write(tmp_path))["by-law"]
    assert document.source.title.en == "Town By-law"
    assert list(document.clauses) == ["2", "3", "4.1-a", "4.1-b", "5", "6", "7"]
    clause = document.clauses["3"]
    assert (clause.programme, clause.kind, clause.words) == (Label("收入", "income"), "deduction", "月人均收入")
    assert document.clauses["6"].not_computed == Label("由人监督", "people supervise it")


@pytest.mark.parametrize(
    ("clause", "cited", "listed"),
    [
        ("二(一)1-a", "二(一)1-a", True),
        ("二(一)1-a", "二(一)1", True),
        ("二(一)1(2)-a", "二(一)1", True),
        ("二(一)1-a", "二(一)", True),
        ("4.1a", "4.1", True),
        ("4.1.2", "4.1", True),
        ("第九条第二款", "第九条", True),
        ("art 4-a", "art 4", True),
        ("二(一)12-a", "二(一)1", False),
        ("二(一)1-a", "二(一)1-b", False),
        ("第十条", "第十", False),
        ("第十一条", "第十", False),
        ("art 4", "ar", False),
        ("art 4", "art 4-a", False),
    ],
)
def test_a_section_is_listed_with_its_clauses(clause: str, cited: str, listed: bool, tmp_path: Path) -> None:
    by_law = f"source: by-law\nclauses:\n  {clause}: {{programme: {{zh: 救济, en: relief}}, kind: amount}}\n"
    assert read_register(write(tmp_path, by_law=by_law))["by-law"].lists(cited) is listed


def test_the_register_is_no_pack(tmp_path: Path) -> None:
    assert "town" in dict(packs(write(tmp_path))) and "clauses" not in dict(packs(write(tmp_path)))


def test_the_folder_searched_first_counts(tmp_path: Path) -> None:
    shipped = read_register()["bozhou-street-plan"]
    own = "source: bozhou-street-plan\nclauses: {}\n"
    sources = FILES["sources.yaml"] + "bozhou-street-plan: {zh: 方案, en: Plan, issuer: Street, date: undated}\n"
    path = write(tmp_path, **{"clauses/bozhou-street-plan.yaml": own}, sources=sources)
    assert shipped.clauses and not read_register(path)["bozhou-street-plan"].clauses


def test_a_document_may_be_described_beside_the_pack(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        **{
            "town/sources.yaml": "circular: {zh: 通知, en: Circular, issuer: Town, date: undated}\n",
            "clauses/circular.yaml": "source: circular\nclauses: {}\n",
        },
    )
    assert read_register(path)["circular"].source.title.en == "Circular"


@pytest.mark.parametrize(
    ("said", "left_open"),
    [
        ("", None),
        (", open_point: {zh: 未写期限, en: no time is set}", Label("未写期限", "no time is set")),
        (", stated: 8, named: 7", Label("称有8项，列出7项", "8 items are announced and 7 named")),
        (
            ", open_point: {zh: 未写期限, en: no time is set}, stated: 2, named: 3",
            Label("未写期限；称有2项，列出3项", "no time is set; 2 items are announced and 3 named"),
        ),
    ],
)
def test_a_clause_may_leave_something_open(said: str, left_open: Label | None, tmp_path: Path) -> None:
    by_law = BY_LAW.replace("kind: cadence", "kind: cadence" + said)
    assert read_register(write(tmp_path, by_law=by_law))["by-law"].clauses["5"].left_open == left_open


@pytest.mark.parametrize(
    ("by_law", "sentence"),
    [
        (
            BY_LAW.replace("kind: cadence", "kind: cadence, stated: 8"),
            "clauses/by-law.yaml:8:8: clause 5: one of stated: and named: alone; expected both, or neither",
        ),
        (
            BY_LAW.replace("kind: cadence", "kind: cadence, stated: 8, named: 8"),
            "clause 5: stated: 8 and named: 8; expected two different numbers. Take both out where the text names",
        ),
        (BY_LAW.replace("kind: cadence", "kind: cadence, open_point: {zh: x}"), "clause 5: the key 'en' is missing"),
        (
            BY_LAW.replace("kind: cadence", "kind: cadense"),
            "clauses/by-law.yaml:8:48: clause 5: kind: there is no kind 'cadense'; expected one of eligibility, ",
        ),
        (BY_LAW.replace("kind: cadence", "kind: cadense"), "Did you mean cadence?"),
        (BY_LAW.replace('"5":', '"3":'), "the key '3' is given twice. It stands in line 5 already"),
        (BY_LAW.replace("words:", "phrase:"), "clause 3: unknown key 'phrase'; expected one of programme, kind, words"),
        (BY_LAW.replace(", kind: cadence", ""), "clause 5: the key 'kind' is missing"),
        (BY_LAW.replace(", en: review", ""), "clause 5: the key 'en' is missing"),
        (BY_LAW.replace("月人均收入", "月" * 41), "clause 3: words: "),
        (
            BY_LAW.replace("source: by-law", "source: by-laws"),
            "clauses/by-law.yaml:2:9: source: 'by-laws'; expected by-law. A file of the register is named after its",
        ),
        ("clauses: {}", "a register without source:; expected source: by-law"),
        ("source: by-law", "a register without clauses:; expected clauses by their numbers"),
        (BY_LAW + "note: x\n", "unknown key 'note'; expected one of source, clauses"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(by_law: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(PackError) as refused:
        read_register(write(tmp_path, by_law=by_law))
    assert sentence in str(refused.value)


def test_an_unknown_document_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, **{"clauses/by-laws.yaml": "source: by-laws\nclauses: {}\n"})
    with pytest.raises(PackError, match=r"the unknown source 'by-laws'; .* Did you mean by-law\?"):
        read_register(path)


def test_all_that_is_wrong_in_all_files_is_listed_at_once(tmp_path: Path) -> None:
    by_law = BY_LAW.replace("kind: cadence", "kind: x").replace("kind: check", "kind: y")
    path = write(tmp_path, by_law=by_law, **{"clauses/standards.yaml": "source: standards"})
    with pytest.raises(PackError) as refused:
        read_register(path)
    assert len(refused.value.problems) == 3


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path)
    (tmp_path / "else.yaml").write_text("source: standards\nclauses: {}\n", encoding="utf-8")
    (path / "clauses/standards.yaml").unlink()
    (path / "clauses/standards.yaml").symlink_to(tmp_path / "else.yaml")
    with pytest.raises(PackError, match="leads out of the folder of rules"):
        read_register(path)
