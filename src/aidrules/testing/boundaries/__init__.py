"""Boundary cases generated from a pack: households just below, on and just above each line that its rules draw."""

from __future__ import annotations

from aidrules.testing.boundaries.boundary import REASONS, Boundary, Paid, Place, Side
from aidrules.testing.boundaries.generate import Boundaries, boundaries

__all__ = ["REASONS", "Boundaries", "Boundary", "Paid", "Place", "Side", "boundaries"]
