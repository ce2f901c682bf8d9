"""Files that are there whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole(file: Path, mark: str = "") -> Iterator[BinaryIO]:
    """A file to write, which has its name only when all is in it and safe on the disk.

    Args:
        file: the file.
        mark: stands in the name that it has meanwhile, where others may have files too: only a run that was stopped
            knows it, so that what has that name is its own.
    """
    partial = file.with_name(f"{file.name}{mark}.partial")
    partial.unlink(missing_ok=True)
    stream = partial.open("xb")  # nothing of this name: no link is followed, and nothing of others written over
    try:
        with stream:
            yield stream
            settle(stream)
        partial.replace(file)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    settle_names(file.parent)


def settle(stream: BinaryIO) -> None:
    """Wait until all that was written is safe on the disk."""
    stream.flush()
    os.fsync(stream.fileno())


def settle_names(folder: Path) -> None:
    """Wait until the names of the files in a folder are safe on the disk."""
    if os.name == "nt":  # folders cannot be opened there, and names need no help
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
