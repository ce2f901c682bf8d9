"""What stands under a clause: the rules, values and findings of a pack that cite it, or a part of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from aidrules.language import tree
from aidrules.language.entries import Entry
from aidrules.language.fields import Cite
from aidrules.language.pack import Pack
from aidrules.language.readings import cites_of


@dataclass(frozen=True, slots=True)
class Citing:
    """Something that cites a clause.

    Attributes:
        section: what it is: a kind of rule, `definition`, `parameter`, `finding`, `notice`, `reading`, `programme`.
        cites: the clauses asked for, as it cites them.
        before: whether only what a wider pack said before rests on it.
    """

    entry: Entry
    section: str
    cites: tuple[Cite, ...]
    before: bool = False


def entries_of(pack: Pack) -> Iterator[tuple[str, Entry]]:
    """Everything in a pack that has an id and may have a clause, with what it is."""
    for programme in pack.programmes.values():
        yield "programme", programme.entry
        yield from (("definition", entry) for entry in programme.definitions.values())
        yield from (("rule", entry) for entry in programme.rules.values())
    for section in ("definition", "parameter", "finding", "notice", "reading"):
        yield from ((section, entry) for entry in getattr(pack, f"{section}s").values())


def citing(pack: Pack, asked: str) -> list[Citing]:
    """What cites a clause (`二(一)1-b`, `cn-dibao-2021 第七条`) or a part of it."""
    found = []
    for section, entry in entries_of(pack):
        own = _matching([entry.node, *(version.node for version in entry.versions)], asked)
        before = () if own else _matching([wider.node for wider in entry.overrode], asked)
        if own or before:
            found.append(Citing(entry, entry.kind or section, own or before, not own))
    return found


def _matching(nodes: list[tree.Mapping], asked: str) -> tuple[Cite, ...]:
    found = {
        (cite.source, cite.clause): cite
        for node in nodes
        for _, inner in tree.walk(node)
        if isinstance(inner, tree.Mapping)
        for cite in cites_of(inner)
        if _within(cite, _plain(asked))
    }
    return tuple(found.values())


def _within(cite: Cite, asked: str) -> bool:
    """Whether a cited clause is the one asked for, or lies in it."""
    clause = _plain(cite.clause)
    if asked.startswith(f"{cite.source} "):
        asked = asked.removeprefix(cite.source).strip()
    rest = clause.removeprefix(asked)
    return bool(asked) and clause.startswith(asked) and (not rest or not rest[0].isalnum() or rest[0] == "第")


def _plain(text: str) -> str:
    """Wide brackets and digits as plain ones."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
