"""Populations of the vale in files, and a command that may be stopped at any of its steps."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

import aidrules
from aidrules.language.pack import Pack

ROOT = Path(__file__).parents[2]
PACKS = ROOT / "tests" / "packs"
ON = date(2025, 6, 15)
OUTCOMES = ("allowance", "care")
"""A programme about households, and one about persons."""
PER_PART = 40


@lru_cache
def vale() -> Pack:
    return aidrules.load("vale/county", path=PACKS)


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


_COMMAND = """
import errno, os, pathlib, signal, threading, time
import aidrules.populations.part as part
part.HOUSEHOLDS = {per_part}
import aidrules.populations.joined as joined
joined.WINDOW = 64
from aidrules.populations.deciding import Decider

log, step, left, at_work = {log!r}, threading.Lock(), [{stop}], []

def note(text):
    with open(log, "a") as file:
        file.write(text + "\\n")

def counted(owner, name):
    real = getattr(owner, name)
    def call(*args, **options):
        with step:
            at_work.extend(["begun"] if name == "mkdir" else [])
            left[0] -= 1 if at_work else 0
            if left[0] == 0 and at_work:
                os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **options)
    setattr(owner, name, call)

for owner, names in ((os, ("fsync",)), (pathlib.Path, ("mkdir", "rename", "replace", "unlink", "rmdir", "open"))):
    for name in names:
        counted(owner, name)

real = Decider.tables
def tables(self, some):
    note(f"deciding {{some.number}} {{some.rows.len()}}")
    time.sleep({slow} if some.rows.len() else 0)
    return real(self, some)
Decider.tables = tables

from aidrules.populations import durable
settled, safe = durable.settle, [{full_after}]
def settle(stream):
    safe[0] -= 1
    if safe[0] == 0:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    settled(stream)
durable.settle = settle

from aidrules.cli import main
main(prog_name="aidrules")
"""


def begun(
    *args: str,
    log: Path,
    stop: int = 0,
    per_part: int = PER_PART,
    slow: float = 0,
    full_after: int = 0,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
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
    code = _COMMAND.format(per_part=per_part, log=str(log), stop=stop, slow=slow, full_after=full_after)
    whole = [sys.executable, "-c", code, "simulate", *args]
    whole += ["--pack", "vale/county", "--path", str(PACKS), "--on", str(ON), "--lang", "en"]
    whole += [part for name in OUTCOMES for part in ("--outcomes", name)]
    variables = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONIOENCODING": "utf-8", **(environment or {})}
    pipe = subprocess.PIPE
    return subprocess.Popen(whole, env=variables, stdout=pipe, stderr=pipe, encoding="utf-8")


def command(*args: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """The same, waited for."""
    process = begun(*args, **options)
    out, said = process.communicate()
    return subprocess.CompletedProcess(args, process.returncode, out, said)
