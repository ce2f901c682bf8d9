"""The search for a boundary: from which case, by which one input, and what comes out on each side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from aidrules.decision.names import Bindings, Item, list_of
from aidrules.decision.shown import Shown
from aidrules.decision.view import View
from aidrules.engine import Result
from aidrules.language import core
from aidrules.testing.boundaries.boundary import Position
from aidrules.testing.boundaries.inputs import (
    Facts,
    Input,
    as_steps,
    changed,
    feeding,
    from_steps,
    held,
)
from aidrules.testing.boundaries.sites import Site, item_of
from aidrules.testing.boundaries.solve import Range, crossings
from aidrules.testing.boundaries.starts import Start, run_of

if TYPE_CHECKING:
    from aidrules.engine import Run
    from aidrules.facts.schema import Field
    from aidrules.language.models import FindingModel

_YEARS_BACK, _YEARS_ON = 120, 30
"""How far from the day of the facts dates are looked for."""
_OPTIONS = 40
"""So many options of one value are shown."""
_ORDER: tuple[Position, ...] = ("below", "on", "above")
_LONGER = 2
"""Lists are tried with none, one and so many of the items that count."""


@dataclass(frozen=True)
class Tried:
    """A household with one input changed, decided.

    Attributes:
        left: the left side of a line, else what has options or is counted.
        right: the right side of a line.
        home: what the definition in which the site stands comes to.
    """

    where: Input
    value: Any
    run: Run
    on: date
    left: Shown
    right: Shown
    holds: bool | None
    home: Result

    @property
    def position(self) -> Position:
        """Where its left side lies."""
        if isinstance(self.left, bool | str) or self.right is None:
            return "other"
        if self.run_has_no_date:
            return "none"
        assert isinstance(self.left, Fraction | int) and isinstance(self.right, Fraction | int)
        return "below" if self.left < self.right else "above" if self.left > self.right else "on"

    @property
    def run_has_no_date(self) -> bool:
        """Whether a side of a line between dates is none."""
        return any(type(side) is int and side == core.NO_DATE for side in (self.left, self.right))


class Attempt:
    """A site looked at in one case, for one item.

    Attributes:
        runs: how many households may still be decided.
    """

    def __init__(
        self,
        site: Site,
        start: Start,
        bound: Bindings,
        findings: dict[str, FindingModel],
        settled: Sequence[core.Expr] | None,
    ) -> None:
        assert start.view is not None
        self.site, self.start, self.bound, self.view = site, start, bound, start.view
        self._findings, self._settled = findings, settled
        self.runs = 0
        self._sides = site.sides

    @cached_property
    def inputs(self) -> list[Input]:
        """The facts and lists behind it: those of its own measure first, then the nearest."""
        found = feeding(self.view, self._sides, self.bound)
        kind = "date" if self._by_date else "money" if self._sides[0].type.unit.currency else "number"
        return sorted(found, key=lambda where: where.field is None or where.field.type != kind)

    @cached_property
    def known(self) -> bool:
        """Whether the case settles what it compares."""
        return all(isinstance(self.view.value(side, self.bound), bool | Fraction | int | str) for side in self._sides)

    @cached_property
    def open(self) -> bool:
        """Whether the definition would differ, if the comparison did; of a list, whether any item counts."""
        if self.site.form == "items":
            return bool(self.view.value(self.site.expr, self.bound))
        if self._settled is None:
            return True
        definition = self.view.compiled.definitions[self.site.definition]
        bound = self.view.names.bindings(item_of(self.site, self.bound, self.view))
        now = self.view.value(definition.expr, bound)
        return any(self.view.value(expr, bound) != now for expr in self._settled)

    def sides(self) -> list[Tried]:
        """Households on its sides, in their order; fewer than two where there are none."""
        if self.site.form == "items":
            return self._of_lengths()
        if self.site.form == "options":
            return self._of_options()
        return self._of_line()

    # Lines

    def _of_line(self) -> list[Tried]:
        """The sides that a number or a date reaches; else a choice or a list; else the day of the facts."""
        facts = [where for where in self.inputs if where.field and where.field.type in ("money", "number", "date")]
        best = self._first_on_the_line(facts)
        if not _reaches_line(best) or (not self._by_date and len(_positions(best)) < len(_ORDER)):
            single = self._of_single_changes()
            if len(_positions(single)) > len(_positions(best)):
                best = single
        if not best:
            best = self._first_on_the_line(
                [where for where in self.inputs if where.field is None and where.listed is None]
            )
        return self._with_none(best)

    def _first_on_the_line(self, inputs: Sequence[Input]) -> list[Tried]:
        """The sides that the first input reaches with which the line itself is reached; else those of any."""
        best: list[Tried] = []
        for where in inputs:
            found = self._crossed(where)
            best = found if found and not best else best
            if _reaches_line(found):
                return found
        return best

    @cached_property
    def _by_date(self) -> bool:
        """Whether it is dates that are compared, or the time between them."""
        left = self.site.sides[0]
        calls = [side for side in self.site.sides if isinstance(side, core.Call)]
        return left.type.name == "date" or any(call.function not in ("day_of", "month_of") for call in calls)

    def _crossed(self, where: Input) -> list[Tried]:
        """The sides that one number or date reaches."""
        within, start = self._range(where)
        made: dict[int, Tried | None] = {}

        def at(step: int) -> Fraction | None:
            if step not in made:
                made[step] = self._tried_at(where, step)
            tried = made[step]
            if tried is None or tried.run_has_no_date:
                return None
            assert isinstance(tried.left, Fraction | int) and isinstance(tried.right, Fraction | int)
            return Fraction(tried.left) - Fraction(tried.right)

        first = at(start)
        if first is None or all(at(step) in (None, first) for step in _probes(within, start)):
            return []
        assert isinstance(self.site.expr, core.Compare)
        steps = crossings(at, start, within, self.site.expr.op)
        found = [tried for step in steps if (tried := made[step]) is not None]
        falls = len(found) > 1 and _difference(found[0]) > _difference(found[-1])
        return found[::-1] if falls else found

    def _tried_at(self, where: Input, step: int) -> Tried | None:
        if where.field is None:
            return self._tried(where, None, date.fromordinal(step))
        return self._tried(where, from_steps(step, where.field))

    def _range(self, where: Input) -> tuple[Range, int]:
        on = self.start.on
        if where.field is None:
            low, high = on - timedelta(days=366 * 20), on + timedelta(days=366 * 20)
            return Range(low.toordinal(), high.toordinal()), on.toordinal()
        field = where.field
        start = as_steps(held(self.start.facts, where), field)
        if field.type == "date":
            low, high = on - timedelta(days=366 * _YEARS_BACK), on + timedelta(days=366 * _YEARS_ON)
            within = Range(low.toordinal(), high.toordinal())
            return within, on.toordinal() if start is None or not within.holds(start) else start
        scale = 10**field.scale
        within = Range(int(Fraction(field.low or 0) * scale), int(Fraction(field.high or 0) * scale))
        return within, within.low if start is None else start

    def _of_single_changes(self) -> list[Tried]:
        """The household as it is and with one choice or list changed: the nearest on each side of the line."""
        nearest: dict[Position, Tried] = {}
        for tried in self._single_changes():
            if not isinstance(tried.left, Fraction | int) or not isinstance(tried.right, Fraction | int):
                continue
            known = nearest.get(tried.position)
            if known is None or abs(_difference(tried)) < abs(_difference(known)):
                nearest[tried.position] = tried
        found = [nearest[position] for position in _ORDER if position in nearest]
        return found if len({tried.holds for tried in found}) > 1 else []

    def _with_none(self, found: list[Tried]) -> list[Tried]:
        """Of dates, also the household in which the date that moves is none."""
        if len(found) > 1 and (where := found[0].where).field is not None and where.field.optional:
            none = self._tried(where, "none")
            if none is not None and none.run_has_no_date:
                return [*found, none]
        return found

    # Options

    def _of_options(self) -> list[Tried]:
        found: dict[Shown, Tried] = {}
        for tried in self._single_changes():
            if tried.left is not None and len(found) < _OPTIONS:
                found.setdefault(tried.left, tried)
        return sorted(found.values(), key=lambda tried: self._rank(tried.left))

    def _rank(self, value: Shown) -> tuple[int, str]:
        options = self.site.expr.type.options
        if isinstance(value, bool):
            return int(value), ""
        return (options.index(str(value)) if value in options else len(options)), f"{value!s:0>12}"

    def _single_changes(self) -> Iterator[Tried]:
        """The household as it is, then with each choice of each input that feeds the site."""
        for where in self.inputs:
            if where.field is None and where.listed is None:
                continue
            now = held(self.start.facts, where)
            choices = self._lengths(where, now) if where.listed is not None else self._choices(where, now)
            for value in choices:
                tried = self._tried(where, value)
                if tried is not None:
                    yield tried

    def _choices(self, where: Input, now: Any) -> Iterator[Any]:
        field = where.field
        assert field is not None
        if now is not None:
            yield now
        if field.type == "bool":
            yield from (value for value in (False, True) if value is not now)
        elif field.type == "enum":
            yield from (value for value in field.options if value != now)
        elif field.type == "text":
            yield from self._texts(field)
        elif field.type == "date":
            yield from ("none", self.start.on - timedelta(days=1)) if field.optional else ()
        else:
            yield from self._numbers(field)

    def _texts(self, field: Field) -> Iterator[str]:
        if field.refers_to == "member":
            yield from (str(member["id"]) for member in self.start.facts["members"])
            return
        for test in self.site.tests:
            yield from (
                part.value for part in core.walk(test) if isinstance(part, core.Const) and isinstance(part.value, str)
            )
        yield "other"

    def _numbers(self, field: Field) -> Iterator[Any]:
        """Each number that it is compared with, and its neighbours."""
        scale = 10**field.scale
        for test in self.site.tests:
            for part in core.walk(test):
                if isinstance(part, core.Const) and isinstance(part.value, Fraction):
                    whole = int(part.value * scale)
                    low, high = Fraction(field.low or 0) * scale, Fraction(field.high or 0) * scale
                    yield from (from_steps(n, field) for n in (whole - 1, whole, whole + 1) if low <= n <= high)

    # Lists

    def _of_lengths(self) -> list[Tried]:
        """None, one and more of the items that count, the others left as they are."""
        agg = self.site.expr
        assert isinstance(agg, core.Agg)
        chosen = self.view.chosen(agg, self.bound)
        if not chosen:
            return []
        outer = self.bound[agg.source.var]
        where = Input(
            Item(agg.source.owner, outer.index[: len(agg.source.owner)]),
            listed=self.view.names.list_field(list_of(agg)),
        )
        now = held(self.start.facts, where)
        counting = [inner[agg.var].index[-1] for inner in chosen]
        found = []
        for number in range(_LONGER + 1):
            left_out = counting[number:]
            if any(self._moves(where, place) for place in left_out):
                continue
            items = [item for place, item in enumerate(now) if place not in left_out]
            items += [_copy(now[counting[0]], len(now) + more) for more in range(number - len(counting))]
            tried = self._tried(where, items)
            if tried is not None and tried.left == number:
                found.append(tried)
        return found

    def _moves(self, where: Input, place: int) -> bool:
        """Whether an item that the site is about would stand elsewhere, if the item at a place were left out."""
        assert where.listed is not None
        owner = (*where.item.owner, where.listed.name)
        return any(
            item.owner[: len(owner)] == owner
            and item.index[: len(owner) - 1] == where.item.index
            and item.index[len(owner) - 1] >= place
            for item in self.bound.values()
        )

    def _lengths(self, where: Input, now: Any) -> Iterator[Any]:
        """A list as it is, without each of its items, and with one of them twice."""
        if not isinstance(now, list | tuple):
            return
        yield list(now)
        for place in range(len(now)):
            if not self._moves(where, place):
                yield [*now[:place], *now[place + 1 :]]
        for item in now:
            yield [*now, _copy(item, len(now))]

    # Households

    def _tried(self, where: Input, value: Any, on: date | None = None) -> Tried | None:
        """The case with one input changed; None where that cannot be, or leaves the site open."""
        if self.runs <= 0:
            return None
        self.runs -= 1
        day = on or self.start.on
        facts: Facts = self.start.facts
        if on is None:
            facts = changed(facts, where, value, self._findings, day)
        run = run_of(self.start.compiled, facts, day)
        if run is None:
            return None
        view = View(self.start.compiled, run)
        try:
            sides = [view.value(side, self.bound) for side in self._sides]
            test = self.site.tests[0]
            holds = view.value(test, self.bound) if test.type.name == "bool" else None
            home = run.value(self.site.definition, *item_of(self.site, self.bound, self.view).index)
        except IndexError:
            return None  # the item itself is gone
        if not all(isinstance(side, bool | Fraction | int | str) for side in sides):
            return None
        right = sides[1] if len(sides) > 1 else None
        given = value if on is None else on
        made = Tried(where, given, run, day, sides[0], right, holds if isinstance(holds, bool) else None, home)
        # What is none lies on no side of a line.
        return replace(made, holds=None) if self.site.form == "line" and made.run_has_no_date else made


def _probes(within: Range, start: int) -> Iterator[int]:
    """Where to look whether an input moves anything: next to the start, in strides, and at both ends."""
    for step in (start + 1, start - 1, within.low, within.high, start + 40, start - 40, start + 400, start - 400):
        if within.holds(step):
            yield step


def _difference(tried: Tried) -> Fraction:
    assert isinstance(tried.left, Fraction | int) and isinstance(tried.right, Fraction | int)
    return Fraction(tried.left) - Fraction(tried.right)


def _positions(found: Sequence[Tried]) -> set[Position]:
    return {tried.position for tried in found}


def _reaches_line(found: Sequence[Tried]) -> bool:
    return any(tried.position == "on" for tried in found)


def _copy(item: Any, place: int) -> Any:
    """The same item once more, under an id of its own."""
    return {**item, "id": f"{item['id']}-{place}"} if isinstance(item, dict) and item.get("id") else item
