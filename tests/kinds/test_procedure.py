"""Procedure: steps in their order, how long a notice is posted, who takes part, what may be left out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from aidrules.engine import NONE, Compiled, Run
from aidrules.errors import PackError
from borough import compiled, problems_of, run

RULES = """
inputs:
  household:
    quiet: {type: bool}
    has_team: {type: bool}
programmes:
  watch:
    rules:
      entry:
        kind: procedure
        steps:
          review:
            who:
              cadre: {}
              team: {when: household.has_team}
              deputy: {when: not household.has_team}
          notice: {posted: 5 day, skipped_when: household.quiet}
          match: {after: notice}
          check: {after: notice, who: [cadre, clerk], at_least: 2}
          approval: {}
"""
REVIEW = {"step": "review", "done_on": "2025-04-01", "result": "passed"}
NOTICE = {"step": "notice", "begun_on": "2025-04-01", "done_on": "2025-04-06", "result": "passed"}
MATCH = {"step": "match", "done_on": "2025-04-20", "result": "passed"}
CHECK = {"step": "check", "done_on": "2025-04-08", "result": "passed"}
APPROVAL = {"step": "approval", "done_on": "2025-04-20", "result": "passed"}
ALL = (REVIEW, NOTICE, MATCH, CHECK, APPROVAL)
WHO = (("review", "cadre"), ("review", "team"), ("check", "clerk"), ("check", "clerk"))


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    return compiled(tmp_path_factory.mktemp("procedure"), RULES)


def decided(rules: Compiled, steps: Any = ALL, who: Any = WHO, **facts: Any) -> Run:
    present = None if who is None else [{"step": step, "role": role} for step, role in who]
    facts = {"quiet": False, "has_team": True, **facts}
    return run(rules, steps=None if steps is None else list(steps), participants=present, **facts)


def states(found: Run) -> dict[str, Any]:
    return {
        name: found.value(f"watch.entry.{name}.state") for name in ("review", "notice", "match", "check", "approval")
    }


def test_it_is_complete_where_every_step_was_taken_as_it_must_be(rules: Compiled) -> None:
    found = decided(rules)
    assert found.value("watch.entry") is True
    assert found.value("watch.entry.stands_at") == "none"
    assert set(states(found).values()) == {"done"}


@pytest.mark.parametrize(
    ("step", "changed", "state"),
    [
        ("review", {**REVIEW, "done_on": "none"}, "missing"),
        ("review", {**REVIEW, "result": "not_passed"}, "not_passed"),
        ("notice", {**NOTICE, "begun_on": "2025-03-31", "done_on": "2025-04-05"}, "out_of_order"),
        ("notice", {**NOTICE, "done_on": "2025-04-05"}, "too_short"),  # posted on the 1st: full on the 6th
        ("notice", {**NOTICE, "begun_on": "none"}, "too_short"),
        ("notice", {**NOTICE, "result": "objected"}, "objected"),
        ("check", {**CHECK, "done_on": "2025-04-05"}, "out_of_order"),
        ("match", {**MATCH, "done_on": "2025-04-21"}, "done"),  # approval comes after it, check does not
    ],
)
def test_a_step_that_was_not_taken_as_it_must_be_says_why(rules: Compiled, step: str, changed: Any, state: str) -> None:
    found = decided(rules, [changed if one["step"] == step else one for one in ALL])
    assert states(found)[step] == state
    assert found.value("watch.entry") is False
    assert found.value(f"watch.entry.{step}") is (state == "done")
    assert found.value("watch.entry.stands_at") == (step if state != "done" else "approval")


def test_what_comes_after_a_missing_step_is_out_of_order(rules: Compiled) -> None:
    found = decided(rules, [REVIEW, NOTICE, MATCH, APPROVAL])
    assert states(found) == {
        "review": "done", "notice": "done", "match": "done", "check": "missing", "approval": "out_of_order"
    }  # fmt: skip
    assert found.value("watch.entry.stands_at") == "check"
    assert found.value("watch.entry.check.done_on") is NONE


def test_nothing_recorded_yet_stands_at_the_first_step(rules: Compiled) -> None:
    found = decided(rules, [], [])
    assert found.value("watch.entry.stands_at") == "review"
    assert set(states(found).values()) == {"missing"}


def test_what_is_posted_tells_when_it_has_been_there_long_enough(rules: Compiled) -> None:
    found = decided(rules, [REVIEW, {"step": "notice", "begun_on": "2025-04-01", "done_on": "none"}])
    assert found.value("watch.entry.notice.full_on") == date(2025, 4, 6)
    assert found.value("watch.entry.stands_at") == "notice"
    assert decided(rules, [REVIEW]).value("watch.entry.notice.full_on") is NONE


def test_a_step_may_be_left_out(rules: Compiled) -> None:
    without = [one for one in ALL if one["step"] != "notice"]
    assert states(decided(rules, without, quiet=True))["notice"] == "skipped"
    assert decided(rules, without, quiet=True).value("watch.entry") is True
    assert decided(rules, without, quiet=None).value("watch.entry") is None
    assert decided(rules, ALL, quiet=None).value("watch.entry") is True
    # What it may leave out is no longer before another step: the review still is.
    late = [{**REVIEW, "done_on": "2025-04-09"}, *without[1:]]
    assert states(decided(rules, late, quiet=True))["check"] == "out_of_order"


@pytest.mark.parametrize(
    ("who", "step", "state"),
    [
        ((("review", "team"),), "review", "without_all"),
        ((("review", "cadre"), ("review", "deputy")), "review", "without_all"),
        ((("check", "cadre"), ("match", "clerk"), ("check", "deputy")), "check", "without_all"),
        ((("check", "cadre"), ("check", "clerk")), "check", "done"),
        ((("check", "cadre"), ("check", "cadre")), "check", "done"),
    ],
)
def test_those_named_take_part_or_so_many_of_them(rules: Compiled, who: Any, step: str, state: str) -> None:
    assert states(decided(rules, who=who))[step] == state


def test_another_role_stands_in_where_the_rule_says_so(rules: Compiled) -> None:
    who = (("review", "cadre"), ("review", "deputy"), *WHO[2:])
    assert decided(rules, who=who, has_team=False).value("watch.entry") is True
    assert decided(rules, who=who, has_team=True).value("watch.entry.review.without_team") is True
    assert decided(rules, who=who, has_team=None).value("watch.entry") is None
    both = (*who, ("review", "team"))
    assert decided(rules, who=both, has_team=None).value("watch.entry") is True


@pytest.mark.parametrize(
    ("steps", "who", "value"),
    [
        (None, WHO, None),
        (ALL, None, None),
        ([{**REVIEW, "result": None}, *ALL[1:]], WHO, None),
        ([{**REVIEW, "done_on": None}, *ALL[1:]], WHO, None),
        ([{**REVIEW, "result": None}, {**NOTICE, "done_on": "2025-04-04"}, *ALL[2:]], WHO, False),
        ([*ALL[:4], {**APPROVAL, "step": None}], WHO, None),
        (None, [], False),  # whoever took a step, the review was without a cadre
    ],
)
def test_what_is_not_recorded_is_open_unless_it_makes_no_difference(
    rules: Compiled, steps: Any, who: Any, value: Any
) -> None:
    assert decided(rules, steps, who).value("watch.entry") is value


def test_a_procedure_that_does_not_apply_is_not_broken(tmp_path: Path) -> None:
    rules = compiled(
        tmp_path,
        """
        inputs: {household: {watched: {type: bool}}}
        programmes: {watch: {rules: {entry: {kind: procedure, when: household.watched, steps: {review: {}}}}}}
        """,
    )
    assert run(rules, watched=False).value("watch.entry") is True
    assert run(rules, watched=True, steps=[]).value("watch.entry") is False
    assert run(rules, watched=True, steps=[]).value("watch.entry.stands_at") == "review"


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("{}", ["a procedure of 0 steps", "steps: 1 to 20 of them"]),
        ("{a: {after: b}, b: {}}", ["after: b is no step above a", "no after:, as a is the first step"]),
        ("{a: {}, b: {after: c}}", ["after: c is no step above b", "a"]),
        ("{a: {at_least: 2}}", ["at_least: without who:", "who: with the roles that count"]),
        ("{a: {posted: 5}}", ["5"]),
        ("{a: {posted: 5 CNY}}", ["CNY"]),
        ("{a: {needs: b}}", ["needs"]),
        ("{stands_at: {}}", ["stands_at"]),
    ],
)
def test_what_cannot_be_a_procedure_is_refused(tmp_path: Path, steps: str, said: list[str]) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, f"programmes: {{watch: {{rules: {{entry: {{kind: procedure, steps: {steps}}}}}}}}}\n")
    assert all(text in problems_of(error) for text in said), problems_of(error)


def test_a_step_can_be_recorded_once(rules: Compiled) -> None:
    with pytest.raises(ValueError, match="one step per step"):
        decided(rules, [REVIEW, REVIEW])


def test_deadlines_count_from_the_day_of_a_step(tmp_path: Path) -> None:
    rules = compiled(
        tmp_path,
        """
        programmes:
          watch:
            rules:
              entry: {kind: procedure, steps: {review: {}, approval: {}}}
              in_time:
                kind: deadline
                from: entry.review.done_on
                within: 20 working_day
                until: entry.approval.done_on
        """,
    )
    found = run(rules, steps=[REVIEW])
    # 1 April 2025 is a Tuesday; the 4th and 1 to 5 May are off, Sunday 27 April is worked.
    assert found.value("watch.in_time.due") == date(2025, 4, 29)
    assert found.value("watch.in_time.overdue") is True
    assert run(rules, steps=[REVIEW, APPROVAL]).value("watch.in_time.overdue") is False
