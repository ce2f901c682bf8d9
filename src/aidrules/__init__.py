"""aidrules: published social-assistance policy as rule packs, and exact, explainable decisions."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from aidrules.errors import (
    AidrulesError,
    DecisionError,
    FactsError,
    FilesError,
    PackError,
    PackNotFoundError,
    RecordError,
)

if TYPE_CHECKING:
    from aidrules.columns import Simulation, simulate
    from aidrules.decision import Decision, Verification, verify
    from aidrules.decision.across import PackDecision, across
    from aidrules.decision.decide import decide
    from aidrules.facts import Household, Member
    from aidrules.language.loading import load, packs
    from aidrules.language.pack import Pack
    from aidrules.populations import simulate_file
    from aidrules.reforms import BudgetLine, Comparison, compare, sweep

__version__ = "0.1.0"

_LAZY = {
    "BudgetLine": "aidrules.reforms",
    "Comparison": "aidrules.reforms",
    "Decision": "aidrules.decision",
    "PackDecision": "aidrules.decision",
    "Household": "aidrules.facts",
    "Member": "aidrules.facts",
    "Pack": "aidrules.language.pack",
    "Simulation": "aidrules.columns",
    "Verification": "aidrules.decision",
    "across": "aidrules.decision",
    "compare": "aidrules.reforms",
    "decide": "aidrules.decision",
    "load": "aidrules.language.loading",
    "packs": "aidrules.language.loading",
    "simulate": "aidrules.columns",
    "simulate_file": "aidrules.populations",
    "sweep": "aidrules.reforms",
    "verify": "aidrules.decision",
}

__all__ = [
    "AidrulesError",
    "BudgetLine",
    "Comparison",
    "Decision",
    "DecisionError",
    "FactsError",
    "FilesError",
    "Household",
    "Member",
    "Pack",
    "PackDecision",
    "PackError",
    "PackNotFoundError",
    "RecordError",
    "Simulation",
    "Verification",
    "__version__",
    "across",
    "compare",
    "decide",
    "load",
    "packs",
    "simulate",
    "simulate_file",
    "sweep",
    "verify",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used, so that importing the package stays light."""
    if name not in _LAZY:
        raise AttributeError(f"module 'aidrules' has no attribute {name!r}")
    value: object = getattr(import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
