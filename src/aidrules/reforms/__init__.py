"""Reforms and budget lines: one household along an input, a population under two sets of rules."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from aidrules.extras import needs_columns

if TYPE_CHECKING:
    from aidrules.reforms.budget import BudgetLine, sweep
    from aidrules.reforms.cliffs import Cliff, RuleChange
    from aidrules.reforms.comparison import Comparison, compare
    from aidrules.reforms.poverty import Poverty

_LAZY = {
    "BudgetLine": "budget",
    "Cliff": "cliffs",
    "Comparison": "comparison",
    "Poverty": "poverty",
    "RuleChange": "cliffs",
    "compare": "comparison",
    "sweep": "budget",
}

__all__ = ["BudgetLine", "Cliff", "Comparison", "Poverty", "RuleChange", "compare", "sweep"]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used; only a comparison needs Polars."""
    if name not in _LAZY:
        raise AttributeError(f"module 'aidrules.reforms' has no attribute {name!r}")
    with needs_columns():
        return getattr(import_module(f"aidrules.reforms.{_LAZY[name]}"), name)
