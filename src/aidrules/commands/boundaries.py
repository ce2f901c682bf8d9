"""`aidrules boundaries`: what the rules of a pack say at their edges, on households made for each."""

from __future__ import annotations

import json
import sys
from datetime import date
from typing import TYPE_CHECKING

import click

from aidrules.commands.options import load_pack, pack_options, read_day
from aidrules.commands.terminal import write

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang


@click.command()
@click.argument("pack_name", metavar="PACK")
@click.argument("rule", required=False)
@click.option("--on", callback=read_day, help="The day of the law; that of its last change unless given.")
@click.option("--overlay", "overlays", multiple=True, help="An overlay file, or the id of a shipped overlay.")
@click.option("--own", is_flag=True, help="Only what the pack itself states, not what it takes over from a wider one.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "lines", "json"]),
    default="text",
    show_default=True,
    help="Tables; lines to keep and compare; or for programs, with the households.",
)
@pack_options
def boundaries(
    pack_name: str,
    rule: str | None,
    on: date | None,
    overlays: tuple[str, ...],
    own: bool,
    form: str,
    path: str | None,
    lang: Lang,
) -> None:
    """Print households just below, on and just above each line that a pack draws, and what each comes to.

    RULE is a rule, definition or programme; without it, the whole pack. The households are those of the cases beside
    the pack, each with one fact changed. What required parameters are, the cases say, or an overlay that they name.
    """
    from aidrules.decision.text import tables
    from aidrules.testing.boundaries import boundaries as made
    from aidrules.testing.boundaries.plain import as_json
    from aidrules.testing.boundaries.tables import WIDTH, Tables
    from aidrules.testing.boundaries.told import lines, summary

    found = made(load_pack(pack_name, path).with_overlays(overlays), on, rule, own=own, path=path)
    if form == "json":
        write(json.dumps(as_json(found), ensure_ascii=False, indent=2) + "\n")
    elif form == "lines":
        write(lines(found))
    else:
        encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
        told = tables(Tables(found, lang), encoding=encoding, width=WIDTH).lstrip("\n")
        write(f"{told}\n{summary(found, lang)}")
