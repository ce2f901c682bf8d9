"""Lists in expressions: runs and distinct values where something is unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules.engine import Bounds
from borough import compiled, run

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
