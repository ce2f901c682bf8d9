"""Packs of a few lines, of an invented borough: written to a folder, compiled, run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

from aidrules import Pack, load
from aidrules.engine import Compiled, Result, Run

ON = date(2025, 6, 15)
_HEAD = "pack: borough\nsource: byelaw\ncurrency: CNY\nunits: [term]\n"
_SOURCES = "byelaw: {zh: 区规, en: Byelaw, issuer: Borough, date: 2020-01-01}\n"


def pack_of(folder: Path, text: str, **given: Any) -> Pack:
    """The borough's pack with these sections; `given` goes to `load`."""
    rules = folder / "rules"
    (rules / "borough").mkdir(parents=True, exist_ok=True)
    (rules / "sources.yaml").write_text(_SOURCES, encoding="utf-8")
    (rules / "borough" / "pack.yaml").write_text(_HEAD + dedent(text), encoding="utf-8")
    return load("borough", path=rules, **given)


def compiled(folder: Path, text: str, on: date = ON, **given: Any) -> Compiled:
    """The same, compiled for a day."""
    return pack_of(folder, text, **given).on(on)


def run(rules: Compiled, on: date = ON, members: Any = 1, **facts: Any) -> Run:
    """Decide a household: `members` are their facts, or how many there are; ids are m1, m2, ..."""
    listed = [{}] * members if isinstance(members, int) else members
    known = [{"id": f"m{place}", **member} for place, member in enumerate(listed, 1)]
    household = rules.pack.Household.model_validate({"members": known, **facts})
    return rules.run(household, on)


def values(found: Run, *names: str, item: tuple[int, ...] = ()) -> list[Result]:
    """Several values of a run."""
    return [found.value(name, *item) for name in names]


def problems_of(error: Any) -> str:
    """What an error says, for `pytest.raises(...) as`."""
    return "\n".join(str(problem) for problem in error.value.problems)


Facts = Mapping[str, Any]
