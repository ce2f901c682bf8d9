"""Where one input crosses a line: exact search in steps of its smallest unit, on what rules really compute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

Difference = Callable[[int], Fraction | None]
"""Left side less right side for so many steps of an input; None where that is not known or cannot be."""
_SECANTS = 4
"""Lines are mostly straight; after so many guesses the search goes outwards instead."""


@dataclass(frozen=True, slots=True)
class Range:
    """The steps that an input can have."""

    low: int
    high: int

    def holds(self, step: int) -> bool:
        """Whether a step is among them."""
        return self.low <= step <= self.high


def crossings(difference: Difference, start: int, within: Range, op: str) -> list[int]:
    """Neighbouring steps around each place at which a comparison changes; none where it does not.

    Where the line itself can be reached, the step on it is among them, with the step on its other side.

    Args:
        difference: left side less right side.
        start: from where the search goes.
        within: the steps that are possible.
        op: the comparison's sign.
    """
    found: set[int] = set()
    for test in _TESTS[op]:
        edge = _edge(difference, start, within, test)
        if edge is None:
            continue
        for here, beyond in (edge, edge[::-1]):
            found.add(here)
            other = 2 * here - beyond
            if difference(here) == 0 and within.holds(other) and difference(other) is not None:
                found.add(other)
    return sorted(found)


def _not_below(value: Fraction) -> bool:
    return value >= 0


def _above(value: Fraction) -> bool:
    return value > 0


_TESTS: dict[str, tuple[Callable[[Fraction], bool], ...]] = {
    "<": (_not_below,),
    ">=": (_not_below,),
    "<=": (_above,),
    ">": (_above,),
    "==": (_not_below, _above),
    "!=": (_not_below, _above),
}
"""On which side of the line the two sides part, by the comparison's sign."""


def _edge(
    difference: Difference, start: int, within: Range, test: Callable[[Fraction], bool]
) -> tuple[int, int] | None:
    """Two neighbouring steps of which one passes a test and the other does not."""
    first = difference(start)
    if first is None:
        return None
    side = test(first)
    near, far = (
        _by_secant(difference, start, first, within, test)
        or _outwards(difference, start, within, test)
        or (start, start)
    )
    if near == far:
        return None
    while abs(far - near) > 1:
        middle = (near + far) // 2
        value = difference(middle)
        if value is None:
            return None
        near, far = (middle, far) if test(value) is side else (near, middle)
    return near, far


def _by_secant(
    difference: Difference, start: int, first: Fraction, within: Range, test: Callable[[Fraction], bool]
) -> tuple[int, int] | None:
    """A step on the other side of the start, found along the slope."""
    side, here, value = test(first), start, first
    for _ in range(_SECANTS):
        ahead = here + 1 if within.holds(here + 1) else here - 1
        there = difference(ahead) if within.holds(ahead) else None
        if there is None or there == value:
            return None
        slope = (there - value) / (ahead - here)
        way = -1 if (slope > 0) is side else 1
        line = here - value / slope
        beyond = line.__floor__() + 1 if way > 0 else line.__ceil__() - 1
        for step in (beyond - 2 * way, beyond - way, beyond):
            if (step - here) * way <= 0 or not within.holds(step):
                continue
            reached = difference(step)
            if reached is None:
                return None
            if test(reached) is not side:
                return here, step
            here, value = step, reached
    return None


def _outwards(
    difference: Difference, start: int, within: Range, test: Callable[[Fraction], bool]
) -> tuple[int, int] | None:
    """A step on the other side of the start, in strides that double either way; the nearest one counts."""
    first = difference(start)
    assert first is not None
    side = test(first)
    last = {1: start, -1: start}
    stride = 1
    while last:
        for way in tuple(last):
            step = min(max(start + way * stride, within.low), within.high)
            value = difference(step) if step != last[way] else None
            if value is None:
                del last[way]
            elif test(value) is not side:
                return last[way], step
            else:
                last[way] = step
        stride *= 2
    return None
