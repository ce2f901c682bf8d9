"""`aidrules verify`: a record, computed again."""

from __future__ import annotations

import json

import click

from aidrules.commands.terminal import FAILED, OPEN, read, write
from aidrules.errors import Problem, RecordError


@click.command()
@click.argument("record", type=click.Path(dir_okay=False, allow_dash=True))
@click.option(
    "--confidential", type=click.Path(dir_okay=False), help="A JSON object with the inputs that were withheld, by path."
)
@click.option(
    "--path",
    type=click.Path(file_okay=False, exists=True),
    help="A folder of packs that is searched first (as AIDRULES_PATH is).",
)
def verify(record: str, confidential: str | None, path: str | None) -> int:
    """Compute a record again and tell whether every figure still follows."""
    from aidrules.decision import verify as verify_record
    from aidrules.decision.recorded import GREATEST_TEXT

    withheld = None
    if confidential is not None:
        try:
            withheld = json.loads(read(confidential, GREATEST_TEXT, RecordError))
        except (ValueError, RecursionError):
            expected = "an object with the inputs that were withheld, by path"
            raise RecordError(Problem("this is not JSON", confidential, expected=expected)) from None
        if withheld is None:
            raise RecordError(Problem("this is not an object", confidential))
    verification = verify_record(read(record, GREATEST_TEXT, RecordError), path, confidential=withheld)
    write(f"{verification}\n")
    if verification.state == "incomplete":
        return OPEN
    return 0 if verification else FAILED
