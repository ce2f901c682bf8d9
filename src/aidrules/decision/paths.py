"""Facts of a recorded household by their paths: taken out, put in, found."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from aidrules.errors import Problem, RecordError


def _steps(path: str) -> list[str | int]:
    return [
        int(part) if part.isdigit() else part for part in path.replace("]", "").replace("[", ".").split(".") if part
    ]


def _holder(household: Any, path: str) -> tuple[Any, str | int]:
    *way, last = _steps(path)
    for step in way:
        household = household.setdefault(step, {}) if isinstance(step, str) else household[step]
    return household, last


def take_out(household: dict[str, Any], path: str) -> None:
    """Leave a fact out of the household."""
    holder, last = _holder(household, path)
    del holder[last]


def with_fact(household: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The household with a fact put in."""
    copy = deepcopy(household)
    try:
        holder, last = _holder(copy, path)
        if not isinstance(holder, dict):
            raise TypeError
        holder[last] = value
    except (LookupError, TypeError, AttributeError, ValueError):
        found = f"there is no place {path} in the household"
        raise RecordError(Problem(found, "withheld", expected="the path of a fact")) from None
    return copy


def is_there(household: dict[str, Any], path: str) -> bool:
    """Whether the household says something at a path."""
    holder: Any = household
    for step in _steps(path):
        try:
            holder = holder[step]
        except (LookupError, TypeError):
            return False
    return True
