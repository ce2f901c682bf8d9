"""Values that are asked for by name, as columns of a frame: exact, in the unit of their definition, null if unknown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import polars as pl
import pyarrow as pa

from aidrules.callers import check_list
from aidrules.columns.dates import EPOCH
from aidrules.columns.values import Form, Known, values_of
from aidrules.decision.names import names_of
from aidrules.errors import DecisionError, PackError, Problem
from aidrules.facts.problems import printable
from aidrules.language.core import NO_DATE
from aidrules.language.fields import near

if TYPE_CHECKING:
    from aidrules.decision.decide import InForce
    from aidrules.engine.run import Run

_DIGITS = 38
"""Of a decimal number, before and behind the point; 127 bits hold as many."""
_LEAVE = "Leave the value out of values, or ask for it by decide, which tells it whole."


class Named:
    """Computes values by name for chunks of households; safe to use from several threads.

    Args:
        rules: what households are decided by.
        names: the definitions.

    Raises:
        DecisionError: there is no such value, it stands twice, or it is confidential.
        PackError: a value that cannot be computed in columns exactly.
    """

    def __init__(self, rules: InForce, names: Sequence[str]) -> None:
        _check(rules, names)
        self.names = tuple(names)
        self._values = values_of(rules.compiled, self.names, rules.on)
        for form in self._values.forms:
            _check_digits(form)

    def columns(self, chunk: pl.DataFrame) -> tuple[pl.DataFrame, list[int]]:
        """The values for a kernel frame: one for each household, or a list in the order of what they are about.

        Returns:
            The values, and the places of the households with a fraction that 64 bits do not hold, which is null.
        """
        columns: list[pl.Series] = []
        beyond: list[int] = []
        for name, form, known in zip(self.names, self._values.forms, self._values.of(chunk), strict=True):
            values, items = _typed(form, known)
            columns.append(_nested(values, known).alias(name))
            beyond += _households(items, known)
        return pl.DataFrame(columns), beyond

    def problems(self, run: Run) -> Iterator[Problem]:
        """The fractions of one household that 64 bits do not hold."""
        for form in self._values.forms:
            name, owner = form.definition.name, form.definition.owner
            for item in run.items(owner) if _scale(form) is None else ():
                value = run.value(name, *item)
                if isinstance(value, Fraction) and not _fits(value):
                    where = f"{name}[{run.item_id(owner, item)}]" if owner else name
                    yield Problem(
                        "a fraction whose numerator or denominator needs more than 64 bits", where, hint=_LEAVE
                    )


def _check(rules: InForce, names: Sequence[str]) -> None:
    check_list(names, "values", ordered=True)
    public = [name for name, each in rules.compiled.definitions.items() if not each.hidden]
    confidence = names_of(rules.compiled)
    problems = []
    for name in dict.fromkeys(names):
        if not isinstance(name, str):
            problems.append(Problem(f"found a {type(name).__name__}", "values", expected="names of values"))
        elif name not in public:
            told = printable(name[:80])
            parameter = name in rules.pack.parameters
            found = f"{told} is a parameter, the same for all" if parameter else f"nothing is called {told}"
            hint = near(name[:60], public) or "The reference of the pack lists its values: aidrules reference."
            problems.append(Problem(found, "values", expected="the name of a value of the pack", hint=hint))
        elif list(names).count(name) > 1:
            problems.append(Problem(f"{name} stands twice", "values", hint="Name it once."))
        elif not confidence.may_be_told(name):
            problems.append(confidence.confidential(name, "values"))
    if problems:
        raise DecisionError(problems)


def _check_digits(form: Form) -> None:
    scale = _scale(form)
    digits = form.most * (10**scale // form.denominator) if scale is not None else form.divisor
    if digits >= 10**_DIGITS:
        raise PackError(Problem(f"{form.definition.name} may need more than {_DIGITS} digits", "values"))


def _scale(form: Form) -> int | None:
    """How many decimals a number has; None where it is a fraction, or no number."""
    return None if form.divided or form.definition.type.name != "number" else _decimals(form.denominator)


def _decimals(denominator: int) -> int | None:
    """How many decimals a number over a denominator has; None where no number of them is enough."""
    return next((scale for scale in range(_DIGITS) if 10**scale % denominator == 0), None)


def _typed(form: Form, known: Known) -> tuple[pl.Series, list[int]]:
    """The values in the type that readers expect, and the places of the fractions that it does not hold."""
    if form.definition.type.name != "number":
        return _no_number(form, known.values), []
    scale = _scale(form)
    if scale is None:
        return _fraction(known)
    parts: Any = known.values * pl.lit(10**scale // form.denominator, dtype=pl.Int128)
    return _with_point(pl.select(parts).to_series(), scale), []


def _no_number(form: Form, values: Any) -> pl.Series:
    match form.definition.type.name:
        case "date":
            days = values.cast(pl.Int64)
            return cast("pl.Series", days.set(days == NO_DATE, None) - EPOCH).cast(pl.Int32).cast(pl.Date)
        case "bool":
            return cast("pl.Series", values.cast(pl.Boolean))
        case "enum":
            if form.options and values.dtype.is_integer():
                values = values.cat.to(pl.Enum(form.options))
            return cast("pl.Series", values.cast(pl.String).cast(pl.Enum(form.definition.type.options)))
    return cast("pl.Series", values.cast(pl.String))


def _with_point(parts: pl.Series, scale: int) -> pl.Series:
    """Whole parts of ten, a hundred and so on as decimal numbers: the same digits with a point in them."""
    digits = parts.cast(pl.Decimal(_DIGITS, 0)).rechunk().to_arrow()
    made = pa.Array.from_buffers(pa.decimal128(_DIGITS, scale), len(digits), digits.buffers(), offset=digits.offset)
    return cast("pl.Series", pl.from_arrow(made))


def _fraction(known: Known) -> tuple[pl.Series, list[int]]:
    """Exact fractions in their lowest terms, and the places of those that 64 bits do not hold."""
    const: Any = pl.lit(known.denominator, dtype=pl.Int128)
    below = const if known.divisors is None else known.divisors * const
    both = pl.select(numerator=known.values, denominator=below).with_columns(pl.all().fill_null(1))
    parts = both.select(pl.all().cast(pl.Int64, strict=False))
    wide = pl.select(pl.any_horizontal(part.is_null() for part in parts)).to_series()
    parts = parts.select(pl.all().fill_null(1))
    shared = np.gcd(*(part.to_numpy() for part in parts))
    lowest = parts.select(pl.all() // pl.Series(shared))
    beyond = []
    for place in wide.arg_true():
        value = Fraction(*both.row(place))
        if _fits(value):
            lowest[place, "numerator"], lowest[place, "denominator"] = value.as_integer_ratio()
        else:
            beyond.append(place)
    return lowest.select(pl.when(known.values.is_not_null()).then(pl.struct(pl.all()))).to_series(), beyond


def _fits(value: Fraction) -> bool:
    return all(abs(part) < 2**63 for part in value.as_integer_ratio())


def _households(items: list[int], known: Known) -> list[int]:
    """The households of items, by their places."""
    places: Any = np.array(items, dtype=np.int64)
    for offsets, _ in reversed(known.lists):
        places = np.searchsorted(offsets, places, side="right") - 1
    return [int(place) for place in places]


def _nested(values: pl.Series, known: Known) -> pl.Series:
    for offsets, unlisted in reversed(known.lists):
        items = values.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
        places = pl.Series(offsets).to_arrow()  # not by pa.array, which would import pandas
        lists = pa.LargeListArray.from_arrays(places, items, mask=unlisted.rechunk().to_arrow())
        values = cast("pl.Series", pl.from_arrow(lists)).cast(pl.List(values.dtype))
    return values
