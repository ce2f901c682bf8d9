"""The job on the ZEN engine: one node of expressions, which is the fastest form it has."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import zen
from dibao_job import ON, STANDARD, Result

_SEVENTY = ON.replace(year=ON.year - 70).toordinal()
_SEVERE = "(#.ill or #.grade == 1 or #.grade == 2)"
_LOW = "(#.student or single_parent)"
_RATE = f"({_SEVERE} ? 30 : #.born <= {_SEVENTY} ? 20 : {_LOW} ? 10 : 0)"
_ALONE = f"{_SEVERE} and #.income < $.standard"

EXPRESSIONS = {
    "standard": f"urban ? {STANDARD['urban']} : {STANDARD['rural']}",
    "whole": "$.standard * len(members)",
    "countable": "max([0, sum(map(members, #.income)) - min([claimed, documented])])",
    "per_person": "floor($.countable / len(members) + 0.5)",
    "exclusions": "(cars > 0 ? 1 : 0) + (shops > 0 ? 2 : 0) + (savings > 24 * $.whole ? 4 : 0)",
    "eligible": "$.exclusions == 0 and $.countable < $.whole",
    "top_up": "$.eligible ? $.whole - $.countable : 0",
    "supplement": f"$.eligible ? sum(map(members, floor($.standard * {_RATE} / 100 + 0.5))) : 0",
    "months": (
        "in_payment and $.exclusions == 0 and $.countable > $.whole ? "
        "(10 * $.countable <= 11 * $.whole ? 12 : 10 * $.countable <= 13 * $.whole ? 6 : "
        "10 * $.countable <= 15 * $.whole ? 3 : 0) : 0"
    ),
    "in_reach": "$.exclusions == 0 and not $.eligible and 2 * $.countable <= 3 * $.whole",
    "persons_alone": f"$.in_reach ? sum(map(members, {_ALONE} ? 1 : 0)) : 0",
    "top_up_alone": f"$.in_reach ? sum(map(members, {_ALONE} ? $.standard - #.income : 0)) : 0",
    "supplement_alone": "$.persons_alone * floor($.standard * 30 / 100 + 0.5)",
}


def _graph() -> dict[str, Any]:
    expressions = [{"id": name, "key": name, "value": value} for name, value in EXPRESSIONS.items()]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        {"id": "job", "name": "job", "type": "expressionNode", "content": {"expressions": expressions}},
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    edges = [
        {"id": "1", "sourceId": "in", "targetId": "job", "type": "edge"},
        {"id": "2", "sourceId": "job", "targetId": "out", "type": "edge"},
    ]
    return {"nodes": nodes, "edges": edges}


class Zen:
    """The engine with the rules of the job."""

    def __init__(self) -> None:
        self._engine = zen.ZenEngine({"loader": {"type": "static", "content": {"job": _graph()}}})

    def decide(self, household: dict[str, Any] | str) -> dict[str, Any]:
        """Everything that is computed for a household, given as a dict or as JSON text."""
        return self._engine.evaluate("job", household)["result"]

    def traced(self, household: dict[str, Any]) -> dict[str, Any]:
        """Likewise, with the engine's trace."""
        return self._engine.evaluate("job", household, {"trace": True})

    def to_json(self, household: str) -> str:
        """From JSON text to JSON text, with the trace, which knows no languages."""
        return json.dumps(self._engine.evaluate("job", household, {"trace": True}))

    def batch(self, households: Sequence[dict[str, Any]]) -> list[Any]:
        """Many households by the engine's own batch."""
        return self._engine.evaluate_batch([{"key": "job", "context": household} for household in households])

    @staticmethod
    def row(result: dict[str, Any]) -> tuple[int, ...]:
        """The ten outputs of a result."""
        return tuple(int(result[name]) for name in Result.names())
