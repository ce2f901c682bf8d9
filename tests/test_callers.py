"""What is no pack, no day or no list is refused with a sentence, wherever callers give one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pandas as pd
import polars as pl
import pytest

import aidrules
from aidrules import frames
from aidrules.errors import DecisionError, FactsError

NATIONAL = aidrules.load("cn/national")
HOUSEHOLD = NATIONAL.Household.model_validate({"id": "h", "members": [{"id": "a"}]})
ON = date(2025, 6, 1)
TABLE = frames.from_households([HOUSEHOLD], NATIONAL)


@pytest.mark.parametrize("day", ["2025-06-01", None, datetime(2025, 6, 1), pd.Timestamp("2025-06-01")])
@pytest.mark.parametrize("table", [TABLE, TABLE.select("id", "residence", pl.lit([{"id": "a"}]).alias("members"))])
def test_a_population_is_checked_on_a_day(day: Any, table: pl.DataFrame) -> None:
    with pytest.raises(
        DecisionError, match=rf"on: .* is a {type(day).__name__}; expected a datetime\.date\. Give a day"
    ):
        frames.check(table, NATIONAL, on=day)


@pytest.mark.parametrize(
    "call",
    [
        lambda pack: aidrules.decide(HOUSEHOLD, pack, on=ON),
        lambda pack: aidrules.simulate(TABLE, pack, on=ON),
        lambda pack: frames.check(TABLE, pack, on=ON),
        lambda pack: frames.from_households([HOUSEHOLD], pack),
        lambda pack: frames.to_households(TABLE, pack),
        lambda pack: frames.nest(pack, households=TABLE, members=TABLE),
    ],
)
def test_the_name_of_a_pack_is_no_pack(call: Callable[[Any], object]) -> None:
    with pytest.raises(DecisionError, match=r"pack: 'cn/national' is a str; expected a pack\. Load it: aidrules\.load"):
        call("cn/national")


def test_a_household_that_was_built_without_checks_is_told() -> None:
    with pytest.raises(FactsError, match=r"household: some of its facts are neither given nor unknown\. Build it with"):
        aidrules.decide(NATIONAL.Household.model_construct(id="h"), NATIONAL, on=ON)


def test_a_pack_and_a_table_in_the_wrong_order_are_told() -> None:
    with pytest.raises(DecisionError, match=r"is a DataFrame; expected a pack\. Load it"):
        frames.check(NATIONAL, TABLE, on=ON)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "error", "call"),
    [
        ("programmes", DecisionError, lambda given: aidrules.decide(HOUSEHOLD, NATIONAL, on=ON).explain("en", given)),
        ("outcomes", DecisionError, lambda given: aidrules.simulate(TABLE, NATIONAL, on=ON, outcomes=given)),
        (
            "incomplete",
            FactsError,
            lambda given: frames.nest(NATIONAL, households=TABLE, members=TABLE, incomplete=given),
        ),
    ],
)
@pytest.mark.parametrize(
    ("given", "what"), [("dibao", "text"), (b"dibao", "bytes"), ({"dibao": 1}, "dict"), (5, "int")]
)
def test_one_name_is_no_list(name: str, error: type[Exception], call: Any, given: object, what: str) -> None:
    with pytest.raises(
        error, match=rf"^{name}: found a {what}; expected a list\. Write {name}=\[\.\.\.\], also for one"
    ):
        call(given)


def test_programmes_are_also_taken_from_a_set() -> None:
    decision = aidrules.decide(HOUSEHOLD, NATIONAL, on=ON)
    assert decision.explain("en", {"dibao"}) == decision.explain("en", ["dibao"])  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["fr", None, ["en"]])
@pytest.mark.parametrize(
    "tell",
    [
        lambda decision, lang: decision.explain(lang),
        lambda decision, lang: decision.why("dibao", lang),
        lambda decision, lang: decision.why_not("dibao", lang),
        lambda decision, lang: decision.to_html(lang),
    ],
)
def test_a_language_that_there_is_not_is_told(tell: Any, lang: Any) -> None:
    with pytest.raises(DecisionError, match=r"^lang: .* is no language; expected 'zh' or 'en'$"):
        tell(aidrules.decide(HOUSEHOLD, NATIONAL, on=ON), lang)


def test_a_kind_of_table_that_there_is_not_is_told() -> None:
    with pytest.raises(FactsError, match="to: 'pandas' is no kind of table; expected one of polars, arrow"):
        frames.from_households([HOUSEHOLD], NATIONAL, to="pandas")  # type: ignore[call-overload]


def test_every_public_name_loads_without_tables_or_says_what_it_needs() -> None:
    code = """
import sys
sys.modules.update(polars=None, pyarrow=None, numpy=None, filelock=None)
import aidrules, aidrules.frames, aidrules.columns, aidrules.populations, aidrules.reforms
for module in (aidrules, aidrules.frames, aidrules.columns, aidrules.populations, aidrules.reforms):
    for name in module.__all__:
        try:
            getattr(module, name)
        except ModuleNotFoundError as error:
            print(name, str(error).endswith("is not installed. Tables need it: pip install 'aidrules[columns]'"))
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment)
    told = dict(line.split() for line in ran.stdout.splitlines())
    assert {"check", "nest", "simulate", "simulate_file"} <= told.keys()
    assert {"decide", "load", "verify"}.isdisjoint(told)
    assert set(told.values()) == {"True"}


@pytest.mark.parametrize(
    ("absent", "use"),
    [
        ("polars", "aidrules.simulate"),
        ("polars", "aidrules.frames.check"),
        ("polars", "aidrules.frames.nest"),
        ("pyarrow", "aidrules.load('cn/national').arrow_schema"),
        ("pyarrow", "aidrules.frames.from_households([], aidrules.load('cn/national'))"),
    ],
)
def test_what_tables_need_is_named_where_it_is_not_installed(absent: str, use: str) -> None:
    code = f"import sys; sys.modules[{absent!r}] = None; import aidrules, aidrules.frames; {use}"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ran = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, env=environment)
    assert ran.stderr.splitlines()[-1] == (
        f"ModuleNotFoundError: {absent} is not installed. Tables need it: pip install 'aidrules[columns]'"
    )
