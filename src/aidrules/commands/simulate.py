"""`aidrules simulate`: the households of a file decided, however many they are."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import click

from aidrules.commands.options import load_pack, pack_options, read_pairs, rules_options
from aidrules.commands.terminal import DONE, FAILED, UNUSABLE, complain, write

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang
    from aidrules.populations import Outcome
    from aidrules.populations.run import Progress

_STAGES = {
    "zh": {"reading": "读取表格", "deciding": "测算", "joining": "写出结果"},
    "en": {"reading": "putting tables together", "deciding": "deciding", "joining": "writing"},
}
_DECIDED = {"zh": "共{}户，已测算{}户：{}\n", "en": "{} households, of which {} were decided: {}\n"}
_REFUSED = {"zh": "无法测算{}户，原因见：{}\n", "en": "{} could not be decided; why not: {}\n"}
_PERSONS = {"zh": "个人的结果：{}\n", "en": "what came of persons: {}\n"}
_INTERRUPTED = {
    "zh": "已中断。用同样的命令可继续，已完成的部分不再重算。",
    "en": "The same command goes on from here; what is finished is not decided again.",
}

_file = click.Path(dir_okay=False)


def _names(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> list[str]:
    """Names of one or several options, with commas between those of one."""
    return [name for text in given for name in text.split(",")]


@click.command()
@click.argument("source", metavar="IN", type=_file)
@rules_options
@click.option(
    "--outcomes", "--programme", "outcomes", multiple=True, callback=_names, help="Only these programmes: dibao,tekun."
)
@click.option("--entitlements", is_flag=True, help="Services and rights too.")
@click.option("--values", multiple=True, callback=_names, help="Values of the pack, such as counted_income,aged.")
@click.option("--keep", multiple=True, callback=_names, help="Columns of IN to carry through, such as district,weight.")
@click.option("--out", type=_file, required=True, help="The file to write: .parquet or .csv.")
@click.option(
    "--bad", type=_file, help="What is wrong with households that cannot be decided; beside --out unless given."
)
@click.option("--persons", type=_file, help="With CSV: what came of persons; beside --out unless given.")
@click.option("--members", type=_file, help="The flat table of members; IN is then the flat table of households.")
@click.option("--table", "tables", multiple=True, callback=read_pairs, help="Another flat table: incomes=incomes.csv.")
@click.option("--incomplete", multiple=True, help="A flat table that lacks rows: who has none there is unknown.")
@click.option("--key", help="The column that names the household in flat tables (household), or is carried through.")
@click.option("--workers", type=click.IntRange(1, 256), default=2, show_default=True, help="Parts decided at once.")
@pack_options
def simulate(
    source: str,
    pack_name: str,
    on: date,
    law: date | None,
    known: date | None,
    parameters: dict[str, str],
    overlays: Sequence[str],
    readings: dict[str, str],
    outcomes: Sequence[str],
    entitlements: bool,
    values: Sequence[str],
    keep: Sequence[str],
    out: str,
    bad: str | None,
    persons: str | None,
    members: str | None,
    tables: Mapping[str, str],
    incomplete: Sequence[str],
    key: str | None,
    workers: int,
    path: str | None,
    lang: Lang,
) -> int:
    """Decide the households of a file, however many, in columns.

    IN is a Parquet file of nested households; or, with --members, a flat table of households, Parquet or CSV. A run
    that was stopped goes on when the same command is given again. Progress is shown on standard error.

    Exit codes: 0 all were decided; 1 some could not be, and --bad says why; 2 bad usage, pack, parameter or file, or
    another run is writing the same output; 130 interrupted. Finished parts are kept.
    """
    try:
        from aidrules.populations import simulate_file
    except ModuleNotFoundError as error:
        return complain(f"{error}", UNUSABLE)

    with _progress(lang) as progress:
        done = simulate_file(
            source,
            out,
            load_pack(pack_name, path),
            on=on,
            law=law,
            known=known,
            parameters=parameters or None,
            readings=readings or None,
            overlays=overlays,
            outcomes=outcomes or None,
            entitlements=entitlements,
            values=values,
            keep=keep,
            members=members,
            tables=tables,
            incomplete=incomplete,
            key=key,
            bad=bad,
            persons=persons,
            workers=workers,
            progress=progress,
        )
    write(_told(done, lang))
    return FAILED if done.refused else DONE


def _told(done: Outcome, lang: Lang) -> str:
    said = _DECIDED[lang].format(f"{done.households:,}", f"{done.decided:,}", done.out)
    if done.persons is not None:
        said += _PERSONS[lang].format(done.persons)
    if done.bad is not None:
        said += _REFUSED[lang].format(f"{done.refused:,}", done.bad)
    return said


@contextmanager
def _progress(lang: Lang) -> Iterator[Progress]:
    """A bar for each stage on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    console = Console(stderr=True)
    bars = Bars(console=console, disable=not console.is_terminal)
    tasks: dict[str, TaskID] = {}

    def show(stage: str, done: int, of: int | None) -> None:
        if interrupted:
            raise KeyboardInterrupt
        if stage not in tasks:
            tasks[stage] = bars.add_task(_STAGES[lang][stage])
        bars.update(tasks[stage], completed=done, total=of)

    try:
        with _interrupts() as interrupted, bars:
            yield show
    except KeyboardInterrupt:
        if "deciding" in tasks:
            complain(_INTERRUPTED[lang], UNUSABLE)
        raise


@contextmanager
def _interrupts() -> Iterator[list[int]]:
    """Keep an interrupt until the next step: Polars panics at one that comes within, and callbacks swallow it.

    A second one stops at once. Where interrupts are not Python's own, or this is no main thread, nothing is kept.
    """
    came: list[int] = []
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield came
        return

    def keep(number: int, _frame: object) -> None:
        came.append(number)
        signal.signal(number, signal.default_int_handler)

    signal.signal(signal.SIGINT, keep)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
