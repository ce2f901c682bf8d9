"""Populations in columns: the core of a pack lowered to Polars, and what programmes come to for every household.

The lowering is that of the exact engine: its writer says what every expression is, known or not, and here that becomes
columns in the place of generated Python (see `writer`). Integers carry their ranges; what needs more than 64 bits is
computed in 128, what needs more than that is refused when the plan is made.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from aidrules.extras import needs_columns

if TYPE_CHECKING:
    from aidrules.columns.simulation import Simulation, simulate

__all__ = ["Simulation", "simulate"]


def __getattr__(name: str) -> object:
    """Load a public name, and Polars with it, when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module 'aidrules.columns' has no attribute {name!r}")
    with needs_columns():
        return getattr(import_module("aidrules.columns.simulation"), name)
