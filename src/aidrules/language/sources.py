"""The documents that rules cite: titles, issuers, numbers and dates, by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import PlainValidator

from aidrules.errors import PackError, Problem
from aidrules.language import tree
from aidrules.language.fields import Label, Strict, near, read_date
from aidrules.language.parse import parse

FILE = "sources.yaml"


class SourceModel(Strict):
    """A document that rules cite."""

    zh: str
    en: str
    issuer: str
    number: str | None = None
    date: Annotated[date | Literal["undated"], PlainValidator(lambda v: v if v == "undated" else read_date(v))]
    kind: str | None = None
    trust: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A published document.

    Attributes:
        key: how rules cite it.
        date: the day of issue, or `undated`.
    """

    key: str
    title: Label
    issuer: str
    number: str | None
    date: date | str
    kind: str | None
    trust: str | None


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause of a source; without a clause, the source as a whole."""

    source: str
    clause: str
    title: Label
    number: str | None


def read_sources(node: tree.Mapping) -> dict[str, Source]:
    """The sources of one file.

    Raises:
        PackError: every source that is not described as it should be.
    """
    found: dict[str, Source] = {}
    problems: list[Problem] = []
    for key, item in node.items.items():
        try:
            model = parse(SourceModel, item, rule=f"source {key}")
        except PackError as error:
            problems.extend(error.problems)
            continue
        title = Label(model.zh, model.en)
        found[key] = Source(key, title, model.issuer, model.number, model.date, model.kind, model.trust)
    if problems:
        raise PackError(problems)
    return found


def merge_sources(parts: Iterable[tuple[Path | str, Mapping[str, Source]]]) -> dict[str, Source]:
    """All sources of several files.

    Raises:
        PackError: one key for two different documents.
    """
    merged: dict[str, Source] = {}
    problems: list[Problem] = []
    for name, sources in parts:
        for key, source in sources.items():
            if merged.setdefault(key, source) != source:
                hint = "Give the second document a key of its own"
                problems.append(Problem(f"the source {key!r} is another document elsewhere", str(name), hint=hint))
    if problems:
        raise PackError(problems)
    return merged


def explicit_cites(
    node: tree.Mapping, default: str | None, known: Mapping[str, Source]
) -> tuple[tree.Mapping, list[Problem]]:
    """Write every `cite:` below a node out as a list of source and clause.

    A rule can then be put together from several files without losing which document each clause is of.

    Args:
        node: what a file says.
        default: the file's own source.
        known: all sources that may be cited.
    """
    problems: list[Problem] = []
    changed = _rewrite(node, default, known, problems)
    assert isinstance(changed, tree.Mapping)
    return changed, problems


def _rewrite(node: tree.Node, default: str | None, known: Mapping[str, Source], problems: list[Problem]) -> tree.Node:
    if isinstance(node, tree.Sequence):
        items = tuple(_rewrite(item, default, known, problems) for item in node.items)
        return tree.Sequence(items, node.place)
    if isinstance(node, tree.Text):
        return node
    changed: dict[str, tree.Node] = {}
    for key, item in node.items.items():
        if key == "cite" or key.endswith(".cite"):
            parts = item.items if isinstance(item, tree.Sequence) else (item,)
            written = (_cite(part, default, known, problems) for part in parts)
            changed[key] = tree.Sequence(tuple(part for part in written if part is not None), item.place)
        elif not isinstance(item, tree.Text):
            changed[key] = _rewrite(item, default, known, problems)
    return node.with_items(changed) if changed else node


def _cite(
    node: tree.Node, default: str | None, known: Mapping[str, Source], problems: list[Problem]
) -> tree.Mapping | None:
    expected = "a clause, {source: …, clause: …}, or a list of these"
    source: tree.Node | None
    clause: tree.Node
    if isinstance(node, tree.Text):
        source, clause = None, node
    elif isinstance(node, tree.Mapping) and node.items and node.items.keys() <= {"source", "clause"}:
        source = node.get("source")
        clause = node.get("clause") or tree.Text("", node.place)
    else:
        problems.append(Problem(f"cite: {tree.describe(node)}", node.place, expected=expected))
        return None
    if source is None and default is not None:
        source = tree.Text(default, node.place)
    if source is None:
        hint = "Write cite: {source: …, clause: …}, or source: at the top of the file"
        problems.append(Problem("a clause of no source", node.place, hint=hint))
        return None
    if not isinstance(source, tree.Text) or not isinstance(clause, tree.Text):
        problems.append(Problem(f"cite: {tree.describe(node)}", node.place, expected=expected))
        return None
    if source.value not in known:
        if source.value != default or source.place != node.place:
            # A document that the whole file names wrongly is reported once, at the head of the file.
            problems.append(unknown_source(source, known))
        return None
    items: dict[str, tree.Node] = {"source": source, "clause": clause}
    return tree.Mapping(items, {key: item.place for key, item in items.items()}, node.place)


def unknown_source(node: tree.Text, known: Mapping[str, Source]) -> Problem:
    """The problem of a source key that stands in no list of sources."""
    return Problem(
        f"the unknown source {node.value!r}",
        node.place,
        expected=f"a key of {FILE}",
        hint=near(node.value, known) or f"Describe the document in {FILE}",
    )
