"""`aidrules diff`: what changed between two packs or two dates of one, and which cases are decided otherwise."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from aidrules.commands.options import load_pack, pack_options, read_pairs
from aidrules.commands.terminal import write

if TYPE_CHECKING:
    from aidrules.changes import CaseChange, Change
    from aidrules.decision.figures import Lang
    from aidrules.language.pack import Pack
    from aidrules.show import Rows
    from aidrules.testing import Case

_STATES = {
    "zh": {"added": "新增", "removed": "删除", "changed": "改变"},
    "en": {"added": "added", "removed": "removed", "changed": "changed"},
}
_HEADS = {"zh": ("内容", "原", "新"), "en": ("What", "Old", "New")}
_CASE_HEADS = {"zh": ("案例", "结果", "原", "新"), "en": ("Case", "Result", "Old", "New")}
_CASES = {"zh": "结果改变的案例：{}/{}", "en": "Cases decided otherwise: {} of {}"}
_PARTS = {
    "monthly": "每月",
    "termly": "每学期",
    "yearly": "每年",
    "one_off": "一次性",
    "open": "未定",
    "refused": "被拒绝",
    "applied": "适用",
    "needed": "需要",
    "waived": "不需要",
    "running": "办理中",
    "met": "已按期办结",
    "late": "逾期办结",
    "overdue": "已逾期",
}
"""In Chinese, what is told of a case beside its outcome."""
_SAME = {"zh": "规则没有改变。\n", "en": "No rule has changed.\n"}


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--old-path", type=click.Path(file_okay=False, exists=True), help="The folder of packs of OLD.")
@click.option("--old-overlay", "old_overlays", multiple=True, help="An overlay over OLD; may be given again.")
@click.option("--new-overlay", "new_overlays", multiple=True, help="An overlay over NEW; may be given again.")
@click.option("--set", "parameters", multiple=True, callback=read_pairs, help="A value on both sides: name=value.")
@click.option("--cases/--no-cases", default=True, show_default=True, help="Decide the cases of both packs.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output."
)
@pack_options
def diff(
    old: str,
    new: str,
    old_path: str | None,
    old_overlays: Sequence[str],
    new_overlays: Sequence[str],
    parameters: dict[str, str],
    cases: bool,
    form: str,
    path: str | None,
    lang: Lang,
) -> int:
    """Say what changed from OLD to NEW, rule by rule, and which cases are now decided otherwise.

    OLD and NEW are packs, each with a day of the law if one is wanted: cn/guizhou/zunyi@2024-06-01. Where a side has
    no day, its rules are shown as of today, and the cases are decided by the law of their own days. Exit code 1 means
    that something differs.
    """
    from aidrules.changes import case_changes, changes
    from aidrules.show import Shown

    sides = [_side(old, old_path or path, old_overlays), _side(new, path, new_overlays)]
    packs = [pack.with_parameters(parameters) if parameters else pack for pack, _ in sides]
    days = [day for _, day in sides]
    shown = [Shown(pack, day or date.today(), lang) for pack, day in zip(packs, days, strict=True)]
    found = list(changes(*shown))
    tried = _cases([pack.id for pack in packs], [old_path or path, path]) if cases else {}
    otherwise = list(case_changes(packs[0], packs[1], tried, (days[0], days[1])))
    number = sum(len(listed) for listed in tried.values())
    if form == "json":
        said = {"changes": [_change(each) for each in found], "cases": [_case(each) for each in otherwise]}
        write(json.dumps({**said, "cases_decided": number}, ensure_ascii=False, indent=2) + "\n")
    else:
        _print(found, otherwise, number if cases else None, lang)
    return 1 if found or otherwise else 0


def _side(text: str, path: str | None, overlays: Sequence[str]) -> tuple[Pack, date | None]:
    name, sign, day = text.partition("@")
    try:
        on = date.fromisoformat(day) if sign else None
    except ValueError:
        raise click.BadParameter(f"{day!r} is not a date; expected one such as 2025-06-01", param_hint=text) from None
    pack = load_pack(name, path)
    return pack.with_overlay(*overlays) if overlays else pack, on


def _cases(packs: Sequence[str], paths: Sequence[str | None]) -> dict[str, list[Case]]:
    """The cases beside both packs; one that stands beside both in the same words is taken once."""
    from aidrules.language import search
    from aidrules.testing import read_cases
    from aidrules.testing.places import case_files

    found: dict[str, list[Case]] = {}
    for name, path in zip(packs, paths, strict=True):
        for file in case_files(search.find(name, search.roots(path)).path / "cases"):
            known = {(case.name, repr(case.given), case.on) for case in found.get(name, ())}
            for case in read_cases(file):
                if (case.name, repr(case.given), case.on) not in known:
                    found.setdefault(name, []).append(case)
    return found


def _print(found: Sequence[Change], otherwise: Sequence[CaseChange], number: int | None, lang: Lang) -> None:
    from aidrules.decision.text import tables

    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    text = "" if found else _SAME[lang]
    shown = [*_shown(found, lang), *([_shown_cases(otherwise, number, lang)] if number is not None else [])]
    for rows in shown:
        # The title stands before the table, since in it a narrow table would wrap it.
        text += f"\n{rows.title}\n"
        if rows.rows:
            text += tables([replace(rows, title="")], encoding=encoding).lstrip("\n")
    write(text)


def _shown(found: Sequence[Change], lang: Lang) -> Iterator[Rows]:
    from aidrules.show import Rows

    for each in found:
        # What only one side has needs no empty column.
        sides = {"added": (0, 2), "removed": (0, 1), "changed": (0, 1, 2)}[each.state]
        lines = [(line.head, line.old or "", line.new or "") for line in each.lines]
        heads, *rows = (tuple(row[side] for side in sides) for row in (_HEADS[lang], *lines))
        yield Rows(f"{_STATES[lang][each.state]} · {each.section} · {each.name} · {each.label}", heads, tuple(rows))


def _shown_cases(otherwise: Sequence[CaseChange], number: int, lang: Lang) -> Rows:
    from aidrules.show import Rows

    rows = tuple(
        (
            "" if place else f"{each.case.name} ({each.case.place})",
            _said(name, lang),
            _said(was, lang),
            _said(now, lang),
        )
        for each in otherwise
        for place, (name, (was, now)) in enumerate(each.differences.items())
    )
    return Rows(_CASES[lang].format(len(otherwise), number), _CASE_HEADS[lang], rows)


def _said(result: str | None, lang: Lang) -> str:
    """What a case comes to, or the name of it, in words of the language."""
    from aidrules.decision.words import letter_words

    if result is None or lang == "en":
        return result or ""
    head, sign, tail = result.partition(": ")
    if sign:
        return f"{head}：{_PARTS.get(tail, tail)}"
    state, comma, due = result.partition(", ")
    told = {str(key): text for key, text in letter_words(lang).outcomes.items()}.get(state) or _PARTS.get(state, state)
    return f"{told}，{due}" if comma else told


def _change(change: Change) -> dict[str, Any]:
    lines = [{"what": line.head, "old": line.old, "new": line.new} for line in change.lines]
    said = {"section": change.section, "name": change.name, "label": change.label, "state": change.state}
    return {**said, "lines": lines}


def _case(change: CaseChange) -> dict[str, Any]:
    differences = {name: {"old": was, "new": now} for name, (was, now) in change.differences.items()}
    said = {"pack": change.pack, "case": change.case.name, "place": str(change.case.place)}
    return {**said, "differences": differences}
