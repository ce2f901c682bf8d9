"""Budget lines: what a household gets along one input, and the cliffs of it with their clauses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import aidrules
from aidrules.errors import DecisionError, FactsError
from aidrules.frames import from_households
from aidrules.reforms import BudgetLine, sweep
from borough import ON as DAY
from borough import pack_of

EXAMPLES = Path(__file__).parents[2] / "examples"
ON = date(2025, 6, 1)
WAGE = "members[0].incomes[0].amount"


@pytest.fixture(scope="module")
def pack() -> aidrules.Pack:
    overlays: list[str | Path] = ["cn/guizhou/zunyi/overlays/2025", EXAMPLES / "office.yaml"]
    return aidrules.load("cn/guizhou/zunyi/bozhou", overlays=overlays)


@pytest.fixture(scope="module")
def family(pack: aidrules.Pack) -> aidrules.Household:
    return pack.Household.model_validate_json((EXAMPLES / "household.json").read_bytes())


def clauses(line: BudgetLine) -> list[dict[str, set[str]]]:
    return [{rule.rule: {each.clause for each in rule.clauses} for rule in cliff.rules} for cliff in line.cliffs]


def test_a_family_of_three_in_bozhou(pack: aidrules.Pack, family: aidrules.Household) -> None:
    # 二(一)1: paid below the standard, 832 a person since April 2025, so 3 * 832 = 2,496 for three, what is left of the
    # wage after 700 verified for the illness and 200 for getting to work. Full up to a wage of 900, and nothing from
    # 2,496 + 900 = 3,396. 二(一)1(1): 20 % of 832 for the mother and 15 % for the daughter,
    # 291.20, go with the last fen.
    line = sweep(family, WAGE, 0, 4000, 500, pack, on=ON, outcomes=["dibao"])
    paid = [2787.20, 2787.20, 2687.20, 2187.20, 1687.20, 1187.20, 687.20, 0, 0]
    assert line.frame["value"].to_list() == list(range(0, 4001, 500))
    assert line.frame["dibao.monthly"].to_list() == [Decimal(f"{each:.2f}") for each in paid]
    assert line.frame["dibao.status"].to_list() == ["eligible"] * 7 + ["ineligible"] * 2
    assert line.frame["after_aid"].to_list()[:3] == [Decimal("2787.20"), Decimal("3287.20"), Decimal("3687.20")]
    # From 500 to 1,000 aid falls with the last 100 alone; from 3,000 to 3,500 all 687.20 go.
    assert line.frame["marginal_rate"].to_list() == [None, "0", "1/5", "1", "1", "1", "1", "859/625", "0"]
    (cliff,) = line.cliffs
    assert (cliff.below, cliff.above) == (Decimal("3395.99"), Decimal("3396.00"))
    assert (cliff.before, cliff.after, cliff.change) == (Decimal("291.21"), Decimal("0.00"), Decimal("-291.21"))
    assert cliff.statuses == {"dibao": ("eligible", "ineligible")}
    (found,) = clauses(line)
    assert {"dibao.means_test", "dibao.top_up", "dibao.supplement"} <= found.keys()
    assert found["dibao.means_test"] == {"二(一)1-a", "第九条"} and "二(一)1(1)-a" in found["dibao.supplement"]
    states = {rule.rule: (rule.before, rule.after) for rule in cliff.rules}
    assert states["dibao.means_test"] == ("applied", "not_applied")


def test_a_cliff_does_not_hang_on_the_step(pack: aidrules.Pack, family: aidrules.Household) -> None:
    lines = [sweep(family, WAGE, 3000, 4000, step, pack, on=ON, outcomes=["dibao"]) for step in (1000, 33, "99.99")]
    assert {(cliff.below, cliff.above) for line in lines for cliff in line.cliffs} == {
        (Decimal("3395.99"), Decimal("3396.00"))
    }
    assert [len(line.cliffs) for line in lines] == [1, 1, 1]


def test_two_cliffs_a_fen_apart_are_both_found(pack: aidrules.Pack, family: aidrules.Household) -> None:
    # Individual inclusion: "not above" 1.5 times the standard; marginal households: "below" it.
    # 1.5 * 2,496 + 900 = 4,644.
    line = sweep(family, WAGE, 4000, 5000, 1000, pack, on=ON, outcomes=["dibao_individual", "marginal"])
    assert [(cliff.below, cliff.above, "marginal" in cliff.statuses) for cliff in line.cliffs] == [
        (Decimal("4643.99"), Decimal("4644.00"), True),
        (Decimal("4644.00"), Decimal("4644.01"), False),
    ]
    assert "dibao_individual[mother]" in line.cliffs[1].statuses


IN_PAYMENT = {
    "benefits": [{"programme": "dibao", "since": "2024-01-01", "last_amount": 900, "top_up": 600, "supplement": 300}],
    "phase_out_class": "second",
}


@pytest.mark.parametrize(
    ("name", "added", "cliffs"),
    [
        # 3 * 832 = 2,496 for three, and 900 that do not count: below 3,396 dibao, below 1.5 * 2,496 + 900 marginal.
        ("household", {}, [("3395.99", "3396.00", "-291.21"), ("4643.99", "4644.00", "0.00")]),
        # Who is on dibao stays at the line itself, and is then paid on what was paid: 900 instead of 291.20.
        ("household", IN_PAYMENT, [("3396.00", "3396.01", "608.80"), ("4643.99", "4644.00", "0.00")]),
        # 2 * 832 = 1,664 for two, and 300 that do not count; no supplement: the last fen of the difference goes.
        ("refused", {}, [("1963.99", "1964.00", "-0.01"), ("2795.99", "2796.00", "0.00")]),
    ],
)
def test_the_cliffs_of_three_households_and_no_others(
    pack: aidrules.Pack, name: str, added: dict[str, Any], cliffs: list[tuple[str, str, str]]
) -> None:
    facts = {**json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8")), **added}
    household = pack.Household.model_validate_json(json.dumps(facts))
    programmes = ["dibao", "marginal"]
    line = sweep(household, WAGE, 0, 5000, 1000, pack, on=ON, outcomes=programmes)
    assert [(str(cliff.below), str(cliff.above), str(cliff.change)) for cliff in line.cliffs] == cliffs
    # Every 20 yuan: what another engine says turns or falls between two of them, and where there is a cliff.
    wages = range(0, 5001, 20)
    given = []
    for wage in wages:
        facts["members"][0]["incomes"][0]["amount"] = wage
        given.append(pack.Household.model_validate_json(json.dumps(facts)))
    found = aidrules.simulate(from_households(given, pack), pack, on=ON, outcomes=programmes).frame
    rows = list(zip(wages, found["dibao.status"], found["marginal.status"], found["dibao.monthly"], strict=True))
    turning = [
        (one[0], other[0])
        for one, other in pairwise(rows)
        if one[1:3] != other[1:3] or one[3] - other[3] > 100 * (other[0] - one[0])
    ]
    assert len(turning) == len(cliffs)
    for (low, high), cliff in zip(turning, line.cliffs, strict=True):
        assert low <= cliff.below < cliff.above <= high


def test_every_row_is_what_decide_says(pack: aidrules.Pack, family: aidrules.Household) -> None:
    line = sweep(family, WAGE, "2600.00 CNY", 5000, 1200, pack, on=ON)
    for row in line.frame.iter_rows(named=True):
        facts = family.model_dump()
        facts["members"][0]["incomes"] = [{**facts["members"][0]["incomes"][0], "amount": row["value"]}]
        decision = aidrules.decide(pack.Household.model_validate(facts), pack, on=ON, chain="exact")
        for name, outcome in decision.outcomes.items():
            assert row[f"{name}.status"] == outcome.status
            assert row.get(f"{name}.monthly", outcome.monthly) == outcome.monthly
            assert row.get(f"{name}.one_off", outcome.one_off) == outcome.one_off
    assert line.frame["monthly"].to_list()[1:] == [None, Decimal("0.00")]  # individual inclusion is open at 3,800
    assert line.frame["after_aid"].to_list()[1] is None


def test_income_can_be_a_value_of_the_pack(pack: aidrules.Pack, family: aidrules.Household) -> None:
    facts = family.model_dump()
    facts["members"][1]["incomes"] = [{"kind": "other", "amount": 1200, "months": 12}]
    household = pack.Household.model_validate(facts)
    line = sweep(household, WAGE, 0, 200, 100, pack, on=ON, outcomes=["dibao"], income="gross_income")
    assert line.frame["income"].to_list() == [100, 200, 300]
    other = "members[1].incomes[0].amount"
    line = sweep(household, other, 2400, 2424, 24, pack, on=ON, outcomes=["dibao"], income="gross_income")
    assert line.frame["income"].to_list() == [2800, 2802]
    assert line.frame["marginal_rate"].to_list() == [None, "1"]
    with pytest.raises(DecisionError, match=r"income: gross_income: it comes to 33601/12 .* is 2401.00; .* step"):
        sweep(household, other, 2400, 2401, 1, pack, on=ON, outcomes=["dibao"], income="gross_income")
    with pytest.raises(
        DecisionError, match=r"'gross_incme' is no value of the pack.*CNY/month.*Did you mean gross_income?"
    ):
        sweep(household, WAGE, 0, 1, 1, pack, on=ON, income="gross_incme")


def test_a_reform_is_swept_like_the_rules(pack: aidrules.Pack, family: aidrules.Household) -> None:
    # With a standard of 900: 3 * 900 + 900.
    given: dict[str, Any] = {"parameters": {"dibao_standard[urban]": 900}, "outcomes": ["dibao"]}
    (cliff,) = sweep(family, WAGE, 3000, 4000, 500, pack, on=ON, **given).cliffs
    assert (cliff.above, cliff.change) == (Decimal("3600.00"), Decimal("-315.01"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"input": "members[0].incomes[0].amonut"},
            r"nothing is called 'members\[0\].incomes\[0\].amonut'. Did you mean amount?",
        ),
        ({"input": "member[0].birth_date"}, r"nothing is called 'member'. Did you mean members?"),
        (
            {"input": "members[3].incomes[0].amount"},
            r"there is no members\[3\]: it has 3, counted from 0. Add the item",
        ),
        ({"input": "members[1].incomes[0].amount"}, r"there is no members\[1\].incomes\[0\]: it has 0"),
        ({"input": "members.incomes.amount"}, r"names a list; expected one item of it, such as members\[0\]"),
        ({"input": "members[0]"}, r"names a list"),
        ({"input": "members[0].birth_date"}, r"is of type date; expected an amount or a number"),
        ({"input": 3}, r"input: found a int; expected a path such as members\[0\]"),
        ({"start": 0.5}, r"start: members.*: 0.5 is a float; expected a whole number, a Decimal or text"),
        ({"start": True}, r"start: .*True is a bool"),
        ({"start": "0.001"}, r"start: .*found 0.001; expected at most 2 decimals"),
        ({"start": -1}, r"start: .*found -1; expected from 0 to 100000000"),
        ({"stop": 100_000_001}, r"stop: .*expected from 0 to 100000000"),
        ({"stop": "5 CNY/year"}, r"stop: .*found 5 CNY/year; expected a number in CNY"),
        ({"stop": "many"}, r"stop: .*'many' is not a number"),
        ({"stop": Decimal("NaN")}, r"stop: .*found NaN"),
        ({"start": 9, "stop": 8}, r"stop: 8.00 is below start, 9.00"),
        ({"step": 0}, r"step: found '0'; expected more than 0"),
        ({"step": -5}, r"step: found '-5'; expected more than 0"),
        ({"step": "0.01"}, r"step: 40,000 steps; expected at most 10,000. Take a step of 0.04 or more"),
        ({"outcomes": ["dibo"]}, r"there is no programme 'dibo'.*Did you mean dibao?"),
        ({"parameters": {"dibao_standrd": 1}}, r"dibao_standard"),
    ],
)
def test_what_cannot_be_swept(
    pack: aidrules.Pack, family: aidrules.Household, given: dict[str, Any], said: str
) -> None:
    asked: dict[str, Any] = {"input": WAGE, "start": 0, "stop": 400, "step": 100, "outcomes": ["dibao"], **given}
    with pytest.raises(aidrules.AidrulesError, match=said):
        sweep(family, pack=pack, on=ON, **asked)


def test_a_value_that_does_not_go_with_the_household_is_told(pack: aidrules.Pack, family: aidrules.Household) -> None:
    facts = family.model_dump()
    facts["members"][1]["disability"] = {"kind": "physical", "grade": 2}
    household = pack.Household.model_validate(facts)
    with pytest.raises(FactsError, match="disability"):
        sweep(household, "members[1].disability.grade", 0, 4, 1, pack, on=ON, outcomes=["dibao"])


def test_a_line_needs_no_polars_until_it_is_a_frame() -> None:
    code = """
