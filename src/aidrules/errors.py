"""What aidrules raises: every error says where, what was found, what was expected and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from aidrules.visible import visible


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file that a person wrote; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        found: what is there, as a sentence or clause.
        where: a `Place` in a file, or the path of a field such as `members[2].incomes[0].amount`.
        rule: the rule, definition or parameter concerned, where there is one.
        expected: what should be there.
        hint: what to do about it.
    """

    found: str
    where: Place | str | None = None
    rule: str | None = None
    expected: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        head = f"{self.where}: " if self.where is not None else ""
        subject = f"{self.rule}: " if self.rule else ""
        parts = [f"{head}{subject}{self.found}"]
        if self.expected:
            parts.append(f"expected {self.expected}")
        text = "; ".join(parts)
        return visible(f"{text}. {self.hint}" if self.hint else text)


class AidrulesError(Exception):
    """Base of all errors of this library; holds one or more problems, in reading order."""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[AidrulesError], tuple[tuple[Problem, ...]]]:
        return (type(self), (self.problems,))


class PackError(AidrulesError):
    """A rule pack or overlay that cannot be used: what is wrong in which file, line and column."""


class PackNotFoundError(PackError):
    """No pack has that name; the hint lists near names."""


class FactsError(AidrulesError, ValueError):
    """Facts of a household that cannot be right: which field, what was found, what was expected."""


class DecisionError(AidrulesError, ValueError):
    """A decision that cannot be made: a date outside the pack's, facts after the date, an argument that is no such."""


class RecordError(AidrulesError, ValueError):
    """A text that is not a record, or a record that names what cannot be loaded; `Verification` tells what differs."""


class FilesError(AidrulesError, ValueError):
    """Files of a population that cannot be read or written, or a run over them that cannot begin or go on."""
