"""Options that several commands take, and how their text is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from aidrules.language.pack import Pack


_LONGEST = 80


def read_day(context: click.Context, parameter: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
        if day.isoformat() != text:  # such as 20250601, or a day of a week
            raise ValueError(text)
        return day
    except ValueError:
        said = f"{text!r} is not a date; expected one such as 2025-06-01"
        raise click.BadParameter(_in_both(context, said, "不是日期；应如 2025-06-01"), param=parameter) from None


def _in_both(context: click.Context, said: str, in_chinese: str) -> str:
    """What is wrong with an option, with the Chinese of it unless English was asked for."""
    return said if context.params.get("lang", "en") == "en" else f"{said}（{in_chinese}）"


def shortened(text: str) -> str:
    """A text as an error repeats it."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def read_pairs(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.strip() or not value.strip():
            said = f"{shortened(text)!r} is not of the form name=value"
            raise click.BadParameter(_in_both(context, said, "应写成 名称=值"), param=parameter)
        if name.strip() in found:
            said = f"{shortened(name.strip())!r} is given twice; give it once"
            raise click.BadParameter(_in_both(context, said, "重复给出，请只给一次"), param=parameter)
        found[name.strip()] = value.strip()
    return found


def pack_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that reads packs: `--path` and `--lang`."""
    return _language()(_path(command))


def pack_path(command: Callable[..., Any]) -> Callable[..., Any]:
    """The same for a command that says the same in both languages: `--lang` is taken and not handed on."""
    return _language(expose_value=False)(_path(command))


def rules_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that decides: the pack, the days, and what is laid over it or given."""
    for option in reversed(_RULES):
        command = option(command)
    return command


def days_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The days of every command that decides: `--on` and `--law`."""
    return _on(_law(command))


_on = click.option("--on", callback=read_day, required=True, help="The date of the facts, such as 2025-06-01.")
_law = click.option("--law", callback=read_day, help="The date of the law applied; that of the facts unless given.")
_RULES = (
    click.option("--pack", "pack_name", required=True, help="The rules, such as cn/guizhou/zunyi/bozhou."),
    days_options,
    click.option(
        "--known",
        callback=read_day,
        help="Decide as on this day: what was announced later is left out, and values in force before go on.",
    ),
    click.option(
        "--set", "parameters", multiple=True, callback=read_pairs, help="A parameter: name=value or name[key]=value."
    ),
    click.option("--overlay", "overlays", multiple=True, help="An overlay file, or the id of a shipped overlay."),
    click.option(
        "--reading", "readings", multiple=True, callback=read_pairs, help="An option of a reading: name=option."
    ),
)


_path = click.option(
    "--path",
    type=click.Path(file_okay=False, exists=True),
    help="A folder of packs that is searched first (as AIDRULES_PATH is).",
)


def _language(**how: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    choices = click.Choice(["zh", "en"])
    return click.option(
        "--lang", type=choices, default="zh", show_default=True, is_eager=True, help="Chinese or English.", **how
    )


def load_pack(name: str, path: str | None) -> Pack:
    from aidrules.language.loading import load

    return load(name, path=path)
