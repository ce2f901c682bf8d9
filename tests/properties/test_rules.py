"""What every rule of a kind promises holds for every rule of the shipped packs."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from functools import cache

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shipped import NAMES, Shipped, shipped

from aidrules.engine import Run
from aidrules.engine.compiled import Rule
from aidrules.engine.compiler import Compiler
from aidrules.language import core, expressions
from reference.evaluator import Reference, point
from reference.households import Flat
from aidrules.testing.promises import PROMISES, SENSIBLE, broken

packs = st.sampled_from(NAMES)
seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=500)
@given(packs, seeds)
def test_every_rule_keeps_what_its_kind_promises(name: str, seed: int) -> None:
    pack = shipped(name)
    assert broken(pack.run(pack.household(seed)), PROMISES, SENSIBLE) == []


def test_the_random_households_meet_rules_of_all_kinds_and_both_answers() -> None:
    seen: dict[str, set[bool]] = {}
    for name in NAMES:
        pack = shipped(name)
        for seed in range(250):
            run = pack.run(pack.household(seed))
            for rule in pack.rules.rules.values():
                names = [rule.roles[role] for role in ("condition", "amount", "class") if role in rule.roles]
                for found in (run.value(each, *item) for each in names for item in run.items(rule.owner)):
                    seen.setdefault(rule.kind, set()).add(found not in (False, 0, "none"))
    assert set(seen) >= {*PROMISES, *SENSIBLE} - {"risk_elimination", "check"}
    assert {kind for kind, answers in seen.items() if len(answers) < 2} == set()


def topped_up(pack: Shipped, run: Run, rule: Rule) -> dict[str, tuple[Fraction, Fraction, Fraction]]:
    """Of each who may be topped up: the standard, the income under it, and what the rule makes of them."""
    reference = Reference(pack.rules.schema, pack.rules.definitions, run.household, run.on)
    found = {}
    for item in reference.items(rule.owner):
        scope = {core.HOUSEHOLD: reference.household, "member": item}
        sides = [point(reference.of(rule.details[side], scope)) for side in ("up_to", "income")]  # type: ignore[arg-type]
        value = run.value(rule.roles["value"], *item.at)
        if None not in sides and isinstance(value, Fraction):
            found[run.item_id(rule.owner, item.at)] = (*sides, value)
    return found  # type: ignore[return-value]


def who_counts(run: Run) -> list[object]:
    """Everything that says which persons and papers count."""
    counting = [definition for definition in run.compiled.definitions.values() if definition.membership]
    return [run.value(each.name, *item) for each in counting for item in run.items(each.owner)]


def modest(rng: random.Random, flat: Flat) -> list[Flat]:
    """Incomes that leave room under a standard, given to a household; all that it has."""
    for member in flat["members"]:
        listed: list[Flat] = member["incomes"] or [Flat() for _ in range(rng.randrange(2))]
        member["incomes"] = [
            {
                "kind": "wages",
                "received_on": "none",
                **income,
                "exempt": "none",
                "amount": Decimal(rng.randrange(900)),
                "months": rng.choice((1, 1, 12)),
            }
            for income in listed
        ]
    return [income for member in flat["members"] for income in member["incomes"]]


@settings(max_examples=400)
@given(packs, seeds, st.decimals("0.01", 3000, places=2))
def test_a_top_up_never_rises_with_an_income(name: str, seed: int, more: Decimal) -> None:
    pack, rng = shipped(name), random.Random(seed)
    flat = pack.facts(rng)
    incomes = modest(rng, flat)
    assume(incomes)
    before = pack.run(pack.households.built(flat))
    rng.choice(incomes)["amount"] += more
    after = pack.run(pack.households.built(flat))
    assume(who_counts(before) == who_counts(after))
    for rule in (rule for rule in pack.rules.rules.values() if rule.kind == "top_up" and "income" in rule.details):
        then, now = topped_up(pack, before, rule), topped_up(pack, after, rule)
        for member in then:
            (line, poorer, much), (same_line, richer, less) = then[member], now[member]
            if line == same_line:
                assert poorer <= richer, (rule.id, member, "counted income falls")
                assert less <= much, (rule.id, member, poorer, richer)


def test_raising_incomes_lowers_many_a_top_up() -> None:
    pack, fell = shipped("cn/guizhou/zunyi/bozhou"), 0
    rule = pack.rules.rules["dibao.top_up"]
    for seed in range(60):
        rng = random.Random(seed)
        flat = pack.facts(rng)
        incomes = modest(rng, flat)
        before = topped_up(pack, pack.run(pack.households.built(flat)), rule)
        for income in incomes:
            income["amount"] += 300
        after = topped_up(pack, pack.run(pack.households.built(flat)), rule)
        fell += any(after[who][2] < before[who][2] for who in before)
    assert fell > 15


@cache
def caps(pack: Shipped) -> list[tuple[Rule, core.Expr, str]]:
    """Every deduction that has a cap, with the cap as an expression about its items."""
    compiler = Compiler(pack.rules.pack, pack.rules.law)
    found = []
    for rule in pack.rules.rules.values():
        if rule.kind == "deduction" and rule.model.cap:  # type: ignore[attr-defined]
            names = compiler.item_scope(rule.owner, rule.programme)
            cap = expressions.read_value(rule.model.cap.at, names)  # type: ignore[attr-defined]
            found.append((rule, cap, names.variable(rule.owner) or core.HOUSEHOLD))
    return found


@settings(max_examples=300)
@given(packs, seeds)
def test_a_deduction_stays_under_its_cap(name: str, seed: int) -> None:
    pack = shipped(name)
    run = pack.run(pack.household(seed))
    reference = Reference(pack.rules.schema, pack.rules.definitions, run.household, run.on)
    assert caps(pack)
    for rule, cap, var in caps(pack):
        for item in reference.items(rule.owner):
            most = point(reference.of(cap, {core.HOUSEHOLD: reference.household, var: item}))
            allowed = run.value(rule.roles["amount"], *item.at)
            assert isinstance(allowed, Fraction) and most is not None
            assert allowed <= max(most, Fraction(0)), rule.id
