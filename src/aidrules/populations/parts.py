"""The folder in which the parts of a run are kept until all are there.

In it, each finished part is a folder of its own. It is written under another name and renamed when it is whole and
safe on the disk: whatever stops a run, what has a part's name is that part. The lock is held as long as the process
lives, and given back by the system when it does not.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout

from aidrules.errors import FilesError, Problem
from aidrules.populations import durable, joined, manifest

LAID_OUT = "households"
_LOCK, _MANIFEST, _JOINED = "lock", "manifest.json", "joined.json"
_PART = re.compile(r"[0-9]{6,}\Z")
_UNFINISHED = ".unfinished"


class Parts:
    """The finished parts of a run; made by `opened`.

    Args:
        folder: where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.finished = {int(entry.name) for entry in folder.iterdir() if _PART.match(entry.name)}

    def keep(self, number: int, tables: Mapping[str, pl.DataFrame]) -> None:
        """Keep a part: from now on it is finished."""
        name = f"{number:06}"
        with self.made(name) as folder:
            # Arrow, and not Parquet, which takes three times as long to write and read where there are many columns.
            for table, frame in tables.items():
                with (folder / f"{table}.arrow").open("xb") as stream:
                    frame.write_ipc(stream, compression="zstd", record_batch_size=joined.PIECE)
                    durable.settle(stream)
        self.finished.add(number)

    @contextmanager
    def made(self, name: str) -> Iterator[Path]:
        """A folder to fill, which has its name only when all is in it."""
        unfinished = self._folder / f"{name}{_UNFINISHED}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        yield unfinished
        durable.settle_names(unfinished)
        unfinished.rename(self._folder / name)
        durable.settle_names(self._folder)

    def files(self, table: str) -> list[Path]:
        """The files of one table of all finished parts, in order."""
        return [self._folder / f"{number:06}" / f"{table}.arrow" for number in sorted(self.finished)]

    @property
    def begun(self) -> bool:
        """Whether there is anything to go on with."""
        return bool(self.finished) or self.laid_out.exists()

    @property
    def laid_out(self) -> Path:
        """Where the households are that flat tables were put together to."""
        return self._folder / LAID_OUT

    def joined(self) -> dict[str, int] | None:
        """The counts of a run whose outputs are being put in their places; None before that."""
        file = self._folder / _JOINED
        if not file.exists():
            return None
        return {name: int(count) for name, count in manifest.read(file).items()}

    def join(self, counts: Mapping[str, int]) -> None:
        """Say that the outputs are being put in their places."""
        with durable.whole(self._folder / _JOINED) as stream:
            stream.write(json.dumps({name: str(count) for name, count in counts.items()}).encode())

    def remove(self) -> None:
        """Remove the folder; what says how far the run is goes last."""
        last = (_JOINED, _MANIFEST, _LOCK)
        for entry in self._folder.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name not in last:
                entry.unlink()
        for name in last:
            (self._folder / name).unlink(missing_ok=True)
        self._folder.rmdir()


@contextmanager
def opened(folder: Path, run: Mapping[str, str]) -> Iterator[Parts]:
    """The parts of a run, which no other process has open.

    Args:
        folder: where they are kept; made if it is not there.
        run: the manifest of the run.

    Raises:
        FilesError: another process has them open; they are of another run; the folder is something else.
    """
    _refuse_others(folder)
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        hint = "Wait until it ends, or give --out another name."
        raise FilesError(Problem("another run is writing this output", str(folder), hint=hint)) from None
    try:
        file, parts = folder / _MANIFEST, Parts(folder)
        if file.exists():
            if problems := list(manifest.differences(manifest.read(file), run, folder)):
                raise FilesError(problems)
        elif parts.begun:
            hint = "Delete the folder, or give --out another name."
            raise FilesError(Problem("there are parts and no manifest that says of what", str(folder), hint=hint))
        else:
            with durable.whole(file) as stream:
                stream.write(manifest.write(run))
        try:
            yield parts
        except BaseException:
            if not parts.begun:
                parts.remove()
            raise
    finally:
        lock.release()


def _refuse_others(folder: Path) -> None:
    """Fail if a folder holds what no run has put there: it is emptied in the end."""
    ours = {_LOCK, _MANIFEST, _JOINED, LAID_OUT}
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    strange = [
        name
        for name in names
        if name.removesuffix(".partial").removesuffix(_UNFINISHED) not in ours
        and not _PART.match(name.removesuffix(_UNFINISHED))
    ]
    if strange or (folder.exists() and not folder.is_dir()):
        found = f"{strange[0][:80]} is in it" if strange else "this is no folder"
        hint = "Give --out another name, or move what is there."
        expected = "a folder of parts, or nothing of this name"
        raise FilesError(Problem(found, str(folder), expected=expected, hint=hint))
