"""Decisions as HTML: a fragment for notebooks and a self-contained page; every text is escaped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

from aidrules.decision.clauses import by_document
from aidrules.decision.explain import letter
from aidrules.decision.figures import Lang
from aidrules.decision.forms import RuleTrace, State, Step
from aidrules.decision.letter import Letter, Line, Section
from aidrules.decision.names import NO_CASE
from aidrules.decision.overview import overview
from aidrules.decision.phrases import Phrases
from aidrules.decision.words import words
from aidrules.language.fields import Label

if TYPE_CHECKING:
    from aidrules.decision.decision import Decision

_STYLE = """
.aidrules{font:15px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei",sans-serif;max-width:60rem;color:#1b1b1b;
background:#fff;padding:1rem}
.aidrules h1{font-size:1.25rem;margin:0 0 .5rem}
.aidrules h2{font-size:1.05rem;margin:1.2rem 0 .3rem;padding-left:.6rem;border-left:.3rem solid #b8b8b8}
.aidrules h2.good{border-color:#2e7d32}.aidrules h2.bad{border-color:#b3261e}.aidrules h2.open{border-color:#b26a00}
.aidrules p{margin:.2rem 0}.aidrules ol,.aidrules ul{margin:.2rem 0;padding-left:1.6rem}
.aidrules .clause{color:#595959}.aidrules summary{cursor:pointer;margin-top:1.2rem;font-weight:600}
.aidrules table{border-collapse:collapse;font-size:.85rem;width:100%}
.aidrules th,.aidrules td{border:1px solid #d0d0d0;padding:.25rem .4rem;text-align:left;vertical-align:top}
.aidrules .scroll{overflow-x:auto}
"""

_WORDS: dict[str, tuple[str, ...]] = {
    "zh": ("全部规则", "规则", "对象", "状态", "结果", "算式与理由", "依据"),
    "en": ("All rules", "Rule", "About", "State", "Result", "Formula and reason", "Clause"),
}
_STATES: dict[str, dict[State, str]] = {
    "zh": {"applied": "适用", "not_applied": "不适用", "undetermined": "未定", "not_reached": "未及"},
    "en": {
        "applied": "applied",
        "not_applied": "not applied",
        "undetermined": "undetermined",
        "not_reached": "not reached",
    },
}


def fragment(decision: Decision, lang: Lang) -> str:
    """The letter and the trace as one element with its own style."""
    body = [
        *_letter(letter(decision, lang), _overview(decision, lang, None)),
        *_trace(decision, decision.trace.rules, lang),
    ]
    return f'<div class="aidrules" lang="{lang}"><style>{_STYLE}</style>{"".join(body)}</div>'


def page(decision: Decision, lang: Lang, programmes: Sequence[str] | None = None) -> str:
    """A page that needs nothing else."""
    written = letter(decision, lang, programmes)
    rules = [r for r in decision.trace.rules if programmes is None or r.programme in programmes]
    body = "".join([*_letter(written, _overview(decision, lang, programmes)), *_trace(decision, rules, lang)])
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(written.title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f'<body><main class="aidrules">{body}</main></body>\n</html>\n'
    )


def _overview(decision: Decision, lang: Lang, programmes: Sequence[str] | None) -> str:
    heads, rows = overview(decision, lang, programmes)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    if not body:
        return ""
    head = "".join(f"<th>{escape(name)}</th>" for name in heads)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _letter(written: Letter, overview: str) -> Iterator[str]:
    yield f"<h1>{escape(written.title)}</h1>"
    yield from (f"<p>{escape(text)}</p>" for text in written.opening)
    yield overview
    for section in written.sections:
        yield from _section(section)
    yield from (f'<p class="clause">{escape(text)}</p>' for text in written.closing)
    if written.office:
        yield f"<h1>{escape(written.office_title)}</h1>"
    for section in written.office:
        yield from _section(section)


def _section(section: Section) -> Iterator[str]:
    yield f'<h2 class="{section.tone}">{escape(section.heading)}</h2>'
    yield _list(section.lines, "ol")


def _list(lines: Sequence[Line], kind: str) -> str:
    items = "".join(
        f'<li>{escape(line.text)}<span class="clause">{escape(line.clauses)}</span>'
        f"{_list(line.below, 'ul') if line.below else ''}</li>"
        for line in lines
    )
    return f"<{kind}>{items}</{kind}>" if items else ""


def _trace(decision: Decision, rules: Sequence[RuleTrace], lang: Lang) -> Iterator[str]:
    title, *heads = _WORDS[lang]
    yield f'<details><summary>{escape(title)}</summary><div class="scroll"><table><thead><tr>'
    yield "".join(f"<th>{escape(head)}</th>" for head in heads)
    yield "</tr></thead><tbody>"
    for rule in rules:
        cited = by_document(rule.clauses, lang)
        clauses = "; ".join(" ".join([title, ", ".join(named)]).strip() for title, named in cited)
        for step in rule.steps:
            if step.state == "not_reached":
                continue
            reason = _text(step.statement, lang) or " = ".join(
                dict.fromkeys(filter(None, (_text(step.formula, lang), _text(step.with_values, lang))))
            )
            cases = {**NO_CASE, **{part.id: part.label for part in step.parts}}
            case = cases.get(step.result) if isinstance(step.result, str) else None
            result = _result(step.result, lang) if case is None else case.text(lang)
            cells = (
                rule.label.text(lang),
                _about(decision, rule, step, lang),
                _STATES[lang][step.state],
                result,
                reason,
                clauses,
            )
            yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
    yield "</tbody></table></div></details>"


def _about(decision: Decision, rule: RuleTrace, step: Step, lang: Lang) -> str:
    """Whom or what a step is about, for readers."""
    view = decision._view
    if step.about is None or step.about in decision.subject.member_ids:
        return step.about or ""
    items = decision._tracer.items_of(view.compiled.rules[rule.rule])
    return next(Phrases(view, lang).item_name(item) for item in items if view.key(item) == step.about)


def _result(result: str | bool | None, lang: Lang) -> str:
    if isinstance(result, bool):
        return words(lang).yes if result else words(lang).no
    return result or ""


def _text(label: Label | None, lang: Lang) -> str:
    return "" if label is None else label.text(lang)
