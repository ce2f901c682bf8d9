"""The examples: each household is decided as its name says, and the case system runs from end to end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

import aidrules

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
ON = date(2025, 6, 1)


@pytest.fixture(scope="module")
def pack() -> aidrules.Pack:
    overlays = ["cn/guizhou/zunyi/overlays/2025", EXAMPLES / "office.yaml"]
    return aidrules.load("cn/guizhou/zunyi/bozhou", overlays=overlays)


def decided(name: str, pack: aidrules.Pack) -> aidrules.Decision:
    household = pack.Household.model_validate_json((EXAMPLES / name).read_bytes())
    return aidrules.decide(household, pack, on=ON)


def test_the_family_is_paid_top_up_and_supplements(pack: aidrules.Pack) -> None:
    # Counted: 2,600 less 700 verified of 900 for the illness less 200 for getting to work is 1,700.
    # Top-up: 3 * 832 - 1,700 = 796. Supplements: 20% of 832 for the mother, 15% for the daughter at school.
    decision = decided("household.json", pack)
    assert decision.outcomes["dibao"].status == "eligible"
    assert {(line.rule, line.member): line.amount for line in decision.payments} == {
        ("dibao.top_up", None): Decimal("796.00"),
        ("dibao.supplement", "mother"): Decimal("166.40"),
        ("dibao.supplement", "daughter"): Decimal("124.80"),
    }
    assert decision.outcomes["dibao"].monthly == Decimal("1087.20")
    assert {"education_aid.compulsory", "medical_aid.aid"} <= {item.rule for item in decision.entitlements}
    assert not decision.is_open
    # Its file does not say whether the time for the confirmation is extended; nothing else is missing.
    waiting = ("dibao.confirm_where_delegated",)
    assert {entry.input: entry.bears_on for entry in decision.missing} == {
        "case.lives_apart_from_register": waiting,
        "case.hard_to_investigate": waiting,
    }


def test_one_family_in_five_places(pack: aidrules.Pack) -> None:
    """The family above. By hand, from the figures of each place in June 2025:

    Nanjing: 3 * 985 - 2,600 is 355, less than a fifth of the standards: 591. The mother has 130% of the standard in
    place of her share: 1,280.50 - 197. The daughter at school: 98.50. Tengchong: 2,600 / 3 a person is above its
    standard; both as if their figures had not changed since they were published. Shanghai: of 2,600 nothing is left
    out, being below the minimum wage; less 3,000 / 12 of spending: 4,785 - 2,350. Beijing: of 2,600 is left out 60% of
    1,450, in the third year of work: 4,350 - 1,730.
    """
    places = [
        aidrules.load(f"cn/local/{name}", overlays=[EXAMPLES / f"{name}.yaml"]) for name in ("nanjing", "tengchong")
    ]
    places += [
        aidrules.load("cn/local/shanghai").with_parameters({"minimum_wage": 2690}),
        aidrules.load("cn/local/beijing"),
    ]
    found = aidrules.across((EXAMPLES / "five_places.json").read_text(encoding="utf-8"), [pack, *places], on=ON)
    outcomes = [each.decision.outcomes["dibao"] for each in found]
    amounts = ["1087.20", "1773.00", "0.00", "2435.00", "2620.00"]
    assert [outcome.monthly for outcome in outcomes] == [Decimal(amount) for amount in amounts]
    assert [outcome.status for outcome in outcomes] == ["eligible", "eligible", "ineligible", "eligible", "eligible"]


def test_the_couple_above_the_standard_is_refused(pack: aidrules.Pack) -> None:
    # (3,300 less 300 verified of 400) / 2 = 1,500 a person, above 832 and above 150% of it.
    decision = decided("refused.json", pack)
    assert decision.outcomes["dibao"].status == "ineligible"
    assert decision.outcomes["dibao"].reasons == ("dibao.means_test",)
    assert decision.value("income_per_person") == 1500
    assert not decision.payments and not decision.is_open


def test_the_family_whose_file_has_gaps_is_left_open(pack: aidrules.Pack) -> None:
    decision = decided("undetermined.json", pack)
    dibao = decision.outcomes["dibao"]
    assert (dibao.status, dibao.monthly) == ("undetermined", None)
    assert dibao.monthly_bounds is not None
    assert (dibao.monthly_bounds.low, dibao.monthly_bounds.high) == (Decimal("0.00"), Decimal("1087.20"))
    assert {"members[1].incomes", "findings.property_within_dibao_rules"} <= {item.input for item in decision.missing}


def test_undetermined_differs_from_the_family_by_its_gaps_alone() -> None:
    whole = json.loads((EXAMPLES / "household.json").read_text(encoding="utf-8"))
    gaps = json.loads((EXAMPLES / "undetermined.json").read_text(encoding="utf-8"))
    del whole["findings"], whole["members"][1]["incomes"], whole["members"][1]["illness"]["serious"]
    assert {**whole, "id": gaps["id"]} == gaps


def case_system(household: Path | str, out: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "agency_integration.py", str(household), "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, cwd=EXAMPLES, env=environment, capture_output=True, encoding="utf-8", check=False)


def printed_by(name: str, *args: str) -> str:
    """What an example prints, run in a folder of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, str(EXAMPLES / name), *args]
    done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize(("name", "code"), [("household", 0), ("refused", 0), ("undetermined", 3)])
