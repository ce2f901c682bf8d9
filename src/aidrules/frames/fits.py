"""Facts of a household that are each possible but do not fit together: `aidrules.facts.fitting`, on flat tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import and_

import polars as pl

from aidrules.facts.fact import FIRST_DAY
from aidrules.frames.declared import Listed, Node, Record, Value
from aidrules.frames.heads import heads
from aidrules.frames.tables import NOWHERE, Table, places

References = tuple[tuple[str, ...], ...]
"""The paths of the facts that name members by id."""


def misfits(households: Table, record: Record, references: References) -> Iterator[pl.Series]:
    """The rows of households of which something does not fit: items that stand twice, deaths before births, a kind of
    disability without a grade, members who do not exist.

    Args:
        households: the flat tables.
        record: what a household holds.
        references: the paths of the facts that name members.
    """
    yield from _repeated(households, record)
    members = households.lists.get("members")
    if members is None:
        return
    died, born = members.items.column(("died_on",)), members.items.column(("birth_date",))
    if died is not None and born is not None:
        yield members.outer(places((died >= FIRST_DAY) & (died < born)))
    yield members.outer(_ungraded(members.items, ("disability", "kind"), ("disability", "grade")))
    obligors = households.lists.get("obligors")
    if obligors is not None:
        yield obligors.outer(_ungraded(obligors.items, ("disability_kind",), ("disability_grade",)))
    ids = members.items.column(("id",))
    if ids is None:
        return  # there are no members, or all without their id, which is wrong already
    yield members.outer(places(ids == "none"))
    known = pl.DataFrame({"row": members.owners, "member": ids})
    for path in references:
        named = _named(households, record, path)
        if named is not None and named.height:
            yield named.join(known, on=["row", "member"], how="anti")["row"]


def _ungraded(table: Table, kind: tuple[str, ...], grade: tuple[str, ...]) -> pl.Series:
    of_kind, of_grade = table.column(kind), table.column(grade)
    if of_kind is None or of_grade is None:
        return NOWHERE
    return places((of_kind == "none") != (of_grade == 0))


def _repeated(table: Table, record: Record) -> Iterator[pl.Series]:
    """The rows with a list in which two items are alike in what tells them apart, one fact or all of them."""
    for name, listed in table.lists.items():
        part = record.parts[name]
        assert isinstance(part, Listed)
        if part.items.distinct_by or part.items.distinct:
            told_by = (part.items.distinct_by,) if part.items.distinct_by else tuple(part.each.parts)
            columns = [listed.items.column((each,)) for each in told_by]
            known = [column for column in columns if column is not None]
            if len(known) == len(columns):
                yield listed.owners.gather(_again(known, listed.owners))
        for rows in _repeated(listed.items, part.each):
            yield listed.outer(rows)


def _again(columns: Sequence[pl.Series], owners: pl.Series) -> pl.Series:
    """The items whose values an earlier one of the same list has, each once; unknown is like nothing.

    That takes as many steps as the longest list has items, and no list has more than are allowed.
    """
    # Nothing stands twice in a list whose items rise, as numbered ones do: the others are searched.
    first = columns[0]
    if first.dtype == pl.String and not first.null_count() and len(first):
        head, own = heads(first), owners.to_numpy()
        if not ((head[1:] <= head[:-1]) & (own[1:] == own[:-1])).any():
            return NOWHERE
    rising = (first[1:] > first[:-1]) | (owners[1:] != owners[:-1])
    unsorted = owners[1:].filter(~rising.fill_null(False)).unique()
    items = pl.int_range(len(owners), dtype=pl.UInt32, eager=True).filter(owners.is_in(unsorted.implode()))
    found, back = [NOWHERE], 1
    while len(items := items.filter(items >= back)):
        # Each item is compared with the one so many places back, as long as that is of the same list.
        earlier = items - back
        same = owners.gather(items) == owners.gather(earlier)
        items, earlier = items.filter(same), earlier.filter(same)
        values_alike = (values.gather(items) == values.gather(earlier) for values in columns)
        alike = reduce(and_, values_alike).fill_null(False)
        found.append(items.filter(alike))
        items, back = items.filter(~alike), back + 1
    return pl.concat(found)


def _named(table: Table, record: Record, path: tuple[str, ...]) -> pl.DataFrame | None:
    """The members that the rows of a table name at a path: row, and id."""
    lists = next((depth for depth, name in enumerate(path) if name in table.lists), None)
    if lists is not None:
        listed, part = table.lists[path[lists]], record.parts[path[lists]]
        assert isinstance(part, Listed)
        inner = _named(listed.items, part.each, path[lists + 1 :])
        return None if inner is None else inner.with_columns(listed.outer(inner["row"]).alias("row"))
    named = table.column(path)
    if named is None:
        return None
    rows = pl.int_range(len(named), dtype=pl.UInt32, eager=True)
    usual = _usual(record, path)
    said = named.is_not_null() if usual is None else (named != usual).fill_null(False)
    return pl.DataFrame({"row": rows.filter(said), "member": named.filter(said)})


def _usual(record: Record, path: tuple[str, ...]) -> str | None:
    """What a fact that names a member is unless stated, which names nobody."""
    part: Node = record
    for name in path:
        assert isinstance(part, Record)
        part = part.parts[name]
    return part.unsaid if isinstance(part, Value) else None
