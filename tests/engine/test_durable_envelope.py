"""durable-rules is right only within narrow bounds: one test per bound that the adapter never leaves them.

A recording engine stands between the adapter and the real one, so that what is sent can be read.
"""

from __future__ import annotations

import gc
import json
import os
import random
import re
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from aidrules.engine.chain import Chain, ChainRule, Condition, durable

durable_rules_engine = pytest.importorskip("durable_rules_engine")

USED = {
    "create_ruleset",
    "delete_ruleset",
    "assert_fact",
    "start_action_for_state",
    "complete_and_start_action",
    "delete_state",
}


class Recorder:
    """Passes calls on to the real engine, notes them, and can be told to misbehave."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], Any]] = []
        self.instead: dict[str, Callable[..., Any]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real = getattr(durable_rules_engine, name)

        def call(*arguments: Any) -> Any:
            answer = self.instead.get(name, real)(*arguments)
            self.calls.append((name, arguments, answer))
            return answer

        return call

    def called(self, name: str) -> list[tuple[tuple[Any, ...], Any]]:
        return [(arguments, answer) for call, arguments, answer in self.calls if call == name]

    def definitions(self) -> dict[int, dict[str, Any]]:
        return {answer: json.loads(arguments[1]) for arguments, answer in self.called("create_ruleset")}

    def facts(self) -> list[tuple[int, str]]:
        return [(arguments[0], arguments[1]) for arguments, _ in self.called("assert_fact")]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()
    monkeypatch.setattr(durable, "_load", lambda: made)
    return made


@pytest.fixture(autouse=True)
def no_warning() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def conditions(*names: str) -> tuple[Condition, ...]:
    return tuple(Condition(name.removeprefix("not:"), not name.startswith("not:")) for name in names)


def rule(conclusion: str, *alternatives: str) -> ChainRule:
    return ChainRule(conclusion, tuple(conditions(*text.split()) for text in alternatives))


BENEFITS = (
    rule("insured", "grant", "pension not:abroad"),
    rule("waived", "insured school", "orphan"),
    rule("aid", "not:insured sued", "not:waived school orphan"),
    rule("told", ""),
)


def patterns(count: int, width: int, seed: int = 1) -> list[tuple[bool | None, ...]]:
    draw = random.Random(seed)
    return [tuple(draw.choice((True, False, None)) for _ in range(width)) for _ in range(count)]


def both(rules: tuple[ChainRule, ...], given: list[tuple[bool | None, ...]]) -> Chain:
    """Run all patterns by both engines and insist that they agree, by durable-rules itself."""
    chain, exact = Chain(rules, "envelope", "durable", remember=0), Chain(rules, "envelope", "exact")
    for pattern in given:
        result, expected = chain.run(pattern), exact.run(pattern)
        assert (result.engine, result.difference) == ("durable", None)
        assert (result.certain, result.possible, result.fired) == (
            expected.certain,
            expected.possible,
            expected.fired,
        )
    return chain


def antecedents(definition: dict[str, Any]) -> list[dict[str, Any]]:
    return [antecedent for each in definition.values() for antecedent in each["all"]]


# Matching


def test_no_joins_no_none_no_nested_or(recorder: Recorder) -> None:
    both(BENEFITS, patterns(20, 6))
    for definition in recorder.definitions().values():
        for each in definition.values():
            assert set(each) == {"all"}
            [antecedent] = each["all"]
            [(name, asked)] = antecedent.items()
            assert name == "m"
            conjuncts = asked.get("$and", [asked])
            assert all(list(one.values()) == [True] and re.fullmatch(r"p\d+|always", *one) for one in conjuncts)


def test_an_or_becomes_one_rule_per_conjunction(recorder: Recorder) -> None:
    chain = Chain([rule("paid", "ill", "disabled", "ill disabled", "ill")], "or", remember=0)
    [definition] = recorder.definitions().values()
    assert len(definition) == 2 + 1, "what asks for more than another alternative is left out"
    assert chain.run((True, True)).fired == ("paid",)


def test_no_attribute_is_ever_missing(recorder: Recorder) -> None:
    both(BENEFITS, patterns(20, 6))
    asked = {
        handle: set(re.findall(r'"(p\d+|always)": true', json.dumps(definition)))
        for handle, definition in recorder.definitions().items()
    }
    for handle, fact in recorder.facts():
        assert set(json.loads(fact)) == asked[handle] | {"id", "sid", "always"}


def test_facts_hold_booleans_only(recorder: Recorder) -> None:
    both(BENEFITS, patterns(20, 6))
    for _, fact in recorder.facts():
        values = json.loads(fact)
        assert (values.pop("id"), values.pop("sid")) == ("f", "s")
        assert {type(value) for value in values.values()} == {bool}
        assert re.fullmatch(r'\{"id":"f","sid":"s"(,"\w+":(true|false))+\}', fact)


def test_negation_is_a_boolean_of_an_earlier_stage(recorder: Recorder) -> None:
    chain = both(BENEFITS, [(False, False, False, False, False, True)])
    assert "aid" in chain.run((False, False, False, False, False, True)).certain
    last = json.loads(recorder.facts()[-1][1])
    assert sum(value for name, value in last.items() if name.startswith("p")) >= 2


# Sessions, memory, threads


def test_one_session_at_a_time_opened_run_and_deleted(recorder: Recorder) -> None:
    both(BENEFITS, patterns(10, 6))
    order = [call for call, _, _ in recorder.calls if call not in ("create_ruleset", "delete_ruleset")]
    text = " ".join(order)
    session = r"assert_fact start_action_for_state( complete_and_start_action)+ delete_state"
    assert re.fullmatch(rf"{session}( {session})*", text)


def test_a_session_is_deleted_only_after_a_rule_has_fired(recorder: Recorder) -> None:
    chain = Chain([rule("a", "x")], "nothing", remember=0)
    assert chain.run((False,)).certain == frozenset()
    [(_, started)] = recorder.called("start_action_for_state")
    assert json.loads(started[1]).keys() == {"always"}
    assert len(recorder.called("delete_state")) == 1


def test_only_the_c_functions_that_need_no_host(recorder: Recorder) -> None:
    both(BENEFITS, patterns(10, 6))
    gc.collect()
    assert {call for call, _, _ in recorder.calls} <= USED


def test_no_host_no_threads_no_durable_module() -> None:
    code = (
        "import sys, threading, aidrules.engine.chain as c;"
        "assert 'durable_rules_engine' not in sys.modules;"
        "r = c.Chain([c.ChainRule('a', ((c.Condition('x'),),))], 'd').run((True,));"
        "assert r.engine == 'durable' and r.fired == ('a',), r;"
        "assert not [m for m in sys.modules if m.split('.')[0] == 'durable'];"
        "assert threading.active_count() == 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env={**os.environ, "PYTHONPATH": _source()})


def _source() -> str:
    return os.pathsep.join(path for path in sys.path if path)


def test_rulesets_are_released_with_the_chain(recorder: Recorder) -> None:
    chain = Chain(BENEFITS, "release")
    chain.run((True,) * 6)
    made = {answer for _, answer in recorder.called("create_ruleset")}
    assert len(made) == 3
    del chain
    gc.collect()
    assert {arguments[0] for arguments, _ in recorder.called("delete_ruleset")} == made


def test_many_chains_of_one_name_live_side_by_side() -> None:
    alive = [Chain(BENEFITS, "same name", remember=0) for _ in range(20)]
    results = {chain.run((True, False, False, True, False, True)).fired for chain in alive}
    assert results == {("insured", "told", "waived")}


def test_threads_take_turns(recorder: Recorder) -> None:
    inside: list[int] = []
    overlaps: list[int] = []
    real_assert, real_delete = durable_rules_engine.assert_fact, durable_rules_engine.delete_state

    def enter(*arguments: Any) -> Any:
        inside.append(1)
        if len(inside) > 1:
            overlaps.append(1)
        return real_assert(*arguments)

    def leave(*arguments: Any) -> Any:
        inside.pop()
        return real_delete(*arguments)

    recorder.instead = {"assert_fact": enter, "delete_state": leave}
    chains = [Chain(BENEFITS, f"thread {number}", remember=0) for number in range(2)]
    exact = Chain(BENEFITS, "exact", "exact")
    wrong: list[object] = []

    def work(seed: int) -> None:
        for pattern in patterns(150, 6, seed):
            result = chains[seed % 2].run(pattern)
            expected = exact.run(pattern)
            if (result.engine, result.certain, result.possible) != (
                "durable",
                expected.certain,
                expected.possible,
            ):
                wrong.append(result)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(switch)
    assert (wrong, overlaps, inside) == ([], [], [])


def test_a_decision_within_a_run_does_not_open_a_second_session(recorder: Recorder) -> None:
    """As a signal handler would that decides while the interrupted decision holds a session."""
    chain = Chain(BENEFITS, "again", remember=16)
    inner: list[Any] = []

    def interrupted(*arguments: Any) -> Any:
        recorder.instead = {}
        inner.append(chain.run((False,) * 6))
        return durable_rules_engine.start_action_for_state(*arguments)

    recorder.instead = {"start_action_for_state": interrupted}
    outer = chain.run((True, False, False, True, False, False))
    assert (outer.engine, outer.fired) == ("durable", ("insured", "told", "waived"))
    assert inner[0].fired == ("told",)
    assert inner[0].engine == "exact (durable unavailable: interrupted within a run)"
    assert chain.run((False,) * 6).engine == "durable", "the makeshift result is not remembered"


def test_after_an_interruption_the_open_session_is_never_used_again(recorder: Recorder) -> None:
    chain = Chain(BENEFITS, "stop", remember=0)

    def stop(*_: Any) -> Any:
        raise KeyboardInterrupt

    recorder.instead = {"complete_and_start_action": stop}
    with pytest.raises(KeyboardInterrupt):
        chain.run((True,) * 6)
    recorder.instead = {}
    before = {answer for _, answer in recorder.called("create_ruleset")}
    recorder.calls.clear()
    result = chain.run((True, False, False, True, False, False))
    assert (result.engine, result.fired) == ("durable", ("insured", "told", "waived"))
    assert not before & {handle for handle, _ in recorder.facts()}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_decides_although_another_thread_held_the_lock() -> None:
    chain = Chain(BENEFITS, "fork", remember=0)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with durable._DOOR.lock:
            held.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12 warns of just this
        child = os.fork()
    if child == 0:
        try:
            import signal

            signal.alarm(20)
            os._exit(0 if chain.run((True,) * 6).engine == "durable" else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(child, 0)
    done.set()
    thread.join()
    assert status == 0


# Facts and names


def test_names_and_texts_of_the_pack_never_reach_the_engine(recorder: Recorder) -> None:
    odd = ['alias "x', "matches", "_type", "id", "sid", "$s", "p0", "always", "head.age", "低保\\", "a\x00b"]
    rules = (rule_of("低保", [odd[:6]]), rule_of("$and", [odd[6:], ["低保"]]))
    draw = random.Random(5)
    both(rules, [tuple(draw.random() < 0.8 for _ in odd) for _ in range(40)])
    for definition in recorder.definitions().values():
        assert all(re.fullmatch(r"r\d+|always", name) for name in definition)
    sent = json.dumps([recorder.facts(), recorder.definitions()])
    assert not any(text in sent for text in ("alias", "matches", "_type", "head", "\\u", "$s"))


def rule_of(conclusion: str, alternatives: list[list[str]]) -> ChainRule:
    return ChainRule(conclusion, tuple(tuple(Condition(atom) for atom in atoms) for atoms in alternatives))


def test_atoms_whose_names_collide_in_durable_rules_stay_apart() -> None:
    first, second = "item_1565786", "item_2024240"
    assert durable.fnv1a(first) == durable.fnv1a(second)
    both((rule("a", first), rule("b", second)), [(True, False), (False, True), (True, None)])


def test_attribute_names_collide_with_nothing() -> None:
    names = durable.attribute_names(durable.MOST_ATTRIBUTES)
    hashes = [durable.fnv1a(name) for name in (*names, *durable._RESERVED, durable._ALWAYS)]
    assert len(set(hashes)) == len(hashes)


def test_a_name_that_would_collide_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    real = durable.fnv1a
    monkeypatch.setattr(durable, "fnv1a", lambda name: real("id") if name == "p1" else real(name))
    assert durable.attribute_names(3) == ["p0", "p2", "p3"]


def test_a_fact_that_no_rule_of_the_pack_wants_is_handled(recorder: Recorder) -> None:
    both(BENEFITS[:2], [(False,) * 5])
    assert [answer[0] for _, answer in recorder.called("assert_fact")] == [0, 0]


# Limits


def wide(rules: int, width: int = 3, atoms: int = 90) -> tuple[ChainRule, ...]:
    draw = random.Random(rules)
    return tuple(
        ChainRule(
            f"x{number}",
            (tuple(Condition(f"c{draw.randrange(atoms)}", draw.random() < 0.7) for _ in range(width)),),
        )
        for number in range(rules)
    )


@pytest.mark.parametrize("count", [60, 61, 300])
def test_more_rules_go_into_more_rulesets(recorder: Recorder, count: int) -> None:
    rules = wide(count)
    width = len(Chain(rules, "width", "exact").conditions)
    both(rules, [*patterns(5, width), (True,) * width, (False,) * width])
    sizes = [len(definition) - 1 for definition in recorder.definitions().values()]
    assert sum(sizes) == count
    assert max(sizes) <= 60
    assert len(sizes) == -(-count // 60)


@pytest.mark.parametrize("negated", ["", "not:"])
def test_hundreds_of_conditions_may_be_true_at_once(recorder: Recorder, negated: str) -> None:
    rules = tuple(rule(f"x{number}", f"{negated}c{number}") for number in range(300))
    both(rules, [(True,) * 300, (False,) * 300, (None,) * 300])
    for definition in recorder.definitions().values():
        first = {
            json.dumps(antecedent["m"].get("$and", [antecedent["m"]])[0]) for antecedent in antecedents(definition)
        }
        assert len(first) < 64


def test_rules_that_branch_deep_below_shared_conditions_stay_within_the_limit() -> None:
    rules = tuple(rule(f"x{number}", f"a b c{number} d{number % 7}") for number in range(130))
    width = len(Chain(rules, "deep", "exact").conditions)
    both(rules, [(True,) * width, (None,) * width])


def test_many_attributes_go_into_more_rulesets(recorder: Recorder) -> None:
    rules = tuple(rule(f"x{n}", " ".join(f"c{n}_{k}" for k in range(30))) for n in range(20))
    both(rules, [(True,) * 600, (False,) * 600])
    assert max(len(json.loads(fact)) for _, fact in recorder.facts()) <= durable.MOST_ATTRIBUTES + 3


def test_the_longest_conjunction_that_fits_runs() -> None:
    rules = (rule("x", " ".join(f"c{k}" for k in range(durable.MOST_ATTRIBUTES))),)
    both(rules, [(True,) * 200, (*(True,) * 199, False)])


def test_a_longer_conjunction_is_refused_and_decided_exactly() -> None:
    rules = (rule("x", " ".join(f"c{k}" for k in range(durable.MOST_ATTRIBUTES + 1))),)
    with pytest.warns(RuntimeWarning, match="a conjunction has 201 conditions, expected 200 at most"):
        chain = Chain(rules, "long")
    result = chain.run((True,) * 201)
    assert result.fired == ("x",)
    assert result.engine == ("exact (durable unavailable: a conjunction has 201 conditions, expected 200 at most)")


def test_hundreds_of_rules_on_one_condition() -> None:
    rules = tuple(rule(f"x{number}", "c") for number in range(520))
    both(rules, [(True,), (False,), (None,)])


# Unknowns


def test_the_second_pass_is_skipped_when_nothing_is_unknown(recorder: Recorder) -> None:
    chain = Chain(BENEFITS, "known", remember=0)
    chain.run((True, False, True, False, True, False))
    known = len(recorder.facts())
    recorder.calls.clear()
    chain.run((None, None, None, None, None, None))
    assert (known, len(recorder.facts())) == (3, 6)


def test_the_second_pass_is_skipped_where_the_unknown_is_not_read(recorder: Recorder) -> None:
    chain = Chain([rule("a", "x"), rule("b", "a y")], "partly", remember=0)
    assert chain.run((True, None)).possible == {"a", "b"}
    assert len(recorder.facts()) == 1 + 2


# Faults never change a decision


def fails(*_: Any) -> Any:
    raise MemoryError("no memory")


FAULTS: dict[str, tuple[str, Callable[..., Any], str]] = {
    "not handled": ("assert_fact", lambda *_: (1, 0), "a fact was not taken (code 1)"),
    "observed": ("assert_fact", lambda *_: (2, 0), "a fact was not taken (code 2)"),
    "failing fact": ("assert_fact", fails, "it failed (MemoryError: no memory)"),
    "failing action": ("start_action_for_state", fails, "it failed (MemoryError: no memory)"),
    "nothing fired": ("start_action_for_state", lambda *_: None, "the rule that always fires did not"),
    "failing next": ("complete_and_start_action", fails, "it failed (MemoryError: no memory)"),
    "lost rule": (
        "start_action_for_state",
        lambda *_: ("{}", '{"r0":{"m":{}}}'),
        "a rule fired twice, or the rule that always fires did not",
    ),
    "no end": (
        "complete_and_start_action",
        lambda *_: '{"r0":{"m":{}}}',
        "a rule fired twice, or the rule that always fires did not",
    ),
    "failing delete": ("delete_state", fails, "it failed (MemoryError: no memory)"),
    "strange answer": ("start_action_for_state", lambda *_: ("{}", "?"), "it failed (ValueError: "),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_leaves_the_decision_to_the_exact_engine(recorder: Recorder, fault: str) -> None:
    function, instead, reason = FAULTS[fault]
    chain = Chain(BENEFITS, "fault", remember=0)
    recorder.instead = {function: instead}
    if fault == "lost rule":
        recorder.instead["complete_and_start_action"] = lambda *_: None
    with pytest.warns(RuntimeWarning, match="durable-rules was left out of the chain of fault: ") as caught:
        result = chain.run((True, False, False, True, False, False))
    assert reason in str(caught[0].message)
    assert result.engine.startswith(f"exact (durable unavailable: {reason}")
    assert (result.fired, result.difference) == (("insured", "told", "waived"), None)
    recorder.calls.clear()
    assert chain.run((False,) * 6).engine == result.engine
    assert not recorder.facts()


def test_a_rule_that_fires_twice_is_a_fault(recorder: Recorder) -> None:
    chain = Chain([rule("a", "x")], "twice", remember=0)
    messages = iter(['{"r0":{}}', '{"always":{}}', None])
    recorder.instead = {"complete_and_start_action": lambda *_: next(messages)}
    with pytest.warns(RuntimeWarning, match="a rule fired twice"):
        assert chain.run((True,)).fired == ("a",)


def test_a_ruleset_that_does_not_compile_is_a_fault(recorder: Recorder) -> None:
    recorder.instead = {"create_ruleset": fails}
    with pytest.warns(RuntimeWarning, match="a ruleset was refused"):
        chain = Chain(BENEFITS, "refused")
    assert chain.run((True,) * 6).fired == ("insured", "told", "waived")


def test_a_difference_is_reported_and_the_exact_conclusions_stand(recorder: Recorder) -> None:
    chain = Chain(BENEFITS[:2], "differs", remember=0)
    real = durable_rules_engine.assert_fact

    def lie(handle: int, fact: str) -> Any:
        return real(handle, re.sub(r'("p\d+"):true', r"\1:false", fact))

    recorder.instead = {"assert_fact": lie}
    with pytest.warns(RuntimeWarning, match="it differed on insured, waived"):
        result = chain.run((True, False, False, True, False))
    assert result.difference == {"insured", "waived"}
    assert result.fired == ("insured", "waived")
    assert result.engine == "exact (durable differed)"


def test_without_durable_rules_the_exact_engine_serves_quietly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    chain = Chain(BENEFITS, "absent")
    result = chain.run((True, False, False, True, False, False))
    assert result.fired == ("insured", "told", "waived")
    assert result.engine.startswith("exact (durable unavailable: import of durable_rules_engine")
