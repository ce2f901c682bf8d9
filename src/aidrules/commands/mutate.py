"""`aidrules mutate`: small changes of a pack's rules, and those that no case notices."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from aidrules.commands.options import pack_options
from aidrules.commands.terminal import DONE, FAILED, UNUSABLE, write

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang
    from aidrules.testing.mutation import Checked, Verdict

_SAID: Mapping[Lang, Mapping[str, str]] = {
    "zh": {
        "noticed": "被案例发现",
        "refused": "被规则语言拒绝",
        "given": "改的是案例自行给出的数值",
        "stated": "未被发现、附理由",
        "undecided": "未能按时判定",
        "alive": "未被发现",
    },
    "en": {
        "noticed": "noticed",
        "refused": "refused by the language",
        "given": "in values that the cases give themselves",
        "stated": "alive with a reason",
        "undecided": "not judged in time",
        "alive": "alive",
    },
}
_TOLD: Mapping[Lang, Mapping[str, str]] = {
    "zh": {
        "head": "{pack}：改动 {count} 处：{ended}",
        "ended": "{said} {count} 处",
        "none": "无",
        "between": "，",
        "skipped": "  案例无从判断：{listed}",
        "reason": "{said}（{count}）",
        "by": "{said}（{by}）",
        "mutant": "  {place}：{ended}：{name}",
    },
    "en": {
        "head": "{pack}: {count} mutants: {ended}",
        "ended": "{count} {said}",
        "none": "none",
        "between": ", ",
        "skipped": "  no case can judge: {listed}",
        "reason": "{said} ({count})",
        "by": "{said} ({by})",
        "mutant": "  {place}: {ended}: {name}",
    },
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
@pack_options
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
    lang: Lang,
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
        write(_told(pack_name, found, verbose, lang))
    return UNUSABLE if found.problems else FAILED if found.alive else DONE


def _told(pack: str, found: Checked, verbose: bool, lang: Lang) -> str:
    words, ends = _TOLD[lang], _SAID[lang]
    between = words["between"]
    counts = [words["ended"].format(count=found.counts[end], said=ends[end]) for end in ends if found.counts.get(end)]
    ended = between.join(counts) or words["none"]
    lines = [words["head"].format(pack=pack, count=len(found.verdicts), ended=ended)]
    skipped = [words["reason"].format(said=why.text(lang), count=count) for why, count in found.skipped.items()]
    lines += [words["skipped"].format(listed=between.join(skipped))] if skipped else []
    lines += [f"  {problem}" for problem in found.problems]
    for verdict in found.verdicts if verbose else found.alive:
        place, ended = verdict.mutant.place, _ended(found, verdict, lang)
        lines.append(words["mutant"].format(place=place, ended=ended, name=verdict.mutant.name))
    return "\n".join(lines) + "\n"


def _ended(found: Checked, verdict: Verdict, lang: Lang) -> str:
    said, by = _SAID[lang][verdict.state], verdict.by
    if verdict.state == "alive":
        by = found.stated.get(verdict.mutant.name, "")
    return _TOLD[lang]["by"].format(said=said, by=by) if by else said


def _as_json(found: Checked) -> dict[str, Any]:
    return {
        "counts": dict(found.counts),
        "skipped": {why.en: count for why, count in found.skipped.items()},
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
