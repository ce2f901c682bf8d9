"""What is wrong with facts, and what is given beside them, in Chinese: the sentences of the problems in one table."""

from __future__ import annotations

import re
from collections.abc import Mapping

from aidrules.errors import Place, Problem
from aidrules.facts.findings import BESIDE
from aidrules.facts.problems import NOT_SHOWN
from aidrules.facts.schema import Subject

_SENTENCES = (
    (r"missing", "没有填写"),
    (r"unknown field", "没有这一项"),
    (r"found (?P<inner>.+)", "填的是{inner}"),
    (r"(\d+) problems, too many to list", "共有{0}处问题，不再逐一列出"),
    (r"(\d+) more problems of this kind and others", "另有{0}处问题"),
    (r"what looks like a resident identity number", "疑似居民身份证号码"),
    (r"(?P<inner>.+) is not one of its values", "{inner}不在可填的值之内"),
    (r"(.+) is not a day of the calendar", "{0}不是日历上的日期"),
    (r"the float (.+) has more than (\d+) decimals", "浮点数{0}的小数超过{1}位"),
    (r"(.+) has more than (\d+) decimals", "{0}的小数超过{1}位"),
    (r"(.+) is below (\S+)", "{0}低于{1}"),
    (r"(.+) is above (\S+)", "{0}高于{1}"),
    (r"(\S+) is not in force on (\S+)", "{0}在{1}不在施行期间"),
    (r"there is no parameter '(.+)'", "没有参数 {0}"),
    (r"there is no reading '(.+)'", "没有 {0} 这一项理解"),
    (r"unknown option '(.+)'", "没有 {0} 这一选项"),
    (r"there is no programme '(.+)'", "没有项目 {0}"),
    (r"'(.+)' is not a number; write digits with at most 12 decimals, then the unit", "{0}不是数"),
    (r"(.+) is outside what the text allows", "{0}超出文件允许的范围"),
    (r"(\d+) keys for (\S+)", "{1} 带了{0}个键"),
    (r"it has values by key", "此参数按键分别取值"),
    (r"a required parameter has no value", "此参数必须取值而没有取值"),
    (r"no items", "一项也没有"),
    (r"(\d+) items", "共{0}项"),
    (r"the text is (.+) MB long", "文本长达{0} MB"),
    (r"the text is not JSON: (?P<inner>.+)", "文本不是JSON（{inner}）"),
    (r"EOF while parsing .+", "没有写完就结束了"),
    (r"line (\d+) column (\d+)", "第{0}行第{1}列"),
    (r"this key stands twice in one object", "同一对象中此键出现两次"),
    (r"a day that is not shown is after the date of the facts, (\S+)", "有一个不予显示的日期，晚于情况截止日{0}"),
    (r"(\S+) is after the date of the facts, (\S+)", "{0}晚于情况截止日{1}"),
    (r"the member died on (\S+), before the birth on (\S+)", "死亡日期{0}早于出生日期{1}"),
    (r"the disability is of grade (\d+), its kind is '(\w+)'", "残疾等级为{0}，残疾类别却是{1}"),
    (r"the (\w+) that is not shown is that of (\S+) already", "{0}（不予显示）与 {1} 重复"),
    (r"the (\w+) (.+) is that of (\S+) already", "{0} {1} 与 {2} 重复"),
    (r"it is in everything the same as (\S+)", "与 {0} 完全相同"),
    (r"there is no member (.+)", "没有成员{0}"),
    (r"who is named is no member, and not shown", "所填的人不是成员，不予显示"),
    (r"'none' stands for nobody", "none 表示没有人，不能作为编号"),
    (NOT_SHOWN, "不予显示的值"),
    (r"a text of (\d+) characters?", "{0}个字符的文本"),
    (r"a number of more than 30 digits", "超过30位的数"),
    (r"an object", "一个对象"),
    (r"a list", "一个列表"),
    (r"null", "空值"),
    (r"(?P<inner>.+), or null if unknown", "{inner}；未知的填 null"),
    (
        r'(?P<label>.+): a date from (\S+) to (\S+) written YYYY-MM-DD, or "none"',
        '{label}：{0}至{1}的日期（年-月-日）或者"none"',
    ),
    (r"(?P<label>.+): a date from (\S+) to (\S+) written YYYY-MM-DD", "{label}：{0}至{1}的日期（年-月-日）"),
    (
        r"(?P<label>.+): an amount in (\S+) from (\S+) to (\S+) with at most (\d+) decimals, such as (\S+) or (\S+)",
        "{label}：{1}至{2}的金额（{0}），小数不超过{3}位，如{4}或者{5}",
    ),
    (
        r"(?P<label>.+): a number with at most (\d+) decimals(?: in (\S+))? from (\S+) to (\S+)",
        "{label}：{2}至{3}的数（{1}），小数不超过{0}位",
    ),
    (r"(?P<label>.+): a whole number(?: in (\S+))? from (\S+) to (\S+)", "{label}：{1}至{2}的整数"),
    (r"(?P<label>.+): true or false", "{label}：true（是）或者 false（否）"),
    (r"(?P<label>.+): one of (.+)", "{label}：{0}之一"),
    (r"(?P<label>.+): a day not after (\S+)", "{label}：不晚于{0}的日期"),
    (
        r"(?P<label>.+): an id as rules have it: small letters, digits and _",
        "{label}：规则中的编号（小写字母、数字和下划线）",
    ),
    (r"(?P<label>.+): 1 to 64 of (.+)", "{label}：{0}，1至64个字符"),
    (
        r"(?P<label>.+): text on one line, not blank, of at most (\d+) characters",
        "{label}：非空的一行文本，不超过{0}个字符",
    ),
    (r"(?P<label>.+): text on one line, of at most (\d+) characters", "{label}：一行文本，不超过{0}个字符"),
    (r"a list of (?P<label>.+)", "“{label}”的列表"),
    (r"an object with (.+)", "含有{0}的对象"),
    (r"one of (.+)", "{0}之一"),
    (r"at least (\d+) (.+)", "至少{0}项"),
    (r"at most (\d+) MB, the facts of one household", "不超过{0} MB，为一个家庭的情况"),
    (r"at most (\d+) (?P<label>.+)", "“{label}”不超过{0}项"),
    (r"the facts of one \w+", "一个家庭的情况"),
    (r"an opaque id of your own, such as m1", "自编的编号，如 m1"),
    (r"one JSON object in UTF-8", "一个UTF-8编码的JSON对象"),
    (r"a number measured in (\S+)", "以{0}计的数，小数不超过12位"),
    (r"no key", "不带键"),
    (r"(\d+) keys?", "{0}个键"),
    (r"a name with its key, such as (.+)", "名称连同其键，如{0}"),
    (r"a value: (.+) cannot be settled without", "有取值，否则不能确定：{0}"),
    (r"JSON text", "JSON文本"),
    (r"each key once", "每个键只出现一次"),
    (r"a day not before (\S+)", "不早于{0}的日期"),
    (r"a date from (\S+) until (\S+)", "{0}至{1}的日期"),
    (r"a date from (\S+)", "{0}起的日期"),
    (r"a date until (\S+)", "{0}以前（含当日）的日期"),
    (r"0 for the kind 'none'", "类别为 none 的，等级填0"),
    (r"a grade from 1 to 4", "1至4级"),
    (r"one \w+ per (\w+)", "每个 {0} 只有一项"),
    (r"each \w+ once", "每项只记一次"),
    (r"another id, such as m1", "其他编号，如 m1"),
    (r"the id of a member: (.+)", "成员编号之一：{0}"),
    (
        r"Findings stand with the \w+, or with the member whom they are about\.",
        "认定写在家庭（或者规则包的其他对象）的 findings 中，关于个人的写在该成员的 findings 中。",
    ),
    (r"Did you mean (\S+) or (\S+)\?", "是否应为：{0}或者{1}？"),
    (r"Did you mean (.+)\?", "是否应为：{0}？"),
    (
        r"Give `law` a date in that time, or load the pack that was in force\.",
        "请以 law 给出其施行期间内的日期，或者改用当时有效的规则包。",
    ),
    (
        r"A local rule that goes further changes must: under overrides:, with its own clause\.",
        "地方规定突破这一范围的，在 overrides: 中修改 must:，并注明条款。",
    ),
    (r"Give it: parameters=.+, or with the command (--set .+)\.", "请给出其值，例如 {0}。"),
    (r"Check both dates\.", "请核对两个日期。"),
    (r"Tables of households are for aidrules simulate\.", "多个家庭的表格请用 aidrules simulate。"),
    (r"Check both dates\. What has not happened yet is left out\.", "请核对两个日期；尚未发生的不填。"),
    (r"Check both; leave out what is not known\.", "请核对两项；不知道的不填。"),
    (r"What was found stands under value, such as (.+)\.", "认定的内容写在 value 中，例如 {0}。"),
    (r"Add up small items of one kind\.", "同类的小额项目请合并填写。"),
    (r"Read a file of many households one by one\.", "一个文件有多个家庭的，请逐个读取。"),
    (r"Give each \w+ its own, or keep only the record that is right\.", "请各自填写，或者只保留正确的一项。"),
    (
        r"Keep one record; where there was a second \w+, let it give the sum of both\.",
        "请只保留一条记录；确有第二次的，请在一条记录中填写合计。",
    ),
    (r"Which of the values is meant cannot be known: keep one\.", "无从判断以哪个为准，请只保留一个。"),
    (
        r"Facts hold no personal identifiers; keep the link between ids and persons in your own system\.",
        "情况中不得含有个人身份信息；编号与人员的对应关系请存于本单位系统。",
    ),
    (r"Facts hold no personal identifiers; an opaque id is enough\.", "情况中不得含有个人身份信息，填编号即可。"),
    (
        r"A float is not exact: give the amount as text or Decimal, rounded as your records have it\.",
        "浮点数不精确：请按档案所记金额以文本填写。",
    ),
    (r"It holds the invisible character (\S+)\.", "其中有不可见的字符{0}。"),
    (
        r"Write digits and a decimal point only, without separators or a currency\.",
        "只写数字和小数点，不写分隔符和货币。",
    ),
    (
        r"What only one policy asks is declared by its pack\. `aidrules schema PACK` prints all that there is\.",
        "只有某一政策才问的情况，由该政策的规则包声明；全部可填的情况见 aidrules schema PACK。",
    ),
    (
        r"The text is not UTF-8; if it comes from an older system it may be GB 18030: decode it first\.",
        "文本不是UTF-8编码；来自旧系统的可能是GB 18030，请先转码。",
    ),
)
"""Each sentence of a problem with facts as a pattern, and its Chinese; numbers stand for groups in their order."""

