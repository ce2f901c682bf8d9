"""Judging mutants: is there a case that notices, does the language refuse it, or does it live?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from aidrules.engine.findings import outside
from aidrules.errors import AidrulesError, PackError, Place, Problem
from aidrules.language.arguments import GIVEN
from aidrules.language.build import ExpressionError
from aidrules.language.loading import load
from aidrules.language.pack import Pack
from aidrules.testing.cases import Case, read_cases
from aidrules.testing.mutation.bench import Group, Lot, Slice, Tried, names
from aidrules.testing.promises import PROMISES, Breach, broken
from aidrules.testing.trial import tried_on

if TYPE_CHECKING:
    from aidrules.language.content import Content
    from aidrules.testing.mutation.mutants import Mutant

State = Literal["noticed", "refused", "alive", "given", "undecided"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant.

    Attributes:
        state: noticed by a case, refused by the language, alive, made in a value that every case gives itself, or
            undecided when its time was over.
        by: the case that noticed, or why it is refused.
    """

    mutant: Mutant
    state: State
    by: str = ""


class Judge:
    """Judges the mutants of one pack by the cases beside it."""

    def __init__(self, name: str, root: Path, files: Iterable[Path], limit: float) -> None:
        self.pack = load(name, path=root)
        self.limit = limit
        cases = [case for file in files for case in read_cases(file)]
        self.refused = [case for case in cases if case.refused is not None]
        self.lots = _lots(self.pack, [case for case in cases if case.refused is None])

    def judged(self, mutant: Mutant) -> Verdict:
        """What becomes of a mutant.

        Raises:
            PackError: a case that fails as the pack is.
        """
        until = time.monotonic() + self.limit
        content = mutant.content(self.pack.content)
        met = given = 0
        for group, cases in self._likeliest_first(mutant):
            if time.monotonic() > until:
                return Verdict(mutant, "undecided")
            if group.failing:
                raise _fails(group.failing[0])
            met, given = met + 1, given + _gives(group, mutant)
            try:
                found = _noticed(group, cases, mutant, content)
            except (PackError, ExpressionError) as error:
                if _of_given_values(error):
                    return Verdict(mutant, "noticed", cases[0].case.name)
                return Verdict(mutant, "refused", _sentence(error))
            if found is not None:
                return Verdict(mutant, "noticed", found.name)
        if _bounds_facts(mutant):
            for case in self.refused:
                if tried_on(case, lambda case=case: case.laid_over(Pack(content))).state != "passed":  # type: ignore[misc]
                    return Verdict(mutant, "noticed", case.name)
        return self._by_the_whole(mutant, content, all_given=bool(met) and met == given)

    def _by_the_whole(self, mutant: Mutant, content: Content, *, all_given: bool) -> Verdict:
        """What is left where no case notices: the language may refuse the pack, or a kind's promise be broken."""
        lot = next(iter([lot for lot in self.lots if lot.names(mutant.about)] or self.lots), None)
        try:
            if lot is None:
                Pack(content).on(date.today())
                return Verdict(mutant, "alive")
            group = lot.groups[0]
            whole = replace(group.laid, content=content).on(group.day)
        except PackError as error:
            return Verdict(mutant, "refused", _sentence(error))
        for tried in group.cases:
            try:
                run = whole.run(whole.pack.Subject.from_text(tried.case.given), tried.case.on)
            except AidrulesError:
                return Verdict(mutant, "noticed", tried.case.name)
            if not run.three_valued and _subjects(broken(run, PROMISES)) - _subjects(group.breaches(tried.case)):
                return Verdict(mutant, "noticed", f"a promise of its kind, for {tried.case.name}")
        return Verdict(mutant, "given" if all_given else "alive")

    def _likeliest_first(self, mutant: Mutant) -> Iterator[tuple[Group, list[Tried]]]:
        """The cases that rest on what is changed: first those that name it, the simplest of them alone."""
        direct = [
            (len(group.atoms[tried.case.place]), place, group, tried)
            for lot in self.lots
            if lot.names(mutant.about)
            for group in lot.groups
            for place, tried in enumerate(group.cases)
            if names(tried.case, mutant.about) and _bears(mutant, group, tried)
        ]
        direct.sort(key=lambda each: each[:2])
        done: set[Place] = set()
        for _, _, group, tried in direct[:1]:
            done.add(tried.case.place)
            yield group, [tried]
        for wanted in (True, False):
            for lot in self.lots:
                if wanted and not lot.names(mutant.about):
                    continue
                for group in lot.groups:
                    cases = [
                        tried
                        for tried in group.cases
                        if tried.case.place not in done
                        and (names(tried.case, mutant.about) or not wanted)
                        and _bears(mutant, group, tried)
                    ]
                    done |= {tried.case.place for tried in cases}
                    if cases:
                        yield group, cases


