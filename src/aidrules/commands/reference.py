"""`aidrules reference`: a pack for readers, as Markdown."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aidrules.commands.options import load_pack, pack_options, read_day
from aidrules.commands.terminal import write

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang


@click.command()
@click.argument("pack_name", metavar="PACK")
@click.option("--on", callback=read_day, help="The day of the law; that of its last change unless given.")
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder: write PACK.zh.md and PACK.en.md there instead of printing one of them.",
)
@pack_options
def reference(pack_name: str, on: date | None, to: Path | None, path: str | None, lang: Lang) -> None:
    """Print programmes and rules of a pack in words, with clauses, readings and the cases that test them."""
    from aidrules.language import search
    from aidrules.register import citing, citing_cases
    from aidrules.register.reference import Reference, last_change, page_name

    pack = load_pack(pack_name, path)
    day, stated, cases = on or last_change(pack), citing(path), citing_cases(path)
    if to is None:
        write(Reference(pack, day, lang, stated, cases).markdown())
        return
    languages: tuple[Lang, ...] = ("zh", "en")
    for each in languages:
        file = search.inside(to / page_name(pack.id, each), to)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(Reference(pack, day, each, stated, cases).markdown(), encoding="utf-8")
