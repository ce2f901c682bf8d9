"""Clauses as readers cite them."""

from __future__ import annotations

import doctest

import pytest

from aidrules.decision import clauses
from aidrules.decision.clauses import by_document, clause_text
from aidrules.language.fields import Label
from aidrules.language.sources import Citation


def test_examples_in_the_module_hold() -> None:
    assert doctest.testmod(clauses).failed == 0


@pytest.mark.parametrize(
    ("clause", "zh", "en"),
    [
        ("二(一)1(1)-d", "二(一)1(1)", "二(一)1(1)"),
        ("三(二)-a1", "三(二)", "三(二)"),
        ("第九条", "第九条", "第九条 (art. 9)"),
        ("第十条", "第十条", "第十条 (art. 10)"),
        ("第一百二十三条第二款", "第一百二十三条第二款", "第一百二十三条第二款 (art. 123, para. 2)"),
        ("第七条(二)", "第七条(二)", "第七条(二) (art. 7(2))"),
        ("第七条第（三）项", "第七条第（三）项", "第七条第（三）项 (art. 7, item 3)"),
        ("第七条（二）3-b", "第七条（二）3", "第七条（二）3 (art. 7(2), no. 3)"),
        ("第一百零五条之一", "第一百零五条之一", "第一百零五条之一 (art. 105-1)"),
        ("第七条附表二", "第七条附表二", "第七条 (art. 7) 附表二"),
        ("B1-a level", "B1-a level", "B1-a level"),
        ("", "", ""),
    ],
)
def test_a_clause_stands_without_the_letter_of_the_register(clause: str, zh: str, en: str) -> None:
    assert (clause_text(clause, "zh"), clause_text(clause, "en")) == (zh, en)


def test_sentences_of_one_clause_are_cited_once() -> None:
    def cited(source: str, clause: str) -> Citation:
        return Citation(source, clause, Label(source, source), None)

    found = by_document([cited("plan", "二-a"), cited("act", "第四条"), cited("plan", "二-b"), cited("plan", "")], "zh")
    assert found == [("plan", ["二"]), ("act", ["第四条"])]
