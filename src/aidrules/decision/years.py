"""Calendar years in conditions: which two comparisons say that a day lies in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aidrules.language import core
from aidrules.language.core import Expr
from aidrules.language.expressions.dates import day_of_year


@dataclass(frozen=True, slots=True)
class InYear:
    """A day that lies in a calendar year, from its first day to its last."""

    day: Expr
    year: Expr


def in_years(items: Sequence[Expr]) -> list[Expr | InYear]:
    """Conditions that hold together, with the two that say that a day lies in a year as one."""
    found: list[Expr | InYear] = []
    for item in items:
        last = found[-1] if found else None
        joined = _joined(last, item) if isinstance(last, core.Compare) and isinstance(item, core.Compare) else None
        if joined is None:
            found.append(item)
        else:
            found[-1] = joined
    return found


def _joined(first: core.Compare, last: core.Compare) -> InYear | None:
    begins, ends = day_of_year(first.right), day_of_year(last.right)
    if begins is None or ends is None or (first.op, last.op) != (">=", "<=") or first.left != last.left:
        return None
    whole = (begins.month, begins.day, ends.month, ends.day) == (1, 1, 12, 31) and begins.year == ends.year
    return InYear(first.left, begins.year) if whole else None


def same_for_all(year: Expr) -> bool:
    """Whether a year depends on the day of the facts alone, so that it has one number."""
    return not any(isinstance(part, core.Fact | core.Ref | core.Agg | core.Position) for part in core.walk(year))
