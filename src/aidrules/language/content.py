"""What a pack's files say: the layers from the widest, their sources, and the digest of all of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from aidrules.errors import PackError, PackNotFoundError, Place, Problem
from aidrules.language import search, tree
from aidrules.language.counting import Measures, clashes, measures
from aidrules.language.fields import Label, near, one_of
from aidrules.language.models import FileHeader, InForce, OverlayHeader
from aidrules.language.parse import parse
from aidrules.language.recent import Recent
from aidrules.language.sources import (
    FILE,
    Source,
    explicit_cites,
    merge_sources,
    read_sources,
    unknown_source,
)
from aidrules.language.statements import SECTIONS, File, Layer, Origin
from aidrules.language.subject import HOUSEHOLD, SubjectModel, disagreements

LANGUAGE = 1
EXCUSES = "lint"
"""The key of what decides nothing, and is no part of a digest."""
MAX_LAYERS = 12
_HEADER = tuple(info.alias or name for name, info in FileHeader.model_fields.items())
_OVERLAY_HEADER = tuple(OverlayHeader.model_fields)

_parsed: Recent[tree.Mapping] = Recent(400)
_contents: Recent[Content] = Recent(32)


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it was read: its name in errors, the digest of its bytes, what it says."""

    name: str
    digest: str
    node: tree.Mapping


@dataclass(frozen=True, eq=False)
class Content:
    """The files of a pack and of all packs that it extends.

    Attributes:
        layers: from the widest.
        sources: every document that may be cited, by key.
        roots: the folders that were searched.
        files: the name of every file read, with the digest of its bytes.
        digest: over what the files say and the documents that they cite; comments and layout left out.
    """

    id: str
    layers: tuple[Layer, ...]
    sources: dict[str, Source]
    roots: tuple[Path, ...]
    files: tuple[tuple[str, str], ...]
    digest: str

    @cached_property
    def title(self) -> Label:
        """The pack's own title, its id where no file gives one."""
        own = _headers(self.layers[-1:])
        zh = next((header.zh for header in own if header.zh), self.id)
        en = next((header.en for header in own if header.en), self.id)
        return Label(zh, en)

    @cached_property
    def in_force(self) -> InForce:
        """The days on which every layer is in force: from the first day of its first file to the last of its last."""
        start: date | None = None
        until: date | None = None
        for layer in self.layers:
            spans = [header.in_force for header in _headers([layer])]
            starts, ends = [span.start for span in spans], [span.until for span in spans]
            if spans and None not in starts:
                first = min(day for day in starts if day)
                start = first if start is None else max(start, first)
            if spans and None not in ends:
                last = max(day for day in ends if day)
                until = last if until is None else min(until, last)
        return InForce.model_construct(start=start, until=until)

    @cached_property
    def currency(self) -> str | None:
        """The currency of all layers."""
        return next((header.currency for header in _headers(self.layers) if header.currency), None)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """The counting units that the layers declare, and what they are about."""
        declared = [unit for header in _headers(self.layers) for unit in header.units]
        own = [] if self.subject.is_household else [self.subject.name]
        return tuple(dict.fromkeys([*own, *declared]))

    @cached_property
    def measures(self) -> Measures:
        """What readers call the counting units."""
        return measures(header.units for header in _headers(self.layers))

    @cached_property
    def subject(self) -> SubjectModel:
        """What all layers are about."""
        return next((header.subject for header in _headers(self.layers) if header.subject), HOUSEHOLD)


def _headers(layers: Iterable[Layer]) -> list[FileHeader]:
    found = (file.header for layer in layers for file in layer.files)
    return [header for header in found if isinstance(header, FileHeader)]


def read_content(name: str, path: str | Path | None = None) -> Content:
    """Find and read a pack and everything that it extends.

    Raises:
        PackNotFoundError: there is no such pack.
        PackError: whatever is wrong in its files.
    """
    searched = search.roots(path)
    folders = _chain(name, searched)
    files = {folder.name: written for folder, written in folders}
    listed = [_written(file) for file in dict.fromkeys(file for folder, _ in folders for file in _source_files(folder))]
    read = tuple((file.name, file.digest) for made in (*files.values(), listed) for file in made)

    def make() -> Content:
        layers, sources = _layers(files, listed)
        said = [[pack, [file.node.without([EXCUSES]).plain() for file in written]] for pack, written in files.items()]
        digest = digest_of([LANGUAGE, name, said, cited(layers, sources)])
        return Content(name, layers, sources, searched, read, digest)

    return _contents.get((name, searched, read), make)


