"""Every case beside the shipped packs: what the clause says comes out."""

from __future__ import annotations

from pathlib import Path

import pytest

from aidrules.testing import Case, differences, find_cases, read_cases

RULES = Path(__file__).parents[2] / "rules"
CASES = [(pack, file.stem, case) for pack, file in find_cases(RULES) for case in read_cases(file)]


@pytest.mark.parametrize(
    ("pack", "case"), [pytest.param(pack, case, id=f"{pack}:{file}:{case.name}") for pack, file, case in CASES]
)
def test_the_case_comes_out(pack: str, case: Case) -> None:
    assert differences(case, pack, path=RULES) == []


def test_every_shipped_pack_with_rules_has_cases() -> None:
    assert {pack for pack, _, _ in CASES} >= {"cn/national", "cn/guizhou/zunyi/bozhou"}
