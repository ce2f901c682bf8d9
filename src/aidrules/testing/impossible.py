"""The error of a case that expects what no rule can produce."""

from __future__ import annotations


class ImpossibleError(Exception):
    """A case expects what no rule can produce."""

    def __init__(self, found: str, expected: str | None = None, hint: str | None = None) -> None:
        super().__init__(found)
        self.found, self.expected, self.hint = found, expected, hint
