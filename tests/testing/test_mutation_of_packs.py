"""Mutants of a shipped pack: parts of it in which no slip goes unseen stay so."""

from __future__ import annotations

import pytest

from aidrules.language.search import find, roots
from aidrules.testing.mutation import Asked, checked

BOZHOU = "cn/guizhou/zunyi/bozhou"
ROOT = find(BOZHOU, roots()).root
SECONDS = 900
"""For each mutant: however slow the machine is, none is left undecided."""


@pytest.mark.parametrize("about", ["startup", "dibao.supplement", "dibao.at_the_line", "dibao.phase_out"])
def test_nothing_stays_alive_without_a_reason(about: str) -> None:
    found = checked(Asked(BOZHOU, ROOT, about, limit=SECONDS))
    assert [str(problem) for problem in found.problems] == []
    assert [verdict.mutant.name for verdict in found.alive] == []
    assert found.counts["noticed"] > 3


@pytest.mark.parametrize("about", ["street_aid", "volunteers", "watch", "legal_aid"])
def test_a_sample_has_nothing_alive_without_a_reason(about: str) -> None:
    """The same few mutants each time, of programmes in which none stays alive without a reason."""
    found = checked(Asked(BOZHOU, ROOT, about, sample=8, seed=1, limit=SECONDS))
    assert [str(problem) for problem in found.problems] == []
    assert [verdict.mutant.name for verdict in found.alive] == []
    assert len(found.verdicts) == 8 and found.counts["noticed"] > 3
