"""What an error advises: names like the one written, plain characters, the words of the language."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from decimal import Decimal

WIDE = {
    **dict(zip("，：；（）［］｛｝＜＞＝％＋－＊／！．＂＇｜", ",:;()[]{}<>=%+-*/!.\"'|", strict=True)),
    **dict(zip("０１２３４５６７８９", "0123456789", strict=True)),
    **{
        "“": '"',
        "”": '"',
        "‘": "'",
        "’": "'",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "×": "*",
        "÷": "/",
        "、": ",",
        "。": ".",
        "；": ",",
        "【": "[",
        "】": "]",
    },
}
"""Characters that a Chinese keyboard gives, and the plain ones that rules are written in."""

UNITS_SPOKEN = {
    **dict.fromkeys(("元", "人民币", "yuan", "rmb", "cny"), "CNY"),
    **dict.fromkeys(("人", "名"), "person"),
    **dict.fromkeys(("户", "家庭"), "household"),
    **dict.fromkeys(("工作日", "个工作日"), "working_day"),
    **dict.fromkeys(("天", "日"), "day"),
    **dict.fromkeys(("月", "个月"), "month"),
    "年": "year",
}
"""Units as texts and people say them, and as rules are written."""

_MYRIADS = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
SPOKEN_NUMBER = re.compile(
    rf"(?<![\w.])(\d{{1,9}}(?:\.\d{{1,9}})?)\s?([{''.join(_MYRIADS)}]{{1,2}})(?P<unit>元|人|户)?", re.ASCII
)
"""A number in digits and Chinese powers of ten: `1.5万`, with its unit if that follows at once."""


def in_digits(spoken: re.Match[str]) -> str:
    """The number that `SPOKEN_NUMBER` found, in digits.

    >>> in_digits(SPOKEN_NUMBER.match("1.5万元")), in_digits(SPOKEN_NUMBER.match("0.0001千"))
    ('15000', '0.1')
    """
    value = Decimal(spoken[1])
    for power in spoken[2]:
        value *= _MYRIADS[power]
    return f"{value.normalize():f}"


def near(name: str, known: Iterable[str]) -> str | None:
    """A hint with the names that are most like `name`, if any is.

    >>> near("incom", ["income", "rent"])
    'Did you mean income?'
    """
    close = nearest(name, known)
    return f"Did you mean {' or '.join(close)}?" if close else None


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """The names that are most like `name`, the likeliest first."""
    close = difflib.get_close_matches(name, [other for other in known if other != name], n=3, cutoff=0.6)
    likeness = [difflib.SequenceMatcher(None, other, name).ratio() for other in close]
    return [other for other, ratio in zip(close, likeness, strict=True) if ratio >= 0.92 * likeness[0]]


def plain_hint(text: str) -> str | None:
    """A hint where a text holds a wide character in the place of a plain one."""
    found = next((character for character in text if character in WIDE), None)
    if found is None:
        return None
    return f"Write the plain {WIDE[found]}{' and a space' if found == '：' else ''} in the place of {found}"


def one_of(names: Iterable[str]) -> str | None:
    """What an error expects where only certain names fit."""
    known = list(names)
    return f"one of {', '.join(known)}" if known else None


def unit_meant(word: str, known: Iterable[str]) -> str | None:
    """The unit that a word stands for: one of the text's own, or one that is almost right.

    >>> unit_meant("working_days", ["working_day", "day"]), unit_meant("个工作日", []), unit_meant("carrots", ["day"])
    ('working_day', 'working_day', None)
    """
    if word.lower() in UNITS_SPOKEN:
        return UNITS_SPOKEN[word.lower()]
    return next(iter(difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.7)), None)