import json, sys
from datetime import date
from pathlib import Path
for name in ("polars", "pyarrow", "numpy"):
    sys.modules[name] = None
import aidrules
pack = aidrules.load("cn/guizhou/zunyi/bozhou", overlays=["cn/guizhou/zunyi/overlays/2025", "office.yaml"])
family = pack.Household.model_validate_json(Path("household.json").read_bytes())
wage = "members[0].incomes[0].amount"
line = aidrules.sweep(family, wage, 3000, 4000, 1000, pack, on=date(2025, 6, 1), outcomes=["dibao"])
print([str(row["dibao.monthly"]) for row in line.rows], [str(cliff.above) for cliff in line.cliffs])
line.frame
"""
    environment = {**os.environ, "PYTHONPATH": str(EXAMPLES.parent / "src")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=EXAMPLES, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.stdout == "['687.20', '0.00'] ['3396.00']\n", done.stderr
    assert "polars is not installed. Tables need it: pip install 'aidrules[columns]'" in done.stderr


FACTS = """
inputs:
  household: {rent: {unit: CNY/month}, rooms: {type: number}}
parameters:
  yuan: {unit: CNY/household/month, values: [{is: 1}]}
"""


def borough(folder: Path, amount: str) -> aidrules.Pack:
    rules = f"relief: {{kind: amount, amount: {amount}, round: {{to: 0.01, mode: half_up}}}}"
    return pack_of(folder, f"{FACTS}\nprogrammes:\n  relief:\n    rules:\n      {rules}\n")


def swept(pack: aidrules.Pack, name: str, grid: tuple[int, int, int], **household: Any) -> BudgetLine:
    given = pack.Household.model_validate({"members": [{"id": "a"}], **household})
    return sweep(given, name, *grid, pack, on=DAY)


def changes(line: BudgetLine) -> list[tuple[Decimal, Decimal | None]]:
    return [(cliff.above, cliff.change) for cliff in line.cliffs]


def test_a_step_in_a_table_is_a_cliff_although_no_condition_turns(tmp_path: Path) -> None:
    pack = borough(
        tmp_path, "(300 if household.rent < 450 * yuan else 200 if household.rent < 470 * yuan else 50) * yuan"
    )
    line = swept(pack, "rent", (0, 1000, 100), rent=0)
    assert changes(line) == [(Decimal(450), Decimal(-100)), (Decimal(470), Decimal(-150))]
    assert [cliff.rules for cliff in line.cliffs] == [(), ()]


def test_a_slope_is_no_cliff_however_steep(tmp_path: Path) -> None:
    line = swept(borough(tmp_path, '"max(0, 1000 * yuan - 2 * household.rent)"'), "rent", (0, 600, 100), rent=0)
    assert line.frame["marginal_rate"].to_list() == [None, "2", "2", "2", "2", "2", "0"]
    assert changes(line) == []


def test_a_number_that_is_no_money_has_no_rate(tmp_path: Path) -> None:
    pack = borough(tmp_path, "(300 if household.rooms < 3 else 100 if household.rooms < 5 else 400) * yuan")
    line = swept(pack, "rooms", (0, 6, 1), rooms=1)
    assert line.frame["income"].null_count() == line.frame["marginal_rate"].null_count() == line.frame.height
    assert line.frame.schema["value"] == pl.Decimal(38, 0)
    assert changes(line) == [(Decimal(3), Decimal(-200))]


def test_the_rate_is_exact(tmp_path: Path) -> None:
    line = swept(borough(tmp_path, '"max(0, 1000 * yuan - household.rent / 3)"'), "rent", (0, 3000, 1500), rent=0)
    assert [Fraction(rate) for rate in line.frame["marginal_rate"][1:]] == [Fraction(1, 3)] * 2
