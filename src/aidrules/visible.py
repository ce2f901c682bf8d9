"""Characters that a reader does not see, or that make a line look different from what it says."""

from __future__ import annotations

import json
import re

UNSEEN = (
    r"\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0"
    r"\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e007f"
)
"""Such characters within a class of any regular expression, as pydantic, Polars and JSON Schema write one too."""
HIDDEN = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f{UNSEEN}\ud800-\udfff]")
"""Control characters, direction marks, spaces without width, fillers and tags, halves of surrogate pairs.

Line ends and tabs are not among them.
"""


def on_one_line(text: str) -> str:
    r"""The text with all such characters escaped, and with them line ends, tabs and whatever else has no shape.

    >>> on_one_line("a\u202eb\n")
    'a\\u202eb\\n'
    """
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in visible(text))


def visible(text: str) -> str:
    r"""The text with such characters written as JSON writes them.

    >>> visible("a\x1b[8mb")
    'a\\u001b[8mb'
    """
    return re.sub("\r(?!\n)", r"\\u000d", HIDDEN.sub(lambda found: json.dumps(found[0])[1:-1], text))
