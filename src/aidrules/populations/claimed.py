"""Whether a folder may be taken as that of the parts of a run: it is emptied in the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from aidrules.errors import FilesError, Problem
from aidrules.facts.problems import printable

LOCK, MANIFEST, JOINED, LAID_OUT = "lock", "manifest.json", "joined.json", "households"
UNFINISHED = ".unfinished"
PART = re.compile(r"[0-9]{6,18}\Z", re.ASCII)

BEGINNINGS = {MANIFEST: b'{\n  "form": "aidrules parts ', JOINED: b'{"households": "'}
"""How each of these files begins: what a run was writing when it was stopped begins so too, as far as it goes."""

_PARTIAL = {f"{name}.partial": beginning for name, beginning in BEGINNINGS.items()}
_FILES = {LOCK, *BEGINNINGS, *_PARTIAL}
_BEFORE_A_MANIFEST = {LOCK, f"{MANIFEST}.partial"}


def refuse_others(folder: Path) -> None:
    """Fail if a folder holds what no run has put there, or is none.

    Args:
        folder: where parts are to be kept; it need not be there.

    Raises:
        FilesError: it is something else.
    """
    names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
    strange = min(_strange(folder, names), default=None)
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        strange = "this is no folder"
    if strange is not None:
        hint = "Give --out another name, or move what is there."
        raise FilesError(
            Problem(strange, str(folder), expected="a folder of parts, or nothing of this name", hint=hint)
        )
    if MANIFEST not in names and not names <= _BEFORE_A_MANIFEST:
        hint = "Delete the folder, or give --out another name."
        raise FilesError(Problem("there are parts and no manifest that says of what", str(folder), hint=hint))


def _strange(folder: Path, names: set[str]) -> Iterator[str]:
    for name in names:
        entry, plain = folder / name, name.removesuffix(UNFINISHED)
        if name not in _FILES and plain != LAID_OUT and not PART.match(plain):
            yield f"{printable(name)} is in it"
        elif entry.is_symlink():
            yield f"{name} in it is a link"
        elif name in _FILES and entry.is_dir():
            yield f"{name} in it is a folder"
        elif name == LOCK and entry.is_file() and entry.stat().st_size:
            yield f"{name} in it is not empty"
        elif name in _PARTIAL and (MANIFEST in names or name in _BEFORE_A_MANIFEST) and not _begins(entry):
            yield f"{name} in it is no file of a run"
        elif name not in _FILES and MANIFEST in names and entry.is_file():
            yield f"{name} in it is no folder"


def _begins(file: Path) -> bool:
    """Whether a file begins as what a run writes under its name, as far as it goes."""
    beginning = _PARTIAL[file.name]
    with file.open("rb") as stream:
        return beginning.startswith(stream.read(len(beginning)))
