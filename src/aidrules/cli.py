"""The command `aidrules`: decide a household, list and show packs, give their schema, verify records.

Exit codes: 0 done (decide: everything settled; verify: every figure follows); 1 the record does not verify;
2 bad usage, or a household, pack, parameter or record that cannot be used; 3 decided or verified,
and something is still open; 70 a fault of aidrules itself; 130 interrupted. Errors are sentences on standard error.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aidrules import __version__
from aidrules.errors import AidrulesError, FactsError, Problem, RecordError
from aidrules.visible import visible

if TYPE_CHECKING:
    from aidrules.decision import Decision
    from aidrules.decision.figures import Lang
    from aidrules.language.pack import Pack

_COLOUR = re.compile("(\x1b\\[[0-9;]*m)")
NOT_VERIFIED, UNUSABLE, OPEN, FAULT, INTERRUPTED = 1, 2, 3, 70, 130


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
            code = _complain(said.getvalue().rstrip("\n"), UNUSABLE)
        except (click.Abort, KeyboardInterrupt):
            code = _complain("Interrupted.", INTERRUPTED)
        except AidrulesError as error:
            code = _complain("\n".join(str(problem) for problem in error.problems), UNUSABLE)
        except OSError as error:
            name = f"{error.filename}: " if error.filename else ""
            code = _complain(f"{name}{error.strerror or error}.", UNUSABLE)
        except Exception as error:
            code = _complain(f"A fault of aidrules: {type(error).__name__}: {error}. Please report it.", FAULT)
        sys.exit(code if isinstance(code, int) else 0)


def _complain(text: str, code: int) -> int:
    if sys.stderr is not None:
        _write(f"{text}\n", sys.stderr)
    return code


def _forget(stream: Any) -> None:
    """Nobody reads any more: what is still buffered must not fail once more when Python ends."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _write(text: str, stream: Any = None, errors: str = "backslashreplace", *, coloured: bool = False) -> None:
    """Write text in whatever encoding the stream has; what it lacks, and what nobody sees, is escaped.

    All that the command prints goes through here: names of files, records and packs may hold what a terminal obeys.

    Args:
        text: what to write.
        stream: where to; standard output unless given.
        errors: how a character is escaped that the encoding lacks.
        coloured: whether the text holds colours of our own, which stay.
    """
    stream = stream or sys.stdout
    if stream is None:
        raise OSError("standard output is closed")
    parts = _COLOUR.split(text) if coloured else [text]
    text = "".join(part if number % 2 else visible(part) for number, part in enumerate(parts))
    encoding = getattr(stream, "encoding", None) or "utf-8"
    data = text.encode(encoding, errors)
    try:
        if hasattr(stream, "buffer"):
            stream.flush()
            stream.buffer.write(data)
            stream.buffer.flush()
        else:
            stream.write(data.decode(encoding))
    except BrokenPipeError:
        _forget(stream)
    except OSError:
        _forget(stream)
        raise


def _day(_: click.Context, parameter: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a date; expected one such as 2025-06-01", param=parameter) from None


def _pairs(_: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise click.BadParameter(f"{text!r} is not of the form name=value", param=parameter)
        found[name.strip()] = value.strip()
    return found


def _pack_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option(
            "--path",
            type=click.Path(file_okay=False, exists=True),
            help="A folder of packs that is searched first (as AIDRULES_PATH is).",
        ),
        click.option(
            "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Chinese or English."
        ),
    ):
        command = option(command)
    return command


def _load(name: str, path: str | None) -> Pack:
    from aidrules.language.pack import load

    return load(name, path=path)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="aidrules")
def main() -> None:
    """Decide social-assistance cases by published rules, exactly and with reasons.

    Exit codes: 0 done; 1 a record does not verify; 2 bad usage, household, pack or parameter;
    3 decided or verified, but something is still open.
    """


