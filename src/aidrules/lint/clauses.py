"""Checks of citations against the register of clauses, both ways."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from aidrules.errors import Place
from aidrules.language import tree
from aidrules.language.entries import Entry
from aidrules.language.fields import Label
from aidrules.language.pack import Pack
from aidrules.language.search import SUFFIXES
from aidrules.language.statements import name_of
from aidrules.lint.check import Hit, check
from aidrules.lint.linted import Linted
from aidrules.lint.reads import texts
from aidrules.register.clauses import FOLDER

if TYPE_CHECKING:
    from aidrules.register import Citing, CitingCase

_ASKED = re.compile(r"\breading\.[a-z]")


@check(
    "L701",
    "warning",
    ("{name} 没有依据的条款", "{name} cites no clause"),
    (
        "写明 cite:；条文没有规定的，在 lint: 写明理由",
        "Write cite:; where it is of your own making, say so under lint: of the file",
    ),
)
def uncited(linted: Linted) -> Iterator[Hit]:
    """Find rules and definitions that cite nothing, neither themselves nor part by part."""
    for statement, name in linted.declared("rules", "definitions"):
        entry = linted.entries.get(name)
        if entry is None or entry.cite:
            continue
        if not any(path[-1:] == ("cite",) for path, _ in tree.walk(statement.fields)):
            yield Hit(statement.place, name_of(statement.key))


@check(
    "L702",
    "warning",
    (
        "{name} 引用的 {clause} 不在 {source} 的条款清单中{near}",
        "{name} cites {clause}, which the register of {source} does not list{near}",
    ),
    ("改正条款号，或者列入条款清单", "Correct the clause, or list it in the register"),
)
def unregistered(linted: Linted) -> Iterator[Hit]:
    """Find clauses that are cited and stand in no register, where there is a register of the document."""
    cases = [] if linted.overlay else [case for case in linted.register.cases if case.pack == linted.pack.id]
    stated = [one for one in linted.register.stated if one.place.file in linted.files]
    citing: list[Citing | CitingCase] = [*stated, *cases]
    for one in citing:
        for source, clause, place in one.cites:
            document = linted.register.documents.get(source)
            if document is not None and clause and not document.lists(clause):
                yield Hit(place, one.name, {"clause": clause, "source": source, "near": _near(document.near(clause))})


def _near(clauses: tuple[str, ...]) -> Label:
    listed = Label("、".join(clauses), ", ".join(clauses))
    return Label(f"（相近的有 {listed.zh}）", f"; it lists {listed.en}") if clauses else Label("", "")


@check(
    "L703",
    "information",
    ("没有规则实现 {name}", "no rule implements {name}"),
    (
        "在实现它的规则中引用，或者在 not_computed: 写明理由",
        "Cite it where it is implemented, or say under not_computed: why nothing decides it",
    ),
)
def unanswered(linted: Linted) -> Iterator[Hit]:
    """Find registered clauses of the documents that the files are about, which nothing cites and nothing excuses."""
    for source in sorted({file.origin.source for file in linted.layer.files if file.origin.source}):
        for answer in linted.register.answers.get(source, ()):
            if answer.state == "open":
                yield Hit(answer.clause.place, f"{source} {answer.clause.clause}")


@check(
    "L704",
    "warning",
    ("{name} 登记为不计算，却被 {by} 引用", "{name} is registered as not computed, and {by} cites it"),
    ("删去 not_computed:，或者删去引用", "Take out not_computed: or the citation"),
)
def answered_though_not_computed(linted: Linted) -> Iterator[Hit]:
    """Find clauses that the register says nothing decides, and that something cites."""
    for source in sorted({file.origin.source for file in linted.layer.files if file.origin.source}):
        for answer in linted.register.answers.get(source, ()):
            if answer.by and answer.clause.not_computed is not None:
                yield Hit(answer.clause.place, f"{source} {answer.clause.clause}", {"by": ", ".join(answer.by)})


@check(
    "L705",
    "warning",
    (
        "{name} 未写明：{point}；引用它的规则都没有 reading:",
        "{name} leaves open: {point}; nothing that cites it has a reading",
    ),
    (
        "在 reading: 中写明如何理解；无须理解的，在 lint: 写明理由",
        "Say under reading: how it is read; where nothing turns on it, say so under lint: of the file",
    ),
)
def unread(linted: Linted) -> Iterator[Hit]:
    """Find clauses with an open point that is answered without a reading, an answer's own or one that it asks."""
    citing: dict[tuple[str, str], Place] = {}
    for one in linted.register.stated:
        if one.place.file in linted.files:
            for source, number, _ in one.cites:
                citing.setdefault((source, number), one.place)
    reading = {name for name, entry in _entries(linted.pack) if entry.readings or _asks(entry)}
    for answer in chain.from_iterable(linted.register.answers.values()):
        clause = answer.clause
        place, point = citing.get((clause.source, clause.clause)), clause.left_open
        if place is not None and point is not None and reading.isdisjoint(answer.by):
            yield Hit(place, f"{clause.source} {clause.clause}", {"point": point})


def _entries(pack: Pack) -> Iterator[tuple[str, Entry]]:
    for programme in pack.programmes.values():
        for entry in (programme.entry, *programme.definitions.values(), *programme.rules.values()):
            yield entry.id, entry
    yield from chain(pack.definitions.items(), pack.parameters.items())


def _asks(entry: Entry) -> bool:
    """Whether its expressions ask a reading that the pack shares."""
    return any(_ASKED.search(text.value) for text in texts(entry.node))


@check(
    "L706",
    "warning",
    ("{name} 放在规则包自己的文件夹中，没有任何程序读取", "nothing reads the register {name} in the folder of a pack"),
    ("移到各规则包所在文件夹下的 clauses 中", "Move it to the folder clauses right below the folder of packs"),
)
def misplaced(linted: Linted) -> Iterator[Hit]:
    """Find registers of clauses in the folder of a pack, where nothing reads them."""
    for file in sorted((linted.folder / FOLDER).glob("*")):
        if file.suffix in SUFFIXES:
            yield Hit(Place(str(file), 1, 1), f"{linted.pack.id}/{FOLDER}/{file.name}")


CHECKS = (uncited, unregistered, unanswered, answered_though_not_computed, unread, misplaced)
