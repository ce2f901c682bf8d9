"""What a check is: a code, how much it matters, its sentence and its fix in both languages, and the search itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from aidrules.errors import Place
from aidrules.language.fields import Label

if TYPE_CHECKING:
    from aidrules.lint.linted import Linted

Severity = Literal["error", "warning", "information"]
Words = tuple[str, str]
"""A text in Chinese and in English."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a check found.

    Attributes:
        name: of what, as rules write it.
        said: what the sentence of the check puts in; labels are put in by language.
    """

    place: Place
    name: str
    said: Mapping[str, str | Label] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an author should look at: a code, a place, one sentence and a fix."""

    code: str
    severity: Severity
    place: Place
    name: str
    sentence: Label
    fix: Label


@dataclass(frozen=True, slots=True)
class Check:
    """A search for one kind of mistake.

    Attributes:
        sentence: with `{name}` and other places to fill in.
        fix: what to do about it.
        find: yields what it finds in a pack or overlay.
    """

    code: str
    severity: Severity
    sentence: Label
    fix: Label
    find: Callable[[Linted], Iterator[Hit]]

    def findings(self, linted: Linted) -> Iterator[Finding]:
        """What the check finds, in words."""
        for hit in self.find(linted):
            sentence = Label(self._said(hit, "zh"), self._said(hit, "en"))
            yield Finding(self.code, self.severity, hit.place, hit.name, sentence, self.fix)

    def _said(self, hit: Hit, lang: str) -> str:
        said = {key: value.text(lang) if isinstance(value, Label) else value for key, value in hit.said.items()}
        return self.sentence.text(lang).format(name=hit.name, **said)


def check(
    code: str, severity: Severity, sentence: Words, fix: Words
) -> Callable[[Callable[[Linted], Iterator[Hit]]], Check]:
    """Make a check of a function that searches a pack."""
    return lambda find: Check(code, severity, Label(*sentence), Label(*fix), find)
