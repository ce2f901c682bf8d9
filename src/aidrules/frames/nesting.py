"""Flat tables, one for households and one for members, as agencies have them: put together into one nested frame."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from aidrules.callers import check_list, check_pack
from aidrules.errors import FactsError, Problem
from aidrules.facts.problems import printable, shown_id
from aidrules.frames.declared import Listed, Record, declared
from aidrules.frames.flat import HOUSEHOLD, MEMBER, Flat, flat
from aidrules.frames.given import Frame, polars_frame, refuse
from aidrules.frames.tables import places
from aidrules.frames.values import not_ids
from aidrules.language.fields import near

if TYPE_CHECKING:
    from aidrules.language.pack import Pack

OF_MEMBER = "member_"
"""What the name of a table of members' items begins with where households have a list of that name too."""

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where the items of a table belong.

    Attributes:
        table: the name of the argument.
        name: the list.
        listed: its declaration.
        keys: what an item has in common with the row that it hangs on.
    """

    table: str
    name: str
    listed: Listed
    keys: tuple[str, ...]


def nest(
    pack: Pack,
    *,
    households: Frame,
    members: Frame,
    key: str = "household",
    incomplete: Collection[str] = (),
    **tables: Frame,
) -> pl.DataFrame:
    """Put flat tables together: one row per household, its members and other lists nested.

    Columns are named by fact, with a point for facts in groups: `disability.grade`; a finding by its name, and what is
    beside it after a point: `findings.fair`, `findings.fair.by`. A column that a table does not have is unsaid, and a
    gap in it is unknown. Ids may be whole numbers.

    Args:
        pack: the rules, which say what a household holds.
        households: one row per household; its id is in the column `key`, or in `id`.
        members: one row per member, with the household in the column `key` and the member's `id`.
        key: the column by which all tables name the household.
        incomplete: tables that do not hold everything: a household, or member, with no row there has an unknown list
            instead of an empty one.
        **tables: other tables by the name of the list: `expenses=`, with the household in the column `key`; those of
            members, such as `incomes=`, with the member's id in the column `member` as well. Where both have a list of
            that name, `benefits=` is that of households and `member_benefits=` that of members.

    Returns:
        A public frame (see `aidrules.frames`), in the order of `households`; lists keep the order of their tables. What
        the values are is not looked at: `check` does.

    Raises:
        DecisionError: what is given as the pack is none.
        FactsError: a table or column of which no fact is known, or of a wrong type; a list that is both a column and a
            table; a key that is missing, empty or stands twice; a household whose id can be none; rows of a household
            or member that is not there.
    """
    check_list(incomplete, "incomplete", FactsError)
    record = declared(check_pack(pack).Household)
    of_households = record.parts["members"]
    assert isinstance(of_households, Listed)
    plans = list(_plans(record, of_households.each, tables, incomplete))
    given = {name: polars_frame(table, name) for name, table in tables.items()}
    heads = polars_frame(households, "households")
    id_column = "id" if "id" in heads.columns else key
    if id_column != "id" and key in heads.columns:
        heads = heads.with_columns(pl.col(key).alias("id"))
    own = key if key in heads.columns else id_column
    lists = ["members", *(plan.name for plan in plans if plan.keys == (HOUSEHOLD,))]
    top = flat("households", heads, record, {HOUSEHOLD: own}, ["id"], lists)
    keys = {HOUSEHOLD: key, MEMBER: "id"}
    lists = [plan.name for plan in plans if plan.keys == (HOUSEHOLD, MEMBER)]
    inside = flat("members", polars_frame(members, "members"), of_households.each, keys, ["id"], lists)
    others = {
        plan.table: flat(
            plan.table, given[plan.table], plan.listed.each, dict(zip(plan.keys, (key, "member"), strict=False))
        )
        for plan in plans
    }
    refuse(problem for table in (top, inside, *others.values()) for problem in table.problems)
    outer = {(HOUSEHOLD,): top, (HOUSEHOLD, MEMBER): inside}
    refuse(
        [
            *_no_ids(top, id_column),
            *_repeated(top, [HOUSEHOLD]),
            *_repeated(inside, [HOUSEHOLD, MEMBER]),
            *_orphans(inside, top, [HOUSEHOLD], key),
            *(
                problem
                for plan in plans
                for problem in _orphans(others[plan.table], outer[plan.keys], list(plan.keys), key)
            ),
        ]
    )
    frames = {keys: table.frame for keys, table in outer.items()}
    for plan in sorted(plans, key=lambda plan: -len(plan.keys)):
        items = others[plan.table].frame
        frames[plan.keys] = _attached(frames[plan.keys], items, plan, complete=plan.table not in incomplete)
    plan = _Plan("members", "members", of_households, (HOUSEHOLD,))
    nested = _attached(frames[HOUSEHOLD,], frames[HOUSEHOLD, MEMBER], plan, complete=True)
    return nested.select(name for name in record.parts if name in nested.columns)


def records(pack: Pack, tables: Collection[str]) -> dict[str, Record]:
    """What a row of each flat table holds: of households, of members, and of others by the names that `nest` has.

    Raises:
        DecisionError: what is given as the pack is none.
        FactsError: a table that is no list.
    """
    household = declared(check_pack(pack).Household)
    members = household.parts["members"]
    assert isinstance(members, Listed)
    others = {plan.table: plan.listed.each for plan in _plans(household, members.each, tables, ())}
    return {"households": household, "members": members.each, **others}


def _plans(household: Record, member: Record, tables: Collection[str], incomplete: Collection[str]) -> Iterator[_Plan]:
    """Which list each table is.

    Raises:
        FactsError: a table that is no list.
    """
    ours = {name: part for name, part in household.parts.items() if isinstance(part, Listed) and name != "members"}
    theirs = {
        f"{OF_MEMBER}{name}" if name in ours else name: (name, part)
        for name, part in member.parts.items()
        if isinstance(part, Listed)
    }
    known = [*ours, *theirs]
    unknown = [name for name in tables if name not in known]
    unknown += [name for name in incomplete if name not in tables and name not in unknown]
    refuse(
        [
            Problem(
                "no list has this name",
                printable(name),
                expected=f"one of {', '.join(known)}",
                hint=near(name[:60], known),
            )
            if name not in known
            else Problem("the table is called incomplete but is not given", name, hint="Leave it out of incomplete=.")
            for name in unknown
        ]
    )
    for table in tables:
        if table in ours:
            yield _Plan(table, table, ours[table], (HOUSEHOLD,))
        else:
            yield _Plan(table, *theirs[table], (HOUSEHOLD, MEMBER))


def _attached(rows: pl.DataFrame, items: pl.DataFrame, plan: _Plan, *, complete: bool) -> pl.DataFrame:
    """Rows with a list of the items that have their keys."""
    facts = [name for name in items.columns if name not in (HOUSEHOLD, MEMBER)]
    lists = items.group_by(plan.keys, maintain_order=True).agg(pl.struct(facts).alias(plan.name))
    joined = rows.join(lists, on=list(plan.keys), how="left", maintain_order="left")
    if not complete:
        return joined
    none = pl.lit([], dtype=joined.schema[plan.name])
    return joined.with_columns(pl.when(pl.col(plan.name).is_null()).then(none).otherwise(plan.name).alias(plan.name))


def _no_ids(households: Flat, column: str) -> Iterator[Problem]:
    """Households whose id cannot be one; said here, as later they could not be told by it."""
    ids = households.frame["id"].cast(pl.String)
    wrong = places(not_ids(ids))
    if count := len(wrong):
        told = [f"row {row} ({shown_id(ids[row])})" for row in wrong.head(_SHOWN)]
        yield Problem(
            f"{count} {'id is' if count == 1 else 'ids are'} no opaque {'id' if count == 1 else 'ids'}: "
            + ", ".join(told)
            + (f" and {count - _SHOWN} more" if count > _SHOWN else ""),
            f"{households.name}.{printable(column)}",
            expected="1 to 64 of a-z, A-Z, 0-9 and _ . : -, and no resident identity number",
            hint="Number the households, and keep the link to your own names of them in your system.",
        )


def _repeated(table: Flat, keys: list[str]) -> Iterator[Problem]:
    """Rows that have the key of another one."""
    again = table.frame.select(keys).filter(pl.struct(keys).is_duplicated()).unique(maintain_order=True)
    if again.height:
        what = "household" if table.name == "households" else "member of one household"
        yield Problem(
            f"{again.height} {'id stands' if again.height == 1 else 'ids stand'} more than once: {_shown(again)}",
            table.name,
            expected=f"one row for each {what}",
            hint="Keep only the record that is right.",
        )


def _orphans(table: Flat, outer: Flat, keys: list[str], key: str) -> Iterator[Problem]:
    """Rows that belong to nothing that is there."""
    lost = table.frame.select(keys).join(outer.frame, on=keys, how="anti", maintain_order="left")
    if lost.height:
        what = "household" if keys == [HOUSEHOLD] else "member"
        yield Problem(
            f"{lost.height} {'row is' if lost.height == 1 else 'rows are'} of no {what} that is there: "
            + _shown(lost.unique(maintain_order=True)),
            table.name,
            expected=f"the {key} of a row of {outer.name}" + (", and the id of its member" if len(keys) > 1 else ""),
            hint=f"Add the {what}s, or leave these rows out.",
        )


def _shown(keys: pl.DataFrame) -> str:
    """The first few keys."""
    told = ["/".join(map(shown_id, row)) for row in keys.head(_SHOWN).iter_rows()]
    return ", ".join(told) + (f" and {keys.height - _SHOWN} more" if keys.height > _SHOWN else "")
