"""What cites clauses: everything that packs and overlays say, and the cases beside them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from aidrules.errors import PackError, Place
from aidrules.language import search, tree
from aidrules.language.content import Content, overlay_layer, read_content
from aidrules.language.fields import Label
from aidrules.language.readings import label_of
from aidrules.language.sources import Source, explicit_cites
from aidrules.language.statements import Layer, name_of, statements
from aidrules.language.yaml import CASE_BYTES, read_yaml
from aidrules.testing.cases import BY_NAME, LISTED
from aidrules.testing.targets import PARTS

Cited = tuple[str, str, Place]
"""Document, clause (empty for the document as a whole), and where it is cited."""

_RESULTS = tuple(section for section in (*BY_NAME, *LISTED) if section != "missing")
"""The sections in which a case expects results."""
_ITEM = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Citing:
    """One rule, definition, parameter, finding or programme as one file states it, with the clauses that it cites.

    Attributes:
        name: how expressions name it, such as `dibao.means_test`.
        section: rules, definitions, parameters ...
        pack: the pack or overlay that says it.
        declares: whether the file declares it, rather than changing what a wider pack says.
        parts: which part of it cites each of them, such as a grade or one of several conditions; "" for the whole.
    """

    name: str
    section: str
    pack: str
    declares: bool
    place: Place
    cites: tuple[Cited, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitingCase:
    """A case, as far as it shows what it tests.

    Attributes:
        pack: the pack beside which it stands.
        at: its file.
        layers: that pack and those that it is made of.
        cites: the clauses that it names itself.
        expects: the names of the results that it expects.
    """

    name: str
    label: Label
    file: str
    at: Path
    pack: str
    layers: frozenset[str]
    cites: tuple[Cited, ...]
    expects: frozenset[str]


def citing(path: str | Path | None = None) -> list[Citing]:
    """All that the packs and overlays of all folders state, each as often as a file states it.

    Raises:
        PackError: a pack or overlay that cannot be read.
    """
    found: list[Citing] = []
    for folder, content in _contents(path):
        found.extend(_stated(content.layers[-1]))
        for file in _files(folder, "overlays"):
            name = search.shown(file)
            found.extend(_stated(overlay_layer(read_yaml(file, name), name, content, content.sources)))
    return found


def citing_cases(path: str | Path | None = None) -> list[CitingCase]:
    """Every case beside the packs of all folders.

    A clause that a case cites without naming the document is of the `source:` of its file or, without one, of the
    document that the pack itself is about.

    Raises:
        PackError: a pack or a file of cases that cannot be read.
    """
    found: list[CitingCase] = []
    for folder, content in _contents(path):
        layers = frozenset(layer.name for layer in content.layers)
        own = {file.origin.source for file in content.layers[-1].files}
        default = own.pop() if len(own) == 1 else None
        for file in _files(folder, "cases"):
            found.extend(_cases(file, folder.name, layers, default, content.sources))
    return found


def tested_names(case: CitingCase, stated: Iterable[Citing]) -> set[str]:
    """The rules, definitions, parameters and findings whose results a case expects.

    `dibao.supplement[ann].amount` is of the rule `dibao.supplement`. What a programme comes to as a whole is of none
    of its rules, and not of the terms on which it pays.
    """
    known = {one.name for one in stated if one.section != "programmes"}
    found: set[str] = set()
    for expected in case.expects:
        parts = _ITEM.sub("", expected).split(".")
        names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        found.update([next((name for name in names if name in known), "")])
    return found - {""}


def _contents(path: str | Path | None) -> Iterator[tuple[search.Folder, Content]]:
    for folder in search.all_folders(search.roots(path)):
        yield folder, read_content(folder.name, path)


def _files(folder: search.Folder, below: str) -> list[Path]:
    found = (file for file in sorted((folder.path / below).glob("*")) if file.suffix in search.SUFFIXES)
    return [search.inside(file, folder.root) for file in found]


def _stated(layer: Layer) -> Iterator[Citing]:
    for file in layer.files:
        for statement in statements(file):
            name, told = name_of(statement.key), list(_cites(statement.fields))
            cites, parts = tuple(cited for cited, _ in told), tuple(part for _, part in told)
            yield Citing(name, statement.section, layer.name, not statement.override, statement.place, cites, parts)


def _cites(node: tree.Node) -> Iterator[tuple[Cited, str]]:
    """The clauses below a node in which every `cite:` is written out, each with the part that cites it."""
    for path, item in tree.walk(node):
        if path and (path[-1] == "cite" or path[-1].endswith(".cite")) and isinstance(item, tree.Sequence):
            for cite in item.items:
                assert isinstance(cite, tree.Mapping)
                yield (cite.text("source") or "", cite.text("clause") or "", cite.place), _part(path)


def _part(path: tuple[str | int, ...]) -> str:
    """The part of a rule or definition in which a path ends; "" where it is the whole."""
    keys = ".".join(map(str, path)).split(".")
    return keys[1] if keys[0] in PARTS and len(keys) > 2 else ""


def _cases(
    file: Path, pack: str, layers: frozenset[str], default: str | None, sources: dict[str, Source]
) -> Iterator[CitingCase]:
    name = search.shown(file)
    node = read_yaml(file, name, max_bytes=CASE_BYTES)
    listed = node.get("cases")
    for item in listed.items if isinstance(listed, tree.Sequence) else ():
        if not isinstance(item, tree.Mapping):
            continue
        cited, problems = explicit_cites(item.only(["cite"]), node.text("source") or default, sources)
        if problems:
            raise PackError(problems)
        case = item.text("name") or ""
        expected = frozenset(_expected(item))
        cites = tuple(cite for cite, _ in _cites(cited))
        yield CitingCase(case, label_of(item, case), name, file, pack, layers, cites, expected)


def _expected(case: tree.Mapping) -> Iterator[str]:
    expect = case.mapping("expect")
    for section in _RESULTS:
        node = expect.get(section) if expect is not None else None
        if isinstance(node, tree.Mapping):
            yield from node.items
        elif node is not None:
            listed = node.items if isinstance(node, tree.Sequence) else (node,)
            yield from (item.value for item in listed if isinstance(item, tree.Text))
