"""What a decision leaves open, what may be a slip in the record, and how open texts were read."""

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
class Doubt:
    """Something on record that was taken as it stands and that may be a slip.

    Attributes:
        kind: `unknown_id`: an id that these rules do not have, like one that they do have; it was not used.
            `listed_twice`: an item that is the same as an earlier one in everything recorded; it was taken for another.
        at: the path of the fact or item.
        listed: what the list is called.
        item: which item of the list, from 1.
        member: the member concerned.
        fact: what holds the id.
        found: the id.
        nearest: the id that it is like.
        same_as: the earlier item, from 1.
    """

    kind: Literal["unknown_id", "listed_twice"]
    at: str
    listed: Label
    item: int
    member: str | None
    fact: Label | None
    found: str | None
    nearest: str | None
    same_as: int | None


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
