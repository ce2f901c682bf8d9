"""`aidrules simulate` in a process that is stopped at any of its steps.

Such processes are forked from one that has imported everything and compiled the pack, and has not decided anything:
each costs what it decides and no more.
"""

from __future__ import annotations

import errno
import importlib
import os
import pathlib
import signal
import sys
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.compute
import pyarrow.parquet  # noqa: F401
import rich.progress  # noqa: F401

import aidrules
import aidrules.columns.simulation
from aidrules.cli import main

PACKS = Path(__file__).parents[1] / "packs"
ON = date(2025, 6, 15)
VALE = aidrules.load("vale/county", path=PACKS)
VALE.on(ON)


def _stop_at(left: int) -> None:
    """Kill this process as `kill -9` would at this step in its folder of parts."""
    step, at_work, steps = threading.Lock(), False, left

    def counted(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def call(*args: Any, **options: Any) -> Any:
            nonlocal at_work, steps
            with step:
                at_work = at_work or name == "mkdir"
                steps -= at_work
                if steps == 0 and at_work:
                    os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **options)

        setattr(owner, name, call)

    counted(os, "fsync")
    for name in ("mkdir", "rename", "replace", "unlink", "rmdir", "open"):
        counted(pathlib.Path, name)


def _log(path: str, slow: float) -> None:
    """Write down which part begins to be decided, and take so many seconds longer over it."""
    from aidrules.populations.deciding import Decider

    real = Decider.tables

    def tables(self: Decider, some: Any) -> Any:
        with open(path, "a") as file:  # noqa: PTH123 - that of Path is counted as a step
            file.write(f"deciding {some.number} {some.rows.len()}\n")
        time.sleep(slow if some.rows.len() else 0)
        return real(self, some)

    Decider.tables = tables  # type: ignore[method-assign]


def _full_after(files: int) -> None:
    """The disk is full at this file."""
    from aidrules.populations import durable

    real, left = durable.settle, files

    def settle(stream: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(stream)

    durable.settle = settle


def simulated(
    args: list[str],
    streams: tuple[str, str],
    environment: dict[str, str],
    log: str,
    stop: int,
    per_part: int,
    slow: float,
    full_after: int,
) -> None:
    """The command, with its standard streams in files, in a process that was forked for it."""
    for stream, path in zip((sys.stdout, sys.stderr), streams, strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), stream.fileno())
    os.environ.update(environment)
    part = importlib.import_module("aidrules.populations.part")
    part.HOUSEHOLDS = per_part  # before others of these modules are imported, which take it from there
    joined = importlib.import_module("aidrules.populations.joined")
    joined.WINDOW = 64
    _stop_at(stop)
    _log(log, slow)
    _full_after(full_after)
    main(args, prog_name="aidrules")
