"""The folder in which the parts of a run are kept until all are there.

In it, each finished part is a folder of its own. It is written under another name and renamed when it is whole and
safe on the disk: whatever stops a run, what has a part's name is that part. The lock is held as long as the process
lives, and given back by the system when it does not.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout

from aidrules.errors import FilesError, Problem
from aidrules.populations import durable, joined, manifest, sealed
from aidrules.populations.claimed import JOINED, LAID_OUT, LOCK, MANIFEST, PART, UNFINISHED, refuse_others

_COUNTS = ("households", "decided", "refused")


@dataclass(frozen=True, slots=True)
class Ended:
    """A run of which all is decided, and whose outputs are being put in their places.

    Attributes:
        counts: how many households there are, by what came of them.
        mark: stands in the names that outputs have while they are written.
    """

    counts: Mapping[str, int]
    mark: str


class Parts:
    """The finished parts of a run; made by `opened`.

    Args:
        folder: where they are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.finished = {int(entry.name) for entry in folder.iterdir() if PART.match(entry.name)}

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
        unfinished = self.folder / f"{name}{UNFINISHED}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        yield unfinished
        sealed.seal(unfinished, name)
        durable.settle_names(unfinished)
        unfinished.rename(self.folder / name)
        durable.settle_names(self.folder)

    def check(self, number: int) -> None:
        """Fail if the finished parts are not those of so many, each as it was finished.

        Args:
            number: how many there are.

        Raises:
            FilesError: one is missing, too many, or damaged.
        """
        if self.finished != set(range(number)):
            found = f"the parts that are finished are not those from 0 to {number - 1:,}"
            raise FilesError(sealed.damaged(self.folder, found))
        for one in sorted(self.finished):
            sealed.check(self.folder / f"{one:06}")

    def files(self, table: str) -> list[Path]:
        """The files of one table of all finished parts, in order."""
        return [self.folder / f"{number:06}" / f"{table}.arrow" for number in sorted(self.finished)]

    @property
    def begun(self) -> bool:
        """Whether there is anything to go on with."""
        return bool(self.finished) or self.laid_out.exists() or (self.folder / JOINED).exists()

    @property
    def laid_out(self) -> Path:
        """Where the households are that flat tables were put together to."""
        return self.folder / LAID_OUT

    def joined(self) -> Ended | None:
        """What was said when outputs began to be put in their places; None before that."""
        file = self.folder / JOINED
        if not file.exists():
            return None
        said = manifest.read(file)
        numbers = [said.get(name, "") for name in _COUNTS]
        mark = said.get("mark", "")
        if not re.fullmatch(r"\.[0-9a-f]{16}", mark) or not all(re.fullmatch("[0-9]{1,18}", one) for one in numbers):
            raise FilesError(sealed.damaged(self.folder, f"{JOINED} does not say what was decided"))
        return Ended({name: int(one) for name, one in zip(_COUNTS, numbers, strict=True)}, mark)

    def join(self, counts: Mapping[str, int]) -> Ended:
        """Say that the outputs are being put in their places."""
        ended = Ended(counts, f".{secrets.token_hex(8)}")
        said = {name: str(count) for name, count in counts.items()} | {"mark": ended.mark}
        with durable.whole(self.folder / JOINED) as stream:
            stream.write(json.dumps(said).encode())
        return ended

    def remove(self) -> None:
        """Remove the folder; what says how far the run is goes last."""
        last = (JOINED, MANIFEST, LOCK)
        for entry in self.folder.iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            elif entry.name not in last:
                entry.unlink()
        for name in last:
            (self.folder / name).unlink(missing_ok=True)
        self.folder.rmdir()


@contextmanager
def opened(folder: Path, run: Mapping[str, str]) -> Iterator[Parts]:
    """The parts of a run, which no other process has open.

    Args:
        folder: where they are kept; made if it is not there.
        run: the manifest of the run.

    Raises:
        FilesError: another process has them open; they are of another run; the folder is something else.
    """
    refuse_others(folder)
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        hint = "Wait until it ends, or give --out another name."
        raise FilesError(Problem("another run is writing this output", str(folder), hint=hint)) from None
    try:
        file, parts = folder / MANIFEST, Parts(folder)
        if file.exists():
            if problems := list(manifest.differences(manifest.read(file), run, folder)):
                raise FilesError(problems)
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
