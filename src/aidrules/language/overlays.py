"""Overlays: what an agency lays over a pack, read from a file, by an id, or from content as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeGuard

from aidrules.errors import PackError, Place, Problem
from aidrules.language import search, tree
from aidrules.language.content import Content, overlay_layer, overlay_sources
from aidrules.language.fields import Label
from aidrules.language.sources import Source
from aidrules.language.statements import Layer
from aidrules.visible import visible

_IDS = "/overlays/"
"""What the id of an overlay has in it; what an agency calls its own file is free."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """What an agency lays over a pack: values, chosen readings, changes.

    Attributes:
        title: its own, or else that of the document that its values come from; without either, its name.
        id: by which it was found, if it is a shipped one or one of the folders searched; None for a file or content.
        described: the keys of the documents that it describes itself.
    """

    name: str
    title: Label
    file: str
    node: tree.Mapping
    layer: Layer
    id: str | None = None
    described: frozenset[str] = frozenset()


def laid_over(overlay: str | Path | Mapping[str, object], content: Content, sources: dict[str, Source]) -> Overlay:
    """An overlay as it lies over a pack.

    Args:
        overlay: a file, the id of a shipped overlay, or its content.
        content: of the pack.
        sources: every document that the pack may cite, by key.

    Raises:
        PackError: it cannot be read, or names what the pack does not have.
    """
    node, file = _overlay_node(overlay, content)
    named = node.get("overlay")
    if _is_id(overlay) and isinstance(named, tree.Text) and not is_called(overlay, named.value):
        found, expected = f"this overlay calls itself {tree.short(named.value)}", f"overlay: {overlay}"
        raise PackError(Problem(found, named.place, None, expected, "Its name is the way to its file"))
    layer, own = overlay_layer(node, file, content, sources), overlay_sources(node)
    name, found_by = node.text("overlay") or file, overlay if _is_id(overlay) else None
    document = {**sources, **own}.get(layer.files[0].header.source or "")
    given = Label(name, name) if document is None else document.title
    title = Label(node.text("zh") or given.zh, node.text("en") or given.en)
    return Overlay(name, title, file, node, layer, found_by, frozenset(own))


def is_called(found_by: str | None, name: str) -> bool:
    """Whether an overlay that was found by an id, if by one, may have a name: that id, unless the name is no id."""
    return found_by is None or _IDS not in name or name == found_by


def read_overlay(name: str, path: str | Path | None = None) -> tree.Mapping:
    """The content of a shipped overlay as it is now.

    Raises:
        PackError: there is none of that id, or it cannot be read.
    """
    from aidrules.language.yaml import read_yaml

    file = search.overlay(name, search.roots(path))
    return read_yaml(file, search.shown(file))


def _is_id(overlay: object) -> TypeGuard[str]:
    return isinstance(overlay, str) and not overlay.endswith(search.SUFFIXES)


def _on_one_line(name: str) -> str:
    """A name that may yet be refused, as an error shows it."""
    return visible(name[:80]).replace("\r", r"\r").replace("\n", r"\n")


def _overlay_node(overlay: str | Path | Mapping[str, object], content: Content) -> tuple[tree.Mapping, str]:
    if isinstance(overlay, Mapping):
        name = overlay.get("overlay")
        file = f"overlay {_on_one_line(name)}" if isinstance(name, str) else "overlay"
        node = tree.from_plain(overlay, Place(file, 1, 1))
        assert isinstance(node, tree.Mapping)
        return node, file
    from aidrules.language.yaml import read_yaml

    if not isinstance(overlay, str | Path):
        expected = "a file, the id of a shipped overlay, or its content as a mapping"
        raise PackError(Problem(f"found a {type(overlay).__name__}", "overlays", expected=expected))
    path = search.overlay(overlay, content.roots) if _is_id(overlay) else Path(overlay)
    file = search.shown(path)
    return read_yaml(path, file), file