def _chain(name: str, searched: tuple[Path, ...]) -> list[tuple[search.Folder, list[Written]]]:
    """The folders of a pack and of those that it extends and includes, from the widest; the pack itself is the last."""
    found: dict[str, tuple[search.Folder, list[Written]]] = {}
    _enter(search.find(name, searched), searched, (), found)
    return list(found.values())


def _enter(
    folder: search.Folder,
    searched: tuple[Path, ...],
    way: tuple[str, ...],
    found: dict[str, tuple[search.Folder, list[Written]]],
) -> None:
    """Enter a folder after those that it rests on."""
    written = _all_written(folder)
    names = (*way, folder.name)
    above = _parent(folder, written, searched)
    for key, wider, place in [*([("extends", *above)] if above else []), *_included(written)]:
        if wider in names or len(names) >= MAX_LAYERS:
            circle = " -> ".join([*names, wider])
            hint = f"Take one {key}: out"
            raise PackError(Problem(f"packs extend each other in a circle: {circle}", place, hint=hint))
        try:
            next_folder = search.find(wider, searched)
        except PackNotFoundError as error:
            hint = error.problems[0].hint or ""
            raise PackError(Problem(f"{key}: there is no pack {wider!r}", place, folder.name, hint=hint)) from error
        if next_folder.name not in found:
            _enter(next_folder, searched, names, found)
    found[folder.name] = (folder, written)


def _included(files: list[Written]) -> Iterator[tuple[str, str, Place]]:
    """The packs beside it that a pack takes in."""
    for file in files:
        node = file.node.get("include")
        for item in node.items if isinstance(node, tree.Sequence) else [node]:
            if isinstance(item, tree.Text):
                yield "include", item.value, item.place


def _parent(folder: search.Folder, files: list[Written], searched: tuple[Path, ...]) -> tuple[str, Place] | None:
    """The pack that a pack extends: the one it names, else the nearest folder above."""
    said = [(file.node.get("extends"), file.name) for file in files]
    named = [node for node, _ in said if isinstance(node, tree.Text)]
    if len({node.value for node in named}) > 1:
        hint = "Write extends: in one file only"
        raise PackError(Problem("two files extend different packs", named[1].place, folder.name, hint=hint))
    if named:
        return None if named[0].value == "none" else (named[0].value, named[0].place)
    above = search.parent_of(folder, searched)
    return (above, files[0].node.place) if above else None


