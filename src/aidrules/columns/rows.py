"""The rows that columns run along: households, the items of their lists, and items taken together with others."""

from __future__ import annotations

from dataclasses import dataclass

from aidrules.facts.schema import Path


@dataclass(frozen=True, eq=False, slots=True)
class Rows:
    """The rows of some columns.

    Attributes:
        path: the list that the rows are items of; () for the households.
        outer: the rows that each row lies under; None for the households.
        via: the rows, `outer` or some that it lies under, whose item has the list. Where that is not the item's own
            holder, rows are pairs: each row of `outer` with each item of the list.
        own: whether there is exactly one row for each item.
    """

    path: Path
    outer: Rows | None = None
    via: Rows | None = None
    own: bool = True

    def chain(self) -> list[Rows]:
        """These rows and those that they lie under, innermost first."""
        found: list[Rows] = [self]
        while (outer := found[-1].outer) is not None:
            found.append(outer)
        return found

    def __repr__(self) -> str:
        return f"{self.outer}>{'.'.join(self.path)}" if self.outer else "household"


class Ground:
    """All rows of one plan, each made once."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, int, Path], Rows] = {}
        self._own: dict[Path, Rows] = {(): Rows(())}

    def own(self, path: Path) -> Rows:
        """The items of a list, one row each."""
        if path not in self._own:
            outer = self.own(path[:-1])
            self._own[path] = Rows(path, outer, outer)
        return self._own[path]

    def under(self, outer: Rows, via: Rows, path: Path) -> Rows:
        """The items of a list that hangs on the item of `via`, for each row of `outer`."""
        if outer is via and via.own:
            return self.own(path)
        key = id(outer), id(via), path
        if key not in self._made:
            self._made[key] = Rows(path, outer, via, own=False)
        return self._made[key]
