"""Packs written to a folder for one test."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from arcadia import SOURCES, Write


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes files of packs below a folder; without a list of sources there is one with `act`."""

    def written(files: dict[str, str]) -> Path:
        for name, text in {"sources.yaml": SOURCES, **files}.items():
            path = tmp_path / "rules" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return tmp_path / "rules"

    return written
