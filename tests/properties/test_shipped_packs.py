"""The shipped packs on random households: code, twin and plain fractions agree; filling in contradicts nothing."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import NAMES, ON, Shipped, shipped

from aidrules.engine import Run
from reference.agreement import exact, holds, meets, twin, value_of, values
from reference.evaluator import Reference

LEAP_DAY = date(2024, 2, 29)
AFTER_THE_PLAN = date(2026, 1, 31)

packs = st.sampled_from([(name, on) for name in NAMES for on in (ON, LEAP_DAY, AFTER_THE_PLAN)])
seeds = st.integers(0, 2**32 - 1)
shares = st.sampled_from((0.01, 0.05, 0.3))


def evaluator(pack: Shipped, household: object) -> Reference:
    return Reference(pack.rules.schema, pack.rules.definitions, household, pack.on)


@settings(max_examples=500)
@given(packs, seeds)
def test_known_households_come_out_the_same_three_times(which: tuple[str, date], seed: int) -> None:
    pack = shipped(*which)
    household = pack.household(seed)
    run, other = pack.run(household), twin(pack.rules, household, pack.on)
    assert not run.three_valued
    for name, found, expected in values(run, evaluator(pack, household)):
        assert found == expected, name
    for definition in pack.rules.definitions.values():
        for item in run.items(definition.owner):
            assert run.value(definition.name, *item) == other.value(definition.name, *item), definition.name


@settings(max_examples=500)
@given(packs, seeds, shares)
def test_unknown_facts_leave_open_what_the_evaluator_leaves_open(
    which: tuple[str, date], seed: int, share: float
) -> None:
    pack = shipped(*which)
    rng = random.Random(seed)
    household = pack.households.built(pack.households.masked(rng, pack.facts(rng), share))
    equal = exact(pack.rules)
    for name, found, expected in values(pack.run(household), evaluator(pack, household)):
        assert found == expected if name.partition("[")[0] in equal else meets(found, expected), name


@settings(max_examples=500)
@given(packs, seeds, shares, st.booleans())
def test_filling_in_contradicts_nothing_that_was_determined(
    which: tuple[str, date], seed: int, share: float, lists: bool
) -> None:
    pack = shipped(*which)
    rng = random.Random(seed)
    full = pack.facts(rng)
    partly = pack.households.masked(rng, full, share, lists=0.2 if lists else 0.0)
    household = pack.households.built(partly)
    run, reference = pack.run(household), evaluator(pack, household)
    for completed in (full, pack.households.completed(rng, partly), pack.households.completed(rng, partly)):
        assert_nothing_contradicted(reference, run, pack.run(pack.households.built(completed)))


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
    for seed in range(12):
        household = given_.household(seed)
        before, after = without.run(household), given_.run(household)
        assert assert_nothing_contradicted(evaluator(without, household), before, after) > 100
