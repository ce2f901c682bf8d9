"""Texts that name nobody, so that an error may repeat them: written with what days, amounts, yes and no are written."""

from __future__ import annotations

import re

_OF_NUMBERS = re.compile(r"[\x20-\x7e年月日号时分元角万亿千百十零〇一二两三四五六七八九．，。／－：￥¥０-９…]*\Z")
"""How days and amounts are written by hand."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_NO_NAME = re.compile(
    "yes|no|true|false|none|null|nan|na|inf|unknown|perhaps|maybe|much|many|all|any|never|yuan|rmb|cny|usd|fen|per|"
    "(day|week|month|year)s?|(month|year)ly|am|pm|utc|gmt|about|over|under|more|less|than|before|after|from|to|or|and|"
    "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec",
    re.IGNORECASE,
)
"""Words that stand in the place of a day, a number, or yes or no; any other may be a name."""


def names_nobody(written: str) -> bool:
    """Whether a text has only what days, amounts, and yes or no are written with."""
    return _OF_NUMBERS.match(written) is not None and all(map(_NO_NAME.fullmatch, _WORD.findall(written)))
