"""What comes out: decisions with outcomes, trace and missing inputs, their explanation, and records of them."""

from __future__ import annotations

from aidrules.decision.decide import decide
from aidrules.decision.decision import Decision
from aidrules.decision.record import Difference, Verification, verify

__all__ = ["Decision", "Difference", "Verification", "decide", "verify"]
