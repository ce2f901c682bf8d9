"""The shipped register against the catalogue of clauses from which it was made, where that is at hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from aidrules.register import read_register

CATALOGUE = Path(__file__).parents[3] / "shared" / "policy" / "clauses.csv"
OTHER_KEYS = {"zunyi-bozhou": "bozhou-street-plan"}


@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the catalogue is not part of the project")
def test_every_catalogued_clause_is_registered_with_its_programme_and_kind() -> None:
    register = read_register()
    with CATALOGUE.open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    wanted: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows:
        key = OTHER_KEYS.get(row["document"], row["document"])
        wanted.setdefault(key, []).append((row["clause"].partition(".")[2], row["programme"], row["kind"]))
    for key, clauses in wanted.items():
        listed = [(name, clause.programme.zh, clause.kind) for name, clause in register[key].clauses.items()]
        assert listed == clauses, key
    assert (len(rows), len(wanted)) == (815, 26)
