"""Every module of the tests has a name of its own: they are imported side by side."""

from __future__ import annotations

from collections import Counter
from pathlib import Path


def test_no_two_modules_have_one_name() -> None:
    names = Counter(file.name for file in Path(__file__).parent.rglob("*.py") if file.name != "conftest.py")
    assert [name for name, number in names.items() if number > 1] == []
