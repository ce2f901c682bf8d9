"""Where the packs of the invented country Arcadia lie, and how a test writes packs of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

PACKS = Path(__file__).parents[1] / "packs"
SOURCES = "act: {zh: 法, en: Act, issuer: Assembly, date: 2020-01-01}\n"

Write = Callable[[dict[str, str]], Path]
