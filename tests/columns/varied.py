"""Many households out of few: some facts put on a line that the pack draws, or just beside it, or made unknown.

Also lists emptied, shortened and filled to their end with the greatest amounts, and families of up to twelve.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import count as numbers
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from aidrules.errors import FactsError
from aidrules.facts import Household
from aidrules.facts.schema import ListField, Subject, schema_of
from aidrules.language.pack import Pack
from aidrules.testing import find_cases, households, plain, read_cases
from aidrules.testing.candidates import Candidates, candidates
from aidrules.testing.cases import Case
from aidrules.testing.held import Held, held

Facts = dict[str, Any]
_TWELVE = 12
_MORE, _FULL = 0.05, 0.12
"""How often a household gets more members, and how often a list gets all that it can hold."""


class Varied:
    """Households that differ in up to four facts or lists from some to begin with; the same number, the same household.

    Args:
        pack: the rules.
        on: the date of the facts.
        drawn: the households to begin with.
        unknown: the share of changes that make a fact unknown.
    """

    def __init__(self, pack: Pack, on: date, drawn: Sequence[Household], *, unknown: float) -> None:
        self._model, self._unknown = pack.Subject, unknown
        self._schema = schema_of(pack.Subject)
        self._values = candidates(pack.on(on), on)
        self._starts: list[tuple[Facts, list[Held]]] = []
        for household in drawn:
            facts = household.model_dump(mode="json", exclude_unset=True)
            self._starts.append((facts, list(held(self._schema, facts))))
        self._options: dict[str, Sequence[Any]] = {}

    def household(self, number: int) -> Household | None:
        """One of them; None where its facts cannot be true together."""
        choose = random.Random(number)
        facts, places = self._starts[number % len(self._starts)]
        facts = {**facts, "id": f"h{number}"}
        changes = [choose.choice(places) for _ in range(choose.randint(1, 4))] if places else []
        # Lists last, the innermost first: what they hold is no longer where it was.
        for place in sorted(changes, key=lambda place: (place.field is None, -len(place.steps))):
            _put(facts, place.steps, self._changed(place, facts, choose))
        if choose.random() < _MORE and "members" in facts:
            facts["members"] = _more(facts["members"], choose)
        try:
            return self._model.model_validate(facts)
        except FactsError:
            return None

    def some(self, count: int, first: int = 0) -> list[Household]:
        """So many of them, from a number on."""
        made: list[Household] = []
        for number in numbers(first):
            if len(made) == count:
                break
            household = self.household(number)
            if household is not None:
                made.append(household)
        return made

    def _changed(self, place: Held, facts: Facts, choose: random.Random) -> Any:
        if choose.random() < self._unknown:
            return None
        if place.field is None:
            return self._items(place, _at(facts, place.steps) or [], choose)
        key = place.path
        if key not in self._options:
            self._options[key] = self._values.of(place.field)
        options = self._options[key]
        value = choose.choice(options) if options else place.value
        return {**place.value, "value": value} if place.field.finding is not None and options else value

    def _items(self, place: Held, items: list[Any], choose: random.Random) -> list[Any]:
        """Another list: none, one less, the first item time and again, or as much as it can hold."""
        if choose.random() < _FULL and items:
            listed = _listed(self._schema, place.path)
            return [_greatest(items[0], listed.subject, self._values)] * listed.max_items
        again = items[:1]
        return choose.choice([[], items[1:], items + again, items + again * 5])


def varied(pack: Pack, on: date, drawn: Sequence[Household], count: int, *, unknown: float) -> list[Household]:
    """Households that differ from those drawn in up to four facts or lists, the same ones every time."""
    return Varied(pack, on, drawn, unknown=unknown).some(count)


def beginnings(pack: Pack, on: date, *, complete: bool, drawn: int = 40) -> list[Household]:
    """Households of cases, drawn ones near the lines of a pack, and large ones.

    The cases are those beside the pack and those that it extends.

    Args:
        pack: the rules.
        on: the date of the facts.
        complete: whether all that rules read is known; cases as they are leave much open.
        drawn: how many are drawn beside them.
    """
    made = plain(pack, on=on).having if complete else pack.Subject.model_validate
    found: list[Household] = []
    for facts in _of_cases(pack):
        try:
            found.append(made(facts))
        except FactsError:
            continue  # of a case that expects a refusal, or of a wider pack
    for known, members in (((True if complete else 0.9), (1, 4)), ((True if complete else 0.95), (8, _TWELVE))):
        share = max(1, drawn * 3 // 20) if members[0] > 1 else drawn

        # A source of households, not a test: how long drawing takes on a busy machine is no fault.
        @settings(
            max_examples=share,
            phases=[Phase.generate],
            database=None,
            derandomize=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(households(pack, on=on, known=known, members=members))
        def collect(household: Household) -> None:
            found.append(household)

        collect()
    return found


def with_standards(pack: Pack, on: date) -> Pack:
    """A pack with the parameters that it leaves to others, as cases give them; the narrowest first."""
    missing = {use.name for use in pack.on(on).parameters.values() if use.missing}
    given: dict[str, Any] = {}
    for layer in reversed(pack.layers):
        own: dict[str, Any] = {}
        for case in _cases(pack, layer):
            own = own if case.refused else {**case.parameters, **own}
        given |= {name: value for name, value in own.items() if name.partition("[")[0] in missing}
        missing -= {name.partition("[")[0] for name in own}
    return pack.with_parameters(given)


def _of_cases(pack: Pack) -> Iterator[Facts]:
    for layer in pack.layers:
        for case in _cases(pack, layer):
            try:
                yield pack.Subject.from_text(case.given).model_dump(mode="json", exclude_unset=True)
            except FactsError:
                continue


def _cases(pack: Pack, layer: str) -> Iterator[Case]:
    for root in pack.content.roots:
        for name, file in find_cases(root):
            if name == layer:
                yield from read_cases(file)


def _more(members: list[Facts], choose: random.Random) -> list[Facts]:
    """The members, and some of them again under other ids."""
    several = range(choose.randint(0, max(0, _TWELVE - len(members))))
    return members + [{**choose.choice(members), "id": f"again{place}"} for place in several]


def _greatest(item: Any, subject: Subject, values: Candidates) -> Any:
    """An item whose amounts are as great as they can be."""
    made = dict(item)
    for field in subject.fields.values():
        if field.type == "money" and field.name in made and (options := values.of(field)):
            made[field.name] = options[-1]
    return made


def _listed(subject: Subject, path: str) -> ListField:
    *outer, last = path.split(".")
    for name in outer:
        subject = subject.lists[name].subject
    return subject.lists[last]


def _at(facts: Any, steps: Sequence[str | int]) -> Any:
    for step in steps:
        facts = facts[step]
    return facts


def _put(facts: Facts, steps: Sequence[str | int], value: Any) -> None:
    """Make a fact something else; what leads to it is copied, what lies beside it is shared."""
    here: Any = facts
    for step in steps[:-1]:
        here[step] = here[step].copy()
        here = here[step]
    here[steps[-1]] = value
