"""Clauses as readers cite them: without the register's own letters, each once, documents together."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aidrules.decision.figures import Lang
from aidrules.language.sources import Citation

_REGISTER = re.compile(r"-[a-z]\d*$")
"""The letter by which a register tells sentences of one clause apart; the document itself has none."""
_NUMBER = "[零一二三四五六七八九十百]+"
_ARTICLE = re.compile(rf"第({_NUMBER})条(之{_NUMBER})?")
_BELOW = re.compile(rf"第({_NUMBER})款|第[(（]?({_NUMBER})[)）]?项|[(（]({_NUMBER})[)）]|(\d+)")
"""What stands below an article: a paragraph, an item, a number in brackets, a number."""
_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")}
_PLACES = {"十": 10, "百": 100}


def by_document(cited: Iterable[Citation], lang: Lang) -> list[tuple[str, list[str]]]:
    """The titles of the documents cited, each with its clauses in order and once."""
    titles: dict[str, dict[str, None]] = {}
    for citation in cited:
        titles.setdefault(citation.title.text(lang), {})[clause_text(citation.clause, lang)] = None
    return [(title, [clause for clause in clauses if clause]) for title, clauses in titles.items()]


def clause_text(clause: str, lang: Lang) -> str:
    """A clause for readers; in English the number of an article, with what stands below it, stands beside it.

    >>> clause_text("二(一)1-a", "zh"), clause_text("第二十三条", "en"), clause_text("art. 4", "en")
    ('二(一)1', '第二十三条 (art. 23)', 'art. 4')
    >>> clause_text("第七条(二)", "en"), clause_text("第七条第二款第(三)项", "en"), clause_text("第七条附表", "en")
    ('第七条(二) (art. 7(2))', '第七条第二款第(三)项 (art. 7, para. 2, item 3)', '第七条 (art. 7) 附表')
    """
    clause = _REGISTER.sub("", clause)
    article = _ARTICLE.match(clause) if lang == "en" else None
    if article is None:
        return clause
    told, end = f"art. {_number(article[1])}", article.end()
    told += f"-{_number(article[2][1:])}" if article[2] else ""
    while below := _BELOW.match(clause, end):
        paragraph, item, bracketed, plain = below.groups()
        told += f", para. {_number(paragraph)}" if paragraph else f", item {_number(item)}" if item else ""
        told += f"({_number(bracketed)})" if bracketed else f", no. {plain}" if plain else ""
        end = below.end()
    return f"{clause[:end]} ({told}) {clause[end:]}".rstrip()


def _number(written: str) -> int:
    """A number below a thousand in Chinese numerals."""
    total, digit = 0, 0
    for sign in written:
        if sign in _PLACES:
            total, digit = total + (digit or 1) * _PLACES[sign], 0
        else:
            digit = _DIGITS[sign]
    return total + digit
