"""sweep: the budget line of one household, what it gets and has at each value of one input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from aidrules.decision.decide import InForce, decide, in_force
from aidrules.decision.figures import places
from aidrules.decision.forms import WAYS
from aidrules.decision.wanted import wanted
from aidrules.extras import needs_columns
from aidrules.reforms.cliffs import Cliff, cliffs
from aidrules.reforms.points import Point, Points
from aidrules.reforms.swept import Value, swept

if TYPE_CHECKING:
    import polars as pl

    from aidrules.facts.decided import Decided
    from aidrules.language.pack import Pack


@dataclass(frozen=True)
class BudgetLine:
    """What a household comes to along one input.

    Attributes:
        rows: one for each value of the input, by the names that `sweep` tells.
        rules: what the household was decided by.
    """

    rows: tuple[Mapping[str, Decimal | str | None], ...]
    rules: InForce
    _points: Points
    _grid: range

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The rows as a Polars frame, amounts as Decimal.

        Raises:
            ModuleNotFoundError: Polars is not installed; `rows` needs it not.
        """
        with needs_columns():
            import polars as pl
        types = {name: pl.String if digits is None else pl.Decimal(38, digits) for name, digits in _names(self._points)}
        return pl.DataFrame(list(self.rows), schema=types)

    @cached_property
    def cliffs(self) -> tuple[Cliff, ...]:
        """Where aid falls by more than the input rises, or a status changes; worked out when first asked for."""
        return cliffs(self._points, self._grid)


def sweep(
    household: Decided,
    input: str,
    start: Value,
    stop: Value,
    step: Value,
    pack: Pack,
    *,
    on: date,
    law: date | None = None,
    known: date | None = None,
    parameters: Mapping[str, object] | None = None,
    readings: Mapping[str, str] | None = None,
    overlays: Sequence[str | Path | Mapping[str, object]] = (),
    outcomes: Sequence[str] | None = None,
    income: str | None = None,
) -> BudgetLine:
    """Decide one household at many values of one input.

    Every value is decided as `decide` does, exactly. `rows` and `frame` have these columns, amounts as Decimal:

    - `value`: of the input, in its unit;
    - `p.status` for each programme, and `p.monthly`, `p.termly`, `p.yearly` and `p.one_off` where it pays that way;
      null while that is open;
    - `monthly`: what these programmes pay a month in all, null while one of them is open;
    - `income`: what the household has a month before aid, and `after_aid`: with it;
    - `marginal_rate`: which part of what the income has risen by since the row before is lost in aid, as an exact
      fraction in text: `1` where all of it is, `1/2` for half, `-2` where aid rises by twice as much.

    Args:
        household: of the pack's `Household`.
        input: an amount or a number of it by its path, such as `members[0].incomes[0].amount`; places count from 0.
        start: the first value: a whole number, a Decimal, or text, also with its unit.
        stop: the last value, if a step leads to it.
        step: between two values; at most 10,000 steps are taken.
        pack: the rules.
        on: the date of the facts.
        law: the date of the law applied; that of the facts unless given.
        known: values of parameters that were announced after this day are left out; unless given, none is.
        parameters: values of parameters, see `Pack.with_parameters`.
        readings: options of readings, see `Pack.with_readings`.
        overlays: laid over the pack, see `Pack.with_overlay`.
        outcomes: the programmes that are wanted; all that have an outcome, unless given. Fewer are faster.
        income: the definition of the pack that is the income a month before aid, such as `gross_income`. Unless given,
            it is the input alone if that is money; say it where the input is not a sum for one month.

    Raises:
        DecisionError: no such input or item, a value that it cannot have, too many steps, an unknown programme or
            definition; and as for `decide`.
        PackError: an unknown parameter, reading or overlay.
        FactsError: a value that does not go with the rest of the household.
    """
    rules = in_force(pack, on, law, known, parameters, readings, overlays)
    programmes = wanted(rules, outcomes)
    today = decide(household, rules.pack, on=rules.on, law=rules.law, known=known, chain="exact").subject
    along = swept(today, input, rules.pack, rules.on)
    grid = along.grid(start, stop, step)
    points = Points(along, rules, known, programmes, income)
    return BudgetLine(tuple(_rows(points, grid)), rules, points, grid)


def _names(points: Points) -> Iterator[tuple[str, int | None]]:
    """The columns, with the decimals of those that are numbers."""
    digits, compiled = places(points.currency), points.rules.compiled
    yield "value", points.along.field.scale
    for name in points.programmes:
        yield f"{name}.status", None
        terms = (compiled.rules[rule].payment for rule in compiled.programmes[name].rules)
        pays = {each.every for each in terms if each is not None}
        for way, every in WAYS.items():
            if pays & every:
                yield f"{name}.{way}", digits
    for name in ("monthly", "income", "after_aid"):
        yield name, digits
    yield "marginal_rate", None


def _rows(points: Points, grid: range) -> Iterator[Mapping[str, Decimal | str | None]]:
    names = [name for name, _ in _names(points)]
    before: Point | None = None
    for steps in grid:
        point = points[steps]
        told: dict[str, Decimal | str | None] = {
            "value": points.along.value(steps),
            "monthly": point.total,
            "income": point.income,
            "after_aid": _after_aid(point),
            "marginal_rate": None if before is None else _rate(before, point),
        }
        for place, name in enumerate(points.programmes):
            told[f"{name}.status"] = point.statuses[name]
            told |= {f"{name}.{way}": amounts[place] for way, amounts in point.paid.items()}
        yield {name: told[name] for name in names}
        before = point


def _after_aid(point: Point) -> Decimal | None:
    return None if point.income is None or point.total is None else point.income + point.total


def _rate(before: Point, after: Point) -> str | None:
    """Which part of what the income rises by is lost in aid."""
    if None in (before.income, before.total, after.income, after.total) or before.income == after.income:
        return None
    risen, paid = (
        Fraction(now or 0) - Fraction(then or 0)
        for then, now in ((before.income, after.income), (before.total, after.total))
    )
    return str(-paid / risen)
