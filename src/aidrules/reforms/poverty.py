"""Poverty before and after aid: how many persons live below a line, how far, and how unevenly (FGT 0, 1 and 2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any, cast

import polars as pl

from aidrules.columns.simulation import Simulation
from aidrules.columns.values import Known, values_of
from aidrules.decision.figures import places
from aidrules.errors import DecisionError, PackError, Problem
from aidrules.facts.fact import FLOW_LIMIT
from aidrules.facts.problems import shown_number
from aidrules.frames.checked import check
from aidrules.reforms.measures import measure

AID = ("none", "before", "after")
_WIDEST = 2**126
_MOST_DECIMALS = 6
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?\Z", re.ASCII)
_SCHEMA: dict[str, Any] = {
    "aid": pl.Enum(AID),
    "households": pl.Int64,
    "persons": pl.Int64,
    "poor_households": pl.Int64,
    "poor": pl.Int64,
    "gap": pl.Int64,
    "headcount": pl.String,
    "gap_index": pl.String,
    "severity": pl.String,
    "left_out": pl.Int64,
}


@dataclass(frozen=True)
class Poverty:
    """How poor a population is without aid (`none`), with that of today's rules, and with that of a reform.

    The two frames have a column `group` if the comparison has one. Amounts are whole minor units of the currency (fen)
    a month, rounded once.

    Attributes:
        groups: a row for each group and `aid`: `none`, `before` and `after`. `households` and `persons` of whom all
            that is needed is known; `poor_households` and `poor`, those with less than the line, households and
            persons, but for less than half a fen in all, which rounded aid may leave; `gap`, what they lack in all;
            `headcount`, which is `poor / persons`; `gap_index`, what a person lacks as a share of the line, on average
            over all persons, 0 for those who lack nothing; `severity`, likewise of the squares of these shares; and
            `left_out`, the other households. The three shares are the measures of Foster, Greer and Thorbecke for 0,
            1 and 2, as exact fractions in text, null of nobody.
        households: one row per household of the comparison: `row`, `id`, `persons`, the `line` of one of them,
            `income`, and what is lacking: `lacking_none`, `lacking_before` and `lacking_after`, all three null where
            one is open.
    """

    groups: pl.DataFrame
    households: pl.DataFrame


def poverty(
    side: Simulation, households: pl.DataFrame, income: str, persons: str, line: str | int | Decimal
) -> Poverty:
    """The poverty of a comparison; see `Comparison.poverty`.

    Args:
        side: the simulation whose rules say what income, persons and the line are.
        households: `row`, `id`, `group`, and what is paid a month in minor units, `before` and `after`, or null.
        income: a definition, of a household's income a month.
        persons: a definition, of how many share it.
        line: a definition or parameter, of what a person needs a month, or an amount.
    """
    measured, scale = _measured(side, income, persons, line)
    minor = 10 ** places(side.rules.pack.currency or "CNY")
    every = households.join(measured, on="row", how="left", maintain_order="left")
    settled = pl.all_horizontal(pl.col("before", "after", "need", "income").is_not_null())
    lacks = [pl.when(settled).then(_lacking(aid, scale // minor)).alias(f"lacking_{aid}") for aid in AID]
    every = every.with_columns(lacks)
    rows = list(_rows(every, every.filter(settled), scale, minor))
    groups = pl.DataFrame(rows, schema=pl.Schema({"group": every.schema["group"], **_SCHEMA}), orient="row")
    amounts = [_shown(pl.col(name), scale // minor) for name in ("line", "income", *(f"lacking_{aid}" for aid in AID))]
    return Poverty(groups, every.select("row", "id", "group", pl.col("persons").cast(pl.Int64), *amounts))


def _lacking(aid: str, parts: int) -> pl.Expr:
    """What a household lacks with some aid, of which a minor unit is so many parts.

    Less than half a minor unit is nothing: it is what is left where aid is rounded to what can be paid.
    """
    paid = _whole(0) if aid == "none" else pl.col(aid).cast(pl.Int128) * _whole(parts)
    lacking = pl.col("need") - pl.col("income") - paid
    return pl.when(lacking * _whole(2) >= _whole(parts)).then(lacking).otherwise(_whole(0))


def _shown(amount: pl.Expr, parts: int) -> pl.Expr:
    """Parts as whole minor units, rounded half up."""
    return ((amount * _whole(2) + _whole(parts)) // _whole(2 * parts)).cast(pl.Int64)


def _measured(side: Simulation, income: str, persons: str, line: str | int | Decimal) -> tuple[pl.DataFrame, int]:
    """What each household has and needs a month, in whole parts of the currency, and how many parts make one of it."""
    rules = side.rules
    currency = rules.pack.currency or "CNY"
    names = [
        measure(rules, "income", income, f"{currency}/month"),
        measure(rules, "persons", persons, "person"),
    ]
    if isinstance(line, str):
        advice = f"An amount is no text: write line=Decimal('{line}'), with from decimal import Decimal."
        names.append(measure(rules, "line", line, f"{currency}/person/month", advice if _AMOUNT.match(line) else None))
    checked = check(side._given, rules.pack, on=rules.on)
    asked = values_of(rules.compiled, names, rules.on)
    for form in asked.forms:
        if form.divided:
            hint = "Name the value of the household that it is a share of, not that per person."
            found = f"{form.definition.name} is divided by a number that differs by household"
            raise PackError(Problem(found, hint=hint))
    has, heads, *others = asked.of(checked.frame)
    each = others[0] if others else _everywhere(line, checked.frame.height)
    if heads.denominator != 1:
        raise DecisionError(Problem(f"{persons} may be a fraction of a person", "persons", expected="whole persons"))
    scale = lcm(has.denominator, each.denominator, 10 ** places(currency))
    for argument, amounts, times in (("income", has, 1), ("line", each, max(_greatest(heads), 1))):
        _within(argument, amounts, times, scale, 10 ** places(currency))
    numbers = {"persons": heads.values, "line": each.values, "income": has.values}
    frame = pl.DataFrame({"row": checked.rows, **numbers}).with_columns(
        pl.col("line") * _whole(scale // each.denominator), pl.col("income") * _whole(scale // has.denominator)
    )
    some = (pl.col("persons") > 0) & (pl.col("line") > 0)
    return frame.with_columns(need=pl.when(some).then(pl.col("persons") * pl.col("line"))), scale


def _greatest(amounts: Known) -> int:
    low: Any = amounts.values.min()
    high: Any = amounts.values.max()
    return max(abs(int(each or 0)) for each in (low, high))


def _within(argument: str, amounts: Known, times: int, scale: int, minor: int) -> None:
    """Refuse amounts that 64 bits of minor units do not hold, or that 128 do not in parts that all have in common."""
    parts = _greatest(amounts) * (scale // amounts.denominator) * times
    # What is paid, within 64 bits, is counted in these parts as well, and twice of all is still to fit.
    if max(parts, 2**63 * (scale // minor)) >= _WIDEST // 4 or parts * minor >= 2**63 * scale:
        raise DecisionError(Problem("amounts that 64 bits do not hold, or too fine ones", argument))


def _everywhere(line: object, height: int) -> Known:
    """An amount that is the line of all."""
    amount = None if isinstance(line, bool) or not isinstance(line, int | Decimal) else Decimal(line)
    if amount is None or not amount.is_finite() or not 0 < amount <= FLOW_LIMIT or _decimals(amount) > _MOST_DECIMALS:
        number = isinstance(line, int | float | Decimal) and not isinstance(line, bool)
        found = shown_number(cast("float | Decimal", line)) if number else f"a {type(line).__name__}"
        expected = (
            f"the name of a value, or an amount above 0 and up to {FLOW_LIMIT} as a Decimal or a whole number, "
            f"with at most {_MOST_DECIMALS} decimals"
        )
        raise DecisionError(Problem(f"found {found}", "line", expected=expected))
    exact = Fraction(amount)
    return Known(pl.repeat(exact.numerator, height, dtype=pl.Int128, eager=True), exact.denominator)


def _decimals(amount: Decimal) -> int:
    return -int(amount.as_tuple().exponent)


def _whole(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.Int128)


def _rows(every: pl.DataFrame, known: pl.DataFrame, scale: int, minor: int) -> Iterator[tuple[Any, ...]]:
    everybody = dict(every.group_by("group").len().iter_rows())
    totals = {group: counts for group, *counts in known.group_by("group").agg(pl.len(), pl.sum("persons")).iter_rows()}
    below = {aid: _below(known, f"lacking_{aid}") for aid in AID}
    for (group,) in every.select(pl.col("group").unique().sort()).iter_rows():
        households, persons = totals.get(group, (0, 0))
        for aid in AID:
            poor_households = poor = 0
            gap = short = severe = Fraction(0)
            for heads, line, count, lacking, squared in below[aid].get(group, ()):
                poor_households, poor, gap = (
                    poor_households + count,
                    poor + count * heads,
                    gap + Fraction(lacking, scale),
                )
                short += Fraction(lacking, line)
                severe += Fraction(squared, heads * line**2)
            shares = (str(part / persons) if persons else None for part in (Fraction(poor), short, severe))
            amount = _nearest(gap * minor)
            left_out = everybody[group] - households
            yield group, aid, households, persons, poor_households, poor, amount, *shares, left_out


def _nearest(number: Fraction) -> int:
    """The nearest whole number, upwards from the middle."""
    return int((number + Fraction(1, 2)) // 1)


def _below(known: pl.DataFrame, name: str) -> dict[Any, list[tuple[int, ...]]]:
    """By group, those below the line of each size and line: how many, what they lack in all, and the squares of it."""
    poor = known.select("group", "persons", "line", lacking=pl.col(name)).filter(pl.col("lacking") > 0)
    most: Any = poor["lacking"].max()
    if most is not None and most**2 * poor.height >= _WIDEST:
        raise DecisionError(Problem("the squares of the gaps add up to more than 127 bits", "line"))
    counted = poor.group_by("group", "persons", "line").agg(
        pl.len(), pl.sum("lacking").alias("sum"), (pl.col("lacking") * pl.col("lacking")).sum().alias("squares")
    )
    found: dict[Any, list[tuple[int, ...]]] = {}
    for group, *numbers in counted.iter_rows():
        found.setdefault(group, []).append(tuple(int(number) for number in numbers))
    return found
