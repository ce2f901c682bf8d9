"""Runs all checks over packs and their overlays; findings that the files excuse are left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from aidrules.errors import PackError, Place, Problem
from aidrules.language import search, tree
from aidrules.language.content import read_content
from aidrules.language.fields import Label
from aidrules.language.pack import Pack, load
from aidrules.language.statements import File, Layer
from aidrules.lint import clauses, conditions, labels, parameters, programmes, unused, wording
from aidrules.lint.check import Check, Finding
from aidrules.lint.linted import Linted, Register
from aidrules.lint.reads import Readers, readers_of
from aidrules.register import citing, citing_cases, covered, read_register

IDLE = Check(
    "L001",
    "warning",
    Label("理由 {name} 没有对应的检查结果", "the excuse {name} is for nothing that is found"),
    Label("删去，或者改正代码和名称", "Take it out, or correct the code and the name"),
    lambda _: iter(()),
)
"""What an excuse for nothing is told as; found once all other checks are done."""
_FAMILIES = (labels, unused, conditions, parameters, wording, programmes, clauses)
CHECKS: tuple[Check, ...] = (IDLE, *(check for family in _FAMILIES for check in family.CHECKS))
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
    register = _register(path)
    found: list[Finding] = []
    for name in wanted:
        try:
            pack, readers = load(name, path=path), _readers(name, layers)
            found += _findings(Linted(pack, pack.content.layers[-1], readers, register))
            for laid in _overlays(folders[name], pack):
                found += _findings(Linted(laid, laid.overlays[-1].layer, readers, register, overlay=True))
        except PackError as error:
            problems.extend(error.problems)
    if problems:
        raise PackError(tree.in_reading_order(problems))
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


def _register(path: str | Path | None) -> Register:
    documents, stated, cases = read_register(path), citing(path), citing_cases(path)
    return Register(documents, stated, cases, covered(documents, stated, cases))


def _overlays(folder: search.Folder, pack: Pack) -> Iterator[Pack]:
    """The pack under each overlay that lies beside it."""
    for file in sorted((folder.path / "overlays").glob("*")):
        if file.suffix in search.SUFFIXES:
            yield pack.with_overlay(search.inside(file, folder.root))


def _findings(linted: Linted) -> Iterator[Finding]:
    excuses = {file.origin.file: _Excuses(file) for file in linted.layer.files}
    for finding in dict.fromkeys(finding for check in CHECKS for finding in check.findings(linted)):
        own = excuses.get(finding.place.file)
        if own is None or not own.excuse(finding):
            yield finding
    for own in excuses.values():
        yield from own.idle()


class _Excuses:
    """The excuses of a file, and which of them have been of no use so far."""

    def __init__(self, file: File) -> None:
        node = file.excuses or tree.Mapping({}, {}, file.body.place)
        self._known = frozenset(node.items)
        self._idle: dict[str, Place] = {key: node.key_place(key) for key in node.items}

    def excuse(self, finding: Finding) -> bool:
        """Whether the file says why something is meant, by its code and name, or by its code alone."""
        keys = {f"{finding.code} {finding.name}", finding.code} & self._known
        for key in keys:
            self._idle.pop(key, None)
        return bool(keys)

    def idle(self) -> Iterator[Finding]:
        """The excuses for nothing."""
        for key, place in self._idle.items():
            sentence = Label(IDLE.sentence.zh.format(name=key), IDLE.sentence.en.format(name=key))
            yield Finding(IDLE.code, IDLE.severity, place, key, sentence, IDLE.fix)
