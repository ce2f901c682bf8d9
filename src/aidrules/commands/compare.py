"""`aidrules compare`: the household in a JSON file by the rules of several places, side by side."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from aidrules.commands.options import days_options, load_pack, pack_options, read_pairs, shortened
from aidrules.commands.terminal import DONE, OPEN, read, write
from aidrules.errors import FactsError

if TYPE_CHECKING:
    from aidrules.decision.across import PackDecision
    from aidrules.decision.figures import Lang
    from aidrules.decision.forms import Way
    from aidrules.language.pack import Pack

_HEADS = {"zh": ("规则", "待补"), "en": ("Rules", "Missing")}
_LEFT_OUT = {"zh": "{}：未采用该规则没有的事实：{}\n", "en": "{}: left out, being no facts of these rules: {}\n"}
_COMMA = {"zh": "、", "en": ", "}
_NONE = {
    "zh": "这些规则没有共同的项目。用 --programme 选择。\n",
    "en": "These rules have no programme in common. Choose with --programme.\n",
}


@click.command()
@click.argument("household", type=click.Path(dir_okay=False, allow_dash=True))
@click.option(
    "--packs",
    "sides",
    multiple=True,
    required=True,
    help="The rules, with commas between them; overlays follow after +: cn/local/nanjing,cn/guizhou/zunyi+mine.yaml",
)
@days_options
@click.option(
    "--set", "parameters", multiple=True, callback=read_pairs, help="A parameter, where a pack has it: name=value."
)
@click.option(
    "--programme", "programmes", multiple=True, help="Show this programme; those of several packs unless given."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output."
)
@pack_options
def compare(
    household: str,
    sides: Sequence[str],
    on: date,
    law: date | None,
    parameters: dict[str, str],
    programmes: Sequence[str],
    form: str,
    path: str | None,
    lang: Lang,
) -> int:
    """Decide the household in a JSON file (- reads standard input) by the rules of several places.

    The file holds what any of the packs asks for; what a pack does not know is left out there, and said.
    """
    from aidrules.decision.across import across
    from aidrules.facts.sizes import GREATEST_TEXT

    text = read(household, GREATEST_TEXT, FactsError)
    names = [name.strip() for listed in sides for name in listed.split(",")]
    if not all(names):
        raise click.BadParameter("a name is empty; give packs with commas between them", param_hint="--packs")
    packs = _given([_side(name, path) for name in names], parameters)
    found = across(text, packs, on=on, law=law)
    wanted = list(programmes) or (_all(found) if form == "json" else _shared(found))
    if unknown := [name for name in wanted if not any(name in each.decision.outcomes for each in found)]:
        found_no = f"none of the packs has a programme {shortened(unknown[0])!r}"
        raise click.BadParameter(found_no, param_hint="--programme")
    if form == "json":
        said = [_plain(each, wanted) for each in found]
        write(json.dumps({"on": str(on), "law": str(law or on), "packs": said}, ensure_ascii=False, indent=2) + "\n")
    else:
        write(_shown(found, _titles(found, names, lang), wanted, lang))
    shown = (outcome for each in found for name, outcome in each.decision.outcomes.items() if name in wanted)
    return OPEN if any(outcome.is_open for outcome in shown) else DONE


def _side(written: str, path: str | None) -> Pack:
    name, *overlays = written.split("+")
    pack = load_pack(name, path)
    return pack.with_overlay(*overlays) if overlays else pack


def _given(packs: Sequence[Pack], parameters: dict[str, str]) -> list[Pack]:
    """The packs with the values that are for them."""
    unused = set(parameters)
    made: list[Pack] = []
    for pack in packs:
        own = {name: value for name, value in parameters.items() if name.partition("[")[0] in pack.parameters}
        unused -= own.keys()
        made.append(pack.with_parameters(own) if own else pack)
    if unused:
        raise click.BadParameter(f"none of the packs has a parameter {shortened(min(unused))!r}", param_hint="--set")
    return made


def _all(found: Sequence[PackDecision]) -> list[str]:
    """The programmes that any of the packs has, in their order."""
    return list(dict.fromkeys(name for each in found for name in each.decision.outcomes))


def _shared(found: Sequence[PackDecision]) -> list[str]:
    """Those that several of them have; of a single pack all."""
    least = min(2, len(found))
    return [name for name in _all(found) if sum(name in each.decision.outcomes for each in found) >= least]


def _shown(found: Sequence[PackDecision], titles: Sequence[str], programmes: Sequence[str], lang: Lang) -> str:
    from aidrules.decision.overview import heads, ways
    from aidrules.decision.text import tables
    from aidrules.show import Rows

    rules, missing = _HEADS[lang]
    sums = ways(outcome for each in found for name, outcome in each.decision.outcomes.items() if name in programmes)
    programme, *others = heads(lang, sums)
    rows = tuple(row for name in programmes for row in _rows(found, titles, name, lang, sums))
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    table = Rows("", (programme, rules, *others, missing), rows)
    text = tables([table], encoding=encoding).lstrip() if rows else _NONE[lang]
    for each, title in zip(found, titles, strict=True):
        if each.left_out:
            names = dict.fromkeys(re.sub(r"\[\d+\]", "", path) for path in each.left_out)
            text += _LEFT_OUT[lang].format(title, _COMMA[lang].join(names))
    return text


def _rows(
    found: Sequence[PackDecision], titles: Sequence[str], programme: str, lang: Lang, sums: Sequence[Way]
) -> Iterator[tuple[str, ...]]:
    """A programme under each pack that has it; how many inputs are missing stands where something is open."""
    from aidrules.decision.overview import rows

    shown = ""
    for each, pack in zip(found, titles, strict=True):
        if programme not in each.decision.outcomes:
            continue
        title, missing = pack, 0
        if each.decision.outcomes[programme].is_open:
            waiting = [one.bears_on for one in each.decision.missing]
            missing = sum(any(re.split(r"[.[]", name)[0] == programme for name in names) for names in waiting)
        for name, *cells in rows(each.decision, lang, [programme], sums):
            label = name or shown
            yield label if label != shown else "", title, *cells, str(missing or "")
            shown, title, missing = label, "", 0


def _titles(found: Sequence[PackDecision], sides: Sequence[str], lang: Lang) -> list[str]:
    """What the packs are called; those of one name as they were written."""
    titles = [each.pack.title.text(lang) for each in found]
    return [
        title if titles.count(title) == 1 else f"{title}: {side}" for title, side in zip(titles, sides, strict=True)
    ]


def _plain(each: PackDecision, programmes: Sequence[str]) -> dict[str, Any]:
    said = each.decision.to_dict(trace=False)
    outcomes = {name: outcome for name, outcome in said["outcomes"].items() if name in programmes}
    return {"pack": said["pack"], "outcomes": outcomes, "missing": said["missing"], "left_out": list(each.left_out)}
