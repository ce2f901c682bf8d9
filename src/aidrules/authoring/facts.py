"""The page of facts: all that can be recorded about a household, with type, unit, options and both labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from aidrules.facts.fact import TEXT_LIMIT, Fact, item_model
from aidrules.facts.schema import Field, ListField, Subject, group_model, schema_of
from aidrules.markdown import plain

_HEAD = "| fact | recorded as | 中文 | English |\n|---|---|---|---|\n"
_OF_HOUSEHOLDS = """
A fact is written with its subject: `household.residence`, `member.birth_date`, `income.amount`; `case.urgent` is short
for `household.case.urgent`.""".lstrip()
_INTRO = f""" A fact that nobody recorded is unknown. An empty list means that there are none; so does
`none`, where it can be recorded. A date that is not ahead tells what has happened: after the date of the facts it is
refused, and so is the day of a finding. A text is one line of at most {TEXT_LIMIT} characters. Beside a finding,
`by` and `reason` are texts that are not blank; they name roles, not persons. How rules read facts is told in
[the rule language](language.md#facts-and-inputs).

事实连同所属对象一起书写。未记录的事实视为不明；空列表和 `none` 表示没有。
注明 not ahead 的日期和认定日期不得晚于事实日期。文本为一行，不超过{TEXT_LIMIT}个字符；
认定事项的 `by`（认定人岗位）和 `reason`（理由）不得为空白，写岗位，不写姓名。
"""
_NOTES_ZH: Mapping[str, str] = {
    "0 for none": "无残疾的为0",
    "0 without evidence": "没有凭证的为0",
    "1 unless stated": "未写明的为1",
    "an objection that was looked into and had no ground is no objection": "经核实不成立的异议不算异议",
    "by its id in the rules": "写规则中的代号",
    "by the local list": "以当地目录为准",
    "net of the costs of earning it": "已扣除取得收入的成本",
    "in a phase-out, that before it began": "渐退期内填渐退前的数额",
    "none unless stated": "未写明的视为无",
    "of a public notice, the day it was posted": "公示的，为张贴日期",
    "of a public notice, the day it was taken down; none while it goes on": "公示的，为撤下日期；进行中的为 none",
    "support that an obligor pays is a transfer": "义务人给付的赡养、抚养、扶养费属于转移性收入",
    "none, the household's own, unless stated": "未写明的视为无，即属于全家",
}


def facts_page(model: type[BaseModel], title: str = "Facts") -> str:
    """All facts of a household, or of another thing that a pack is about, as Markdown."""
    schema = schema_of(model)
    first = next((name for name in schema.fields if name != "id"), "id")
    written = f"A fact is written with its subject: `{schema.name}.{first}`."
    intro = (_OF_HOUSEHOLDS if schema.name == "household" else written) + _INTRO.rstrip("\n")
    return "\n".join([f"# {title}\n", f"{intro}\n", *_sections(model, schema, schema.name)])


def _sections(model: type[BaseModel], subject: Subject, path: str, listed: ListField | None = None) -> Iterator[str]:
    yield f"## {path}\n"
    if listed is not None:
        yield f"{_about(listed)}\n"
    rows = "".join(_row(subject.name, field, _declared(model, field)) for field in subject.fields.values())
    if rows:
        yield f"{_HEAD}{rows}"
    for name, below in subject.lists.items():
        inner = item_model(model.model_fields[name].annotation)
        yield from _sections(inner, below.subject, f"{subject.name}.{name}", below)


def _about(listed: ListField) -> str:
    order = f", ordered by `{listed.ordered_by}`" if listed.ordered_by else ""
    order += f", one for each `{listed.distinct_by}`" if listed.distinct_by else ""
    order += ", no two alike in everything" if listed.distinct else ""
    least = f"at least {listed.min_items}, " if listed.min_items else ""
    called = plain(f"{listed.label_zh} · {listed.label_en}")
    return f"{called}: a list, {least}at most {listed.max_items}{order}. One is `{listed.item}`."


def _declared(model: type[BaseModel], field: Field) -> Fact | None:
    """The declaration of a fact, found by its dotted path; None for a finding, which is declared by a pack."""
    *groups, name = field.name.split(".")
    for group in groups:
        inner = group_model(model.model_fields[group].annotation) if group in model.model_fields else None
        if inner is None:
            return None
        model = inner
    info = model.model_fields.get(name)
    return next((item for item in info.metadata if isinstance(item, Fact)), None) if info else None


def _row(subject: str, field: Field, fact: Fact | None) -> str:
    note = fact.note if fact else ""
    zh = f"{field.label_zh}（{_NOTES_ZH.get(note, note)}）" if note else field.label_zh
    en = f"{field.label_en} ({note})" if note else field.label_en
    marks = f"{'; always given' if field.required else ''}{'; confidential' if field.confidential else ''}"
    return f"| `{subject}.{field.name}` | {_type(field)}{marks} | {plain(zh)} | {plain(en)} |\n"


def _option(option: str, labels: Sequence[str]) -> str:
    """An option with what it is called, where that is not its id."""
    called = " · ".join(plain(label) for label in labels if label != option)
    return f"`{option}` {called}" if called else f"`{option}`"


def _type(field: Field) -> str:
    if field.type == "enum":
        options = zip(field.options, field.options_zh, field.options_en, strict=True)
        return ", ".join(_option(option, labels) for option, *labels in options)
    if field.type == "date":
        past = ", not ahead" if field.past else ""
        return f"date{past}, or `none`" if field.optional else f"date{past}"
    if field.type == "bool":
        return "yes or no"
    if field.type == "text":
        return f"the id of a {field.refers_to}" if field.refers_to else "text"
    decimals = f", {field.scale} decimals" if field.scale else ""
    return f"{f'`{field.unit}`' if field.unit else 'number'}, {field.low:,} to {field.high:,}{decimals}"
