"""Populations in files, larger than memory: decided part by part, so that a run that was stopped goes on where it was.

A run reads its input in parts of as many households each. Every part that is decided is kept in a folder beside the
output, and is visible there only when it is whole and safe on the disk (see `parts`). When all are there they are
joined in the order of the input (see `joined`). A manifest says of what the parts are, so that no other run goes on
with them.

Two kinds of input make parts: a Parquet file of nested households (see `nested`), and flat tables, Parquet or CSV, in
any order (see `spread`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from aidrules.extras import needs_columns

if TYPE_CHECKING:
    from aidrules.populations.run import Outcome, simulate_file

__all__ = ["Outcome", "simulate_file"]


def __getattr__(name: str) -> object:
    """Load a public name, and Polars with it, when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module 'aidrules.populations' has no attribute {name!r}")
    with needs_columns():
        return getattr(import_module("aidrules.populations.run"), name)
