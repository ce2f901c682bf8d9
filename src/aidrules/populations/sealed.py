"""Folders of finished work, sealed with a digest of each file in them, so that what was damaged since is seen."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from aidrules.errors import FilesError, Problem
from aidrules.populations import durable, manifest

_SEAL = "digests.json"


def seal(folder: Path, name: str) -> None:
    """Say in a folder what is in it.

    Args:
        folder: the folder, to which nothing is added any more.
        name: what it is called when it is finished.
    """
    with (folder / _SEAL).open("xb") as stream:
        stream.write(json.dumps(_contents(folder, name)).encode())
        durable.settle(stream)


def check(folder: Path) -> None:
    """Fail if a folder is not as it was when it was sealed.

    Raises:
        FilesError: it is not.
    """
    kept = folder / _SEAL
    if not kept.is_file() or manifest.read(kept) != _contents(folder, folder.name):
        raise FilesError(damaged(folder, "this is not as it was finished"))


def damaged(where: Path, found: str) -> Problem:
    """What is wrong with a folder of parts, or with one of the parts in it, and cannot be mended."""
    whole = where.parent if where.suffix != ".parts" else where
    return Problem(found, str(where), hint=f"Something else wrote there: delete {whole} to begin anew.")


def _contents(folder: Path, name: str) -> dict[str, str]:
    """The digests of all files in a folder; its name is among them, as one part may be copied over another."""
    made = {"folder": name}
    for file in sorted(folder.iterdir()):
        if file.name != _SEAL:
            with file.open("rb") as stream:
                made[f"file {file.name}"] = hashlib.file_digest(stream, "sha256").hexdigest()
    return made
