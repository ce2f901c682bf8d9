"""Where cases stand: in the folder `cases` of a pack, found without reading more than the pack's first lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_SUFFIXES = (".yaml", ".yml")
_PACK = re.compile(r"^pack:\s*[\"']?([\w/-]+)", re.MULTILINE)
_HEAD = 20_000


@dataclass(frozen=True, slots=True)
class Home:
    """The pack that a file of cases belongs to, and the folder of packs that it is in."""

    pack: str
    root: Path


def home_of(file: Path) -> Home | None:
    """The pack of a file of cases; None for any other file."""
    if file.suffix not in _SUFFIXES or file.parent.name != "cases":
        return None
    return pack_in(file.parent.parent)


def pack_in(folder: Path) -> Home | None:
    """The pack that a folder is, by what its files call themselves and by its path."""
    folder = folder.resolve()
    for file in sorted(folder.glob("*")):
        if file.suffix not in _SUFFIXES or not file.is_file():
            continue
        with file.open(encoding="utf-8", errors="replace") as opened:
            found = _PACK.search(opened.read(_HEAD))
        if found is not None:
            parts = tuple(found[1].split("/"))
            fits = folder.parts[-len(parts) :] == parts
            return Home(found[1], folder.parents[len(parts) - 1]) if fits else None
    return None


def case_files(folder: Path) -> list[Path]:
    """Every file of cases in a folder and below; the folder may be one of cases itself."""
    listed = folder.glob("*") if folder.name == "cases" else folder.rglob("cases/*")
    found = (file for file in listed if file.suffix in _SUFFIXES and file.is_file())
    return sorted(found)
