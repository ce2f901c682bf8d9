"""Lists in expressions: runs and distinct values where something is unknown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from aidrules.engine import Bounds
from aidrules.errors import PackError
from borough import compiled, problems_of, run

OFFERS = """
inputs:
  member:
    offers:
      list: offer
      ordered_by: made_on
      fields:
        made_on: {type: date}
        refused: {type: bool}
        suitable: {type: bool}
        job: {type: [field, mill, shop]}
"""


def offer(refused: bool | None = None, suitable: bool | None = None, job: str | None = None) -> dict[str, object]:
    return {"made_on": "2025-01-01", "refused": refused, "suitable": suitable, "job": job}


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([], 0),
        ([offer(True, True), offer(True, True), offer(False, True), offer(True, True)], 2),
        ([offer(True, True), offer(False, False), offer(True, True)], 2),  # what is outside breaks no run
        ([offer(True, True), offer(None, True), offer(True, True)], Bounds(1, 3)),
        ([offer(True, True), offer(False, None), offer(True, True)], Bounds(1, 2)),  # outside it breaks none
        ([offer(True, True), offer(True, None), offer(True, True)], Bounds(2, 3)),  # in or out, it does not break
        (None, Bounds(0, 60)),
    ],
)
def test_longest_run(tmp_path: Path, offers: object, expected: object) -> None:
    rules = compiled(
        tmp_path,
        OFFERS
        + "definitions: {refusals: {each: member, value: longest_run(o.refused for o in member.offers if o.suitable)}}",
    )
    assert run(rules, members=[{"offers": offers}]).value("refusals", 0) == expected


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([], 0),
        ([offer(job="mill", suitable=True), offer(job="mill", suitable=True), offer(job="shop", suitable=False)], 1),
        ([offer(job="mill", suitable=True), offer(job=None, suitable=True)], Bounds(1, 2)),
        ([offer(job=None, suitable=True), offer(job=None, suitable=True)], Bounds(1, 2)),
        ([offer(job="mill", suitable=None), offer(job="shop", suitable=True)], Bounds(1, 2)),
        (None, Bounds(0, 60)),
    ],
)
def test_count_distinct(tmp_path: Path, offers: object, expected: object) -> None:
    rules = compiled(
        tmp_path,
        OFFERS
        + "definitions: {jobs: {each: member, value: count_distinct(o.job for o in member.offers if o.suitable)}}",
    )
    assert run(rules, members=[{"offers": offers}]).value("jobs", 0) == expected


EDGES = """
inputs:
  member:
    offers:
      list: offer
      ordered_by: made_on
      fields:
        made_on: {type: date}
        answered: {type: date, optional: true}
        pay: {unit: CNY/month, max: 9000}
        refused: {type: bool}
        job: {type: [field, mill, shop]}
        note: {type: text}
definitions:
  each_pay: {each: member.offers, value: offer.pay * 12 * month}
  last_pay: {each: member, value: "latest(member.offers, default=0).pay"}
  last_mill_pay: {each: member, value: "latest((o for o in member.offers if o.job == mill), default=0).pay"}
  first_refused: {each: member, value: "first(member.offers, default=false).refused"}
  last_refused_or_none: {each: member, value: "latest(member.offers, default=true).refused"}
  last_job: {each: member, value: "latest(member.offers, default=shop).job"}
  last_answer: {each: member, value: latest(member.offers).answered}
  year: {each: member, value: latest(member.offers).made_on.year if latest(member.offers).made_on is not none else 0}
  last_earned: {value: "sum(latest(m.offers, default=0).pay for m in members)"}
  latest_sum: {each: member, value: "latest(member.offers, default=0).each_pay"}
"""
EDGE_NAMES = ("last_pay", "last_mill_pay", "first_refused", "last_refused_or_none", "last_job", "last_answer", "year")


def made(on: str | None, **facts: object) -> dict[str, object]:
    return {"made_on": on, **facts}


MARCH = made("2025-03-01", answered="2025-03-09", pay=300, refused=True, job="mill")
MAY = made("2025-05-01", answered="none", pay=500, refused=False, job="field")
ALSO_MAY = made("2025-05-01", answered="2025-05-02", pay=450, refused=True, job="shop")


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ([MARCH, MAY], [500, 300, True, False, "field", "none", 2025]),
        ([MAY, MARCH], [500, 300, True, False, "field", "none", 2025]),
        ([MAY, ALSO_MAY], [450, 0, False, True, "shop", date(2025, 5, 2), 2025]),  # of one day, the one listed last
        ([], [0, 0, False, True, "shop", "none", 0]),
    ],
)
def test_fields_of_the_first_and_the_latest(tmp_path: Path, offers: object, expected: list[object]) -> None:
    found = run(compiled(tmp_path, EDGES), members=[{"offers": offers}])
    assert [found.value(name, 0) for name in EDGE_NAMES] == expected


def test_sums_over_the_latest_of_each(tmp_path: Path) -> None:
    found = run(compiled(tmp_path, EDGES), members=[{"offers": [MARCH, MAY]}, {"offers": []}, {"offers": [MARCH]}])
    assert found.value("last_earned") == 800
    assert found.value("latest_sum", 0) == 6000


def test_the_latest_of_what_is_partly_unknown(tmp_path: Path) -> None:
    rules = compiled(tmp_path, EDGES)
    undated = made(None, answered="2025-06-01", pay=100, refused=False, job="field")
    found = run(rules, members=[{"offers": [MARCH, MAY, undated]}])
    assert found.value("last_pay", 0) == Bounds(0, 500)  # which is the latest is open
    assert found.value("last_refused_or_none", 0) is None
    found = run(rules, members=[{"offers": [MARCH, made("2025-06-01", job="mill")]}])
    assert found.value("last_pay", 0) == Bounds(0, 9000)
    assert found.value("last_job", 0) == "mill"
    assert found.value("last_refused_or_none", 0) is None
    assert run(rules).value("last_job", 0) is None


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("latest(member.offers).pay", "latest() of a list that may be empty"),
        ("latest(member.offers, default=0).note", "a field that is a text"),
        ("latest(member.offers, default=3).refused", "the default is a plain number"),
        ("latest(member.offers, default=quarry).job", "nothing is called quarry"),
        ("latest(member.benefits, default=0).top_up", "benefits is not ordered"),
    ],
)
def test_edges_that_cannot_be(tmp_path: Path, written: str, found: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, EDGES + f'  wrong: {{each: member, value: "{written}"}}\n')
    assert found in problems_of(error)
