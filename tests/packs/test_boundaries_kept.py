"""What the shipped packs say at their edges is kept beside this test and reviewed like code."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules import load
from aidrules.register.reference import last_change
from aidrules.testing.boundaries import boundaries
from aidrules.testing.boundaries.told import lines
from shipped_packs import RULES, with_rules

KEPT = Path(__file__).parent / "boundaries"


@pytest.mark.parametrize("name", with_rules())
def test_the_kept_boundaries_are_those_of_the_pack(name: str) -> None:
    pack = load(name, path=RULES)
    file = KEPT / f"{name.replace('/', '-')}.txt"
    now = lines(boundaries(pack, last_change(pack), own=True, path=RULES))
    if now != file.read_text(encoding="utf-8"):
        written = file.relative_to(Path(__file__).parents[2])
        pytest.fail(
            f"What {name} says at its edges has changed. Write it anew and read the difference:\n"
            f"aidrules boundaries {name} --own --lang en --format lines --path rules > {written}"
        )
