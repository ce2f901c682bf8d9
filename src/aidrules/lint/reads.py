"""Which names the expressions of rules mention: enough to tell what nothing reads, under whatever option or version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from aidrules.language import tree
from aidrules.language.statements import Layer, Statement, name_of, statements

_WORD = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*")
_SILENT = frozenset({"zh", "en", "cite", "options_zh", "options_en", "source", "kind"})
"""Keys under which no name of the pack stands."""

Readers = dict[str, frozenset[str]]
"""By each word or part of one that is mentioned, the sections and names of what mentions it."""


def readers_of(layers: Iterable[Layer]) -> Readers:
    """What the statements of layers mention."""
    found: dict[str, set[str]] = {}
    for layer in layers:
        for file in layer.files:
            for statement in statements(file):
                reader = reader_name(statement)
                for text in texts(statement.fields):
                    for word in _WORD.findall(text.value):
                        for part in _parts(word):
                            found.setdefault(part, set()).add(reader)
    return {word: frozenset(readers) for word, readers in found.items()}


def reader_name(statement: Statement) -> str:
    """How a statement is told from others that have the same name."""
    return f"{statement.section} {name_of(statement.key)}"


def texts(node: tree.Node) -> Iterator[tree.Text]:
    """Every text that may be an expression or the name of something."""
    for path, item in tree.walk(node):
        if isinstance(item, tree.Text) and not any(part.rpartition(".")[2] in _SILENT for part in path):
            yield item


def _parts(word: str) -> Iterator[str]:
    """`member.finding.x` mentions finding.x and x; `dibao.top_up.value` mentions dibao.top_up."""
    parts = word.split(".")
    for start in range(len(parts)):
        for end in range(start + 1, len(parts) + 1):
            yield ".".join(parts[start:end])
