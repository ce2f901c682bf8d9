"""Hypothesis strategies for the households of a pack: near the lines that it draws, shrinking to few and plain facts.

Every fact is drawn as three bytes, and facts that belong together as one string of bytes. The first byte says where the
value comes from (0 the plain value, then the household that serves as a model, then the candidates), the others which
candidate. So a household takes few draws, and zero bytes, to which Hypothesis shrinks, are plain facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from aidrules.errors import FactsError, Problem
from aidrules.facts.schema import Field, ListField, Path
from aidrules.language.fields import near as nearest
from aidrules.language.search import find
from aidrules.testing.candidates import candidates
from aidrules.testing.cases import read_cases
from aidrules.testing.places import case_files
from aidrules.testing.plain_household import Facts, Plain, Plan, is_day_of_a_finding, plain
from aidrules.testing.within import put_within_bounds

if TYPE_CHECKING:
    from aidrules.facts.decided import Decided
    from aidrules.facts.member import Member
    from aidrules.language.pack import Pack

Draw = Callable[[SearchStrategy[Any]], Any]

_GROUP = 8
"""At most so many facts are drawn, and shrunk, together."""
_BYTES = 3
_ALIKE = (254, 250, 235, 128, 0)
"""Up to which first byte a fact is that of the model: how alike a household is to it, one of these."""
_MOST_ITEMS = 3


def households(
    pack: Pack,
    *,
    on: date,
    known: bool | float = True,
    members: int | tuple[int, int] = (1, 4),
    given: Mapping[str, Any] | None = None,
    near: Sequence[Decided] | None = None,
    everything: bool = False,
) -> SearchStrategy[Decided]:
    """Households that a pack can decide, typed as `pack.Household`.

    Amounts, days and ages lie on those that the rules of the day name, and just beside them. Failing examples shrink to
    few members, few items and plain facts, and are shown as the code that makes them.

    Args:
        pack: the rules.
        on: the date of the facts, and of the law.
        known: whether all that the rules read is known; or the share that is.
        members: how many there are, or at least and at most.
        given: facts that are fixed, by their path without items, such as `members.birth_date`: a value or a strategy;
            for a list, its items.
        near: households to start from; those of the cases beside the pack and those that it extends, unless given.
        everything: whether facts that no rule reads are drawn as well.

    Raises:
        FactsError: a path in `given` that no household has.
    """
    usual = plain(pack, on=on, everything=everything)
    unknown = 0 if known is True else round(256 * (1 - float(known)))
    count = members if isinstance(members, tuple) else (members, members)
    models = _of_cases(pack) if near is None else tuple(near)
    drawing = _Drawing(usual, unknown, count, _by_owner(given or {}, usual.plan), models)
    facts: SearchStrategy[Facts] = st.composite(drawing.facts)()
    return facts.map(drawing.build)


def members(pack: Pack, *, on: date, **options: Any) -> SearchStrategy[Member]:
    """Members of households that a pack can decide, typed as those of `pack.Household`; options as for `households`."""
    return households(pack, on=on, members=1, **options).map(_only_member)


def _only_member(household: Any) -> Member:
    member: Member = household.members[0]
    return member


@dataclass(frozen=True)
class _Written:
    """Builds households from all that is known of them; shown as a person writes it."""

    pack: Pack

    def __repr__(self) -> str:
        return "pack.Subject"

    def model_validate(self, facts: Facts) -> Decided:
        return self.pack.Subject.model_validate(facts)


@lru_cache(maxsize=32)
def _of_cases(pack: Pack) -> tuple[Decided, ...]:
    """The households of the cases beside a pack and those that it extends, as far as the pack takes them."""
    found = []
    for layer in pack.layers:
        for file in case_files(find(layer, pack.content.roots).path / "cases"):
            for case in read_cases(file):
                try:
                    found.append(pack.Subject.from_text(case.given))
                except FactsError:
                    continue  # of a case that expects a refusal, or has a fact that the narrower pack has otherwise
    return tuple(found)


Given = Mapping[Path, Mapping[str, SearchStrategy[Any]]]
"""What is fixed, by the list whose items have it."""


def _by_owner(given: Mapping[str, Any], plan: Plan) -> Given:
    made: dict[Path, dict[str, SearchStrategy[Any]]] = {}
    for path, value in given.items():
        owner: Path = ()
        subject, name = plan.subject, path
        while name not in subject.fields and name not in subject.lists:
            head, _, rest = name.partition(".")
            if head not in subject.lists:
                known = [".".join((*owner, each)) for each in (*subject.fields, *subject.lists)]
                found, expected = f"no household has {path!r}", "a path without items, such as members.birth_date"
                raise FactsError(Problem(found, "given", expected=expected, hint=nearest(path, known)))
            subject, owner, name = subject.lists[head].subject, (*owner, head), rest
        made.setdefault(owner, {})[name] = value if isinstance(value, SearchStrategy) else st.just(value)
    return made


_DISABILITY = (("disability.kind", "disability.grade"), ("disability_kind", "disability_grade"))
"""The facts of a disability that must fit each other, of a member and of an obligor."""

Group = tuple[SearchStrategy[bytes], list[tuple[Field, tuple[Any, ...]]]]
"""Facts that are drawn together, each with its candidates."""


class _Drawing:
    """Draws the facts of households: all that is known, or, where everything is known, all that is not plain.

    Attributes:
        unknown: of 256 facts, so many are unknown.
        build: makes the household from what was drawn.
        model: draws a household that serves as the model; the first is the plain one.
        alike: draws how alike a household is to its model.
        source: draws where a list comes from, as the first byte of a fact does.
        pools: what is drawn of an item, by its list.
    """

    def __init__(
        self, usual: Plain, unknown: int, members: tuple[int, int], given: Given, models: Sequence[Decided]
    ) -> None:
        self.plain, self.unknown, self.members, self.given = usual, unknown, members, given
        self.build = _Written(usual.pack).model_validate if unknown else usual.having
        self.model = st.sampled_from(({}, *(model.model_dump() for model in models)))
        self.alike, self.source = st.sampled_from(_ALIKE), st.integers(0, 255)
        self.pools: dict[Path, list[Group]] = {}
        self._pool(usual.plan, ())

    def _pool(self, plan: Plan, path: Path) -> None:
        known, fixed = candidates(self.plain.compiled, self.plain.on), self.given.get(path, {})
        drawn = [(field, known.of(field)) for field in plan.fields if field.name not in fixed]
        groups = [drawn[start : start + _GROUP] for start in range(0, len(drawn), _GROUP)]
        lengths = [_BYTES * len(group) for group in groups]
        self.pools[path] = [
            (st.binary(min_size=n, max_size=n), group) for n, group in zip(lengths, groups, strict=True)
        ]
        for name, inner in plan.lists.items():
            self._pool(inner, (*path, name))

    def facts(self, draw: Draw) -> Facts:
        """The facts of one household."""
        model, alike = draw(self.model), draw(self.alike)
        ids = [member["id"] for member in model.get("members", ())]
        # Of a model that is plain, less is taken over: there is nothing about it that others are worth being near to.
        found = _Draft(self, draw, alike if model else alike // 2, ids).item(self.plain.plan, (), model)
        made = {"id": "h", **found} if self.unknown else found
        if "findings" in made or any("findings" in member for member in made.get("members", ())):
            put_within_bounds(self.plain.compiled, self.build(made), self.plain.on, made)
        return made


class _Draft:
    """One household being drawn."""

    def __init__(self, drawing: _Drawing, draw: Draw, alike: int, model_ids: Sequence[str]) -> None:
        self.drawing, self.draw, self.alike, self.model_ids = drawing, draw, alike, model_ids
        self.unknown = drawing.unknown
        self.count = 1

    def item(self, plan: Plan, path: Path, model: Mapping[str, Any]) -> Facts:
        """The facts of the household or of an item."""
        made: Facts = {}
        for strings, group in self.drawing.pools[path]:
            drawn = self.draw(strings)
            for place, (field, pool) in enumerate(group):
                source, high, low = drawn[_BYTES * place : _BYTES * place + _BYTES]
                self._enter(made, plan, field, self._value(plan, field, pool, model, source, high << 8 | low))
        fixed = self.drawing.given.get(path, {})
        lists = {*plan.lists, *(fixed.keys() & plan.subject.lists.keys())}
        for name in sorted(lists, key=lambda name: (name != "members", name)):  # other items are about members
            items = self.draw(fixed[name]) if name in fixed else self._items(plan, path, name, model.get(name))
            if name == "members" and items:
                self.count = len(items)
            if items or name in fixed or self.unknown:
                made[name] = items
        born = made.get("birth_date", None if self.unknown else plan.plain.get("birth_date"))
        if path == ("members",) and born is not None and str(made.get("died_on")) < str(born):
            del made["died_on"]  # nobody dies before birth
        for name, value in fixed.items():
            if name in plan.subject.fields:
                plan.write(made, plan.subject.fields[name], self.draw(value))
        for kind, grade in _DISABILITY:
            if {kind, grade} <= plan.subject.fields.keys():
                self._grade(made, plan, kind, grade, fixed)
        return made

    def _grade(self, made: Facts, plan: Plan, kind: str, grade: str, fixed: Mapping[str, Any]) -> None:
        """Make the grade of a disability fit its kind: grade 0 and the kind `none` do not go without the other."""
        fields = plan.subject.fields
        of_kind, of_grade = (self._known(made, plan, name) for name in (kind, grade))
        if of_kind is None or of_grade is None or (of_kind == "none") == (int(of_grade) == 0):
            return
        if grade not in fixed:
            plan.write(made, fields[grade], 0 if of_kind == "none" else 1)
        else:
            options = (each for each in fields[kind].options if (each == "none") == (int(of_grade) == 0))
            plan.write(made, fields[kind], next(options))

    def _known(self, made: Facts, plan: Plan, name: str) -> Any:
        """What a fact comes to with what goes without saying; None where it is unknown."""
        found = plan.read(plan.subject.fields[name], made)
        return found if found is not None or self.unknown else plan.plain.get(name)

    def _enter(self, made: Facts, plan: Plan, field: Field, value: Any) -> None:
        """Enter a fact, unless it goes without saying."""
        if self.unknown:
            goes_without = value == plan.unwritten.get(field.name)
        else:
            goes_without = value is None or (value == plan.plain[field.name] and field.finding not in plan.settled)
        if not goes_without and (field.required or value is not None or field.finding is None):
            plan.write(made, field, value)

    def _value(
        self, plan: Plan, field: Field, pool: Sequence[Any], model: Mapping[str, Any], source: int, which: int
    ) -> Any:
        """A fact: unknown, plain, as the model has it, or a candidate."""
        settled = field.finding in plan.settled
        if self.unknown and source <= self.unknown and not field.required:
            return None
        if field.refers_to is not None:
            named = plan.read(field, model)
            of_model = source <= self.alike and named in self.model_ids
            place = self.model_ids.index(named) if of_model else which
            return f"m{place % self.count + 1}"
        if source > self.alike:
            return pool[which * len(pool) >> 16]
        found = plan.read(field, model) if source else None
        if found is None or (field.past and isinstance(found, date) and found > self.drawing.plain.on):
            return None if settled or is_day_of_a_finding(field) else plan.plain[field.name]
        return _as_text(found)

    def _items(self, plan: Plan, path: Path, name: str, model: Any) -> list[Facts] | None:
        """The items of a list; None where it is unknown."""
        listed: ListField = plan.subject.lists[name]
        least, most = (max(listed.min_items, 0), min(listed.max_items, _MOST_ITEMS))
        if (*path, name) == ("members",):
            least, most = self.drawing.members
        source = self.draw(self.drawing.source)
        if self.unknown and source <= self.unknown and not listed.required:
            return None
        like = model or ()
        count = self.draw(st.integers(least, most)) if source > self.alike else len(like) if source else least
        count = min(max(count, least), max(most, least))
        if (*path, name) == ("members",):
            self.count = count
        inner = plan.lists[name]
        made = []
        for place in range(count):
            item = self.item(inner, (*path, name), like[place] if place < len(like) else {})
            made.append({"id": f"m{place + 1}", **item} if self.unknown and (*path, name) == ("members",) else item)
        if name == "members" or not (listed.distinct_by or listed.distinct):
            return made
        return self._distinct(inner, (listed.distinct_by,) if listed.distinct_by else tuple(inner.subject.fields), made)

    def _distinct(self, plan: Plan, by: Sequence[str], items: list[Facts]) -> list[Facts]:
        """The items without those that have some fields alike with an earlier one; unknown is like nothing."""
        first: dict[Any, int] = {}
        values = [tuple(self._known(item, plan, name) for name in by) for item in items]
        return [
            item
            for place, (item, value) in enumerate(zip(items, values, strict=True))
            if None in value or first.setdefault(value, place) == place
        ]


def _as_text(value: Any) -> Any:
    """A value of a model in the form of the candidates, so that equal facts are equal."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return value.isoformat() if isinstance(value, date) else value
