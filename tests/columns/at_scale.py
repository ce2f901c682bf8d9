"""Whether columns and decisions agree, at scale: households near the lines of every shipped pack, block by block."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from points import differing
from varied import Varied, beginnings, with_standards

import aidrules
from aidrules.language.pack import Pack
from aidrules.language.search import all_folders

RULES = Path(__file__).parents[2] / "rules"
ON = date(2025, 6, 30)
Facts = Literal["complete", "incomplete", "without parameters"]
FACTS: tuple[Facts, ...] = ("complete", "incomplete", "without parameters")
"""Households of which all is known, of which much is not, and rules to which nobody gave what they leave to others."""


def packs() -> list[str]:
    """Every pack that is shipped."""
    return sorted(folder.name for folder in all_folders((RULES,)))


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
