"""A pack for readers: all that it holds, any one part of it in full, and what stands under a clause."""

from aidrules.show.shown import Rows, Shown

__all__ = ["Rows", "Shown"]
