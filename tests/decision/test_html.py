"""HTML: self-contained, well-formed, everything escaped."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest
from vale import ON, decided

from aidrules.decision import Decision, decide
from aidrules.decision.html import page
from aidrules.decision.overview import overview
from aidrules.decision.text import rendered
from borough import pack_of

VOID = {"meta"}


class Reader(HTMLParser):
    """Notes tags, text and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.links: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links.extend(value or "" for name, value in attrs if name in ("src", "href"))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Decision:
    rules = pack_of(
        tmp_path_factory.mktemp("hostile"),
        """
        programmes:
          aid:
            zh: <script>alert(1)</script>
            en: "\\"><img src=x onerror=alert(1)>"
            rules:
              means: {kind: eligibility, when: household.residence == urban, zh: "<b>&amp;", en: "a & b < c"}
        """,
    )
    return decide(rules.Household.model_validate({"members": [{"id": "a"}]}), rules, on=ON, chain="exact")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_is_whole_and_needs_nothing_else(lang: str) -> None:
    page = decided().to_html(lang)  # type: ignore[arg-type]
    read = Reader(page)
    assert page.startswith("<!DOCTYPE html>") and f'<html lang="{lang}">' in page and '<meta charset="utf-8">' in page
    assert read.open == [] and read.links == [] and "script" not in read.tags


def test_what_a_pack_says_cannot_become_markup(hostile: Decision) -> None:
    for text in (hostile.to_html("zh"), hostile.to_html("en"), hostile._repr_html_()):
        read = Reader(text)
        assert not {"script", "img", "b"} & set(read.tags)
    assert "<script>alert(1)</script>" in "".join(Reader(hostile.to_html("zh")).words)


def test_a_notebook_shows_the_letter_and_the_rules() -> None:
    shown = decided()._repr_html_()
    words = "".join(Reader(shown).words)
    assert shown.startswith('<div class="aidrules"')
    assert "生活补助：符合条件，每月发放600.00元。" in words and "全部规则" in words


def test_a_page_may_show_some_programmes_only() -> None:
    words = "".join(Reader(page(decided(), "en", ["care"])).words)
    assert "Care grant" in words and "Living allowance" not in words


def test_a_page_begins_with_a_table_of_outcomes_and_speaks_one_language() -> None:
    text = decided().to_html("zh")
    row = "<tr><td>生活补助</td><td></td><td>符合条件</td><td>600.00元</td><td></td></tr>"
    assert row in text and text.index(row) < text.index("<h2")
    assert "<td>是</td>" in text and "True" not in text and "False" not in text
    assert "未及" not in text


def test_without_an_outcome_there_is_no_table_of_outcomes(tmp_path: Path) -> None:
    rules = pack_of(
        tmp_path,
        """
        programmes:
          work:
            zh: 工作
            en: work
            rules:
              visit: {kind: check, must: {visited: {when: case.urgent, zh: 已走访, en: visited}}, zh: 走访, en: visit}
        """,
    )
    decision = decide(rules.Household.model_validate({"members": [{"id": "a"}]}), rules, on=ON, chain="exact")
    assert not list(overview(decision, "en", None)[1])
    html = Reader(page(decision, "en"))
    assert html.tags.count("table") == 1 and "Programme" not in html.words and "Rule" in html.words
    assert rendered(decision, "en").startswith(decision.explain("en").splitlines()[0])
