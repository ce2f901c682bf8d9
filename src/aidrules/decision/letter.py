"""A letter: what an explanation says, paragraph by paragraph, before it is set as text or HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Tone = Literal["good", "bad", "open", "plain"]


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence or two, the clauses that they rest on, and what belongs under them."""

    text: str
    clauses: str = ""
    tone: Tone = "plain"
    below: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a letter under a heading."""

    heading: str
    lines: tuple[Line, ...]
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Letter:
    """A whole explanation.

    Attributes:
        office: what is for the agency and not for the family, under a title of its own.
    """

    title: str
    opening: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    office_title: str = ""
    office: tuple[Section, ...] = ()

    def as_text(self) -> str:
        """Plain text: headings, numbered paragraphs, what belongs under them set in."""
        return "\n".join(self._rows()) + "\n"

    def _rows(self) -> Iterator[str]:
        if self.title:
            yield self.title
        yield from self.opening
        for number, section in enumerate(self.sections):
            if number or self.title or self.opening:
                yield ""
            yield from _section_rows(section)
        if self.closing:
            yield ""
            yield from self.closing
        if self.office:
            yield ""
            yield self.office_title
        for section in self.office:
            yield ""
            yield from _section_rows(section)


def _section_rows(section: Section) -> Iterator[str]:
    yield section.heading
    several = len(section.lines) > 1
    for place, line in enumerate(section.lines, 1):
        yield from _line_rows(line, f"  {place}. " if several else "  ", "     " if several else "  ")


def _line_rows(line: Line, head: str, indent: str) -> Iterator[str]:
    yield f"{head}{line.text}{line.clauses}"
    for inner in line.below:
        yield from _line_rows(inner, f"{indent}- ", f"{indent}  ")
