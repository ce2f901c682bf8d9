"""`aidrules new`: the skeleton of a new pack."""

from __future__ import annotations

from pathlib import Path

import click

from aidrules.commands.terminal import write


@click.command()
@click.argument("pack_name", metavar="PACK")
@click.option(
    "--path",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("rules"),
    show_default=True,
    help="The folder of packs; made where there is none.",
)
@click.option(
    "--extends", metavar="PACK", help="The wider pack; unless given, the nearest above. none for no wider pack."
)
def new(pack_name: str, path: Path, extends: str | None) -> None:
    """Write the skeleton of a new pack: rules, a document, cases that pass, and schemas for editors.

    Nothing that is there already is changed, but for the schemas.
    """
    from aidrules.authoring.skeleton import new_pack

    for file in new_pack(pack_name, path, extends):
        write(f"{file}\n")
    write(f"Next: aidrules show {pack_name} --path {path}; aidrules test {pack_name} --path {path}\n")
