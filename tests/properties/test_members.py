"""The order in which members and their papers are listed changes nothing."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import NAMES, shipped

from aidrules.engine import Run
from reference.households import Flat
from aidrules.testing.promises import everyone

packs = st.sampled_from(NAMES)
seeds = st.integers(0, 2**32 - 1)


def shuffled(rng: random.Random, flat: Flat) -> Flat:
    """The household with its lists, and those of its members, in another order."""

    def other(item: Flat) -> Flat:
        found = dict(item)
        for name, value in item.items():
            if isinstance(value, list):
                found[name] = [other(each) for each in rng.sample(value, len(value))]
        return found

    return other(flat)


def by_member(run: Run, name: str, owner: tuple[str, ...]) -> object:
    """A value, where it is said of members by their ids; of their papers without regard to the order."""
    found = [(run.item_id(owner[:1], item[:1]) if owner else "", value) for item, value in everyone(run, name)]
    if owner[:1] != ("members",):
        found = [("", value) for _, value in found]
    return sorted(found, key=repr)


@settings(max_examples=200)
@given(packs, seeds, st.booleans())
def test_the_order_of_the_lists_changes_nothing(name: str, seed: int, partly: bool) -> None:
    pack, rng = shipped(name), random.Random(seed)
    flat = pack.facts(rng)
    if partly:
        flat = pack.households.masked(rng, flat, 0.1, lists=0.05)
    run = pack.run(pack.households.built(flat))
    other = pack.run(pack.households.built(shuffled(rng, flat)))
    for definition in pack.rules.definitions.values():
        before, after = (by_member(each, definition.name, definition.owner) for each in (run, other))
        assert before == after, definition.name