def test_the_case_system_decides_writes_and_verifies(name: str, code: int, tmp_path: Path) -> None:
    done = case_system(f"{name}.json", tmp_path)
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.endswith("record: verified\n")
    assert {file.name for file in tmp_path.iterdir()} == {"letter.zh.txt", "letter.en.txt", "record.json"}


def test_the_case_system_pays_nothing_that_is_open(tmp_path: Path) -> None:
    lines = case_system("undetermined.json", tmp_path).stdout.splitlines()
    assert any(line.startswith("not to be paid yet, to member for mother: between 0.00 and ") for line in lines)
    assert not any(line.startswith("pay ") and ("between" in line or "not settled" in line) for line in lines)


def test_the_case_system_tells_the_clerk_what_is_wrong(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"members": [{"id": "a", "incomes": [{"kind": "wages", "amount": 12.345}]}]}')
    done = case_system(wrong, tmp_path / "case")
    assert done.returncode == 2
    assert done.stderr.startswith("members[0].incomes[0].amount: the float 12.345 has more than 2 decimals")


def test_the_budget_line_ends_in_a_cliff() -> None:
    # As in tests/reforms: 3 * 832 + 900 = 3,396; 3 * 832 + 291.20 = 2,787.20 without income.
    printed = printed_by("budget_line.py")
    assert "\n     0.00   2787.20   2787.20  \n" in printed
    assert "From 3395.99 to 3396.00 yuan, aid changes by -291.21 a month:" in printed
    assert "dibao.means_test (二(一)1-a, 第九条): applied -> not_applied" in printed


def test_a_population_is_decided_and_one_of_its_households_explained() -> None:
    printed = printed_by("simulate_population.py", "--rows", "200")
    assert re.match(r"200 households in \d+\.\d s, 0 of them refused\n", printed)
    outcomes = {status: int(count) for status, count in re.findall(r"│ (\w+) +┆ (\d+) +┆ [\d.]+", printed)}
    assert sum(outcomes.values()) == 200
    assert outcomes["eligible"] > 10
    assert outcomes["ineligible"] > 100
    assert re.search(r"│ dibao.means_test +┆ \d+", printed)
    assert "Subsistence allowance (dibao): eligible, " in printed


def test_a_population_in_files_is_decided_as_it_is_in_memory(tmp_path: Path) -> None:
    printed = printed_by("population_in_files.py", "--rows", "200", "--folder", str(tmp_path))
    assert printed.startswith(f"200 of 200 households were decided: {tmp_path / 'decided.parquet'}\n")
    in_memory = printed_by("simulate_population.py", "--rows", "200")
    table = printed[printed.index("Outcomes") :]
    assert table.count("\n│") == 4 and table.rstrip() in in_memory
    assert {file.name for file in tmp_path.iterdir()} == {"population.parquet", "decided.parquet"}


def test_nobody_loses_by_a_higher_standard() -> None:
    sections: list[list[list[str]]] = []
    *lines, last = (line.split() for line in printed_by("reform.py", "--rows", "300").splitlines())
    for line in lines:
        if line[0] == "residence":
            sections.append([])
        else:
            sections[-1].append(line)
    winners, cost, statuses, poverty = sections
    assert sum(int(line[2]) for line in winners) == 300
    assert {line[1] for line in winners} <= {"gains", "same", "open"} and "gains" in {line[1] for line in winners}
    costs = [line[2:] for line in cost]
    assert len(costs) == 2 and all(int(cost[0]) < int(cost[3]) and int(cost[2]) < int(cost[5]) for cost in costs)
    assert statuses and all(line[1:4] == ["ineligible", "->", "eligible"] for line in statuses)
    gaps = {(line[0], line[1]): int(line[4]) for line in poverty}
    assert all(gaps[kind, "none"] > gaps[kind, "before"] > gaps[kind, "after"] == 0 for kind in ("urban", "rural"))
    assert last[0] == "0"


def test_every_example_is_tested() -> None:
    tested = {"five_places.json"}
    tested |= {
        "household.json",
        "refused.json",
        "undetermined.json",
        "office.yaml",
        "nanjing.yaml",
        "tengchong.yaml",
        "agency_integration.py",
    }
    tested |= {"budget_line.py", "reform.py", "simulate_population.py", "population_in_files.py"}
    tested |= {"population.py"}  # by tests/frames/test_population.py
    tested |= {"spark_population.py"}  # by tests/spark/test_spark_example.py
    assert {file.name for file in EXAMPLES.iterdir() if file.is_file()} == tested
