"""Make an invented population: households whose sizes, ages, incomes and disabilities are roughly those of China.

    python examples/population.py population.parquet --rows 100000

The same seed makes the same households; fewer rows are the first of more. Nobody in it exists.

Assumptions, so that nobody takes the figures for more than they are. Shares come out near those of the census of 2020
(sizes of households, 64 % in towns, 18 % under 15, 19 % of 60 and over) and of the disability survey of 2006 (6.3 % of
people), written from memory and rounded; all else is a guess that keeps cases of every kind in the file:

- a household is an adult with, as far as its size goes, a spouse, children, and parents of the adult;
- earned income is log-normal (the middle is 3,200 yuan a month in towns and 1,500 in the country, spread 0.7), in whole
  yuan; of those of working age who can work and do not study, four in five do; nine in ten people of 60 and over have a
  pension, in the country a low one;
- disability is rare in the young and common in the old; half of the disabled cannot work or not fully;
- savings go with income. Expenses, findings and whatever else is not drawn here are unsaid, which is unknown;
- of 1 % of incomes the amount is not known, and of 1 % of members the date of birth.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import polars as pl

import aidrules
from aidrules import frames

ON = date(2025, 6, 1)
SIZES = {1: 0.254, 2: 0.297, 3: 0.210, 4: 0.132, 5: 0.062, 6: 0.030, 7: 0.010, 8: 0.004, 12: 0.001}
TOWN = 0.64
HEADS = {(20, 35): 0.26, (35, 48): 0.33, (48, 60): 0.18, (60, 75): 0.18, (75, 95): 0.05}
DISABLED = {18: 0.02, 60: 0.04, 75: 0.15, 200: 0.25}
KINDS = {
    "physical": 0.30,
    "hearing": 0.24,
    "multiple": 0.16,
    "visual": 0.15,
    "mental": 0.07,
    "intellectual": 0.07,
    "speech": 0.01,
}
GRADES = {1: 0.14, 2: 0.16, 3: 0.30, 4: 0.40}
STAGES = {3: "none", 6: "preschool", 12: "primary", 15: "lower_secondary", 18: "upper_secondary"}
EARNED = {"urban": 3200, "rural": 1500}
PENSION = {"urban": 2600, "rural": 230}
GAPS = 0.01

Row = dict[str, Any]


def population(rows: int, pack: aidrules.Pack, *, seed: int = 2025) -> pl.DataFrame:
    """Make households.

    Args:
        rows: how many.
        pack: the rules whose households they are.
        seed: from which chance begins.
    """
    chance = Random(seed)
    households: list[Row] = []
    members: list[Row] = []
    incomes: list[Row] = []
    for number in range(1, rows + 1):
        residence = "urban" if chance.random() < TOWN else "rural"
        household = f"h{number}"
        earned = 0
        for place, (relation, age) in enumerate(_family(chance), 1):
            key = {"household": household, "member": f"m{place}"}
            person = _person(chance, relation, age)
            members.append({"household": household, "id": key["member"], **person})
            for kind, amount in _incomes(chance, residence, age, bool(person["labour.employed"])):
                earned += amount
                incomes.append({**key, "kind": kind, "amount": None if chance.random() < GAPS else amount})
        savings = int(earned * chance.random() ** 2 * 30)
        households.append(
            {"household": household, "residence": residence, "registered_here": True, "assets.savings": savings}
        )
    return frames.nest(
        pack,
        households=pl.DataFrame(households),
        members=pl.DataFrame(members, infer_schema_length=None),
        incomes=pl.DataFrame(
            incomes, schema={"household": pl.String, "member": pl.String, "kind": pl.String, "amount": pl.Int64}
        ),
    )


def _drawn(chance: Random, shares: dict[Any, float]) -> Any:
    """One of several, by their shares."""
    left = chance.random() * sum(shares.values())
    for one, share in shares.items():
        left -= share
        if left < 0:
            return one
    return one


def _family(chance: Random) -> Iterator[tuple[str, int]]:
    """What each member is to the applicant, and the age."""
    size: int = _drawn(chance, SIZES)
    head = chance.randrange(*_drawn(chance, HEADS))
    yield "applicant", head
    left = size - 1
    if left and chance.random() < 0.75:
        yield "spouse", max(18, head + chance.randrange(-4, 5))
        left -= 1
    while left and chance.random() < 0.92:
        yield "child", max(0, head - chance.randrange(22, 38)) or chance.randrange(3)
        left -= 1
    while left:
        parent = head + chance.randrange(20, 35)
        yield ("parent", parent) if parent < 100 else ("other", chance.randrange(18, 60))
        left -= 1


def _person(chance: Random, relation: str, age: int) -> Row:
    share = next(share for until, share in DISABLED.items() if age < until)
    disabled = chance.random() < share
    grade = _drawn(chance, GRADES) if disabled else 0
    working_age = 16 <= age < 60
    impaired = grade in (1, 2) or (disabled and chance.random() < 0.3)
    capacity = ("none" if grade == 1 else "partial") if impaired else "full" if working_age else "none"
    studies = next((stage for until, stage in STAGES.items() if age < until), "none")
    works = capacity != "none" and working_age and studies == "none" and chance.random() < 0.8
    born = ON.replace(year=ON.year - age) - timedelta(days=chance.randrange(365))
    return {
        "birth_date": None if chance.random() < GAPS else born,
        "sex": "female" if chance.random() < 0.49 else "male",
        "relation": relation,
        "duty_of_support": relation != "other",
        "lives_here": True,
        "on_register": True,
        "disability.kind": _drawn(chance, KINDS) if disabled else "none",
        "disability.grade": grade,
        "illness.serious": chance.random() < (0.06 if age >= 60 else 0.01),
        "illness.chronic": chance.random() < (0.40 if age >= 60 else 0.08),
        "education.stage": studies,
        "labour.capacity": capacity,
        "labour.employed": works,
    }


def _incomes(chance: Random, residence: str, age: int, works: bool) -> Iterator[tuple[str, int]]:
    """The incomes of a month, kind and whole yuan."""
    if works:
        kind = "business" if chance.random() < (0.35 if residence == "rural" else 0.12) else "wages"
        yield kind, min(200_000, round(EARNED[residence] * math.exp(chance.gauss(0, 0.7))))
    if age >= 60 and chance.random() < 0.9:
        yield "transfer", round(PENSION[residence] * math.exp(chance.gauss(0, 0.3)))


def main() -> None:
    """Write the population that the command line asks for."""
    parser = argparse.ArgumentParser(description="Make an invented population of households.")
    parser.add_argument("to", type=Path, help="Parquet file to write")
    parser.add_argument("--rows", type=int, default=100_000, help="how many households")
    parser.add_argument("--seed", type=int, default=2025, help="the same seed makes the same households")
    parser.add_argument("--pack", default="cn/guizhou/zunyi/bozhou", help="whose households they are")
    asked = parser.parse_args()
    made = population(asked.rows, aidrules.load(asked.pack), seed=asked.seed)
    made.write_parquet(asked.to)
    print(f"{made.height:,} households, {made['members'].list.len().sum():,} members: {asked.to}")


if __name__ == "__main__":
    main()
