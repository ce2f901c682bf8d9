"""compare: a population under two sets of rules, who gains and who loses, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import polars as pl

from aidrules.callers import check_list, check_pack
from aidrules.columns.simulation import Simulation, simulate
from aidrules.decision.decide import in_force
from aidrules.decision.names import names_of
from aidrules.decision.wanted import wanted
from aidrules.errors import DecisionError, Problem
from aidrules.facts.problems import printable
from aidrules.frames.declared import declared
from aidrules.frames.given import polars_frame
from aidrules.language.pack import Pack
from aidrules.reforms.groups import groups
from aidrules.reforms.paid import SIDES, by_household, cost, paid, ways, winners
from aidrules.reforms.poverty import Poverty, poverty
from aidrules.reforms.touched import touched
from aidrules.reforms.turns import phase_outs, statuses, turned


@dataclass(frozen=True)
class Comparison:
    """What a reform does to a population; amounts are whole minor units of the currency (fen).

    Frames have a column `group` if groups were asked for. `pays` says whether amounts are `monthly`, `termly`, `yearly`
    or `one_off`; those other than by the month are told where one of the programmes ever pays so, and never added up
    with others.

    Attributes:
        households: one row per household that both sets of rules can decide: `row` in the frame that was given, `id`,
            `group`; what the programmes pay a month in all, `before_low`, `before_high`, `after_low` and `after_high`,
            the same at both ends where it is known; `change`, null where it is open; and `result`: `gains` or `loses`
            where that is certain, `same`, else `open`. What is open of a programme that both sets of rules reckon
            alike, step by step, changes nothing and leaves neither open. Likewise with `termly_`, `yearly_` or
            `one_off_` before the names.
        winners: by group, `pays` and result how many `households`, their `share` of the group as an exact fraction in
            text, the sum of `change` where it is known, and of how many it is not, `change_open`.
        cost: by group, programme and `pays` the sums that are paid before and after, at their ends, and to how many
            households something is certainly paid, `paid_before` and `paid_after`.
        statuses: by group and programme how many (`count`) have which status `before` and which `after`, the same ones
            included; null where that set of rules does not have the programme. `about` says of what: a `household`, or
            a `person` where the programme is about persons, beside the most favourable one in the household.
        phase_outs: one row for each household, or `person`, in a phase-out before or after: its `_status`, `_months`
            and `_last_month` (by its first day) on both sides, null where there is none or it is open, and
            `months_later`, by how many months the last one moves.
        bad: the rows that one of the two cannot decide, as they were given; they are in none of the above.
        faults: what is wrong with them, as of `aidrules.frames.check`, and in `rules` for which: `before` or `after`.
        before: the simulation under the first rules.
        after: the simulation under the second.
    """

    households: pl.DataFrame
    winners: pl.DataFrame
    cost: pl.DataFrame
    statuses: pl.DataFrame
    phase_outs: pl.DataFrame
    bad: pl.DataFrame
    faults: pl.DataFrame
    before: Simulation
    after: Simulation

    def poverty(
        self,
        *,
        income: str,
        persons: str,
        line: str | int | Decimal,
        rules: Literal["before", "after"] = "before",
    ) -> Poverty:
        """Poverty without aid, with that of the first rules, and with that of the second.

        Income, persons and the line are the same on all three sides: only aid differs, which is what the programmes
        compared pay a month. Households of which income, persons, line or what either set of rules pays is open, or
        that count no person, are left out on all three sides, and counted.

        Args:
            income: the value of the rules that is a household's income a month, such as `counted_income`.
            persons: the one that says how many persons share it, such as `persons_counted`.
            line: what a person needs a month: a value or a parameter with keys, such as `dibao_standard`, or an amount
                of at most 10,000,000 with at most six decimals.
            rules: which of the two say what income, persons and the line are.

        Raises:
            DecisionError: the rules have no such value, or it is of another unit.
            PackError: one that columns cannot compute exactly, such as an income per person, which is a quotient.
        """
        if rules not in SIDES:
            given = f"'{printable(rules)}'" if isinstance(rules, str) else f"a {type(rules).__name__}"
            raise DecisionError(Problem(f"found {given}", "rules", expected="before or after"))
        known = [
            pl.when(pl.col(f"{side}_low") == pl.col(f"{side}_high")).then(pl.col(f"{side}_low")).alias(side)
            for side in SIDES
        ]
        grouped = "group" in self.households.columns
        group = pl.col("group") if grouped else pl.lit(None).alias("group")
        households = self.households.select("row", "id", group, *known)
        found = poverty(self.before if rules == "before" else self.after, households, income, persons, line)
        return found if grouped else Poverty(found.groups.drop("group"), found.households.drop("group"))


def compare(
    frame: Any,
    before: Pack,
    after: Pack | str | Path | Mapping[str, object],
    *,
    on: date,
    law: date | None = None,
    known: date | None = None,
    outcomes: Sequence[str] | None = None,
    by: Any = None,
    workers: int = 2,
) -> Comparison:
    """Decide a population by two sets of rules and tell what differs: what is paid, statuses, phase-outs, poverty.

    Args:
        frame: the households, as for `aidrules.simulate`.
        before: the rules of today.
        after: other rules: a pack, or an overlay that is laid over `before`, see `Pack.with_overlay`.
        on: the date of the facts.
        law: the date of the law applied; that of the facts unless given.
        known: values of parameters that were announced after this day are left out; unless given, none is.
        outcomes: the programmes that are wanted; all that have an outcome, unless given. One that only one set of
            rules has pays nothing under the other.
        by: groups: the name of a column of the frame, which need not be a fact, or a table of `id` and one more column.
            A household that is not in the table is in the group null, and so is one whose group is no number.
        workers: chunks that are computed at the same time.

    Raises:
        DecisionError: a date outside a pack's, an unknown programme.
        PackError: an overlay that does not fit; a rule that cannot be computed in columns exactly.
        FactsError: a column that no fact has, groups that are no column or no such table.
    """
    given = polars_frame(frame)
    packs = check_pack(before), after if isinstance(after, Pack) else check_pack(before).with_overlay(after)
    grouped = groups(by, given)
    names = _programmes(packs, on, law, known, outcomes)
    sides = [
        simulate(_facts(given, pack, by), pack, on=on, law=law, known=known, outcomes=each, workers=workers)
        for pack, each in zip(packs, names, strict=True)
    ]
    programmes = tuple(dict.fromkeys(name for each in names for name in each))
    pays = ways(sides, programmes)
    every = paid(sides, programmes).join(grouped, on="row", how="left", maintain_order="left")
    old, new = (side.rules.compiled for side in sides)
    households = by_household(every, programmes, {way: touched(old, new, programmes, way) for way in pays})
    turns = turned(sides, programmes, every.select("row", "id", "group"))
    bad = given.with_row_index("row").join(households, on="row", how="anti", maintain_order="left").drop("row")
    faults = pl.concat(
        side.faults.select(pl.lit(name).alias("rules"), pl.all()) for name, side in zip(SIDES, sides, strict=True)
    )
    no_groups = ["group"] if by is None else []
    return Comparison(
        households.drop(no_groups),
        winners(households, pays).drop(no_groups),
        cost(every, programmes, pays).drop(no_groups),
        statuses(turns).drop(no_groups),
        phase_outs(turns).drop(no_groups),
        bad,
        faults,
        *sides,
    )


def _facts(given: pl.DataFrame, pack: Pack, by: Any) -> pl.DataFrame:
    """The frame without the column that only says groups."""
    return given.drop(by) if isinstance(by, str) and by not in declared(pack.Subject).parts else given


def _programmes(
    packs: tuple[Pack, Pack], on: date, law: date | None, known: date | None, outcomes: Sequence[str] | None
) -> list[tuple[str, ...]]:
    """The programmes that are wanted of each of two packs."""
    rules = [in_force(pack, on, law, known, None, None, ()) for pack in packs]
    if outcomes is None:
        names = [wanted(each, None) for each in rules]
    else:
        check_list(outcomes, "outcomes", ordered=True)
        decided = [names_of(each.compiled).decided for each in rules]
        wanted(rules[1], [name for name in outcomes if name not in decided[0]])
        names = [tuple(name for name in outcomes if name in each) for each in decided]
    return names
