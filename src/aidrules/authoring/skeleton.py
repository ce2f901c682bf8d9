"""The skeleton of a new pack: documented files that load, and whose cases pass."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from importlib import resources
from pathlib import Path
from string import Template

from aidrules.authoring.schemas import FOLDER, first_line, write_schemas
from aidrules.errors import PackError, PackNotFoundError, Problem
from aidrules.language import search
from aidrules.language.loading import load
from aidrules.language.pack import Pack

_NONE = "none"
_NAMES = ("hardship_line", "recorded_income", "recorded_income_per_person", "hardship_aid")
"""What the skeleton declares."""
_START = date(2025, 1, 1)
_FILES = {
    "pack.yaml": ("pack.yaml", "pack"),
    "sources.yaml": ("sources.yaml", "sources"),
    "cases/hardship_aid.yaml": ("case.yaml", "case"),
    "README.md": ("README.md", None),
}
"""Each file of a pack, with its template and the kind of its schema."""


def new_pack(name: str, root: Path, extends: str | None = None) -> list[Path]:
    """Write a new pack below a folder of packs, which is made where there is none.

    Args:
        name: the pack's name.
        root: the folder of packs.
        extends: the wider pack; the nearest folder above unless given, `none` for no wider pack.

    Raises:
        PackError: a name that no pack can have or one has already, files that are there, a wider pack that is not
            there or whose names clash with those of the skeleton. Then nothing is left behind.
    """
    _check(name, root)
    folder = search.inside(root / name, root)
    wider = _wider(name, root if root.exists() else None, extends)
    if wider is not None:
        _check_fits(name, wider)
    said = _said(name, root, extends, wider)
    written = []
    schemas = root / FOLDER
    made = [_first_missing(folder), *([] if schemas.exists() else [schemas])]
    try:
        for file, (template, schema) in _FILES.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            line = first_line(schema, len(path.relative_to(root).parts) - 1) if schema else ""
            text = Template(_template(template)).substitute(said, schema=line)
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
        load(name, path=root).on(date.fromisoformat(said["on"]))
        return [*written, *write_schemas(root)]
    except BaseException:
        for each in made:
            shutil.rmtree(each, ignore_errors=True)
        raise


def _first_missing(folder: Path) -> Path:
    """The highest folder that has to be made for a folder to be there."""
    return next((above for above in reversed(folder.parents) if not above.exists()), folder)


def _check(name: str, root: Path) -> None:
    search.check_name(name)
    if reserved := search.NOT_PACKS & set(name.split("/")):
        found = f"a folder called {min(reserved)} is never a pack"
        raise PackError(Problem(found, name, expected="another name"))
    if (root / name).exists():
        raise PackError(Problem("this is there already", str(root / name), hint="Give the pack another name"))
    searched = search.roots(root if root.exists() else None)
    if any(folder.name == name for folder in search.all_folders(searched)):
        hint = f"Call yours {name}/… to extend it, or give it a name of its own"
        raise PackError(Problem(f"there is a pack {name} already", name, hint=hint))


def _check_fits(name: str, wider: Pack) -> None:
    """Fail if the skeleton, which is about households and has names of its own, cannot extend a pack."""
    if not wider.subject.is_household:
        found = f"{wider.id} is about each {wider.subject.name}, and the skeleton is about households"
        hint = f"Write {name}/pack.yaml by hand, or say --extends none for a pack about households"
        raise PackError(Problem(found, name, hint=hint))
    taken = [
        each for each in _NAMES if each in wider.parameters or each in wider.definitions or each in wider.programmes
    ]
    if taken:
        found = f"{wider.id} has {', '.join(taken)} already, which the skeleton would declare"
        hint = f"Write {name}/pack.yaml by hand, with the fields that change under overrides:, or say --extends none"
        raise PackError(Problem(found, name, hint=hint))


def _above(name: str) -> Iterator[str]:
    """The names above a name, from the nearest."""
    while "/" in name:
        name = name.rpartition("/")[0]
        yield name


def _wider(name: str, root: Path | None, extends: str | None) -> Pack | None:
    """The pack that the new one extends."""
    if extends == _NONE:
        return None
    if extends is not None:
        return load(extends, path=root)
    for above in _above(name):
        try:
            return load(above, path=root)
        except PackNotFoundError:
            continue
    return None


def _said(name: str, root: Path, extends: str | None, wider: Pack | None) -> dict[str, str]:
    """What stands in the places of the templates."""
    begins = wider.in_force.start if wider else None
    start = max(_START, begins) if begins else _START
    currency = wider.currency if wider else None
    return {
        "pack": name,
        "root": root.resolve().name,
        "source": f"{name.replace('/', '-')}-rules",
        "extends": f"extends: {extends}\n" if extends else "",
        "currency": "" if currency else "currency: CNY\n",
        "money": currency or "CNY",
        "start": start.isoformat(),
        "on": start.replace(month=6, day=15).isoformat() if start.month < 6 else start.isoformat(),
    }


def _template(name: str) -> str:
    return (resources.files("aidrules.authoring") / "skeleton" / f"{name}.template").read_text(encoding="utf-8")
