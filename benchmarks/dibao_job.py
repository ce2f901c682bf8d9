"""The job that the engines are timed on: its rules as a pack, its population, and the form of its results.

The rules are `packs/benchmark/dibao`. Whoever times an engine takes the households from here, and is held against
`dibao_plain`, which says in plain Python what they come to.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

import aidrules

PACKS = Path(__file__).parent / "packs"
PACK = "benchmark/dibao"
ON = date(2025, 6, 30)
SEED = 20250630
STANDARD = {"urban": 52_000, "rural": 41_600}
"""Fen per person and month."""

_EPOCH = date(1970, 1, 1).toordinal()
_SIZES = {1: 0.15, 2: 0.25, 3: 0.25, 4: 0.2, 5: 0.1, 6: 0.05}
_SEVENTY = np.datetime64("1955-06-30")
_PLANTED = 0.025
_OF_HOUSEHOLDS = ("urban", "single_parent", "in_payment", "cars", "shops", "savings", "claimed", "documented")
_OF_MEMBERS = ("born", "grade", "ill", "student", "income")


@dataclass(frozen=True, slots=True)
class Result:
    """The ten outputs, one number per household, amounts in fen; `exclusions` is 1 car, 2 shop, 4 savings."""

    exclusions: Any
    countable: Any
    per_person: Any
    eligible: Any
    top_up: Any
    supplement: Any
    months: Any
    persons_alone: Any
    top_up_alone: Any
    supplement_alone: Any

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The outputs, in their order."""
        return tuple(each.name for each in fields(cls))

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[Any, ...]]) -> Result:
        """From one tuple per household."""
        return cls(*(np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)))

    def head(self, count: int) -> Result:
        """Those of the first households."""
        return Result(*(None if (own := getattr(self, name)) is None else own[:count] for name in self.names()))

    def differing(self, other: Result) -> list[str]:
        """The outputs that differ, with the first household in which they do; those that are None are not compared."""
        found = []
        for name in self.names():
            here, there = getattr(self, name), getattr(other, name)
            if here is None or there is None:
                continue
            wrong = np.flatnonzero(np.asarray(here, dtype=np.int64) != np.asarray(there, dtype=np.int64))
            if len(wrong):
                place = wrong[0]
                found.append(f"{name}: {len(wrong)} differ, first row {place}: {here[place]} for {there[place]}")
        return found


def must_agree(name: str, differences: list[str]) -> None:
    """End the run where an engine comes to other results.

    Raises:
        SystemExit: there are differences.
    """
    if differences:
        raise SystemExit(f"{name} comes to other results, so there is nothing to time: {'; '.join(differences)}")


@dataclass(frozen=True, slots=True)
class Population:
    """Households as flat arrays; amounts in fen. Members lie one household after the other, from `first`."""

    urban: Any
    single_parent: Any
    in_payment: Any
    cars: Any
    shops: Any
    savings: Any
    claimed: Any
    documented: Any
    first: Any
    born: Any
    grade: Any
    ill: Any
    student: Any
    income: Any

    @property
    def sizes(self) -> Any:
        """How many members each household has."""
        return np.diff(self.first)

    def __len__(self) -> int:
        return len(self.urban)

    def frame(self, unknown: Any = None) -> Any:
        """The households as `aidrules.simulate` takes them: one nested table.

        Args:
            unknown: the households of which the income of the first member is not known, if any.
        """
        import polars as pl
        import pyarrow as pa

        disability = pa.StructArray.from_arrays([pa.array(self.grade, pa.int64())], ["grade"])
        illness = pa.StructArray.from_arrays([pa.array(self.ill)], ["serious"])
        ids = np.arange(self.first[-1]) - np.repeat(self.first[:-1], self.sizes) + 1
        members = pa.StructArray.from_arrays(
            [
                pa.array(ids).cast(pa.string()),
                pa.array(self.born),
                disability,
                illness,
                pa.array(self.student),
                _yuan(self.income, None if unknown is None else self.first[unknown]),
            ],
            ["id", "birth_date", "disability", "illness", "student", "monthly_income"],
        )
        assets = pa.StructArray.from_arrays(
            [_yuan(self.savings), pa.array(self.cars), pa.array(self.shops)],
            ["savings", "vehicles", "commercial_properties"],
        )
        table = pa.table(
            {
                "residence": pa.array(np.where(self.urban, "urban", "rural")),
                "single_parent": pa.array(self.single_parent),
                "in_payment": pa.array(self.in_payment),
                "rigid_claimed": _yuan(self.claimed),
                "rigid_documented": _yuan(self.documented),
                "assets": assets,
                "members": pa.LargeListArray.from_arrays(pa.array(self.first), members),
            }
        )
        return pl.from_arrow(table)

    def one(self, row: int) -> Population:
        """One household."""
        members = slice(self.first[row], self.first[row + 1])
        own = {name: getattr(self, name)[row : row + 1] for name in _OF_HOUSEHOLDS}
        of_members = {name: getattr(self, name)[members] for name in _OF_MEMBERS}
        return Population(**own, **of_members, first=np.array([0, self.sizes[row]]))

    def plain(self, rows: Iterable[int]) -> list[dict[str, Any]]:
        """Some households as plain Python and ZEN take them: dicts, amounts in fen, days as days from the year 1."""
        born = self.born.astype("datetime64[D]").astype(np.int64) + _EPOCH
        return [
            {
                "urban": bool(self.urban[row]),
                "single_parent": bool(self.single_parent[row]),
                "in_payment": bool(self.in_payment[row]),
                "cars": int(self.cars[row]),
                "shops": int(self.shops[row]),
                "savings": int(self.savings[row]),
                "claimed": int(self.claimed[row]),
                "documented": int(self.documented[row]),
                "members": [
                    {
                        "born": int(born[place]),
                        "grade": int(self.grade[place]),
                        "ill": bool(self.ill[place]),
                        "student": bool(self.student[place]),
                        "income": int(self.income[place]),
                    }
                    for place in range(self.first[row], self.first[row + 1])
                ],
            }
            for row in rows
        ]


