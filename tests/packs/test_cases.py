"""The cases beside the shipped packs are tests of their own, by the plugin; every pack with rules has some."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules import load, packs
from aidrules.testing import find_cases, read_cases

RULES = Path(__file__).parents[2] / "rules"


def test_every_shipped_pack_with_rules_has_cases(pytestconfig: pytest.Config) -> None:
    tested = {pack for pack, file in find_cases(RULES) if read_cases(file)}
    declaring = {
        name
        for name, _ in packs(RULES)
        if any(file.body.items for file in load(name, path=RULES).content.layers[-1].files)
    }
    assert tested == declaring
    assert pytestconfig.pluginmanager.has_plugin("aidrules.testing.plugin") and "rules" in pytestconfig.getini(
        "testpaths"
    )
