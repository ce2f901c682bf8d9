"""Assertions about decisions: what they compare, and what they tell where they fail."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from agency import agency

import aidrules
from aidrules import DecisionError
from aidrules.decision import Decision
from aidrules.testing import assert_decision, explained, plain
from borough import ON


def decided(folder: Path, **facts: Any) -> Decision:
    file = agency(folder)
    rules = file.parents[1] / "aid.yaml"
    rules.write_text(
        rules.read_text(encoding="utf-8").replace("{ill: {type: bool}}", "{ill: {type: bool, confidential: true}}"),
        encoding="utf-8",
    )
    pack = aidrules.load("town/aid", path=folder / "rules")
    return aidrules.decide(plain(pack, on=ON).having({"residence": "urban", **facts}), pack, on=ON)


def test_what_came_out_as_expected_passes(tmp_path: Path) -> None:
    decision = decided(tmp_path, income=99, members=[{"ill": True}])
    assert_decision(
        decision, {"outcomes": {"aid": "eligible"}, "entitlements": ["aid.care[m1]"], "values": {"aid.means": True}}
    )


def test_a_difference_is_told_with_the_letter_and_the_household(tmp_path: Path) -> None:
    decision = decided(tmp_path, income=100, members=[{"ill": True}])
    with pytest.raises(AssertionError) as error:
        assert_decision(decision, {"outcomes": {"aid": "eligible"}}, lang="en")
    said = str(error.value)
    assert said.startswith("aid: expected eligible, found ineligible\n  income is below the line: ")
    assert "Statement on a case of social assistance" in said
    assert said.splitlines()[-1].startswith('{"id": "h", "residence": "urban", "members": [{"id": "m1"')
    assert "ill" not in said.splitlines()[-1]
    with pytest.raises(AssertionError, match="收入低于标准"):
        assert_decision(decision, {"outcomes": {"aid": "eligible"}})


def test_a_failing_assertion_is_explained(tmp_path: Path) -> None:
    decision = decided(tmp_path, income=100)
    with pytest.raises(AssertionError) as error, explained(decision, "aid", lang="en") as same:
        assert same.outcomes["aid"].status == "eligible"
    (note,) = error.value.__notes__
    assert "Income is below the line: not met." in note
    assert '"income": "100.00"' in note


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ({"outcome": {"aid": "eligible"}}, "Did you mean outcomes?"),
        ({"outcomes": {"aids": "eligible"}}, "there is no programme aids"),
        ({"outcomes": {"aid": "granted"}}, "aid never comes to 'granted'"),
    ],
)
def test_what_the_pack_can_never_produce_is_refused(tmp_path: Path, expected: Any, said: str) -> None:
    with pytest.raises(DecisionError) as error:
        assert_decision(decided(tmp_path, income=100), expected)
    assert said in str(error.value)
    assert str(error.value).count("assert_decision") <= 1


def test_the_package_is_imported_without_hypothesis() -> None:
    code = "import sys, aidrules.testing; aidrules.testing.assert_decision; assert 'hypothesis' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
