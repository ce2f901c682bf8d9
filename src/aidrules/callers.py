"""What callers give to the functions of the library: a pack, days, lists; refused with a sentence where it is none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from aidrules.errors import AidrulesError, DecisionError, Problem

if TYPE_CHECKING:
    from aidrules.language.pack import Pack

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Between which days something can be decided: away from the ends of the calendar."""


def check_pack(given: object) -> Pack:
    """The pack, if it is one.

    Raises:
        DecisionError: it is something else, such as the name of a pack.
    """
    from aidrules.language.pack import Pack

    if isinstance(given, Pack):
        return given
    found = f"{given!r} is a {type(given).__name__}"
    raise DecisionError(Problem(found, "pack", expected="a pack", hint="Load it: aidrules.load('cn/national')."))


def check_day(given: object, name: str) -> date:
    """The day, if it is one on which something can be decided.

    Raises:
        DecisionError: it is no date, or a moment, or too far away.
    """
    if isinstance(given, date) and not isinstance(given, datetime):
        if not EARLIEST <= given <= LATEST:
            expected = f"a day from {EARLIEST} to {LATEST}"
            raise DecisionError(Problem(f"{given} is outside what can be decided", name, expected=expected))
        return given
    found = f"{given!r} is a {type(given).__name__}"
    raise DecisionError(Problem(found, name, expected="a datetime.date", hint="Give a day, such as date(2025, 6, 1)."))


def check_list(given: object, name: str, error: type[AidrulesError] = DecisionError, *, ordered: bool = False) -> None:
    """Refuse what is no list: of a text each letter would be taken, of a mapping each key.

    Args:
        given: what the caller gave.
        name: the name of the argument.
        error: what is raised.
        ordered: whether the order counts, so that a set will not do.

    Raises:
        AidrulesError: it is no list; of the class `error`.
    """
    kind = Sequence if ordered else Collection
    if isinstance(given, kind) and not isinstance(given, str | bytes | Mapping):
        return
    what = "text" if isinstance(given, str) else type(given).__name__
    raise error(Problem(f"found a {what}", name, expected="a list", hint=f"Write {name}=[...], also for one."))
