"""Testing packs: worked cases beside the rules, households and properties for tests of an agency's own."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aidrules.testing.assertions import assert_decision, explained
    from aidrules.testing.cases import Case, find_cases, read_cases
    from aidrules.testing.plain_household import plain
    from aidrules.testing.strategies import households, members
    from aidrules.testing.trial import differences

_LAZY = {
    "Case": "cases",
    "assert_decision": "assertions",
    "differences": "trial",
    "explained": "assertions",
    "find_cases": "cases",
    "households": "strategies",
    "members": "strategies",
    "plain": "plain_household",
    "read_cases": "cases",
}

__all__ = [
    "Case",
    "assert_decision",
    "differences",
    "explained",
    "find_cases",
    "households",
    "members",
    "plain",
    "read_cases",
]


def __getattr__(name: str) -> object:
    """Load a name when it is first used: pytest imports this package, with its plugin, wherever it is installed."""
    if name not in _LAZY:
        raise AttributeError(f"module 'aidrules.testing' has no attribute {name!r}")
    return getattr(import_module(f"aidrules.testing.{_LAZY[name]}"), name)
