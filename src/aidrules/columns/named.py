"""Values that are asked for by name, as columns of a frame: exact, in the unit of their definition, null if unknown."""

from __future__ import annotations

from collections.abc import Sequence
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

_DIGITS = 38
"""Of a decimal number, before and behind the point."""


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

    def columns(self, chunk: pl.DataFrame) -> pl.DataFrame:
        """The values for a kernel frame: one for each household, or a list in the order of what they are about."""
        found = self._values.of(chunk)
        return pl.DataFrame(
            [
                _nested(_typed(form, known), known).alias(name)
                for name, form, known in zip(self.names, self._values.forms, found, strict=True)
            ]
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
            found, hint = f"{name} is confidential, or is reckoned from what is", "What rules decide from it is told."
            problems.append(Problem(found, "values", hint=hint))
    if problems:
        raise DecisionError(problems)


def _check_digits(form: Form) -> None:
    if form.definition.type.name == "number" and not form.divided:
        scale = _decimals(form.denominator)
        if scale is not None and form.most * (10**scale // form.denominator) >= 10**_DIGITS:
            raise PackError(Problem(f"{form.definition.name} may need more than {_DIGITS} digits", "values"))


def _decimals(denominator: int) -> int | None:
    """How many decimals a number over a denominator has; None where no number of them is enough."""
    return next((scale for scale in range(_DIGITS) if 10**scale % denominator == 0), None)


def _typed(form: Form, known: Known) -> pl.Series:
    """The values in the type that readers expect."""
    values: Any = known.values
    match form.definition.type.name:
        case "number":
            return _number(form, known)
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


def _number(form: Form, known: Known) -> pl.Series:
    scale = None if form.divided else _decimals(form.denominator)
    if scale is None:
        return _fraction(form.definition.name, known)
    parts: Any = known.values * pl.lit(10**scale // form.denominator, dtype=pl.Int128)
    return _with_point(pl.select(parts).to_series(), scale)


def _with_point(parts: pl.Series, scale: int) -> pl.Series:
    """Whole parts of ten, a hundred and so on as decimal numbers: the same digits with a point in them."""
    digits = parts.cast(pl.Decimal(_DIGITS, 0)).rechunk().to_arrow()
    made = pa.Array.from_buffers(pa.decimal128(_DIGITS, scale), len(digits), digits.buffers(), offset=digits.offset)
    return cast("pl.Series", pl.from_arrow(made))


def _fraction(name: str, known: Known) -> pl.Series:
    """Exact fractions in their lowest terms."""
    open_ = known.values.is_null()
    const: Any = pl.lit(known.denominator, dtype=pl.Int128)
    below = const if known.divisors is None else known.divisors * const
    both = pl.select(numerator=known.values, denominator=below)
    parts = both.select(pl.all().fill_null(1).cast(pl.Int64, strict=False))
    if any(parts.null_count().row(0)):
        raise PackError(Problem(f"{name} needs more than 64 bits for some household", "values"))
    shared = np.gcd(*(part.to_numpy() for part in parts))
    lowest = parts.select(pl.all() // pl.Series(shared))
    return lowest.select(pl.when(~open_).then(pl.struct(pl.all()))).to_series()


def _nested(values: pl.Series, known: Known) -> pl.Series:
    for offsets, unlisted in reversed(known.lists):
        items = values.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
        lists = pa.LargeListArray.from_arrays(pa.array(offsets), items, mask=unlisted.rechunk().to_arrow())
        values = cast("pl.Series", pl.from_arrow(lists)).cast(pl.List(values.dtype))
    return values
