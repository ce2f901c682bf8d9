"""Poverty before and after aid: by hand for four families, against deciding one by one for a population."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import aidrules
from aidrules.frames import from_households, to_households
from aidrules.reforms import compare
from borough import ON as DAY
from borough import pack_of

EXAMPLES = Path(__file__).parents[2] / "examples"
ON = date(2025, 6, 1)
MEASURED: dict[str, Any] = {"income": "counted_income", "persons": "persons_counted", "line": "dibao_standard"}
RELIEF = """
inputs:
  household: {rent: {unit: CNY/month, max: 10000}, harvest: {unit: CNY, max: 10000}}
parameters:
  rate: {unit: CNY/household/month, values: [{is: 30}]}
definitions:
  income: {value: household.rent + household.harvest / (12 * month)}
  heads: {value: count(members)}
  each: {value: income / heads}
programmes:
  relief:
    rules:
      sum: {kind: amount, amount: rate, payment: {every: month}}
"""


CONFIDENTIAL = """
inputs:
  household:
    rent: {unit: CNY/month, max: 10000}
    heads: {unit: person, max: 9}
    need: {unit: CNY/person/month, max: 10000}
parameters:
  rate: {unit: CNY/household/month, values: [{is: 30}]}
definitions:
  income: {value: household.rent + rate}
  counted: {value: household.heads}
  line: {value: household.need}
programmes:
  relief:
    rules:
      sum: {kind: amount, amount: rate, payment: {every: month}}
