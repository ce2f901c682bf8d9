"""Files of the register: `clauses/<source>.yaml` lists the decidable clauses of one document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from aidrules.errors import PackError, Place, Problem
from aidrules.kinds import KINDS
from aidrules.language import search, sources, tree
from aidrules.language.fields import Label, RefusedError, Strict, near, one_of
from aidrules.language.hints import nearest
from aidrules.language.parse import parse
from aidrules.language.sources import Source
from aidrules.language.yaml import read_yaml

FOLDER = "clauses"
_KEYS = ("source", "clauses")
_BELOW = "[(（.第 -]|(?<![0-9])[0-9]|(?<![A-Za-z])[A-Za-z]"
"""How the number of a clause goes on after that of its section: `二(一)1-a` lies in `二(一)1`, `二(一)12` does not."""


def _read_kind(value: object) -> str:
    if isinstance(value, str) and value in KINDS:
        return value
    raise RefusedError(f"there is no kind {tree.short(value)}", one_of(KINDS), near(str(value), KINDS))


class _Words(Strict):
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    @property
    def label(self) -> Label:
        return Label(self.zh, self.en)


_Count = Annotated[int, Field(ge=0, le=999)]


class _ClauseModel(Strict):
    programme: _Words
    kind: Annotated[str, BeforeValidator(_read_kind)]
    words: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    not_computed: _Words | None = None
    open_point: _Words | None = None
    stated: _Count | None = None
    named: _Count | None = None

    @model_validator(mode="after")
    def _check_counts(self) -> _ClauseModel:
        if (self.stated is None) != (self.named is None):
            raise RefusedError("one of stated: and named: alone", "both, or neither")
        if self.stated is not None and self.stated == self.named:
            hint = "Take both out where the text names as many as it announces"
            raise RefusedError(f"stated: {self.stated} and named: {self.named}", "two different numbers", hint)
        return self


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause that can be decided, as far as the facts are there.

    Attributes:
        source: the key of its document.
        clause: its number, as rules cite it.
        programme: what it is about, in the words of its document.
        kind: the kind of rule that it comes to.
        words: a few words of the text, by which it is found.
        not_computed: why no rule decides it.
        open_point: what its text leaves open.
        stated: how many items the text announces, where it names another number.
        named: how many it names there.
    """

    source: str
    clause: str
    programme: Label
    kind: str
    words: str | None
    not_computed: Label | None
    place: Place
    open_point: Label | None = None
    stated: int | None = None
    named: int | None = None

    @property
    def left_open(self) -> Label | None:
        """What whoever writes its rules must read into it: the open point, and items announced that are not named."""
        if self.stated is None:
            return self.open_point
        counts = Label(
            f"称有{self.stated}项，列出{self.named}项", f"{self.stated} items are announced and {self.named} named"
        )
        if self.open_point is None:
            return counts
        return Label(f"{self.open_point.zh}；{counts.zh}", f"{self.open_point.en}; {counts.en}")


@dataclass(frozen=True, slots=True)
class Document:
    """A document with its decidable clauses, by number, in its own order."""

    source: Source
    clauses: Mapping[str, Clause]

    def lists(self, cited: str) -> bool:
        """Whether a citation is of a clause, or of a section that has clauses.

        Sections are cited where a rule is about a programme as a whole.
        """
        below = re.compile(re.escape(cited) + f"(?:{_BELOW})")
        return cited in self.clauses or any(below.match(clause) for clause in self.clauses)

    def near(self, cited: str) -> tuple[str, ...]:
        """The clauses that a citation of none may mean: the one in other brackets, or those most like it."""
        plain = unicodedata.normalize("NFKC", cited)
        same = [clause for clause in self.clauses if unicodedata.normalize("NFKC", clause) == plain]
        return tuple(same or nearest(plain[:100], self.clauses))


def read_register(path: str | Path | None = None) -> dict[str, Document]:
    """The register of every folder of packs, by the key of the document.

    Of two files about one document that of the folder searched first counts, as with packs.

    Args:
        path: a folder of packs that is searched first, before AIDRULES_PATH and the shipped ones.

    Raises:
        PackError: all that is wrong in the files: an unknown document or kind, a clause given twice, a key that
            is missing or unknown.
    """
    found: dict[str, Document] = {}
    problems: list[Problem] = []
    for root in search.roots(path):
        files = [file for file in (root / FOLDER).glob("*") if file.suffix in search.SUFFIXES]
        known = _sources(root) if files else {}
        for file in sorted(files, key=lambda file: file.stem):
            try:
                document = _document(search.inside(file, root), known)
            except PackError as error:
                problems.extend(error.problems)
                continue
            found.setdefault(document.source.key, document)
    if problems:
        raise PackError(tree.in_reading_order(problems))
    return found


def _sources(root: Path) -> dict[str, Source]:
    """Every document described below a folder of packs."""
    files = [root / sources.FILE, *(folder.path / sources.FILE for folder in search.all_folders((root,)))]
    listed = [search.inside(file, root) for file in files if file.is_file()]
    return sources.merge_sources(
        (name, sources.read_sources(read_yaml(file, name))) for file in listed for name in [search.shown(file)]
    )


def _document(file: Path, known: Mapping[str, Source]) -> Document:
    node = read_yaml(file, search.shown(file))
    problems = list(_wrong_head(node, file.stem, known))
    made: dict[str, Clause] = {}
    listed = node.mapping("clauses") or tree.Mapping({}, {}, node.place)
    for clause, item in listed.items.items():
        try:
            model = parse(_ClauseModel, item, f"clause {clause}")
        except PackError as error:
            problems.extend(error.problems)
            continue
        made[clause] = Clause(
            file.stem,
            clause,
            model.programme.label,
            model.kind,
            model.words,
            _label(model.not_computed),
            listed.key_place(clause),
            _label(model.open_point),
            model.stated,
            model.named,
        )
    if problems:
        raise PackError(problems)
    return Document(known[file.stem], made)


def _label(words: _Words | None) -> Label | None:
    return None if words is None else words.label


def _wrong_head(node: tree.Mapping, name: str, known: Mapping[str, Source]) -> Iterator[Problem]:
    for key in (key for key in node.items if key not in _KEYS):
        yield Problem(f"unknown key {key!r}", node.key_place(key), None, one_of(_KEYS), near(key, _KEYS))
    source = node.get("source")
    if not isinstance(source, tree.Text):
        yield Problem("a register without source:", node.place, expected=f"source: {name}")
    elif source.value != name:
        hint = "A file of the register is named after its document"
        yield Problem(f"source: {tree.short(source.value)}", source.place, expected=name, hint=hint)
    elif name not in known:
        yield sources.unknown_source(source, known)
    if node.mapping("clauses") is None:
        yield Problem("a register without clauses:", node.at(("clauses",)), expected="clauses by their numbers")
