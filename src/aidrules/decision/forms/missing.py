"""What a decision leaves open, and how open texts were read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from aidrules.language.fields import Label


@dataclass(frozen=True, slots=True)
class Missing:
    """An input that nobody has given and on which something open depends.

    Attributes:
        input: the path of the fact (`members[0].disability.grade`), or the name of the parameter.
        kind: fact, finding (a person must record it), list (nobody has said what it holds) or parameter.
        member: the member concerned.
        who: the roles that may record a finding.
        settles: open outcomes that need nothing else: `dibao`, `tekun[m1]`.
        bears_on: all open outcomes that depend on it.
        lapsed_on: the first day on which a finding or the last value of a parameter no longer counted.
    """

    input: str
    kind: Literal["fact", "finding", "list", "parameter"]
    label: Label
    confidential: bool
    member: str | None
    who: tuple[str, ...]
    settles: tuple[str, ...]
    bears_on: tuple[str, ...]
    lapsed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Alternative:
    """An option of a reading that was not taken."""

    option: str
    label: Label


@dataclass(frozen=True, slots=True)
class ReadingUse:
    """A choice of reading that the decision relies on; `option` is None for a note that leaves nothing to choose."""

    name: str
    label: Label
    option: str | None
    option_label: Label | None
    alternatives: tuple[Alternative, ...]
    default: bool
    rules: tuple[str, ...]
