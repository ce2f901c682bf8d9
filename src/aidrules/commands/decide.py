"""`aidrules decide`: the household in a JSON file, decided."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from aidrules.commands.options import load_pack, pack_options, rules_options
from aidrules.commands.terminal import OPEN, UNUSABLE, complain, read, write
from aidrules.errors import AidrulesError, DecisionError, FactsError, PackError, Place

if TYPE_CHECKING:
    from aidrules.decision import Decision
    from aidrules.decision.decide import Engine
    from aidrules.decision.figures import Lang
    from aidrules.language.pack import Pack


@click.command()
@click.argument("household", type=click.Path(dir_okay=False, allow_dash=True))
@rules_options
@click.option("--programme", "programmes", multiple=True, help="Show only this programme; may be given again.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True, help="Output."
)
@click.option("--chain", type=click.Choice(["durable", "exact"]), help="The engine that chains the conclusions again.")
@click.option("--strict", is_flag=True, help="Refuse where a required parameter has no value.")
@click.option(
    "--record",
    "record_file",
    type=click.Path(dir_okay=False),
    help="Write the record of the decision here, to a new file.",
)
@pack_options
def decide(
    household: str,
    pack_name: str,
    on: date,
    law: date | None,
    known: date | None,
    parameters: dict[str, str],
    overlays: Sequence[str],
    readings: dict[str, str],
    programmes: Sequence[str],
    form: str,
    chain: Engine | None,
    strict: bool,
    record_file: str | None,
    path: str | None,
    lang: Lang,
) -> int:
    """Decide the household in a JSON file (- reads standard input)."""
    from aidrules.decision import decide as decide_household
    from aidrules.decision.explain import outcome_of
    from aidrules.facts.sizes import GREATEST_TEXT

    if programmes and form == "json":
        raise click.UsageError("--programme shortens what people read; JSON is always whole. Take `outcomes` from it.")
    facts = read(household, GREATEST_TEXT, FactsError)
    pack = load_pack(pack_name, path)
    if overlays:
        pack = pack.with_overlay(*overlays)
    try:
        decision = decide_household(
            pack.Subject.model_validate_json(facts),
            pack,
            on=on,
            law=law,
            known=known,
            parameters=parameters or None,
            readings=readings or None,
            chain=chain,
            strict=strict,
        )
        chosen = list(programmes) or None
        for name in programmes:
            outcome_of(decision, name)
    except (FactsError, DecisionError, PackError) as error:
        if lang == "zh":
            _complain_in_chinese(error, pack)
        raise
    if record_file is not None:  # before anything is shown: what cannot be kept was not decided
        record = decision.record()
        with Path(record_file).open("x", encoding="utf-8") as file:  # a record that is there is evidence
            file.write(record)
    _show(decision, form, lang, chosen)
    return OPEN if decision.is_open_in(chosen) else 0


def _complain_in_chinese(error: AidrulesError, pack: Pack) -> None:
    """Say in Chinese what is wrong with what was given, before the error says it in English."""
    from aidrules.facts.problems_zh import in_chinese
    from aidrules.facts.schema import schema_of
    from aidrules.language.arguments import GIVEN

    given = [one for one in error.problems if not isinstance(one.where, Place) or one.where.file == GIVEN]
    schema = schema_of(pack.Subject)
    if given:
        complain("\n".join(in_chinese(problem, schema) for problem in given), UNUSABLE)


def _show(decision: Decision, form: str, lang: Lang, programmes: list[str] | None) -> None:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    if form == "json":
        plain_ascii = encoding.lower().replace("-", "") not in ("utf8", "utf16", "utf32")
        write(json.dumps(decision.to_dict(), ensure_ascii=plain_ascii, indent=2) + "\n")
    elif form == "html":
        from aidrules.decision.html import page

        write(page(decision, lang, programmes), errors="xmlcharrefreplace")
    else:
        import shutil

        from aidrules.decision.text import rendered

        terminal = sys.stdout is not None and sys.stdout.isatty()
        width = shutil.get_terminal_size((100, 24)).columns if terminal else 100
        text = rendered(decision, lang, programmes, width=width, colour=terminal, encoding=encoding)
        write(text, coloured=terminal)
