"""What a rule file says: YAML read into packs, expressions and units, layers, dates and sources."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aidrules.language.loading import load, packs
    from aidrules.language.pack import Pack

__all__ = ["Pack", "load", "packs"]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used, since units are needed where packs are not."""
    if name not in __all__:
        raise AttributeError(f"module 'aidrules.language' has no attribute {name!r}")
    module = "pack" if name == "Pack" else "loading"
    return getattr(import_module(f"aidrules.language.{module}"), name)