def facts(household: dict[str, Any]) -> dict[str, Any]:
    """A plain household as the facts of the pack, fit for JSON."""
    return {
        "residence": "urban" if household["urban"] else "rural",
        "single_parent": household["single_parent"],
        "in_payment": household["in_payment"],
        "rigid_claimed": _text(household["claimed"]),
        "rigid_documented": _text(household["documented"]),
        "assets": {
            "savings": _text(household["savings"]),
            "vehicles": household["cars"],
            "commercial_properties": household["shops"],
        },
        "members": [
            {
                "id": str(number),
                "birth_date": date.fromordinal(member["born"]).isoformat(),
                "disability": {"grade": member["grade"]},
                "illness": {"serious": member["ill"]},
                "student": member["student"],
                "monthly_income": _text(member["income"]),
            }
            for number, member in enumerate(household["members"], 1)
        ],
    }


def written(household: dict[str, Any]) -> str:
    """A plain household as JSON text for the pack."""
    return json.dumps(facts(household))


def pack() -> aidrules.Pack:
    """The rules."""
    return aidrules.load(PACK, path=PACKS)


def population(households: int, seed: int = SEED) -> Population:
    """Make households, the same ones for the same seed; one in forty lies exactly on a line, or a fen beside it."""
    draw = np.random.default_rng(seed)

    def share(of: float, count: int) -> Any:
        return draw.random(count) < of

    sizes = draw.choice(list(_SIZES), households, p=list(_SIZES.values()))
    first = np.concatenate([[0], np.cumsum(sizes)])
    members = int(first[-1])
    income = np.where(share(0.4, members), 0, draw.lognormal(10.9, 0.7, members).astype(np.int64))
    claimed = np.where(share(0.5, households), draw.integers(0, 120_001, households), 0)
    disabled = share(0.14, members)
    made = Population(
        urban=share(0.45, households),
        single_parent=share(0.08, households),
        in_payment=share(0.3, households),
        cars=share(0.04, households).astype(np.int64),
        shops=share(0.01, households).astype(np.int64),
        savings=np.where(share(0.5, households), draw.lognormal(13, 1.3, households).astype(np.int64), 0),
        claimed=claimed,
        documented=np.where(share(0.7, households), claimed, draw.integers(0, 120_001, households)),
        first=first,
        born=np.datetime64(ON) - draw.integers(0, 34_000, members).astype("timedelta64[D]"),
        grade=np.where(disabled, draw.integers(1, 5, members), 0),
        ill=share(0.06, members),
        student=share(0.18, members),
        income=income,
    )
    _plant(made, draw)
    return made


def _plant(made: Population, draw: Any) -> None:
    """Put some households on the lines of the job: incomes, savings, own incomes and birthdays."""
    sizes = made.sizes
    for row in np.flatnonzero(draw.random(len(made)) < _PLANTED):
        standard = STANDARD["urban" if made.urban[row] else "rural"]
        members = slice(made.first[row], made.first[row + 1])
        beside = draw.integers(-1, 2)
        match draw.integers(0, 4):
            case 0:
                made.income[members] = 0
                made.claimed[row] = 0
                line = standard * int(sizes[row]) * int(draw.choice([10, 11, 13, 15])) // 10
                made.income[made.first[row]] = line + beside
            case 1:
                made.savings[row] = 24 * standard * sizes[row] + beside
            case 2:
                made.income[members] = standard + beside
                made.ill[members] = True
            case _:
                made.born[members] = _SEVENTY + np.timedelta64(int(beside), "D")


def _yuan(fen: Any, unknown: Any = None) -> Any:
    """Whole fen as Arrow has amounts in yuan: 128 bits each, of which these fill the lower half."""
    import pyarrow as pa

    both = np.empty((len(fen), 2), dtype=np.int64)
    both[:, 0] = fen
    both[:, 1] = fen >> 63
    valid = None
    if unknown is not None:
        known = np.ones(len(fen), dtype=bool)
        known[unknown] = False
        valid = pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(fen), [valid, pa.py_buffer(both)])


def _text(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02}"
