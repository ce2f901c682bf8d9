"""What comes out: decisions with outcomes, trace and missing inputs, their explanation, and records of them."""

from __future__ import annotations

from aidrules.decision.decide import decide
from aidrules.decision.decision import Decision
from aidrules.decision.differences import Difference
from aidrules.decision.forms import (
    Bounds,
    Cadence,
    ChainTrace,
    Check,
    Classification,
    Deadline,
    Entitlement,
    Gate,
    Missing,
    MonthlyPayment,
    Outcome,
    ParameterTrace,
    PaymentLine,
    PersonOutcome,
    PhaseOut,
    ReadingUse,
    Referral,
    RuleTrace,
    Status,
    Step,
    ValueTrace,
)
from aidrules.decision.verification import Verification, verify

__all__ = [
    "Bounds",
    "Cadence",
    "ChainTrace",
    "Check",
    "Classification",
    "Deadline",
    "Decision",
    "Difference",
    "Entitlement",
    "Gate",
    "Missing",
    "MonthlyPayment",
    "Outcome",
    "ParameterTrace",
    "PaymentLine",
    "PersonOutcome",
    "PhaseOut",
    "ReadingUse",
    "Referral",
    "RuleTrace",
    "Status",
    "Step",
    "ValueTrace",
    "Verification",
    "decide",
    "verify",
]
