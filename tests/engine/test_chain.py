"""The chain: stages, three-valued conclusions, memory; both engines against an evaluation of their own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aidrules.engine.chain import Chain, ChainRule, Condition
from aidrules.errors import PackError


def when(*conjunctions: str) -> tuple[tuple[Condition, ...], ...]:
    """`when("a b", "not:c")` is (a and b) or not c."""
    return tuple(
        tuple(Condition(word.removeprefix("not:"), not word.startswith("not:")) for word in text.split())
        for text in conjunctions
    )


# Invented: a grant insures, the insured at school pay no fees, who is neither may ask for legal aid.
GRANT = (
    ChainRule("fees_waived", when("insured at_school")),
    ChainRule("insured", when("grant", "pension")),
    ChainRule("legal_aid", when("not:insured", "not:fees_waived sued")),
    ChainRule("told", when("")),
    ChainRule("never", ()),
)


@pytest.fixture(params=["durable", "exact"])
def grant(request: pytest.FixtureRequest) -> Chain:
    return Chain(GRANT, digest="grant", engine=request.param)


def test_conditions_are_the_atoms_that_nothing_concludes_in_order_of_reading(grant: Chain) -> None:
    assert grant.conditions == ("at_school", "grant", "pension", "sued")


def test_conclusions_are_listed_stage_by_stage(grant: Chain) -> None:
    assert grant.conclusions == ("insured", "told", "never", "fees_waived", "legal_aid")


def test_conclusions_fire_further_rules(grant: Chain) -> None:
    result = grant.run((True, True, False, False))
    assert result.certain == result.possible == {"insured", "fees_waived", "told"}
    assert result.fired == ("insured", "told", "fees_waived")
    assert result.difference is None


def test_a_negated_conclusion_is_settled_before_it_is_read(grant: Chain) -> None:
    assert grant.run((False, False, False, False)).certain == {"legal_aid", "told"}


def test_two_alternatives_that_both_hold_conclude_once(grant: Chain) -> None:
    assert grant.run((False, True, True, True)).fired == ("insured", "told", "legal_aid")


def test_an_unknown_condition_leaves_what_it_would_open_possible(grant: Chain) -> None:
    result = grant.run((True, None, False, False))
    assert result.certain == {"told"}
    assert result.possible == {"insured", "fees_waived", "legal_aid", "told"}
    assert result.fired == ("told",)


def test_an_unknown_condition_that_cannot_matter_changes_nothing(grant: Chain) -> None:
    result = grant.run((None, True, None, None))
    assert result.certain == {"insured", "told"}
    assert result.possible == {"insured", "told", "fees_waived", "legal_aid"}


def test_the_result_names_its_engine() -> None:
    assert Chain(GRANT, "grant", "exact").run((True,) * 4).engine == "exact"
    assert Chain(GRANT, "grant", "durable").run((True,) * 4).engine == "durable"


def test_a_contradiction_of_an_unknown_is_possible_as_in_kleenes_logic() -> None:
    for engine in ("durable", "exact"):
        chain = Chain([ChainRule("odd", when("a not:a")), ChainRule("even", when("a", "not:a"))], "k", engine)
        assert chain.run((None,)).certain == frozenset()
        assert chain.run((None,)).possible == {"odd", "even"}
        assert chain.run((True,)).possible == {"even"}


def test_a_chain_without_rules_concludes_nothing() -> None:
    for engine in ("durable", "exact"):
        chain = Chain([], "empty", engine)
        assert (chain.conditions, chain.run(()).certain) == ((), frozenset())


def test_a_pattern_is_remembered(grant: Chain) -> None:
    assert grant.run((True, True, None, False)) is grant.run((True, True, None, False))


def test_memory_is_bounded_and_can_be_switched_off() -> None:
    chain = Chain(GRANT, "grant", "exact", remember=2)
    first = chain.run((True, True, True, True))
    for bit in (True, False, None):
        chain.run((bit, True, True, False))
    assert chain.run((True, True, True, True)) is not first
    assert chain.run((True, True, True, True)) == first
    forgetful = Chain(GRANT, "grant", "exact", remember=0)
    assert forgetful.run((True,) * 4) is not forgetful.run((True,) * 4)


@pytest.mark.parametrize("odd", [1, 0, "true", 0.0])
def test_a_condition_that_is_not_a_boolean_is_refused_even_when_it_equals_a_remembered_one(
    grant: Chain, odd: object
) -> None:
    grant.run((True, True, True, True))
    grant.run((True, False, True, True))
    with pytest.raises(TypeError, match=r"condition grant is .*; expected True, False or None for unknown"):
        grant.run((True, odd, True, True))  # type: ignore[arg-type]


def test_a_wrong_number_of_conditions_is_refused(grant: Chain) -> None:
    with pytest.raises(ValueError, match="3 conditions found; expected 4: at_school, grant, pension, sued"):
        grant.run((True, True, True))
    with pytest.raises(TypeError, match="not True, False or None"):
        grant.run((True, True, True, True, "x"))  # type: ignore[arg-type]


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(ValueError, match='engine is \'drools\'; expected "durable" or "exact"'):
        Chain(GRANT, "grant", "drools")  # type: ignore[arg-type]


@pytest.mark.parametrize("negated", ["", "not:"])
def test_a_circle_is_refused(negated: str) -> None:
    rules = [ChainRule("a", when("b")), ChainRule("b", when("c x")), ChainRule("c", when(f"{negated}a"))]
    with pytest.raises(PackError, match="follows from itself: a -> b -> c -> a"):
        Chain(rules, "circle", "exact")


def test_a_conclusion_of_itself_is_refused() -> None:
    with pytest.raises(PackError, match="a: follows from itself: a -> a"):
        Chain([ChainRule("a", when("a"))], "circle", "exact")


def test_two_rules_with_one_conclusion_are_refused() -> None:
    with pytest.raises(PackError, match="a: has two chain rules; expected one, with all its alternatives"):
        Chain([ChainRule("a", when("x")), ChainRule("a", when("y"))], "twice", "exact")


def kleene(rules: Mapping[str, ChainRule], facts: Mapping[str, bool | None], atom: str) -> bool | None:
    """The value of an atom by recursion over the rules: shares nothing with the library."""
    if atom not in rules:
        return facts[atom]
    best: bool | None = False
    for conjunction in rules[atom].alternatives:
        value: bool | None = True
        for it in conjunction:
            part = kleene(rules, facts, it.atom)
            if not it.holds and part is not None:
                part = not part
            if part is False:
                value = False
            elif part is None and value is True:
                value = None
        if value is True:
            best = True
        elif value is None and best is False:
            best = None
    return best


CONDITIONS = [f"c{number}" for number in range(6)]


@st.composite
def chains(draw: st.DrawFn) -> list[ChainRule]:
    rules: list[ChainRule] = []
    for number in range(draw(st.integers(1, 8))):
        atoms = st.sampled_from(CONDITIONS + [rule.conclusion for rule in rules])
        conjunctions = st.lists(st.builds(Condition, atoms, st.booleans()), max_size=4).map(tuple)
        alternatives = draw(st.lists(conjunctions, max_size=4).map(tuple))
        rules.append(ChainRule(f"x{number}", alternatives))
    return draw(st.permutations(rules))


@settings(max_examples=250, deadline=None)
@given(
    chains(),
    st.lists(st.tuples(*[st.sampled_from([True, False, None])] * 6), min_size=12, max_size=12, unique=True),
)
def test_durable_rules_the_exact_engine_and_plain_recursion_conclude_the_same(
    rules: list[ChainRule], patterns: list[tuple[bool | None, ...]]
) -> None:
    durable = Chain(rules, "random", "durable")
    exact = Chain(rules, "random", "exact")
    by_name = {rule.conclusion: rule for rule in rules}
    for pattern in patterns:
        facts = dict(zip(CONDITIONS, pattern, strict=True))
        given_ = tuple(facts[name] for name in exact.conditions)
        values = {name: kleene(by_name, facts, name) for name in by_name}
        expected = (
            {name for name, value in values.items() if value is True},
            {name for name, value in values.items() if value is not False},
        )
        first, second = durable.run(given_), exact.run(given_)
        assert first.engine == "durable"
        assert (first.certain, first.possible) == expected == (second.certain, second.possible)
        assert first.fired == second.fired
        position = {name: place for place, name in enumerate(first.fired)}
        for name in first.fired:
            read = {it.atom for it in next(c for c in by_name[name].alternatives if holds(c, values, facts))}
            assert all(position[atom] < position[name] for atom in read if atom in position)


def holds(
    conjunction: tuple[Condition, ...], values: Mapping[str, bool | None], facts: Mapping[str, bool | None]
) -> bool:
    return all({**facts, **values}[it.atom] is it.holds for it in conjunction)