def _lots(pack: Pack, cases: Iterable[Case]) -> list[Lot]:
    """The cases by what they choose, in the order of the files."""
    lots: dict[str, list[Case]] = {}
    for case in cases:
        chosen = case.overlays, sorted(case.readings.items()), sorted(case.parameters.items())
        lots.setdefault(repr(chosen), []).append(case)
    return [Lot(pack, tuple(alike)) for alike in lots.values()]


def _bears(mutant: Mutant, group: Group, tried: Tried) -> bool:
    """Whether a case may rest on what a mutant changes."""
    if mutant.key[0] in ("inputs", "readings"):
        return True
    return mutant.about in group.atoms[tried.case.place]


def _gives(group: Group, mutant: Mutant) -> bool:
    """Whether the cases of a group give the parameter that is changed themselves."""
    return mutant.key[0] == "parameters" and any(
        argument.parameter == mutant.about for argument in group.laid.arguments
    )


def _bounds_facts(mutant: Mutant) -> bool:
    """Whether it may change which households or values are refused; a value of a parameter may bound a finding."""
    return mutant.key[0] in ("findings", "inputs", "parameters")


def _subjects(breaches: Iterable[Breach]) -> set[str]:
    return {breach.subject for breach in breaches}


def _sentence(error: PackError | ExpressionError) -> str:
    return str(error.problems[0]) if isinstance(error, PackError) else str(error)


def _of_given_values(error: PackError | ExpressionError) -> bool:
    """Whether it is a value given by a case that is refused."""
    return isinstance(error, PackError) and all(
        problem.rule is not None and getattr(problem.where, "file", None) == GIVEN for problem in error.problems
    )


def _fails(case: Case) -> PackError:
    found = "this case fails as the pack is, and would notice anything"
    return PackError(Problem(found, case.place, case.name, hint="Run `aidrules test` first"))


def _noticed(group: Group, cases: list[Tried], mutant: Mutant, content: Content) -> Case | None:
    """The first of some cases of a group that notices.

    Raises:
        PackError: the language refuses the change.
    """
    days = sorted({tried.case.on for tried in cases}) if mutant.dated else [group.day]
    for day in days:
        asked = [tried for tried in cases if not mutant.dated or tried.case.on == day]
        pack = (replace(group.laid, day=day) if mutant.dated else group.pack).revised(content)
        found = _by_slice(group, asked, pack, day, content)
        if found is not None:
            return found
    return None


def _by_slice(group: Group, cases: list[Tried], pack: Pack, day: date, content: Content) -> Case | None:
    try:
        changed = Slice.of(pack, day, sorted({name for tried in cases for name in tried.names}))
    except ExpressionError:
        gone = next((tried for tried in cases if not _all_there(pack, day, tried)), None)
        if gone is None:
            raise
        return gone.case
    differs = {name for name in changed.definitions if group.slice.says(name) != changed.says(name)}
    fits = pack.schema is group.pack.schema
    affected = [tried for tried in cases if not fits or tried.whole or changed.under(tried.names) & differs]
    if not affected:
        return None
    made = changed.compiled({name for tried in affected for name in tried.names})
    for tried in affected:
        try:
            household = group.household(tried.case) if fits else pack.Subject.from_text(tried.case.given)
            run = made.run(household, tried.case.on)
            if tried.notices(run) or any(outside(run)):
                return tried.case
        except AidrulesError:
            return tried.case
    for tried in affected:
        if tried.whole and tried_on(tried.case, lambda: replace(group.laid, content=content)).state != "passed":
            return tried.case
    return None


def _all_there(pack: Pack, day: date, tried: Tried) -> bool:
    try:
        Slice.of(pack, day, sorted(tried.names))
    except ExpressionError:
        return False
    return True
