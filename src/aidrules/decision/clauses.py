"""Clauses as readers cite them: without the register's own letters, each once, documents together."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aidrules.decision.figures import Lang
from aidrules.language.sources import Citation

_REGISTER = re.compile(r"-[a-z]\d*$")
"""The letter by which a register tells sentences of one clause apart; the document itself has none."""
_ARTICLE = re.compile(r"第([一二三四五六七八九十百]+)条")
_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}
_PLACES = {"十": 10, "百": 100}


def by_document(cited: Iterable[Citation], lang: Lang) -> list[tuple[str, list[str]]]:
    """The titles of the documents cited, each with its clauses in order and once."""
    titles: dict[str, dict[str, None]] = {}
    for citation in cited:
        titles.setdefault(citation.title.text(lang), {})[clause_text(citation.clause, lang)] = None
    return [(title, [clause for clause in clauses if clause]) for title, clauses in titles.items()]


def clause_text(clause: str, lang: Lang) -> str:
    """A clause for readers; in English the number of an article stands beside it.

    >>> clause_text("二(一)1-a", "zh"), clause_text("第二十三条", "en"), clause_text("art. 4", "en")
    ('二(一)1', '第二十三条 (art. 23)', 'art. 4')
    """
    clause = _REGISTER.sub("", clause)
    article = _ARTICLE.match(clause) if lang == "en" else None
    return clause if article is None else f"{clause} (art. {_number(article[1])})"


def _number(written: str) -> int:
    """A number below a thousand in Chinese numerals."""
    total, digit = 0, 0
    for sign in written:
        if sign in _PLACES:
            total, digit = total + (digit or 1) * _PLACES[sign], 0
        else:
            digit = _DIGITS[sign]
    return total + digit
