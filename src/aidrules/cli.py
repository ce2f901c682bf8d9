"""The command `aidrules`: its family of commands, and how each of them ends.

Exit codes: 0 done (decide: everything settled; verify: every figure follows); 1 the record does not verify, a case
fails, or some households of a file could not be decided; 2 bad usage, or a household, pack, parameter, record, case or
file that cannot be used; 3 decided or verified, and something is still open; 70 a fault of aidrules itself; 130
interrupted. Errors are sentences on standard error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import click

from aidrules import __version__
from aidrules.commands.boundaries import boundaries
from aidrules.commands.compare import compare
from aidrules.commands.coverage import coverage
from aidrules.commands.decide import decide
from aidrules.commands.diff import diff
from aidrules.commands.facts import facts
from aidrules.commands.lint import lint
from aidrules.commands.mutate import mutate
from aidrules.commands.new import new
from aidrules.commands.packs import packs, schema, show
from aidrules.commands.reference import reference
from aidrules.commands.simulate import simulate
from aidrules.commands.terminal import FAULT, INTERRUPTED, UNUSABLE, complain
from aidrules.commands.test import test
from aidrules.commands.verify import verify
from aidrules.errors import AidrulesError


class Commands(click.Group):
    """A group whose commands end with a sentence and an exit code, whatever goes wrong."""

    def main(self, *args: Any, standalone_mode: bool = True, **options: Any) -> Any:
        run: Callable[..., Any] = super().main
        if not standalone_mode:
            return run(*args, standalone_mode=False, **options)
        try:
            code = run(*args, standalone_mode=False, **options)
        except click.exceptions.Exit as end:
            code = end.exit_code
        except click.ClickException as error:
            said = StringIO()
            error.show(file=said)
            code = complain(said.getvalue().rstrip("\n"), UNUSABLE)
        except (click.Abort, KeyboardInterrupt):
            code = complain("Interrupted.", INTERRUPTED)
        except AidrulesError as error:
            code = complain("\n".join(str(problem) for problem in error.problems), UNUSABLE)
        except OSError as error:
            name = f"{error.filename}: " if error.filename else ""
            code = complain(f"{name}{error.strerror or error}.", UNUSABLE)
        except Exception as error:
            code = complain(f"A fault of aidrules: {type(error).__name__}: {error}. Please report it.", FAULT)
        sys.exit(code if isinstance(code, int) else 0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="aidrules")
def main() -> None:
    """Decide social-assistance cases by published rules, exactly and with reasons.

    Exit codes: 0 done; 1 a record does not verify, a case fails, or some households of a file could not be decided;
    2 bad usage, household, pack, parameter or file; 3 decided or verified, but something is still open.
    """


for command in (
    boundaries,
    compare,
    coverage,
    decide,
    diff,
    facts,
    lint,
    mutate,
    new,
    packs,
    reference,
    show,
    schema,
    simulate,
    test,
    verify,
):
    main.add_command(command)
