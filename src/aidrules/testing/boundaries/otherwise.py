"""Where a line would lie under the options of readings that are not taken, on the same households."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from aidrules.testing.boundaries.boundary import Otherwise, Place, Side
from aidrules.testing.boundaries.effects import Effects
from aidrules.testing.boundaries.starts import run_of

if TYPE_CHECKING:
    from aidrules.engine import Compiled

T = TypeVar("T")

_NAMED = 3
"""So many of the rules and programmes that part elsewhere are told."""


class OtherOptions:
    """The options of a compiled pack that are not taken; each is compiled once, when a line asks for it."""

    def __init__(self, compiled: Compiled, on: date) -> None:
        self._pack, self._on = compiled.pack, on
        self._of_entry: dict[str, list[tuple[str, str]]] = {}
        for entry, reading, option in compiled.options:
            self._of_entry.setdefault(entry, []).append((reading, option))
        self._effects: dict[tuple[str, str], Effects] = {}

    def of(self, place: Place, sides: Sequence[Side]) -> tuple[Otherwise, ...]:
        """The options under which the sides part elsewhere, of the readings of the part in which the line stands."""
        return tuple(self._otherwise(place, sides)) if sides else ()

    def _otherwise(self, place: Place, sides: Sequence[Side]) -> Iterator[Otherwise]:
        home = place.definition.split(".")
        within = (".".join(home[:length]) for length in range(1, len(home) + 1))
        for reading, option in (pair for entry in within for pair in self._of_entry.get(entry, ())):
            effects = self._effects_of(reading, option)
            runs = [run_of(effects.compiled, side.household.model_dump(), side.on) for side in sides]
            others = [effects.come_to(run, place.rules) for run in runs if run is not None]
            if len(others) < len(sides):
                continue
            rules = _drawn_elsewhere([side.rules for side in sides], [found for found, _ in others])
            if rules:
                own = {rule.partition(".")[0] for rule in place.rules}
                paid = _drawn_elsewhere([side.programmes for side in sides], [found for _, found in others])
                told = {name: values for name, values in paid.items() if name.partition("[")[0] in own}
                yield Otherwise(reading, option, _first(rules), _first(told))

    def _effects_of(self, reading: str, option: str) -> Effects:
        if (reading, option) not in self._effects:
            self._effects[reading, option] = Effects(self._pack.with_readings({reading: option}).on(self._on))
        return self._effects[reading, option]


def _first(named: Mapping[str, T]) -> dict[str, T]:
    return dict(islice(named.items(), _NAMED))


def _drawn_elsewhere(now: Sequence[Mapping[str, T]], other: Sequence[Mapping[str, T]]) -> dict[str, tuple[T, ...]]:
    """What sides come to, by name, where they part at another place than now."""
    found: dict[str, tuple[T, ...]] = {}
    for name in now[0]:
        if all(name in side for side in (*now, *other)):
            before, after = (tuple(side[name] for side in sides) for sides in (now, other))
            if _parting(before) != _parting(after):
                found[name] = after
    return found


def _parting(values: tuple[object, ...]) -> tuple[int, ...]:
    """Which values are the same: for each, the place of the first like it; true is not 1."""
    typed = [(type(value), value) for value in values]
    return tuple(typed.index(value) for value in typed)
