"""`aidrules facts`: all that can be recorded about a household, as a page."""

from __future__ import annotations

import click

from aidrules.commands.options import load_pack, pack_path
from aidrules.commands.terminal import write


@click.command()
@click.argument("pack_name", metavar="[PACK]", required=False)
@pack_path
def facts(pack_name: str | None, path: str | None) -> None:
    """Print all facts as Markdown, in both languages: the shipped ones, or those of a pack with its own."""
    from aidrules.authoring.facts import facts_page
    from aidrules.facts.household import Household

    if pack_name is None:
        write(facts_page(Household))
    else:
        write(facts_page(load_pack(pack_name, path).Subject, f"Facts of {pack_name}"))
