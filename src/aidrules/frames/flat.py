"""One flat table whose columns are named by fact: its keys, its facts put into their groups, what is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

import polars as pl

from aidrules.errors import Problem
from aidrules.facts.fact import OPAQUE_ID
from aidrules.facts.problems import MOST_PROBLEMS_TOLD, printable
from aidrules.frames.declared import Node, Record, Value
from aidrules.frames.given import some_of, type_misfits, type_name, unknown_column
from aidrules.language.fields import near

HOUSEHOLD, MEMBER = " household", " member"
"""The columns by which tables hang together; no fact has such a name."""

_SAY_KEY = "Say with key= (--key of the command) how the column is called that names the household in all tables."


@dataclass(frozen=True, slots=True)
class Flat:
    """A flat table.

    Attributes:
        name: what errors call it.
        frame: the keys, and facts in their groups; as given where there are problems.
        problems: what is wrong with its columns.
    """

    name: str
    frame: pl.DataFrame
    problems: tuple[Problem, ...] = ()


def flat(
    name: str,
    given: pl.DataFrame,
    record: Record,
    keys: Mapping[str, str],
    keep: Collection[str] = (),
    lists: Collection[str] = (),
) -> Flat:
    """Read a flat table.

    Args:
        name: what errors call it.
        given: the table.
        record: what a row holds.
        keys: the columns by which it hangs on others, by what they are called here.
        keep: those of them that are facts as well.
        lists: the lists whose items are in tables of their own.
    """
    paths = {column: _path(record, column) for column in given.columns if column in keep or column not in keys.values()}
    ids = [column for column, path in paths.items() if path is not None and _is_id(_at(record, path))]
    whole = [
        column for column in {*keys.values(), *ids} if column in given.columns and given.schema[column].is_integer()
    ]
    given = given.with_columns(pl.col(whole).cast(pl.String))
    found: Iterator[Problem] = _key_problems(name, given, keys)
    if all(column in given.columns for column in keys.values()):  # else what is told as no fact may be a key
        found = chain(found, _fact_problems(name, given, record, paths, lists))
    if problems := tuple(islice(found, MOST_PROBLEMS_TOLD + 1)):
        return Flat(name, given, problems)
    groups: _Groups = {}
    for column, path in paths.items():
        inner = groups
        for group in (path or ())[:-1]:
            deeper = inner.setdefault(group, {})
            assert isinstance(deeper, dict)
            inner = deeper
        inner[(path or ())[-1]] = pl.col(column)
    own = [pl.col(column).cast(pl.String).alias(key) for key, column in keys.items()]
    return Flat(name, given.select(*own, *_grouped(groups)))


_Groups = dict[str, "pl.Expr | _Groups"]


def _grouped(groups: _Groups) -> list[pl.Expr]:
    """Facts in their groups; a group of which nothing is known is unknown."""
    made = []
    for name, inner in groups.items():
        if isinstance(inner, dict):
            parts = _grouped(inner)
            known = pl.any_horizontal(part.is_not_null() for part in parts)
            inner = pl.when(known).then(pl.struct(parts))
        made.append(inner.alias(name))
    return made


def fact_of(record: Record, column: str) -> Node | None:
    """What a column of a flat table is, by its name; None if no fact has it."""
    path = _path(record, column)
    return None if path is None else _at(record, path)


def _path(record: Record, column: str) -> tuple[str, ...] | None:
    """The names that lead to the fact of a column: those in it, and `value` for a finding; None if there is none."""
    names = tuple(column.split("."))
    part = _at(record, names)
    recorded = isinstance(part, Record) and names[0] == "findings" and len(names) == 2
    return (*names, "value") if recorded else names if part is not None else None


def _at(record: Record, names: tuple[str, ...]) -> Node | None:
    part: Node | None = record
    for name in names:
        part = part.parts.get(name) if isinstance(part, Record) else None
    return part


def _is_id(part: Node | None) -> bool:
    return isinstance(part, Value) and part.fact.pattern == OPAQUE_ID


def _key_problems(name: str, given: pl.DataFrame, keys: Mapping[str, str]) -> Iterator[Problem]:
    for key, column in keys.items():
        where = f"{name}.{printable(column)}"
        if column not in given.columns:
            expected = f"a column {printable(column)}, by which rows hang together"
            # What names the rows of this table itself, such as the id of a member, is not the household's key.
            others = [each for each in given.columns[:500] if each not in keys.values()]
            hint = near(column[:60], map(printable, others))
            if key == HOUSEHOLD:
                hint = f"{hint} {_SAY_KEY}" if hint else _SAY_KEY
            yield Problem("the column is missing", where, expected=expected, hint=hint)
        elif given.schema[column] not in (pl.String, pl.Categorical, pl.Enum):
            yield Problem(
                f"a column of {type_name(given.schema[column])}", where, expected="text or whole numbers without gaps"
            )
        elif gaps := given[column].null_count():
            rows = "1 row has" if gaps == 1 else f"{gaps} rows have"
            yield Problem(
                f"{rows} no value", where, expected="a value in each row", hint="Leave out or mend these rows."
            )


def _fact_problems(
    name: str,
    given: pl.DataFrame,
    record: Record,
    paths: Mapping[str, tuple[str, ...] | None],
    lists: Collection[str],
) -> Iterator[Problem]:
    known = list(_columns(record))
    for column, path in paths.items():
        part = None if path is None else _at(record, path)
        if path is None or part is None:
            yield unknown_column(f"{name}.", column, known)
        elif column in lists:
            yield Problem("a table of its own is this list as well", f"{name}.{column}", hint="Keep one of the two.")
        elif any(other != path and other is not None and other[: len(path)] == path for other in paths.values()):
            hint = "Keep one of the two."
            yield Problem("its facts have columns of their own as well", f"{name}.{column}", hint=hint)
        elif sum(other == path for other in paths.values()) > 1:
            yield Problem("two columns are this fact", f"{name}.{column}", hint="Keep one of the two.")
        else:
            yield from type_misfits(given.schema[column], part, f"{name}.{column}")
    if not paths:
        yield Problem("no column is a fact", name, expected=some_of(known))


def _columns(record: Record, head: str = "") -> Iterator[str]:
    """The names of the facts of a row, as columns have them."""
    for name, part in record.parts.items():
        if isinstance(part, Record):
            if head == "findings.":
                yield f"{head}{name}"
            yield from _columns(part, f"{head}{name}.")
        elif isinstance(part, Value):
            yield f"{head}{name}"
