"""The packs of this project are clean: the shipped ones with their overlays, the invented ones, and a new one."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules.authoring.skeleton import new_pack
from aidrules.lint import Finding, lint
from shipped_packs import names

ROOT = Path(__file__).parents[2]
INVENTED = [
    "vale/county",
    "vale/county/town",
    "arcadia/realm",
    "arcadia/coast",
    "arcadia/coast/harbour",
]


def wrong(findings: list[Finding]) -> list[str]:
    return [f"{one.place}: {one.code} {one.sentence.en}" for one in findings if one.severity != "information"]


@pytest.mark.parametrize("name", names())
def test_the_shipped_packs_are_clean(name: str) -> None:
    assert wrong(lint([name], ROOT / "rules")) == []


def test_the_invented_packs_are_clean() -> None:
    assert wrong(lint(INVENTED, ROOT / "tests" / "packs")) == []


@pytest.mark.parametrize("extends", ["none", "cn/national"])
def test_a_new_pack_is_clean(extends: str, tmp_path: Path) -> None:
    new_pack("my/town", tmp_path, extends)
    assert wrong(lint(["my/town"], tmp_path)) == []
