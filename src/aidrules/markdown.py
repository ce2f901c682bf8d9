"""Plain text in Markdown: what is written there reads as it stands, and makes no markup, table or HTML."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"[\\`*_\[\]|~]|<(?=[A-Za-z/!?])|&(?=#?\w+;)")


def plain(text: str) -> str:
    r"""A text in which nothing is markup, on one line.

    >>> plain("a|b\n<b>")
    'a\\|b \\<b>'
    """
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
