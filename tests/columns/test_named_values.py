"""Values by name and kept columns of `simulate`: what decisions say of them, on households of every shipped pack.

More households: NAMED_HOUSEHOLDS=2000 pytest tests/columns/test_named_values.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from at_scale import FACTS, LARGE, ON, Facts, count_of, packs, varied_of

import aidrules
from aidrules.decision import Decision
from aidrules.decision.names import names_of
from aidrules.engine import Bounds
from aidrules.errors import DecisionError, FactsError
from aidrules.facts import Household
from aidrules.frames import from_households
from aidrules.language.pack import Pack

HOUSEHOLDS = int(os.environ.get("NAMED_HOUSEHOLDS", "120"))
VALUES = ["counted_income", "income_per_person", "dibao.means_test", "aged", "dibao.confirm.due", "dibao.outcome"]


def public(pack: Pack) -> list[str]:
    """Every value that a caller may name: those that are reckoned from confidential facts are refused."""
    compiled = pack.on(ON)
    confidence = names_of(compiled)
    return [name for name, each in compiled.definitions.items() if not each.hidden and confidence.may_be_told(name)]


def decided(decision: Decision, name: str, place: tuple[int, ...] = ()) -> Any:
    """What a decision says of a value: by item, where it is about items; null where columns are to have null."""
    owner = decision.run.compiled.definitions[name].owner
    if len(place) < len(owner):
        listed: Any = decision.subject
        for part, index in zip(owner, place, strict=False):
            listed = getattr(listed, part)[index]
        listed = getattr(listed, owner[len(place)])
        return None if listed is None else [decided(decision, name, (*place, each)) for each in range(len(listed))]
    match owner:
        case ():
            value = decision.value(name)
        case ("members",):
            value = decision.value(f"{name}[{decision.household.members[place[0]].id}]")
        case _:
            value = decision.run.value(name, *place)
    no_date = value == "none" and decision.run.compiled.definitions[name].type.name == "date"
    return None if no_date or isinstance(value, Bounds) else value


def exact(value: Any) -> Any:
    """A value of a column as a decision has it."""
    match value:
        case list():
            return [exact(each) for each in value]
        case {"numerator": above, "denominator": below}:
            assert Fraction(above, below).denominator == below, "not in lowest terms"
            return Fraction(above, below)
        case Decimal():
            return Fraction(value)
    return value


def differing(pack: Pack, households: Sequence[Household], names: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Where columns and decisions differ."""
    found = aidrules.simulate(from_households(households, pack), pack, on=ON, outcomes=[], values=names)
    assert found.frame.columns == ["row", "id", *names]
    assert found.frame.height > len(households) // 2
    for row, _, *values in found.frame.iter_rows():
        decision = aidrules.decide(households[row], pack, on=ON, chain="exact")
        for name, here in zip(names, values, strict=True):
            if (there := decided(decision, name)) != exact(here):
                yield row, name, here, there


@pytest.mark.parametrize("facts", FACTS)
@pytest.mark.parametrize("name", packs())
def test_every_public_value_of_every_pack(name: str, facts: Facts) -> None:
    pack, varied = varied_of(name, facts)
    names = public(pack)
    assert len(names) > (300 if name in LARGE else 0)
    assert list(differing(pack, varied.some(count_of(name, HOUSEHOLDS)), names)) == []


def test_values_stand_behind_the_outcomes_and_kept_columns_before_them() -> None:
    pack, varied = varied_of("cn/national", "complete")
    frame = from_households(varied.some(50), pack).with_columns(
        pl.int_range(pl.len()).alias("district"), pl.lit(1.5).alias("weight")
    )
    given = {"on": ON, "outcomes": ["dibao"]}
    found = aidrules.simulate(frame, pack, **given, values=VALUES, keep=["weight", "id", "residence", "district"])
    plain = aidrules.simulate(frame.drop("district", "weight"), pack, **given)
    programme = [name for name in plain.frame.columns if name not in ("row", "id")]
    kept = ["weight", "residence", "district"]
    assert found.frame.columns == ["row", "id", *kept, *programme, *VALUES]
    assert found.frame.select(plain.frame.columns).equals(plain.frame)
    assert found.frame.select(kept).equals(frame.select(kept)[found.frame["row"]])
    assert found.explain(3).outcomes["dibao"].status == found.frame.filter(row=3)["dibao.status"].item()


