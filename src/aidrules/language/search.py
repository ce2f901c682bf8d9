"""Where rule packs are: the folders that are searched, names of packs, and the files of one pack."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from aidrules.errors import PackError, PackNotFoundError, Problem
from aidrules.language import sources, tree
from aidrules.language.fields import near

VARIABLE = "AIDRULES_PATH"
NOT_PACKS = frozenset({"cases", "clauses", "overlays", "thresholds"})
SUFFIXES = (".yaml", ".yml")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}(/[a-z0-9][a-z0-9_-]{0,63}){0,9}\Z")


@dataclass(frozen=True, slots=True)
class Folder:
    """A pack as it lies on disk."""

    name: str
    root: Path
    path: Path
    files: tuple[Path, ...]


def roots(path: str | Path | None = None) -> tuple[Path, ...]:
    """The folders that hold packs, in the order in which they are searched.

    `path` comes first, then the folders of the environment variable AIDRULES_PATH, then the shipped rules.
    """
    if not isinstance(path, str | Path | None):
        raise PackError(Problem(f"found a {type(path).__name__}", "path", expected="a folder with rule packs"))
    given = [Path(path)] if path is not None else []
    given += [Path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]
    for root in given:
        if not _is_folder(root):
            shown = str(root) if len(str(root)) <= 200 else f"{str(root)[:200]}..."
            raise PackError(Problem("this is not a folder", shown, expected="a folder with rule packs"))
    here = Path(__file__).resolve().parents[1]
    shipped = [root for root in (here / "rules", here.parents[1] / "rules") if root.is_dir()][:1]
    return tuple(dict.fromkeys(root.resolve() for root in (*given, *shipped)))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # a name that is too long, or holds a zero
        return False


def is_name(name: object) -> TypeGuard[str]:
    """Whether this has the form of a pack's or an overlay's name."""
    return isinstance(name, str) and _NAME.match(name) is not None


def check_name(name: object) -> str:
    """A pack's name such as `cn/national`.

    Raises:
        PackNotFoundError: not the form of a name; paths and `..` are refused here.
    """
    if is_name(name):
        return name
    raise PackNotFoundError(
        Problem(
            f"{tree.short(name)} is not the name of a pack",
            expected="folders of small letters, digits, - and _ with / between, such as cn/national",
            hint="To load from a folder of your own, give it as path= and the name below it as the name",
        )
    )


def find(name: str, searched: tuple[Path, ...]) -> Folder:
    """The first folder of that name that holds YAML files.

    Raises:
        PackNotFoundError: there is none; the hint lists near names.
    """
    check_name(name)
    for root in searched:
        files = files_of(root / name, root) if not NOT_PACKS & set(name.split("/")) else ()
        if files:
            return Folder(name, root, root / name, files)
    known = sorted(dict.fromkeys(folder.name for folder in all_folders(searched)))
    where = ", ".join(str(root) for root in searched) or "nowhere"
    hint = near(name, known) or (f"Known packs: {', '.join(known[:12])}" if known else None)
    if not os.environ.get(VARIABLE) and searched == roots():
        own = f"Say where your own folder of packs is: --path rules, path= or {VARIABLE}"
        hint = f"{hint} {own}" if hint and hint.endswith("?") else f"{hint}. {own}" if hint else own
    raise PackNotFoundError(Problem(f"there is no pack {name!r}", where, hint=hint))


def files_of(folder: Path, root: Path) -> tuple[Path, ...]:
    """The YAML files directly in a folder, sorted by name, without its list of sources.

    Raises:
        PackError: a folder or file that a link leads out of the root.
    """
    if folder == root or not folder.is_dir():
        return ()
    with os.scandir(folder) as listed:
        found = {folder / item.name: item.is_symlink() for item in listed if _is_rules(item.name)}
    if found:
        inside(folder, root)
    for item, is_link in found.items():
        if is_link:
            inside(item, root)
    return tuple(sorted(found))


def _is_rules(name: str) -> bool:
    return name.endswith(SUFFIXES) and name != sources.FILE and not name.startswith(".")


def inside(path: Path, root: Path) -> Path:
    """The path, if it lies below the root with all links followed.

    Raises:
        PackError: it does not.
    """
    try:
        below = path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError):
        raise PackError(Problem("this link leads to itself", str(path), expected="a file")) from None
    if not below:
        raise PackError(Problem("this leads out of the folder of rules", str(path), expected=f"a file below {root}"))
    return path


def overlay(name: str, searched: tuple[Path, ...]) -> Path:
    """The file of a shipped overlay such as `cn/guizhou/zunyi/overlays/2025`.

    Raises:
        PackNotFoundError: there is none; the hint lists near names.
    """
    check_name(name)
    for root in searched:
        for suffix in SUFFIXES:
            path = root / f"{name}{suffix}"
            if "overlays" in name.split("/")[:-1] and path.is_file():
                return inside(path, root)
    known = sorted(
        path.relative_to(root).with_suffix("").as_posix()
        for root in searched
        for path in root.glob("**/overlays/*")
        if path.suffix in SUFFIXES
    )
    hint = near(name, known) or "Give a file, or a name such as cn/place/overlays/2025"
    raise PackNotFoundError(Problem(f"there is no overlay {name!r}", hint=hint))


def parent_of(folder: Folder, searched: tuple[Path, ...]) -> str | None:
    """The nearest folder above that holds YAML files, in any of the roots; None at the top."""
    name = folder.name
    while "/" in name:
        name = name.rpartition("/")[0]
        if any(files_of(root / name, root) for root in searched):
            return name
    return None


def all_folders(searched: tuple[Path, ...]) -> Iterator[Folder]:
    """Every pack below the roots; of two with the same name the first."""
    seen: set[str] = set()
    for root in searched:
        for place, below, _ in os.walk(root):
            below[:] = sorted(name for name in below if name not in NOT_PACKS and not name.startswith("."))
            name = Path(place).relative_to(root).as_posix()
            if name in seen or not _NAME.match(name):
                continue
            try:
                files = files_of(Path(place), root)
            except PackError:
                continue  # whoever loads it is told why; the others can be listed
            if files:
                seen.add(name)
                yield Folder(name, root, Path(place), files)


def shown(path: Path) -> str:
    """A path as errors show it: from the working directory where it lies below it."""
    here = f"{Path.cwd()}{os.sep}"
    name = os.fspath(path)
    return Path(name[len(here) :]).as_posix() if name.startswith(here) else name
