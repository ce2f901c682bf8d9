"""What a run decides, and by what: so that parts of one are never taken for parts of another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from aidrules import __version__
from aidrules.decision.decide import InForce
from aidrules.errors import FilesError, Problem
from aidrules.populations.part import HOUSEHOLDS
from aidrules.visible import on_one_line

FORM = "aidrules parts 3"
_LONGEST = 2**20


@dataclass(frozen=True, slots=True)
class Seen:
    """A file of input, as it was when a run began.

    Attributes:
        path: where it is.
        digest: SHA-256 of all that is in it.
        size: its bytes.
        changed: when it was written last, in nanoseconds.
    """

    path: Path
    digest: str
    size: int
    changed: int

    @classmethod
    def of(cls, path: Path) -> Seen:
        """Read a file.

        Raises:
            FilesError: it is no file that can be read twice.
        """
        if not path.is_file():
            found = "this is no file" if path.exists() else "there is no such file"
            hint = "What comes from another program is written to a file first: it is read more than once."
            raise FilesError(Problem(found, str(path), expected="a Parquet or CSV file", hint=hint))
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        told = path.stat()
        return cls(path, digest, told.st_size, told.st_mtime_ns)

    def check(self) -> None:
        """Fail if the file was written since."""
        told = self.path.stat() if self.path.exists() else None
        if told is None or (told.st_size, told.st_mtime_ns) != (self.size, self.changed):
            hint = "Begin anew with a file that stays as it is: delete the folder of parts first."
            raise FilesError(Problem("the file changed while it was decided", str(self.path), hint=hint))


def manifest(
    rules: InForce,
    known: date | None,
    programmes: Sequence[str],
    files: Mapping[str, Seen],
    told: Mapping[str, object],
    incomplete: Sequence[str],
) -> dict[str, str]:
    """What a run decides, and by what, each under what people call it."""
    said = {
        "form": FORM,
        "version of aidrules": __version__,
        "pack": rules.pack.id,
        "rules, with overlays, readings and parameters": rules.pack.digest,
        "date of the facts": str(rules.on),
        "date of the law": str(rules.law),
        "day known": str(known),
        "programmes": ", ".join(programmes),
        **{name: str(said) for name, said in told.items()},
        "incomplete tables": ", ".join(sorted(incomplete)) or "none",
        "households in a part": str(HOUSEHOLDS),
    }
    return said | {f"contents of {name}": seen.digest for name, seen in files.items()}


def write(given: Mapping[str, str]) -> bytes:
    """A manifest as it is kept."""
    return json.dumps(given, ensure_ascii=False, indent=2).encode() + b"\n"


def read(file: Path) -> dict[str, str]:
    """A manifest that was kept.

    Raises:
        FilesError: it is none.
    """
    try:
        with file.open("rb") as stream:
            found = json.loads(stream.read(_LONGEST))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        hint = "Delete the folder that it is in, to begin anew."
        raise FilesError(Problem("this is no manifest of a run", str(file), hint=hint))
    return found


def differences(begun: Mapping[str, str], now: Mapping[str, str], folder: Path) -> Iterator[Problem]:
    """Why parts are not of a run."""
    for name in dict.fromkeys([*begun, *now]):
        was, given = begun.get(name, "none"), now.get(name, "none")
        if was != given:
            hint = f"Give the same as before to go on, or delete {folder} to begin anew."
            yield Problem(f"begun with {_shown(name)}: {_shown(was)}", str(folder), expected=_shown(given), hint=hint)


def _shown(text: str) -> str:
    """What stands in a file that others may have written, short and on one line."""
    return on_one_line(text[:80])
