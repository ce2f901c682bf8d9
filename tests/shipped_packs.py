"""The packs that are shipped, found in the folder of rules."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from aidrules.language.search import all_folders
from aidrules.register import citing

RULES = Path(__file__).parents[1] / "rules"
LARGE = ("cn/national", "cn/guizhou/zunyi", "cn/guizhou/zunyi/bozhou")
"""Packs of hundreds of rules, which read most facts there are; tests of all others need fewer households."""


def names() -> list[str]:
    """Every pack."""
    return sorted(folder.name for folder in all_folders((RULES,)))


@cache
def with_rules() -> tuple[str, ...]:
    """Every pack that has rules of its own."""
    return tuple(sorted({one.pack for one in citing(RULES) if one.section == "rules"} & set(names())))


def small() -> list[str]:
    """Packs with rules of their own that are not large."""
    return [name for name in with_rules() if name not in LARGE]
