"""The table of conventions in docs/exactness.md is the one in the code."""

from __future__ import annotations

from pathlib import Path

from aidrules.conventions import CONVENTIONS

PAGE = Path(__file__).parents[2] / "docs" / "exactness.md"


def test_the_table_of_conventions_is_current() -> None:
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert rows[-len(CONVENTIONS) :] == [
        f"| `{one.id}` | {', '.join(one.kinds) or 'any'} | {one.label.en} | {one.label.zh} |"
        for one in CONVENTIONS.values()
    ]
