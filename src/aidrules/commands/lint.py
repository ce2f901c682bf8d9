"""`aidrules lint`: what authors of rule packs should look at, each with a code, a place, one sentence and a fix."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aidrules.commands.options import pack_options
from aidrules.commands.terminal import DONE, FAILED, UNUSABLE, complain, write

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang
    from aidrules.errors import Place, Problem
    from aidrules.lint import Finding

_SEVERITIES = {
    "zh": {"error": "错误", "warning": "警告", "information": "提示"},
    "en": {"error": "error", "warning": "warning", "information": "information"},
}
_COUNTED = {
    "zh": "{error} 个错误，{warning} 个警告，{information} 条提示{more}",
    "en": "errors: {error}, warnings: {warning}, information: {information}{more}",
}
_MORE = {"zh": "（用 -v 列出）", "en": " (-v lists it)"}
_COMMANDS = {"error": "error", "warning": "warning", "information": "notice"}

_OVERLAYS = (
    "An overlay is looked at with the pack in whose folder overlays it lies; one that lies elsewhere over the pack "
    "that is named: aidrules lint PACK --overlay FILE"
)


@click.command()
@click.argument("names", metavar="[PACK|FOLDER]...", nargs=-1)
@click.option("--overlay", "overlays", multiple=True, help="Look at this overlay over PACK alone; may be given again.")
@click.option("--strict", is_flag=True, help="End with 1 where there are warnings, too.")
@click.option("-v", "--verbose", is_flag=True, help="List information as well as errors and warnings.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True, help="Output."
)
@pack_options
def lint(
    names: Sequence[str],
    overlays: Sequence[str],
    strict: bool,
    verbose: bool,
    form: str,
    path: str | None,
    lang: Lang,
) -> int:
    """Look for mistakes in rule packs: all that can be found, or some packs, or those in folders.

    Exit codes: 0 clean; 1 errors, or with --strict warnings; 2 a pack that cannot be used.
    """
    from aidrules.errors import PackError
    from aidrules.lint import lint as look
    from aidrules.lint import lint_overlays

    if overlays and (len(names) != 1 or Path(names[0]).is_dir()):
        raise click.BadParameter("name the one pack over which it is laid", param_hint="--overlay")
    found: list[Finding] = []
    problems: list[Problem] = []
    for root, packs in [(path, list(names))] if overlays else _asked(names, path):
        try:
            found += lint_overlays(overlays, names[0], path) if overlays else look(packs, root)
        except PackError as error:
            problems += error.problems
    found = list(dict.fromkeys(found))
    if form == "json":
        write(json.dumps(_as_json(found, problems), ensure_ascii=False, indent=2) + "\n")
    elif form == "github":
        write("".join(_github(found, problems, lang)))
    else:
        shown = [one for one in found if verbose or one.severity != "information"]
        write("".join(f"{_told(one, lang)}\n" for one in shown) + ("" if problems else _counted(found, lang, verbose)))
    if problems:
        return UNUSABLE if form != "text" else complain("\n".join(map(str, problems)), UNUSABLE)
    failing = {"error", "warning"} if strict else {"error"}
    return FAILED if any(one.severity in failing for one in found) else DONE


def _asked(names: Sequence[str], path: str | None) -> Iterator[tuple[str | Path | None, list[str] | None]]:
    """The packs that are asked for, by the folder that is searched first."""
    from aidrules.errors import PackError, Problem
    from aidrules.language import search
    from aidrules.testing.places import pack_in

    if files := [name for name in names if Path(name).is_file()]:
        raise PackError(Problem("this is a file", files[0], expected="packs or folders of packs", hint=_OVERLAYS))
    folders = [Path(name).resolve() for name in names if Path(name).is_dir()]
    packs = [name for name in names if not Path(name).is_dir()]
    if packs or not folders:
        yield path, packs or None
    by_root: dict[Path, list[str]] = {}
    for folder in folders:
        below = [one for one in (folder, *sorted(folder.rglob("*"))) if one.is_dir()]
        homes = [home for one in below if one.name not in search.NOT_PACKS and (home := pack_in(one)) is not None]
        if not homes:
            found = "there are no packs in this folder"
            raise PackError(Problem(found, str(folder), expected="a folder of packs", hint=_OVERLAYS))
        for home in homes:
            by_root.setdefault(home.root, []).append(home.pack)
    yield from by_root.items()


def _told(finding: Finding, lang: Lang) -> str:
    stop = "。" if lang == "zh" else ". "
    end = "。" if lang == "zh" else "."
    severity = _SEVERITIES[lang][finding.severity]
    sentence, fix = finding.sentence.text(lang), finding.fix.text(lang)
    return f"{finding.place}: {finding.code} {severity}: {sentence}{stop}{fix}{end}"


def _counted(found: Iterable[Finding], lang: Lang, verbose: bool) -> str:
    counts = dict.fromkeys(_SEVERITIES["en"], 0)
    for finding in found:
        counts[finding.severity] += 1
    more = _MORE[lang] if counts["information"] and not verbose else ""
    return _COUNTED[lang].format(**counts, more=more) + "\n"


def _as_json(found: Iterable[Finding], problems: Iterable[Problem]) -> dict[str, object]:
    return {
        "findings": [
            {
                "code": one.code,
                "severity": one.severity,
                "file": one.place.file,
                "line": one.place.line,
                "column": one.place.column,
                "name": one.name,
                "sentence": {"zh": one.sentence.zh, "en": one.sentence.en},
                "fix": {"zh": one.fix.zh, "en": one.fix.en},
            }
            for one in found
        ],
        "problems": [str(problem) for problem in problems],
    }


def _github(found: Iterable[Finding], problems: Iterable[Problem], lang: Lang) -> Iterator[str]:
    """Lines that GitHub Actions shows beside the files."""
    from aidrules.errors import Place

    for problem in problems:
        place = problem.where if isinstance(problem.where, Place) else None
        yield _annotation("error", place, "aidrules", str(problem))
    for one in found:
        sentence = f"{one.sentence.text(lang)}{'。' if lang == 'zh' else '. '}{one.fix.text(lang)}"
        yield _annotation(_COMMANDS[one.severity], one.place, one.code, sentence)


def _annotation(command: str, place: Place | None, title: str, text: str) -> str:
    where = f"file={_escaped(place.file)},line={place.line},col={place.column}," if place is not None else ""
    return f"::{command} {where}title={title}::{_escaped(text, inside=False)}\n"


def _escaped(text: str, *, inside: bool = True) -> str:
    """Text as a workflow command takes it: a property (`inside`) may hold no colon or comma, either."""
    for character, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
        text = text.replace(character, code)
    return text.replace(":", "%3A").replace(",", "%2C") if inside else text
