"""Every block of YAML in the documents is a file of rules or of cases; the packs load and their cases pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import PAGES, Block, blocks, case_files, write_rules

from aidrules import load, packs
from aidrules.kinds import KINDS
from aidrules.testing import differences, read_cases

CASES = [(page, block) for page in PAGES for block in case_files(page)]


@pytest.mark.parametrize(("page", "block"), CASES, ids=[f"{page}:{block.line}" for page, block in CASES])
def test_cases_of_the_documents_pass(page: str, block: Block, tmp_path: Path) -> None:
    rules = write_rules(page, tmp_path)
    assert block.path is not None
    file = tmp_path / block.path
    pack = file.parent.parent.relative_to(rules).as_posix()
    failed = {case.name: found for case in read_cases(file) if (found := differences(case, pack, path=rules))}
    assert not failed


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "yaml")])
def test_every_pack_of_the_documents_has_cases(page: str, tmp_path: Path) -> None:
    rules = write_rules(page, tmp_path)
    shown = {name for name, _ in packs(rules) if (rules / name).is_dir()}
    tested = {str(block.path).partition("/cases/")[0].removeprefix("rules/") for block in case_files(page)}
    assert shown == tested


def test_every_kind_has_an_example_of_its_own(tmp_path: Path) -> None:
    rules = write_rules("docs/language.md", tmp_path)
    for kind in KINDS:
        pack = load(f"arcadia/{kind}", path=rules)
        used = {rule.kind for programme in pack.programmes.values() for rule in programme.rules.values()}
        assert kind in used
