"""One household: `aidrules.decide` beside plain Python and the other engines, on the benchmark job."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

import dibao_plain
from dibao_job import ON, Result, facts, must_agree, pack, population, written
from peers import Peers
from soak import chain_rules
from timing import Figure, Turns, Way

import aidrules
from aidrules.engine.chain import Chain

TRACED = "plain Python with a trace"
ZEN = "ZEN without a trace"
_HOUSEHOLDS = 400
_FISCA = 20


def of_decision(decision: aidrules.Decision) -> tuple[int, ...]:
    """The ten outputs of a decision, in whole fen."""

    def fen(name: str) -> int:
        found = decision.value(name)
        assert not isinstance(found, bool | str) and found is not None
        amount = found * 100  # type: ignore[operator]
        return int(amount)

    items = ("car", "commercial_property", "savings")
    exclusions = sum(1 << place for place, name in enumerate(items) if decision.value(f"dibao.property.{name}"))
    members = [member.id for member in decision.household.members]
    eligible = decision.outcomes["dibao"].status == "eligible"
    return (
        exclusions,
        fen("countable"),
        fen("per_person_shown"),
        eligible,
        fen("dibao.top_up"),
        sum(fen(f"dibao.supplement[{member}]") for member in members),
        fen("phase_out_months") // 100,
        fen("persons_included") // 100,
        sum(fen(f"dibao_individual.top_up[{member}]") for member in members),
        sum(fen(f"dibao_individual.supplement[{member}]") for member in members),
    )


def beside_others(peers: Peers, turns: Turns) -> Iterator[Figure]:
    """All engines on the same households one by one, after their results have been compared."""
    people, rules = population(_HOUSEHOLDS), pack()
    plain = people.plain(range(_HOUSEHOLDS))
    texts = [written(household) for household in plain]
    typed = [rules.Household.model_validate_json(text) for text in texts]
    unknown = [rules.Household.model_validate(_unknown(household)) for household in plain]
    expected = Result.of_rows(dibao_plain.decided(household) for household in plain)
    must_agree(TRACED, Result.of_rows(dibao_plain.traced(one)[0] for one in plain).differing(expected))
    ours = Result.of_rows(of_decision(aidrules.decide(one, rules, on=ON)) for one in typed)
    must_agree("aidrules.decide", ours.differing(expected))

    def of(households: list[Any], decide: Any) -> Way:
        return Way(lambda: [decide(household) for household in households], len(households))

    ways = {
        TRACED: of(plain, dibao_plain.traced),
        "plain Python without a trace": of(plain, dibao_plain.decided),
        "aidrules.decide, trace kept": of(typed, lambda one: aidrules.decide(one, rules, on=ON)),
        "aidrules.decide without the second entry": of(
            typed, lambda one: aidrules.decide(one, rules, on=ON, chain="exact")
        ),
        "aidrules.decide, an income unknown": of(unknown, lambda one: aidrules.decide(one, rules, on=ON)),
        "aidrules, JSON validated and decided": of(
            texts, lambda text: aidrules.decide(rules.Household.model_validate_json(text), rules, on=ON)
        ),
    }
    if "ZEN" in peers:
        zen = peers["ZEN"]
        must_agree("ZEN", Result.of_rows(zen.row(zen.decide(one)) for one in plain).differing(expected))
        ways |= {ZEN: of(plain, zen.decide), "ZEN with its trace": of(plain, zen.traced)}
    for name in ("OpenFisca-core", "PolicyEngine-core"):
        if name in peers:
            engine, few = peers[name], [people.one(row) for row in range(_FISCA)]
            for row, one in enumerate(few):
                own = Result(*([getattr(expected, output)[row]] for output in Result.names()))
                must_agree(name, engine.decided(one).differing(own))
            ways[name] = of(few, engine.decided)
    times = turns.times(ways)
    aims = {"aidrules.decide, trace kept": 3.5, "aidrules.decide, an income unknown": 8}
    for name in ways:
        note = f"{times.ratio(name, ZEN):.3g} x {ZEN}" if ZEN in ways else ""
        yield Figure(name, times.median(name) * 1e6, "us", times.ratio(name, TRACED), TRACED, aims.get(name), note=note)


def chain(turns: Turns, rules: int = 60) -> Iterator[Figure]:
    """The second entry by durable-rules: a pattern of conditions that is new, and one that is remembered."""
    draw = random.Random(1)
    made = chain_rules(rules, 40, draw)
    new, again = (Chain(made, f"speed{remember}", "durable", remember=remember) for remember in (0, 4096))
    exact = Chain(made, "speed", "exact", remember=0)
    patterns = [tuple(draw.random() < 0.5 for _ in exact.conditions) for _ in range(200)]
    for pattern in patterns:
        if new.run(pattern).certain != exact.run(pattern).certain:
            raise SystemExit("durable-rules comes to other conclusions")

    def of(one: Chain) -> Way:
        return Way(lambda: [one.run(pattern) for pattern in patterns], len(patterns))

    times = turns.times({"new": of(new), "remembered": of(again), "exact": of(exact)})
    engine = new.run(patterns[0]).engine
    for name, most in (("new", 150), ("remembered", 5), ("exact", None)):
        told = {"exact": "without durable-rules"}.get(name, f"by {engine}, {name}")
        yield Figure(f"a chain of {rules} rules {told}", times.median(name) * 1e6, "us", most=most)


def json_to_json(peers: Peers, turns: Turns) -> Iterator[Figure]:
    """From JSON text to the JSON text of the decision with its trace, labels in both languages."""
    rules = pack()
    plain = population(40).plain(range(40))
    texts = [written(household) for household in plain]

    def ours(text: str) -> str:
        return aidrules.decide(rules.Household.model_validate_json(text), rules, on=ON).to_json()

    def letters(text: str) -> str:
        decision = aidrules.decide(rules.Household.model_validate_json(text), rules, on=ON)
        return decision.explain("zh") + decision.explain("en")

    ways = {
        "aidrules, the trace in both languages": Way(lambda: [ours(text) for text in texts], len(texts)),
        "aidrules, letters in both languages": Way(lambda: [letters(text) for text in texts], len(texts)),
    }
    if "ZEN" in peers:
        zen, own = peers["ZEN"], [json.dumps(household) for household in plain]
        ways["ZEN with its trace, which has no language"] = Way(lambda: [zen.to_json(text) for text in own], len(own))
        ways[ZEN] = Way(lambda: [json.dumps(zen.decide(text)) for text in own], len(own))
    times = turns.times(ways)
    for name in ways:
        against = times.ratio(name, ZEN) if ZEN in ways else None
        aim = 5 if against and name == "aidrules, the trace in both languages" else None
        yield Figure(name, times.median(name) * 1e6, "us", against, ZEN if against else "", aim)


def _unknown(household: dict[str, Any]) -> dict[str, Any]:
    made = facts(household)
    del made["members"][0]["monthly_income"]
    return made
