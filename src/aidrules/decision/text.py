"""Decisions for a terminal: a table of outcomes, a table of payments, and the letter; wide characters are aligned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from aidrules.decision.explain import letter
from aidrules.decision.figures import Lang
from aidrules.decision.overview import overview

if TYPE_CHECKING:
    from aidrules.decision.decision import Decision
    from aidrules.show import Rows

_WIDTH = 140
"""So many columns a pack takes where a caller names no other number."""


def rendered(
    decision: Decision,
    lang: Lang,
    programmes: Sequence[str] | None = None,
    *,
    width: int = 100,
    colour: bool = False,
    encoding: str = "utf-8",
) -> str:
    """The decision as a terminal shows it.

    Args:
        decision: what to show.
        lang: the language.
        programmes: show these only.
        width: columns of the terminal.
        colour: whether the terminal shows colours.
        encoding: of the terminal; box lines are drawn in ASCII where it has no others.
    """
    out = _Buffer(encoding)
    console = Console(file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False, emoji=False)
    outcomes = _outcomes(decision, lang, programmes)
    if outcomes.row_count:
        console.print(outcomes)
    console.print(Text(letter(decision, lang, programmes).as_text(), overflow="fold"), soft_wrap=not colour)
    return out.getvalue()


class _Buffer(StringIO):
    """A text that tells the console which characters the terminal will take."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding


def _outcomes(decision: Decision, lang: Lang, programmes: Sequence[str] | None) -> Table:
    table = Table()
    heads, rows = overview(decision, lang, programmes)
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place > 2 else "left", overflow="fold")
    for name, members, *cells in rows:
        table.add_row(Text(name), Text(members), *cells)
    return table


def listing(rows: Sequence[tuple[str, str]], *, encoding: str = "utf-8") -> str:
    """Names and what they are, in two aligned columns."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(Text(name), Text(text))
    return _printed([table], encoding)


def tables(shown: Iterable[Rows], *, encoding: str = "utf-8", width: int = _WIDTH) -> str:
    """Tables with their titles, in so many columns of a terminal."""
    made: list[RenderableType] = []
    for part in shown:
        table = Table(title=Text(part.title), title_justify="left")
        for head in part.heads:
            table.add_column(head, overflow="fold")
        for row in part.rows:
            table.add_row(*(Text(cell) for cell in row))
        made.extend(("", table))
    return _printed(made, encoding, width)


def _printed(items: Iterable[RenderableType], encoding: str, width: int = _WIDTH) -> str:
    out = _Buffer(encoding)
    console = Console(file=out, width=width, no_color=True, highlight=False, emoji=False, markup=False)
    for item in items:
        console.print(item)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())
