"""Runs all checks over packs and their overlays; findings that the files excuse are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from aidrules.errors import PackError, Place, Problem
from aidrules.language import search, tree
from aidrules.language.content import read_content
from aidrules.language.loading import load
from aidrules.language.pack import Pack
from aidrules.language.statements import Layer
from aidrules.lint import clauses, conditions, labels, parameters, programmes, unused, wording
from aidrules.lint.check import Check, Finding, Hit, check
from aidrules.lint.linted import Linted, Register
from aidrules.lint.reads import Readers, readers_of
from aidrules.register import citing, citing_cases, covered, read_register
from aidrules.register.clauses import FOLDER

_FAMILIES = (labels, unused, conditions, parameters, wording, programmes, clauses)


@check(
    "L001",
    "warning",
    ("理由 {name} 没有对应的检查结果", "the excuse {name} is for nothing that is found"),
    ("删去，或者改正代码和名称", "Take it out, or correct the code and the name"),
)
def idle_excuse(linted: Linted) -> Iterator[Hit]:
    """Find excuses for what no other check finds."""
    for file in linted.layer.files:
        said = file.excuses or tree.Mapping({}, {}, file.body.place)
        used = {key for one in linted.found if one.place.file == file.origin.file for key in _keys(one)}
        for key in said.items.keys() - used:
            yield Hit(said.key_place(key), key)


CHECKS: tuple[Check, ...] = (idle_excuse, *(one for family in _FAMILIES for one in family.CHECKS))
"""Every check, by its code."""


def lint(names: Iterable[str] | None = None, path: str | Path | None = None) -> list[Finding]:
    """What authors of packs should look at, in packs and in the overlays beside them.

    Args:
        names: of packs; all that can be found unless given.
        path: a folder of packs that is searched first, before AIDRULES_PATH and the shipped ones.

    Returns:
        Findings by file, line and column, without those that the files excuse.

    Raises:
        PackError: a pack, an overlay or a file of the register that cannot be read, or rules that do not compile;
            the problems of all of them.
    """
    searched = search.roots(path)
    folders = {folder.name: folder for folder in search.all_folders(searched)}
    wanted = list(folders) if names is None else [search.find(name, searched).name for name in names]
    layers = _layers(folders, path)
    problems: list[Problem] = []
    register = _register(path, [folders[name].path for name in wanted])
    found: list[Finding] = []
    for name in wanted:
        try:
            pack, readers = load(name, path=path), _readers(name, layers)
            folder = folders[name].path
            found += _findings(Linted(pack, pack.content.layers[-1], folder, readers, register))
            for laid in _overlays(folders[name], pack):
                found += _findings(Linted(laid, laid.overlays[-1].layer, folder, readers, register, overlay=True))
        except PackError as error:
            problems.extend(error.problems)
    if problems:
        raise PackError(tree.in_reading_order(problems))
    return _in_order(found)


def lint_overlays(overlays: Sequence[str | Path], name: str, path: str | Path | None = None) -> list[Finding]:
    """What authors of overlays should look at in overlays of their own; of the pack below them nothing is told.

    Args:
        overlays: files, or names of shipped overlays; each is laid over the pack and those before it.
        name: of the pack.
        path: a folder of packs that is searched first, before AIDRULES_PATH and the shipped ones.

    Returns:
        Findings as of `lint`.

    Raises:
        PackError: the pack, an overlay or a file of the register that cannot be read, or rules that do not compile.
    """
    folders = {folder.name: folder for folder in search.all_folders(search.roots(path))}
    pack, folder = load(name, path=path), search.find(name, search.roots(path)).path
    readers, register = _readers(name, _layers(folders, path)), _register(path, [folder])
    found: list[Finding] = []
    for overlay in overlays:
        pack = pack.with_overlay(overlay)
        found += _findings(Linted(pack, pack.overlays[-1].layer, folder, readers, register, overlay=True))
    return _in_order(found)


def _in_order(found: Iterable[Finding]) -> list[Finding]:
    return sorted(dict.fromkeys(found), key=lambda one: (one.place.file, one.place.line, one.place.column, one.code))


def _layers(names: Iterable[str], path: str | Path | None) -> list[Sequence[Layer]]:
    """The layers of every pack that can be read."""
    found: list[Sequence[Layer]] = []
    for name in names:
        try:
            found.append(read_content(name, path).layers)
        except PackError:
            continue  # whoever lints it is told why
    return found


def _readers(name: str, layers: Iterable[Sequence[Layer]]) -> Readers:
    """What mentions the names of a pack, in all packs that rest on it."""
    resting = [one for made in layers if any(layer.name == name for layer in made) for one in made]
    return readers_of({id(layer.files): layer for layer in resting}.values())


def _register(path: str | Path | None, wanted: Sequence[Path]) -> Register:
    """The register and what cites it; an empty one where some other pack, or a case of one, cannot be read."""
    try:
        documents, stated, cases = read_register(path), citing(path), citing_cases(path)
    except PackError as error:
        places = [problem.where for problem in error.problems if isinstance(problem.where, Place)]
        files = [Path(place.file).resolve() for place in places]
        if any(FOLDER in file.parts or file.is_relative_to(folder) for file in files for folder in wanted):
            raise
        return Register({}, (), (), {})
    return Register(documents, stated, cases, covered(documents, stated, cases))


def _overlays(folder: search.Folder, pack: Pack) -> Iterator[Pack]:
    """The pack under each overlay that lies beside it."""
    for file in sorted((folder.path / "overlays").glob("*")):
        if file.suffix in search.SUFFIXES:
            yield pack.with_overlay(search.inside(file, folder.root))


def _findings(linted: Linted) -> Iterator[Finding]:
    found = tuple(dict.fromkeys(finding for one in CHECKS[1:] for finding in one.findings(linted)))
    excused = {file.origin.file: file.excuses.items.keys() for file in linted.layer.files if file.excuses is not None}
    for finding in (*found, *idle_excuse.findings(replace(linted, found=found))):
        if not _keys(finding) & excused.get(finding.place.file, set()):
            yield finding


def _keys(finding: Finding) -> set[str]:
    """The excuses by which a finding is left out: its code with the name, or its code alone."""
    return {finding.code, f"{finding.code} {finding.name}"}
