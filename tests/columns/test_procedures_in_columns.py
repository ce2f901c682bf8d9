"""Procedures in columns: the values of a decision, whatever is recorded of the steps."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import points
from test_named_values import differing, public

from borough import ON, pack_of

RULES = """
inputs:
  household:
    team: {type: bool}
    quiet: {type: bool}
programmes:
  watch:
    rules:
      entry:
        kind: procedure
        steps:
          review: {who: {cadre: {}, team: {when: household.team}}}
          notice: {posted: 2 working_day, skipped_when: household.quiet}
          match: {after: notice}
          visit: {after: notice, who: [cadre, team], at_least: 2}
      ready: {kind: eligibility, when: entry}
      in_time: {kind: deadline, from: entry.notice.begun_on, within: 5 day, until: entry.visit.done_on}
"""
DAYS = (None, "none", "2025-04-01", "2025-04-02", "2025-04-03", "2025-04-09")


def drawn(chance: random.Random) -> dict[str, Any]:
    """What a record may hold of steps and participants, unknown things among it."""
    steps = [
        {
            "step": step,
            "begun_on": chance.choice(DAYS),
            "done_on": chance.choice(DAYS),
            "result": chance.choice((None, "passed", "passed", "passed", "objected", "not_passed")),
        }
        for step in ("review", "notice", "match", "visit", "another")
        if chance.random() < 0.8
    ]
    present = [
        {"step": chance.choice(("review", "visit", "visit", None)), "role": chance.choice(("cadre", "team", None))}
        for _ in range(chance.randrange(6))
    ]
    return {
        "steps": chance.choice((steps, steps, steps, None)),
        "participants": chance.choice((present, present, present, None)),
        "team": chance.choice((True, False, None)),
        "quiet": chance.choice((True, False, None)),
        "members": [{"id": "a"}],
    }


def test_procedures_are_those_of_the_decision(tmp_path: Path) -> None:
    pack = pack_of(tmp_path, RULES)
    chance = random.Random(11)
    households = [pack.Household.model_validate({"id": f"h{n}", **drawn(chance)}) for n in range(150)]
    names = public(pack)
    assert {"watch.entry", "watch.entry.stands_at", "watch.entry.notice.state", "watch.entry.notice.full_on"} <= set(
        names
    )
    assert list(differing(pack, households, names)) == []
    assert points.differing(pack, households, ON) == []
