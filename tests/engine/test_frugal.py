"""Generated code made cheap to run computes the same, from few names."""

from __future__ import annotations

import ast
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from aidrules import load
from aidrules.engine.code import compile_function, frugal
from aidrules.engine.runtime import NAMESPACE
from reference.households import Households

ON = date(2025, 6, 1)


def both(text: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """A function as it is written, and made frugal."""
    written, changed = (ast.parse(text).body[0] for _ in range(2))
    assert isinstance(written, ast.FunctionDef)
    assert isinstance(changed, ast.FunctionDef)
    ast.fix_missing_locations(written)
    return compile_function(written, {}), compile_function(ast.fix_missing_locations(frugal(changed)), {})


@pytest.mark.parametrize("facts_known", [True, False])
@pytest.mark.parametrize("name", ["cn/national", "cn/guizhou/zunyi/bozhou"])
def test_the_same_values_of_a_shipped_pack(name: str, facts_known: bool) -> None:
    compiled = load(name).on(ON)
    tree, *_ = compiled._write(facts_known)
    straight, cheap = compile_function(tree, NAMESPACE), compile_function(frugal(tree), NAMESPACE)
    households, draw = Households(compiled, ON), random.Random(11)
    for _ in range(100):
        flat = households.flat(draw, 0.0 if facts_known else 0.2, most_members=5)
        row = compiled.reader(households.built(flat))[-1]
        assert cheap(row, ON.toordinal(), date(2025, 6, 1).toordinal()) == straight(
            row, ON.toordinal(), date(2025, 6, 1).toordinal()
        )


def test_many_values_need_few_names() -> None:
    compiled = load("cn/guizhou/zunyi/bozhou").on(ON)
    for facts_known in (True, False):
        tree, *_ = compiled._write(facts_known)
        straight, cheap = compile_function(tree, NAMESPACE).__code__, compile_function(frugal(tree), NAMESPACE).__code__
        assert straight.co_nlocals > 1000
        assert cheap.co_nlocals * 9 < straight.co_nlocals * 2


def test_what_a_loop_reads_again_keeps_its_name() -> None:
    written, cheap = both(
        """
def f(a, rows):
    t1 = a + 1
    t2 = 0
    for r in rows:
        t3 = r + t1
        t2 += t3
    t4 = t2 * 2
    t5 = a - 1
    return (t4, t5, t2)
"""
    )
    for a, rows in [(1, ()), (2, (1,)), (3, (1, 2, 3))]:
        assert cheap(a, rows) == written(a, rows)


def test_names_of_loops_within_loops_are_not_taken_for_others() -> None:
    written, cheap = both(
        """
def f(a, rows):
    t1 = a * 3
    t2 = []
    for r in rows:
        t3 = False
        t4 = 0
        for x in r:
            t5 = x * t1
            t4 += t5
            if t5 > 20:
                t3 = True
                break
        t6 = a + t4
        t2.append((t3, t6, t6 + t4))
    t7 = 0
    for y in t2:
        t8 = y[1]
        t7 += t8
    return (t2, t7, t1)
"""
    )
    rows = ((1, 2, 3), (), (9, 9), (0,))
    assert cheap(2, rows) == written(2, rows)


@pytest.mark.parametrize("test", [True, False, None])
def test_truth_stays_three_valued(test: bool | None) -> None:
    written, cheap = both(
        """
def f(a):
    t1 = 1 if a is True else 2 if a is False else 3
    if a is True:
        t2 = 1
    elif a is None:
        t2 = 2
    else:
        t2 = 3
    t3 = a is True
    t4 = a is False or a is True
    return (t1, t2, t3, t4)
"""
    )
    assert cheap(test) == written(test)


def test_long_chains_of_values_read_once_stay_shallow() -> None:
    lines = "\n".join(f"    t{n} = t{n - 1} + {n}" for n in range(1, 3000))
    written, cheap = both(f"def f(t0):\n{lines}\n    return t2999\n")
    assert cheap(5) == written(5)
