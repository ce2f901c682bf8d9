"""Cliffs: where a little more income changes what a family gets a month by more than that, and which rules do it.

The standards are those of the cases beside the pack: 700 a person, supplements of 15 % to 30 %. A cliff that the text
makes is listed here with its rules; any other is a mistake in a rule or a change of the policy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from shipped import RULES, shipped

from aidrules.engine import Run
from aidrules.testing import read_cases
from aidrules.testing.promises import everyone

PACK = "cn/guizhou/zunyi/bozhou"
STEP = 10
WORKER = {"id": "worker", "relation": "applicant", "birth_date": "1985-01-01"}
PARTNER = {"id": "partner", "relation": "spouse", "birth_date": "1986-01-01"}
PUPIL = {
    "id": "pupil",
    "relation": "child",
    "birth_date": "2012-01-01",
    "education": {"stage": "primary", "unable_to_attend": "false"},
    "labour": {"capacity": "none", "employed": "false"},
}
BROTHER = {
    "id": "brother",
    "relation": "sibling",
    "birth_date": "1990-01-01",
    "disability": {"kind": "physical", "grade": "1"},
    "labour": {"capacity": "none", "employed": "false"},
    "kept_by_family": "true",
    "can_form_household": "false",
}
OBLIGOR = {
    "relation": "child",
    "birth_date": "1985-01-01",
    "on_tekun": "false",
    "on_dibao": "false",
    "disability_kind": "none",
    "disability_grade": "0",
    "civil_capacity": "full",
    "declared_missing": "false",
    "in_prison": "false",
    "income": "2000",
    "assets_within_limits": "false",
    "household_income": "2000",
    "household_persons": "3",
    "supported_persons": "1",
}
IN_PAYMENT = {"programme": "dibao", "since": "2022-06-01", "last_amount": "600", "top_up": "600", "supplement": "0"}


@dataclass(frozen=True)
class Cliff:
    """At which wage, by how much, and what each rule paid before and after."""

    wage: int
    change: int
    rules: Mapping[str, tuple[int, int]]


@cache
def first_example() -> dict[str, Any]:
    """The facts of the first case beside the pack."""
    return read_cases(RULES / PACK / "cases" / "examples.yaml")[0].given


def household(wage: int, *members: Mapping[str, Any], **facts: Any) -> Any:
    """A family in which the worker earns a wage; whatever is not said is as in the cases."""
    example = first_example()
    usual = example["members"][-1]
    people = [{**usual, **member} for member in (WORKER, *members)]
    people[0]["incomes"] = [{"kind": "wages", "amount": str(wage)}]
    obligors = [{"member": person["id"], **OBLIGOR} for person in people]
    given = {**example, "members": people, "expenses": [], "obligors": obligors, "phase_out_class": "first", **facts}
    return shipped(PACK).rules.pack.Household.from_text(given)


def paid_by_rule(run: Run) -> dict[str, Fraction]:
    """What each rule pays in the month, over all persons."""
    monthly = [rule for rule in run.compiled.rules.values() if rule.pays == "month"]
    found: dict[str, Fraction] = {}
    for rule in monthly:
        found[rule.id] = Fraction(0)
        for _, amount in everyone(run, rule.roles["amount"]):
            assert isinstance(amount, Fraction), (rule.id, amount)
            found[rule.id] += amount
    return found


def cliffs(*members: Mapping[str, Any], most: int = 6000, **facts: Any) -> Iterator[Cliff]:
    """Every wage at which the monthly payments rise, or fall by more than the wage has risen."""
    pack = shipped(PACK)
    before = paid_by_rule(pack.run(household(0, *members, **facts)))
    for wage in range(STEP, most, STEP):
        after = paid_by_rule(pack.run(household(wage, *members, **facts)))
        change = sum(after.values()) - sum(before.values())
        if not -STEP <= change <= 0:
            moved = {rule: (before[rule], after[rule]) for rule in after if before[rule] != after[rule]}
            yield Cliff(wage, int(change), {rule: (int(a), int(b)) for rule, (a, b) in moved.items()})
        before = after


KNOWN: dict[str, tuple[tuple[Mapping[str, Any], ...], dict[str, Any], list[Cliff]]] = {
    # The supplement ends with the last fen of the top-up: 15 % of 700 for the pupil.
    "a_new_case_at_the_line": (
        (PARTNER, PUPIL),
        {},
        [Cliff(2100, -115, {"dibao.top_up": (10, 0), "dibao.supplement": (105, 0)})],
    ),
    # 700 a head is not "above the standard" for a case in payment; above it, the last amount is paid for six months.
    "a_case_in_payment_at_the_line": (
        (PARTNER, PUPIL),
        {"benefits": [IN_PAYMENT]},
        [Cliff(2110, 495, {"dibao.supplement": (105, 0), "dibao.phase_out": (0, 600)})],
    ),
    # A severely disabled person is taken in alone between the line and 1.5 times the line: 700 and 30 % of it.
    "a_severely_disabled_person": (
        (PARTNER, BROTHER),
        {},
        [
            Cliff(
                2100,
                690,
                {
                    "dibao.top_up": (10, 0),
                    "dibao.supplement": (210, 0),
                    "dibao_individual.top_up": (0, 700),
                    "dibao_individual.supplement": (0, 210),
                },
            ),
            Cliff(3160, -910, {"dibao_individual.top_up": (700, 0), "dibao_individual.supplement": (210, 0)}),
        ],
    ),
}


@pytest.mark.parametrize("family", KNOWN)
def test_the_cliffs_of_a_family_are_the_known_ones(family: str) -> None:
    members, facts, known = KNOWN[family]
    assert list(cliffs(*members, **facts)) == known


def test_every_rule_at_a_cliff_names_its_clause() -> None:
    rules = shipped(PACK).rules.rules
    for _, _, known in KNOWN.values():
        for cliff in known:
            for rule in cliff.rules:
                assert all(cite.clause for cite in rules[rule].cite) and rules[rule].cite, rule
