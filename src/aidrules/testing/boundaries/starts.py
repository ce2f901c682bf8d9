"""The households that boundaries start from: those of the cases beside a pack and beside the packs that it extends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aidrules.decision.view import View
from aidrules.errors import AidrulesError, FactsError, PackError
from aidrules.language import search
from aidrules.testing.cases import Case, read_cases
from aidrules.testing.located import refused
from aidrules.testing.places import case_files

if TYPE_CHECKING:
    from aidrules.engine import Compiled, Run
    from aidrules.language.pack import Pack


@dataclass(frozen=True)
class Start:
    """A case's household under the rules of a day.

    Attributes:
        name: the file and the case, `income/just_below`.
        about: the names that the case's expectations are about.
        facts: the household as plain values.
    """

    name: str
    about: frozenset[str]
    facts: dict[str, Any]
    on: date
    compiled: Compiled = field(repr=False)

    @cached_property
    def run(self) -> Run | None:
        """The case decided as it is."""
        return run_of(self.compiled, self.facts, self.on)

    @cached_property
    def view(self) -> View | None:
        """Reads that run."""
        return None if self.run is None else View(self.compiled, self.run)

    def concerns(self, rules: Sequence[str]) -> int:
        """How closely the case is about rules: 0 about one of them, 1 about the programme of one, else 2."""
        if self.about & set(rules):
            return 0
        return 1 if self.about & {rule.partition(".")[0] for rule in rules} else 2


def run_of(compiled: Compiled, facts: Mapping[str, Any], on: date) -> Run | None:
    """A household decided; None where its facts cannot be right."""
    from aidrules.engine.findings import outside
    from aidrules.facts.days import not_yet

    try:
        household = compiled.pack.Subject.model_validate(dict(facts))
    except FactsError:
        return None
    if any(True for _ in not_yet(household, on)):
        return None
    run = compiled.run(household, on)
    return None if any(True for _ in outside(run)) else run


def cases_of(pack: Pack, path: Path | None = None) -> list[tuple[str, Case]]:
    """The cases beside a pack and beside those that it extends, its own first, with file and name.

    Args:
        pack: the pack.
        path: the folder of packs that is searched first.

    Raises:
        PackError: a file of cases that cannot be read, or a case beside the pack itself that it refuses.
    """
    found: list[tuple[str, Case]] = []
    for layer in reversed(pack.content.layers):
        folder = search.find(layer.name, search.roots(path))
        files = case_files(folder.path / "cases")
        found += [(f"{file.stem}/{case.name}", case) for file in files for case in read_cases(file) if not case.refused]
        if layer is pack.content.layers[-1]:
            for _, case in found:
                _check(case, pack)
    return found


def _check(case: Case, pack: Pack) -> None:
    """Fail if a pack refuses a case of its own; those of wider packs need not fit it."""
    try:
        pack.Subject.from_text(case.given)
    except FactsError:
        try:
            case.laid_over(pack).Subject.from_text(case.given)
        except AidrulesError as error:
            raise refused(case, error) from None


def with_overlays_of_cases(pack: Pack, cases: Sequence[tuple[str, Case]]) -> tuple[Pack, tuple[str, ...]]:
    """The pack with the overlays that cases name for required parameters that nothing else gives; and which those are.

    Overlays go together as the first case that names a needed one has them.
    """
    given = {name.partition("[")[0] for _, case in cases if not case.refused for name in case.parameters}
    taken: list[str] = []
    for overlays in dict.fromkeys(case.overlays for _, case in cases if case.overlays):
        needed = [
            name
            for name, entry in pack.parameters.items()
            if entry.model.required and not entry.model.values and name not in given
        ]
        if not needed:
            break
        more = [overlay for overlay in overlays if overlay not in taken]
        try:
            laid = pack.with_overlay(*more)
        except PackError:  # a wider pack's overlay need not fit a narrower one
            continue
        if any(laid.parameters[name].model.values for name in needed):
            pack, taken = laid, [*taken, *more]
    return pack, tuple(taken)


def with_values_of_cases(pack: Pack, cases: Sequence[tuple[str, Case]], on: date) -> tuple[Pack, dict[str, Any]]:
    """The pack with the values that cases give to its required parameters, the first of each; and which those are.

    What a case gives to be refused for it is none.
    """
    missing = {use.name for use in pack.on(on).parameters.values() if use.missing}
    given: dict[str, Any] = {}
    for _, case in cases:
        for name, value in case.parameters.items() if not case.refused else ():
            if name.partition("[")[0] in missing and name not in given and _fits(pack, name, value):
                given[name] = value
    return (pack.with_parameters(given), given) if given else (pack, given)


def _fits(pack: Pack, name: str, value: Any) -> bool:
    """Whether a value is one for this pack: a narrower one may have given the parameter other keys."""
    try:
        pack.with_parameters({name: value})
    except PackError:
        return False
    return True


def starts_of(compiled: Compiled, cases: Sequence[tuple[str, Case]]) -> list[Start]:
    """The households of cases that the pack takes, on days on which it is in force: wider packs' may be older."""
    found = []
    for name, case in cases:
        if not compiled.pack.in_force.covers(case.on):
            continue
        try:
            household = compiled.pack.Subject.from_text(case.given)
        except FactsError:
            continue
        about = frozenset(each.name.partition("[")[0] for each in case.expectations)
        found.append(Start(name, about, household.model_dump(), case.on, compiled))
    return found
