"""`aidrules coverage`: which clauses of the documents are implemented, tested by a case, or open."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from aidrules.commands.options import pack_options
from aidrules.commands.terminal import write

if TYPE_CHECKING:
    from aidrules.decision.figures import Lang
    from aidrules.register import Answer, Document
    from aidrules.show import Rows

_HEADS = {
    "zh": ("文件", "条款", "已实现", "有案例", "不计算", "未实现", "名称"),
    "en": ("Document", "Clauses", "Implemented", "Tested", "Not computed", "Open", "Title"),
}
_CLAUSE_HEADS = {
    "zh": ("条款", "事项", "类别", "状态", "由何实现，或为何不计算", "案例数"),
    "en": ("Clause", "Programme", "Kind", "State", "Implemented by, or why not computed", "Cases"),
}
_STATES = {
    "zh": {"implemented": "已实现", "not_computed": "不计算", "open": "未实现"},
    "en": {"implemented": "implemented", "not_computed": "not computed", "open": "open"},
}
_OPEN_POINTS = {"zh": ("条款", "条文未写明之处"), "en": ("Clause", "What the text leaves open")}
_TOTAL = {"zh": "合计", "en": "Total"}


@click.command()
@click.argument("source", required=False)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Output."
)
@pack_options
def coverage(source: str | None, form: str, path: str | None, lang: Lang) -> None:
    """Count the clauses of each document: implemented, tested by a case, not computed, open.

    With SOURCE, a key of sources.yaml, list the clauses of that document.
    """
    from aidrules.decision.text import tables
    from aidrules.errors import PackError, Problem
    from aidrules.language import search
    from aidrules.language.fields import near, one_of
    from aidrules.register import citing, citing_cases, covered, read_register
    from aidrules.register.clauses import FOLDER
    from aidrules.register.reaching import check_packs, reaching

    register = read_register(path)
    if source is not None and source not in register:
        file = search.roots(path)[0] / FOLDER / f"{source}.yaml"
        hint = " ".join(filter(None, (near(source, register), f"A new one is written as {search.shown(file)}")))
        raise PackError(Problem(f"there is no register of {source!r}", expected=one_of(register), hint=hint))
    stated, cases = citing(path), citing_cases(path)
    asked = {one.pack for one in stated if source is None or any(cite[0] == source for cite in one.cites)}
    check_packs([case for case in cases if case.pack in asked], path)
    answers = covered(register, stated, cases, reaching(path))
    if source is not None:
        register, answers = {source: register[source]}, {source: answers[source]}
    if form == "json":
        write(json.dumps(_as_json(register, answers), ensure_ascii=False, indent=2) + "\n")
        return
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    shown = []
    if source is not None:
        shown = [_clauses(register[source], answers[source], lang), *_open_points(register[source], lang)]
    write(tables([*shown, _counts(register, answers, lang)], encoding=encoding).lstrip("\n"))


def _as_json(register: Mapping[str, Document], answers: Mapping[str, Sequence[Answer]]) -> dict[str, object]:
    from aidrules.register import in_total

    documents = [
        {
            "source": key,
            "title": {"zh": document.source.title.zh, "en": document.source.title.en},
            **in_total(answers[key]).as_json(),
            "list": [answer.as_json() for answer in answers[key]],
        }
        for key, document in register.items()
    ]
    return {"documents": documents, "total": in_total(_all(answers)).as_json()}


def _all(answers: Mapping[str, Sequence[Answer]]) -> Iterator[Answer]:
    return (answer for listed in answers.values() for answer in listed)


def _counts(register: Mapping[str, Document], answers: Mapping[str, Sequence[Answer]], lang: Lang) -> Rows:
    from aidrules.register import in_total
    from aidrules.show import Rows

    listed = [(key, answers[key], document.source.title.text(lang)) for key, document in register.items()]
    if len(listed) > 1:
        listed.append((_TOTAL[lang], list(_all(answers)), ""))
    rows = tuple((name, *map(str, in_total(found).as_json().values()), title) for name, found, title in listed)
    return Rows("", _HEADS[lang], rows)


def _clauses(document: Document, answers: Sequence[Answer], lang: Lang) -> Rows:
    from aidrules.show import Rows

    rows = []
    for answer in answers:
        clause = answer.clause
        reason = ", ".join(answer.by) or (clause.not_computed.text(lang) if clause.not_computed else "")
        about = clause.programme.text(lang)
        rows.append((clause.clause, about, clause.kind, _STATES[lang][answer.state], reason, str(len(answer.cases))))
    return Rows(document.source.title.text(lang), _CLAUSE_HEADS[lang], tuple(rows))


def _open_points(document: Document, lang: Lang) -> Iterator[Rows]:
    """A table of its own: beside the rules, in a seventh column, neither would have the room that words need."""
    from aidrules.show import Rows

    said = ((name, clause.left_open) for name, clause in document.clauses.items())
    rows = tuple((name, point.text(lang)) for name, point in said if point is not None)
    if rows:
        yield Rows("", _OPEN_POINTS[lang], rows)
