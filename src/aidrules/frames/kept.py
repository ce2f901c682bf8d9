"""Columns of a caller's table that come back as they are, beside what is computed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from aidrules.callers import check_list
from aidrules.errors import FactsError, Problem
from aidrules.facts.problems import printable
from aidrules.frames.given import refuse, some_of
from aidrules.language.fields import near


def check_kept(keep: Sequence[str], columns: Sequence[str], taken: Collection[str] = ()) -> tuple[str, ...]:
    """The columns that are kept, each once.

    Args:
        keep: their names.
        columns: those of the table.
        taken: what columns of the result are called.

    Raises:
        FactsError: that is no list, there is no such column, or one of the result is called so.
    """
    check_list(keep, "keep", FactsError, ordered=True)
    names = tuple(dict.fromkeys(keep))
    refuse(
        Problem("a column has no name", "keep", hint="Give its name, or leave it out.")
        for name in names
        if not str(name).strip()
    )
    refuse(
        Problem(
            f"the table has no column '{printable(str(name)[:80])}'",
            "keep",
            expected=some_of(columns, str(name)),
            hint=near(str(name)[:60], columns),
        )
        for name in names
        if name not in columns
    )
    refuse(
        Problem(f"{printable(name)} is a column of what comes back", "keep", hint="Rename yours before.")
        for name in names
        if name in taken
    )
    return names
