"""Generating straight-line Python from the core, built from syntax nodes and never from text."""

from __future__ import annotations

from aidrules.engine.code.forms import Denominator, Gather, LoweringError, Slot
from aidrules.engine.code.frugal import frugal
from aidrules.engine.code.syntax import compile_function
from aidrules.engine.code.writer import Writer

__all__ = ["Denominator", "Gather", "LoweringError", "Slot", "Writer", "compile_function", "frugal"]
