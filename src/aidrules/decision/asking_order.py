"""In which order missing inputs stand: what settles most by itself first, then what bears on most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

Weight = tuple[bool, int, int, int, int]
"""Whether only classes, steps and deadlines turn on it; then what it settles and bears on, rights first, most first."""


def weight(settles: Sequence[str], bears_on: Sequence[str], is_right: Callable[[str], bool]) -> Weight:
    """Where an input belongs, but for whether another one may make it needless.

    Args:
        settles: what it settles by itself.
        bears_on: what it bears on.
        is_right: whether that is an outcome or an amount, and no class, step or deadline.
    """

    def first(names: Sequence[str]) -> tuple[int, int]:
        among = sum(map(is_right, names))
        return -among, among - len(names)

    (settled, deadlines), (touched, others) = first(settles), first(bears_on)
    return touched == 0, settled, touched, deadlines, others


def can_stand_so(weights: Sequence[Weight]) -> bool:
    """Whether inputs of these weights can stand in this order, whichever of them others may make needless.

    Those come behind the rest, once among rights and once among steps.
    """
    steps = [each[0] for each in weights]
    falls = [later[0] for sooner, later in pairwise(weights) if sooner[0] == later[0] and later < sooner]
    return steps == sorted(steps) and len(falls) == len(set(falls))
