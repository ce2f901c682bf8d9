"""`aidrules test`: the cases beside packs, decided and compared; and what of the packs no case reaches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aidrules.commands.options import pack_options
from aidrules.commands.terminal import DONE, FAILED, UNUSABLE, complain, write
from aidrules.errors import PackError, Problem

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang
    from aidrules.testing.files import Tested
    from aidrules.testing.places import Home
    from aidrules.testing.reached import Coverage

_STATES: Mapping[Lang, Mapping[str, str]] = {
    "zh": {"passed": "通过 {} 个", "failed": "未通过 {} 个", "error": "无法使用 {} 个"},
    "en": {"passed": "{} passed", "failed": "{} failed", "error": "{} cannot be used"},
}
_WORDS: Mapping[Lang, Mapping[str, str]] = {
    "zh": {
        "head": "{}：{}",
        "between": "，",
        "unusable": "无法使用",
        "no_cases": "没有这样的案例。",
        "reached": "{pack}：共 {all} 处，案例触及 {reached} 处，附理由 {excused} 处",
        "unreached": "  {place}：没有案例触及 {name}",
        "excused": "  {name}：附理由：{reason}",
    },
    "en": {
        "head": "{}: {}",
        "between": ", ",
        "unusable": "cannot be used",
        "no_cases": "There are no such cases.",
        "reached": "{pack}: {reached} of {all} reached, {excused} excused",
        "unreached": "  {place}: no case reaches {name}",
        "excused": "  {name}: excused: {reason}",
    },
}


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("-k", "wanted", help="Only the cases whose name, or file, has this text in it.")
@click.option("-v", "--verbose", is_flag=True, help="Name every case, with what it assumes.")
@click.option("--coverage", "covered", is_flag=True, help="List what of each pack no case reaches.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output."
)
@pack_options
def test(
    paths: Sequence[str], wanted: str | None, verbose: bool, covered: bool, form: str, path: str | None, lang: Lang
) -> int:
    """Run the cases beside rule packs: all that can be found, or those of packs, folders or files.

    Exit codes: 0 all pass; 1 some fail, or something is not reached; 2 some cannot be used.
    """
    from aidrules.testing.files import Asked, all_tested

    how = wanted, lang, verbose, form == "json", covered
    asked = [Asked(file, home, _root(home, path), *how) for file, home in _files(paths, path)]
    done: list[Tested] = []
    said: set[Problem] = set()
    for tested in all_tested(asked):
        if tested.states or tested.problems:
            done.append(tested)
            if form == "text":
                write(_told(tested, said, lang))
                said.update(tested.of_pack)
    coverages = _coverages(done) if covered else {}
    if form == "json":
        write(json.dumps(_as_json(done, coverages), ensure_ascii=False, indent=2) + "\n")
    else:
        write(f"{_counted([state for tested in done for state in tested.states], lang)}\n")
        for pack, found in coverages.items():
            write(_told_coverage(pack, found, verbose, lang))
    return _ended(done, coverages.values()) if done else complain(_WORDS[lang]["no_cases"], UNUSABLE)


def _ended(done: Sequence[Tested], coverages: Iterable[Coverage]) -> int:
    states = {state for tested in done for state in tested.states}
    if "error" in states or any(tested.problems for tested in done) or any(found.problems for found in coverages):
        return UNUSABLE
    return FAILED if "failed" in states or any(found.unreached for found in coverages) else DONE


def _files(paths: Sequence[str], path: str | None) -> Iterator[tuple[Path, Home]]:
    """The files of cases that are asked for, each once, with their packs."""
    from aidrules.language import search
    from aidrules.testing.places import case_files, home_of

    searched = search.roots(path)
    folders = [folder.path / "cases" for folder in search.all_folders(searched)] if not paths else []
    asked: list[Path] = [file for folder in folders for file in case_files(folder)]
    for text in paths:
        given = Path(text)
        if given.is_dir():
            asked += case_files(given)
        elif given.is_file():
            if home_of(given.resolve()) is None:
                expected = "a YAML file in the folder cases of a pack"
                raise PackError(Problem("this is no file of cases", text, expected=expected))
            asked.append(given)
        else:
            asked += case_files(search.find(text, searched).path / "cases")
    for file in dict.fromkeys(file.resolve() for file in asked):
        home = home_of(file)
        if home is not None:
            yield file, home


def _root(home: Home, path: str | None) -> Path:
    """The folder that is searched first: the one asked for where the pack lies in it, else the pack's own."""
    from aidrules.language import search

    return Path(path) if path is not None and home.root in search.roots(path) else home.root


def _coverages(done: Iterable[Tested]) -> dict[str, Coverage]:
    """What the cases of each pack reach of it."""
    from aidrules.language.loading import load
    from aidrules.testing.cases import read_excuses
    from aidrules.testing.reached import coverage

    by_pack: dict[str, list[Tested]] = {}
    for tested in done:
        if not tested.problems and not tested.of_pack:
            by_pack.setdefault(tested.asked.home.pack, []).append(tested)
    found = {}
    for name, files in by_pack.items():
        reached = [case for tested in files for case in tested.reached]
        excuses = {target: said for tested in files for target, said in read_excuses(tested.asked.file).items()}
        found[name] = coverage(load(name, path=files[0].asked.root), reached, excuses)
    return found


def _told(tested: Tested, said: set[Problem], lang: Lang) -> str:
    """What there is to tell of a file; what was said of its pack already is not said again."""
    from aidrules.language import search

    words = _WORDS[lang]
    counted = _counted(tested.states, lang) if tested.states else words["unusable"]
    head = words["head"].format(search.shown(tested.asked.file), counted)
    of_pack = [str(problem) for problem in tested.of_pack if problem not in said]
    return "\n".join([head, *(f"  {line}" for line in (*of_pack, *tested.lines))]) + "\n"


def _counted(states: Sequence[str], lang: Lang) -> str:
    said = _STATES[lang]
    counted = (said[state].format(states.count(state)) for state in said if state in states)
    return _WORDS[lang]["between"].join(counted) or said["passed"].format(0)


def _told_coverage(pack: str, found: Coverage, verbose: bool, lang: Lang) -> str:
    words = _WORDS[lang]
    numbers = {"all": len(found.targets), "reached": len(found.reached), "excused": len(found.excused)}
    lines = [words["reached"].format(pack=pack, **numbers)]
    lines += [f"  {problem}" for problem in found.problems]
    lines += [words["unreached"].format(place=place, name=name) for name, place in found.unreached.items()]
    if verbose:
        lines += [f"  {words['head'].format(name, ', '.join(cases))}" for name, cases in found.reached.items()]
        lines += [words["excused"].format(name=name, reason=reason) for name, reason in found.excused.items()]
    return "\n".join(lines) + "\n"


def _as_json(done: Iterable[Tested], coverages: dict[str, Coverage]) -> dict[str, object]:
    from aidrules.language import search

    return {
        "files": [
            {
                "file": search.shown(tested.asked.file),
                "pack": tested.asked.home.pack,
                "problems": [str(problem) for problem in tested.problems],
                "cases": list(tested.forms),
            }
            for tested in done
        ],
        "coverage": {
            pack: {
                "targets": len(found.targets),
                "reached": {name: list(cases) for name, cases in found.reached.items()},
                "unreached": {name: str(place) for name, place in found.unreached.items()},
                "excused": dict(found.excused),
                "problems": [str(problem) for problem in found.problems],
            }
            for pack, found in coverages.items()
        },
    }