_INNER, _WITHIN = "\0", 3
"""The gap for a sentence within another, and how deep they stand within each other; what lies deeper is a label."""

_TABLE = tuple((re.compile(f"(?:{pattern})\\Z", re.DOTALL), chinese) for pattern, chinese in _SENTENCES)


def in_chinese(problem: Problem, schema: Subject) -> str:
    """A problem as one Chinese sentence: where, what was found, what was expected, what to do.

    Args:
        problem: of what was given; a part that the table does not know stays as it is.
        schema: of the household, for the names of facts: `pack.schema`.
    """
    labels = _labels(schema)
    where = problem.rule if isinstance(problem.where, Place) else problem.where or problem.rule
    head = f"{_said(where, labels)}：" if where is not None else ""
    text = f"{head}{_said(problem.found, labels)}"
    if problem.expected:
        text += f"；应为{_said(problem.expected, labels)}"
    return f"{text}。{_said(problem.hint, labels) if problem.hint else ''}"


def _said(text: str, labels: Mapping[str, str]) -> str:
    """A sentence in Chinese; within what some say of another one, a sentence stands once."""
    around = ""
    for _ in range(_WITHIN):
        said, inner = _once(text, labels)
        around = around.replace(_INNER, said) if around else said
        if inner is None:
            return around
        text = inner
    return around.replace(_INNER, text)


def _once(text: str, labels: Mapping[str, str]) -> tuple[str, str | None]:
    """A sentence in Chinese with a gap for the one within it, and that one."""
    for pattern, chinese in _TABLE:
        if match := pattern.match(text):
            named = match.groupdict()
            plain = [g or "" for n, g in enumerate(match.groups(), 1) if n not in pattern.groupindex.values()]
            inner = named.get("inner")
            if inner is not None:
                named["inner"] = _INNER
            if "label" in named:
                named["label"] = labels.get(named["label"], named["label"])
            plain = ["不予显示的值" if group == NOT_SHOWN else group for group in plain]
            return chinese.format(*plain, **named).replace("（）", ""), inner
    return text, None


def _labels(schema: Subject) -> dict[str, str]:
    """The Chinese names of facts and lists by their English ones."""
    found = {fact.en: fact.zh for _, fact in BESIDE.values()}
    waiting = [schema]
    while waiting:
        subject = waiting.pop()
        found |= {field.label_en: field.label_zh for field in subject.fields.values()}
        found |= {listed.label_en: listed.label_zh for listed in subject.lists.values()}
        waiting.extend(listed.subject for listed in subject.lists.values())
    return found
