"""Files that are there whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def whole(file: Path) -> Iterator[BinaryIO]:
    """A file to write, which has its name only when all is in it and safe on the disk."""
    partial = file.with_name(f"{file.name}.partial")
    try:
        with partial.open("wb") as stream:
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
