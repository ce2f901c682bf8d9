"""What letters say of a procedure: at which step it stands, how long something is posted, what comes after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from aidrules.decision.forms import Procedure
from aidrules.decision.words.base import capital, quoted


class ProcedureWords(Protocol):
    """The sentences about procedures; each ends with its full stop."""

    def procedure(self, label: str, procedure: Procedure) -> str:
        """A procedure and the step at hand."""

    def step(self, reasons: Sequence[str], begun: str | None, full_on: str | None) -> str:
        """Why a step was left out or does not count yet; since when it is posted, and when that is long enough."""

    def later(self, steps: Sequence[str]) -> str:
        """Steps that come later and were not taken yet."""


class ChineseProcedures:
    """The sentences about procedures in Chinese."""

    def procedure(self, label: str, procedure: Procedure) -> str:
        if procedure.stands_at is not None:
            return f"{label}：现在的环节为{quoted(procedure.stands_at.label.zh)}。"
        done = procedure.state == "complete"
        return f"{label}：{'各环节均已按规定办理' if done else '记录不全，尚不能确定办到哪一环节'}。"

    def step(self, reasons: Sequence[str], begun: str | None, full_on: str | None) -> str:
        posted = f"；{begun}起公示，{full_on}期满" if begun and full_on else ""
        return f"{'，'.join(reasons)}{posted}。"

    def later(self, steps: Sequence[str]) -> str:
        return f"其后尚未办理：{'、'.join(steps)}。"


class EnglishProcedures:
    """The sentences about procedures in English."""

    def procedure(self, label: str, procedure: Procedure) -> str:
        name = capital(label)
        if procedure.stands_at is not None:
            return f"{name}: it stands at {quoted(procedure.stands_at.label.en)}."
        done = procedure.state == "complete"
        return f"{name}: {'every step was taken as it must be' if done else 'the record does not show how far it is'}."

    def step(self, reasons: Sequence[str], begun: str | None, full_on: str | None) -> str:
        posted = f"; posted on {begun}, for long enough on {full_on}" if begun and full_on else ""
        return f"{capital(', '.join(reasons))}{posted}."

    def later(self, steps: Sequence[str]) -> str:
        return f"Not taken yet after it: {', '.join(steps)}."
