"""Reforms: who gains and who loses under other rules, and what it costs."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import aidrules
from aidrules.frames import from_households
from aidrules.reforms import compare
from borough import ON as DAY
from borough import pack_of

RELIEF = """
inputs:
  household: {pot: {unit: CNY/month, max: 10000}}
parameters:
  line: {unit: CNY/household/month, values: [{is: 40}]}
  once: {unit: CNY/household, values: [{is: 100}]}
  monthly: {unit: CNY/household/month, values: [{is: 10}]}
programmes:
  allowance:
    rules:
      sum: {kind: amount, amount: monthly, payment: {every: month}}
  relief:
    rules:
      below: {kind: eligibility, when: household.pot < line}
      sum: {kind: amount, amount: once}
"""
EXAMPLES = Path(__file__).parents[2] / "examples"
ON = date(2025, 6, 1)
WAGES = (1800, 3395, 3396, 4700)
COLUMNS = ("before_low", "before_high", "after_low", "after_high", "change", "result")
NO_DEDUCTION = {
    "overlay": "no deduction for work",
    "source": "proposal",
    "sources": {"proposal": {"zh": "设想", "en": "A proposal", "issuer": "nobody", "date": "undated"}},
    "overrides": {"programmes": {"dibao": {"rules": {"work_costs": {"share": "0%", "cite": "1"}}}}},
}


@pytest.fixture(scope="module")
def pack() -> aidrules.Pack:
    overlays: list[str | Path] = ["cn/guizhou/zunyi/overlays/2025", EXAMPLES / "office.yaml"]
    return aidrules.load("cn/guizhou/zunyi/bozhou", overlays=overlays)


@pytest.fixture(scope="module")
def families(pack: aidrules.Pack) -> pl.DataFrame:
    """The example family with several wages; of the fifth the property is not known."""
    given = []
    for place, wage in enumerate((*WAGES, 1800)):
        family: dict[str, Any] = json.loads((EXAMPLES / "household.json").read_text(encoding="utf-8"))
        family["id"] = f"h{place}"
        family["members"][0]["incomes"][0]["amount"] = wage
        if place == len(WAGES):
            del family["findings"]
        given.append(pack.Household.model_validate_json(json.dumps(family)))
    return from_households(given, pack)


@pytest.fixture(scope="module")
def higher(pack: aidrules.Pack) -> aidrules.Pack:
    return pack.with_parameters({"dibao_standard[urban]": 900})


def test_a_higher_standard(pack: aidrules.Pack, higher: aidrules.Pack, families: pl.DataFrame) -> None:
    # Counted is the wage less 900. Before: 2,496 less that, and 291.20; after: 2,700 less that, and 35 % of 900, 315.
    # 1,800: 1,596 + 291.20 and 1,800 + 315. 3,395: 1 + 291.20 and 205 + 315. 3,396: nothing and 204 + 315.
    town = pl.DataFrame({"id": ["h0", "h1", "h2", "h4"], "town": ["a", "a", "b", "b"]})
    found = compare(families, pack, higher, on=ON, outcomes=["dibao"], by=town)
    assert found.households.select("id", "group", *COLUMNS).rows() == [
        ("h0", "a", 188720, 188720, 211500, 211500, 22780, "gains"),
        ("h1", "a", 29220, 29220, 52000, 52000, 22780, "gains"),
        ("h2", "b", 0, 0, 51900, 51900, 51900, "gains"),
        ("h3", None, 0, 0, 0, 0, 0, "same"),
        ("h4", "b", 0, 188720, 0, 211500, None, "open"),
    ]
    assert found.winners.rows() == [
        (None, "monthly", "same", 1, "1", 0, 0),
        ("a", "monthly", "gains", 2, "1", 45560, 0),
        ("b", "monthly", "gains", 1, "1/2", 51900, 0),
        ("b", "monthly", "open", 1, "1/2", None, 1),
    ]
    assert found.cost.rows() == [
        ("a", "dibao", "monthly", 217940, 217940, 263500, 263500, 2, 2),
        ("b", "dibao", "monthly", 0, 188720, 51900, 263400, 0, 1),
    ]
    assert found.bad.is_empty() and found.faults.is_empty()


def test_the_other_way_round_all_lose(pack: aidrules.Pack, higher: aidrules.Pack, families: pl.DataFrame) -> None:
    found = compare(families, higher, pack, on=ON, outcomes=["dibao"])
    assert found.winners.columns == ["pays", "result", "households", "share", "change", "change_open"]
    assert found.winners.rows() == [
        ("monthly", "same", 1, "1/5", 0, 0),
        ("monthly", "loses", 3, "3/5", -97460, 0),
        ("monthly", "open", 1, "1/5", None, 1),
    ]
    assert found.cost.rows() == [("dibao", "monthly", 315400, 526900, 217940, 406660, 3, 2)]


def test_who_certainly_gains_may_gain_an_open_amount(pack: aidrules.Pack, families: pl.DataFrame) -> None:
    # The second wage is open: nothing is known of the family's income but that it is not negative.
    family: dict[str, Any] = json.loads((EXAMPLES / "household.json").read_text(encoding="utf-8"))
    family["members"][2]["illness"]["serious"] = None
    open_grade = from_households([pack.Household.model_validate_json(json.dumps(family))], pack)
    raised = pack.with_parameters({"dibao_standard[urban]": 2000})
    found = compare(pl.concat([open_grade, families.head(1)]), pack, raised, on=ON, outcomes=["dibao"])
    # The first has 15 % or 20 % for the daughter; the second 6,000 - 900 + 700 after 1,887.20.
    assert found.households.select(COLUMNS).row(0) == (108720, 112880, 500000, 510000, None, "gains")
    assert found.winners.rows() == [("monthly", "gains", 2, "1", 391280, 1)]


def test_an_overlay_is_a_reform(pack: aidrules.Pack, families: pl.DataFrame) -> None:
    # Without 200 for getting to work: 200 less for the first; the second is at 3,395 - 700 = 2,695, above 2,496.
    found = compare(families, pack, NO_DEDUCTION, on=ON, outcomes=["dibao"])
    assert found.households["change"].to_list() == [-20000, -29220, 0, 0, None]
    assert found.households.equals(
        compare(families.lazy(), pack, pack.with_overlay(NO_DEDUCTION), on=ON, outcomes=["dibao"]).households
    )


def test_all_programmes_are_what_decide_pays(
    pack: aidrules.Pack, higher: aidrules.Pack, families: pl.DataFrame
) -> None:
    found = compare(families.head(4), pack, higher, on=ON)
    for side, rules in ((found.before, pack), (found.after, higher)):
        name = "before" if side is found.before else "after"
        for row in range(4):
            decision = aidrules.decide(side.explain(row).household, rules, on=ON, chain="exact")
            ends = [(o.monthly_bounds.low, o.monthly_bounds.high) if o.monthly_bounds else (o.monthly, o.monthly)
                    for o in decision.outcomes.values()]  # fmt: skip
            low, high = (sum(int(end[place] * 100) for end in ends if end[place] is not None) for place in (0, 1))
            assert found.households.row(row, named=True)[f"{name}_low"] == low
            assert found.households.row(row, named=True)[f"{name}_high"] == high


def test_what_is_paid_once_stands_beside_what_is_paid_a_month(tmp_path: Path) -> None:
    relief = pack_of(tmp_path, RELIEF)
    rows = [{"id": f"h{pot}", "members": [{"id": "a"}], "pot": pot} for pot in (0, 40, None)]
    # Monthly 10 whatever there is; once 100 for those with less than 40, after it for those with less than 41.
    found = compare(pl.DataFrame(rows), relief, relief.with_parameters({"line": 41, "once": 150}), on=DAY)
    assert found.households.drop("row", "id").rows() == [
        (1000, 1000, 1000, 1000, 0, "same", 10000, 10000, 15000, 15000, 5000, "gains"),
        (1000, 1000, 1000, 1000, 0, "same", 0, 0, 15000, 15000, 15000, "gains"),
        (1000, 1000, 1000, 1000, 0, "same", 0, 10000, 0, 15000, None, "open"),
    ]
    assert found.households.columns[-6:] == [f"one_off_{name}" for name in COLUMNS]
    assert found.winners.rows() == [
        ("monthly", "same", 3, "1", 0, 0),
        ("one_off", "gains", 2, "2/3", 20000, 0),
        ("one_off", "open", 1, "1/3", None, 1),
    ]
    assert found.cost.rows() == [
        ("allowance", "monthly", 3000, 3000, 3000, 3000, 3, 3),
        ("relief", "one_off", 10000, 20000, 30000, 45000, 1, 2),
    ]


def test_rows_that_cannot_be_decided_are_in_neither(
    pack: aidrules.Pack, higher: aidrules.Pack, families: pl.DataFrame
) -> None:
    wrong = families.with_columns(pl.when(pl.col("id") != "h1").then("residence").otherwise(pl.lit("city")))
    found = compare(wrong, pack, higher, on=ON, outcomes=["dibao"], by="residence")
    assert found.households["row"].to_list() == [0, 2, 3, 4]
    assert found.bad["id"].to_list() == ["h1"]
    assert found.faults.select("rules", "row", "field").rows() == [
        ("before", 1, "residence"),
        ("after", 1, "residence"),
    ]
    assert found.winners["group"].unique().to_list() == ["urban"]


def test_nobody(pack: aidrules.Pack, higher: aidrules.Pack, families: pl.DataFrame) -> None:
    found = compare(families.head(0), pack, higher, on=ON, outcomes=["dibao"], by="residence")
    assert found.households.is_empty() and found.winners.is_empty() and found.cost.is_empty()
    assert found.statuses.is_empty() and found.phase_outs.is_empty()
    assert found.poverty(income="counted_income", persons="persons_counted", line="dibao_standard").groups.is_empty()


NUMBER = "52030219800101123X"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"by": "residance"}, "the frame has no column 'residance'.*Did you mean residence?"),
        ({"by": "members"}, "members holds several values"),
        ({"by": pl.DataFrame({"id": ["h0", "h0"], "town": [1, 2]})}, "the id 'h0' stands twice"),
        ({"by": pl.DataFrame({"key": ["h0"], "town": [1]})}, "columns key, town; expected a column id and one more"),
        ({"by": 3}, "by: found a int"),
        ({"by": pl.DataFrame({"id": [NUMBER, NUMBER], "town": [1, 2]})}, "by: an id that is not shown stands twice"),
        ({"by": pl.DataFrame({"id": ["h0"], "town": [1], NUMBER: [1]})}, "by: the table has the columns id, town, …;"),
        ({"by": NUMBER}, "by: the frame has no column '…'"),
        ({"by": pl.DataFrame({"id": ["h0"], "town": [[1]]})}, "by: town holds several values"),
        ({"by": pl.DataFrame({"id": ["h0"], "town": [{"a": 1}]})}, "by: town holds several values"),
        (
            {"by": pl.DataFrame({"id": ["h0"], "t": pl.Series([object()], dtype=pl.Object)})},
            "by: t holds several values",
        ),
        ({"by": pl.DataFrame({"id": [[1]], "town": [1]})}, "by: id holds several values"),
        ({"by": pl.DataFrame({"id": [b"h"], "town": [1]})}, "by: id holds several values, or none that can be told"),
        ({"outcomes": ["dibo"]}, "there is no programme 'dibo'.*Did you mean dibao?"),
        ({"outcomes": "dibao"}, r"outcomes: found a text; expected a list"),
        ({"outcomes": ["dibao", "tekun", "dibao"]}, r"outcomes: dibao stands twice\. Name it once"),
        ({"after": "cn/nowhere"}, "nowhere"),
        ({"before": "cn/national"}, "'cn/national' is a str; expected a pack"),
    ],
)
def test_what_cannot_be_compared(
    pack: aidrules.Pack, higher: aidrules.Pack, families: pl.DataFrame, given: dict[str, Any], said: str
) -> None:
    asked: dict[str, Any] = {"before": pack, "after": higher, "outcomes": ["dibao"], **given}
    with pytest.raises(aidrules.AidrulesError, match=said):
        compare(families, on=ON, **asked)


def test_a_column_that_would_number_the_rows_is_refused(
    pack: aidrules.Pack, higher: aidrules.Pack, families: pl.DataFrame
) -> None:
    with pytest.raises(aidrules.FactsError, match=r"row: the frame has a column of this name\. Drop or rename it"):
        compare(families.with_columns(row=pl.lit(1)), pack, higher, on=ON, outcomes=["dibao"])


@pytest.mark.parametrize("name", ["town", "group", "before", "dibao.status"])
def test_a_column_that_is_no_fact_says_groups_as_a_table_does(
    pack: aidrules.Pack, higher: aidrules.Pack, families: pl.DataFrame, name: str
) -> None:
    towns = [f"town{place % 2}" for place in range(families.height)]
    wrong = pl.when(pl.col("id") == "h1").then(pl.lit("nowhere")).otherwise("residence").alias("residence")
    given = families.with_columns(wrong, pl.Series(name, towns))
    asked: dict[str, Any] = {"on": ON, "outcomes": ["dibao"]}
    found = compare(given, pack, higher, by=name, **asked)
    other = compare(given.drop(name), pack, higher, by=pl.DataFrame({"id": families["id"], "town": towns}), **asked)
    for frame in ("households", "winners", "cost", "statuses", "phase_outs", "faults"):
        assert getattr(found, frame).equals(getattr(other, frame)), frame
    assert set(found.households["group"]) == {"town0", "town1"}
    assert found.bad[name].to_list() == ["town1"]
    assert found.after.explain(2).outcomes["dibao"].status == found.after.frame.row(1, named=True)["dibao.status"]
    with pytest.raises(aidrules.FactsError, match="no fact has this name"):
        compare(given, pack, higher, by="residence", **asked)


def test_who_is_in_a_group_that_is_no_number_is_in_none(
    pack: aidrules.Pack, higher: aidrules.Pack, families: pl.DataFrame
) -> None:
    town = pl.DataFrame({"id": families["id"][:2], "row": [float("nan"), 1.5]})
    found = compare(families, pack, higher, on=ON, outcomes=["dibao"], by=town)
    told = dict(found.households.select("id", "group").iter_rows())
    assert [told.get(name) for name in town["id"]] == [None, 1.5]
    poor = found.poverty(income="counted_income", persons="persons_counted", line="dibao_standard")
    assert set(poor.groups["group"]) == {None, 1.5}


YEARLY = """
parameters:
  award: {unit: CNY/household/year, values: [{is: 600}]}
  monthly: {unit: CNY/household/month, values: [{is: 10}]}
