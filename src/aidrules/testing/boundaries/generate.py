"""Every boundary of a pack on a day: each site with the best households that the cases lead to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidrules.decision.names import Item, list_of, names_of
from aidrules.decision.phrases import Phrases
from aidrules.decision.view import View
from aidrules.errors import PackError, Problem
from aidrules.language.fields import Label, near
from aidrules.register.reference import last_change
from aidrules.testing.boundaries.boundary import Boundary, Place, Side, Why, differ, shows
from aidrules.testing.boundaries.effects import Effects
from aidrules.testing.boundaries.otherwise import OtherOptions
from aidrules.testing.boundaries.search import Attempt
from aidrules.testing.boundaries.sites import Site, settled_both_ways, sites
from aidrules.testing.boundaries.starts import (
    Start,
    cases_of,
    starts_of,
    with_overlays_of_cases,
    with_values_of_cases,
)
from aidrules.testing.targets import states

if TYPE_CHECKING:
    from aidrules.engine import Compiled
    from aidrules.language.entries import Entry
    from aidrules.language.pack import Pack
    from aidrules.language.sources import Citation

_LOOKED = 300
"""In so many cases and items it is looked whether something else decides there."""
_ATTEMPTS = 16
"""From so many of them the line is looked for, the most telling first."""
_RUNS = 4000
"""So many households are decided for one line, whatever the pack says."""
_ITEMS = 8
"""So many items of one case are looked at."""
_OPEN, _SHOWN, _BEST = 2, 5, 7
"""The scores of sides that part, that show in rules besides, and that tell all there is to tell."""
_MORE = 4
"""So many attempts are made for more than sides that show in rules."""


@dataclass(frozen=True)
class Boundaries:
    """The boundaries of a pack.

    Attributes:
        pack: with the overlays and values that were taken from its cases.
        on: the day of the law.
        overlays: the overlays that were taken from the cases.
        values: the values of required parameters that were taken from the cases.
        open: the required parameters that no case gives.
        found: every boundary, reached or not.
    """

    pack: Pack
    on: date
    overlays: tuple[str, ...]
    values: Mapping[str, Any]
    open: tuple[str, ...]
    found: tuple[Boundary, ...]

    def __iter__(self) -> Iterator[Boundary]:
        return iter(self.found)

    def __len__(self) -> int:
        return len(self.found)


def boundaries(
    pack: Pack, on: date | None = None, rule: str | None = None, *, own: bool = False, path: str | Path | None = None
) -> Boundaries:
    """The boundaries of a pack, with households on their sides.

    The households are those of the cases beside the pack and beside the packs that it extends, each with one input
    changed, on the day of the case. Required parameters have the values that these cases give, themselves or in the
    overlays that they name.

    Args:
        pack: the rules.
        on: the day of the law; that of its last change, overlays included, unless given.
        rule: only the boundaries that this rule reads, or those in this definition or programme.
        own: only what the pack itself states, or changes more of than words; not what it takes over from a wider one.
        path: the folder of packs that is searched for cases first.

    Raises:
        PackError: no such rule, or a file of cases that cannot be read.
    """
    cases = cases_of(pack, Path(path) if path is not None else None)
    pack, overlays = with_overlays_of_cases(pack, cases)
    on = on or last_change(pack)
    pack, values = with_values_of_cases(pack, cases, on)
    compiled = pack.on(on)
    wanted = _wanted(compiled, rule)
    maker = _Maker(compiled, on, starts_of(compiled, cases))
    found = tuple(
        maker.made(site, number)
        for number, site in _numbered(sites(compiled))
        if wanted(site) and (maker.states(site) or not own)
    )
    left = tuple(use.name for use in compiled.parameters.values() if use.missing)
    return Boundaries(pack, on, overlays, values, left, found)


def _numbered(listed: list[Site]) -> Iterator[tuple[int, Site]]:
    counted: dict[str, int] = {}
    for site in listed:
        counted[site.definition] = counted.get(site.definition, 0) + 1
        yield counted[site.definition], site


def _wanted(compiled: Compiled, rule: str | None) -> Callable[[Site], bool]:
    """Which sites belong to a rule, programme or definition."""
    if rule is None:
        return lambda _: True
    if rule in compiled.rules:
        return lambda site: rule in site.rules
    if rule in compiled.programmes:
        return lambda site: any(name.startswith(f"{rule}.") for name in (*site.rules, site.definition))
    if rule in compiled.definitions:
        return lambda site: rule == site.definition
    known = dict.fromkeys((*compiled.rules, *compiled.programmes, *compiled.definitions))
    expected = "a rule, definition or programme of the pack"
    raise PackError(Problem(f"nothing is called {rule}", compiled.pack.id, expected=expected, hint=near(rule, known)))


class _Maker:
    """Makes the boundaries of one compiled pack."""

    def __init__(self, compiled: Compiled, on: date, starts: list[Start]) -> None:
        self.compiled, self.starts = compiled, starts
        self.findings = {name: entry.model for name, entry in compiled.pack.findings.items()}
        self.names = names_of(compiled)
        self.effects = Effects(compiled)
        self.options = OtherOptions(compiled, on)
        self.entries = _entries(compiled.pack)
        parts = [part for rule in compiled.rules.values() for part in rule.parts]
        self.parts = {part.definition: compiled.pack.citations(part.cite) for part in parts}
        self.words = {lang: Phrases(View(compiled), lang) for lang in ("zh", "en")}

    def states(self, site: Site) -> bool:
        """Whether the pack itself states what the site is a part of."""
        return self._stated(site.definition)[1]

    def made(self, site: Site, number: int) -> Boundary:
        """The boundary of a site."""
        cite, own = self._stated(site.definition)
        place = Place(site.definition, site.rules, cite, own)
        case, sides, why = self._best(site, place)
        name, kind = f"{site.definition}#{number}", site.sides[0].type
        otherwise = self.options.of(place, sides)
        return Boundary(name, place, site.form, self._said(site), kind, case, sides, None if sides else why, otherwise)

    def _best(self, site: Site, place: Place) -> tuple[str, tuple[Side, ...], Why]:
        """The case and the sides that tell most, and why there are none."""
        attempts = list(islice(self._attempts(site), _LOOKED))
        if not attempts:
            return "", (), "no_case"
        attempts.sort(key=lambda attempt: (not attempt.known, not attempt.open))
        if not any(attempt.inputs for attempt in attempts):
            return "", (), "fixed"
        score, case, sides, left = Fraction(0), "", tuple[Side, ...](), _RUNS
        for tries, attempt in enumerate(attempts[:_ATTEMPTS]):
            if score >= _OPEN and not (attempt.known and attempt.open):
                break
            if score > _SHOWN and tries >= _MORE:
                break
            attempt.runs = left
            found = tuple(self.effects.side(site, tried) for tried in attempt.sides())
            left = attempt.runs
            reached = _score(place, site, found)
            if reached > score:
                score, case, sides = reached, attempt.start.name, found
            if score == _BEST:
                break
        return case, sides, "out_of_reach" if any(attempt.known for attempt in attempts) else "unknown"

    def _attempts(self, site: Site) -> Iterator[Attempt]:
        """The site in each case and for each item, those cases first that are about its rules."""
        settled = settled_both_ways(site, self.compiled.definitions[site.definition].expr)
        for start in sorted(self.starts, key=lambda start: start.concerns((*site.rules, site.definition))):
            if start.view is not None:
                for bound in islice(site.bindings(start.view), _ITEMS):
                    yield Attempt(site, start, bound, self.findings, settled)

    def _stated(self, name: str) -> tuple[tuple[Citation, ...], bool]:
        """The nearest clauses of what a definition is a part of, and whether the pack itself states it."""
        cite: tuple[Citation, ...] = ()
        while name:
            cite = cite or self.parts.get(name, ())
            if name in self.entries:
                entry = self.entries[name]
                return cite or entry.cite, states(self.compiled.pack, entry.origin.pack, entry.overrode)
            name = name.rpartition(".")[0]
        return (), True

    def _said(self, site: Site) -> Label:
        bound = dict(self.names.bindings(Item(site.owner)))
        for outer in site.around:
            bound[outer.var] = Item(list_of(outer))
        zh, en = (phrases.formula(site.expr, bound) for phrases in self.words.values())
        return Label(zh, en)


def _entries(pack: Pack) -> dict[str, Entry]:
    """All that a pack states and definitions come from, by name."""
    found = {**pack.parameters, **pack.definitions}
    found |= {f"finding.{name}": entry for name, entry in pack.findings.items()}
    for programme in pack.programmes.values():
        stated = (programme.entry, *programme.definitions.values(), *programme.rules.values())
        found |= {entry.id: entry for entry in stated}
    return found


def _score(place: Place, site: Site, sides: tuple[Side, ...]) -> Fraction:
    """How much sides tell: whether they part, lie on the line, show in the rules that read it, and in an outcome."""
    if len(sides) < 2 or not differ((side.left, side.right) for side in sides):
        return Fraction(0)
    line = site.form == "line"
    exact = not line or any(side.position == "on" for side in sides)
    parted = not line or differ(side.holds for side in sides if side.holds is not None)
    paid = not place.rules or differ(tuple(side.programmes.items()) for side in sides)
    options = site.sides[0].type.options
    reached = Fraction(len({side.left for side in sides}), len(options)) if options else Fraction(1)
    return exact + parted + 3 * shows(place, sides) + paid + reached
