"""Facts of a case that cannot be are told where they stand, in the words of a case."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_case_errors import case_file, trial

from aidrules.testing.cases import read_cases
from aidrules.testing.trial import tried


@pytest.mark.parametrize(
    ("case", "message"),
    [
        (
            "given:\n  income: much\n  members: [{id: a, ill: yes}]",
            ':7:7: one: refused: income: found "much"; expected income: an amount in CNY/month from 0 to 5000 with at '
            'most 2 decimals, such as 832 or "832.50", or unknown',
        ),
        (
            "given:\n  members:\n    - {id: a}\n    - id: b\n      sort: c",
            ':10:11: one: refused: members[1].sort: "c" is not one of its values; '
            "expected sort: one of a, b, or unknown",
        ),
        ("given: {incom: 5}", ":6:13: one: refused: incom: unknown field. Did you mean income?"),
        ("given: {members: [{ill: 'true'}]}", ":6:23: one: refused: members[0].id: missing; expected opaque id"),
        ("default: {income: much}", ":6:15: one: refused: income: found"),
        ("given: {members: [{id: a, died_on: 2025-07-01}]}", ":6:31: one: refused: members[0].died_on: 2025-07-01"),
    ],
)
def test_a_fact_that_cannot_be_is_told_where_it_stands(tmp_path: Path, case: str, message: str) -> None:
    text = trial(tmp_path, f"{case}\nexpect: {{outcomes: {{aid: eligible}}}}").sentences()[0]
    assert message in text and "null" not in text


def test_facts_of_the_file_are_told_where_they_stand(tmp_path: Path) -> None:
    file = case_file(tmp_path, "expect: {outcomes: {aid: eligible}}")
    text = file.read_text("utf-8").replace("ill: ", "ills: ").replace("cases:", "items: {members: {sort: c}}\ncases:")
    file.write_text(text, encoding="utf-8")
    (case,) = read_cases(file)
    found = tried(case, "borough", path=tmp_path / "rules").sentences()
    assert [text.partition("aid.yaml:")[2].partition(": one")[0] for text in found] == ["4:19", "2:41"], found


def test_a_value_that_a_case_chooses_is_told_where_it_stands(tmp_path: Path) -> None:
    found = trial(tmp_path, "parameters: {line: 5 day}\nexpect: {outcomes: {aid: eligible}}")
    assert "aid.yaml:6:18: one: line: 5 day is not measured in " in found.sentences()[0]
