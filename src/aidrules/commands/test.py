"""`aidrules test`: the cases beside packs, decided and compared; and what of the packs no case reaches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aidrules.commands.options import pack_options
from aidrules.commands.terminal import DONE, FAILED, UNUSABLE, complain, write
from aidrules.errors import PackError, Problem

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang
    from aidrules.testing.places import Home
    from aidrules.testing.reached import Coverage
    from aidrules.testing.trial import Trial


@dataclass
class Tested:
    """What came of one file of cases."""

    file: Path
    home: Home
    trials: list[Trial] = field(default_factory=list)
    problems: tuple[Problem, ...] = ()

    def count(self, state: str) -> int:
        """How many of its cases ended so."""
        return sum(trial.state == state for trial in self.trials)


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
    done: list[Tested] = []
    for file, home in _files(paths, path):
        tested = _tested(file, home, wanted, path)
        if tested.trials or tested.problems:
            done.append(tested)
            if form == "text":
                write(_told(tested, lang, verbose))
    coverages = _coverages(done, path) if covered else {}
    if form == "json":
        write(json.dumps(_as_json(done, coverages), ensure_ascii=False, indent=2) + "\n")
    else:
        write(_summed_up(done))
        for pack, found in coverages.items():
            write(_told_coverage(pack, found, verbose))
    if not done:
        return complain("There are no such cases.", UNUSABLE)
    if any(tested.problems or tested.count("error") for tested in done) or any(c.problems for c in coverages.values()):
        return UNUSABLE
    failed = any(tested.count("failed") for tested in done) or any(found.unreached for found in coverages.values())
    return FAILED if failed else DONE


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


def _tested(file: Path, home: Home, wanted: str | None, path: str | None) -> Tested:
    from aidrules.testing.cases import read_cases
    from aidrules.testing.trial import tried

    try:
        cases = read_cases(file)
    except PackError as error:
        return Tested(file, home, problems=error.problems)
    chosen = [case for case in cases if wanted is None or wanted in case.name or wanted in file.name]
    return Tested(file, home, [tried(case, home.pack, path=_root(home, path)) for case in chosen])


def _root(home: Home, path: str | None) -> Path:
    """The folder that is searched first: the one asked for where the pack lies in it, else the pack's own."""
    from aidrules.language import search

    return Path(path) if path is not None and home.root in search.roots(path) else home.root


def _coverages(done: Iterable[Tested], path: str | None) -> dict[str, Coverage]:
    """What the cases of each pack reach of it."""
    from aidrules.language.pack import load
    from aidrules.testing.cases import read_excuses
    from aidrules.testing.reached import coverage

    by_pack: dict[str, list[Tested]] = {}
    for tested in done:
        if not tested.problems:
            by_pack.setdefault(tested.home.pack, []).append(tested)
    found = {}
    for name, files in by_pack.items():
        trials = [trial for tested in files for trial in tested.trials]
        decisions = [(trial.case.name, trial.decision) for trial in trials if trial.decision is not None]
        excuses = {target: said for tested in files for target, said in read_excuses(tested.file).items()}
        found[name] = coverage(load(name, path=_root(files[0].home, path)), decisions, excuses)
    return found


def _told(tested: Tested, lang: Lang, verbose: bool) -> str:
    from aidrules.language import search
    from aidrules.testing.report import assumptions_of, told

    states = [f"{tested.count(state)} {said}" for state, said in _STATES.items() if tested.count(state)]
    lines = [f"{search.shown(tested.file)}: {', '.join(states) or 'cannot be used'}"]
    lines += [f"  {problem}" for problem in tested.problems]
    for trial in tested.trials:
        if trial.state != "passed":
            lines += [f"  {line}" for line in told(trial, lang).splitlines()]
        elif verbose:
            lines += [f"  {trial.case.name}", *(f"    {line}" for line in assumptions_of(trial))]
    return "\n".join(lines) + "\n"


_STATES = {"passed": "passed", "failed": "failed", "error": "cannot be used"}


def _summed_up(done: Sequence[Tested]) -> str:
    counts = {said: sum(tested.count(state) for tested in done) for state, said in _STATES.items()}
    return f"{', '.join(f'{number} {said}' for said, number in counts.items() if number) or '0 passed'}\n"


def _told_coverage(pack: str, found: Coverage, verbose: bool) -> str:
    lines = [f"{pack}: {len(found.reached)} of {len(found.targets)} reached, {len(found.excused)} excused"]
    lines += [f"  {problem}" for problem in found.problems]
    lines += [f"  {place}: no case reaches {name}" for name, place in found.unreached.items()]
    if verbose:
        lines += [f"  {name}: {', '.join(cases)}" for name, cases in found.reached.items()]
        lines += [f"  {name}: excused: {reason}" for name, reason in found.excused.items()]
    return "\n".join(lines) + "\n"


def _as_json(done: Iterable[Tested], coverages: dict[str, Coverage]) -> dict[str, object]:
    from aidrules.language import search
    from aidrules.testing.report import as_json

    return {
        "files": [
            {
                "file": search.shown(tested.file),
                "pack": tested.home.pack,
                "problems": [str(problem) for problem in tested.problems],
                "cases": [as_json(trial) for trial in tested.trials],
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
