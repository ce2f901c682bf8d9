"""Missing inputs are all that can still be needed: who has answered them is not asked again."""

from __future__ import annotations

import copy
import random
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aidrules import Pack, load
from aidrules.decision import Decision, decide
from reference.households import Flat, Households

ROOT = Path(__file__).parents[2]
ON = date(2025, 6, 1)
EARLIER = date(2023, 5, 30)
"""Days are drawn around this one, so that none lies after that of the facts."""


@cache
def rules() -> Pack:
    return load(
        "cn/guizhou/zunyi/bozhou",
        path=ROOT / "rules",
        overlays=["cn/guizhou/zunyi/overlays/2025", ROOT / "examples" / "office.yaml"],
    )


@cache
def makers() -> Households:
    return Households(rules().on(ON, None), EARLIER)


def decided(flat: Flat) -> Decision:
    return decide(makers().built(copy.deepcopy(flat)), rules(), on=ON, chain="exact")


def answered(flat: Flat, full: Flat, inputs: list[str]) -> Flat:
    """The household with these inputs as they are in the full one."""
    found = copy.deepcopy(flat)
    for path in inputs:
        here, there, rest = found, full, path
        while step := re.match(r"(\w+)\[(\d+)\]\.", rest):
            here, there = here[step[1]][int(step[2])], there[step[1]][int(step[2])]
            rest = rest[step.end() :]
        here[rest] = copy.deepcopy(there[rest])
    return found


def without_items(flat: Flat, full: Flat) -> Flat:
    """The full household with nothing on the lists that are unknown: what items will need cannot be foreseen."""
    for name, value in full.items():
        if isinstance(value, list) and isinstance(flat.get(name), list):
            for ours, theirs in zip(flat[name], value, strict=True):
                without_items(ours, theirs)
        elif isinstance(value, list):
            full[name] = []
    return full


def asked_again(flat: Flat, full: Flat) -> list[str]:
    first: Any = decided(flat).missing
    inputs = [entry.input for entry in first if entry.kind != "parameter"]
    parameters = {entry.input for entry in first if entry.kind == "parameter"}
    left = decided(answered(flat, full, inputs)).missing
    return [entry.input for entry in left if entry.input not in parameters]


@pytest.mark.parametrize("unknown", [0.03, 0.15, 0.5, 0.9])
def test_who_has_answered_everything_is_not_asked_again(unknown: float) -> None:
    asked = 0
    for seed in range(25):
        rng = random.Random(seed)
        flat = makers().flat(rng, unknown)
        full = makers().completed(rng, copy.deepcopy(flat))
        asked += bool(decided(flat).missing)
        assert asked_again(flat, without_items(flat, full)) == [], seed
    assert asked > 10


def test_what_is_asked_for_is_unknown_and_each_once() -> None:
    for seed in range(10):
        flat = makers().flat(random.Random(seed), 0.3)
        inputs = [entry.input for entry in decided(flat).missing]
        assert len(set(inputs)) == len(inputs)


def test_the_family_whose_file_has_gaps_is_asked_once() -> None:
    household = rules().Household.model_validate_json((ROOT / "examples" / "undetermined.json").read_bytes())
    flat = makers().flattened(household)
    for seed in range(10):
        full = makers().completed(random.Random(seed), copy.deepcopy(flat))
        assert asked_again(flat, without_items(flat, full)) == []
