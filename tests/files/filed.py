"""Populations of the vale in files, and a command that may be stopped at any of its steps."""

from __future__ import annotations

import os
import runpy
import subprocess
from collections.abc import Mapping
from functools import cache, lru_cache
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
import stoppable
from stoppable import ON, PACKS

import aidrules
from aidrules.language.pack import Pack

ROOT = Path(__file__).parents[2]
OUTCOMES = ("allowance", "care")
"""A programme about households, and one about persons."""
PER_PART = 40


@lru_cache
def vale() -> Pack:
    return stoppable.VALE


@lru_cache
def households(rows: int = 330) -> pl.DataFrame:
    """Invented households, some of which are decided and some of which are open."""
    made: pl.DataFrame = runpy.run_path(str(ROOT / "examples" / "population.py"))["population"](rows, vale())
    known = pl.int_range(rows) % 3 > 0
    return made.with_columns(
        pl.when(known).then(pl.col("registered_here")).alias("contracted_land"),
        pl.when(known).then(pl.lit([], dtype=pl.List(pl.Struct({"kind": pl.String})))).alias("expenses"),
    )


def with_faults(frame: pl.DataFrame) -> pl.DataFrame:
    """The same with 13 rows that cannot be decided, two of which have two faults."""
    wrong = pl.int_range(pl.len()) % 27 == 5
    twice = pl.int_range(pl.len()) % 270 == 5
    return frame.with_columns(
        pl.when(wrong).then(pl.lit("Urban")).otherwise("residence").alias("residence"),
        pl.when(twice).then(pl.struct(pl.lit(-5).alias("savings"))).otherwise("assets").alias("assets"),
    )


def in_memory(frame: pl.DataFrame, outcomes: tuple[str, ...] = OUTCOMES) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What `simulate` says, in the types that files have."""
    found = aidrules.simulate(frame, vale(), on=ON, outcomes=outcomes)
    rows = pl.col("row").cast(pl.Int64)
    told = found.frame.select(pl.col(name).cast(texts(dtype)) for name, dtype in found.frame.schema.items())
    return told.with_columns(rows), found.faults.with_columns(rows)


def texts(dtype: Any) -> Any:
    """A type with texts in the place of enums."""
    match dtype:
        case pl.Enum():
            return pl.String()
        case pl.List():
            return pl.List(texts(dtype.inner))
        case pl.Struct():
            return pl.Struct({field.name: texts(field.dtype) for field in dtype.fields})
        case _:
            return dtype


@cache
def _forked() -> ForkServerContext:
    """Processes that are forked from one which has imported `stoppable`, and found it along this path."""
    forked = get_context("forkserver")
    forked.set_forkserver_preload(["stoppable"])
    with patch.dict(os.environ, PYTHONPATH=os.pathsep.join((str(ROOT / "src"), str(Path(__file__).parent)))):
        forkserver.ensure_running()
    return forked


class Begun:
    """A process that was begun, as `subprocess.Popen` has it."""

    def __init__(self, args: list[str], streams: tuple[str, str], *given: Any) -> None:
        self._streams = streams
        self._process = _forked().Process(target=stoppable.simulated, args=(args, streams, *given))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """Its exit code, if it has ended."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, when it has ended."""
        self._process.join(timeout)
        assert self._process.exitcode is not None
        return self._process.exitcode

    def communicate(self) -> tuple[str, str]:
        """What it said on standard output and on standard error, when it has ended."""
        self.wait(500)
        out, said = (Path(stream).read_text("utf-8") for stream in self._streams)
        return out, said


def begun(
    *args: str,
    log: Path,
    stop: int = 0,
    per_part: int = PER_PART,
    slow: float = 0,
    full_after: int = 0,
    environment: Mapping[str, str] | None = None,
) -> Begun:
    """`aidrules simulate` for the vale in a process of its own, with small parts.

    Args:
        args: what to give to it.
        log: which parts it begins to decide is written there.
        stop: at which step in its folder of parts it kills itself as `kill -9` would, from 1; 0 is never.
        per_part: households in a part.
        slow: seconds that each part takes longer.
        full_after: at which file the disk is full, from 1; 0 is never.
        environment: variables beside those of the process.
    """
    asked = ["simulate", *args, "--pack", "vale/county", "--path", str(PACKS), "--on", str(ON), "--lang", "en"]
    asked += [part for name in OUTCOMES for part in ("--outcomes", name)]
    return Begun(
        asked, (f"{log}.out", f"{log}.err"), dict(environment or {}), str(log), stop, per_part, slow, full_after
    )


def command(*args: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The same, waited for."""
    process = begun(*args, **options)
    out, said = process.communicate()
    return subprocess.CompletedProcess(args, process.wait(), out, said)