@main.command()
@click.argument("household", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--pack", "pack_name", required=True, help="The rules, such as cn/guizhou/zunyi/bozhou.")
@click.option("--on", callback=_day, required=True, help="The date of the facts, such as 2025-06-01.")
@click.option("--law", callback=_day, help="The date of the law applied; that of the facts unless given.")
@click.option("--set", "parameters", multiple=True, callback=_pairs, help="A parameter: name=value or name[key]=value.")
@click.option("--overlay", "overlays", multiple=True, help="An overlay file, or the id of a shipped overlay.")
@click.option("--reading", "readings", multiple=True, callback=_pairs, help="An option of a reading: name=option.")
@click.option("--programme", "programmes", multiple=True, help="Show only this programme; may be given again.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True, help="Output."
)
@click.option("--chain", type=click.Choice(["durable", "exact"]), help="The engine that chains the conclusions again.")
@click.option("--strict", is_flag=True, help="Refuse where a required parameter has no value.")
@click.option("--record", "record_file", type=click.Path(dir_okay=False), help="Write the record of the decision here.")
@_pack_options
def decide(
    household: str,
    pack_name: str,
    on: date,
    law: date | None,
    parameters: dict[str, str],
    overlays: Sequence[str],
    readings: dict[str, str],
    programmes: Sequence[str],
    form: str,
    chain: str | None,
    strict: bool,
    record_file: str | None,
    path: str | None,
    lang: Lang,
) -> int:
    """Decide the household in a JSON file (- reads standard input)."""
    from aidrules.decision import decide as decide_household

    if programmes and form == "json":
        raise click.UsageError("--programme shortens what people read; JSON is always whole. Take `outcomes` from it.")
    facts = _read(household, _greatest_household(), FactsError)
    pack = _load(pack_name, path)
    if overlays:
        pack = pack.with_overlay(*overlays)
    decision = decide_household(
        pack.Household.model_validate_json(facts),
        pack,
        on=on,
        law=law,
        parameters=parameters or None,
        readings=readings or None,
        chain=chain,  # type: ignore[arg-type]
        strict=strict,
    )
    chosen = list(programmes) or None
    if record_file is not None:  # before anything is shown: what cannot be kept was not decided
        Path(record_file).write_text(decision.record(), encoding="utf-8")
    _show(decision, form, lang, chosen)
    return OPEN if _is_open(decision, chosen) else 0


def _show(decision: Decision, form: str, lang: Lang, programmes: list[str] | None) -> None:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if form == "json":
        plain_ascii = encoding.lower().replace("-", "") not in ("utf8", "utf16", "utf32")
        _write(json.dumps(decision.to_dict(), ensure_ascii=plain_ascii, indent=2) + "\n")
    elif form == "html":
        from aidrules.decision.html import page

        _write(page(decision, lang, programmes), errors="xmlcharrefreplace")
    else:
        import shutil

        from aidrules.decision.text import rendered

        terminal = sys.stdout is not None and sys.stdout.isatty()
        width = shutil.get_terminal_size((100, 24)).columns if terminal else 100
        text = rendered(decision, lang, programmes, width=width, colour=terminal, encoding=encoding)
        _write(text, coloured=terminal)


def _is_open(decision: Decision, programmes: list[str] | None) -> bool:
    if programmes is None:
        return decision.is_open
    return any(decision.outcomes[name].is_open for name in programmes)


@main.command()
@_pack_options
def packs(path: str | None, lang: Lang) -> None:
    """List the rule packs that can be loaded."""
    from aidrules.language.pack import packs as all_packs

    _write("".join(f"{name}\t{title.text(lang)}\n" for name, title in all_packs(path)))


@main.command()
@click.argument("pack_name", metavar="PACK")
@click.argument("rule", required=False)
@click.option("--on", callback=_day, help="The day of the law; today unless given.")
@_pack_options
def show(pack_name: str, rule: str | None, on: date | None, path: str | None, lang: Lang) -> None:
    """Show a pack, or one rule, value or parameter of it."""
    from aidrules.decision.text import listing, tables
    from aidrules.show import Shown

    shown = Shown(_load(pack_name, path), on or date.today(), lang)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if rule is not None:
        _write(listing(shown.one(rule), encoding=encoding))
    else:
        _write(listing(shown.head(), encoding=encoding) + tables(shown.tables(), encoding=encoding))


@main.command()
@click.argument("pack_name", metavar="PACK")
@click.option("--decision", is_flag=True, help="The schema of decisions instead of that of households.")
@_pack_options
def schema(pack_name: str, decision: bool, path: str | None, lang: Lang) -> None:  # noqa: ARG001
    """Print the JSON Schema of the households that a pack takes."""
    from aidrules.decision import Decision

    found = Decision.schema() if decision else _load(pack_name, path).household_schema()
    _write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


@main.command()
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
    from aidrules.decision.record import GREATEST_TEXT

    withheld = None
    if confidential is not None:
        try:
            withheld = json.loads(_read(confidential, GREATEST_TEXT, RecordError))
        except (ValueError, RecursionError):
            expected = "an object with the inputs that were withheld, by path"
            raise RecordError(Problem("this is not JSON", confidential, expected=expected)) from None
        if withheld is None:
            raise RecordError(Problem("this is not an object", confidential))
    verification = verify_record(_read(record, GREATEST_TEXT, RecordError), path, confidential=withheld)
    _write(f"{verification}\n")
    if verification.state == "incomplete":
        return OPEN
    return 0 if verification else NOT_VERIFIED


def _greatest_household() -> int:
    from aidrules.facts.base import GREATEST_TEXT

    return GREATEST_TEXT


def _read(name: str, most: int, refusal: type[AidrulesError]) -> bytes:
    """The bytes of a file or of standard input, refused by their number before anything reads them."""
    if name == "-":
        if sys.stdin is None:
            raise refusal(Problem("standard input is closed", "-", expected="a file, or text to read"))
        data = sys.stdin.buffer.read(most + 1)
    else:
        file = Path(name)
        if file.is_file() and file.stat().st_size > most:
            raise _too_long(name, file.stat().st_size, most, refusal)
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    if len(data) > most:
        raise _too_long(name, None, most, refusal)
    return data


def _too_long(name: str, size: int | None, most: int, refusal: type[AidrulesError]) -> AidrulesError:
    found = f"the file has {size:,} bytes" if size is not None else "there are more bytes than that"
    return refusal(Problem(found, name, expected=f"at most {most:,} bytes", hint="One file holds one household."))
