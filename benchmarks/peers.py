"""The other engines that the job is timed on, as far as they are installed: `pip install 'aidrules[peers]'`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from typing import Any

from timing import Figure

_LOADED = {
    "ZEN": ("zen-engine", lambda: import_module("peer_zen").Zen()),
    "OpenFisca-core": ("openfisca-core", lambda: import_module("peer_fisca").Fisca("openfisca_core")),
    "PolicyEngine-core": ("policyengine-core", lambda: import_module("peer_fisca").Fisca("policyengine_core")),
}


class Peers:
    """The engines that could be loaded.

    Attributes:
        engines: by name.
        told: their versions, and why one was left out.
    """

    def __init__(self) -> None:
        self.engines: dict[str, Any] = {}
        self.told: list[Figure] = []
        for name, (package, load) in _LOADED.items():
            self._load(name, package, load)

    def _load(self, name: str, package: str, load: Callable[[], Any]) -> None:
        try:
            self.engines[name] = load()
        except ImportError as error:
            self.told.append(Figure(name, note=f"left out: {error}; pip install 'aidrules[peers]'"))
        else:
            self.told.append(Figure(name, note=f"{package} {version(package)}"))

    def __contains__(self, name: str) -> bool:
        return name in self.engines

    def __getitem__(self, name: str) -> Any:
        return self.engines[name]
