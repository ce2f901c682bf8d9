"""What two packs say otherwise, part by part, in the words in which each of them is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from aidrules.show.heads import head

if TYPE_CHECKING:
    from aidrules.show import Shown

Row = tuple[str, str]
State = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Line:
    """Something that a part of a pack says; None on the side that does not say it."""

    head: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A part of a pack that one side has and the other has not, or says otherwise.

    Attributes:
        section: rule, definition, parameter ..., in the language of the packs shown.
        name: as rules write it.
        label: as readers call it.
        lines: all that it says, or where both have it, what they say otherwise.
    """

    section: str
    name: str
    label: str
    state: State
    lines: tuple[Line, ...]


def changes(old: Shown, new: Shown) -> Iterator[Change]:
    """What changed from one pack to another, in the order of the older one, then what is new.

    Args:
        old: a pack on a day.
        new: another one, or the same on another day, in the same language.
    """
    before, after = old.parts(), new.parts()
    for name in dict.fromkeys([*before, *after]):
        was, now = before.get(name), after.get(name)
        if was == now:
            continue
        lines = tuple(_lines(*(_said(rows or [], old) for rows in (was, now))))
        if lines:
            (section, _), (_, label) = (now or was or [])[:2]
            yield Change(
                section, name, label, "added" if was is None else "removed" if now is None else "changed", lines
            )


def _said(rows: Iterable[Row], shown: Shown) -> list[Row]:
    """What a part itself says: not where, not what wider packs said, nor which of its values holds now."""
    now = f" ({head('now', shown.lang)})"
    others = {head(name, shown.lang) for name in ("written", "changed", "overrode", "before")}
    return [(name.removesuffix(now), text) for name, text in list(rows)[1:] if name not in others]


def _lines(old: list[Row], new: list[Row]) -> Iterator[Line]:
    """The rows that only one side has; those under one head face each other."""
    gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
    for name in dict.fromkeys(name for name, _ in [*old, *new]):
        was = [text for (each, text), number in gone.items() for _ in range(number) if each == name]
        now = [text for (each, text), number in come.items() for _ in range(number) if each == name]
        for place in range(max(len(was), len(now))):
            yield Line(name, *(texts[place] if place < len(texts) else None for texts in (was, now)))
