"""The benchmarks: their pack is an ordinary one, all engines come to the same, and each figure says what it is."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from datetime import date
from importlib import import_module
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

import aidrules
from aidrules.cli import main

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
sys.path.append(str(BENCHMARKS))

import dibao_job  # noqa: E402
import dibao_numpy  # noqa: E402
import dibao_plain  # noqa: E402
import equality  # noqa: E402
import measure_many  # noqa: E402
import measure_one  # noqa: E402
import peers  # noqa: E402
import populations  # noqa: E402
import speed  # noqa: E402
from timing import Clock, Figure, Report, Turns, Way  # noqa: E402

PEOPLE = dibao_job.population(3_000)
PLAIN = PEOPLE.plain(range(len(PEOPLE)))
EXPECTED = dibao_job.Result.of_rows(dibao_plain.decided(household) for household in PLAIN)


@pytest.mark.parametrize("command", [["test", "--coverage"], ["lint", "--strict"]])
def test_the_pack_passes_what_a_pack_has_to_pass(command: list[str]) -> None:
    name, option = command
    done = CliRunner().invoke(main, [name, dibao_job.PACK, "--path", str(dibao_job.PACKS), option])
    assert done.exit_code == 0, done.output


def test_the_same_seed_makes_the_same_households_and_other_ones_lie_on_the_lines() -> None:
    again = dibao_job.population(3_000).plain(range(3_000))
    assert again == PLAIN and dibao_job.population(3_000, seed=1).plain([0, 1, 2]) != PLAIN[:3]
    many = dibao_job.population(20_000)
    line = np.where(many.urban, 52_000, 41_600) * many.sizes
    for tenths in (10, 11, 13, 15):
        beside = 10 * dibao_numpy.decided(many).countable - tenths * line
        assert {-10, 0, 10} <= set(beside)
    assert {-1, 0, 1} <= set(many.savings - 24 * line)
    assert {-1, 0, 1} <= set((many.born - np.datetime64(date(1955, 6, 30))).astype(int))


def test_plain_python_with_and_without_a_trace_and_numpy_come_to_the_same() -> None:
    traced = [dibao_plain.traced(household) for household in PLAIN]
    assert dibao_job.Result.of_rows(row for row, _ in traced).differing(EXPECTED) == []
    assert dibao_numpy.decided(PEOPLE).differing(EXPECTED) == []
    assert all(name and steps for _, steps in traced for name, *_ in steps)


def test_the_pack_comes_to_the_same_one_by_one_and_in_columns() -> None:
    rules = dibao_job.pack()
    few = [rules.Household.model_validate_json(dibao_job.written(household)) for household in PLAIN[:200]]
    ours = [measure_one.of_decision(aidrules.decide(one, rules, on=dibao_job.ON)) for one in few]
    assert dibao_job.Result.of_rows(ours).differing(EXPECTED.head(200)) == []
    simulation = aidrules.simulate(PEOPLE.frame(), rules, on=dibao_job.ON)
    assert simulation.bad.is_empty() and measure_many.differing(simulation.frame, EXPECTED) == []


def test_what_is_not_known_is_unknown_in_the_frame() -> None:
    frame = PEOPLE.frame(np.array([0, 7]))
    incomes = frame["members"].list.first().struct.field("monthly_income")
    assert incomes.is_null().arg_true().to_list() == [0, 7]


@pytest.mark.parametrize("core", ["openfisca_core", "policyengine_core"])
def test_openfisca_and_policyengine_come_to_the_same(core: str) -> None:
    pytest.importorskip(core)
    assert import_module("peer_fisca").Fisca(core).decided(PEOPLE).differing(EXPECTED) == []


def test_zen_comes_to_the_same() -> None:
    pytest.importorskip("zen")
    zen = import_module("peer_zen").Zen()
    found = dibao_job.Result.of_rows(zen.row(zen.decide(household)) for household in PLAIN)
    assert found.differing(EXPECTED) == []


def test_a_difference_is_told_and_ends_the_run() -> None:
    other = dibao_job.Result(*(getattr(EXPECTED, name).copy() for name in EXPECTED.names()))
    other.top_up[5] += 1
    (told,) = other.differing(EXPECTED)
    assert told == f"top_up: 1 differ, first row 5: {other.top_up[5]} for {EXPECTED.top_up[5]}"
    with pytest.raises(SystemExit, match="other results"):
        dibao_job.must_agree("an engine", [told])


def test_an_engine_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zen", None)
    monkeypatch.delitem(sys.modules, "peer_zen", raising=False)
    found = peers.Peers()
    assert "ZEN" not in found
    assert any(figure.about == "ZEN" and "left out" in figure.note for figure in found.told)


def test_a_report_says_where_an_aim_is_missed() -> None:
    report = Report()
    report.add("Many", [Figure("ours", 5, "ns", 1.5, "NumPy", 1.25), Figure("fixed", 20, "ms", most=25)])
    assert [one["met"] for one in json.loads(report.to_json())["sections"]["Many"]] == [False, True]
    assert "NOT MET" in report.to_text()


@pytest.mark.parametrize("clock", ["wall", "cpu"])
def test_ways_take_turns_in_each_block(clock: Clock) -> None:
    order: list[str] = []
    times = Turns(2, clock).times({name: Way(lambda name=name: order.append(name), 10) for name in "ab"})
    assert order == ["a", "b"] * 3 and len(times.seconds["a"]) == 2


def test_the_command_measures_small_sizes() -> None:
    report = speed.measured(("chain", "unknown", "size"), 60, Turns(1), False)
    told = {figure.about: figure for section in report.sections.values() for figure in section}
    assert told["a fifth unknown"].yardstick == "all known" and told["60 households"].value


def test_equality_goes_through_all_packs_and_kinds_and_goes_on_where_it_was(tmp_path: Path) -> None:
    every = list(equality.blocks(40_000, ["one", "two"]))
    assert sum(size for *_, size in every) == 40_000
    assert {(name, facts) for name, facts, *_ in islice(every, 12)} == {
        (name, facts) for name in ("one", "two") for facts in ("complete", "incomplete", "without parameters")
    }
    assert max(Counter((name, number) for name, _, number, _ in every).values()) == 1
    progress, run = tmp_path / "progress.json", {"households": 40_000}
    assert equality._done(progress, run) == 0
    progress.write_text(json.dumps({"run": run, "done": 3}))
    assert equality._done(progress, run) == 3
    with pytest.raises(SystemExit, match="other rules"):
        equality._done(progress, {"households": 7})


def test_files_of_rising_size_are_decided_and_their_time_and_memory_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(populations, "_BLOCK", 30)
    monkeypatch.setattr(sys, "argv", ["populations.py", "--rows", "20", "70", "--folder", str(tmp_path)])
    populations.main()
    one, other = capsys.readouterr().out.splitlines()
    assert re.match(r" +20 households: +\d+\.\d s, +\d+\.\d\d µs each, 1\.00 x, [\d,]{2,} MB$", one)
    assert re.match(r" +70 households: +\d+\.\d s, +\d+\.\d\d µs each, \d\.\d\d x, [\d,]{2,} MB$", other)
    decided = pl.read_parquet(tmp_path / "70.out.parquet")
    assert decided["id"].to_list() == [f"h{place}" for place in range(70)]
