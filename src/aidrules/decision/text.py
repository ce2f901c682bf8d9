"""Decisions for a terminal: a table of outcomes, a table of payments, and the letter; wide characters are aligned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from aidrules.decision.explain import letter
from aidrules.decision.figures import Lang, quantity_text
from aidrules.decision.forms import Outcome
from aidrules.decision.words import letter_words
from aidrules.language.units import Unit

if TYPE_CHECKING:
    from decimal import Decimal

    from aidrules.decision.decision import Decision
    from aidrules.decision.forms import Bounds
    from aidrules.show import Rows

_HEADS = {
    "zh": ("项目", "对象", "结果", "每月", "一次性"),
    "en": ("Programme", "About", "Outcome", "Monthly", "One-off"),
}


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
    console.print(_outcomes(decision, lang, programmes))
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
    for place, head in enumerate(_HEADS[lang]):
        table.add_column(head, justify="right" if place > 2 else "left", overflow="fold")
    words = letter_words(lang)
    for outcome in decision.outcomes.values():
        if programmes is not None and outcome.programme not in programmes:
            continue
        name = outcome.label.text(lang)
        groups: dict[tuple[str, ...], list[str]] = {}
        for whose in outcome.persons.values() if outcome.persons else (outcome,):
            if whose.status != "not_opened":
                shown = (
                    words.outcomes[whose.status],
                    _amount(outcome, whose.monthly, whose.monthly_bounds, lang),
                    _amount(outcome, whose.one_off, whose.one_off_bounds, lang),
                )
                groups.setdefault(shown, []).append(getattr(whose, "member", ""))
        for cells, members in groups.items():
            table.add_row(Text(name), Text(", ".join(filter(None, members))), *cells)
            name = ""
    return table


def _amount(outcome: Outcome, amount: Decimal | None, bounds: Bounds | None, lang: Lang) -> str:
    if amount is None:
        if bounds is None or bounds.high - bounds.low > 1_000_000:
            return "?"
        return f"{bounds.low}–{bounds.high}"
    return "" if amount == 0 else quantity_text(Fraction(amount), Unit.of({outcome.currency: 1}), lang, 2)


def listing(rows: Sequence[tuple[str, str]], *, encoding: str = "utf-8") -> str:
    """Names and what they are, in two aligned columns."""
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(Text(name), Text(text))
    return _printed([table], encoding)


def tables(shown: Iterable[Rows], *, encoding: str = "utf-8") -> str:
    """Tables with their titles."""
    made: list[RenderableType] = []
    for rows in shown:
        table = Table(title=Text(rows.title), title_justify="left")
        for head in rows.heads:
            table.add_column(head, overflow="fold")
        for row in rows.rows:
            table.add_row(*(Text(cell) for cell in row))
        made.extend(("", table))
    return _printed(made, encoding)


def _printed(items: Iterable[RenderableType], encoding: str, width: int = 140) -> str:
    out = _Buffer(encoding)
    console = Console(file=out, width=width, no_color=True, highlight=False, emoji=False, markup=False)
    for item in items:
        console.print(item)
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())
