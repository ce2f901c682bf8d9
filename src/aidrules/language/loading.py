"""Loads rule packs by name, and lists those that can be found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from aidrules.errors import PackError
from aidrules.language import search
from aidrules.language.content import read_content
from aidrules.language.fields import Label
from aidrules.language.pack import Pack
from aidrules.language.yaml import read_yaml


def load(
    name: str,
    *,
    path: str | Path | None = None,
    overlays: Sequence[str | Path | Mapping[str, object]] = (),
    parameters: Mapping[str, object] | None = None,
    readings: Mapping[str, str] | None = None,
) -> Pack:
    """Load a rule pack by name.

    Args:
        name: its name, such as `cn/guizhou/zunyi/bozhou`.
        path: a folder of packs that is searched first, before AIDRULES_PATH and the shipped ones.
        overlays: laid over in order; see `Pack.with_overlay`.
        parameters: see `Pack.with_parameters`.
        readings: see `Pack.with_readings`.

    Raises:
        PackNotFoundError: no pack has that name.
        PackError: what is wrong in its files, each problem with file, line and column.
    """
    pack = Pack(read_content(name, path)).checked().with_overlays(overlays)
    if readings:
        pack = pack.with_readings(readings)
    return pack.with_parameters(parameters) if parameters else pack


def packs(path: str | Path | None = None) -> list[tuple[str, Label]]:
    """Name and title of every pack that can be found.

    Args:
        path: a folder of packs that is searched first, as for `load`.

    Raises:
        PackError: it is no folder.
    """
    found = ((folder.name, _title(folder)) for folder in search.all_folders(search.roots(path)))
    return sorted(found, key=lambda item: item[0])


def _title(folder: search.Folder) -> Label:
    zh, en = folder.name, folder.name
    for file in folder.files:
        try:
            node = read_yaml(file, search.shown(file))
        except PackError:
            continue
        zh = (node.text("zh") or zh) if zh == folder.name else zh
        en = (node.text("en") or en) if en == folder.name else en
    return Label(zh, en)
