"""What the kinds of rules do on the shipped packs: what they promise, top-ups and incomes, deductions and caps."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from shipped import Shipped, each_with_households

from aidrules.engine import Run
from aidrules.engine.compiled import Rule
from aidrules.engine.compiler import Compiler
from aidrules.language import core, expressions
from aidrules.testing.promises import PROMISES, SENSIBLE, broken
from reference.evaluator import Reference, point


@settings(max_examples=500)
@given(each_with_households())
def test_every_rule_keeps_what_its_kind_promises(drawn: tuple[Shipped, Any]) -> None:
    pack, household = drawn
    assert broken(pack.run(household), PROMISES, SENSIBLE) == []


def test_the_random_households_meet_rules_of_all_kinds_and_both_answers() -> None:
    seen: dict[str, set[bool]] = {}

    @settings(max_examples=1500, phases=[Phase.generate])
    @given(each_with_households())
    def meet(drawn: tuple[Shipped, Any]) -> None:
        pack, household = drawn
        run = pack.run(household)
        for rule in pack.rules.rules.values():
            names = [rule.roles[role] for role in ("condition", "amount", "class") if role in rule.roles]
            for found in (run.value(each, *item) for each in names for item in run.items(rule.owner)):
                seen.setdefault(rule.kind, set()).add(found not in (False, 0, "none"))

    meet()
    assert set(seen) >= {*PROMISES, *SENSIBLE} - {"risk_elimination", "check", "procedure"}
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


amounts = st.integers(0, 900).map(str)
modest = st.lists(
    st.fixed_dictionaries({"kind": st.just("wages"), "amount": amounts, "months": st.sampled_from((1, 1, 12))}),
    min_size=1,
    max_size=2,
)
"""Incomes that leave room under a standard."""


def richer(household: Any, member: int, more: Decimal) -> Any:
    """The household, in which a member's first income is so much more."""
    facts = household.model_dump()
    facts["members"][member]["incomes"][0]["amount"] += more
    return type(household).model_validate(facts)


def test_a_top_up_never_rises_with_an_income_and_often_falls() -> None:
    fell = 0

    @settings(max_examples=400)
    @given(each_with_households(given={"members.incomes": modest}), st.decimals("0.01", 3000, places=2), st.data())
    def test(drawn: tuple[Shipped, Any], more: Decimal, data: st.DataObject) -> None:
        nonlocal fell
        pack, household = drawn
        member = data.draw(st.integers(0, len(household.members) - 1))
        before, after = pack.run(household), pack.run(richer(household, member, more))
        assume(who_counts(before) == who_counts(after))
        for rule in (rule for rule in pack.rules.rules.values() if rule.kind == "top_up" and "income" in rule.details):
            then, now = topped_up(pack, before, rule), topped_up(pack, after, rule)
            for who in then:
                (line, poorer, much), (same_line, richer_by, less) = then[who], now[who]
                if line == same_line:
                    assert poorer <= richer_by, (rule.id, who, "counted income falls")
                    assert less <= much, (rule.id, who, poorer, richer_by)
                    fell += less < much

    test()
    assert fell > 200


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
@given(each_with_households())
def test_a_deduction_stays_under_its_cap(drawn: tuple[Shipped, Any]) -> None:
    pack, household = drawn
    run = pack.run(household)
    reference = Reference(pack.rules.schema, pack.rules.definitions, run.household, run.on)
    assert caps(pack)
    for rule, cap, var in caps(pack):
        for item in reference.items(rule.owner):
            most = point(reference.of(cap, {core.HOUSEHOLD: reference.household, var: item}))
            allowed = run.value(rule.roles["amount"], *item.at)
            assert isinstance(allowed, Fraction) and most is not None
            assert allowed <= max(most, Fraction(0)), rule.id
