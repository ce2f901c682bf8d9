"""Division by what may be zero: guarded, unknown."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from aidrules.engine import Bounds
from aidrules.errors import PackError
from borough import compiled, problems_of, run

NOW_AND_BEFORE = """
inputs:
  household:
    now: {unit: CNY/month, max: 1000}
    before: {unit: CNY/month, max: 1000}
"""


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"now": 10, "before": 4}, Fraction(5, 2)),
        ({"now": 10, "before": 0}, Fraction(0)),
        ({"now": 10}, Bounds(Fraction(0), Fraction(1000))),  # where it divides, it is at least a hundredth
        ({"before": 4}, Bounds(Fraction(0), Fraction(250))),
        ({"before": 0}, Fraction(0)),
    ],
)
def test_a_guarded_divisor_may_be_unknown(tmp_path: Path, facts: dict[str, int], expected: object) -> None:
    rules = compiled(
        tmp_path,
        NOW_AND_BEFORE
        + "definitions: {growth: {value: household.now / household.before if household.before > 0 else 0}}",
    )
    assert run(rules, **facts).value("growth") == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"now": 10, "before": 4}, Fraction(5, 2)),
        ({"now": 10, "before": 0}, Fraction(1)),
        ({"now": 0, "before": 0}, Fraction(1)),
        ({"before": 0}, Fraction(1)),
    ],
)
def test_what_is_undefined_counts_as_its_author_says(tmp_path: Path, facts: dict[str, int], expected: Fraction) -> None:
    rules = compiled(
        tmp_path,
        NOW_AND_BEFORE + "definitions: {growth: {value: household.now / household.before, if_undefined: 1}}",
    )
    assert run(rules, **facts).value("growth") == expected


@pytest.mark.parametrize(
    ("before", "flag", "expected"),
    [(4, True, True), (4, False, False), (0, True, False), (0, False, True), (None, True, None), (None, False, None)],
)
def test_only_what_is_evaluated_can_be_undefined(
    tmp_path: Path, before: int | None, flag: bool, expected: bool | None
) -> None:
    """The quotient is asked only where the flag is set; elsewhere the answer is whether `before` is 0."""
    rules = compiled(
        tmp_path,
        """
        inputs: {household: {before: {unit: CNY/month, max: 1000}, flag: {type: bool}}}
        definitions:
          grown:
            value: 400 * CNY / month / household.before >= 100 if household.flag else household.before == 0
            if_undefined: "false"
        """,
    )
    assert run(rules, before=before, flag=flag).value("grown") is expected


def test_a_quotient_inside_a_sum(tmp_path: Path) -> None:
    rules = compiled(
        tmp_path,
        """
        inputs: {household: {hands: {unit: "1", max: 9}}, member: {part: {unit: CNY/month, max: 100}}}
        definitions:
          shares:
            value: sum(m.part / household.hands for m in members if m.part > 1 * CNY / month)
            unit: CNY/household/month
            if_undefined: 5 * CNY / month
        """,
    )

    def shares(hands: int | None, *parts: int) -> object:
        return run(rules, members=[{"part": part} for part in parts], hands=hands).value("shares")

    assert shares(4, 10, 3) == Fraction(13, 4)
    assert shares(0, 10, 3) == 5
    assert shares(0, 1) == 0  # nothing in the sum is divided
    assert shares(None, 1) == 0


def test_a_quotient_inside_a_divisor(tmp_path: Path) -> None:
    rules = compiled(
        tmp_path,
        NOW_AND_BEFORE + "definitions: {part: {value: 6 / (household.now / household.before), if_undefined: 0}}",
    )
    assert [run(rules, now=now, before=before).value("part") for now, before in ((3, 2), (0, 2), (3, 0))] == [4, 0, 0]


def test_without_it_a_divisor_that_may_be_zero_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, NOW_AND_BEFORE + "definitions: {growth: {value: household.now / household.before}}")
    assert "may be zero" in problems_of(error)


def test_a_divisor_that_may_be_negative_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(PackError) as error:
        compiled(
            tmp_path,
            NOW_AND_BEFORE
            + "definitions: {x: {value: household.now / (household.now - household.before), if_undefined: 0}}",
        )
    assert "may be negative" in problems_of(error)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("any_of: {a: 'true'}, if_undefined: 'true'", "if_undefined: beside any_of:"),
        ("value: 'true', if_undetermined: 'true'", "if_undetermined: of a definition"),
        ("value: household.now, if_undefined: 'true'", "if_undefined: yes or no"),
    ],
)
def test_what_cannot_be_said(tmp_path: Path, fields: str, found: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, NOW_AND_BEFORE + f"definitions: {{x: {{{fields}}}}}")
    assert found in problems_of(error)


def test_what_holds_of_a_step_meanwhile_changes_no_result(tmp_path: Path) -> None:
    """A gate may say what is presented as long as it is open; rules that read it still find it open."""
    rules = compiled(
        tmp_path,
        """
        inputs: {household: {disputed: {type: bool}}}
        programmes:
          care:
            rules:
              hearing: {kind: gate, needed_when: household.disputed, if_undetermined: needed}
              heard: {kind: eligibility, when: not care.hearing}
        """,
    )
    assert run(rules).value("care.hearing") is None
    assert run(rules).value("care.outcome") is None
    assert rules.rules["care.hearing"].details["if_undetermined"] == "needed"


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("value: household.now > 0, round: {to: 1, mode: up}", "round: of yes or no"),
        ("value: on, unit: CNY", "unit: of a date"),
        ("value: '[m for m in members if true]', floor: 0", "floor: of a list or a period"),
        ("value: household.now, says: {'true': {zh: 是, en: 'yes'}}", "says: of CNY/household/month"),
        ("value: household.now, select: all", "unknown key 'select'"),
    ],
)
def test_a_definition_refuses_what_says_nothing_of_its_value(tmp_path: Path, fields: str, found: str) -> None:
    with pytest.raises(PackError) as error:
        compiled(tmp_path, NOW_AND_BEFORE + f"definitions: {{x: {{{fields}}}}}")
    assert found in problems_of(error)
