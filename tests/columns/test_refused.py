"""A household that `decide` refuses stands among the bad rows, with the same sentences; all others are decided."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from points import differing

from aidrules import Pack, simulate
from aidrules.errors import DecisionError
from aidrules.frames import from_households
from borough import ON, pack_of

HELP = """
inputs:
  case: {severity: {type: [mild, grave]}}
  household:
    rooms: {unit: "1", min: 1, max: 4}
    pot: {unit: CNY/month, max: 10000}
    debt: {unit: CNY/month, min: -100, max: 0}
parameters:
  standard: {unit: CNY/person/month, values: [{is: 700}]}
  months_by_grade: {type: range, unit: month, by: case.severity, values: [{is: {mild: [1, 2], grave: [2, 4]}}]}
  share: {required: true, must: 10% <= value <= 50%}
findings:
  months_granted:
    about: case
    unit: month
    within: months_by_grade
    beyond: {up_to: 12 * month, needs: [reason, notice]}
    zh: 核定月数
    en: months granted
  topped:
    about: member
    unit: CNY/month
    within: [0, share * standard]
    if_absent: lower
    valid: 6 month
    zh: 增发
    en: topped
  shared:
    about: household
    unit: CNY/month
    min: -100
    max: 9000
    within: [household.debt / household.rooms, household.pot / household.rooms]
    zh: 分摊
    en: shared
definitions:
  topped: {each: member, value: finding.topped}
programmes:
  aid:
    rules:
      asked: {kind: eligibility, when: case.urgent}
      sum: {kind: amount, amount: standard * count(members) * finding.months_granted}
  pool:
    rules:
      asked: {kind: eligibility, when: case.urgent}
      sum: {kind: amount, amount: finding.shared, floor: 0, round: {to: 0.01, mode: half_up}, payment: {every: month}}
"""

RECORDS: list[dict[str, Any]] = [
    *({"months_granted": {"value": value, "by": "office"}} for value in (0, 1, 2, 3, 4, 5, 12)),
    *({"months_granted": {"value": value, "reason": "three fires", "notice": True}} for value in (1, 3, 5, 12)),
    *({"months_granted": {"value": 5, **record}} for record in ({"reason": "three fires"}, {"notice": True})),
    *({"shared": {"value": value}} for value in ("-50.01", "-50", "-49.99", "4999.99", "5000", "5000.01")),
]
TOPPED: list[dict[str, Any] | None] = [
    None,
    *({"value": value} for value in ("0", "140", "140.01", "350", "350.01")),
    *({"value": "350.01", "on": day} for day in (date(2024, 12, 14), date(2024, 12, 15), date(2025, 6, 1))),
]


def households(pack: Pack) -> list[Any]:
    """Findings at and beside their bounds, recorded in every way."""
    given: list[dict[str, Any]] = [
        {"case": {"urgent": True, "severity": severity}, "members": [{"id": "a"}, {"id": "b"}], "findings": record}
        for severity in ("mild", "grave", None)
        for record in RECORDS
    ]
    given += [
        {"case": {"urgent": True}, "members": [{"id": "a"}, {"id": "b", "findings": {"topped": record}}, *others]}
        for record in TOPPED
        for others in ([], [{"id": "c", "findings": {"topped": {"value": "350.01"}}}])
    ]
    given += [
        {"members": [{"id": "a"}], "rooms": rooms, "pot": pot, "debt": debt, "findings": {"shared": {"value": value}}}
        for rooms in (None, 1, 3, 4)
        for pot, debt in ((10000, -100), (0, None), (None, 0))
        for value in ("-100.00", "-33.33", "-33.34", "2500", "2500.01", "3333.33", "3333.34")
    ]
    made = []
    for facts in given:
        try:
            made.append(pack.Household.model_validate({"id": f"h{len(made)}", **facts}))
        except ValueError:
            continue
    return made


@pytest.mark.parametrize("share", [None, "20%"])
def test_findings_beyond_what_the_text_allows(tmp_path: Path, share: str | None) -> None:
    pack = pack_of(tmp_path, HELP, parameters={"share": share} if share else {})
    drawn = households(pack)
    given = from_households(drawn, pack)
    simulation = simulate(given, pack, on=ON)
    assert simulation.frame.height > 30
    assert simulation.bad.height > 20
    assert simulation.bad.equals(given[simulation.faults["row"].unique().sort()])
    assert differing(pack, drawn, ON) == []
    row = simulation.faults["row"][0]
    with pytest.raises(DecisionError, match="months granted: 0 month; expected at least 1 month"):
        simulation.explain(row)


def test_other_bad_rows_stand_among_them_in_the_order_of_the_frame(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, HELP)
    record = {"months_granted": {"value": 9}}
    wrong = [{"residence": "urban"}, {"case": {"severity": "mild"}, "findings": record}]
    model = pack.Household
    drawn = [model.model_validate({"id": f"h{n}", "members": [{"id": "a"}], **wrong[n % 2]}) for n in range(6)]
    given = from_households(drawn, pack).with_columns(
        pl.when(pl.col("id") == "h2").then(pl.lit("town")).otherwise("residence").alias("residence")
    )
    simulation = simulate(given, pack, on=ON)
    assert simulation.faults["row"].to_list() == simulation.bad["id"].str.slice(1).cast(int).to_list() == [1, 2, 3, 5]
    assert simulation.frame["id"].to_list() == ["h0", "h4"]
    assert "town" in simulation.faults["found"][1]
    assert "more than 2 month" in simulation.faults["found"][2]