"""


@pytest.fixture(scope="module")
def pack() -> aidrules.Pack:
    overlays: list[str | Path] = ["cn/guizhou/zunyi/overlays/2025", EXAMPLES / "office.yaml"]
    return aidrules.load("cn/guizhou/zunyi/bozhou", overlays=overlays)


def test_the_example_family_with_several_wages(pack: aidrules.Pack) -> None:
    given = []
    for place, wage in enumerate((1800, 3395, 3396, 4700, 1800)):
        family: dict[str, Any] = json.loads((EXAMPLES / "household.json").read_text(encoding="utf-8"))
        family["id"] = f"h{place}"
        family["members"][0]["incomes"][0]["amount"] = wage
        if place == 4:
            del family["findings"]
        given.append(pack.Household.model_validate_json(json.dumps(family)))
    higher = pack.with_parameters({"dibao_standard[urban]": 900})
    town = pl.DataFrame({"id": ["h0", "h1", "h2", "h4"], "town": ["a", "a", "b", "b"]})
    found = compare(from_households(given, pack), pack, higher, on=ON, outcomes=["dibao"], by=town)
    # Three persons need 2,496. Counted is the wage less 900: 900, 2,495, 2,496 and 3,800. In town a 1,596 and 1 are
    # lacking, before aid: 1,597 / 832 / 6, and (1,596**2 + 1**2) / (3 * 832**2) / 6. What the fifth is paid is open.
    nobody = (0, 0, 0, "0", "0", "0")
    assert found.poverty(**MEASURED).groups.rows() == [
        (None, "none", 1, 3, *nobody, 0),
        (None, "before", 1, 3, *nobody, 0),
        (None, "after", 1, 3, *nobody, 0),
        ("a", "none", 2, 6, 2, 6, 159700, "1", "1597/4992", "2547217/12460032", 0),
        ("a", "before", 2, 6, *nobody, 0),
        ("a", "after", 2, 6, *nobody, 0),
        ("b", "none", 1, 3, *nobody, 1),
        ("b", "before", 1, 3, *nobody, 1),
        ("b", "after", 1, 3, *nobody, 1),
    ]
    # At 900 a person, the second lacks 205 and is paid 292.20 before; the third lacks 204, of which 0 is paid before.
    of_reform = found.poverty(**MEASURED, rules="after")
    assert of_reform.households.drop("row", "group").rows() == [
        ("h0", 3, 90000, 90000, 180000, 0, 0),
        ("h1", 3, 90000, 249500, 20500, 0, 0),
        ("h2", 3, 90000, 249600, 20400, 20400, 0),
        ("h3", 3, 90000, 380000, 0, 0, 0),
        ("h4", 3, 90000, 90000, None, None, None),
    ]
    assert of_reform.groups.filter(group="b").select("aid", "poor", "gap", "gap_index").rows() == [
        ("none", 3, 20400, "17/225"),
        ("before", 3, 20400, "17/225"),
        ("after", 0, 0, "0"),
    ]


def test_aid_that_does_not_lift_everybody_and_incomes_of_a_year(tmp_path: Path) -> None:
    relief = pack_of(tmp_path, RELIEF)
    rows = [
        {"id": f"h{place}", "members": [{"id": f"m{each}"} for each in range(heads)], "rent": rent, "harvest": harvest}
        for place, (heads, rent, harvest) in enumerate([(1, 60, 100), (2, 200, 0), (2, 199, 0), (3, 0, None)])
    ]
    found = compare(pl.DataFrame(rows), relief, relief.with_parameters({"rate": 31}), on=DAY)
    measured = found.poverty(income="income", persons="heads", line=100)
    told = measured.groups
    assert measured.households.columns == [
        *("row", "id", "persons", "line", "income", "lacking_none", "lacking_before", "lacking_after")
    ]
    assert measured.households.row(0)[2:] == (1, 10000, 6833, 3167, 167, 67)
    assert measured.households.row(3)[2:] == (3, 10000, None, None, None, None)
    # Of one person 100 - 60 - 100/12 = 95/3 is lacking: 5/3 with 30, 2/3 with 31; of two persons 1 in all, or nothing.
    assert told.rows() == [
        ("none", 3, 5, 2, 3, 3267, "3/5", "49/750", str((Fraction(95, 300) ** 2 + 2 * Fraction(1, 200) ** 2) / 5), 1),
        ("before", 3, 5, 1, 1, 167, "1/5", "1/300", str(Fraction(1, 60) ** 2 / 5), 1),
        ("after", 3, 5, 1, 1, 67, "1/5", "1/750", str(Fraction(2, 300) ** 2 / 5), 1),
    ]


def test_what_rounded_aid_leaves_is_no_poverty(tmp_path: Path) -> None:
    # 1/300 yuan, a third of a fen, is lacking; half a fen is; the frames agree on who is poor.
    relief = pack_of(tmp_path, RELIEF)
    rows = [
        {"id": f"h{place}", "members": [{"id": "m0"}], "rent": "0", "harvest": harvest}
        for place, harvest in enumerate(("839.96", "839.94", "840.00"))
    ]
    found = compare(pl.DataFrame(rows), relief, relief.with_parameters({"rate": 31}), on=DAY)
    measured = found.poverty(income="income", persons="heads", line=100)
    assert measured.households["lacking_before"].to_list() == [0, 1, 0]
    told = measured.groups.select("aid", "poor_households", "poor", "gap").rows()
    assert told[1] == ("before", 1, 1, 1) and told[0][:3] == ("none", 3, 3)


def test_a_population_is_what_its_decisions_come_to(pack: aidrules.Pack) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(EXAMPLES))
        example = runpy.run_path(str(EXAMPLES / "simulate_population.py"))
    frame: pl.DataFrame = example["assumed"](example["population"](120, pack))
    lower = pack.with_parameters({"dibao_standard": {"urban": 500, "rural": 300}})
    found = compare(frame, pack, lower, on=ON, outcomes=["dibao"], by="residence").poverty(**MEASURED).groups
    told = {(row["group"], row["aid"]): row for row in found.iter_rows(named=True)}
    lacking: dict[tuple[str, str], list[tuple[int, Fraction, Fraction]]] = {key: [] for key in told}
    for household in to_households(frame, pack):
        measured = _measured(household, pack, lower)
        if measured is not None:
            heads, line, income, *aid = measured
            for name, paid in zip(("none", "before", "after"), (0, *aid), strict=True):
                lacking[household.residence, name].append((heads, line, _lacking(heads * line - income - paid)))
    for key, each in lacking.items():
        persons = sum(heads for heads, _, _ in each)
        assert told[key]["persons"] == persons and told[key]["households"] == len(each)
        shares = [
            sum(heads * (gap / (heads * line)) ** power for heads, line, gap in each if gap) for power in (0, 1, 2)
        ]
        names = ("headcount", "gap_index", "severity")
        assert [Fraction(told[key][name]) for name in names] == [share / persons for share in shares]
    assert told["urban", "none"]["gap"] > told["urban", "after"]["gap"] > told["urban", "before"]["gap"] == 0


def _lacking(amount: Fraction) -> Fraction:
    return amount if amount >= Fraction(1, 200) else Fraction(0)


def _measured(household: aidrules.Household, *rules: aidrules.Pack) -> list[Any] | None:
    """Persons, line, income, and what is paid by each of the rules; None where something is open."""
    decisions = [aidrules.decide(household, each, on=ON, chain="exact") for each in rules]
    names = ("persons_counted", "dibao_standard.value", "counted_income")
    found: Iterator[Any] = (decisions[0].run.value(name) for name in names)
    values = [*found, *(decision.outcomes["dibao"].monthly for decision in decisions)]
    if not all(isinstance(value, int | Fraction) or hasattr(value, "as_tuple") for value in values):
        return None
    heads, *others = (Fraction(value) for value in values)
    return [int(heads), *others]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"income": "counted_incom"},
            r"income: 'counted_incom' is no value .* CNY/month. Did you mean counted_income?",
        ),
        ({"line": "gross_income"}, r"line: 'gross_income' is not such a value; .* in CNY/person/month"),
        ({"persons": "counted_income"}, r"persons: 'counted_income' is not such a value; .* in person"),
        ({"line": "income_per_person"}, r"income_per_person is divided by a number that differs by household"),
        ({"line": 0}, r"line: found 0; expected the name of a value, or an amount above 0"),
        ({"line": 8.5}, r"line: found 8.5; expected the name"),
        (
            {"line": 2**126 + 800},
            r"line: found a number of more than 30 digits; expected .* up to 10000000 as a Decimal",
        ),
        ({"line": 10_000_001}, r"line: found 10000001; expected"),
        ({"line": Decimal("1e9999999")}, r"line: found a number of more than 30 digits"),
        ({"line": Decimal("1e-9999999")}, r"line: found 1E-9999999; expected .* with at most 6 decimals"),
        ({"line": Decimal("sNaN")}, r"line: found sNaN; expected"),
        ({"line": True}, r"line: found a bool; expected"),
        (
            {"line": "1000.50"},
            r"line: .*An amount is no text: write line=Decimal\('1000.50'\), with from decimal import",
        ),
        ({"line": "1,000"}, r"line: '1,000' is no value of the pack; expected a value of the household in CNY/person"),
        ({"line": ["a"]}, r"line: found a list; expected"),
        ({"income": ["a"]}, r"income: found a list; expected the name of a value of the household in CNY/month"),
        ({"income": "x" * 100_000}, r"income: 'x{40}…' is no value of the pack"),
        ({"rules": ["before"]}, r"rules: found a list; expected before or after"),
        ({"rules": "now"}, r"rules: found 'now'; expected before or after"),
    ],
)
def test_what_cannot_be_measured(pack: aidrules.Pack, given: dict[str, Any], said: str) -> None:
    family = pack.Household.model_validate_json((EXAMPLES / "household.json").read_bytes())
    found = compare(from_households([family], pack), pack, pack, on=ON, outcomes=["dibao"])
    with pytest.raises(aidrules.AidrulesError, match=said):
        found.poverty(**{**MEASURED, **given})


@pytest.mark.parametrize(("fact", "argument"), [("rent", "income"), ("heads", "persons"), ("need", "line")])
def test_what_is_confidential_is_not_told_household_by_household(tmp_path: Path, fact: str, argument: str) -> None:
    measured = {"income": "income", "persons": "counted", "line": "line"}
    secret = pack_of(tmp_path, CONFIDENTIAL.replace(f"{fact}: {{", f"{fact}: {{confidential: true, "))
    frame = pl.DataFrame([{"members": [{"id": "m"}], "rent": 60, "heads": 1, "need": 100}])
    found = compare(frame, secret, secret, on=DAY)
    said = f"{argument}: {measured[argument]} is confidential, or is reckoned from what is. What rules decide"
    with pytest.raises(aidrules.DecisionError, match=said):
        found.poverty(**measured)
    near = measured[argument][:-1] + "x"
    with pytest.raises(aidrules.DecisionError, match=f"{argument}: '{near}' is no value of the pack.*") as error:
        found.poverty(**{**measured, argument: near})
    assert "Did you mean" not in str(error.value)


def test_a_confidential_income_is_not_told_along_another_input(tmp_path: Path) -> None:
    secret = pack_of(tmp_path, CONFIDENTIAL.replace("rent: {", "rent: {confidential: true, "))
    family = secret.Household.model_validate({"members": [{"id": "m"}], "rent": 60, "heads": 1, "need": 100})
    with pytest.raises(aidrules.DecisionError, match="income: income is confidential, or is reckoned from what is"):
        aidrules.reforms.sweep(family, "need", 0, 20, 10, secret, on=DAY, income="income")


def test_amounts_that_the_columns_do_not_hold_are_refused(tmp_path: Path) -> None:
    high = RELIEF.replace(
        "{value: household.rent + household.harvest / (12 * month)}", "{value: household.rent * 10**12}"
    )
    pack = pack_of(tmp_path, high.replace("10**12", "1000000 * 1000000 * 1000"))
    family = pack.Household.model_validate({"members": [{"id": "m"}], "rent": "9000", "harvest": 0})
    found = compare(from_households([family], pack), pack, pack, on=DAY, outcomes=["relief"])
    with pytest.raises(aidrules.DecisionError, match="income: amounts that 64 bits do not hold, or too fine ones"):
        found.poverty(income="income", persons="heads", line=800)


def test_the_greatest_line_is_measured(pack: aidrules.Pack) -> None:
    family = pack.Household.model_validate_json((EXAMPLES / "household.json").read_bytes())
    found = compare(from_households([family], pack), pack, pack, on=ON, outcomes=["dibao"])
    measured = found.poverty(**{**MEASURED, "line": Decimal("10000000.000000")})
    assert measured.households["line"].to_list() == [1_000_000_000]
    assert measured.groups["poor_households"].to_list() == [1, 1, 1]
