"""`aidrules mutate`: small changes of a pack's rules, and those that no case notices."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click

from aidrules.commands.options import pack_path
from aidrules.commands.terminal import DONE, FAILED, UNUSABLE, write

if TYPE_CHECKING:
    from aidrules.testing.mutation import Checked, Verdict

_SAID = {
    "noticed": "noticed",
    "refused": "refused by the language",
    "given": "in values that the cases give themselves",
    "stated": "alive with a reason",
    "undecided": "not judged in time",
    "alive": "alive",
}


@click.command()
@click.argument("pack_name", metavar="PACK")
@click.argument("rule", required=False)
@click.option("--sample", type=click.IntRange(min=1), help="Judge so many mutants, drawn at random.")
@click.option("--seed", type=int, default=0, show_default=True, help="What is drawn follows from this number.")
@click.option("--jobs", type=click.IntRange(1, 64), help="So many processes; as many as processors unless given.")
@click.option("--limit", type=click.FloatRange(min=0.1), default=60, show_default=True, help="Seconds for each mutant.")
@click.option("-v", "--verbose", is_flag=True, help="List all mutants, with the case that notices each.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output."
)
@pack_path
def mutate(
    pack_name: str,
    rule: str | None,
    sample: int | None,
    seed: int,
    jobs: int | None,
    limit: float,
    verbose: bool,
    form: str,
    path: str | None,
) -> int:
    """Change the rules of a pack a little, one at a time, and list the changes that none of its cases notices.

    RULE is a rule, definition, parameter, finding or programme; without it, all that the pack itself says. What is
    known to make no difference is stated under unnoticed: in a file of cases, with the reason.

    Exit codes: 0 none is alive without a reason; 1 some are; 2 a pack, case or reason cannot be used.
    """
    from aidrules.language import search
    from aidrules.testing.mutation import Asked, checked

    root = search.find(pack_name, search.roots(path)).root
    found = checked(Asked(pack_name, root, rule, sample, seed, jobs or os.cpu_count() or 1, limit))
    if form == "json":
        write(json.dumps(_as_json(found), ensure_ascii=False, indent=2) + "\n")
    else:
        write(_told(pack_name, found, verbose))
    return UNUSABLE if found.problems else FAILED if found.alive else DONE


def _told(pack: str, found: Checked, verbose: bool) -> str:
    counts = ", ".join(f"{found.counts[state]} {said}" for state, said in _SAID.items() if found.counts.get(state))
    lines = [f"{pack}: {len(found.verdicts)} mutants: {counts or 'none'}"]
    if found.skipped:
        lines += [f"  no case can judge: {', '.join(f'{said} ({count})' for said, count in found.skipped.items())}"]
    lines += [f"  {problem}" for problem in found.problems]
    for verdict in found.verdicts if verbose else found.alive:
        lines.append(f"  {verdict.mutant.place}: {_ended(found, verdict)}: {verdict.mutant.name}")
    return "\n".join(lines) + "\n"


def _ended(found: Checked, verdict: Verdict) -> str:
    if verdict.state in ("noticed", "refused"):
        return f"{verdict.state} ({verdict.by})"
    because = found.stated.get(verdict.mutant.name) if verdict.state == "alive" else None
    return f"alive ({because})" if because else _SAID[verdict.state]


def _as_json(found: Checked) -> dict[str, Any]:
    return {
        "counts": dict(found.counts),
        "skipped": dict(found.skipped),
        "problems": [str(problem) for problem in found.problems],
        "mutants": [
            {
                "name": verdict.mutant.name,
                "about": verdict.mutant.about,
                "file": verdict.mutant.place.file,
                "line": verdict.mutant.place.line,
                "column": verdict.mutant.place.column,
                "was": verdict.mutant.was,
                "becomes": verdict.mutant.becomes,
                "state": verdict.state,
                "by": verdict.by,
                "reason": found.stated.get(verdict.mutant.name),
            }
            for verdict in found.verdicts
        ],
    }
