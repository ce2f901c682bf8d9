"""Whether columns and decisions agree, at scale: households near the lines of every shipped pack, block by block."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any, Literal

from points import differing
from varied import Varied, beginnings, with_standards

import aidrules
from aidrules.language.pack import Pack
from shipped_packs import LARGE, RULES, names

ON = date(2025, 6, 30)
Facts = Literal["complete", "incomplete", "without parameters"]
FACTS: tuple[Facts, ...] = ("complete", "incomplete", "without parameters")
"""Households of which all is known, of which much is not, and rules to which nobody gave what they leave to others."""


packs = names


def count_of(name: str, households: int) -> int:
    """How many households a pack is held against, of so many for a large one."""
    return households if name in LARGE else households // 20


@lru_cache(maxsize=16)
def varied_of(name: str, facts: Facts) -> tuple[Pack, Varied]:
    """The rules and the households of one kind."""
    pack = aidrules.load(name, path=RULES)
    if facts != "without parameters":
        pack = with_standards(pack, ON)
    complete = facts == "complete"
    return pack, Varied(pack, ON, beginnings(pack, ON, complete=complete), unknown=0 if complete else 0.1)


def differences(name: str, facts: Facts, block: int, size: int) -> list[tuple[str, Any, Any]]:
    """Where the two differ on one block of households; a block is the same every time.

    Each says which household of the block, by its place, and which point.
    """
    pack, varied = varied_of(name, facts)
    # Numbers whose facts do not fit together are passed over: a block has twice as many as it needs.
    return differing(pack, varied.some(size, block * 2 * size), ON, entitlements=False)
