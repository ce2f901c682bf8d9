"""How a pack runs: compiled in dependency order, evaluated exactly, chained a second time by durable-rules."""

from __future__ import annotations

from aidrules.engine.program import Compiled
from aidrules.engine.run import NONE, Bounds, Result, Run

__all__ = ["NONE", "Bounds", "Compiled", "Result", "Run"]
