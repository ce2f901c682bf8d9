"""Populations on a cluster: `simulate` for a Spark DataFrame, by the same kernel and with the same results."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from aidrules.extras import needs_spark

if TYPE_CHECKING:
    from aidrules.spark.simulation import simulate

__all__ = ["simulate"]


def __getattr__(name: str) -> object:
    """Load a public name, and Spark with it, when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module 'aidrules.spark' has no attribute {name!r}")
    with needs_spark():
        return getattr(import_module("aidrules.spark.simulation"), name)