def test_kept_columns_of_those_that_cannot_be_decided() -> None:
    pack, varied = varied_of("cn/national", "complete")
    frame = from_households(varied.some(4), pack).with_columns(
        pl.Series("district", ["n", "e", "s", "w"]), pl.Series("residence", ["urban", "x", "rural", "y"])
    )
    found = aidrules.simulate(frame, pack, on=ON, outcomes=["dibao"], keep=["district"])
    assert found.frame["district"].to_list() == ["n", "s"]
    assert found.bad["district"].to_list() == ["e", "w"] and found.bad.columns == frame.columns


def test_types_are_the_same_where_there_is_nobody() -> None:
    pack, varied = varied_of("cn/national", "incomplete")
    names = public(pack)
    some = from_households(varied.some(5), pack).with_columns(district=1)
    schemas = [
        aidrules.simulate(frame, pack, on=ON, outcomes=[], values=names, keep=["district"]).frame.schema
        for frame in (some, some.head(0))
    ]
    assert schemas[0] == schemas[1]
    assert schemas[0]["aged"] == pl.List(pl.Boolean) and schemas[0]["dibao.confirm.due"] == pl.Date
    assert schemas[0]["income_per_person"] == pl.Struct({"numerator": pl.Int64, "denominator": pl.Int64})
    assert isinstance(schemas[0]["dibao.top_up"], pl.Decimal)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"values": ["dibao.counted_incom"]}, "values: nothing is called dibao.counted_incom; expected the name of a"),
        ({"values": ["countd_income"]}, "values: nothing is called countd_income.*Did you mean counted_income?"),
        ({"values": ["aged", "aged"]}, "values: aged stands twice. Name it once"),
        ({"values": ["dibao.phase_out_months"]}, "is a column of what comes back already. Leave it out of values, or"),
        ({"values": "aged"}, r"values: found a text; expected a list. Write values=\[...\]"),
        ({"values": [7]}, "values: found a int; expected names of values"),
        ({"values": ["dibao_standard"]}, "values: dibao_standard is a parameter, the same for all"),
    ],
)
def test_values_that_there_are_not(options: dict[str, Any], said: str) -> None:
    pack, varied = varied_of("cn/national", "complete")
    frame = from_households(varied.some(2), pack)
    with pytest.raises(DecisionError, match=said):
        aidrules.simulate(frame, pack, on=ON, outcomes=["dibao"], **options)


@pytest.mark.parametrize(
    ("keep", "said"),
    [
        (["distrct"], "keep: the table has no column 'distrct'.*Did you mean district?"),
        (["row"], "keep: row is a column of what comes back. Rename yours before"),
        (["dibao.status"], "keep: dibao.status is a column of what comes back"),
        (["aged"], "keep: aged is a column of what comes back"),
        ([""], "keep: a column has no name. Give its name, or leave it out"),
        (["district", " "], "keep: a column has no name. Give its name, or leave it out"),
        ("district", r"keep: found a text; expected a list"),
    ],
)
def test_columns_that_cannot_be_kept(keep: Any, said: str) -> None:
    pack, varied = varied_of("cn/national", "complete")
    names = dict.fromkeys(("district", "row", "dibao.status", "aged"), 1)
    frame = from_households(varied.some(2), pack).with_columns(**names)
    with pytest.raises(FactsError, match=said):
        aidrules.simulate(frame, pack, on=ON, outcomes=["dibao"], values=["aged"], keep=keep)
