"""The second entry: durable-rules reaches the conclusions of the exact evaluator, on every household."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date

import pytest

from aidrules import load
from aidrules.engine.chain import ChainResult
from aidrules.engine.conclusions import SecondEntry, _Link
from reference.households import Households

ON = date(2025, 6, 1)
COUNT = 5_000
BOZHOU: Mapping[str, object] = {
    "dibao_standard[urban]": "832",
    "dibao_standard[rural]": "605",
    "minimum_wage": "1890",
    "deduction_share": "100%",
    "supplement_rate[severe_disability]": "30%",
    "supplement_rate[serious_illness]": "20%",
    "supplement_rate[aged]": "10%",
    "phase_out_months[first]": "6 month",
}


@pytest.mark.parametrize(
    ("pack_name", "parameters", "seed"),
    [
        ("cn/guizhou/zunyi/bozhou", BOZHOU, 1),
        ("cn/national", {"dibao_standard[urban]": "700", "deduction_share": "80%"}, 2),
    ],
)
def test_both_entries_conclude_the_same(pack_name: str, parameters: Mapping[str, object], seed: int) -> None:
    """Five thousand random households a pack, a third with unknown facts; nothing is remembered between them."""
    compiled = load(pack_name, parameters=parameters).on(ON)
    entry = SecondEntry(compiled.definitions, compiled.conclusions, "test", remember=0)
    households = Households(compiled, ON)
    draw = random.Random(seed)
    engines = set()
    for number in range(COUNT):
        unknown = 0.1 if number % 3 == 0 else 0.0
        household = households.built(households.flat(draw, unknown, most_members=3))
        run = compiled.run(household, ON)
        chained = entry.run(run, compiled.function(not run.three_valued), "durable")
        assert chained.agrees, (number, chained.differing)
        engines.add(chained.engine)
    assert engines == {"durable"}


def test_a_difference_is_told_and_the_exact_result_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = load("cn/national", parameters={"dibao_standard[urban]": "700"}).on(ON)
    households = Households(compiled, ON)
    run = compiled.run(households.built(households.flat(random.Random(3))), ON)
    before = run.value("dibao.outcome")
    honest = _Link._concluded

    def lying(link: _Link, result: ChainResult) -> tuple[bool | None, ...]:
        first, *rest = honest(link, result)
        return (not first, *rest)

    monkeypatch.setattr(_Link, "_concluded", lying)
    chained = run.chain("durable")
    assert not chained.agrees
    assert chained.differing
    assert run.value("dibao.outcome") == before


def test_without_durable_rules_the_exact_engine_serves() -> None:
    compiled = load("cn/national").on(ON)
    households = Households(compiled, ON)
    run = compiled.run(households.built(households.flat(random.Random(4), 0.2)), ON)
    durable, exact = run.chain("durable"), run.chain("exact")
    assert exact.engine == "exact"
    assert exact.agrees
    assert exact.order == durable.order