def _written(path: Path) -> Written:
    """Read a file; what it says is kept by the digest of its bytes."""
    from aidrules.language import yaml

    name = search.shown(path)
    content = yaml.read_bytes(path, name, yaml.PACK_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    node = _parsed.get((name, digest), lambda: yaml.read_text(yaml.decode(content, name), name))
    return Written(name, digest, node)


def _all_written(folder: search.Folder) -> list[Written]:
    """Every file of a pack; the problems of all files come in one error."""
    files: list[Written] = []
    problems: list[Problem] = []
    for path in folder.files:
        try:
            files.append(_written(path))
        except PackError as error:
            problems.extend(error.problems)
    if problems:
        raise PackError(tree.in_reading_order(problems))
    return files


def _source_files(folder: search.Folder) -> list[Path]:
    """Lists of sources that a folder's files may cite: at the root, and in the folder itself."""
    places = (folder.root / FILE, folder.path / FILE)
    return [search.inside(path, folder.root) for path in places if path.is_file()]


def _layers(files: dict[str, list[Written]], listed: list[Written]) -> tuple[tuple[Layer, ...], dict[str, Source]]:
    """The layers of a pack and the documents that they may cite.

    Raises:
        PackError: what is wrong in any of the files.
    """
    sources = merge_sources((file.name, read_sources(file.node)) for file in listed)
    problems: list[Problem] = []
    layers: list[Layer] = []
    for pack, written in files.items():
        made: list[File] = []
        for file in written:
            try:
                made.append(_file(pack, file, sources))
            except PackError as error:
                problems.extend(error.problems)
        layers.append(Layer(pack, tuple(made)))
    problems.extend(_one_currency(file for written in files.values() for file in written))
    problems.extend(clashes(file.node for written in files.values() for file in written))
    problems.extend(disagreements({pack: [file.node for file in written] for pack, written in files.items()}))
    if problems:
        raise PackError(tree.in_reading_order(problems))
    return tuple(layers), sources


def cited(layers: Iterable[Layer], sources: dict[str, Source]) -> list[list[str]]:
    """The documents that layers cite, as text, in a fixed order."""
    keys: set[str] = set()
    for layer in layers:
        for file in layer.files:
            keys.update([file.origin.source] if file.origin.source else [])
            for path, node in tree.walk(file.body):
                if path[-1:] == ("source",) and isinstance(node, tree.Text):
                    keys.add(node.value)
    found = (sources[key] for key in sorted(keys & sources.keys()))
    return [
        [source.key, source.title.zh, source.title.en, source.issuer, source.number or "", str(source.date)]
        for source in found
    ]


def _file(pack: str, file: Written, sources: dict[str, Source]) -> File:
    """One file of a pack.

    Raises:
        PackError: a header that does not fit, an unknown section, a clause of an unknown source.
    """
    problems = list(_unknown_keys(file.node, [*_HEADER, *SECTIONS, "overrides"]))
    try:
        header = parse(FileHeader, file.node.only(_HEADER))
    except PackError as error:
        raise PackError([*problems, *error.problems]) from error
    if header.pack != pack:
        place = file.node.at(("pack",))
        hint = "The name of a pack is the path of its folder"
        problems.append(Problem(f"pack: {header.pack}", place, expected=pack, hint=hint))
    source = file.node.get("source")
    if isinstance(source, tree.Text) and source.value not in sources:
        problems.append(unknown_source(source, sources))
    body, found = explicit_cites(file.node.without(_HEADER), header.source, sources)
    problems.extend(found)
    if problems:
        raise PackError(tree.in_reading_order(problems))
    return File(header, Origin(pack, file.name, header.source), body, file.node.mapping(EXCUSES))


def overlay_sources(node: tree.Mapping) -> dict[str, Source]:
    """The documents that an overlay describes itself."""
    listed = node.get("sources")
    return read_sources(listed) if isinstance(listed, tree.Mapping) else {}


def overlay_layer(node: tree.Mapping, file: str, content: Content, sources: dict[str, Source]) -> Layer:
    """An overlay as the narrowest layer of a pack; it may cite the documents that it describes itself, too.

    Raises:
        PackError: a header that does not fit, an unknown section, a clause of an unknown source.
    """
    problems = list(_unknown_keys(node, [*_OVERLAY_HEADER, *SECTIONS, "overrides", "sources"]))
    try:
        header = parse(OverlayHeader, node.only(_OVERLAY_HEADER))
    except PackError as error:
        raise PackError([*problems, *error.problems]) from error
    if wrong := tree.wrong_character(header.overlay) or ("a line end" if {"\r", "\n"} & {*header.overlay} else None):
        found, place = f"{wrong} in the name of the overlay", node.at(("overlay",))
        raise PackError([*problems, Problem(found, place, expected="a name on one line", hint="Write it without")])
    sources = merge_sources([("sources", sources), (file, overlay_sources(node))])
    packs = [layer.name for layer in content.layers]
    if header.pack and not set(header.pack) & set(packs):
        found = f"this overlay is for {' and '.join(header.pack)}, not for {content.id}"
        problems.append(Problem(found, node.at(("pack",)), header.overlay, one_of(packs)))
    source = node.get("source")
    if isinstance(source, tree.Text) and source.value not in sources:
        problems.append(unknown_source(source, sources))
    body, found_problems = explicit_cites(node.without([*_OVERLAY_HEADER, "sources"]), header.source, sources)
    problems.extend(found_problems)
    if problems:
        raise PackError(tree.in_reading_order(problems))
    origin = Origin(f"overlay {header.overlay}", file, header.source, overlay=True)
    return Layer(origin.pack, (File(header, origin, body, node.mapping(EXCUSES)),))


def _unknown_keys(node: tree.Mapping, allowed: list[str]) -> Iterable[Problem]:
    for key in node.items:
        if key not in allowed:
            yield Problem(f"unknown key {key!r}", node.key_place(key), None, one_of(allowed), near(key, allowed))


def _one_currency(files: Iterable[Written]) -> Iterator[Problem]:
    first: tuple[str, Place] | None = None
    for file in files:
        currency = file.node.text("currency")
        if currency is None:
            continue
        place = file.node.at(("currency",))
        first = first or (currency, place)
        if currency != first[0]:
            found = f"the currency {currency}, but {first[1]} has {first[0]}"
            yield Problem(found, place, hint="A pack counts in one currency")


def digest_of(said: object) -> str:
    """The SHA-256 of something that JSON can hold, as hexadecimal digits."""
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
