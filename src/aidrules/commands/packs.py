"""`aidrules packs`, `show` and `schema`: what rules there are, what they say, and what they take."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aidrules.commands.options import load_pack, pack_options, pack_path, read_day
from aidrules.commands.terminal import write

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang


@click.command()
@pack_options
def packs(path: str | None, lang: Lang) -> None:
    """List the rule packs that can be loaded."""
    from aidrules.language.loading import packs as all_packs

    write("".join(f"{name}\t{title.text(lang)}\n" for name, title in all_packs(path)))


@click.command()
@click.argument("pack_name", metavar="PACK")
@click.argument("name", required=False)
@click.option("--on", callback=read_day, help="The day of the law; today unless given.")
@pack_options
def show(pack_name: str, name: str | None, on: date | None, path: str | None, lang: Lang) -> None:
    """Show a pack; or a rule, definition, parameter, finding, input, programme or reading of it; or a clause.

    NAME is one of the names that the pack lists (dibao.means_test), or a clause that it cites ('二(一)1-b').
    """
    from aidrules.decision.text import listing, tables
    from aidrules.show import Shown

    shown = Shown(load_pack(pack_name, path), on or date.today(), lang)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if name is not None:
        found = shown.clause(name)
        if found is None:
            write(listing(shown.one(name), encoding=encoding))
            return
        write(tables([found], encoding=encoding).lstrip("\n"))
        if len(found.rows) == 1:
            write(listing(shown.one(found.rows[0][0]), encoding=encoding))
    else:
        write(listing(shown.head(), encoding=encoding) + tables(shown.tables(), encoding=encoding))


@click.command()
@click.argument("pack_name", metavar="[PACK]", required=False)
@click.option("--decision", is_flag=True, help="With PACK: the schema of decisions instead of that of households.")
@click.option("--file", "kind", type=click.Choice(["pack", "overlay", "case", "sources"]), help="A file of this kind.")
@click.option(
    "--write", "folder", type=click.Path(file_okay=False, exists=True), help="Write those of files below this folder."
)
@pack_path
def schema(
    pack_name: str | None,
    decision: bool,
    kind: str | None,
    folder: str | None,
    path: str | None,
) -> None:
    """Print the JSON Schema of the households that a pack takes, or of the files that authors write.

    --write puts the schemas of files into FOLDER/.schemas, where the first lines of rule files look for them.
    """
    from aidrules.authoring import schemas
    from aidrules.decision import Decision

    if sum(given is not None for given in (pack_name, kind, folder)) != 1 or (decision and pack_name is None):
        raise click.UsageError("Give one of PACK, --file and --write; --decision goes with PACK.")
    if folder is not None:
        write("".join(f"{file}\n" for file in schemas.write_schemas(Path(folder))))
        return
    if kind is not None:
        write(schemas.schema_text(kind))
        return
    found = Decision.schema() if decision else load_pack(str(pack_name), path).household_schema()
    write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
