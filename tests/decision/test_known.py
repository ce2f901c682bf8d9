"""Decisions as they could be made on an earlier day, and the arrears that come of a value announced late.

By hand: a household of two with 700 a month has 350 a person. With the line at 600 the gap is (600 - 350) * 2 = 500;
with the line raised to 650 from 1 April, announced on 1 June, it is (650 - 350) * 2 = 600. Each month from April is in
arrears by 100.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from aidrules.decision import Decision, decide, verify
from aidrules.engine import Bounds
from aidrules.errors import DecisionError, RecordError
from aidrules.language.pack import Pack
from borough import pack_of

RAISED = """
inputs: {household: {monthly: {unit: CNY/month, zh: 月收入, en: monthly income}}}
parameters:
  line:
    unit: CNY/person/month
    zh: 标准
    en: the line
    cite: art 1
    values:
      - {from: 2024-04-01, is: 600}
      - {from: 2025-04-01, announced: 2025-06-01, is: 650}
      - {from: 2026-04-01, announced: 2026-03-01, is: 700}
  area_line:
    unit: CNY/person/month
    keys: [urban, rural]
    zh: 各地标准
    en: the line by area
    cite: art 1
    values:
      - {from: 2024-04-01, until: 2025-03-31, is: {urban: 600, rural: 500}}
      - {from: 2025-04-01, announced: 2025-06-01, is: {urban: 650, rural: 550}}
definitions:
  income: {unit: CNY/person/month, value: household.monthly / count(members), zh: 人均收入, en: income}
  line_in_april: {unit: CNY/person/month, value: "at(line, date(2025, 4, 1))", zh: 四月标准, en: the line in April}
  urban_line: {unit: CNY/person/month, value: "area_line[urban]", zh: 城市标准, en: the urban line}
  rural_line: {unit: CNY/person/month, value: "area_line[rural]", zh: 农村标准, en: the rural line}
programmes:
  relief:
    zh: 救济
    en: relief
    payment: {starts: this_month}
    rules:
      need: {kind: eligibility, when: income < line, zh: 低于标准, en: the income is below the line, cite: art 2}
      gap:
        {kind: top_up, up_to: line, income: income, round: {to: 0.01, mode: half_up}, zh: 差额, en: gap, cite: art 3}
"""
MAY = date(2025, 5, 1)
HOUSEHOLD: Mapping[str, Any] = {"monthly": 700, "members": [{"id": "a"}, {"id": "b"}]}


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return pack_of(tmp_path_factory.mktemp("known"), RAISED)


def decided(pack: Pack, known: date | None, on: date = MAY, **given: Any) -> Decision:
    return decide(pack.Household.model_validate(HOUSEHOLD), pack, on=on, known=known, **given)


@pytest.mark.parametrize(
    ("on", "known", "monthly"),
    [
        (MAY, None, 600),
        (MAY, MAY, 500),
        (MAY, date(2025, 5, 31), 500),
        (MAY, date(2025, 6, 1), 600),
        (date(2025, 4, 1), MAY, 500),
        (date(2025, 3, 31), MAY, 500),
        (date(2025, 3, 31), None, 500),
        # Announced before it is in force: nothing changes before that day, and nothing is in arrears from it on.
        (date(2026, 3, 31), date(2026, 3, 31), 600),
        (date(2026, 4, 1), date(2026, 4, 1), 700),
        (date(2026, 4, 1), date(2026, 2, 28), 600),
        (date(2026, 4, 1), MAY, 500),
        # Every value here that says no day was always known.
        (MAY, date(2020, 1, 1), 500),
    ],
)
def test_values_announced_later_are_not_yet_known(pack: Pack, on: date, known: date | None, monthly: int) -> None:
    assert decided(pack, known, on).outcomes["relief"].monthly == monthly


def test_the_arrears_are_the_difference_of_two_decisions(pack: Pack) -> None:
    paid, due = (decided(pack, known).outcomes["relief"].monthly for known in (MAY, None))
    assert (paid, due) == (Decimal(500), Decimal(600))
    assert due - paid == 100


def test_the_value_on_another_date_is_as_known_too(pack: Pack) -> None:
    assert [decided(pack, known).value("line_in_april") for known in (None, MAY)] == [650, 600]


def test_a_value_with_an_end_of_its_own_does_not_go_on(pack: Pack) -> None:
    assert decided(pack, MAY, date(2025, 3, 31)).value("urban_line") == 600
    assert isinstance(decided(pack, MAY).value("urban_line"), Bounds)


def test_what_is_given_by_argument_is_known(pack: Pack) -> None:
    given = {"line": 680, "area_line[urban]": 620}
    decision = decided(pack, MAY, parameters=given)
    assert decision.outcomes["relief"].monthly == (680 - 350) * 2
    assert decision.value("urban_line") == 620
    assert isinstance(decision.value("rural_line"), Bounds)


def test_the_trace_shows_the_value_as_it_was_in_force(pack: Pack) -> None:
    for known, start, announced in ((MAY, date(2024, 4, 1), None), (None, date(2025, 4, 1), date(2025, 6, 1))):
        line = next(use for use in decided(pack, known).trace.parameters if use.name == "line")
        assert (line.in_force.start, line.announced) == (start, announced)


def test_the_letter_says_so_only_where_it_was_asked_for(pack: Pack) -> None:
    asked, usual = decided(pack, MAY), decided(pack, None)
    assert "with the figures announced by 1 May 2025: borough" in asked.explain("en")
    assert "只采用截至2025年5月1日已公布的数值" in asked.explain("zh")
    assert "announced" not in usual.explain("en")
    assert "公布" not in usual.explain("zh")


def test_the_document_and_its_schema_have_it(pack: Pack) -> None:
    assert decided(pack, MAY).to_dict()["known"] == "2025-05-01"
    assert decided(pack, None).to_dict()["known"] is None
    assert Decision.schema()["properties"]["known"] == {
        "anyOf": [{"type": "string", "format": "date"}, {"type": "null"}],
        "title": "Known",
    }


def test_a_record_is_verified_as_known_then(tmp_path: Path) -> None:
    pack, root = pack_of(tmp_path, RAISED), tmp_path / "rules"
    for known in (MAY, None):
        record = decided(pack, known).record()
        assert json.loads(record)["known"] == (known and known.isoformat())
        assert verify(record, path=root).state == "verified"
    altered = json.loads(decided(pack, MAY).record()) | {"known": None}
    assert verify(json.dumps(altered), path=root).state != "verified"
    with pytest.raises(RecordError, match="a text or null"):
        verify(json.dumps(altered | {"known": 20250501}), path=root)


def test_equal_law_is_compiled_once(pack: Pack) -> None:
    assert pack.on(MAY, date(2025, 5, 2)) is pack.on(MAY, MAY)
    assert pack.on(MAY, date(2026, 3, 1)) is pack.on(MAY)
    assert pack.on(MAY, MAY) is not pack.on(MAY)
    assert pack.at(MAY, MAY).on(MAY) is pack.on(MAY)
    assert pack.at(MAY, MAY) != pack.at(MAY)


@pytest.mark.parametrize("known", ["2025-05-01", datetime(2025, 5, 1), 2025, date(1066, 1, 1)])
def test_known_is_a_date(pack: Pack, known: Any) -> None:
    with pytest.raises(DecisionError, match="known"):
        decided(pack, known)
