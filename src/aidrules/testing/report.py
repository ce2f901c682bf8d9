"""What came of cases, told: as text with aligned differences, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from aidrules.testing.assumed import lines as assumed_lines
from aidrules.testing.comparison import in_language

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang
    from aidrules.testing.comparison import Difference
    from aidrules.testing.trial import Trial

_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {"expected": "应为 {}", "found": "实为 {}", "missing": "无人提供：{}", "assumed": "取用默认：{}"},
    "en": {"expected": "expected {}", "found": "found {}", "missing": "nobody gives {}", "assumed": "assumed: {}"},
}
_WIDEST = 48
"""What is longer than this does not widen its column."""


def told(trial: Trial, lang: Lang, *, assumptions: bool = True) -> str:
    """What is wrong with a case: expected and found beside each other, what is missing and why."""
    lines = [f"{trial.case.place}: {trial.case.name}"]
    lines += [f"  {problem}" for problem in trial.problems]
    lines += [f"  {line}" for line in _differences(trial.differences, lang)]
    if assumptions:
        lines += [f"  {line}" for line in assumptions_of(trial, lang)]
    return "\n".join(lines)


def assumptions_of(trial: Trial, lang: Lang) -> list[str]:
    """What the case does not give and its result rests on."""
    return [_WORDS[lang]["assumed"].format(line) for line in assumed_lines(trial.assumed)]


def _differences(found: Sequence[Difference], lang: Lang) -> Iterator[str]:
    words = _WORDS[lang]
    rows = [
        (
            f"{each.section}: {each.name}",
            words["expected"].format(in_language(each.expected, lang)),
            words["found"].format(in_language(each.found, lang)),
        )
        for each in found
    ]
    widths = [max((min(_WIDEST, cell_len(row[column])) for row in rows), default=0) for column in range(2)]
    for row, each in zip(rows, found, strict=True):
        padded = [cell + " " * (width - cell_len(cell)) for cell, width in zip(row[:2], widths, strict=True)]
        yield "  ".join([*padded, row[2]])
        if each.missing:
            yield f"    {words['missing'].format(', '.join(each.missing))}"
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
                "expected": in_language(each.expected, "en"),
                "found": in_language(each.found, "en"),
                "missing": list(each.missing),
                "why": [{"zh": line.zh, "en": line.en} for line in each.why],
            }
            for each in trial.differences
        ],
        "assumed": assumed_lines(trial.assumed),
    }
