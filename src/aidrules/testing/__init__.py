"""Testing packs: worked cases beside the rules, run and compared."""

from __future__ import annotations

from aidrules.testing.cases import Case, differences, find_cases, read_cases

__all__ = ["Case", "differences", "find_cases", "read_cases"]
