"""Testing packs: worked cases beside the rules, run and compared."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aidrules.testing.cases import Case, find_cases, read_cases
    from aidrules.testing.trial import differences

_LAZY = {"Case": "cases", "differences": "trial", "find_cases": "cases", "read_cases": "cases"}

__all__ = ["Case", "differences", "find_cases", "read_cases"]


def __getattr__(name: str) -> object:
    """Load a name when it is first used: pytest imports this package, with its plugin, wherever it is installed."""
    if name not in _LAZY:
        raise AttributeError(f"module 'aidrules.testing' has no attribute {name!r}")
    return getattr(import_module(f"aidrules.testing.{_LAZY[name]}"), name)
