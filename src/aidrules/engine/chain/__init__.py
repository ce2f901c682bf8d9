"""What follows from a status, chained forward: the second entry beside the exact evaluator."""

from __future__ import annotations

from aidrules.engine.chain.chain import Chain, ChainResult, ChainRule, Condition

__all__ = ["Chain", "ChainResult", "ChainRule", "Condition"]
