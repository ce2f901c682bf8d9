"""How much work a call is, counted and not timed, so that it is the same on every machine, however busy."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

Found = TypeVar("Found")


def steps_of(call: Callable[[], Found]) -> tuple[Found, int]:
    """What a call gives, and how many instructions of Python it took; what C does within one of them is not seen."""
    taken = 0

    def step(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal taken
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        taken += event == "opcode"
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        found = call()
    finally:
        sys.settrace(before)
    return found, taken
