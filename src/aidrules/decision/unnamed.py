"""What to say to who asks a decision for a value that it does not have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aidrules.facts.problems import printable
from aidrules.language.fields import near

if TYPE_CHECKING:
    from aidrules.engine.program import Compiled
    from aidrules.language.pack import Pack

_KEYS_TOLD = 20
"""Of so many members or other items a message says how they are called."""


def no_item(name: str, key: str, each: str | None, keys: Sequence[str]) -> str:
    """Of a value that there is, asked for another item than it has: of what each is one, and the keys of those."""
    if each is None:
        return f"{name} is of the household: ask for {name}, without [{printable(key)}]"
    head = f"{name} is of each {each}" + (f", and no {each} is called {printable(key)}" if key else "")
    if not keys:
        return f"{head}: there is none, or none is known"
    more = f" and {len(keys) - _KEYS_TOLD} more" if len(keys) > _KEYS_TOLD else ""
    return f"{head}: ask for {name}[{keys[0]}]; there are {', '.join(keys[:_KEYS_TOLD])}{more}"


def no_value(name: str, pack: Pack, compiled: Compiled) -> str:
    """Of a name that no definition has."""
    if name in pack.parameters:
        return (
            f"{name} is a parameter: decision.trace.parameters says how it stood, "
            "the inputs of the rules that read it what its value was"
        )
    like = near(name[:60], compiled.definitions) or ""
    return f"nothing is called {printable(name)}. {like}".strip()
