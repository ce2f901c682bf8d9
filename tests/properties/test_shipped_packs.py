"""The shipped packs on random households: code, twin and plain fractions agree; filling in contradicts nothing."""

from __future__ import annotations

import random
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import NAMES, ON, Shipped, each_with_households, shipped

from aidrules.engine import Run
from aidrules.facts.schema import Subject, schema_of
from reference.agreement import exact, holds, meets, twin, value_of, values
from reference.evaluator import Reference
from reference.households import Households

LEAP_DAY = date(2024, 2, 29)
AFTER_THE_PLAN = date(2026, 1, 31)
DAYS = (ON, LEAP_DAY, AFTER_THE_PLAN)


def evaluator(pack: Shipped, household: object) -> Reference:
    return Reference(pack.rules.schema, pack.rules.definitions, household, pack.on)


@settings(max_examples=500)
@given(each_with_households(*DAYS))
def test_known_households_come_out_the_same_three_times(drawn: tuple[Shipped, Any]) -> None:
    pack, household = drawn
    run, other = pack.run(household), twin(pack.rules, household, pack.on)
    assert not run.three_valued
    for name, found, expected in values(run, evaluator(pack, household)):
        assert found == expected, name
    for definition in pack.rules.definitions.values():
        for item in run.items(definition.owner):
            assert run.value(definition.name, *item) == other.value(definition.name, *item), definition.name


def with_known_lists(household: Any) -> Any:
    """The household with nothing on the lists that are unknown, of which the evaluator knows less than the code."""

    def known(facts: dict[str, Any], subject: Subject) -> dict[str, Any]:
        lists = {
            name: [known(item, listed.subject) for item in facts[name] or ()] for name, listed in subject.lists.items()
        }
        return {**facts, **lists}

    model = type(household)
    return model.model_validate(known(household.model_dump(), schema_of(model)))


@pytest.mark.parametrize("known", [0.99, 0.95, 0.7])
def test_unknown_facts_leave_open_what_the_evaluator_leaves_open(known: float) -> None:
    @settings(max_examples=500)
    @given(each_with_households(*DAYS, known=known))
    def test(drawn: tuple[Shipped, Any]) -> None:
        pack, household = drawn[0], with_known_lists(drawn[1])
        equal = exact(pack.rules)
        for name, found, expected in values(pack.run(household), evaluator(pack, household)):
            assert found == expected if name.partition("[")[0] in equal else meets(found, expected), name

    test()


@cache
def makers(pack: Shipped) -> Households:
    """What takes facts out of households for a pack, and fills them in."""
    return Households(pack.rules, pack.on)


@settings(max_examples=500)
@given(
    each_with_households(*DAYS),
    st.integers(0, 2**32 - 1),
    st.sampled_from((0.01, 0.05, 0.3)),
    st.sampled_from((0.0, 0.2)),
)
def test_filling_in_contradicts_nothing_that_was_determined(
    drawn: tuple[Shipped, Any], seed: int, share: float, lists: float
) -> None:
    pack, made, rng = drawn[0], makers(drawn[0]), random.Random(seed)
    full = made.flattened(drawn[1])
    partly = made.masked(rng, full, share, lists)
    household = made.built(partly)
    run, reference = pack.run(household), evaluator(pack, household)
    for completed in (full, made.completed(rng, partly), made.completed(rng, partly)):
        assert_nothing_contradicted(reference, run, pack.run(made.built(completed)))


def assert_nothing_contradicted(reference: Reference, before: Run, after: Run) -> int:
    """What was determined is still so; says how much was."""
    determined = 0
    for definition in before.compiled.definitions.values():
        later = after.compiled.definitions.get(definition.name)
        if later is None:
            continue
        for item in reference.items(definition.owner):
            found = value_of(before, definition, item)
            assert holds(found, value_of(after, later, item)), (definition.name, item.at, found)
            determined += found is not None
    return determined


@pytest.mark.parametrize("name", NAMES)
def test_a_standard_that_is_given_contradicts_nothing_that_was_determined_without_it(name: str) -> None:
    given_, without = shipped(name), shipped(name, given=False)

    @settings(max_examples=12)
    @given(given_.households())
    def test(household: Any) -> None:
        before, after = without.run(household), given_.run(household)
        assert assert_nothing_contradicted(evaluator(without, household), before, after) > 100

    test()
