"""What came of cases, told: as text with aligned differences, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from aidrules.testing.assumed import lines as assumed_lines

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang
    from aidrules.testing.comparison import Difference
    from aidrules.testing.trial import Trial

_WIDEST = 48
"""What is longer than this does not widen its column."""


def told(trial: Trial, lang: Lang, *, assumptions: bool = True) -> str:
    """What is wrong with a case: expected and found beside each other, what is missing and why."""
    lines = [f"{trial.case.place}: {trial.case.name}"]
    lines += [f"  {problem}" for problem in trial.problems]
    lines += [f"  {line}" for line in _differences(trial.differences, lang)]
    if assumptions:
        lines += [f"  {line}" for line in assumptions_of(trial)]
    return "\n".join(lines)


def assumptions_of(trial: Trial) -> list[str]:
    """What the case does not give and its result rests on."""
    return [f"assumed: {line}" for line in assumed_lines(trial.assumed)]


def _differences(found: Sequence[Difference], lang: Lang) -> Iterator[str]:
    rows = [(f"{each.section}: {each.name}", f"expected {each.expected}", f"found {each.found}") for each in found]
    widths = [max((min(_WIDEST, cell_len(row[column])) for row in rows), default=0) for column in range(2)]
    for row, each in zip(rows, found, strict=True):
        padded = [cell + " " * (width - cell_len(cell)) for cell, width in zip(row[:2], widths, strict=True)]
        yield "  ".join([*padded, row[2]])
        if each.missing:
            yield f"    nobody gives {', '.join(each.missing)}"
        yield from (f"    {line.text(lang)}" for line in each.why)


def as_json(trial: Trial) -> dict[str, Any]:
    """What came of a case, for programs."""
    place = trial.case.place
    return {
        "case": trial.case.name,
        "file": place.file,
        "line": place.line,
        "state": trial.state,
        "problems": [str(problem) for problem in trial.problems],
        "differences": [
            {
                "line": each.place.line,
                "section": each.section,
                "name": each.name,
                "expected": each.expected,
                "found": each.found,
                "missing": list(each.missing),
                "why": [{"zh": line.zh, "en": line.en} for line in each.why],
            }
            for each in trial.differences
        ],
        "assumed": assumed_lines(trial.assumed),
    }
