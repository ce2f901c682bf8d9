"""How much JSON text is looked at: what is more than any household has is refused before any of it is made."""

from __future__ import annotations

from aidrules.errors import FactsError, Problem

GREATEST_TEXT = 20_000_000
_MOST_VALUES = 500_000
"""More than any household has; each would have to be looked at, and may be wrong."""


def bounded(text: str | bytes | bytearray) -> str | bytes | bytearray:
    """The text of a household without the byte order mark that some editors write before UTF-8.

    Raises:
        FactsError: it is too long, or has too many values.
    """
    if isinstance(text, str):
        text = text.removeprefix("\ufeff")
    elif isinstance(text, bytes | bytearray):
        text = text.removeprefix(b"\xef\xbb\xbf")
    else:
        return text  # pydantic says what it is instead
    if len(text) > GREATEST_TEXT:
        found = f"the text is {len(text) / 1_000_000:.1f} MB long"
        raise _more_than_a_household(found, f"at most {GREATEST_TEXT // 1_000_000} MB, the facts of one household")
    if values_in(text) > _MOST_VALUES:
        raise _more_than_a_household(f"the text has more than {_MOST_VALUES:,} values", "the facts of one household")
    return text


def values_in(text: str | bytes | bytearray) -> int:
    """About how many values a JSON text has, by its commas: counted before any of them is made."""
    return text.count(",") if isinstance(text, str) else text.count(b",")


def _more_than_a_household(found: str, expected: str) -> FactsError:
    return FactsError(Problem(found, expected=expected, hint="Read a file of many households one by one."))
