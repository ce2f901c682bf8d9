"""A run that is killed goes on where it was: nothing that was finished is decided twice, and nothing is lost."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from filed import ON, OUTCOMES, PER_PART, Begun, begun, command, households, in_memory, vale, with_faults

import aidrules
from aidrules.errors import FilesError

KILLED = -signal.SIGKILL


def finished(folder: Path) -> set[int]:
    """The parts that were finished when a run was killed."""
    return {int(entry.name) for entry in folder.iterdir() if entry.name.isdigit()} if folder.is_dir() else set()


def decided(log: Path) -> list[int]:
    """The parts that runs began to decide; those of nobody, by which they look at the columns, left out."""
    lines = log.read_text().splitlines() if log.exists() else []
    return [int(number) for _, number, rows in map(str.split, lines) if rows != "0"]


def wait_for(count: int, parts: Path, process: Begun) -> None:
    """Wait until so many parts are finished, or the run ends."""
    deadline = time.monotonic() + 500
    while len(finished(parts)) < count and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def given(folder: Path, kind: str) -> list[str]:
    """A population as one nested file or as flat tables, and where the outcome goes."""
    frame = with_faults(households())
    if kind == "nested":
        frame.write_parquet(folder / "in.parquet", row_group_size=70)
        return [str(folder / "in.parquet"), "--out", str(folder / "out.parquet")]
    members = frame.select(pl.col("id").alias("household"), "members").explode("members").unnest("members")
    members.sample(fraction=1, shuffle=True, seed=1).select(
        "household", "id", "birth_date", "relation", "lives_here"
    ).write_csv(folder / "members.csv")
    frame.select("id", "residence", "registered_here").write_csv(folder / "in.csv")
    return [str(folder / "in.csv"), "--members", str(folder / "members.csv"), "--out", str(folder / "out.parquet")]


@pytest.mark.parametrize(("kind", "seed"), [("nested", 1), ("flat", 3)])
def test_killed_at_any_step_again_and_again_it_ends_as_if_it_had_not_been(tmp_path: Path, kind: str, seed: int) -> None:
    whole, again = tmp_path / "whole", tmp_path / "again"
    for folder in (whole, again):
        folder.mkdir()
    assert command(*given(whole, kind), log=whole / "log").returncode == 1
    chance, arguments = random.Random(seed), given(again, kind)
    out, parts, log = again / "out.parquet", again / "out.parquet.parts", again / "log"
    kills, was = 0, set[int]()
    while True:
        before, complete = len(decided(log)), out.exists()
        # Flat tables are put together first, in some hundred steps that are done again as long as they are not done;
        # afterwards a run that goes on reads anew what they were put together to, so that it takes more steps to end.
        least, most = (10, 45) if kind == "nested" else (10, 90) if (parts / "households").exists() else (90, 160)
        done = command(*arguments, log=log, stop=chance.randrange(least, most))
        assert not was & set(decided(log)[before:]), "a finished part was decided again"
        if done.returncode != KILLED:
            break
        kills += 1
        assert kills < 60
        if not out.exists():
            assert was <= finished(parts), "a finished part was lost"
            was = finished(parts)
    assert kills >= 2 and was
    if complete and done.returncode == 2:  # nothing was left to do but to end
        assert "out.parquet: this file is there already." in done.stderr
    else:
        assert done.returncode == 1, done.stderr
    for name in ("out.parquet", "out.bad.parquet"):
        assert (again / name).read_bytes() == (whole / name).read_bytes()
    assert {file.name for file in again.iterdir()} == {file.name for file in whole.iterdir()}
    if kind == "nested":
        expected, faults = in_memory(with_faults(households()))
        assert pl.read_parquet(out).equals(expected)
        assert pl.read_parquet(again / "out.bad.parquet").equals(faults)


def test_killed_from_outside_at_random_moments(tmp_path: Path) -> None:
    with_faults(households()).write_parquet(tmp_path / "in.parquet")
    arguments = (str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"))
    log, parts = tmp_path / "log", tmp_path / "out.parquet.parts"
    chance, was = random.Random(7), set[int]()
    for _ in range(3):
        before = len(decided(log))
        process = begun(*arguments, log=log, per_part=8, slow=0.02)
        wait_for(len(was) + 3, parts, process)
        time.sleep(chance.random() * 0.05)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == KILLED
        assert not was & set(decided(log)[before:])
        assert was < finished(parts)
        was = finished(parts)
    before = len(decided(log))
    done = command(*arguments, log=log, per_part=8)
    assert done.returncode == 1 and sorted(decided(log)[before:]) == sorted(set(range(42)) - was)
    expected, faults = in_memory(with_faults(households()))
    assert pl.read_parquet(tmp_path / "out.parquet").equals(expected)
    assert pl.read_parquet(tmp_path / "out.bad.parquet").equals(faults)


def test_two_runs_on_one_output(tmp_path: Path) -> None:
    households().write_parquet(tmp_path / "in.parquet")
    arguments = (str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"))
    first = begun(*arguments, log=tmp_path / "log", per_part=8, slow=0.3)
    wait_for(1, tmp_path / "out.parquet.parts", first)
    said = "another run is writing this output. Wait until it ends, or give --out another name"
    with pytest.raises(FilesError, match=said):
        aidrules.simulate_file(arguments[0], arguments[2], vale(), on=ON, outcomes=OUTCOMES)
    assert first.poll() is None, "the first one was too quick to see anything"
    assert first.wait(timeout=500) == 0
    assert pl.read_parquet(tmp_path / "out.parquet").equals(in_memory(households())[0])


def test_progress_is_on_standard_error_and_the_count_on_standard_output(tmp_path: Path) -> None:
    households().write_parquet(tmp_path / "in.parquet")
    arguments = (str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"))
    done = command(*arguments, log=tmp_path / "log", environment={"FORCE_COLOR": "1"})
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"330 households, of which 330 were decided: {tmp_path / 'out.parquet'}\n"
    assert "deciding" in done.stderr and "100%" in done.stderr and "writing" in done.stderr
    quiet = command(arguments[0], "--out", str(tmp_path / "second.parquet"), log=tmp_path / "log")
    assert (quiet.returncode, quiet.stderr) == (0, "")


def test_an_interrupted_run_says_that_it_can_go_on(tmp_path: Path) -> None:
    households().write_parquet(tmp_path / "in.parquet")
    arguments = (str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"))
    process = begun(*arguments, log=tmp_path / "log", per_part=8, slow=0.1)
    wait_for(1, tmp_path / "out.parquet.parts", process)
    os.kill(process.pid, signal.SIGINT)
    said = process.communicate()[1]
    assert process.wait() == 130 and "what is finished is not decided again" in said and "Interrupted." in said
    was = finished(tmp_path / "out.parquet.parts")
    assert was and command(*arguments, log=tmp_path / "again", per_part=8).returncode == 0
    assert not was & set(decided(tmp_path / "again"))


def test_another_run_does_not_go_on_with_the_parts(tmp_path: Path) -> None:
    households().write_parquet(tmp_path / "in.parquet")
    with_faults(households()).write_parquet(tmp_path / "other.parquet")
    arguments = (str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"))
    assert command(*arguments, log=tmp_path / "log", stop=30).returncode == KILLED
    parts = tmp_path / "out.parquet.parts"
    was = finished(parts)
    assert was
    rules = "rules, with overlays, readings and parameters"
    for changed, said in (
        ({"source": tmp_path / "other.parquet"}, "contents of households: [0-9a-f]{64}; expected [0-9a-f]{64}"),
        ({"parameters": {"line[urban]": 900}}, f"{rules}: [0-9a-f]{{64}}; expected [0-9a-f]{{64}}"),
        ({"law": date(2025, 6, 14)}, "date of the law: 2025-06-15; expected 2025-06-14"),
        ({"known": ON}, "day known: None; expected 2025-06-15"),
        ({"outcomes": ["allowance"]}, "programmes: allowance, care; expected allowance"),
        ({}, f"households in a part: {PER_PART}; expected 50000"),
    ):
        given = {"source": tmp_path / "in.parquet", "outcomes": OUTCOMES, **changed}
        with pytest.raises(FilesError) as refused:
            aidrules.simulate_file(out=tmp_path / "out.parquet", pack=vale(), on=ON, **given)
        assert re.search(f"parts: begun with {said}. Give the same as before to go on, or delete", str(refused.value))
    assert finished(parts) == was
    assert command(*arguments, log=tmp_path / "log").returncode == 0


def test_a_disk_that_is_full_keeps_what_is_finished(tmp_path: Path) -> None:
    households().write_parquet(tmp_path / "in.parquet")
    arguments = (str(tmp_path / "in.parquet"), "--out", str(tmp_path / "out.parquet"))
    full = command(*arguments, log=tmp_path / "log", full_after=3)
    assert full.returncode == 2, full.stderr
    parts = tmp_path / "out.parquet.parts"
    assert "No space left on device. What is finished is kept in " + str(parts) in full.stderr
    assert not (tmp_path / "out.parquet").exists()
    was = finished(parts)
    assert was and command(*arguments, log=tmp_path / "again").returncode == 0
    assert not was & set(decided(tmp_path / "again"))