programmes:
  awards:
    rules:
      sum: {kind: amount, amount: award, payment: {every: year}}
  allowance:
    rules:
      sum: {kind: amount, amount: monthly, payment: {every: month}}
"""


def test_what_is_paid_by_the_year_is_compared_and_never_added_to_what_is_paid_a_month(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, YEARLY)
    family = pack.Household.model_validate({"members": [{"id": "a", "incomes": [{"kind": "wages", "amount": 1}]}]})
    more = pack.with_parameters({"award": 1200})
    found = compare(from_households([family], pack), pack, more, on=DAY)
    (told,) = found.households.iter_rows(named=True)
    assert (told["before_low"], told["after_low"], told["result"]) == (1000, 1000, "same")
    assert (told["yearly_before_low"], told["yearly_after_low"], told["yearly_change"]) == (60000, 120000, 60000)
    assert told["yearly_result"] == "gains"
    assert [name for name in told if name.startswith(("one_off", "termly"))] == []
    assert found.winners.select("pays", "result").rows() == [("monthly", "same"), ("yearly", "gains")]
    costs = found.cost.select("programme", "pays", "before_low", "after_low", "paid_after").rows()
    assert costs == [("awards", "yearly", 60000, 120000, 1), ("allowance", "monthly", 1000, 1000, 1)]
    line = aidrules.sweep(family, "members[0].incomes[0].amount", 1, 2, 1, pack, on=DAY)
    assert [name for name in line.frame.columns if "." in name] == [
        "awards.status",
        "awards.yearly",
        "allowance.status",
        "allowance.monthly",
    ]
    assert [(str(row["awards.yearly"]), str(row["monthly"])) for row in line.rows] == [("600.00", "10.00")] * 2
